"""The grid and the sentences: verdicts in words and shapes, owners, and never 0% where nothing was measured."""

from __future__ import annotations

from datetime import date

import polars as pl

from bellwether.views import changes, drill, grid, history
from bellwether.views.reading import Figure

ROW = {
    "indicator": "promise_kept",
    "title": "Promises kept",
    "unit": "share",
    "better": "higher",
    "currency": None,
    "lens": "inside-out",
    "silo": "Billing",
    "verdict": "worsening",
    "rule": "seven or more in a row on one side of the centre line",
    "since": date(2026, 8, 3),
    "now": 0.71,
    "low": 0.66,
    "high": 0.76,
    "centre": 0.79,
    "observations": 227,
    "too_few": False,
    "capability": "never",
    "target": 0.9,
    "owner": "Lotte Meijer",
}
EMPTY = dict.fromkeys(("verdict", "rule", "since", "now", "low", "high", "observations", "capability", "owner"))


def test_a_cell_has_shape_word_figure_owner_and_a_way_to_its_chart():
    cell = grid._cell(ROW)
    assert (cell["shape"], cell["text"], cell["tone"]) == ("▼", "worsening", "bad")
    assert cell["sub"] == "71% · Lotte Meijer"
    assert cell["pick"] == {"indicator": "promise_kept", "title": "Promises kept", "silo": "Billing"}
    assert cell["href"] == "silos?indicator=Promises+kept&silo=Billing"
    assert "227 observations" in cell["tip"] and "since 3 Aug 2026" in cell["tip"]


def test_what_was_never_measured_has_no_figure_and_leads_nowhere():
    cell = grid._cell({**ROW, **EMPTY, "too_few": False})
    assert cell["text"] == "not measured" and "pick" not in cell and "%" not in str(cell["text"])


def test_nobody_and_too_few_are_said():
    assert grid._cell({**ROW, "owner": None})["sub"] == "71% · no owner"
    assert grid._cell({**ROW, "now": None, "observations": None, "too_few": True})["sub"].startswith("too few")
    assert grid._cell({**ROW, "now": None, "observations": 0})["sub"].startswith("none lately")


def test_indicators_that_nobody_measured_are_not_lines_of_the_grid():
    rows = pl.DataFrame(
        [ROW, {**ROW, **EMPTY, "silo": "Sales"}, {**ROW, **EMPTY, "title": "Easy", "indicator": "easy"}]
    )
    shown = rows.filter(pl.col("verdict").is_not_null().any().over("indicator"))
    lines = [line for line in grid._rows(shown) if "cells" in line]
    assert [line["cells"][0]["text"] for line in lines] == ["Promises kept"]
    assert [cell["text"] for cell in lines[0]["cells"][1:]] == ["worsening", "not measured"]


def test_a_change_is_a_sentence_with_rule_and_owner():
    cell = changes.change_cell(ROW)
    assert cell["strong"] == "Promises kept at Billing"
    assert cell["text"] == "is worsening since 3 Aug 2026: 71.0% over the last four weeks, 79.0% over the year"
    assert cell["sub"].startswith("Seven or more in a row") and cell["sub"].endswith("owner: Lotte Meijer")
    assert "too few" in changes.change_cell({**ROW, "now": None})["text"]
    assert changes.change_cell({**ROW, "silo": "All silos"})["strong"] == "Promises kept across the company"


def test_a_deed_is_a_sentence():
    deed = {"day": date(2026, 9, 1), "what": "due", "deed": "Call back within a day", "owner": None, **ROW}
    assert "“Call back within a day” fell due on 1 Sep 2026" in changes.deed_cell(deed)["text"]


GROUPS = pl.DataFrame(
    {
        "dimension": ["silo", "silo", "stages", "channels", "channels", "channels"],
        "member": ["Billing", "Billing", "use", "phone", "chat", None],
        "period": ["now", "earlier", "now", "now", "now", "now"],
        "observations": [100, 90, 100, 60, 40, 3],
        "weight": [100.0, 90.0, 100.0, 60.0, 40.0, 3.0],
        "total": [80.0, 70.0, 80.0, 50.0, 30.0, 3.0],
        "squares": [80.0, 70.0, 80.0, 50.0, 30.0, 3.0],
        "weight_squares": [100.0, 90.0, 100.0, 60.0, 40.0, 3.0],
    }
)


def test_the_way_down_skips_what_has_one_member():
    assert drill.next_step(GROUPS) == "channels"


def test_members_come_largest_first_the_unknown_last():
    found = drill.groups_of(GROUPS, "channels", ROW)
    assert [member for member, *_ in found] == ["phone", "chat", None]
    assert found[0][1].value == 50 / 60 and found[0][2] == Figure()
    assert found[2][1].too_few


OLD = {
    "imports": {"a": {"file": "calls.csv"}},
    "feeds": {"surveys": {"2026-01": {"rows": 3, "sum": "x"}}},
    "prints": {"p": 1},
}
NEW = {
    "imports": {"b": {"file": "chats.csv"}},
    "feeds": {"surveys": {"2026-01": {"rows": 3, "sum": "x"}, "2026-02": {"rows": 4, "sum": "y"}}},
    "prints": {"p": 2},
}


def test_what_changed_between_two_versions():
    table = history.feeds_between(OLD, NEW)
    assert table.row(0) == ("surveys", 3, 7, 4, 1)
    told = history.told_between(OLD, NEW)
    assert told[0] == "`chats.csv` came in." and told[1] == "`calls.csv` was taken out." and "`p`" in told[2]
    assert history.told_between(OLD, OLD) == []


def test_a_broken_note_of_the_last_refresh_breaks_nothing(tmp_path):
    (tmp_path / "last_refresh.json").write_text("{", encoding="utf-8")
    assert history.last_refresh(tmp_path) == {} == history.last_refresh(tmp_path / "nowhere")

"""The grid and the sentences: verdicts in words and shapes, owners, and never 0% where nothing was measured."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

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


def test_what_moves_comes_first_and_lines_keep_their_order():
    still = {**ROW, "verdict": "no real change"}
    rows = pl.DataFrame(
        [
            {**still, "title": title, "indicator": title, "silo": silo}
            for title in ("Zeal", "Effort")
            for silo in ("All silos", "Billing", "Support", "Sales")
        ]
    )
    moved = rows.with_columns(
        verdict=pl.when(title="Effort", silo="Support").then(pl.lit("improving")).otherwise("verdict")
    )
    shown = grid.moving_first(moved)
    assert shown["silo"].unique(maintain_order=True).to_list() == ["All silos", "Support", "Billing", "Sales"]
    assert shown["title"].unique(maintain_order=True).to_list() == ["Zeal", "Effort"]


def test_a_line_without_anything_lately_is_one_cell():
    quiet = {**ROW, "verdict": "no real change", "now": None, "low": None, "high": None, "observations": 0}
    rows = pl.DataFrame([{**quiet, "silo": silo} for silo in ("All silos", "Billing", "Sales")])
    (line,) = [one["cells"] for one in grid._rows(rows) if "cells" in one]
    assert [(cell["text"], cell.get("span")) for cell in line[1:]] == [("none lately, in any silo", 3)]
    assert line[1]["pick"]["silo"] == "All silos"
    moved = rows.with_columns(verdict=pl.when(silo="Sales").then(pl.lit("worsening")).otherwise("verdict"))
    (line,) = [one["cells"] for one in grid._rows(moved) if "cells" in one]
    assert [cell["text"] for cell in line[1:]] == ["no real change", "no real change", "worsening"]


@pytest.mark.parametrize(
    ("charts", "called", "expected", "plain", "said"),
    [
        (0, 0, 0.0, 0.0, "No chart has the 12 weeks yet that a verdict needs."),
        (14, 0, 0.0, 0.3, "No real change on 14 charts."),
        (
            *(137, 1, 0.1, 9.8),
            "1 real change on 137 charts, with fewer than one false alarm expected. "
            "Each chart read by itself, there would be about 10 false alarms.",
        ),
        (*(137, 30, 1.4, 0.0), "30 real changes on 137 charts, with about 1 false alarm expected."),
    ],
)
def test_false_alarms_are_said_as_a_person_would(charts, called, expected, plain, said):
    row = {"charts": charts, "called": called, "expected": expected, "expected_plain": plain}
    assert grid.false_alarms(pl.DataFrame([row])) == said


def test_one_change_stands_and_two_stand():
    assert changes._older(1) == "1 change that began before still stands in the grid below."
    assert changes._older(2) == "2 changes that began before still stand in the grid below."


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

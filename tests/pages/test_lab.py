"""The lab as a page: refusals in words, answers as rows, chart and plan; what was typed is never taken for Markdown."""

from __future__ import annotations

import json

import pytest

from bellwether.lab import run
from bellwether.lab.run import Answer
from bellwether.views import lab_answer

PAGE = "explore/lab.py"
WEEKS = (
    "select week_of(started_at) as week, silo, avg(one_if(right_first_time)) as settled, count(*) as contacts "
    "from contacts where chosen($silos, silo) group by all order by week"
)


@pytest.fixture
def lab(app, sample_warehouse, monkeypatch):
    """The page with a text that somebody has run."""
    monkeypatch.setattr(run, "warm", lambda: None)

    def open_(text: str = "", **query):
        at = app(PAGE, **query)
        if text:
            at.session_state["lab text"] = text
            at.run()
        assert not at.exception
        return at

    return open_


def editor(at) -> dict:
    return next(json.loads(one.proto.json) for one in at.get("bidi_component") if "functions" in one.proto.json)


def test_the_editor_knows_tables_columns_rules_and_filters_but_nothing_private(lab):
    known = editor(lab())
    tables = {one["name"]: one for one in known["tables"]}
    assert {"contacts", "interactions", "silos", "indicator_weeks"} <= set(tables)
    assert not {"comments", "quarantine"} & set(tables)
    assert tables["contacts"]["people"] and not tables["silos"]["people"]
    assert ["week_of", "moment"] in known["macros"]
    assert "silos" in [name for name, _ in known["filters"]] and "count" in known["functions"]
    assert "from contacts" in known["start"] and not known["start"].startswith("--")


def test_a_question_is_opened_from_its_address_but_not_run(lab, monkeypatch):
    monkeypatch.setattr(run, "_ask", lambda *_: pytest.fail("asked without being told to"))
    assert "is_repeat(" in editor(lab(**{"from": "contacts/repeat_contacts"}))["given"]
    for name in ("../../../etc/passwd", "no/such", "answers/../../x", "x' or 1=1"):
        assert editor(lab(**{"from": name}))["given"] == ""


def test_an_answer_is_rows_then_a_chart_then_the_plan(lab):
    at = lab(WEEKS)
    shown = at.dataframe[0].value
    assert list(shown.columns) == ["week", "silo", "settled", "contacts"] and len(shown) > 100
    assert any("groups of fewer than five people" in one.value or "left out" in one.value for one in at.caption)
    at.session_state["lab form"] = "Chart"
    at.run()
    assert at.get("plotly_chart") and not at.exception
    at.session_state["lab form"] = "Plan"
    at.run()
    assert "contacts" in at.code[0].value and "about" in at.code[0].value


def test_a_table_shows_every_column_of_the_answer(lab):
    """A column that is configured with nothing is hidden."""
    at = lab(WEEKS)
    shown = next(one for one in at.dataframe if {"week", "silo", "settled", "contacts"} <= set(one.value.columns))
    hidden = {name for name, told in json.loads(shown.proto.columns).items() if told.get("hidden")}
    assert hidden == {"_index"}


def test_a_refusal_names_the_line_and_is_no_markdown(lab):
    at = lab('select *\nfrom "**bold** <img src=x onerror=alert(1)> :red[x]"')
    [told] = at.error
    assert told.value.startswith(r"Line 2\: ") and r"\*\*bold\*\* \<img src\=x" in told.value


def test_filters_of_the_question_are_drawn_and_used(lab):
    at = lab(WEEKS)
    assert [one.label for one in at.multiselect] == ["Silos"]
    at.multiselect[0].set_value(["Billing"]).run()
    assert set(at.dataframe[0].value["silo"]) == {"Billing"}


@pytest.mark.parametrize("kind", sorted(lab_answer.TITLES))
def test_every_way_to_have_no_answer_is_told(lab, monkeypatch, kind):
    monkeypatch.setattr(run, "_ask", lambda *_: Answer(kind, "Something to do."))
    at = lab(f"select '{kind}'")
    assert [one.value for one in at.error] == [r"Something to do\."]


def test_a_question_that_finds_nothing_says_so(lab):
    at = lab("select silo, count(*) as n from contacts where started_at < date '1990-01-01' group by all")
    assert any("Nothing was found" in one.proto.title for one in at.info)

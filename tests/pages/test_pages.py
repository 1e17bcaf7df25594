"""Every page, in process: it draws, says what it rests on, and has an answer for every bad state."""

from __future__ import annotations

import ast
import json
import logging
import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bellwether import asking
from bellwether.settings import settings
from bellwether.views import words

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "pages").rglob("*.py"))
PAGES = [str(file.relative_to(ROOT / "pages")) for file in FILES]
RAW = re.compile(r"\b[a-z]+_[a-z_]+\b")
# Files and commands are named as they are; what stands in them is not ours to word.
NAMED = re.compile(r"`[^`]*`|\S*[/.]\S*")


@pytest.fixture
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


@pytest.fixture
def nothing_yet(tmp_path, monkeypatch):
    """A warehouse in which nothing has been published."""
    monkeypatch.setenv("BELLWETHER_WAREHOUSE", str(tmp_path / "warehouse"))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def texts(at: AppTest) -> list[str]:
    """What a page says outside of tables."""
    kinds = (at.title, at.subheader, at.markdown, at.caption, at.metric, at.selectbox, at.multiselect, at.error)
    said = [getattr(one, "label", None) or one.value for kind in kinds for one in kind]
    return [str(text) for text in [*said, *(one.value for one in at.metric), *(one.delta for one in at.metric)]]


@pytest.mark.parametrize("page", PAGES)
def test_it_draws_and_says_what_it_rests_on(sample_warehouse, app, page):
    at = app(page)
    assert not at.exception and not at.error
    assert at.title[0].value and at.caption[0].value.endswith("?")
    footer = at.caption[-1].value
    assert "data version 1" in footer and "full weeks up to" in footer and "newest export taken" in footer


@pytest.mark.parametrize("page", PAGES)
def test_it_speaks_in_words(sample_warehouse, app, page):
    at = app(page)
    said = [NAMED.sub("", text) for text in texts(at)]
    assert [text for text in said if RAW.search(text) or "None" in text or "nan" in text.split()] == []
    assert [name for table in at.dataframe for name in table.value.columns if RAW.search(name)] == []


@pytest.mark.parametrize("page", PAGES)
def test_before_the_first_refresh_it_says_the_command(nothing_yet, app, page):
    at = app(page)
    assert not at.exception and not at.error
    assert "no data yet" in str(at.info[0].proto)
    assert at.code[0].value.startswith("bellwether refresh")


@pytest.mark.parametrize("page", PAGES)
def test_an_error_has_an_id_that_the_log_explains_and_no_more(sample_warehouse, app, page, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("select secret from somewhere")

    app(page)
    monkeypatch.setattr("bellwether.views.current._answer", broken)
    with caplog.at_level(logging.ERROR, logger="bellwether"):
        at = app(page)
    told = re.search(r"\*\*([0-9a-f]{8})\*\*", at.error[0].value)[1]
    assert told in caplog.text and "select secret" in caplog.text
    assert "secret" not in str(at.main)
    assert not at.exception


@pytest.mark.parametrize("file", FILES, ids=PAGES)
def test_a_page_composes(file):
    """No SQL, no arithmetic, no main(): pages are steps."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.BinOp, ast.FunctionDef, ast.ClassDef))]
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert not [text for text in strings if re.search(r"\bselect\b.*\bfrom\b", text, re.I | re.S)]


@pytest.mark.parametrize("part", ["Sources and files", "Quarantine", "Contracts and feeds", "Versions"])
def test_every_part_of_the_data_page_speaks_in_words(sample_warehouse, app, part):
    at = app("data/data.py", part=part)
    assert not at.exception and not at.error and at.dataframe
    assert [name for table in at.dataframe for name in table.value.columns if RAW.search(name)] == []


def test_every_contract_is_said_in_words(sample_warehouse, app, engine):
    told = app("data/data.py", part="Contracts and feeds").dataframe[0].value
    assert len(told) == engine.ask("select count(*) from contract_results").item()
    assert not [rule for rule in told["Rule"] if not rule or RAW.search(rule)]


def boards(at: AppTest) -> dict[str, dict]:
    """The tables on a page that are ours, by what they are called."""
    found = [json.loads(one.proto.json) for one in at.get("bidi_component")]
    return {one["caption"]: one for one in found}


def test_the_outcomes_are_what_the_marts_say(sample_warehouse, app, engine):
    lines = [line["cells"] for line in boards(app())["The outcomes until now"]["rows"]]
    shown = {name["text"]: (value["text"], state["text"]) for name, value, state, _ in lines}
    rows = engine.ask(
        "select title, unit, now, low, high, verdict from trends join indicators using (indicator) "
        "where silo = 'All silos' and indicator in ('retained', 'bought_again', 'net_promoter') and now is not null"
    )
    assert rows.height
    for title, unit, now, low, high, verdict in rows.iter_rows():
        assert shown[title] == (words.estimate(now, low, high, unit)[0], verdict)
        number = float(shown[title][0].replace("−", "-").rstrip("%"))
        assert number == pytest.approx(100 * now if unit == "share" else now, abs=0.501)


def test_read_is_accepted_and_quarantined_together(sample_warehouse, app, engine):
    at = app("data/data.py")
    files = at.dataframe[1].value
    assert (files["Rows read"] == files["Accepted"] + files["Quarantined"]).all()
    assert set(files["Adds up"]) == {"✓ yes"}
    total = engine.ask("select sum(read)::bigint from imports where state = 'taken in'").item()
    assert {one.label: one.value for one in at.metric}["Rows read"] == f"{total:,}"


def test_rows_in_quarantine_can_be_filtered(sample_warehouse, app, engine):
    at = app("data/data.py", part="Quarantine")
    every = at.dataframe[1].value
    assert {"File", "Line", "Column", "Value", "Reason"} == set(every.columns)
    column = every["Column"].iloc[0]
    at.multiselect(key="field").set_value([column]).run()
    kept = at.dataframe[1].value
    assert set(kept["Column"]) == {column} and len(kept) == (every["Column"] == column).sum()


def test_filters_come_from_the_address(sample_warehouse, app, engine):
    silo, observations = engine.ask(
        "select silo, sum(observations) from silo_totals, (select max(week) as newest from silo_totals "
        "where indicator = 'effort') where indicator = 'effort' and week >= newest - 28 and week < newest "
        "group by silo order by 2 desc"
    ).row(0)
    at = app("silos/silos.py", indicator="Effort", silo=silo, period="Last 4 weeks")
    assert at.selectbox(key="indicator").value == "effort" and at.selectbox(key="silo").value == silo
    assert f"· {observations:,} observations" in " ".join(texts(at))


def test_a_value_that_does_not_exist_falls_back(sample_warehouse, app):
    at = app("silos/silos.py", indicator="Nonsense", silo="Nowhere", period="For ever", channels="telepathy")
    assert not at.error and not at.exception
    assert at.selectbox(key="silo").value == "All silos" and at.selectbox(key="period").value == "Last 13 weeks"
    assert at.multiselect(key="channels").value == []


def test_too_few_people_are_not_shown(sample_warehouse, app, engine):
    touchpoint, segment, channel = engine.ask(
        "select touchpoint, segment, channel from indicator_weeks, (select max(week) as newest from indicator_weeks "
        "where indicator = 'promise_kept') where indicator = 'promise_kept' and week >= newest - 28 and week < newest "
        "and segment is not null group by all "
        "having people_at_least(mark_a, mark_b, mark_c) between 1 and 4 order by all"
    ).row(0)
    where = {"touchpoints": touchpoint, "segments": segment, "channels": channel, "period": "Last 4 weeks"}
    at = app("silos/silos.py", **where)
    assert not at.error and not at.exception
    assert at.metric[0].value == "too few"
    assert any("Too few people" in str(one.proto) for one in at.info)
    assert not at.dataframe  # nor the rows


def test_filters_that_leave_nothing_say_so(sample_warehouse, app, engine):
    """A touchpoint and a silo that never met."""
    silo, touchpoint = engine.ask(
        "with pairs as (select distinct silo, touchpoint from indicator_weeks where silo is not null) "
        "select a.silo, b.touchpoint from pairs as a, pairs as b where b.touchpoint is not null "
        "and (a.silo, b.touchpoint) not in (select (silo, touchpoint) from pairs where touchpoint is not null) limit 1"
    ).row(0)
    at = app("silos/silos.py", silo=silo, touchpoints=touchpoint)
    assert not at.error and not at.exception
    assert any("for these filters" in str(one.proto) for one in at.info)


def test_an_open_page_moves_to_a_new_version(sample_warehouse, app, tmp_path, monkeypatch):
    first = next((sample_warehouse / "versions").glob("[0-9]*"))
    shutil.copytree(first, tmp_path / "versions" / "000001-20260101T000000")
    monkeypatch.setenv("BELLWETHER_WAREHOUSE", str(tmp_path))
    settings.cache_clear()
    at = app()
    assert "data version 1," in at.caption[-1].value
    shutil.copytree(first, tmp_path / "versions" / "000002-20260102T000000")
    assert "data version 2," in at.run().caption[-1].value
    monkeypatch.undo()
    settings.cache_clear()


def test_the_definition_stands_behind_the_figure(sample_warehouse, app):
    at = app("silos/silos.py", indicator="Effort")
    assert "How it is measured" in [one.proto.popover.label for one in at.get("popover")]

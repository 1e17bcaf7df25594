"""The reality check counts what is there, names the largest gap, and says which step comes next."""

from __future__ import annotations

import polars as pl
import pytest

from bellwether import asking
from bellwether.settings import settings
from bellwether.views import reality, unseen

SILO = {
    **{"silo": "Digital", "leader": "Esra", "contacts": 100, "share_of_contacts": 0.5, "human": 40, "promised": 0.4},
    **{"without_date": 0, "resolved": 0.9, "answers": 12, "indicators": 9, "of_indicators": 10},
}


def state(*rows: tuple[int, str, int, int]) -> pl.DataFrame:
    found = pl.DataFrame(rows, ["rung", "measure", "done", "of"], orient="row")
    return found.with_columns(example=pl.lit("Help line"))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1, "touchpoints", 5, 10), (2, "owners", 1, 10)], "touchpoints"),  # nobody can own what nobody sees
        ([(1, "touchpoints", 95, 100), (2, "owners", 1, 10)], "owners"),  # seeing holds
        ([(1, "touchpoints", 99, 100), (2, "owners", 95, 100)], "owners"),  # all hold: what is least done
        ([(1, "touchpoints", 0, 0), (2, "owners", 1, 10)], "owners"),  # there is nothing to see yet to count
    ],
)
def test_the_next_step_is_on_the_lowest_rung_that_does_not_hold(rows, expected):
    assert reality.next_step(state(*rows))["measure"] == expected


def test_at_the_top_there_is_no_next_step():
    assert reality.next_step(state((1, "touchpoints", 10, 10))) is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, None),
        ({"promised": 0.01}, "a broken promise"),
        ({"promised": None, "human": 0}, None),  # a silo without people promises nothing, rightly
        ({"promised": 0.0, "without_date": 30}, "by how much it is late"),
        ({"answers": 0}, "what customers think"),
        ({"resolved": 0.0}, "how long things take"),
        ({"indicators": 2}, "8 indicators that others have"),
    ],
)
def test_what_nobody_would_notice_is_said(change, word):
    found = unseen.blind_spots({**SILO, **change})
    assert found == [] if word is None else word in found[0]


@pytest.fixture
def counted(sample_warehouse) -> dict[str, dict]:
    engine = asking.open_current(settings())
    yield {row["measure"]: row for row in asking.ask(engine, settings(), "reality_check/state").to_dicts()}
    engine.close()


def test_every_measure_has_its_words_and_none_counts_more_than_there_is(counted):
    assert set(counted) == set(reality.MEASURES)
    for row in counted.values():
        assert 0 <= row["done"] <= row["of"], row
        assert row["example"] or row["done"] == row["of"], row


def test_owners_are_counted_pair_by_pair(counted):
    """Against a plain count: measured pairs whose line stands in owners.csv."""
    engine = asking.open_current(settings())
    pairs = engine.ask("select indicator, silo from indicator_silos").rows()
    engine.close()
    lines = (settings().governance / "owners.csv").read_text().splitlines()[1:]
    owned = {tuple(line.split(",")[:2]) for line in lines}
    assert (counted["owners"]["done"], counted["owners"]["of"]) == (len(owned & set(pairs)), len(pairs))


def test_silos_that_promise_nothing_are_named(sample_warehouse):
    engine = asking.open_current(settings())
    rows = {row["silo"]: row for row in asking.ask(engine, settings(), "reality_check/unseen").to_dicts()}
    engine.close()
    promising_nothing = {silo for silo, row in rows.items() if any("promise" in one for one in unseen.blind_spots(row))}
    assert promising_nothing == {"Sales", "Retention"}  # Digital has no people who could promise


def test_the_page_says_the_next_step(sample_warehouse, app):
    at = app("reality_check/reality_check.py")
    assert not at.exception
    assert "Next best step" in [one.value for one in at.caption]


def test_a_company_that_has_decided_nothing_is_told_where_to_begin(undecided, app):
    at = app("reality_check/reality_check.py")
    assert not at.exception
    assert any("Rung: " in one.value for one in at.caption)

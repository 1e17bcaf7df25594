"""Rows of single people: an owner gets those of their silos, an executive none, whatever question was asked."""

from __future__ import annotations

import polars as pl
import pytest

from bellwether import asking, sql
from bellwether.access.rows import single, theirs
from bellwether.access.viewer import LOCAL, Viewer
from bellwether.settings import settings

ROWS = pl.DataFrame({"customer_id": ["a", "b", "c"], "silo": ["Billing", "Sales", None]})
EXECUTIVE = Viewer("x", "X", frozenset({"executive"}), frozenset({"Billing"}))
OWNER = Viewer("o", "O", frozenset({"owner"}), frozenset({"Billing"}))


def test_each_reads_what_is_theirs():
    assert theirs(ROWS, OWNER)["customer_id"].to_list() == ["a"]
    assert theirs(ROWS, EXECUTIVE).height == 0
    assert theirs(ROWS, LOCAL).height == 3


def test_rows_that_do_not_say_their_silo_are_for_those_who_read_all():
    assert theirs(ROWS.drop("silo"), OWNER).height == 0
    assert theirs(ROWS.drop("silo"), LOCAL).height == 3


def test_roll_ups_are_everybodys():
    rolled = pl.DataFrame({"silo": ["Billing", "Sales"], "value": [0.1, 0.2]})
    assert theirs(rolled, EXECUTIVE).equals(rolled)


@pytest.mark.parametrize(
    "query", [*sql.load(settings().queries, "answer"), *sql.load(settings().queries, "explore")], ids=lambda one: one.id
)
def test_no_question_gives_an_owner_a_row_of_another_silo(sample_warehouse, query):
    """Every question there is, as an owner of Billing would get it."""
    engine = asking.open_current(settings())
    try:
        rows = asking.ask(engine, settings(), query.id)
    finally:
        engine.close()
    # `person` is a leader, by whose name numbers are answered for, and `name` that of a check.
    named = [name for name in rows.columns if name.endswith("_id") or name in ("customer", "email")]
    assert single(rows) or not named, f"{named} could name one person: list them in bellwether/access/rows.py"
    got = theirs(rows, OWNER)
    if single(rows):
        assert set(got["silo"].to_list() if "silo" in got.columns else []) <= {"Billing"}
        assert theirs(rows, EXECUTIVE).height == 0

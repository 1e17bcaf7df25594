"""`bellwether check` on questions to explore: each broken header gets the line and the way to mend it."""

from __future__ import annotations

import pytest

from bellwether import exploring, sql

GOOD = """-- title: T
-- question: Q?
-- chart: bar
-- x: channel
-- y: share
-- unit: share
-- better: higher
-- count: contacts
-- opens: contacts/other

select channel, 0.5 as share, 1 as contacts
"""
COLUMNS = {"channel": "VARCHAR", "share": "DOUBLE", "contacts": "BIGINT"}
IDS = ("contacts/one", "contacts/other")


def owed(folder, text: str, columns=COLUMNS, name="contacts/one", answers=()) -> None:
    file = folder / "queries" / "explore" / f"{name}.sql"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    exploring.owed(sql.parse(file, folder / "queries"), columns, IDS, answers)


def test_a_good_file_passes(tmp_path):
    owed(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("-- x: channel", "-- x: chanel"), 4, '"chanel" is no column of the answer. Did you mean "channel"?'),
        (("-- y: share\n", ""), 3, '"bar" needs a line "-- y: ..."'),
        (("-- count: contacts", "-- count: contact"), 8, 'Did you mean "contacts"?'),
        (("-- count: contacts", "-- count: channel"), 8, "it has to be a number"),
        (("-- y: share", "-- y: channel"), 5, "it has to be a number"),
        (("contacts/other", "contacts/othr"), 9, 'Did you mean "contacts/other"?'),
        (("-- chart: bar", "-- chart: heat"), 3, '"heat" needs a line "-- colour: ..."'),
        (("-- opens: contacts/other", "-- target: 90%"), 9, '"90%" is no number. Write the target in the unit of y'),
        (("-- opens: contacts/other", "-- trend: yes"), 9, "a verdict is about a line by week"),
    ],
)
def test_a_complaint_names_the_line_and_the_fix(tmp_path, change, line, says):
    with pytest.raises(sql.QueryError) as error:
        owed(tmp_path, GOOD.replace(*change))
    assert str(error.value).startswith(f"queries/explore/contacts/one.sql, line {line}: ")
    assert says in str(error.value)


def test_a_question_has_to_say_how_many_stand_behind_a_row(tmp_path):
    with pytest.raises(sql.QueryError, match='needs a header line "-- count: '):
        owed(tmp_path, GOOD.replace("-- count: contacts\n", ""))


@pytest.mark.parametrize("name", exploring.NAMES_PEOPLE)
def test_columns_that_tell_who_it_was_are_refused(tmp_path, name):
    with pytest.raises(sql.QueryError, match="tells who it was"):
        owed(tmp_path, GOOD, {**COLUMNS, name: "VARCHAR"})


def test_a_header_that_says_so_may_name_customers(tmp_path):
    owed(tmp_path, f"-- names: customers\n{GOOD}", {**COLUMNS, "customer_id": "VARCHAR"})
    with pytest.raises(sql.QueryError, match='"everybody" is not a value of "names"'):
        owed(tmp_path, f"-- names: everybody\n{GOOD}", {**COLUMNS, "customer_id": "VARCHAR"})


def test_a_name_that_the_product_uses_is_refused(tmp_path):
    with pytest.raises(sql.QueryError, match="name of an answer"):
        owed(tmp_path, GOOD, answers=("contacts/one",))


def test_a_file_without_topic_is_told_where_to_go(tmp_path):
    with pytest.raises(sql.QueryError, match="Move it to queries/explore/TOPIC"):
        owed(tmp_path, GOOD, name="one")


def test_a_trend_needs_to_know_which_way_is_good(tmp_path):
    line = GOOD.replace("-- chart: bar", "-- chart: line").replace("-- opens: contacts/other", "-- trend: yes")
    with pytest.raises(sql.QueryError, match='needs a line "-- better: '):
        owed(tmp_path, line.replace("-- better: higher\n", ""), {**COLUMNS, "channel": "DATE"})

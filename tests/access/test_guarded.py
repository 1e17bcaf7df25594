"""Free SQL leaves groups of fewer than five people out, however the grouping is written."""

from __future__ import annotations

import duckdb
import pytest

from bellwether.access.guarded import guarded

NAMING = ("interactions", "customers")


@pytest.fixture(scope="module")
def con():
    """Ten contacts of ten customers in the north, ten of two in the south, and a table of no people."""
    con = duckdb.connect()
    con.execute(
        "create table interactions as select 'n' || i as customer_id, 'north' as silo, i as cost from range(10) t(i)"
    )
    con.execute("insert into interactions select 's' || i % 2, 'south', i from range(10) t(i)")
    con.execute("create table customers as select distinct customer_id, 'x' as segment from interactions")
    con.execute("create table imports as select 'a.csv' as file, 3 as read")
    return con


@pytest.mark.parametrize(
    "text",
    [
        "select silo, count(*) from interactions group by silo",
        "select silo, avg(cost) as cost from interactions group by all order by 2 desc",
        "select silo, count(*) from interactions i join customers c using (customer_id) group by silo",
        "with a as (select silo, count(*) as n from interactions group by silo) select * from a",
        "select silo, sum(cost) from interactions group by 1 having sum(cost) > 0 or true",
        "select * from (select silo, count(*) from interactions group by silo)",
        'select "Silo", count(*) from "Interactions" group by 1',
    ],
)
def test_a_group_of_two_people_is_left_out(con, text):
    silos = lambda sql: sorted(row[0] for row in con.execute(sql).fetchall())  # noqa: E731
    assert silos(text) == ["north", "south"]
    assert silos(guarded(text, NAMING)) == ["north"]


@pytest.mark.parametrize(
    "text",
    [
        "select count(*) from interactions where silo = 'south'",
        "select max(cost) from interactions where customer_id = 's1'",
        "with cheap as (select cost from interactions where cost < 2 and silo = 'south') select count(*) from cheap",
        "select sum(cost) from (select cost from interactions where customer_id = 'n1')",
    ],
)
def test_a_count_of_few_is_no_answer(con, text):
    assert con.execute(text).fetchall() and con.execute(guarded(text, NAMING)).fetchall() == []


@pytest.mark.parametrize(
    "text",
    [
        "select * from interactions limit 3",
        "select sum(read) from imports",
        "select cost, row_number() over () from interactions",
    ],
)
def test_rows_and_what_counts_no_people_stay_as_they_are(text):
    assert guarded(text, NAMING) == text

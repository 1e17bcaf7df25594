"""The allow-list, held against DuckDB's own parse: nothing gets by it, and honest questions do."""

from __future__ import annotations

import duckdb
import pytest
from lab.tries import tries

from bellwether import allowed, sql
from bellwether.settings import settings

GIVEN = allowed.Leave(
    frozenset({"silos", "interactions", "contacts", "indicator_weeks"}), frozenset({"rate", "week_of", "chosen"})
).costly()


@pytest.mark.parametrize("one", tries("refused"), ids=lambda one: one.name)
def test_a_way_out_is_refused_with_a_sentence(one):
    found = allowed.refusals(one.sql, GIVEN)
    assert found
    assert all(str(refusal).endswith((".", "?")) and len(str(refusal)) < 1000 for refusal in found)


@pytest.mark.parametrize("one", tries("held"), ids=lambda one: one.name)
def test_what_only_costs_is_left_to_the_limits_of_a_process(one):
    assert allowed.refusals(one.sql, GIVEN) == []


def test_what_only_costs_is_refused_where_no_process_holds_it():
    found = allowed.refusals("select repeat('a', 3000000000)", allowed.Leave(GIVEN.tables))
    assert [(one.kind, one.what) for one in found] == [("function", "repeat")]
    endless = "with recursive n as (select 1 as i union all select i + 1 from n) select max(i) from n"
    assert [one.what for one in allowed.refusals(endless, allowed.Leave(GIVEN.tables))] == ["recursive"]


@pytest.mark.parametrize(
    "honest",
    [
        "select silo, count(*) filter (where reopened) as n from interactions group by all order by n desc limit 3",
        "with a as (select silo from silos), b as (select * from a) select * from B",
        "with recursive n as (select 1 as i union all select i + 1 from n where i < 9) select sum(i) from n",
        "select week_of(started_at) as week, rate(sum(cost), count(*)) from contacts where chosen($silos, silo) "
        "group by 1",
        "select * exclude (team) replace (lower(silo) as silo) from interactions",
        "select extract(year from started_at), started_at::date, [x * 2 for x in [1, 2]], {'a': 1}.a, "
        "reason like '%a%', reason similar to 'a.*', silo in ('a'), not failed, cost between 1 and 2, "
        "case when failed then 1 end, now() "
        "from interactions",
        "select silo, row_number() over (partition by silo order by started_at) as n from interactions qualify n = 1",
        "from interactions pivot (count(*) for silo in ('a', 'b'))",
        "select columns(c -> c like 's%') from interactions",
        "select lag(total) over w from indicator_weeks window w as (order by week)",
    ],
)
def test_an_honest_question_may_be_asked(honest):
    assert allowed.refusals(honest, GIVEN) == []


def test_everything_that_is_wrong_is_said_with_its_line():
    text = "select\n    getenv('A'),\n    $silo_s\nfrom comment_s\n"
    found = allowed.refusals(text, GIVEN)
    assert [(one.kind, one.line) for one in found] == [("function", 2), ("parameter", 3), ("table", 4)]
    assert 'Did you mean "silos"' in str(found[1]) or 'Did you mean "silo"' in str(found[1])


def test_a_question_as_deep_as_the_parser_goes_is_no_crash():
    for text in (
        "(" * 5000 + "1" + ")" * 5000,
        "select " + "-" * 1 + "(" * 900 + "1" + ")" * 900,
        "select 1" + "+1" * 9000,
    ):
        allowed.refusals(text if text.startswith("select") else f"select {text}", GIVEN)
    assert allowed.refusals("select 1 -- " + "x" * allowed.LONGEST, GIVEN)[0].what == "length"


def test_every_function_of_the_list_is_one_that_duckdb_has_or_writes_for_an_operator():
    """A misspelt name in the list would let nothing through, and nobody would know."""
    with duckdb.connect() as con:
        there = {name for (name,) in con.execute("select function_name from duckdb_functions()").fetchall()}
    by_the_parser = {
        "!__postfix",
        "between",
        "coalesce",
        "extract",
        "grouping",
        "grouping_id",
        "ifnull",
        "is_distinct_from",
    }
    windows = {
        "cume_dist",
        "dense_rank",
        "first_value",
        "lag",
        "last_value",
        "lead",
        "nth_value",
        "ntile",
        "percent_rank",
    }
    assert (allowed.PLAIN | allowed.COSTLY) - there <= by_the_parser | windows | {
        "rank",
        "rank_dense",
        "row_number",
        "fill",
    }


def test_the_products_own_questions_pass():
    folder = settings().queries
    with duckdb.connect() as con:
        from bellwether.engine.duckdb import prepare

        prepare(con, folder / "macros.sql", settings().company)
        macros = allowed.leave(con).macros
    found = {
        (query.id, one.what)
        for query in sql.load(folder, "explore")
        for one in allowed.refusals(query.sql, allowed.Leave(frozenset(sql.reads(query.sql)), macros))
    }
    assert found == set()

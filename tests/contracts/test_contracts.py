"""What is judged where, what is tolerated, what is said, and what becomes of the connection."""

from __future__ import annotations

import duckdb
import pytest
from contracts.feeds import RULES, kept

from bellwether import expectations
from bellwether.contracts import Result, judge, stops
from bellwether.rules import Rule, rules_of
from bellwether.settings import ROOT
from bellwether.sql import Query

MESSY = 3000


def promise(line: str, feed: str = "visits") -> list[Rule]:
    """The rule that one header line makes, without the key of the feed."""
    key, _, value = line.partition(": ")
    header = {"key": ("visit_id",), key: (value,)}
    return rules_of(Query(feed, "feed", ROOT / "queries/feeds/visits.sql", header, ()))[1:]


def visits(rows: int, bad: int, says: str = "silo = null") -> duckdb.DuckDBPyConnection:
    """A feed of `rows` rows of which the first `bad` are changed."""
    con = duckdb.connect()
    con.execute(
        "create table visits as select 'v' || line as visit_id, 'Desk' as silo, 'c' || line as customer_id, "
        "timestamp '2026-01-01' as began, timestamp '2026-01-02' as ended, 'crm' as source, "
        f"'crm/visits.csv' as source_file, line as source_line from range(1, {rows + 1}) lines(line)"
    )
    con.execute(f"update visits set {says} where source_line <= {bad}")
    return con


def one(con: duckdb.DuckDBPyConnection, line: str, before: int = 0) -> Result:
    (result,) = judge(con, {"visits": promise(line)}, {"visits": before} if before else {})
    return result


@pytest.mark.parametrize(
    ("share", "rows", "bad", "is_kept"),
    [
        ("95%", 100, 5, True),  # exactly the share
        ("95%", 100, 6, False),
        ("99.9%", 1000, 1, True),  # 99.9 / 100 is a little more than 0.999
        ("99.9%", 1000, 2, False),
        ("100%", 1000, 1, False),
    ],
)
def test_a_share_of_breaches_is_tolerated(share: str, rows: int, bad: int, is_kept: bool) -> None:
    late = one(visits(rows, bad, "ended = timestamp '2025-12-31'"), f"order: began <= ended in {share}")
    assert (late.kept, late.breaches, late.rows) == (is_kept, bad, rows)
    con = visits(rows, bad, "customer_id = 'nobody'")
    con.execute("create table customers as select 'c' || line as customer_id from range(1, 2000) lines(line)")
    lost = one(con, f"link: customer_id to customers.customer_id in {share}")
    assert (lost.kept, lost.breaches, lost.rows) == (is_kept, bad, rows)


def test_a_share_is_of_the_rows_that_have_both_values() -> None:
    con = visits(100, 6, "ended = timestamp '2025-12-31'")
    con.execute("update visits set ended = null where source_line > 50")
    result = one(con, "order: began <= ended in 90%")
    assert (result.kept, result.rows, result.breaches) == (False, 50, 6)


def test_the_sentence_of_a_broken_row() -> None:
    assert one(visits(1200, 1100), "not_null: silo").sentence == (
        "visits: it is promised that silo is filled, but 1,100 of 1,200 rows break that: "
        "crm/visits.csv, line 1 (silo is empty); crm/visits.csv, line 2 (silo is empty); "
        "crm/visits.csv, line 3 (silo is empty); and 1,097 more. "
        "Nothing was published; the version before stays up. "
        "Mend the export, or the file in queries/sources/ that fills silo."
    )


def test_the_sentence_of_an_unknown_silo_is_only_a_mention() -> None:
    con = visits(10, 4, "silo = 'Shop ' || (source_line % 2)")
    con.execute("create table silos as select * from (values ('Desk'), (null)) names(silo)")
    result = one(con, "known: silo among silos.silo")
    assert (result.breaches, result.rows, stops([result])) == (2, 10, [])
    assert result.sentence == (
        "visits: 2 silos have no line in data/governance/silos.csv: "
        'crm/visits.csv, line 1 (silo "Shop 1"); crm/visits.csv, line 2 (silo "Shop 0"); add them with a leader.'
    )


def test_an_example_shows_where_and_the_values_and_no_more() -> None:
    con = visits(9, 1, f"silo = '{'long ' * 50}'")
    (example,) = one(con, "values: silo in Desk, Shop").examples
    assert example == f'crm/visits.csv, line 1 (silo "{("long " * 50)[:60]}…")'
    con.execute("update visits set source_file = null, source_line = null where source_line = 1")
    assert one(con, "values: silo in Desk, Shop").examples[0].startswith("a row of no export (silo ")


def test_a_feed_that_shrank() -> None:
    result = one(visits(1234, 0), "volume: from 0.5 to 3", before=4001)
    assert (result.kept, result.rows, result.breaches, result.examples) == (False, 1234, 767, ())
    assert result.sentence == (
        "visits: it is promised that the feed has 0.5 to 3 times the rows of the last version, which was 4,001; "
        "1,234 rows are 767 short of the 2,001 to 12,003 that are allowed. "
        "Nothing was published; the version before stays up. Bring the exports that are missing, or take out those "
        "that came twice; if the change is real, allow it in queries/feeds/visits.sql."
    )


@pytest.mark.parametrize(
    ("rows", "is_kept", "breaches"), [(49, False, 1), (50, True, 0), (300, True, 0), (302, False, 2)]
)
def test_the_edges_of_volume(rows: int, is_kept: bool, breaches: int) -> None:
    result = one(visits(rows, 0), "volume: from 0.5 to 3", before=100)
    assert (result.kept, result.breaches) == (is_kept, breaches)


def test_the_first_time_there_is_no_volume_to_compare() -> None:
    assert judge(visits(10, 0), {"visits": promise("volume: from 0.5 to 3")}, {}) == []


def test_a_feed_that_is_gone_or_empty_has_only_its_volume() -> None:
    rules = {"visits": [*promise("not_null: silo"), *promise("volume: from 0.5 to 3")]}
    for con in (visits(0, 0), duckdb.connect()):
        assert judge(con, rules, {}) == []
        (result,) = judge(con, rules, {"visits": 10})
        assert (result.rule, result.kept, result.rows, result.breaches) == ("volume", False, 0, 5)


def test_rows_are_judged_where_they_changed_and_links_everywhere() -> None:
    con = visits(100, 10, "silo = null, customer_id = 'nobody', ended = timestamp '2025-12-31'")
    con.execute("create table customers as select 'c' || line as customer_id from range(50, 101) lines(line)")
    con.execute("create temp view changed_visits as select * from visits where source_line > 60")
    lines = ["not_null: silo", "order: began <= ended", "link: customer_id to customers.customer_id"]
    rules = {"visits": [rule for line in lines for rule in promise(line)] + promise("volume: from 0.5 to 3")}
    found = {result.rule: (result.kept, result.rows, result.breaches) for result in judge(con, rules, {"visits": 100})}
    assert found == {
        "not_null": (True, 40, 0),
        "order": (True, 40, 0),
        "link": (False, 100, 49),
        "volume": (True, 100, 0),
    }
    con.execute("create or replace temp view changed_visits as select * from visits where false")
    assert [result.rule for result in judge(con, rules, {"visits": 100})] == ["link", "volume"]


def test_a_link_to_a_table_that_is_not_there_is_broken_for_every_row() -> None:
    con = visits(10, 2, "customer_id = null")
    for there in ("select 1", "create table customers (customer_id varchar)"):
        con.execute(there)
        result = one(con, "link: customer_id to customers.customer_id")
        assert (result.kept, result.rows, result.breaches, len(result.examples)) == (False, 8, 8, 3)


def test_a_key_with_a_null_in_it_can_repeat() -> None:
    con = visits(10, 0)
    con.execute("update visits set silo = null, visit_id = 'v1' where source_line <= 3")
    header = {"key": ("visit_id, silo",)}
    (key,) = rules_of(Query("visits", "feed", ROOT / "queries/feeds/visits.sql", header, ()))
    (result,) = judge(con, {"visits": [key]}, {})
    assert (result.kept, result.rows, result.breaches) == (False, 10, 2)  # three rows, two too many
    assert result.examples[0] == 'crm/visits.csv, line 1 (source "crm", visit_id "v1", silo is empty)'


def test_a_promise_that_cannot_be_judged_is_not_kept() -> None:
    (result,) = stops(judge(visits(10, 0), {"visits": promise("not_null: ward")}, {}))
    assert result.sentence.startswith("visits: nobody can tell whether ward is filled: ")
    assert '"ward"' in result.sentence
    assert "Nothing was published" in result.sentence


@pytest.mark.parametrize("feed", RULES)
def test_the_counts_are_those_of_plain_sql_on_messy_rows(feed: str) -> None:
    con = duckdb.connect()
    kept(con, feed, MESSY)
    for place, (column, kind, *_) in enumerate(con.execute(f"describe {feed}").fetchall()):
        if kind in _MESS and column not in ("source_file", "source_line"):
            con.execute(f"update {feed} set {column} = {_MESS[kind]} where hash(source_line, {place}) % 5 = 0")
    plain = [rule for rule in RULES[feed] if rule.breach and rule.kind != "known"]
    key, *others = judge(con, {feed: [RULES[feed][0], *plain]}, {})
    assert {(one.rule, one.says): one.breaches for one in others} == {
        (rule.kind, rule.says): count(con, f"{feed} where {rule.breach}") for rule in plain
    }
    assert any(one.breaches for one in others)
    assert key.breaches == MESSY - count(con, f"(select distinct {', '.join(RULES[feed][0].columns)} from {feed})")
    assert key.breaches > 0


def count(con: duckdb.DuckDBPyConnection, what: str) -> int:
    return con.execute(f"select count(*) from {what}").fetchone()[0]


_MESS = {
    "VARCHAR": "case when hash(source_line) % 3 > 0 then 'odd ' || source_line % 7 end",
    "DOUBLE": "[null, 'nan'::double, 'infinity'::double, -1, 1e9][source_line % 5 + 1]",
    "INTEGER": "[null, -1, 1001][source_line % 3 + 1]",
    "TIMESTAMP": "case when source_line % 2 = 0 then timestamp '2026-01-01' + interval (hash(source_line) % 9) day end",
}


def test_what_the_refresh_has_under_way_is_left_alone() -> None:
    con = visits(10, 0)
    con.begin()
    con.execute("create table underway as select 1 as one")
    before = con.sql("show all tables").fetchall()
    assert one(con, "not_null: silo").kept
    assert con.sql("show all tables").fetchall() == before
    con.rollback()
    assert "underway" not in [name for (name,) in con.sql("show tables").fetchall()]


def test_views_over_parquet_are_judged(tmp_path) -> None:
    file = tmp_path / "visits.parquet"
    visits(10, 2).execute(f"copy visits to '{file}'")
    con = duckdb.connect()
    con.execute(f"create temp view visits as select * from read_parquet('{file}')")
    assert one(con, "not_null: silo").breaches == 2


def test_great_expectations_still_loses_its_answer_when_it_may_give_the_connection_back(monkeypatch) -> None:
    """When this fails, great-expectations keeps its connection: `lent` is then needed for the transaction alone."""
    from duckdb_sqlalchemy import ConnectionWrapper

    monkeypatch.setattr(expectations, "lent", ConnectionWrapper)
    result = one(visits(10, 2), "not_null: silo")
    assert (result.kept, result.breaches) == (False, 0)
    assert "nobody can tell" in result.sentence

"""The empty warehouse, as a refresh of nothing would make it: what files are checked against without any data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from bellwether import (
    governance,
    marts,
    records,
    recovery_marts,
    relationship_marts,
    segment_marts,
    shelves,
    verdict_marts,
)
from bellwether.access import bundles
from bellwether.journey import marts as journey_marts
from bellwether.matters import marts as matters_marts
from bellwether.outlook import ground, people, proof, satisfaction
from bellwether.outlook import marts as ahead
from bellwether.sql import Query, of_kind

Gather = Callable[[Callable[[], object]], None]


def build(con: duckdb.DuckDBPyConnection, queries: list[Query], gather: Gather) -> None:
    """Feeds, governance, marts and records on a connection that knows the macros.

    gather: runs a step, and keeps what is wrong with it.
    """
    con.execute("attach ':memory:' as marts")
    con.execute("attach ':memory:' as sums")
    governance.create(con)
    records.create(con)
    for feed in of_kind(queries, "feed"):
        gather(lambda feed=feed: marts.run(con, feed, f"create table {feed.id} as {feed.sql}"))
    marts.calendar(con, {})
    marts.horizons(con)
    indicators = of_kind(queries, "indicator")
    gather(lambda: _build_marts(con, marts.in_order(of_kind(queries, "mart")), indicators, gather))


def _build_marts(con, found_marts: list[Query], indicators: list[Query], gather: Gather) -> None:
    for mart in [mart for mart in found_marts if mart.get("month")]:
        nowhere = shelves.Shelf(f"marts/{mart.id}", Path(), None, {})
        gather(lambda mart=mart, shelf=nowhere: marts.shelve(con, mart, shelf, same=False))
    satisfaction.nothing(con)
    for mart in [mart for mart in found_marts if mart.get("each")]:
        for indicator in indicators:
            gather(lambda mart=mart, one=indicator: marts.roll_up(con, mart, one))
        con.execute(f"create view {mart.id} as select * from sums.{mart.id}")
    bundles.nothing(con)
    marts.small(con, found_marts, indicators)
    depth(con)
    relationship_marts.beside(con, indicators)
    ground.make_tables(con)
    proof.nothing(con)
    ahead.nothing(con)
    people.nothing(con)
    verdict_marts.nothing(con)


def depth(con: duckdb.DuckDBPyConnection) -> None:
    """All that `Building.depth` makes, empty."""
    for one in (recovery_marts, relationship_marts, segment_marts, journey_marts, matters_marts):
        one.nothing(con)

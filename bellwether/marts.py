"""Feeds -> marts: the row-level marts on their shelves, and the weekly roll-up of every indicator."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bellwether import shelves
from bellwether.cells import literal
from bellwether.engine.duckdb import frame
from bellwether.shelves import month_of
from bellwether.sql import Query, QueryError, first_line, line_within, reads

OBSERVATION = {
    "customer_id": "VARCHAR",
    "observed_at": "TIMESTAMP",
    "known_at": "TIMESTAMP",
    "row_id": "VARCHAR",
    "silo": "VARCHAR",
    "stage": "VARCHAR",
    "touchpoint": "VARCHAR",
    "channel": "VARCHAR",
    "mode": "VARCHAR",
    "value": "",
    "weight": "",
}


# The exact roll-ups of a version: for the next refresh, not for readers, who open `marts.duckdb`.
SUMS = "sums.duckdb"
_LEAK = "this observation is impossible"
# A local month begins and ends within a day of the month in UTC.
_SLACK = timedelta(days=2)


class TooLarge(QueryError):
    """What a file asks for does not fit into the memory that the database may use; a part of it may."""


class Leak(Exception):
    """An observation that claims to be known before it happened; nothing may be published with it."""


def in_order(marts: Iterable[Query]) -> list[Query]:
    """Marts so that each comes after those it reads. Raises QueryError when they go round in a circle."""
    left = {mart.id: mart for mart in marts}
    done: list[Query] = []
    while left:
        ready = [mart for mart in left.values() if not reads(mart.sql) & set(left)]
        if not ready:
            stuck = next(iter(left.values()))
            raise QueryError(
                stuck.file, 1, f"reads itself in a circle with {', '.join(sorted(left))}. Break the circle."
            )
        done += ready
        left = {name: mart for name, mart in left.items() if mart not in ready}
    return done


def calendar(con: duckdb.DuckDBPyConnection, feeds: Mapping[str, Mapping[str, Any]], name: str = "calendar") -> None:
    """Every quarter of an hour from the first month of the feeds to a year past the last, with local week and month.

    feeds: feed -> its months. Cutting weeks by a time zone for each row is slow; joining a row's quarter of an hour is
    not, and all zones in use differ from UTC by whole quarters.
    """
    dated = sorted(month for months in feeds.values() for month in months if month[:1].isdigit()) or ["2020-01"]
    con.execute(
        f"create or replace temp table {name} as "
        "with moments as (select unnest(generate_series(?::timestamp - interval 1 month, "
        "?::timestamp + interval 13 months, interval 15 minutes)) as moment) "
        "select epoch(moment)::bigint // 900 as slot, week_of(moment) as week, "
        "date_trunc('month', local_time(moment))::date as month from moments",
        [f"{dated[0]}-01", f"{dated[-1]}-01"],
    )


HORIZONS = "select source, max(exported_at) as known_until from interactions group by all"


def horizons(con: duckdb.DuckDBPyConnection) -> None:
    """The table `horizons`: up to which moment each source of interactions has been exported; what is later is not
    known yet. It stands apart from the rows because it moves with every export, and they don't."""
    con.execute(f"create table marts.horizons as {HORIZONS}")
    con.execute("create view horizons as select * from marts.horizons")


def fingerprint(query: Query, *others: Any) -> str:
    """What a built thing depends on, as one word."""
    parts = [query.file.read_text(encoding="utf-8"), *map(str, others)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def shelve(con: duckdb.DuckDBPyConnection, mart: Query, shelf: shelves.Shelf, same: bool) -> dict[str, dict]:
    """Build one row-level mart (or carry it, when `same`) and make the view of its name."""
    none = " limit 0" if same else ""
    run(con, mart, f"create or replace table staged as select *, {month_of(mart)} as month from ({mart.sql}){none}")
    return put(con, mart, shelf, set() if same else None)


def put(con: duckdb.DuckDBPyConnection, mart: Query, shelf: shelves.Shelf, months: set[str] | None) -> dict[str, dict]:
    """Shelve what is `staged` for these months (None: for all), and make the view of the mart's name."""
    told = shelves.keep(con, shelf, "staged", months)
    con.execute(f"create or replace table marts.empty_{mart.id} as select * exclude (month) from staged limit 0")
    con.execute("drop table staged")
    shelves.view(con, mart.id, shelf.home, shelf.name, told, f"select * from marts.empty_{mart.id}")
    return told


def roll_up(con: duckdb.DuckDBPyConnection, mart: Query, indicator: Query, months: Set[date] | None = None) -> None:
    """Add one indicator's observations to the roll-up `mart`. Raises Leak, QueryError.

    months: local months to add (None: all). What doesn't fit into memory as a whole is added half a year at a time.
    """
    within = ""
    if months:
        first, last = min(months) - _SLACK, max(months) + timedelta(days=31) + _SLACK
        within = f" where observed_at >= date '{first}' and observed_at < date '{last}'"
    run(con, indicator, f"create or replace temp view seen as select * from ({indicator.sql}){within}")
    wanted = "" if months is None else f" where month in ({', '.join(map(literal, map(str, months)))})"
    fill = f"{_into(con, mart)} select * from ({mart.sql}){wanted}"
    # Judged row by row on the way; only when one fails are they all counted, and rows that were none judged again.
    share = " or value not between 0 and 1" if indicator.get("unit") == "share" else ""
    judged = f" where case when known_at < observed_at{share} then error('{_LEAK}') else true end"
    try:
        _fill(con, indicator, mart, fill, judged)
    except TooLarge:
        if months is not None:
            raise
        for part in _half_years(con):
            roll_up(con, mart, indicator, part)
    except QueryError as error:
        if _LEAK not in str(error):
            raise
        _refuse_leaks(con, indicator)
        _fill(con, indicator, mart, fill)


def _half_years(con) -> list[set[date]]:
    """The months of the calendar, six and six."""
    found = [month for (month,) in con.execute("select distinct month from calendar order by month").fetchall()]
    return [set(found[place : place + 6]) for place in range(0, len(found), 6)]


def _fill(con, indicator: Query, mart: Query, fill: str, judged: str = "") -> None:
    run(con, indicator, f"create or replace temp view observations as select * from seen{judged}")
    run(con, mart, fill, {"indicator": indicator.id})


def _into(con, mart: Query) -> str:
    return f"insert into sums.{mart.id} by name" if _there(con, mart.id) else f"create table sums.{mart.id} as"


def carry(
    con: duckdb.DuckDBPyConnection, mart: Query, indicator: str, before: Path, without: Iterable[date] = ()
) -> None:
    """Take one indicator's roll-up over from the version before, but for some local months."""
    con.execute(f"attach if not exists {literal(str(before / SUMS))} as sums_before (read_only)")
    con.execute(
        f"{_into(con, mart)} select * from sums_before.{mart.id} where indicator = ? and not list_contains(?, month)",
        [indicator, list(without)],
    )


def small(con: duckdb.DuckDBPyConnection, found: Iterable[Query], indicators: list[Query]) -> None:
    """The small marts as tables of the version: those that SQL makes, the trends, and those that read the trends."""
    from bellwether import trend_marts  # loads scipy, which those who only run a file's SQL can do without

    trend_marts.indicators(con, indicators)
    tables = [mart for mart in found if not mart.get("month") and not mart.get("each")]
    late = [mart for mart in tables if reads(mart.sql) & set(trend_marts.MADE)]
    for mart in [mart for mart in tables if mart not in late]:
        _table(con, mart)
    trend_marts.build(con, indicators)
    for mart in late:
        _table(con, mart)


def _table(con, mart: Query) -> None:
    run(con, mart, f"create table marts.{mart.id} as {mart.sql}")
    con.execute(f"create view {mart.id} as select * from marts.{mart.id}")


def _there(con, name: str) -> bool:
    found = con.execute("select 1 from duckdb_tables() where database_name = 'sums' and table_name = ?", [name])
    return found.fetchone() is not None


def _refuse_leaks(con, indicator: Query) -> None:
    early, outside = run(
        con,
        indicator,
        "select count(*) filter (known_at < observed_at), count(*) filter (value not between 0 and 1) from seen",
    ).fetchone()
    if early:
        raise Leak(f"{indicator.id}: {early:,} observations are known before they happen. Mend known_at in its SQL.")
    if indicator.get("unit") == "share" and outside:
        raise Leak(
            f"{indicator.id}: {outside:,} values of a share lie outside 0 to 1. Mend value in its SQL, or its unit."
        )


def run(con, query: Query, sql: str, parameters: dict | None = None):
    """Run SQL on behalf of a file under `queries/`; what DuckDB says against it is said of that file."""
    with _on_behalf_of(query):
        return con.execute(sql, parameters)


def rows(con: duckdb.DuckDBPyConnection, query: Query, sql: str = "") -> pl.DataFrame:
    """The answer of a file under `queries/`, or of other `sql` on its behalf. Raises QueryError of that file."""
    with _on_behalf_of(query):
        return frame(con, sql or query.sql)


@contextlib.contextmanager
def _on_behalf_of(query: Query) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        kind = TooLarge if isinstance(error, duckdb.OutOfMemoryException) else QueryError
        raise kind(query.file, query.statements[0].line + line_within(error), first_line(error)) from None

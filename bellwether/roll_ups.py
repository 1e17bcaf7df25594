"""The roll-up of every indicator, after a change: only months in which an observation may be new, gone or different.

An indicator that takes one row at a time (rowwise.py) is looked at in the months of its table that changed, before and
after; the local months of the observations found there are rolled up again, the rest is carried over. Any other
indicator is rolled up whole as soon as a table that it reads has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from bellwether import increments, marts, rowwise, shelves, sql
from bellwether.cells import literal
from bellwether.increments import Change
from bellwether.sql import Query

_MONTHS = "select distinct month from calendars join ({0}) on slot = epoch(observed_at)::bigint // 900"


@dataclass(frozen=True)
class Since:
    """What has changed since the last version: all kept tables, their marts' headers, and who moved.

    `moved`: how many customers changed segment or region; the table `moved` names them. `later`: exports reach further.
    `edges`: local months that the calendar now has and had not, or the other way round, wholly or in part.
    """

    before: Path
    changes: Mapping[str, Change]
    marts: Mapping[str, Query]
    moved: int
    later: bool
    edges: frozenset[date]


def since(
    con: duckdb.DuckDBPyConnection, before: Path, feeds: Mapping, changes: list[Change], found: list[Query]
) -> Since:
    """Look at what has changed; attaches the last version, whose feeds had the months `feeds`, as `before`."""
    con.execute(f"attach if not exists {literal(str(before / 'marts.duckdb'))} as before (read_only)")
    customers = [change for change in changes if change.name == "customers"]
    placed = "customer_id, segment, region"
    moved = increments.affected(con, "moved", "customer_id", customers, placed)
    later = con.execute(
        "select count(*) from horizons full join before.horizons as earlier using (source) "
        "where horizons.known_until is distinct from earlier.known_until"
    ).fetchone()[0]
    by_name, headers = {one.name: one for one in changes}, {mart.id: mart for mart in found}
    return Since(before, by_name, headers, moved, bool(later), _edges(con, feeds))


def _edges(con, feeds: Mapping) -> frozenset[date]:
    """Make `calendars`, of then and now together; an observation that lies outside of a calendar is in no roll-up."""
    marts.calendar(con, feeds, "calendar_before")
    con.execute("create or replace temp table calendars as from calendar union from calendar_before")
    found = con.execute(
        "select distinct month from calendars "
        "where slot not in (select slot from calendar) or slot not in (select slot from calendar_before)"
    ).fetchall()
    return frozenset(month for (month,) in found)


def roll_up(con: duckdb.DuckDBPyConnection, mart: Query, indicator: Query, news: Since) -> None:
    """Add one indicator, whose definition is as before, to the roll-up `mart`. Raises Leak, QueryError."""
    months = _months(con, indicator, news)
    if months is None:
        return marts.roll_up(con, mart, indicator)
    marts.carry(con, mart, indicator.id, news.before, months)
    if months:
        marts.roll_up(con, mart, indicator, months)
    return None


def _months(con, indicator: Query, news: Since) -> Set[date] | None:
    """Local months to roll up again; None: all of them."""
    reads = sql.reads(indicator.sql)
    changed = {name for name in reads & set(news.changes) if news.changes[name].months}
    later = news.later and "horizons" in reads
    if not changed and not later and not news.moved:
        return set(news.edges)
    name = rowwise.source_of(indicator.sql, news.changes)
    settles = news.marts[name].get("settles") if name in news.marts else ""
    if not name or (later and not settles):
        return None
    change = news.changes[name]
    rows = change.months | (_unsettled(con, change, settles) if later else set())
    return news.edges | _observed(con, indicator, change, rows) | _of_moved(con, indicator, news)


def _unsettled(con, change: Change, settles: str) -> set[str]:
    """Months with a row of which something depended on how far the exports reached, then or now."""
    files = change.new.files()
    if not files:
        return set()
    rows = shelves.read(files, "hive_partitioning = false, filename = true")
    found = con.execute(
        f"select distinct parse_path(filename)[-2] from {rows} as rows "
        "left join horizons using (source) left join before.horizons as earlier using (source) "
        "where horizons.known_until is distinct from earlier.known_until "
        f"and coalesce(rows.{settles} > least(horizons.known_until, earlier.known_until) "
        "or horizons.known_until is null or earlier.known_until is null, true)"
    ).fetchall()
    return {folder.removeprefix("month=") for (folder,) in found}


def _observed(con, indicator: Query, change: Change, months: set[str]) -> set[date]:
    """Local months of the observations that come of these months' rows, as they were and as they are."""
    old, new = change.files(months)
    found = set()
    for files, horizons in ((old, "before.horizons"), (new, "main.horizons")):
        if files:
            tables = {change.name: f"select * from {shelves.read(files)}", "horizons": f"select * from {horizons}"}
            with increments.part_of(con, tables):
                found |= set(marts.run(con, indicator, _MONTHS.format(indicator.sql)).fetchall())
    return {month for (month,) in found}


def _of_moved(con, indicator: Query, news: Since) -> set[date]:
    if not news.moved:
        return set()
    theirs = f"select * from ({indicator.sql}) semi join moved on customer_id = moved.value"
    return {month for (month,) in marts.run(con, indicator, _MONTHS.format(theirs)).fetchall()}

"""Imports -> feeds: of the rows that share a natural key the latest export's stands, month by month.

Only months that a new, changed or withdrawn import touches are built again; the rest is carried over. A month in which
no two rows share a key is not even written: its files are those of its imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from bellwether import shelves
from bellwether.cells import literal, quoted
from bellwether.engine.duckdb import APART
from bellwether.rules import key_of
from bellwether.sources import Import, part
from bellwether.sql import Query

# Feeds that name customers; someone who occurs in one of them is a customer, known to the CRM or not.
NAMING_CUSTOMERS = ("interactions", "surveys", "loyalty")
# A month of more files than this is written as one: opening a file costs more than copying a small one.
MOST_FILES = 24


def place_of(feed: str) -> str:
    """The folder of a feed in a version."""
    return f"private/{feed}" if feed in APART else f"feeds/{feed}"


@dataclass(frozen=True)
class Stock:
    """All imports that make up the next version, in the order in which they came, and those that made up the last."""

    folder: Path
    now: tuple[Import, ...]
    before: tuple[Import, ...]

    def touched(self, feed: str) -> set[str]:
        """Keys of imports with rows for `feed` that were added or taken out."""
        now, before = ({one.key for one in side if one.rows.get(feed)} for side in (self.now, self.before))
        return now ^ before

    def files(self, feed: str, keys: set[str]) -> list[tuple[str, str, int | None]]:
        """(file, import, place) of every import of the next version and of those in `keys`; no place: it is gone."""
        places = {one.key: place for place, one in enumerate(self.now)}
        imports = {one.key: one for one in (*self.now, *self.before) if one.key in places or one.key in keys}
        return [
            (str(file), key, places.get(key))
            for key, one in imports.items()
            for month in one.rows.get(feed, ())
            for file in part(self.folder / key, feed, month)
        ]

    def months(self, feed: str, keys: set[str]) -> set[str]:
        """Months in which imports have rows, those of the next version or those in `keys`."""
        return {month for one in (*self.now, *self.before) if one.key in keys for month in one.rows.get(feed, ())}

    def parts(self, feed: str, month: str) -> shelves.Part:
        """What the imports of the next version hold of one month, all together."""
        having = [one for one in self.now if month in one.rows.get(feed, ())]
        rows = sum(one.rows[feed][month] for one in having)
        total = str(sum(int(one.sums[feed][month]) for one in having))
        files = tuple(file for one in having for file in part(self.folder / one.key, feed, month))
        return shelves.Part(files, {"rows": rows, "sum": total})


def build(con: duckdb.DuckDBPyConnection, feed: Query, stock: Stock, shelf: shelves.Shelf) -> dict[str, dict]:
    """Put the feed on its shelf and make the views `<feed>` and `changed_<feed>`. Returns month -> {rows, sum}."""
    touched = stock.touched(feed.id)
    _incoming(con, feed, stock, touched)
    if feed.id == "customers":
        _stage_customers(con, feed)
        told = shelves.keep(con, shelf, "staged")
    else:
        told = _keep(con, feed, stock, shelf, touched)
    con.execute("drop table staged")
    shelves.view(con, feed.id, shelf.home, shelf.name, told, feed.sql)
    fresh = shelves.changed(shelf.known, told) & set(told)
    shelves.view(con, f"changed_{feed.id}", shelf.home, shelf.name, fresh, feed.sql)
    return told


def _keep(con, feed: Query, stock: Stock, shelf: shelves.Shelf, touched: set[str]) -> dict[str, dict]:
    """Months whose keys stand once are linked from the imports, the others written as what stands."""
    contested = _contested_months(con, feed)
    there = stock.months(feed.id, {one.key for one in stock.now})
    months = _reached(con, feed, stock, touched) if shelf.before else there
    parts = {month: stock.parts(feed.id, month) for month in months & there - contested}
    crowded = {month for month, one in parts.items() if len(one.files) > MOST_FILES}
    _stage(con, feed, months & (contested | crowded))
    return shelves.keep(con, shelf, "staged", months, {m: one for m, one in parts.items() if m not in crowded})


def _incoming(con, feed: Query, stock: Stock, touched: set[str]) -> None:
    """The rows of all imports, each with its import and that import's place in the order of arrival."""
    files = stock.files(feed.id, touched)
    con.execute("create or replace temp table arrivals (filename varchar, import varchar, place integer)")
    if not files:
        empty = "'' as month, '' as import, 0 as place"
        con.execute(f"create or replace temp view arrived as select *, '' as month from ({feed.sql})")
        con.execute(f"create or replace temp view incoming as select *, {empty} from ({feed.sql})")
        return
    con.executemany("insert into arrivals values (?, ?, ?)", files)
    read = shelves.read(
        [Path(file) for file, _, _ in files], "hive_partitioning = false, filename = true, union_by_name = true"
    )
    # DuckDB's own way to read the month from a path would take columns from folders above the warehouse as well.
    con.execute(
        "create or replace temp view arrived as "
        # What was imported before the feed had a column has nothing in it.
        rf"from ({feed.sql}) union all by name "
        rf"select *, regexp_extract(filename, 'month=([^/]*)/[^/]*$', 1) as month from {read}"
    )
    con.execute(
        "create or replace temp view incoming as "
        "select rows.* exclude (filename), import, place from arrived rows join arrivals using (filename)"
    )


def _contested_months(con, feed: Query) -> set[str]:
    """Fill `contested` with the hash of every natural key that more than one row has; the months of such rows."""
    key = ", ".join(map(quoted, key_of(feed)))
    con.execute("create or replace temp table contested (key ubigint)")
    rows, keys = con.execute(f"select count(*), count(distinct hash({key})) from arrived").fetchone()
    if rows == keys:
        return set()
    con.execute(f"insert into contested select hash({key}) from arrived group by all having count(*) > 1")
    found = con.execute(f"select distinct month from arrived where hash({key}) in (from contested)").fetchall()
    return {month for (month,) in found}


def _reached(con, feed: Query, stock: Stock, touched: set[str]) -> set[str]:
    """Months that imports which came or went reach: their own, and those in which another row bears a key of theirs."""
    key = ", ".join(map(quoted, key_of(feed)))
    changed = ", ".join(map(literal, touched)) or "''"
    con.execute(
        f"create or replace temp table disputed as select distinct hash({key}) as key from incoming "
        f"where import in ({changed}) and hash({key}) in (from contested)"
    )
    months = stock.months(feed.id, touched)
    if con.execute("select count(*) from disputed").fetchone()[0]:
        found = con.execute(f"select distinct month from arrived where hash({key}) in (from disputed)").fetchall()
        months |= {month for (month,) in found}
    return months


def _stage(con, feed: Query, months: set[str]) -> None:
    """Fill `staged` with what stands in these months; rows elsewhere that compete with theirs take part."""
    key = ", ".join(map(quoted, key_of(feed)))
    wanted = f"month in ({', '.join(map(literal, sorted(months))) or 'null'})"
    rivals = f"(select * from incoming where {wanted} or hash({key}) in (from contested))" if months else "incoming"
    none = "" if months else " limit 0"
    con.execute(f"create or replace table staged as select * from ({_standing(feed, rivals)}) where {wanted}{none}")


def _standing(feed: Query, rows: str) -> str:
    """Of the rows with one natural key the one of the latest export; rows of withdrawn imports never stand."""
    key = ", ".join(map(quoted, key_of(feed)))
    return (
        f"select * exclude (import, place) from {rows} where place is not null qualify row_number() over "
        f"(partition by {key} order by exported_at desc nulls last, place desc, source_line desc) = 1"
    )


def _stage_customers(con, feed: Query) -> None:
    """One row a customer, whichever tools know them; those whom only other feeds name get a row of their own."""
    con.execute(
        f"create or replace table staged as select * from ({_standing(feed, 'incoming')}) "
        "qualify row_number() over (partition by customer_id order by exported_at desc nulls last, source) = 1"
    )
    named = " union ".join(f"select distinct customer_id from {name}" for name in NAMING_CUSTOMERS)
    con.execute(
        "insert into staged by name select customer_id, 'other feeds' as source, 'all' as month "
        f"from ({named}) anti join staged using (customer_id) where customer_id is not null"
    )

"""Imports -> feeds: of the rows that share a natural key the latest export's stands, month by month.

Only months that a new, changed or withdrawn import touches are built again; the rest is carried over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from bellwether import shelves
from bellwether.cells import literal, quoted
from bellwether.rules import key_of
from bellwether.sources import Import
from bellwether.sql import Query

# Feeds that name customers; someone who occurs in one of them is a customer, known to the CRM or not.
NAMING_CUSTOMERS = ("interactions", "surveys", "loyalty")


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
            (str(self.folder / key / f"{feed}.parquet"), key, places.get(key))
            for key, one in imports.items()
            if one.rows.get(feed)
        ]


def build(con: duckdb.DuckDBPyConnection, feed: Query, stock: Stock, shelf: shelves.Shelf) -> dict[str, dict]:
    """Put the feed on its shelf and make the views `<feed>` and `changed_<feed>`. Returns month -> {rows, sum}."""
    touched = stock.touched(feed.id)
    _incoming(con, feed, stock, touched)
    months: set[str] | None = None
    if feed.id == "customers":
        _stage_customers(con, feed)
    elif not shelf.before:
        con.execute(f"create or replace temp table staged as {_standing(feed, 'incoming')}")
    else:
        months = _stage_months(con, feed, touched)
    told = shelves.keep(con, shelf, "staged", months)
    con.execute("drop table staged")
    shelves.view(con, feed.id, shelf.home, shelf.name, told, feed.sql)
    fresh = shelves.changed(shelf.known, told) & set(told)
    shelves.view(con, f"changed_{feed.id}", shelf.home, shelf.name, fresh, feed.sql)
    return told


def _incoming(con, feed: Query, stock: Stock, touched: set[str]) -> None:
    """The rows of all imports, each with its import and that import's place in the order of arrival."""
    files = stock.files(feed.id, touched)
    con.execute("create or replace temp table arrivals (filename varchar, import varchar, place integer)")
    if not files:
        empty = "'' as month, '' as import, 0 as place"
        con.execute(f"create or replace temp view incoming as select *, {empty} from ({feed.sql})")
        return
    con.executemany("insert into arrivals values (?, ?, ?)", files)
    paths = ", ".join(literal(file) for file, _, _ in files)
    con.execute(
        "create or replace temp view incoming as select rows.* exclude (filename), import, place "
        f"from read_parquet([{paths}], filename = true) rows join arrivals using (filename)"
    )


def _standing(feed: Query, rows: str) -> str:
    """Of the rows with one natural key the one of the latest export; rows of withdrawn imports never stand."""
    key = ", ".join(map(quoted, key_of(feed)))
    return (
        f"select * exclude (import, place) from {rows} where place is not null qualify row_number() over "
        f"(partition by {key} order by exported_at desc nulls last, place desc, source_line desc) = 1"
    )


def _stage_months(con, feed: Query, touched: set[str]) -> set[str]:
    """Fill `staged` with what stands in the months that the touched imports reach; returns these months.

    A touched row's key may stand in other months and in other imports, so those months are built as well, and rows
    elsewhere that compete with theirs take part in the contest without being written.
    """
    key = ", ".join(map(quoted, key_of(feed)))
    changed = ", ".join(map(literal, touched)) or "''"
    con.execute(
        f"create or replace temp table touched as select distinct {key} from incoming where import in ({changed})"
    )
    con.execute(
        f"create or replace temp table dirty as select distinct month from incoming semi join touched using ({key})"
    )
    con.execute("create or replace temp table rivals as select * from incoming semi join dirty using (month)")
    con.execute(
        f"insert into rivals select * from (select * from incoming anti join dirty using (month)) semi join "
        f"(select distinct {key} from rivals) using ({key})"
    )
    standing = _standing(feed, "rivals")
    con.execute(f"create or replace temp table staged as select * from ({standing}) semi join dirty using (month)")
    con.execute("drop table rivals")
    return {month for (month,) in con.execute("select month from dirty").fetchall()}


def _stage_customers(con, feed: Query) -> None:
    """One row a customer, whichever tools know them; those whom only other feeds name get a row of their own."""
    con.execute(
        f"create or replace temp table staged as select * from ({_standing(feed, 'incoming')}) "
        "qualify row_number() over (partition by customer_id order by exported_at desc nulls last, source) = 1"
    )
    named = " union ".join(f"select distinct customer_id from {name}" for name in NAMING_CUSTOMERS)
    con.execute(
        "insert into staged by name select customer_id, 'other feeds' as source, 'all' as month "
        f"from ({named}) anti join staged using (customer_id) where customer_id is not null"
    )

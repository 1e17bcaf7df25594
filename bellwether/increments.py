"""What a change of some rows changes in the marts, and no more; the outcome is that of building everything again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bellwether import marts, shelves
from bellwether.cells import quoted
from bellwether.shelves import month_of
from bellwether.sql import Query


@dataclass(frozen=True)
class Change:
    """One table kept by month, as the last version holds it and as this one does."""

    name: str
    old: shelves.Shelf
    new: shelves.Shelf

    @property
    def months(self) -> set[str]:
        return shelves.changed(self.old.known, self.new.known)

    def files(self, months: set[str] | None = None) -> tuple[list[Path], list[Path]]:
        """Old and new files of these months (None: of those that changed), without those that are in both."""
        wanted = self.months if months is None else months
        old, new = self.old.files(wanted), self.new.files(wanted)
        both = {file.stat().st_ino for file in old} & {file.stat().st_ino for file in new}
        if months is None:
            old, new = ([file for file in side if file.stat().st_ino not in both] for side in (old, new))
        return old, new


def affected(con: duckdb.DuckDBPyConnection, table: str, column: str, changes: list[Change], columns: str = "*") -> int:
    """Fill `table` with the values of `column` in rows that came, went or are different. Returns how many."""
    con.execute(f"create or replace temp table {table} (value varchar)")
    for change in changes:
        old, new = (_hashes(change, files, column, columns) for files in change.files())
        con.execute(f"insert into {table} from ({new} except all {old}) select distinct value")
        con.execute(f"insert into {table} from ({old} except all {new}) select distinct value")
    con.execute(f"create or replace temp table {table} as select distinct value from {table}")
    return con.execute(f"select count(*) from {table}").fetchone()[0]


def _hashes(change: Change, files: list[Path], column: str, columns: str) -> str:
    if not files:
        return "select null::varchar as value, null::ubigint as content where false"
    return (
        f"select {quoted(column)} as value, hash(rows) as content "
        f"from (select {columns} from {shelves.read(files)}) as rows"
    )


def shelve(con: duckdb.DuckDBPyConnection, mart: Query, shelf: shelves.Shelf, changes: list[Change]) -> dict[str, dict]:
    """Build a mart again where its rows depend on changed ones, by what its header `by` says."""
    by = quoted(mart.get("by"))
    affected(con, "touched", mart.get("by"), changes)
    theirs = f"semi join touched on {by} is not distinct from touched.value"
    with part_of(con, {one.name: f"select * from main.{one.name} {theirs}" for one in changes}):
        select = f"select *, {month_of(mart)} as month from ({mart.sql})"
        marts.run(con, mart, f"create or replace table memory.main.fresh as {select}")
    stood = f"select *, {month_of(mart)} as month from {shelves.read(shelf.last().files())}"
    was = shelves.sums(con, f"select * from ({stood}) {theirs}")
    months = shelves.changed(was, shelves.sums(con, "from fresh"))
    others = shelves.read(shelf.last().files(months))
    con.execute("create or replace table staged as select * from fresh where list_contains(?, month)", [list(months)])
    if months & set(shelf.known):
        rest = f"select *, {month_of(mart)} as month from {others}"
        con.execute(f"insert into staged select * from ({rest}) {theirs.replace('semi', 'anti')}")
    con.execute("drop table fresh")
    return marts.put(con, mart, shelf, months)


@contextmanager
def part_of(con: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> Iterator[None]:
    """For as long as the block runs these names mean these SELECTs; `main.<name>` is the whole table."""
    con.execute("create schema if not exists part")
    for name, select in tables.items():
        con.execute(f"create view part.{quoted(name)} as {select}")
    con.execute("set search_path = 'memory.part,memory.main'")
    try:
        yield
    finally:
        con.execute("set search_path = 'memory.main'")
        con.execute("drop schema part cascade")

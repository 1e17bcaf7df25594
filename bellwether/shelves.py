"""Row-level tables kept by month as Parquet: only months whose rows changed are written, the others are linked."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bellwether import warehouse
from bellwether.cells import literal


@dataclass(frozen=True)
class Shelf:
    """A place for one table in a version: `home` is being built, `before` is the last version (or None).

    `known`: month -> {rows, sum} of the last version, from its manifest.
    """

    name: str
    home: Path
    before: Path | None
    known: dict[str, dict]

    def folder(self, home: Path, month: str) -> Path:
        return home / self.name / f"month={month}"


def keep(con: duckdb.DuckDBPyConnection, shelf: Shelf, table: str, months: set[str] | None = None) -> dict[str, dict]:
    """Write `table` (it has a column `month`) onto the shelf. Returns month -> {rows, sum}.

    `months`: what `table` speaks for; all other months are carried over. None: `table` is the whole.
    A month with the same rows as before, in whatever order, is carried over as well.
    """
    fresh = _sums(con, table)
    carried = {m: told for m, told in shelf.known.items() if months is not None and m not in months}
    same = {m: told for m, told in fresh.items() if shelf.known.get(m) == told}
    for month in {**carried, **same}:
        warehouse.link(shelf.folder(shelf.before, month), shelf.folder(shelf.home, month))
    _write(con, shelf, table, sorted(set(fresh) - set(same)))
    return dict(sorted({**carried, **fresh}.items()))


def changed(before: dict[str, dict], now: dict[str, dict]) -> set[str]:
    """Months that are new, gone or different."""
    return {month for month in {*before, *now} if before.get(month) != now.get(month)}


def view(con: duckdb.DuckDBPyConnection, name: str, home: Path, shelf: str, months, empty: str) -> None:
    """A view `name` over the given months of a shelf; over the empty SELECT `empty` when there are none."""
    files = [
        literal(str(file)) for month in sorted(months) for file in sorted((home / shelf / f"month={month}").iterdir())
    ]
    rows = f"select * from read_parquet([{', '.join(files)}], hive_partitioning = false)" if files else empty
    con.execute(f"create or replace view {name} as {rows}")


def _sums(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, dict]:
    """Rows and an order-free checksum per month."""
    found = con.execute(f"select month, count(*), sum(hash({table}))::varchar from {table} group by all").fetchall()
    return {month: {"rows": rows, "sum": total} for month, rows, total in found}


def _write(con: duckdb.DuckDBPyConnection, shelf: Shelf, table: str, months: list[str]) -> None:
    if not months:
        return
    building = shelf.home / f".{shelf.name.replace('/', '-')}"
    wanted = ", ".join(map(literal, months))
    con.execute(
        f"copy (select * from {table} where month in ({wanted})) to {literal(str(building))} "
        "(format parquet, partition_by (month))"
    )
    for month in months:
        target = shelf.folder(shelf.home, month)
        target.parent.mkdir(parents=True, exist_ok=True)
        (building / f"month={month}").rename(target)
    shutil.rmtree(building)

"""Row-level tables kept by month as Parquet: only months whose rows changed are written, the others are linked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb

from bellwether import warehouse
from bellwether.cells import literal
from bellwether.sql import Query


def month_of(query: Query) -> str:
    """The SQL that names a row's month, `2026-03`, or `all` for what is kept whole."""
    moment = query.get("month")
    return f"coalesce(strftime({moment}, '%Y-%m'), 'none')" if moment else "'all'"


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

    def files(self, months: set[str] | None = None) -> list[Path]:
        """The files of these months, or of all that are known, in the version that is being built."""
        wanted = sorted(self.known if months is None else months & set(self.known))
        return [file for month in wanted for file in sorted(self.folder(self.home, month).iterdir())]

    def last(self) -> Shelf:
        """The same place in the last version."""
        return Shelf(self.name, self.before, None, self.known)


@dataclass(frozen=True)
class Part:
    """A month that lies in files already, and what a shelf tells of it: {rows, sum}."""

    files: tuple[Path, ...]
    told: dict


def keep(
    con: duckdb.DuckDBPyConnection,
    shelf: Shelf,
    table: str,
    months: set[str] | None = None,
    parts: Mapping[str, Part] = MappingProxyType({}),
) -> dict[str, dict]:
    """Write `table` (no temporary one; it has a column `month`) onto the shelf. Returns month -> {rows, sum}.

    `months`: what `table` and `parts` speak for; all other months are carried over. None: they are the whole.
    A month with the same rows as before, in whatever order, is carried over as well.
    """
    written = sums(con, f"select * from {table}")
    fresh = {**{month: part.told for month, part in parts.items()}, **written}
    carried = {m: told for m, told in shelf.known.items() if months is not None and m not in months}
    same = {m: told for m, told in fresh.items() if shelf.known.get(m) == told}
    for month in {**carried, **same}:
        warehouse.link(shelf.folder(shelf.before, month), shelf.folder(shelf.home, month))
    for month in set(parts) - set(same):
        warehouse.link_files(parts[month].files, shelf.folder(shelf.home, month))
    _write(con, shelf, table, sorted(set(written) - set(same)))
    return dict(sorted({**carried, **fresh}.items()))


def changed(before: dict[str, dict], now: dict[str, dict]) -> set[str]:
    """Months that are new, gone or different."""
    return {month for month in {*before, *now} if before.get(month) != now.get(month)}


def view(con: duckdb.DuckDBPyConnection, name: str, home: Path, shelf: str, months, empty: str) -> None:
    """A view `name` over the given months of a shelf, with the columns of the empty SELECT `empty` at least.

    A month that was written before there was a column has nothing in it.
    """
    files = [file for month in sorted(months) for file in sorted((home / shelf / f"month={month}").iterdir())]
    rows = empty
    if files:
        rows = f"from ({empty}) union all by name from {read(files, 'hive_partitioning = false, union_by_name = true')}"
    con.execute(f"create or replace view {name} as {rows}")


def read(files: Iterable[Path], how: str = "hive_partitioning = false") -> str:
    """The SQL that reads Parquet files as one table."""
    return f"read_parquet([{', '.join(literal(str(file)) for file in files)}], {how})"


def sums(con: duckdb.DuckDBPyConnection, select: str) -> dict[str, dict]:
    """Rows and an order-free checksum per month; checksums of parts add up to that of the whole."""
    found = con.execute(
        f"select month, count(*), sum(hash(rows))::varchar from ({select}) as rows group by all"
    ).fetchall()
    return {month: {"rows": rows, "sum": total} for month, rows, total in found}


def _write(con: duckdb.DuckDBPyConnection, shelf: Shelf, table: str, months: list[str]) -> None:
    """One file a month, several at a time: cheaper than PARTITION_BY, which first puts all rows in order."""
    with ThreadPoolExecutor(os.cpu_count()) as several:
        list(several.map(lambda month: _write_month(con.cursor(), shelf, table, month), months))


def _write_month(con: duckdb.DuckDBPyConnection, shelf: Shelf, table: str, month: str) -> None:
    folder = shelf.folder(shelf.home, month)
    folder.mkdir(parents=True, exist_ok=True)
    con.execute(
        f"copy (select * exclude (month) from {table} where month = {literal(month)}) "
        f"to {literal(str(folder / 'rows.parquet'))} (format parquet)"
    )
    con.close()

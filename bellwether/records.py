"""What a version remembers of its making, for the Data page: files, quarantine, contract results, rows by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from bellwether.cells import literal
from bellwether.feeds import Stock

TABLES = {
    "imports": "import varchar, source varchar, file varchar, state varchar, said varchar, read bigint, "
    "accepted bigint, quarantined bigint, exported_at timestamp",
    "quarantine": "source varchar, file varchar, line bigint, field varchar, value varchar, reason varchar",
    "contract_results": "feed varchar, rule varchar, columns varchar, reach varchar, says varchar, kept boolean, "
    "rows bigint, breaches bigint, examples varchar, sentence varchar",
    "feed_rows": "feed varchar, month varchar, rows bigint",
}


@dataclass(frozen=True)
class Told:
    """What a refresh says of one file. `state`: taken in, refused or withdrawn; `said`: why, if refused."""

    file: str
    state: str
    source: str = ""
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    said: str = ""


def create(con: duckdb.DuckDBPyConnection) -> None:
    """The tables, empty."""
    for name, columns in TABLES.items():
        con.execute(f"create table marts.{name} ({columns})")
        con.execute(f"create view {name} as select * from marts.{name}")


def write(
    con: duckdb.DuckDBPyConnection,
    stock: Stock,
    told: Iterable[Told],
    results: Iterable[Any],
    feeds: Mapping[str, Mapping[str, Mapping]],
) -> None:
    """Fill the tables: every import that stands, every file that does not, and what the contracts found."""
    create(con)
    for one in stock.now:
        counts = [one.read, one.accepted, one.quarantined, one.exported_at]
        _add(con, "imports", [one.key, one.source, one.file, "taken in", "", *counts])
        if one.quarantined:
            _add_quarantine(con, stock, one.key, one.source, one.file)
    for one in told:
        if one.state != "taken in":
            counts = [one.read, one.accepted, one.quarantined, None]
            _add(con, "imports", [None, one.source, one.file, one.state, one.said, *counts])
    for one in results:
        _add(con, "contract_results", [*{**asdict(one), "examples": "; ".join(one.examples)}.values()])
    for feed, months in feeds.items():
        for month, what in months.items():
            _add(con, "feed_rows", [feed, month, what["rows"]])


def _add(con, table: str, row: list) -> None:
    con.execute(f"insert into marts.{table} values ({', '.join('?' * len(row))})", row)


def _add_quarantine(con, stock: Stock, key: str, source: str, file: str) -> None:
    rows = literal(str(stock.folder / key / "quarantine.parquet"))
    con.execute(
        f"insert into marts.quarantine select ?, ?, source_line, field, value, reason from read_parquet({rows})",
        [source, file],
    )

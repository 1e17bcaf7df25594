"""The first rows of an export as text, read the way that a refresh reads them: nothing is guessed but the separator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bellwether import readers
from bellwether.cells import quoted
from bellwether.readers import Refused
from bellwether.sql import Query

MOST_ROWS = 20_000
CELLS = "cells"
_BLANKS = "' \t\r\n\u00a0'"


@dataclass(frozen=True)
class Looked:
    """An export that is open. columns: its names in order. rows: how many were looked at; more: whether there are more.

    `CELLS` is a table of `con` with these columns as text. broken: records without cells, as (line, reason).
    """

    con: duckdb.DuckDBPyConnection
    file: Path
    format: str
    columns: list[str]
    rows: int
    more: bool
    broken: tuple[tuple[int, str], ...]
    records: str = ""


@contextmanager
def look(file: Path, records: str = "") -> Iterator[Looked]:
    """Open an export. Raises Refused, with a sentence, for what can't be read at all.

    records: for JSON, the path to the records.
    """
    format = readers.format_of(file)
    if not file.is_file():
        raise Refused(f"{file} is no file. Say where the export lies: --from FILE.")
    if not format:
        raise Refused(f"{file.name} is no kind of file that Bellwether reads. Bring CSV, JSON, Parquet or Excel.")
    header = {"format": (format,), **({"records": (records,)} if records else {})}
    asked = Query("proposed", "source", file, header, ())
    with TemporaryDirectory() as work, duckdb.connect(config={"threads": 2}) as con:
        con.execute("set TimeZone = 'UTC'")
        try:
            columns = readers.columns_of(file, asked)
            reading = readers.read(con, file, asked, columns, Path(work))
            _take(con, reading.relation, columns)
        except Refused as refusal:
            raise Refused(f"{file.name} {refusal}") from None
        except duckdb.Error:
            reading = readers.read_carefully(file, asked, Path(work))
            _take(con, reading.relation, columns)
        found = con.execute(f"select count(*) from {CELLS}").fetchone()[0]
        broken = tuple((one.line, one.reason) for one in reading.broken)
        yield Looked(con, file, format, columns, min(found, MOST_ROWS), found > MOST_ROWS, broken, records)


def _take(con: duckdb.DuckDBPyConnection, relation: str, columns: list[str]) -> None:
    names = ", ".join(
        f"nullif(trim({quoted(name)}::varchar, ' \t\r\n\u00a0'), '') as {quoted(name)}" for name in columns
    )
    con.execute(f"create or replace temp table {CELLS} as select {names} from {relation} limit {MOST_ROWS + 1}")

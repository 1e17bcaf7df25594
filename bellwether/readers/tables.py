"""Parquet and Excel: cells that have a type already, read as text all the same, so that one header types them all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb

from bellwether.cells import quoted
from bellwether.readers.reading import Reading, Refused, copied, distinct, narrow, path
from bellwether.sql import Query


def _parquet_columns(file: Path, _source: Query | None = None) -> list[str]:
    try:
        rows = duckdb.execute(f"describe select * from {_scan(file)}").fetchall()
    except duckdb.Error as error:
        raise Refused(f"is not a Parquet file that can be read: {_first(error)} Export it again.") from None
    return [row[0] for row in rows]


def _read_parquet(_con, file: Path, _source: Query, _wanted: list[str], _work: Path) -> Reading:
    """A row's line is its place in the file, from 1."""
    there = _parquet_columns(file)
    header = narrow(distinct(there))
    cells = ", ".join(f"{quoted(a)}::varchar as {quoted(b)}" for a, b in zip(there, header, strict=True))
    if any(name.lower() == "file_row_number" for name in there):
        return Reading(header, f"(select row_number() over () as source_line, {cells} from {_scan(file)})")
    numbered = _scan(file, ", file_row_number = true")
    return Reading(header, f"(select file_row_number + 1 as source_line, {cells} from {numbered})")


def _scan(file: Path, also: str = "") -> str:
    """The SQL that reads a file as it stands: a folder named `silo=Support` says nothing of the rows in it."""
    return f"read_parquet({path(file)}, hive_partitioning = false{also})"


def _excel_columns(file: Path, _source: Query) -> list[str]:
    return next((distinct(row) for row in _sheet(file, 200) if any(row)), [])


def _read_excel(_con, file: Path, _source: Query, _wanted: list[str], work: Path) -> Reading:
    """A row's line is the one that the sheet shows. Rows without any value are blank lines."""
    numbered = [[line, *row] for line, row in enumerate(_sheet(file), 1) if any(row)]
    if not numbered:
        raise Refused("is empty: its first sheet has no row of names. Export it again.")
    return copied(narrow(distinct(numbered[0][1:])), numbered[1:], [], work)


def _sheet(file: Path, rows: int | None = None) -> list[list[str]]:
    """The first sheet's rows from its first line on, every cell as text. Raises Refused for what is no workbook."""
    program = Path(__file__).with_name("workbook.py")
    command = [sys.executable, "-I", program, file, str(rows or "")]
    told = subprocess.run(command, capture_output=True)  # noqa: S603 - our own program; the file is an argument
    if told.returncode == 0:
        return [json.loads(line) for line in told.stdout.splitlines()]
    why = "its reader broke down on it."
    if told.returncode == 3:
        why = next(iter(told.stderr.decode(errors="replace").splitlines()), why)
    raise Refused(f"is not a workbook that can be read: {why} Save it again.")


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


parquet = SimpleNamespace(columns_of=_parquet_columns, read=_read_parquet)
excel = SimpleNamespace(columns_of=_excel_columns, read=_read_excel)

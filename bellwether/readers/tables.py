"""Parquet and Excel: cells that have a type already, read as text all the same, so that one header types them all."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import duckdb

from bellwether.cells import quoted
from bellwether.readers.reading import Reading, Refused, copied, distinct, path
from bellwether.sql import Query


def _parquet_columns(file: Path, _source: Query | None = None) -> list[str]:
    try:
        rows = duckdb.execute(f"describe select * from read_parquet({path(file)})").fetchall()
    except duckdb.Error as error:
        raise Refused(f"is not a Parquet file that can be read: {_first(error)} Export it again.") from None
    return [row[0] for row in rows]


def _read_parquet(_con, file: Path, _source: Query, _wanted: list[str], _work: Path) -> Reading:
    """A row's line is its place in the file, from 1."""
    there = _parquet_columns(file)
    header = distinct(there)
    cells = ", ".join(f"{quoted(a)}::varchar as {quoted(b)}" for a, b in zip(there, header, strict=True))
    relation = (
        f"(select file_row_number + 1 as source_line, {cells} from read_parquet({path(file)}, file_row_number = true))"
    )
    return Reading(header, relation)


def _excel_columns(file: Path, _source: Query) -> list[str]:
    return next((distinct(row) for row in _sheet(file, 200) if any(row)), [])


def _read_excel(_con, file: Path, _source: Query, _wanted: list[str], work: Path) -> Reading:
    """A row's line is the one that the sheet shows. Rows without any value are blank lines."""
    numbered = [[line, *row] for line, row in enumerate(_sheet(file), 1) if any(row)]
    if not numbered:
        raise Refused("is empty: its first sheet has no row of names. Export it again.")
    return copied(distinct(numbered[0][1:]), numbered[1:], [], work)


def _sheet(file: Path, rows: int | None = None) -> list[list[str]]:
    """The first sheet's rows from its first line on, every cell as text. Raises Refused for what is no workbook."""
    import fastexcel

    try:
        sheet = fastexcel.read_excel(file).load_sheet(
            0, header_row=None, skip_rows=0, n_rows=rows, dtypes="string", skip_whitespace_tail_rows=False
        )
        return [[cell or "" for cell in row] for row in sheet.to_polars().iter_rows()]
    except Exception as error:  # the library raises a class of its own for each damage
        raise Refused(f"is not a workbook that can be read: {_first(error)} Save it again.") from None


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


parquet = SimpleNamespace(columns_of=_parquet_columns, read=_read_parquet)
excel = SimpleNamespace(columns_of=_excel_columns, read=_read_excel)

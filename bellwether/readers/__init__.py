"""Exports as text: each reader says with which SQL the cells are read, and names the records that it left out.

Nothing is guessed: the kind of file follows from its name, the encoding from its byte-order mark or the source, and
every cell is text until the source's header types it.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from bellwether.readers import delimited, objects, tables
from bellwether.readers.delimited import header_of
from bellwether.readers.reading import Broken, Reading, Refused, broken_rows, opened
from bellwether.sql import Query

T = TypeVar("T")

_READERS = {"csv": delimited, "json": objects, "parquet": tables.parquet, "excel": tables.excel}
_ENDINGS = {
    "csv": "csv",
    "tsv": "csv",
    "txt": "csv",
    "json": "json",
    "jsonl": "json",
    "ndjson": "json",
    "parquet": "parquet",
    "xlsx": "excel",
    "xls": "excel",
    "xlsb": "excel",
    "ods": "excel",
}


def format_of(file: Path) -> str:
    """csv, json, parquet or excel, by the file's name; empty when it is none of them."""
    name = file.name.lower()
    packed, ending = name.endswith(".gz"), name.removesuffix(".gz").rsplit(".", 1)[-1]
    format = _ENDINGS.get(ending, "")
    return "" if packed and format in ("parquet", "excel") else format


def columns_of(file: Path, source: Query) -> list[str]:
    """The column names that a file shows of itself; for JSON those of its first record. Raises Refused."""
    return _guarded(lambda: _READERS[source.get("format")].columns_of(file, source))


def read(con: duckdb.DuckDBPyConnection, file: Path, source: Query, wanted: list[str], work: Path) -> Reading:
    """How to read one export; files needed meanwhile go to `work`. Raises Refused if the file can't be trusted."""
    return _guarded(lambda: _READERS[source.get("format")].read(con, file, source, wanted, work))


def read_carefully(file: Path, source: Query, work: Path) -> Reading:
    """A CSV whose bytes don't add up the fast way, again, record by record. Raises Refused."""
    return _guarded(lambda: delimited.read_carefully(file, source, work))


def damage(file: Path, source: Query) -> str:
    """Why a CSV can't be read to its end, as a sentence; empty when it can."""
    try:
        _guarded(lambda: delimited.walk(file, source))
    except Refused as refusal:
        return str(refusal)
    return ""


def _guarded(work: Callable[[], T]) -> T:
    """Run a reader; what damaged files raise becomes one sentence."""
    try:
        return work()
    except UnicodeDecodeError as error:
        raise Refused(
            f"is not {error.encoding} text (byte {error.start:,} of a stretch is {error.object[error.start]:#04x}). "
            'Say its encoding in the source, e.g. "-- encoding: latin-1".'
        ) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Refused(f"can't be unpacked: {error}. It was cut short or is no gzip file; export it again.") from None


__all__ = [
    "Broken",
    "Reading",
    "Refused",
    "broken_rows",
    "columns_of",
    "damage",
    "format_of",
    "header_of",
    "opened",
    "read",
    "read_carefully",
]

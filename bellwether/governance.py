"""What people have decided, from `data/governance/*.csv`: small reviewed files, read into tables of the same names."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from bellwether.cells import literal, quoted
from bellwether.readers import header_of

# Table -> its columns and types. A file that is not there is an empty table, and pages say what is missing.
TABLES: dict[str, dict[str, str]] = {
    "silos": {"silo": "varchar", "leader": "varchar", "deputy": "varchar"},
    "owners": {"indicator": "varchar", "silo": "varchar", "owner": "varchar"},
    "standards": {"indicator": "varchar", "target": "double", "promise": "varchar", "review_date": "date"},
    "agreements": {"indicator": "varchar", "silo": "varchar", "agreed_by": "varchar", "agreed_on": "date"},
    "commitments": {
        "id": "varchar",
        "title": "varchar",
        "owner": "varchar",
        "silo": "varchar",
        "indicator": "varchar",
        "start": "date",
        "due": "date",
        "state": "varchar",
        "treats": "varchar",
        "expected": "double",
        "cost": "double",
    },
    "channel_standards": {"channel": "varchar", "answer_seconds": "double", "resolve_days": "double"},
    "segments": {"segment": "varchar", "meaning": "varchar"},
    "steps": {
        "indicator": "varchar",
        "silo": "varchar",
        "week": "date",
        "declared_by": "varchar",
        "reason": "varchar",
    },
}


class GovernanceError(Exception):
    """A governance file that can't be read as it is; the text names file, line, value and fix."""


def create(con: duckdb.DuckDBPyConnection) -> None:
    """The tables, empty."""
    for table, columns in TABLES.items():
        con.execute(
            f"create table marts.{table} ({', '.join(f'{quoted(name)} {kind}' for name, kind in columns.items())})"
        )
        con.execute(f"create view {table} as select * from marts.{table}")


def load(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Fill each table from its file, where there is one. Raises GovernanceError."""
    for table, columns in TABLES.items():
        file = folder / f"{table}.csv"
        if file.exists():
            _fill(con, file, f"marts.{table}", columns)


def _fill(con, file: Path, table: str, columns: dict[str, str]) -> None:
    header, separator = header_of(file)
    absent = [name for name in columns if name not in header]
    if absent:
        raise GovernanceError(
            f"{file.name}, line 1: lacks the column {', '.join(absent)}. Columns: {', '.join(columns)}."
        )
    text = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
    con.execute(
        f"create or replace temp table told as select row_number() over () + 1 as line, * from read_csv("
        f"{literal(str(file))}, header = true, auto_detect = false, delim = {literal(separator)}, columns = {{{text}}})"
    )
    for name, kind in columns.items():
        cell = quoted(name)
        wrong = con.execute(
            f"select line, {cell} from told where trim({cell}) != '' and try_cast({cell} as {kind}) is null"
        ).fetchone()
        if wrong:
            raise GovernanceError(f'{file.name}, line {wrong[0]}: {name} is "{wrong[1]}", which is no {_words(kind)}.')
    cells = ", ".join(f"cast(nullif(trim({quoted(name)}), '') as {kind})" for name, kind in columns.items())
    con.execute(f"insert into {table} select {cells} from told")


def _words(kind: str) -> str:
    return {"date": "day as 2026-03-31", "double": "number as 0.95"}.get(kind, kind)


def fingerprint(folder: Path) -> str:
    """Changes when any governance file does."""
    seen = hashlib.sha256()
    for file in sorted(folder.glob("*")):
        if file.suffix in (".csv", ".toml"):
            seen.update(file.name.encode() + file.read_bytes())
    return seen.hexdigest()

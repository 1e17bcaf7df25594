"""What people have decided: small reviewed files under `data/governance/`, and the tables that SQL asks of them.

Silos, owners, standards, agreements and commitments live on in the store (`accountability/`); its files only begin it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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
    "state_rules": {"rule": "varchar", "value": "double", "meaning": "varchar"},
    "state_items": {
        "item": "varchar",
        "fond_from": "double",
        "content_from": "double",
        "sour_to": "double",
        "holds_days": "double",
    },
    "steps": {
        "indicator": "varchar",
        "silo": "varchar",
        "week": "date",
        "declared_by": "varchar",
        "reason": "varchar",
    },
}
# What people go on deciding in the app: the store has the last word on these, and the files are its beginning.
DECIDED: dict[str, dict[str, str]] = {
    "silos": TABLES["silos"],
    "owners": {**TABLES["owners"], "deputy": "varchar"},
    "standards": {**TABLES["standards"], "terms": "bigint"},
    "agreements": {**TABLES["agreements"], "terms": "bigint", "holds": "boolean"},
    "commitments": {
        **TABLES["commitments"],
        "currency": "varchar",
        "promised": "boolean",
        "quick_win": "boolean",
        "declared_on": "date",
        "declared_due": "date",
        "declared_afterwards": "boolean",
        "done_on": "date",
        "abandoned_from": "varchar",
    },
    "commitment_scopes": {"commitment": "varchar", "dimension": "varchar", "value": "varchar"},
    "recoveries": {
        "failure": "varchar",
        "state": "varchar",
        "acknowledged_by": "varchar",
        "acknowledged_on": "date",
        "assigned_to": "varchar",
        "due": "date",
        "outcome": "varchar",
        "resolved_by": "varchar",
        "resolved_on": "date",
    },
}
FILED = {name: columns for name, columns in TABLES.items() if name not in DECIDED}
ASKED = {**FILED, **DECIDED}


class GovernanceError(Exception):
    """A governance file that can't be read as it is; the text names file, line, value and fix."""


def create(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Mapping[str, str]] = ASKED) -> None:
    """The tables, empty."""
    for table, columns in tables.items():
        con.execute(
            f"create table marts.{table} ({', '.join(f'{quoted(name)} {kind}' for name, kind in columns.items())})"
        )
        con.execute(f"create view {table} as select * from marts.{table}")


def load(con: duckdb.DuckDBPyConnection, folder: Path, tables: Mapping[str, Mapping[str, str]] = FILED) -> None:
    """Fill each table from its file, where there is one. Raises GovernanceError."""
    for table, columns in tables.items():
        file = folder / f"{table}.csv"
        if file.exists():
            _fill(con, file, f"marts.{table}", columns)


def decide(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[tuple]], schema: str = "marts") -> None:
    """Put what stands in the store in place of what a schema's tables hold, all of it in one moment."""
    con.execute("begin")
    for table, rows in tables.items():
        con.execute(f"delete from {schema}.{table}")
        if rows:
            row = f"({', '.join('?' * len(DECIDED[table]))})"
            cells = [cell for one in rows for cell in one]
            con.execute(f"insert into {schema}.{table} values {', '.join([row] * len(rows))}", cells)
    con.execute("commit")


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
    """Changes when a governance file does that is no one's to change in the app."""
    seen = hashlib.sha256()
    for name in sorted([*(f"{table}.csv" for table in FILED), "company.toml"]):
        file = folder / name
        if file.exists():
            seen.update(name.encode() + file.read_bytes())
    return seen.hexdigest()

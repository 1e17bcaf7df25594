"""One published version, opened for reading only: questions in, frames out.

What the process may do is decided before the first question and then locked: no file outside the version, no
extension, no Python variable by name, one SELECT a question. Each question runs on a cursor of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bellwether import governance, shelves, warehouse
from bellwether.cells import literal
from bellwether.settings import Company, company_of

# The feed of what people wrote: empty here, opened by `access/opened.py` for those who may.
APART = frozenset({"comments"})
LOCKS = (
    "set python_enable_replacements = false",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set allow_community_extensions = false",
)
SLOWEST_SECONDS = 60


@dataclass(frozen=True)
class Engine:
    """A version that is open. `ask` may be called from many threads at once."""

    home: Path
    con: duckdb.DuckDBPyConnection

    @property
    def version(self) -> str:
        return self.home.name

    def ask(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """The rows of one SELECT. Raises ValueError for anything else, duckdb.Error when it can't be answered."""
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ValueError("Only one SELECT can be asked of a version.")
        cursor = self.con.cursor()
        timer = threading.Timer(SLOWEST_SECONDS, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            return frame(cursor, sql, parameters)
        finally:
            timer.cancel()
            cursor.close()

    def decide(self, tables: Mapping[str, Sequence[tuple]]) -> None:
        """Show what people have decided since the version was built; questions that are being answered don't notice."""
        cursor = self.con.cursor()
        try:
            governance.decide(cursor, tables, "main")
        finally:
            cursor.close()

    def close(self) -> None:
        self.con.close()


def frame(con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The rows of a SELECT as a frame."""
    return con.sql(sql, params=dict(parameters) if parameters else None).pl()


def prepare(con: duckdb.DuckDBPyConnection, macros: Path, company: Company) -> None:
    """What every connection of ours shares: UTC inside, the company's zone for days and weeks, our macros."""
    con.execute("set TimeZone = 'UTC'")
    # A macro and not a variable: variables belong to one connection, and each question has a cursor of its own.
    con.execute(f"create or replace macro company_zone() as {literal(company.zone)}")
    for statement in duckdb.extract_statements(macros.read_text(encoding="utf-8")):
        con.execute(statement)


def open_version(
    home: Path,
    queries: Path,
    feeds: Iterable[tuple[str, str]],
    threads: int = 2,
    decided: Iterable[str] = (),
    held: Iterable[str] = (),
) -> Engine:
    """Open a version. `feeds`: each feed's name and its empty SELECT, for feeds that have no rows.

    `decided`: tables that are copied and can then be put in step with the store, by `Engine.decide`. `held`: settings
    that hold this connection to less than it might use.
    """
    decided = set(decided)
    manifest = warehouse.read_manifest(home)
    con = duckdb.connect(config={"threads": threads})
    prepare(con, queries / "macros.sql", company_of(manifest["company"]))
    con.execute(f"attach {literal(str(home / 'marts.duckdb'))} as marts (read_only)")
    for name, empty in feeds:
        if name in APART:
            con.execute(f"create view {name} as {empty}")
            continue
        shelves.view(con, name, home, f"feeds/{name}", manifest["feeds"].get(name, {}), empty)
    for name, months in manifest["shelved_marts"].items():
        shelves.view(con, name, home, f"marts/{name}", months, f"select * from marts.empty_{name}")
    for (name,) in con.execute("select table_name from duckdb_tables() where database_name = 'marts'").fetchall():
        if not name.startswith("empty_"):
            kind = "table" if name in decided else "view"
            con.execute(f'create {kind} "{name}" as select * from marts."{name}"')
    for setting in held:
        con.execute(setting)
    _lock(con, home)
    return Engine(home, con)


def _lock(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Shut every door, and make sure that they are shut. Raises RuntimeError when one is not."""
    # Neither what people wrote nor the exact sums of small groups: both lie in the version, and neither is opened.
    folders = ", ".join(literal(str(home / name)) for name in ("feeds", "marts"))
    con.execute(f"set allowed_directories = [{folders}]")
    for setting in LOCKS:
        con.execute(setting)
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    flags = con.execute(
        "select current_setting('enable_external_access'), current_setting('lock_configuration'), "
        "current_setting('python_enable_replacements')"
    ).fetchone()
    if [str(flag).lower() for flag in flags] != ["false", "true", "false"]:
        raise RuntimeError(f"The warehouse could not be locked for reading (flags: {flags}); it is not opened.")

"""The version before the one that is being built: what it said is kept, so that it can be held against what came."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from bellwether.cells import literal
from bellwether.engine.duckdb import frame


@dataclass(frozen=True)
class Before:
    """The marts of the last version; `home` is None before the first."""

    con: duckdb.DuckDBPyConnection
    home: Path | None

    def has(self, *names: str) -> bool:
        """Whether the last version holds all these marts."""
        return self.home is not None and set(names) <= set(self._tables())

    def table(self, name: str, otherwise: pl.DataFrame | None = None) -> pl.DataFrame | None:
        """A mart of the last version, or `otherwise`."""
        return frame(self.con, f"select * from before.{name}") if self.has(name) else otherwise

    def carry(self, *names: str) -> None:
        """Take marts over as they stand."""
        self._tables()
        for name in names:
            self.con.execute(f"create table marts.{name} as select * from before.{name}")
            self.con.execute(f"create view {name} as select * from marts.{name}")

    def _tables(self) -> list[str]:
        self.con.execute(f"attach if not exists {literal(str(self.home / 'marts.duckdb'))} as before (read_only)")
        found = frame(self.con, "select table_name from duckdb_tables() where database_name = 'before'")
        return found["table_name"].to_list()

"""What can be asked of a version: its tables with their columns, our macros, and the filters."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bellwether import allowed, filters, sql
from bellwether.engine.duckdb import Engine
from bellwether.lab.persons import COUNTS, person


@dataclass(frozen=True)
class Table:
    """A table: what one row is, whether its rows are people's, and its columns with their types."""

    name: str
    kind: str
    about: str
    people: bool
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Catalogue:
    """Everything that the editor completes."""

    tables: tuple[Table, ...]
    macros: tuple[tuple[str, str], ...]
    filters: tuple[tuple[str, str], ...]
    functions: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """The same as dicts and lists, for the browser."""
        return asdict(self)


def of(engine: Engine, queries: Path) -> Catalogue:
    """The catalogue of an open version; private tables are not in it."""
    con = engine.con.cursor()
    may = allowed.leave(con)
    rows = con.execute(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'main' and not internal "
        "and database_name = current_database() order by table_name, column_index"
    ).fetchall()
    signs = con.execute(
        "select function_name, any_value(parameters) from duckdb_functions() "
        "where function_type = 'macro' and not internal group by all order by all"
    ).fetchall()
    con.close()
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, name, kind in rows:
        if table in may.tables:
            columns.setdefault(table, []).append((name, kind.lower()))
    known = {query.id: query for kind in ("feed", "mart") for query in sql.load(queries, kind)}
    return Catalogue(
        tuple(_table(name, found, known.get(name)) for name, found in columns.items()),
        tuple((name, ", ".join(given)) for name, given in signs if name != "company_zone"),
        tuple((one.name, one.meaning) for one in filters.KNOWN.values()),
        tuple(sorted(name for name in may.functions if name.isidentifier())),
    )


def _table(name: str, columns: list[tuple[str, str]], query: sql.Query | None) -> Table:
    names = [column for column, _ in columns]
    kind = query.kind if query else "mart" if any(count in names for count in COUNTS) else "table"
    about = query.get("grain") or query.title if query else ""
    return Table(name, kind, about, bool(person(names)), tuple(columns))

"""The tables of a connection, with their columns."""

from __future__ import annotations

from collections.abc import Mapping

from bellwether.cells import quoted


def schema_of(con) -> dict[str, dict[str, str]]:
    """table -> column -> type of all tables and views of a connection's own database."""
    told = con.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where not internal and schema_name = 'main' order by database_name = 'marts', column_index"
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in told:
        found.setdefault(table, {}).setdefault(column, kind)
    return found


def draw(con, schema: Mapping[str, Mapping[str, str]]) -> None:
    """Make these tables, empty."""
    for table, columns in schema.items():
        told = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        con.execute(f"create table {quoted(table)} ({told})")

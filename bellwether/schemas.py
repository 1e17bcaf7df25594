"""The tables of a connection, with their columns."""

from __future__ import annotations


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

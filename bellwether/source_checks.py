"""What a source owes: its columns can be typed, and each of its statements fills a feed."""

from __future__ import annotations

import duckdb

from bellwether import cells, marts, parsing, sql
from bellwether.sql import Query, QueryError


def fills(con, source: Query, beside: dict[str, Query]) -> None:
    """Its columns can be typed, and each statement gives columns of its feed and the line of the export."""
    there = {"source_line"}
    for name, other in beside.items():
        there |= _typed_table(con, name, other, set())
    for statement in source.statements:
        _typed_table(
            con, "export", source, set(parsing.columns(statement.sql) - there - parsing.aliases(statement.sql))
        )
        _fills(con, source, statement)
    for value in source.header.get("refuse", ()):
        condition = value.partition(" because ")[0]
        marts.run(con, source, f"select 1 from export where {condition}")


def _typed_table(con, name: str, source: Query, others: set[str]) -> set[str]:
    """An empty table with the columns that a source types, and `others` as text. Returns its columns."""
    kinds = _kinds(con, {column: cell.sql for column, cell in cells.declared(source).items()})
    kinds |= {column: "varchar" for column in others if column not in kinds}
    columns = "".join(f", {cells.quoted(column)} {kind}" for column, kind in kinds.items())
    con.execute(f"create or replace temp table {cells.quoted(name)} (source_line bigint{columns})")
    return set(kinds)


def _kinds(con, typed: dict[str, str]) -> dict[str, str]:
    """The type of each declared column, by describing their expressions over text."""
    if not typed:
        return {}
    texts = ", ".join(f"null::varchar as {cells.quoted(name)}" for name in typed)
    read = ", ".join(f"{sql} as {cells.quoted(name)}" for name, sql in typed.items())
    return {row[0]: row[1] for row in con.execute(f"describe select {read} from (select {texts})").fetchall()}


def _fills(con, source: Query, statement: sql.Statement) -> None:
    there = con.execute("select 1 from duckdb_tables() where table_name = ?", [statement.feed]).fetchone()
    if not there:
        raise QueryError(source.file, statement.line - 1, f'"{statement.feed}" is not a feed. See queries/feeds/.')
    try:
        con.execute(f"create or replace temp table filled as select * from {statement.feed} limit 0")
        con.execute(f"insert into filled by name select * from ({statement.sql})")
        con.execute(f"select source_line from ({statement.sql})")
    except duckdb.Error as error:
        raise QueryError(source.file, statement.line, sql.first_line(error)) from None

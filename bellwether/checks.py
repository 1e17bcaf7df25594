"""Check every file under `queries/` without any data, against an empty warehouse that is built in memory.

A file passes when its header and parameters are known, its SQL binds to tables that are there, and it gives the columns
that its kind owes. Each complaint names file, line, value and fix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import expressions as exp

from bellwether import (
    asking,
    cells,
    exploring,
    filters,
    governance,
    marts,
    records,
    recovery_marts,
    rules,
    shelves,
    sql,
    verdict_marts,
)
from bellwether import style as styles
from bellwether.engine.duckdb import prepare
from bellwether.outlook import ground, proof
from bellwether.outlook import marts as ahead
from bellwether.settings import Settings
from bellwether.sql import Query, QueryError


@dataclass(frozen=True)
class Complaint:
    """One thing to mend."""

    file: str
    line: int
    sentence: str


@dataclass(frozen=True)
class Checked:
    """How many files were looked at, and what is to be mended in them."""

    files: int
    complaints: tuple[Complaint, ...]


def check(settings: Settings, path: Path | None = None, style: bool = False) -> Checked:
    """Check all files; complain of those at or below `path`. style: how their SQL is written as well."""
    found: list[QueryError] = []
    queries = _parsed(settings.queries, found)
    with duckdb.connect() as con:
        _build(con, settings, queries, found)
        for query in queries:
            _gather(found, lambda query=query: _look(con, settings, query, {one.id: one for one in queries}))
    if style:
        found += styles.complaints(query for query in queries if path is None or query.file.is_relative_to(path))
    mine = [file for file in sql.find(settings.queries) if path is None or file.resolve().is_relative_to(path)]
    complaints = (Complaint(sql.shown(one.file), one.line, str(one)) for one in found if one.file in mine)
    return Checked(len(mine), tuple(dict.fromkeys(complaints)))


def _gather(found: list[QueryError], step: Callable[[], object]) -> None:
    try:
        step()
    except QueryError as error:
        found.append(error)


def _parsed(folder: Path, found: list[QueryError]) -> list[Query]:
    queries: list[Query] = []
    for file in sql.find(folder):
        _gather(found, lambda file=file: queries.append(sql.parse(file, folder)))
    return queries


def _build(con: duckdb.DuckDBPyConnection, settings: Settings, queries: list[Query], found: list[QueryError]) -> None:
    """The empty warehouse: feeds, governance, marts and records, as a refresh would make them."""
    prepare(con, settings.queries / "macros.sql", settings.company)
    con.execute("attach ':memory:' as marts")
    governance.create(con)
    records.create(con)
    for feed in _of(queries, "feed"):
        _gather(found, lambda feed=feed: marts.run(con, feed, f"create table {feed.id} as {feed.sql}"))
    marts.calendar(con, {})
    marts.horizons(con)
    indicators = _of(queries, "indicator")
    _gather(found, lambda: _build_marts(con, marts.in_order(_of(queries, "mart")), indicators, found))


def _build_marts(con, found_marts: list[Query], indicators: list[Query], found: list[QueryError]) -> None:
    for mart in [mart for mart in found_marts if mart.get("month")]:
        nowhere = shelves.Shelf(f"marts/{mart.id}", Path(), None, {})
        _gather(found, lambda mart=mart, shelf=nowhere: marts.shelve(con, mart, shelf, same=False))
    for mart in [mart for mart in found_marts if mart.get("each")]:
        for indicator in indicators:
            _gather(found, lambda mart=mart, one=indicator: marts.roll_up(con, mart, one))
        con.execute(f"create view {mart.id} as select * from marts.{mart.id}")
    marts.small(con, found_marts, indicators)
    recovery_marts.nothing(con)
    ground.make_tables(con)
    proof.nothing(con)
    ahead.nothing(con)
    verdict_marts.nothing(con)


def _of(queries: Iterable[Query], kind: str) -> list[Query]:
    return [query for query in queries if query.kind == kind]


def _look(con, settings: Settings, query: Query, queries: dict[str, Query]) -> None:
    """What a file of this kind owes."""
    if query.kind == "source":
        _source(con, query, {name: queries[name] for name in cells.listed(query, "beside") if name in queries})
    elif query.kind == "feed":
        rules.rules_of(query)
    elif query.kind == "mart":
        marts.run(con, query, f"select * from {query.id} limit 0")
    elif query.kind == "indicator":
        _indicator(con, query)
    else:
        text = asking.text_of(settings, query, {})
        described = marts.run(con, query, f"describe {text}", filters.values(query.parameters, {})).fetchall()
        if query.kind == "explore":
            ids = {kind: [one.id for one in _of(queries.values(), kind)] for kind in ("explore", "answer")}
            exploring.owed(query, dict(row[:2] for row in described), ids["explore"], ids["answer"])


def _source(con, source: Query, beside: dict[str, Query]) -> None:
    """Its columns can be typed, and each statement gives columns of its feed and the line of the export."""
    there = {"source_line"}
    for name, other in beside.items():
        there |= _typed_table(con, name, other, set())
    for statement in source.statements:
        used = {column.name for column in _tree(statement.sql).find_all(exp.Column)}
        _typed_table(con, "export", source, used - there - _aliases(statement.sql))
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


def _aliases(text: str) -> set[str]:
    """Names that a statement makes itself."""
    return {alias.alias for alias in _tree(text).find_all(exp.Alias)}


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


def _tree(text: str) -> exp.Expression:
    return sqlglot.parse_one(text, dialect="duckdb")


def _indicator(con, indicator: Query) -> None:
    """Exactly the columns of an observation, in any order, each of its type."""
    described = dict(row[:2] for row in marts.run(con, indicator, f"describe {indicator.sql}").fetchall())
    for name in marts.OBSERVATION:
        if name not in described:
            raise indicator.complain(
                "title", f'lacks the column "{name}". An observation has {", ".join(marts.OBSERVATION)}.'
            )
    for name, kind in described.items():
        if name not in marts.OBSERVATION:
            raise indicator.complain("title", f'"{name}" is no column of an observation. Take it out.')
        wanted = marts.OBSERVATION[name]
        if wanted and kind not in (wanted, '"NULL"'):
            raise indicator.complain("title", f"{name} is {kind.lower()}; it has to be {wanted.lower()}. Cast it.")

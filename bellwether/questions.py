"""What a question owes beyond the columns that it draws: each rule is a function that gives its complaints.

What it may read and call, that no filter empties it, that it divides by nothing that may be nothing, and that nobody is
named. None of them needs data.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from bellwether import allowed, filters, sql
from bellwether.lineage import columns
from bellwether.sql import Query, QueryError


def complaints(query: Query, schema: columns.Schema) -> Iterator[QueryError]:
    """Everything that is wrong with a question that may be asked. schema: table -> column -> type."""
    yield from left_empty(query)
    yield from divisions(query)
    yield from names_nobody(query, schema)


def may(query: Query, leave: allowed.Leave) -> Iterator[QueryError]:
    """Tables and functions stand on the list of those that a question may use."""
    for one in allowed.refusals(query.sql, leave):
        # Of a function that stands for a table the parser doesn't tell the place.
        yield _at(query, one.line if one.line > 1 else _first(query, f"{one.what}("), one.said)


def left_empty(query: Query) -> Iterator[QueryError]:
    """A filter that nobody has set leaves every row: lists stand in chosen(), days in within() or beside `is null`."""
    for place in _tree(query).find_all(exp.Placeholder):
        name, known = place.name, filters.KNOWN.get(place.name)
        kind = known.kind if known and known.default in (None, []) else ""
        if kind == "list" and not _inside(place, "chosen") and not _counted(place):
            yield _at(query, _line(place, query), f"${name} is empty when nobody has chosen, and then {_INSTEAD[kind]}")
        elif (
            kind in ("date", "text")
            and filters.KNOWN[name].default is None
            and not _inside(place, "within")
            and not _spared(place)
        ):
            said = f"${name} is null when nobody has chosen, and then {_INSTEAD[kind]}"
            yield _at(query, _line(place, query), said.replace("NAME", name))


_INSTEAD = {
    "list": "no row is left. Write chosen($silos, silo): filter first, column second.",
    "date": "no row is left. Write within(local_time(started_at), $since, $until).",
    "text": "no row is left. Write ($NAME is null or $NAME = column).",
}


def divisions(query: Query) -> Iterator[QueryError]:
    """Nothing is divided by what may be 0: DuckDB makes infinity of it, another engine an error."""
    for division in _tree(query).find_all(exp.Div, exp.IntDiv, exp.Mod):
        by = division.expression.unnest()
        if _never_zero(by):
            continue
        shown = by.sql(dialect="duckdb")
        if isinstance(by, exp.Literal):
            said = f"divides by {shown}. Take it out, or divide by a count: rate(total, weight)."
            yield _at(query, _first(query, "/"), said)
            continue
        said = f"divides by {shown}, which may be 0. Write rate({division.this.sql(dialect='duckdb')}, {shown})"
        yield _at(query, _line(division, query), f"{said}, or nullif({shown}, 0).")


def _never_zero(by: exp.Expression) -> bool:
    """A number that is written out, nullif(...), greatest(..., 1), or the number of rows of a group."""
    if isinstance(by, exp.Nullif | exp.Interval):
        return True
    if isinstance(by, exp.Greatest):
        return any(_never_zero(one) for one in (by.this, *by.expressions))
    if isinstance(by, exp.Count) and isinstance(by.this, exp.Star):
        around = by.find_ancestor(exp.Select)
        return not isinstance(by.parent, exp.Filter) and around is not None and bool(around.args.get("group"))
    parts = list(by.find_all(exp.Literal))
    return bool(parts) and not by.find(exp.Column, exp.Func, exp.Placeholder, exp.Subquery) and _nonzero(parts)


def _nonzero(parts: list[exp.Literal]) -> bool:
    return all(not one.is_string and float(one.this) != 0 for one in parts)


def names_nobody(query: Query, schema: columns.Schema) -> Iterator[QueryError]:
    """No column, under whatever name, tells which customer or contact it was; unless the header says so."""
    if query.get("names"):
        return
    for named in columns.naming(query.sql, schema):
        if named.column is None:
            yield _at(query, 1, f"has one row for each {named.whom}. A page shows groups: leave it out of `group by`.")
        else:
            said = f'"{named.column}" comes from {named.whom} and tells who it was; a page shows groups.'
            yield query.complain("title", f"{said} Take it out, or count it: count(distinct {named.whom}).")


def _tree(query: Query) -> exp.Expression:
    return sql.tree(query.sql)


def _inside(place: exp.Expression, function: str) -> bool:
    """Whether it stands in a call of one of our macros."""
    parent = place.parent
    while parent is not None:
        if isinstance(parent, exp.Anonymous) and parent.name.lower() == function:
            return True
        parent = parent.parent
    return False


def _counted(place: exp.Expression) -> bool:
    """`len($silos) = 0 or ...` looks after itself."""
    return place.find_ancestor(exp.Length, exp.ArraySize) is not None or _spared(place)


def _spared(place: exp.Expression) -> bool:
    """Whether the condition around it says what to do without it: `$silo is null or silo = $silo`, coalesce(...)."""
    if place.find_ancestor(exp.Coalesce, exp.Is) is not None:
        return True
    around = place.find_ancestor(exp.Or, exp.Case)
    while around is not None:
        if any(
            isinstance(one.this, exp.Placeholder) and one.this.name == place.name for one in around.find_all(exp.Is)
        ):
            return True
        around = around.find_ancestor(exp.Or, exp.Case)
    return place.find_ancestor(exp.Where) is None and place.find_ancestor(exp.Join) is None


def _line(node: exp.Expression, query: Query) -> int:
    """The line of a node within its statement, as far as the parser tells it."""
    if isinstance(node, exp.Placeholder):
        return _first(query, f"${node.name}")
    return next((one.meta["line"] for one in node.find_all(exp.Identifier) if "line" in one.meta), 1)


def _first(query: Query, text: str) -> int:
    """The first line of the statement that holds a text."""
    return next((at for at, line in enumerate(query.sql.lower().splitlines(), 1) if text.lower() in line), 1)


def _at(query: Query, line: int, said: str) -> QueryError:
    return QueryError(query.file, query.statements[0].line + line - 1, said)

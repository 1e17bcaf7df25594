"""The columns that a SELECT is made from: of each column that it gives, and of the whole.

Read from the text by sqlglot, with the columns of the tables known. Where a statement can't be taken apart
(`columns(*)`, `unpivot`), its tables are still told, and a name that it uses counts as a column of every table of it
that has it: too much rather than too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from bellwether import sql

Schema = Mapping[str, Mapping[str, str]]
Column = tuple[str, str]
Held = dict[tuple[int, str], frozenset[Column]]

# Columns that name a customer, or one contact, answer or failure of theirs.
NAMES_PEOPLE = {
    "customer_id": "customer",
    "interaction_id": "contact",
    "response_id": "answer",
    "event_id": "event",
    "comment_id": "comment",
    "row_id": "row",
    "failure": "failure",
    "failure_id": "failure",
    "episode_id": "customer's matter",
}
# What says something about such a column without telling its value.
TELLS_NOTHING = (exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Predicate)


@dataclass(frozen=True)
class Made:
    """What a SELECT is made from.

    columns: each column that it gives -> the columns of tables behind it. used: every column that it reads, also those
    that only filter or join. exact: whether the text could be taken apart.
    """

    columns: Mapping[str, frozenset[Column]]
    used: frozenset[Column]
    tables: frozenset[str]
    exact: bool = True


@dataclass(frozen=True)
class Named:
    """A column that tells who it was (None: there is a row for each), and whom, by the column of a table."""

    column: str | None
    whom: str


def made_from(text: str, schema: Schema) -> Made:
    """What a SELECT is made from. schema: table -> column -> type. Raises SqlglotError for what is no SQL."""
    scope = _scope(text, schema)
    if scope is None:
        return _roughly(text, schema)
    held: Held = {}
    given = {name: _behind(scope, name, held) for name in _outputs(scope)}
    used = {found for one in scope.traverse() for column in _named(one) for found in _resolve(one, column, held)}
    return Made(given, frozenset(used.union(*given.values())), sql.reads(text))


def _scope(text: str, schema: Schema) -> Scope | None:
    """The statement with every column under its table's name; None where that can't be told."""
    if sql.tree(text).find(exp.Pivot, exp.Columns):
        return None
    try:
        tree = qualify(
            sql.tree(text).copy(),
            dialect="duckdb",
            schema={name: dict(schema[name]) for name in sql.reads(text) if name in schema},
            validate_qualify_columns=False,
            quote_identifiers=False,
            identify=False,
        )
        if any(one.is_star for one in tree.selects):
            return None
        return build_scope(tree)
    except (SqlglotError, KeyError, AttributeError, RecursionError, ValueError):
        return None


def _roughly(text: str, schema: Schema) -> Made:
    tree, tables = sql.tree(text), sql.reads(text)
    names = {column.name.lower() for column in tree.find_all(exp.Column)}
    used = frozenset((table, name) for table in tables for name in schema.get(table, {}) if name in names)
    given = {name: used for name in getattr(tree, "named_selects", ()) if name != "*"}
    return Made(given, used, tables, exact=False)


def _named(scope: Scope) -> list[exp.Column]:
    """The columns that a scope's text names. What only a star brought is used where somebody further out names it."""
    if not isinstance(scope.expression, exp.Select):
        return list(scope.columns)
    shown = {id(column) for one in scope.expression.selects for column in one.find_all(exp.Column)}
    return [column for column in scope.columns if id(column) not in shown or "line" in column.this.meta]


def _outputs(scope: Scope) -> list[str]:
    if scope.expression.args.get("by_name"):
        return list(dict.fromkeys(name for one in scope.set_operation_scopes for name in _outputs(one)))
    return [name.lower() for name in scope.expression.named_selects]


def _behind(scope: Scope, name: str, held: Held) -> frozenset[Column]:
    """The columns of tables behind one column that a scope gives. held: what is known of others by now."""
    key = (id(scope), name)
    if key not in held:
        held[key] = frozenset()  # a step that reads itself adds nothing to itself
        held[key] = frozenset(_seek(scope, name, held))
    return held[key]


def _seek(scope: Scope, name: str, held: Held) -> Iterator[Column]:
    if scope.set_operation_scopes:
        for one, own in _halves(scope, name):
            yield from _behind(one, own, held)
        return
    for projection in scope.expression.selects:
        if projection.alias_or_name.lower() == name:
            for column in projection.find_all(exp.Column):
                yield from _resolve(_holding(scope, column), column, held)


def _halves(scope: Scope, name: str) -> Iterator[tuple[Scope, str]]:
    """The halves of a union, and what each of them calls a column of it: what stands in its place, or has its name."""
    place = _outputs(scope).index(name)
    for one in scope.set_operation_scopes:
        names = _outputs(one)
        if not scope.expression.args.get("by_name"):
            yield one, names[place]
        elif name in names:
            yield one, name


def _holding(scope: Scope, column: exp.Column) -> Scope:
    """The scope that a column stands in: this one, or that of a question within it."""
    for one in scope.subquery_scopes:
        if any(column is inner for inner in one.expression.find_all(exp.Column)):
            return _holding(one, column)
    return scope


def _resolve(scope: Scope, column: exp.Column, held: Held) -> frozenset[Column]:
    source = scope.sources.get(column.table)
    if isinstance(source, exp.Table):
        return frozenset({(source.name.lower(), column.name.lower())})
    if isinstance(source, Scope):
        return _behind(source, column.name.lower(), held)
    if scope.parent is not None and column.table not in scope.sources:
        return _resolve(scope.parent, column, held)
    return frozenset()


def naming(text: str, schema: Schema) -> list[Named]:
    """What in the answer of a SELECT tells who it was: columns by whatever name, or a group for each person."""
    try:
        scope = _scope(text, schema)
    except SqlglotError:
        return []
    if scope is None:
        return [Named(name, name) for name in sql.tree(text).named_selects if name.lower() in NAMES_PEOPLE]
    found = [
        Named(name, whom) for name in _outputs(scope) for whom in sorted(_whom(scope, name)) if whom in NAMES_PEOPLE
    ]
    return list({(one.column, one.whom): one for one in [*found, *_grouped(scope)]}.values())


def _whom(scope: Scope, name: str, seen: frozenset[int] = frozenset()) -> set[str]:
    """Columns of tables whose very values reach a column that a scope gives."""
    if id(scope) in seen:
        return set()
    seen |= {id(scope)}
    if scope.set_operation_scopes:
        return {whom for one, own in _halves(scope, name) for whom in _whom(one, own, seen)}
    return {
        whom
        for projection in scope.expression.selects
        if projection.alias_or_name.lower() == name
        for column in projection.find_all(exp.Column)
        if not _hushed(column)
        for whom in _of(_holding(scope, column), column, seen)
    }


def _of(scope: Scope, column: exp.Column, seen: frozenset[int]) -> set[str]:
    source = scope.sources.get(column.table)
    if isinstance(source, Scope):
        return _whom(source, column.name.lower(), seen)
    return {column.name.lower()}


def _hushed(column: exp.Column) -> bool:
    """Whether something around the column keeps its value: a count, a condition, the partition of a window."""
    inner, around = column, column.parent
    while around is not None and not isinstance(around, exp.Select):
        if isinstance(around, TELLS_NOTHING):
            return True
        if isinstance(around, exp.Window) and inner is not around.this:
            return True
        inner, around = around, around.parent
    return False


def _grouped(scope: Scope) -> list[Named]:
    """The last step groups by a person."""
    group = scope.expression.args.get("group")
    if group is None:
        return []
    keys = [column for key in group.expressions for column in key.find_all(exp.Column)]
    found = {whom for column in keys for whom in _of(scope, column, frozenset()) if whom in NAMES_PEOPLE}
    return [Named(None, NAMES_PEOPLE[whom]) for whom in sorted(found)]

"""What a question may read and call: one SELECT, tables and functions from an allow-list, held against DuckDB's parse.

The text is parsed by the same parser that later runs it, so quoting, comments, case and unicode can't make the two
differ. Whatever the tree holds that is not known here (a kind of node, a table, a function, a parameter) is refused:
nothing is looked for, everything is asked for its leave.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import duckdb

from bellwether import filters, parsing
from bellwether.allowed_functions import COSTLY, PLAIN, TABLES
from bellwether.parsing import Tree
from bellwether.parsing import text_of as text_of
from bellwether.sql import first_line, nearest

LONGEST = 50_000  # characters
# What people wrote, or what shows what was refused, what runs where: tables that no question reads.
PRIVATE = frozenset({"comments", "quarantine"})
QUERIES = ("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE")
PLACES = ("BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT")
MODIFIERS = ("DISTINCT_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER")
ORDERS = ("ORDER_DEFAULT", "ASCENDING", "DESCENDING")
EXPRESSIONS = frozenset(
    (
        *(
            "BETWEEN",
            "CASE",
            "CAST",
            "COLLATE",
            "COLUMN_REF",
            "COMPARISON",
            "CONJUNCTION",
            "CONSTANT",
            "FUNCTION",
            "LAMBDA",
        ),
        *("OPERATOR", "PARAMETER", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "TYPE", "WINDOW"),
    )
)
# Names that DuckDB takes for a function where no column is called so.
SESSION = (
    "user",
    "current_user",
    "session_user",
    "current_role",
    "current_catalog",
    "current_schema",
    "current_database",
)
# An empty cell, a table's place in an older version, a catalogue: where a name may not lead.
ELSEWHERE = "names a catalogue or schema. Write the table's name alone."


class Refused(Exception):
    """A question that is not asked. `kind`: statement, table, function, parameter or form; the text says what to do."""

    def __init__(self, kind: str, what: str, said: str, line: int = 1) -> None:
        super().__init__(said)
        self.kind, self.what, self.said, self.line = kind, what, said, line


@dataclass(frozen=True)
class Leave:
    """What may be used. tables: names as a question writes them; macros: ours; parameters: filters that are bound."""

    tables: frozenset[str]
    macros: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset(filters.KNOWN)
    functions: frozenset[str] = field(default=PLAIN, repr=False)
    recursion: bool = False

    def costly(self) -> Leave:
        """The same, with what can run without end or fill the memory: only for a process that is held to a limit."""
        return Leave(self.tables, self.macros, self.parameters, self.functions | COSTLY, recursion=True)


def leave(con: duckdb.DuckDBPyConnection, private: Collection[str] = PRIVATE) -> Leave:
    """What a connection's own tables, views and macros allow."""
    tables = con.execute(
        "select table_name from duckdb_tables() where schema_name = 'main' and not internal union "
        "select view_name from duckdb_views() where schema_name = 'main' and not internal"
    ).fetchall()
    macros = con.execute("select function_name from duckdb_functions() where function_type = 'macro' and not internal")
    names = frozenset(name for (name,) in tables if name not in private and not name.startswith("empty_"))
    return Leave(names, frozenset(name for (name,) in macros.fetchall()))


def tree(sql: str) -> Tree:
    """DuckDB's own parse of one SELECT. Raises Refused where it is anything else."""
    if len(sql) > LONGEST:
        raise Refused("form", "length", f"A question has at most {LONGEST:,} characters; this one has {len(sql):,}.")
    if "\0" in sql:
        raise Refused("form", "character", "The text holds a character that no keyboard writes. Type it anew.")
    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            kinds = ", ".join(one.type.name.lower().replace("_statement", "") for one in statements) or "nothing"
            raise Refused("statement", kinds, f"Only one SELECT can be asked; this is {kinds}.")
        parsed = parsing.serialised(sql)
    except duckdb.Error as error:
        raise Refused("form", "syntax", f"This is not SQL that DuckDB reads. {first_line(error)}") from None
    except RecursionError:
        raise Refused(
            "form", "depth", "The question is nested too deep. Split it into steps: with ... as (...)."
        ) from None
    if parsed.get("error"):
        raise Refused("statement", "statement", f"This can't be asked here: {parsed.get('error_message', 'no SELECT')}")
    return parsed


def check(sql: str, given: Leave) -> Tree:
    """The tree of a question that may be asked. Raises Refused with the first thing that may not."""
    parsed = tree(sql)
    for refusal in _refusals(sql, parsed, given):
        raise refusal
    return parsed


def refusals(sql: str, given: Leave) -> list[Refused]:
    """Everything in a question that is not allowed, in the order of the text."""
    try:
        found = list(_refusals(sql, tree(sql), given))
    except Refused as refusal:
        return [refusal]
    return sorted(found, key=lambda one: one.line)


def _refusals(sql: str, parsed: Tree, given: Leave) -> Iterator[Refused]:
    try:
        yield from _Walk(sql, given).query(parsed["statements"][0]["node"], frozenset())
    except RecursionError:
        yield Refused("form", "depth", "The question is nested too deep. Split it into steps: with ... as (...).")


@cache
def _folded(name: str) -> str:
    """As DuckDB compares names: letters of ASCII alone lose their case."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


@dataclass(frozen=True)
class _Walk:
    """One walk over a tree. `scope`: the names of the steps (CTEs) that a place can see."""

    sql: str
    given: Leave

    def query(self, node: Any, scope: frozenset[str]) -> Iterator[Refused]:
        """Everything below a node, in the scope that it has there."""
        if isinstance(node, list):
            for one in node:
                yield from self.query(one, scope)
        elif isinstance(node, dict):
            if "cte_map" in node:
                yield from self._steps(node, scope)
            else:
                yield from self._node(node, scope)

    def _steps(self, node: Tree, scope: frozenset[str]) -> Iterator[Refused]:
        """A query with its steps: each sees those before it, and the query sees all."""
        yield from self._kind(node)
        if node["type"] == "RECURSIVE_CTE_NODE" and not self.given.recursion:
            yield self._no("form", "recursive", node, "A recursion may never end; write the steps one by one.")
        for step in node["cte_map"].get("map", ()):
            yield from self.query(step["value"], scope)
            scope |= {_folded(step["key"])}
        inner = {key: value for key, value in node.items() if key not in ("cte_map", "right")}
        for value in inner.values():
            yield from self.query(value, scope)
        # Only the second half of a recursion sees itself; its first half would reach a table of that name.
        own = {_folded(node["cte_name"])} if node["type"] == "RECURSIVE_CTE_NODE" else set()
        yield from self.query(node.get("right"), scope | own)

    def _node(self, node: Tree, scope: frozenset[str]) -> Iterator[Refused]:
        yield from self._kind(node)
        if node.get("at_clause"):
            yield self._no("form", "at", node, "Only the version on screen can be asked; take `at (...)` out.")
        if node.get("type") == "BASE_TABLE":
            yield from self._table(node, scope)
        elif node.get("type") == "TABLE_FUNCTION":
            yield from self._called(node["function"], TABLES & (self.given.functions | {"unnest"}))
            yield from self.query({**node["function"], "class": "", "type": ""}, scope)
            return
        elif node.get("class") in ("FUNCTION", "WINDOW"):
            yield from self._called(node, self.given.functions | self.given.macros)
        elif node.get("class") == "PARAMETER" and node["identifier"] not in self.given.parameters:
            name = node["identifier"]
            yield self._no("parameter", f"${name}", node, f'"${name}" is not a filter. {nearest(name, filters.KNOWN)}')
        elif node.get("class") == "COLUMN_REF" and _folded(node["column_names"][0]) in SESSION:
            yield self._no("function", node["column_names"][0], node, f"{node['column_names'][0]} tells of the server.")
        elif node.get("class") == "TYPE" and len(_path(node)) > 1:
            yield self._no("form", ".".join(_path(node)), node, f'"{".".join(_path(node))}" {ELSEWHERE}')
        for value in node.values():
            yield from self.query(value, scope)

    def _kind(self, node: Tree) -> Iterator[Refused]:
        """A kind of node that is known here."""
        if kind := node.get("class"):
            known = kind in EXPRESSIONS
        elif kind := node.get("type"):
            known = not isinstance(kind, str) or kind in (*QUERIES, *PLACES, *MODIFIERS, *ORDERS)
        else:
            return
        if not known:
            word = str(kind).lower().replace("_", " ")
            said = f"A question can't hold this ({word}). Ask with select, from and where"
            columns = "; Catalogue, and `bellwether lineage TABLE`, tell of columns" if word == "show ref" else ""
            yield self._no("form", word, node, f"{said}{columns}.")

    def _table(self, node: Tree, scope: frozenset[str]) -> Iterator[Refused]:
        path = _path(node)
        name = _folded(node["table_name"])
        if len(path) > 1 or node.get("schema_name") or node.get("catalog_name"):
            yield self._no("table", ".".join(path), node, f'"{".".join(path)}" {ELSEWHERE}')
        elif name not in scope and name not in self.given.tables:
            shown = node["table_name"][:80]
            hint = _near(name, self.given.tables, 0.6)
            why = "holds what people wrote or what was refused; it is not for questions" if name in PRIVATE else ""
            yield self._no("table", shown, node, f'"{shown}" {why or f"is no table of this version. {hint}"}'.strip())

    def _called(self, node: Tree, known: Collection[str]) -> Iterator[Refused]:
        path, name = _path(node), _folded(node["function_name"])
        if len(path) > 1 or node.get("schema") or node.get("catalog"):
            yield self._no("function", ".".join(path), node, f'"{".".join(path)}" {ELSEWHERE}')
        elif name not in known:
            costly = " It can fill the memory." if name in COSTLY else ""
            said = f"{name[:80]}() is not a function for questions.{costly} {_near(name, known, shown='{}()')}".strip()
            yield self._no("function", name[:80], node, said)

    def _no(self, kind: str, what: str, node: Tree, said: str) -> Refused:
        place = node.get("query_location")
        before = self.sql.encode()[:place] if isinstance(place, int) and place < len(self.sql.encode()) else b""
        return Refused(kind, what, said if said.endswith((".", "?")) else f"{said}.", before.count(b"\n") + 1)


def _path(node: Tree) -> list[str]:
    return node.get("qualified_name", {}).get("path", [])


def _near(name: str, known: Collection[str], cutoff: float = 0.8, shown: str = '"{}"') -> str:
    """A hint only where something is really near: the whole list is too long for a sentence."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return f"Did you mean {shown.format(close[0])}?" if close else ""

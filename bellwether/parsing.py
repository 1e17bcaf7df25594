"""DuckDB's own parse of a SELECT, as a tree, and what can be told from it alone: quick, and never another reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

Tree = dict[str, Any]


def parser() -> duckdb.DuckDBPyConnection:
    """A cursor on a database that holds nothing and is used for parsing alone."""
    return _nothing().cursor()


@cache
def _nothing() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1, "enable_external_access": "false"})


def serialised(sql: str) -> Tree:
    """The tree of one SELECT; `error` is true in it where it is anything else. Raises duckdb.Error, RecursionError."""
    return json.loads(parser().execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()[0])


def text_of(parsed: Tree) -> str:
    """The SQL of a tree."""
    return parser().execute("select json_deserialize_sql(?::json)", [json.dumps(parsed)]).fetchone()[0]


@cache
def reads(sql: str) -> frozenset[str]:
    """The tables that a SELECT names, its own steps (CTEs) aside."""
    tables, own = set(), set()
    for node in _nodes(serialised(sql)):
        if node.get("type") == "BASE_TABLE":
            tables.add(node["table_name"])
        own |= {step["key"] for step in (node.get("cte_map") or {}).get("map", ())}
    return frozenset(tables - own)


@cache
def columns(sql: str) -> frozenset[str]:
    """The names that stand where a column can: of columns, and of the tables before their dots."""
    return frozenset(name for node in _nodes(serialised(sql)) for name in node.get("column_names", ()))


@cache
def aliases(sql: str) -> frozenset[str]:
    """The names that a SELECT gives."""
    return frozenset(node["alias"] for node in _nodes(serialised(sql)) if node.get("alias"))


def _nodes(tree: Tree) -> Iterator[Tree]:
    todo: list[Any] = [tree]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            yield one
            todo += one.values()
        elif isinstance(one, list):
            todo += one

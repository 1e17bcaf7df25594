"""Nodes of DuckDB's parse: small ones made from text, and what a node holds."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from bellwether import allowed

Node = dict[str, Any]


def made(template: str, **places: Node) -> Node:
    """An expression from its text; each column that is called as a place is replaced by that node."""
    return put(_parsed(template), places)


def put(node: Any, places: dict[str, Node]) -> Any:
    """The same expression with columns of these names replaced."""
    if isinstance(node, list):
        return [put(one, places) for one in node]
    if not isinstance(node, dict):
        return node
    names = node.get("column_names") if node.get("class") == "COLUMN_REF" else None
    if names and len(names) == 1 and names[0] in places:
        return copy.deepcopy(places[names[0]])
    return {key: put(value, places) for key, value in node.items()}


@cache
def _parsed(template: str) -> Node:
    return allowed.tree(f"select {template}")["statements"][0]["node"]["select_list"][0]


def column(*path: str) -> Node:
    """A column by its name, or by its table and name."""
    return {**_parsed("a_column"), "column_names": [name for name in path if name]}


def place(sql: str) -> Node:
    """What stands behind `from` in a SELECT."""
    return allowed.tree(sql)["statements"][0]["node"]["from_table"]


def both(one: Node | None, other: Node) -> Node:
    """The two conditions at once."""
    return other if one is None else made("a_one and a_two", a_one=one, a_two=other)


def inside(node: Any, deeper: Callable[[Node], bool] = lambda _: True) -> Iterator[Node]:
    """Every expression at and below a node, outermost first; subqueries are named but not entered."""
    if isinstance(node, list):
        for one in node:
            yield from inside(one, deeper)
    elif isinstance(node, dict):
        if node.get("class"):
            yield node
        if node.get("class") == "SUBQUERY":
            yield from inside(node.get("child"), deeper)
        elif deeper(node):
            for value in node.values():
                yield from inside(value, deeper)


def changed(node: Any, change: Callable[[Node], Node | None]) -> Any:
    """The same with nodes replaced, outermost first; subqueries stay as they are, a new node is not entered."""
    if isinstance(node, list):
        return [changed(one, change) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("class") and (new := change(node)) is not None:
        return new
    if node.get("class") == "SUBQUERY":
        return {**node, "child": changed(node.get("child"), change)}
    return {key: changed(value, change) for key, value in node.items()}


def called(node: Node) -> str:
    """The name of the function that a node calls; "" where it calls none."""
    return node["function_name"].lower() if node.get("class") in ("FUNCTION", "WINDOW") else ""


def arguments(node: Node) -> list[Node]:
    """What a function is called with."""
    return [one["expression"] for one in node.get("arguments", ())]


def named(node: Node) -> str:
    """The last name of a column; "" where the node is none."""
    return node["column_names"][-1].lower() if node.get("class") == "COLUMN_REF" else ""


def constant(node: Node) -> str | None:
    """What a constant says, as text."""
    literal = node.get("literal") if node.get("class") == "CONSTANT" else None
    return literal.get("text") if literal else None

"""The lineage of a name in words: what it is, what it is made from, and what shows it. For the command line.

graph = read(settings, pages)
tell(graph, "interactions.promised_at")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from bellwether import checks, passed, sql
from bellwether.lineage import graph
from bellwether.lineage.graph import Column, Graph, Node
from bellwether.settings import Settings

MANY = {
    "page": "pages",
    "explore": "questions to explore",
    "answer": "questions of pages",
    "model": "marts that models make",
    "indicator": "indicators",
    "mart": "marts",
    "feed": "feeds",
    "source": "sources",
    "governance": "what people decided",
    "record": "what the refresh keeps",
}
WIDTH = 110


class Unknown(LookupError):
    """There is nothing of that name; the text names what is near."""


def read(settings: Settings, pages: Mapping[str, tuple[Path, str]]) -> Graph:
    """The graph of everything under `queries/`, over an empty warehouse. Files that can't be read are left out."""
    with checks.standing(settings, passed.REMEMBERED) as house:
        return graph.build(house.queries, house.schema, pages)


def tell(found: Graph, name: str) -> list[str]:
    """Lines about everything of that name: things, then columns. Raises Unknown."""
    nodes, held = found.named(name), found.columns_named(name)
    if not nodes and not held:
        known = [*(node.name for node in found.nodes.values()), *(node.title for node in found.nodes.values())]
        raise Unknown(f'There is nothing called "{name}". {sql.nearest(name, known, 0.6) if known else ""}')
    told = [line for node in nodes for line in [*thing(found, node), ""]]
    return [*told, *(line for column in held if not nodes for line in [*column_lines(found, column), ""])][:-1]


def thing(found: Graph, node: Node) -> Iterator[str]:
    """What one thing is, what it is made from, and what is made from it."""
    yield f"{node.kind} {node.name}: {node.title}" + (f" ({node.asks})" if node.asks else "")
    yield from (line for line in (_line("defined in", node.file), _line("owner", node.owner)) if line)
    yield from _by_kind("made from", found.above(node.key))
    yield from _by_kind("shown or used by", found.below(node.key))
    if node.given:
        yield "  columns"
        for name, behind in node.given.items():
            yield f"    {name}" + (f" <- {_columns(behind)}" if behind else "")


def column_lines(found: Graph, column: Column) -> Iterator[str]:
    """Where the values of one column come from, and who uses them."""
    yield f"column {column[1]} of {column[0]}"
    behind = found.columns_behind(column)
    if behind:
        yield f"  made from {_columns(behind, 12)}"
    yield from _by_kind("used by", found.users(column))
    yield from _by_kind("decides which rows there are in", found.deciding(column))


def _line(word: str, text: str) -> str:
    return f"  {word} {text}" if text else ""


def _by_kind(word: str, nodes: Iterable[Node]) -> Iterator[str]:
    nodes = list(nodes)
    if nodes:
        yield f"  {word}"
    for kind, some in groupby(nodes, lambda node: node.kind):
        names = [node.name for node in some]
        yield f"    {MANY[kind]} ({len(names)}): {_short(names)}"


def _short(names: list[str]) -> str:
    """The names as far as they fit on a line."""
    shown = ""
    for place, name in enumerate(names):
        if place and len(shown) + len(name) > WIDTH:
            return f"{shown} and {len(names) - place} more"
        shown += f"{', ' if place else ''}{name}"
    return shown


def _columns(found: Iterable[Column], most: int = 6) -> str:
    names = sorted(f"{key.partition(' ')[2]}.{name}" for key, name in found)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def as_data(found: Graph, name: str) -> list[dict[str, Any]]:
    """The same for machines: one entry a thing or column."""
    told: list[dict[str, Any]] = []
    for node in found.named(name):
        told.append(
            {
                "name": node.key,
                "title": node.title,
                "file": node.file,
                "owner": node.owner,
                "made_from": [one.key for one in found.above(node.key)],
                "used_by": [one.key for one in found.below(node.key)],
                "columns": {one: sorted(map(list, behind)) for one, behind in node.given.items()},
            }
        )
    for column in found.columns_named(name) if not told else ():
        told.append(
            {
                "name": f"{column[0]}.{column[1]}",
                "made_from": [f"{key}.{one}" for key, one in found.columns_behind(column)],
                "used_by": [one.key for one in found.users(column)],
                "decides_rows_of": [one.key for one in found.deciding(column)],
            }
        )
    return told

"""Which feed an export fills, and from which of its columns: by their names and by what stands in them.

Confidence is a rule of thumb, not a probability: 0.9 where the export calls a column as a tool that is known does, less
for a part of the name, and less again where the cells speak against it. It orders proposals; a person decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bellwether.proposing.typing import Column
from bellwether.proposing.words import KEYS, NAMES, NEEDED, NUMBERS, TIMES

# Below this nothing is proposed.
LEAST = 0.4


@dataclass(frozen=True)
class Match:
    """A column of the feed, the column of the export for it (None: a constant, or nothing), how sure, and why."""

    target: str
    column: Column | None
    confidence: float
    why: str
    constant: str = ""


@dataclass(frozen=True)
class Plan:
    """The feed that an export seems to fill, how well, and each column of it. lacks: what nothing can stand in for."""

    feed: str
    confidence: float
    matches: tuple[Match, ...]
    lacks: tuple[str, ...]

    @property
    def taken(self) -> list[Match]:
        """What comes from a column of the export."""
        return [one for one in self.matches if one.column is not None]


def plans(columns: Sequence[Column]) -> list[Plan]:
    """A plan for each feed, the likeliest first."""
    return sorted((_plan(feed, columns) for feed in NAMES), key=lambda one: (bool(one.lacks), -one.confidence))


def _plan(feed: str, columns: Sequence[Column]) -> Plan:
    scored = sorted(
        (
            (*_score(feed, target, names, column), target, column)
            for target, names in NAMES[feed].items()
            for column in columns
        ),
        key=lambda one: -one[0],
    )
    chosen: dict[str, Match] = {}
    used: set[str] = set()
    for confidence, why, target, column in scored:
        if confidence >= LEAST and target not in chosen and column.name not in used:
            chosen[target] = Match(target, _assumed(target, column), round(confidence, 2), why)
            used.add(column.name)
    needed = NEEDED[feed]
    for target, constant in needed.items():
        if target not in chosen and constant is not None:
            chosen[target] = Match(target, None, 0.0, "nothing in the export says it: the same for every row", constant)
    lacks = tuple(target for target in needed if target not in chosen)
    order = {name: place for place, name in enumerate([*needed, *NAMES[feed]])}
    matches = tuple(sorted(chosen.values(), key=lambda one: order[one.target]))
    return Plan(feed, _fitness(feed, chosen), matches, lacks)


def _assumed(target: str, column: Column) -> Column:
    """A column without any cell is taken for what its place needs."""
    if column.filled:
        return column
    return replace(column, kind="time" if target.endswith(TIMES) else "number" if target in NUMBERS else "text")


def _fitness(feed: str, chosen: Mapping[str, Match]) -> float:
    """How well a feed fits: what it needs counts double; a constant counts little."""
    weights = {target: 2.0 if target in NEEDED[feed] else 0.5 for target in {*NAMES[feed], *NEEDED[feed]}}
    found = sum(
        weights[target] * (one.confidence if one.column is not None else 0.3 if target in NEEDED[feed] else 0)
        for target, one in chosen.items()
    )
    fitness = found / sum(weights.values())
    key = chosen.get(KEYS[feed])
    # Every export names customers somewhere; one of customers names each once.
    if feed == "customers":
        unique = key is not None and key.column is not None and key.column.why.startswith("all different")
        fitness *= 0.75 if unique or (key and key.column and not key.column.filled) else 0.5
    return round(fitness, 3)


def _score(feed: str, target: str, names: tuple[str, ...], column: Column) -> tuple[float, str]:
    """How sure a column of the export is one of the feed, and why."""
    called, why = _by_name(names, column.name)
    if not called:
        return 0.0, ""
    against, reason = _by_cells(feed, target, column)
    return called * against, f"{why}{'; ' if reason else ''}{reason}"


def _by_name(names: tuple[str, ...], name: str) -> tuple[float, str]:
    """The whole name is known: 0.95, less the further down it stands; a part of it: 0.7."""
    words = plain(name)
    best, why = 0.0, ""
    for place, known in enumerate(names):
        lower = 0.02 * place
        if words == known:
            found = 0.95 - min(lower, 0.3), f'"{known}" is a name for it'
        elif known in f" {words} " and len(known) > 3 and set(known.split()) <= set(words.split()):
            found = 0.72 - min(lower, 0.3), f'the name holds "{known}"'
        else:
            continue
        if found[0] > best:
            best, why = found
    return best, why


def plain(name: str) -> str:
    """A name as words: `Queue.Name`, `OPEN_DT`, `createdAt` and `Created At` alike, without accents."""
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


def _by_cells(feed: str, target: str, column: Column) -> tuple[float, str]:
    """What stands in a column, against what has to: 1 where it agrees or there is nothing to see."""
    if column.why in ("empty", "the export has no rows"):
        return 0.75, "no cell to see what it holds"
    if target.endswith(TIMES):
        return (1.0, f"its cells are {column.why}") if column.kind == "time" else (0.1, "its cells are no moments")
    if target in NUMBERS:
        return (1.0, "its cells are numbers") if column.kind == "number" else (0.3, "its cells are no numbers")
    if target == KEYS[feed]:
        if column.why.startswith("all different"):
            return 1.0, "no two rows alike"
        return 0.55, f"{column.distinct:,} different values: some rows share one"
    if column.kind == "time":
        return 0.1, "its cells are moments"
    if target.endswith("_id") and column.kind == "number":
        return 0.3, "its cells are amounts"
    if target in ("silo", "channel", "touchpoint") and column.distinct > 500:
        return 0.5, f"{column.distinct:,} different values are many for it"
    return 1.0, f"{column.distinct:,} different values" if column.distinct else ""

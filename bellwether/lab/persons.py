"""What tells one person from another in a version, and what is kept of a question while it is rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bellwether.settings import FEWEST_PEOPLE

PERSON = "customer_id"
# Columns that stand for one person where nobody knows who it was: each row is somebody.
ROWS = ("interaction_id", "response_id", "event_id", "failure", "episode_id", "row_id")
# How many stand behind a row of a table of groups.
COUNTS = ("people", "observations", "customers")
HIDDEN = "_person_"
FEW = "_person_few"
OURS = re.compile(HIDDEN, re.IGNORECASE)
RANKS = ("row_number", "rank", "dense_rank", "rank_dense", "ntile", "percent_rank", "cume_dist")


@dataclass
class Told:
    """What was done to a question. `people`: it is about people; `marked`: its own small groups come with a mark."""

    people: bool = False
    marked: bool = False
    customers: bool = False


@dataclass
class Rewriting:
    """One question. columns: table -> names of its columns."""

    columns: Mapping[str, Sequence[str]]
    customers: bool
    least: int = FEWEST_PEOPLE
    told: Told = field(default_factory=Told)
    number: int = 0

    def fresh(self) -> str:
        self.number += 1
        return f"{HIDDEN}{self.number}"


def names(node: Any) -> Iterator[str]:
    """Every text of a tree: names among them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, (list, dict)):
        for one in node.values() if isinstance(node, dict) else node:
            yield from names(one)


def person(columns: Sequence[str]) -> str:
    """The SQL of what tells one person from another in a table; "" where the table is not about people."""
    rows = [name for name in ROWS if name in columns]
    if PERSON in columns:
        return f"coalesce({PERSON}, 'row ' || {rows[0]}::varchar)" if rows else f"{PERSON}::varchar"
    return f"{rows[0]}::varchar" if rows else ""


def whole(counted: Sequence[str], least: int) -> str:
    """Rows of a table of groups that are large enough."""
    return " and ".join(f"coalesce({name} not between 1 and {least - 1}, true)" for name in counted)

"""What a SELECT is made from, remembered by what it says: to take all texts apart anew takes seconds.

It depends on the text, on the columns of the tables that it names, and on how texts are taken apart.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlglot import exp

from bellwether import remembered, sql
from bellwether.lineage import code, columns
from bellwether.lineage.columns import Made, Schema

REMEMBERED = remembered.FOLDER / "lineage.json"


@dataclass
class Knowing:
    """What is known by now (`known`), and what of it has been asked for (`used`)."""

    known: dict[str, Any] = field(default_factory=dict)
    used: dict[str, Any] = field(default_factory=dict)

    def made_from(self, text: str, schema: Schema) -> Made:
        """As `columns.made_from`."""
        read = {name: schema[name] for name in sorted(self.tables(text)) if name in schema}
        told = self._asked("made", json.dumps(read), text, lambda: _plain(columns.made_from(text, schema)))
        return _made(told)

    def tables(self, text: str) -> list[str]:
        """As `sql.reads`, sorted."""
        return self._asked("tables", "", text, lambda: sorted(sql.reads(text)))

    def names_in(self, text: str) -> list[str]:
        """The names of columns that stand in a text, in lower case, sorted."""
        return self._asked("names", "", text, lambda: sorted({one.name.lower() for one in _columns(text)}))

    def asked_by(self, page: Path, questions: Collection[str]) -> frozenset[str]:
        """As `code.asked_by`."""
        where = f"{page.name} {self.code} {page.read_text(encoding='utf-8')}"
        told = self._asked("asks", where, json.dumps(sorted(questions)), lambda: sorted(code.asked_by(page, questions)))
        return frozenset(told)

    @cached_property
    def code(self) -> str:
        """What stands for all of our own code, which pages are followed through."""
        files = sorted(code.PACKAGE.rglob("*.py"))
        return remembered.key(*(part for file in files for part in (file.name, file.read_bytes())))

    def _asked(self, what: str, more: str, text: str, find) -> Any:
        key = remembered.key(what, _how(), more, text)
        if key not in self.used:
            self.used[key] = self.known[key] if key in self.known else find()
        return self.used[key]


@contextlib.contextmanager
def remembering(file: Path = REMEMBERED) -> Iterator[Knowing]:
    """What is known from earlier times; what was asked for is kept, the rest forgotten."""
    knowing = Knowing(remembered.known(file))
    yield knowing
    if knowing.used.keys() != knowing.known.keys():
        remembered.keep(file, knowing.used)


@cache
def _how() -> str:
    """Changes with how a text is taken apart."""
    return remembered.key(Path(columns.__file__).read_bytes(), Path(sql.__file__).read_bytes(), version("sqlglot"))


def _columns(text: str) -> Iterator[exp.Column]:
    return sql.tree(text).find_all(exp.Column)


def _plain(made: Made) -> dict[str, Any]:
    given = {name: sorted(behind) for name, behind in made.columns.items()}
    return {"columns": given, "used": sorted(made.used), "tables": sorted(made.tables), "exact": made.exact}


def _made(told: dict[str, Any]) -> Made:
    given = {name: frozenset(map(tuple, behind)) for name, behind in told["columns"].items()}
    return Made(given, frozenset(map(tuple, told["used"])), frozenset(told["tables"]), told["exact"])

"""Files that passed a check, remembered by all that the check rests on: what has not changed need not be judged again.

A question rests on itself, on its test cases, and on the ground: our code, the parsers, every file of `queries/` but
questions, and the names of those. A file of the ground rests on all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bellwether import cases, remembered, sql
from bellwether.settings import ROOT, Settings

REMEMBERED = remembered.FOLDER / "passed.json"
QUESTIONS = ("explore", "answer")  # kinds
MOST = 5_000
Tables = dict[str, dict[str, str]]  # table -> column -> type


@dataclass
class Passed:
    """What has passed by now. memory: where that is kept; None: nowhere, everything is judged."""

    settings: Settings
    memory: Path | None = None
    known: dict[str, Any] = field(init=False)
    ground: str = field(init=False)

    def __post_init__(self) -> None:
        self.known = remembered.known(self.memory) if self.memory else {}
        self.ground = _ground(self.settings) if self.memory else ""

    def __contains__(self, file: Path) -> bool:
        return bool(self.memory) and self._key(file) in self.known

    def add(self, files: Iterable[Path]) -> None:
        """These have passed as they are now."""
        if not self.memory:
            return
        fresh = {self._key(file): 1 for file in files}
        if not fresh.keys() <= self.known.keys():
            self.known |= fresh
            remembered.keep(self.memory, dict(list(self.known.items())[-MOST:]))

    @property
    def tables(self) -> Tables | None:
        """The empty warehouse that the ground makes, as remembered; None where it has to be built."""
        return remembered.known(self._blank).get(self.ground) if self.memory else None

    @tables.setter
    def tables(self, found: Tables) -> None:
        if self.memory:
            remembered.keep(self._blank, {self.ground: found})

    @property
    def _blank(self) -> Path:
        return self.memory.with_name(f"{self.memory.stem}_tables.json")

    def _key(self, file: Path) -> str:
        place = file.relative_to(self.settings.queries)
        topic, _, name = place.with_suffix("").as_posix().partition("/")
        tried = cases.folder(self.settings) / sql.KIND_OF_FOLDER[topic] / name
        return remembered.key(self.ground, place.as_posix(), file.read_bytes(), *_contents(tried, "*.csv"))


def _ground(settings: Settings) -> str:
    folder = settings.queries
    kind = {file: sql.KIND_OF_FOLDER.get(file.relative_to(folder).parts[0]) for file in sorted(folder.rglob("*.sql"))}
    files = [file for file in kind if kind[file] not in QUESTIONS]
    names = [file.relative_to(folder).as_posix() for file in sql.find(folder)]
    code = _contents(ROOT / "bellwether", "*.py")
    parsers = (version("duckdb"), version("sqlglot"), settings.company.zone)
    return remembered.key(*code, *parsers, *names, *(file.read_bytes() for file in files))


def _contents(folder: Path, pattern: str) -> list[str | bytes]:
    """Names and contents of the files below a folder."""
    found = sorted(folder.rglob(pattern))
    return [part for file in found for part in (file.relative_to(folder).as_posix(), file.read_bytes())]

"""An export: a file that lies in the exports folder, told by what it shows which source it is of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bellwether import readers
from bellwether.cells import listed
from bellwether.readers import Refused
from bellwether.sql import Query
from bellwether.strange import strange


@dataclass(frozen=True)
class Export:
    """A file in the exports folder: its path, its name below that folder, its content's hash and its source.

    `seen`: what the file system said of it before it was hashed; empty where that need not be watched.
    """

    file: Path
    name: str
    content: str
    source: Query
    seen: tuple[int, ...] = ()


def content_of(file: Path) -> str:
    """The hash of a file's bytes."""
    with file.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def state_of(file: Path) -> tuple[int, ...]:
    """What differs once a file is written to or replaced."""
    told = file.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns


def recognise(file: Path, sources: list[Query]) -> Query:
    """The source whose telling columns the file has; of several the one that asks for most. Raises Refused."""
    format = readers.format_of(file)
    if not format:
        raise Refused("is no kind of file that Bellwether reads. Bring CSV, JSON, Parquet or Excel; CSV, JSON gzipped.")
    looks: dict[tuple, set[str] | Refused] = {}
    found = [(one, _missing(file, one, looks)) for one in sources if one.get("format") == format]
    fitting = sorted((one for one, missing in found if not missing), key=lambda one: -len(listed(one, "recognise")))
    if fitting:
        return fitting[0]
    if looks and all(isinstance(look, Refused) for look in looks.values()):
        raise next(iter(looks.values()))
    shown = set().union(*(look for look in looks.values() if isinstance(look, set)))
    raise Refused(strange(file, format, sources, shown))


def _missing(file: Path, source: Query, looks: dict[tuple, set[str] | Refused]) -> list[str]:
    """The telling columns that a file doesn't have. `looks`: what the file shows, by how it is looked at."""
    way = tuple(source.get(key) for key in ("records", "separator", "encoding"))
    if way not in looks:
        try:
            looks[way] = set(readers.columns_of(file, source))
        except Refused as refusal:
            looks[way] = refusal
    there = looks[way] if isinstance(looks[way], set) else set()
    return [name for name in listed(source, "recognise") if name not in there]

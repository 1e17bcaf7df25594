"""What lies in the exports folder: which files are exports, of which source, and each content once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from bellwether.exports import Export, content_of, recognise, state_of
from bellwether.readers import Refused
from bellwether.records import Told
from bellwether.sql import Query, QueryError


def find(folder: Path, known: list[Query], only: str | None = None) -> tuple[list[Export], list[Told]]:
    """Every file below the exports folder, with its source; those without one are told as refused.

    only: leave the files of other sources alone.
    """
    found: list[Export] = []
    told: list[Told] = []
    for file in exports_in(folder):
        name = str(file.relative_to(folder))
        with telling(told, name):
            _insist_on_text(name)
            _insist_on_inside(file, folder)
            source, seen = recognise(file, known), state_of(file)
            if only in (None, source.id):
                found.append(Export(file, name, content_of(file), source, seen))
    return once(found), told


@contextmanager
def telling(told: list[Told], name: str, source: str = "") -> Iterator[None]:
    """Whatever goes wrong with one file is a sentence in `told`, and never stops the others."""
    try:
        yield
    except Exception as error:
        shown = name.encode("utf-8", "backslashreplace").decode()
        told.append(Told(shown, "refused", source, said=f"{shown} {_said(error)}"))


def _said(error: Exception) -> str:
    if isinstance(error, (Refused, QueryError)):
        return str(error)
    first = next(iter(str(error).splitlines()), "") or type(error).__name__
    if isinstance(error, OSError):
        return f"can't be read or taken in: {error.strerror or first}. Look into that, then refresh again."
    if isinstance(error, duckdb.Error):
        return f"can't be taken in: {first}"
    return f"can't be taken in ({first}). This is a defect of the importer; please report it with the file."


def _insist_on_text(name: str) -> None:
    """Raises Refused for a name whose bytes are no UTF-8: nothing could speak of such a file."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("has a name that is not UTF-8 text. Rename it.") from None


def _insist_on_inside(file: Path, folder: Path) -> None:
    """Raises Refused for a link that leads out of the exports folder, or nowhere: what it shows was not put there."""
    if not file.resolve().is_relative_to(folder.resolve()):
        raise Refused("is a link that leads out of the exports folder. Put the file itself there.")
    if not file.exists():
        raise Refused("is a link that leads nowhere. Put the file itself there, or take the link away.")


def exports_in(folder: Path) -> list[Path]:
    """Files below the exports folder, by name, and links that claim to be some; no hidden ones, no notes."""
    return [
        file
        for file in sorted(folder.rglob("*"))
        if (file.is_file() or (file.is_symlink() and not file.is_dir()))
        and file.suffix.lower() not in (".md", ".pdf")
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    ]


def once(exports: list[Export]) -> list[Export]:
    """The same content under two names is one export."""
    return list({export.content: export for export in reversed(exports)}.values())[::-1]

"""Why no source takes a file, and what to do about it, in a sentence or two for whoever exported it."""

from __future__ import annotations

from pathlib import Path

from bellwether import readers
from bellwether.cells import listed
from bellwether.sql import Query

# So much of a file's first line is quoted back.
SHOWN = 60
DESCRIBE = "describe it in queries/sources/ (see queries/README.md)"
NAMES = {"csv": "CSV", "json": "JSON", "parquet": "Parquet", "excel": "Excel"}


def strange(file: Path, format: str, sources: list[Query], columns: set[str]) -> str:
    """What a file lacks that no source takes.

    columns: what the file shows of itself, however it was looked at. The nearest source is the one most of whose
    telling columns are there, half of them at least; a source of another format counts only if nothing is missing.
    """
    alike = [one for one in sources if one.get("format") == format]
    elsewhere = [one for one in sources if one.get("format") != format and not _missing(one, columns)]
    if elsewhere:
        return _another_format(format, max(elsewhere, key=lambda one: len(listed(one, "recognise"))))
    near = min(alike, key=lambda one: len(_missing(one, columns)) / len(listed(one, "recognise")), default=None)
    lacks = _missing(near, columns) if near else []
    if near and len(lacks) <= len(listed(near, "recognise")) / 2:
        said = _lacking(near, lacks)
    elif format == "csv" and not any(set(listed(one, "recognise")) & columns for one in sources):
        said = _first_line(file, len(alike))
    else:
        said = _unknown(format, len(alike))
    return f"{said} Also, the file {damage}" if near and (damage := _damage(file, format, near)) else said


def _missing(source: Query, columns: set[str]) -> list[str]:
    return [name for name in listed(source, "recognise") if name not in columns]


def _lacking(near: Query, lacks: list[str]) -> str:
    columns = f"the column{'s' * (len(lacks) > 1)} {', '.join(lacks)}"
    return (
        f"lacks {columns}: add {'them' if len(lacks) > 1 else 'it'} to the export. All else fits {near.id}. If it is "
        f"another tool's export, {DESCRIBE}."
    )


def _another_format(format: str, source: Query) -> str:
    wanted = NAMES[source.get("format")]
    return (
        f"is {NAMES[format]}, and its columns are those of {source.id}, which is read as {wanted}: "
        f"save it as {wanted} with the same column names."
    )


def _unknown(format: str, many: int) -> str:
    kind = NAMES[format]
    fit = f"its columns fit none of the sources that read {kind}" if many else f"no source reads {kind}"
    plain = "Save the table as CSV with the column names of a feed (see queries/feeds/)"
    return f"is of no known source: {fit}. {plain}, or {DESCRIBE}."


def _first_line(file: Path, many: int) -> str:
    """For a file none of whose names is known: what stands where the names should be."""
    try:
        with readers.opened(file) as text:
            line = text.readline(10 * SHOWN).strip("\ufeff\r\n ")
    except (UnicodeDecodeError, OSError, EOFError):
        return _unknown("csv", many)
    quoted = line if len(line) <= SHOWN else f"{line[:SHOWN].rstrip()}…"
    return (
        f'is of no known source: it begins with "{quoted}", where column names should stand, and none is known. '
        "If it is no table, export the table itself as CSV. Else give its columns the names of a feed (see "
        f"queries/feeds/), or {DESCRIBE}."
    )


def _damage(file: Path, format: str, near: Query) -> str:
    return readers.damage(file, near) if format == "csv" else ""

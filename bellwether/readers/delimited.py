"""CSV. The fast way lets DuckDB read a file in which every line is one record; the careful way walks the records.

DuckDB alone is not enough: it drops one empty cell too many at the end of a row (which shifts cells when a separator
was added in the middle), it tells no line numbers, and blank lines vanish. So the fast way holds only if every byte is
accounted for: cells, separators, quotes and line ends, nothing else. All other files are copied record by record, each
with its line in front; records that are not what the header says are left out of the copy and named.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from bellwether.readers.reading import (
    LONGEST_RECORD,
    TOO_LONG,
    UTF_8,
    UTF_16,
    Broken,
    Bytes,
    Reading,
    Refused,
    distinct,
    fresh,
    from_copy,
    narrow,
    opened,
    pass_over,
    raw,
    scan,
    writer,
)
from bellwether.sql import Query

SEPARATORS = (",", ";", "\t", "|")
_ZONE = re.compile(r'"timeZone":\s*"([^"]+)"')
_SHOWN = 20_000  # characters of a broken record that are kept to be shown


@dataclass(frozen=True)
class Record:
    """One record: its first line, its text (a single line) or its cells, or why it is neither."""

    line: int
    text: str
    cells: list[str] | None = None
    problem: str = ""


def columns_of(file: Path, source: Query) -> list[str]:
    return _header(file, source)[0]


def _header(file: Path, source: Query) -> tuple[list[str], str]:
    return header_of(file, source.get("separator"), source.get("encoding"))


def header_of(file: Path, separator: str = "", encoding: str = "") -> tuple[list[str], str]:
    """The names in the first row that holds anything, and the separator that gives the most of them."""
    options = [{"tab": "\t"}.get(separator, separator)] if separator else SEPARATORS
    rows = {option: _first(file, encoding, option) for option in options}
    readable = {option: cells_of(row, option) for option, row in rows.items() if not row.problem}
    if not readable:
        first = rows[options[0]]
        raise Refused(f"has no row of names that can be read: line {first.line} {first.problem}.")
    best = max(readable, key=lambda option: len(readable[option]))
    return distinct(readable[best]), best


def _first(file: Path, encoding: str, separator: str) -> Record:
    with opened(file, encoding) as text:
        for record in records(text, separator):
            return record
    raise Refused("is empty: there is no row of names. Export it again.")


def cells_of(record: Record, separator: str) -> list[str]:
    return record.text.split(separator) if record.cells is None else record.cells


def read(con, file: Path, source: Query, _wanted: list[str], work: Path) -> Reading:
    header, separator = _header(file, source)
    narrow(header)
    if source.get("encoding") or source.get("skip") or len(header) == 1:
        return read_carefully(file, source, work)
    must = _must(file, len(header), separator)
    relation = scan(file, header, separator, copy=False)
    if must is None or (must.cells is not None and _rows(con, relation) != must.rows):
        return read_carefully(file, source, work)
    return Reading(header, relation, must=must)


def _rows(con, relation: str) -> int:
    """How many rows DuckDB finds; -1 when it finds a fault. Much cheaper than typing them in vain."""
    try:
        return con.execute(f"select count(*) from {relation}").fetchone()[0]
    except duckdb.Error:
        return -1


def _must(file: Path, width: int, separator: str) -> Bytes | None:
    """What the fast way has to give if every line is one record; None where the bytes alone forbid it."""
    marks = (b"\n", b"\r", b'"', separator.encode())
    size, counts, pairs, before, first = 0, dict.fromkeys(marks, 0), 0, b"", b""
    with raw(file) as bytes_:
        while chunk := bytes_.read(1 << 22):
            first, size = first or chunk, size + len(chunk)
            counts = {mark: count + chunk.count(mark) for mark, count in counts.items()}
            pairs += (before + chunk).count(b"\r\n") if counts[b"\r"] else 0
            before = chunk[-1:]
    lines = counts[b"\n"] + (before != b"\n")
    if counts[b"\r"] != pairs or first.startswith((*UTF_16, b"\n", b"\r")):
        return None
    if not counts[b'"']:
        return Bytes(lines - 1) if counts[marks[3]] == lines * (width - 1) else None
    mark = len(UTF_8) if first.startswith(UTF_8) else 0
    names = first[mark:].split(b"\n", 1)[0].rstrip(b"\r")
    in_names = len(names.replace(b'"', b"")) - names.count(marks[3])
    outside = mark + counts[b"\n"] + counts[b"\r"] + counts[b'"'] + lines * (width - 1) + in_names
    return Bytes(lines - 1, size - outside)


def read_carefully(file: Path, source: Query, work: Path) -> Reading:
    """A numbered copy of the records that have as many cells as the header; the others are named. Raises Refused."""
    header, separator = _header(file, source)
    broken: list[Broken] = []
    zone: list[str] = []
    with fresh(work) as copy:
        quoted = writer(copy, separator)
        for record in _body(file, source, separator, zone):
            if problem := record.problem or _misfit(record, separator, len(header)):
                broken.append(Broken(record.line, record.text[:_SHOWN], problem))
            elif record.cells is None:
                copy.write(f"{record.line}{separator}{record.text}\n")
            else:
                quoted.writerow([record.line, *record.cells])
    return from_copy(header, Path(copy.name), separator, broken, "".join(zone[:1]))


def _body(file: Path, source: Query, separator: str, zone: list[str]) -> Iterator[Record]:
    """The records below the row of names and below the rows that the source skips; `zone`: what those rows state."""
    count, mark = _skipped(source)
    with opened(file, source.get("encoding")) as text:
        found = records(text, separator)
        _names, *head = islice(found, 1 + count)
        cells = [cell for record in head for cell in cells_of(record, separator)]
        if mark and not any(mark in cell for cell in cells):
            yield from head
        zone += [match[1] for cell in cells if (match := _ZONE.search(cell))]
        yield from found


def _skipped(source: Query) -> tuple[int, str]:
    """How many rows after the names are left out, and what one of them must hold for that, if anything."""
    count, _, mark = source.get("skip", "0").partition(" with ")
    if not count.strip().isdigit():
        raise source.complain("skip", f'"{count}" is not a number of rows. Write: 2, or: 2 with ImportId.')
    return int(count), mark.strip()


def _misfit(record: Record, separator: str, width: int) -> str:
    there = record.text.count(separator) + 1 if record.cells is None else len(record.cells)
    return "" if there == width else f"has {there} cell{'s' * (there != 1)} where the header names {width}"


def walk(file: Path, source: Query) -> None:
    """Go through all records. Raises Refused at a quote that is never closed, and what damaged files raise."""
    _, separator = _header(file, source)
    for _ in _body(file, source, separator, []):
        pass


def records(text, separator: str) -> Iterator[Record]:
    """Every record of a CSV that is not a blank line. Raises Refused where a quote is never closed.

    A line without quotes is a record as it stands. One with quotes goes to the csv module, which takes further lines
    while a quote is open. When that fails, only the first line is broken and the next ones are tried anew, so a quote
    too many costs one row and not all rows up to the next quote.
    """
    csv.field_size_limit(LONGEST_RECORD)
    again: deque[str] = deque()
    taken: list[str] = []
    lines = _lines(text, again, taken)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = 1
    for line in lines:
        plain = line.rstrip("\r\n")
        if len(line) > LONGEST_RECORD:
            yield Record(number, plain, problem=TOO_LONG)
        elif '"' not in line:
            if plain:
                yield Record(number, plain)
        else:
            again.appendleft(line)
            taken.clear()
            yield _quoted_record(reader, number, again, taken)
        number += len(taken)
        taken.clear()


def _lines(text, again: deque[str], taken: list[str]) -> Iterator[str]:
    """Lines to be tried again, then the text's own; each is noted in `taken`."""
    while line := again[0] if (known := bool(again)) else text.readline(LONGEST_RECORD + 1):
        if known:
            again.popleft()
        taken.append(line)
        yield line
        if not known:
            pass_over(text, line)


def _quoted_record(reader, number: int, again: deque[str], taken: list[str]) -> Record:
    """The record that begins with the line in `again`. Leaves in `taken` the lines that it took."""
    try:
        cells = next(reader)
    except csv.Error as error:
        if "unexpected end" in str(error) or "field larger" in str(error):
            raise Refused(
                f"ends inside a quoted field that begins in the record at line {number:,}: it was cut short, "
                "or a quote is not closed. Export it again."
            ) from None
        again.extendleft(reversed(taken[1:]))
        del taken[1:]
        return Record(number, taken[0].rstrip("\r\n"), problem=f"is not a CSV record ({error})")
    return Record(number, "".join(taken).rstrip("\r\n"), cells)

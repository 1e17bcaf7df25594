"""An export without some of its records: otherwise the same bytes, read by the same rules, in place by one rename."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

from bellwether.cells import quoted
from bellwether.mapping import CUSTOMER
from bellwether.readers import Refused, delimited, objects
from bellwether.readers.reading import opened, path
from bellwether.readers.tables import _sheet
from bellwether.sql import Query

BESIDE = "forgetting"


@dataclass
class Wanted:
    """What has to go from one export: records by their first line, and those that name one of these ids.

    `columns`: those in which the source finds the customer. A record that can't be parsed goes if it holds an id.
    """

    lines: set[int] = field(default_factory=set)
    ids: frozenset[str] = frozenset()
    columns: tuple[str, ...] = ()

    def names(self, cells: Iterable[str | None]) -> bool:
        return any(cell is not None and cell.strip() in self.ids for cell in cells)


def columns_of(source: Query) -> tuple[str, ...]:
    """The columns of an export that say who the customer is, as far as the source's SQL shows."""
    found: list[str] = []
    for statement in source.statements:
        tree = sqlglot.parse_one(statement.sql, read="duckdb")
        for cell in tree.find_all(exp.Alias, exp.Column):
            if cell.alias_or_name.lower() == CUSTOMER:
                found += [column.name for column in cell.find_all(exp.Column)]
    return tuple(dict.fromkeys(found))


def rewrite(file: Path, source: Query, wanted: Wanted) -> int:
    """Take the records out of the file. Returns how many went; with none the file is left as it is. Raises Refused."""
    fresh = file.with_name(f".{file.name}.{BESIDE}{''.join(file.suffixes[-1:])}")
    try:
        gone = _WAYS[source.get("format")](file, fresh, source, wanted)
        if gone:
            _to_disk(fresh)
            os.chmod(fresh, file.stat().st_mode & 0o7777)
            os.replace(fresh, file)
            _to_disk(file.parent)
        return gone
    finally:
        fresh.unlink(missing_ok=True)


def _to_disk(there: Path) -> None:
    handle = os.open(there, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def leftovers(folder: Path) -> Iterator[Path]:
    """Files that a forgetting which was stopped left beside exports."""
    return folder.rglob(f".*.{BESIDE}*")


# Text, line by line


def _csv(file: Path, fresh: Path, source: Query, wanted: Wanted) -> int:
    header, separator = delimited.header_of(file, source.get("separator"), source.get("encoding"))
    places = [header.index(name) for name in wanted.columns if name in header]
    fold = header.index(source.get("fold")) if source.get("fold") in header else None
    starts, gone, folds = [], set(), {}
    with opened(file, source.get("encoding")) as text:
        for record in delimited.records(text, separator):
            starts.append(record.line)
            cells = [] if record.problem else delimited.cells_of(record, separator)
            if len(cells) != len(header):
                met = any(one in record.text for one in wanted.ids)
            else:
                met = record.line in wanted.lines or wanted.names(cells[place] for place in places)
                if fold is not None:
                    folds.setdefault(cells[fold], []).append(record.line)
            if met:
                gone.add(record.line)
    for lines in folds.values():
        if gone.intersection(lines):
            gone.update(lines)
    return _copy_lines(file, fresh, source, starts, gone)


def _copy_lines(file: Path, fresh: Path, source: Query, starts: list[int], gone: set[int]) -> int:
    """Every line but those of the records that begin at `gone`."""
    if not gone:
        return 0
    ahead = iter([*starts[1:], None])
    begins, following = starts[0], next(ahead)
    with _reading(file, source) as old, _writing(fresh, file, old.encoding) as new:
        for number, line in enumerate(iter(old.readline, ""), start=1):
            if following is not None and number >= following:
                begins, following = following, next(ahead)
            if begins not in gone or number < begins:
                new.write(line)
    return len(gone)


def _reading(file: Path, source: Query):
    """As the importer reads it, but with its byte-order mark, so that it is written again."""
    text = opened(file, source.get("encoding"))
    if text.encoding.lower() == "utf-8-sig":
        text.reconfigure(encoding="utf-8")
    return text


def _writing(fresh: Path, like: Path, encoding: str):
    if like.suffix.lower() == ".gz":
        return gzip.open(fresh, "wt", encoding=encoding, newline="")
    return fresh.open("w", encoding=encoding, newline="")


def _json(file: Path, fresh: Path, source: Query, wanted: Wanted) -> int:
    with opened(file, source.get("encoding")) as text:
        first = text.readline(objects.LONGEST_RECORD)
        by_line = not source.get("records") and objects._object(first) is not None
        whole = "" if by_line else first + text.read()
    if not by_line:
        return _json_whole(file, fresh, source, wanted, whole)
    starts, gone = [], set()
    with opened(file, source.get("encoding")) as text:
        for number, line in enumerate(iter(text.readline, ""), start=1):
            starts.append(number)
            record = objects._object(line)
            if number in wanted.lines or _named(record, line, wanted):
                gone.add(number)
    return _copy_lines(file, fresh, source, starts, gone)


def _named(record: dict | None, text: str, wanted: Wanted) -> bool:
    if record is None:
        return any(one in text for one in wanted.ids)
    return wanted.names(objects._text(objects._cell(record, name)) for name in wanted.columns)


def _json_whole(file: Path, fresh: Path, source: Query, wanted: Wanted, whole: str) -> int:
    """An array, or objects one after another: each record's letters go, and one comma with them."""
    kept, seen, line, gone = [], 0, 1, 0
    for start, value, end in objects._values(whole, objects._start(whole, source.get("records"))):
        line += whole.count("\n", seen, start)
        record = value if isinstance(value, dict) else None
        if line in wanted.lines or _named(record, whole[start:end], wanted):
            kept.append((start, objects._skip(whole, end, ",")))
            gone += 1
        seen = start
    if not gone:
        return 0
    for start, end in reversed(kept):
        whole = whole[:start] + whole[end:]
    # Where the last one went, the comma before it is one too many.
    place = kept[-1][0] - sum(end - start for start, end in kept[:-1])
    before = whole[:place].rstrip(" \t\r\n")
    if before.endswith(",") and whole[place:].lstrip(" \t\r\n")[:1] in ("]", ""):
        whole = before[:-1] + whole[place:]
    with _reading(file, source) as old:
        encoding = old.encoding
    with _writing(fresh, file, encoding) as new:
        new.write(whole)
    return gone


# Tables


def _parquet(file: Path, fresh: Path, _source: Query, wanted: Wanted) -> int:
    con = duckdb.connect()
    scan = f"read_parquet({path(file)}, hive_partitioning = false, file_row_number = true)"
    there = [row[0] for row in con.execute(f"describe select * from {scan}").fetchall()]
    named = " or ".join(f"trim({quoted(n)}::varchar) in (select unnest($ids))" for n in wanted.columns if n in there)
    gone = f"list_contains($lines, file_row_number + 1) or coalesce({named or 'false'}, false)"
    given = {"lines": sorted(wanted.lines), **({"ids": sorted(wanted.ids)} if named else {})}
    count = con.execute(f"select count(*) from {scan} where {gone}", given).fetchall()[0][0]
    if count:
        rows = con.sql(f"select * exclude (file_row_number) from {scan} where not ({gone})", params=given)
        rows.write_parquet(str(fresh))
    con.close()
    return count


def _excel(file: Path, fresh: Path, _source: Query, wanted: Wanted) -> int:
    import xlsxwriter

    rows = list(_sheet(file))
    header = next((row for row in rows if any(row)), [])
    places = [header.index(name) for name in wanted.columns if name in header]
    gone = {
        number
        for number, row in enumerate(rows, 1)
        if number in wanted.lines or wanted.names(row[place] for place in places if place < len(row))
    }
    if not gone:
        return 0
    if file.suffix.lower() != ".xlsx":
        raise Refused(f"names the person in {len(gone)} rows; only .xlsx can be written. Save it as .xlsx, then again.")
    with xlsxwriter.Workbook(str(fresh), {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(row for number, row in enumerate(rows, 1) if number not in gone):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, cell)
    return len(gone)


_WAYS: dict[str, Callable[[Path, Path, Query, Wanted], int]] = {
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
    "excel": _excel,
}

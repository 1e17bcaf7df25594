"""What a reader hands on: the SQL that gives a file's cells as text, and the records that have none."""

from __future__ import annotations

import csv
import gzip
import io
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bellwether.cells import literal, quoted

# Longer than any cell that a tool writes; a quote that isn't closed within it is damage.
LONGEST_RECORD = 16 * 1024 * 1024
TOO_LONG = f"is longer than {LONGEST_RECORD // 2**20} MB"
# The time that DuckDB plans a statement grows faster than its columns: 1,000 take 2 seconds, 4,000 take 16.
MOST_COLUMNS = 5000
# Names that every reader and the typing of cells add; a column of that name in an export is counted up.
RESERVED = ("source_line", "problem", "cell_bytes")
# Byte-order marks.
UTF_8, UTF_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


class Refused(Exception):
    """A file that can't be taken in at all; the text says why and what to do."""


@dataclass(frozen=True)
class Broken:
    """A record that has no cells to type: its line, its text and the reason."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True)
class Bytes:
    """What has to come out of a plain CSV: so many rows, and so many bytes in their cells, quotes not counted.

    `cells` is None where there are no quotes: then the separators were counted, and rows are enough.
    """

    rows: int
    cells: int | None = None


@dataclass(frozen=True)
class Reading:
    """`relation`: SQL that gives `columns` as text, in the order of the file; with `source_line`, unless `must` is set.

    Then the file was taken as one record a line, which holds only if what comes out is exactly what `must` says.
    `zone`: the time zone that the file itself states, if it does.
    """

    columns: list[str]
    relation: str
    broken: list[Broken] = field(default_factory=list)
    must: Bytes | None = None
    zone: str = ""

    @property
    def numbered(self) -> str:
        """The relation with `source_line`."""
        if self.must is None:
            return self.relation
        return f"(select row_number() over () + 1 as source_line, * from {self.relation})"


def opened(file: Path, encoding: str = "") -> io.TextIOWrapper:
    """The text of a file, unpacked where it is gzipped; line ends are left as they are."""
    name = encoding if encoding and encoding.lower().replace("-", "") != "utf8" else _marked(file)
    return io.TextIOWrapper(raw(file), encoding=name, newline="")


def raw(file: Path):
    """The bytes of a file, unpacked where it is gzipped."""
    return gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb")


def pass_over(text: io.TextIOBase, line: str) -> None:
    """Leave the rest of a line behind of which only the beginning was read, piece by piece: it may fill the memory."""
    while len(line) >= LONGEST_RECORD and not line.endswith(("\n", "\r")):
        line = text.readline(LONGEST_RECORD)


def _marked(file: Path) -> str:
    """UTF-8, unless a byte-order mark says otherwise: a mark is a statement, not a guess."""
    with raw(file) as bytes_:
        return "utf-16" if bytes_.read(2) in UTF_16 else "utf-8-sig"


def distinct(header: list[str]) -> list[str]:
    """Names made fit for columns: blank ones numbered, repeated ones counted."""
    taken = set(RESERVED)
    result = []
    for place, name in enumerate(header, 1):
        name = first = name.replace("\0", "").strip("\ufeff \t\r\n\u00a0") or f"column_{place}"
        count = 1
        while name.lower() in taken:
            count += 1
            name = f"{first}_{count}"
        taken.add(name.lower())
        result.append(name)
    return result


def narrow(header: list[str]) -> list[str]:
    """The names, unless they are too many. Raises Refused."""
    if len(header) > MOST_COLUMNS:
        raise Refused(
            f"has {len(header):,} columns, and more than {MOST_COLUMNS:,} can't be read. "
            "Export it again without the columns that nobody needs."
        )
    return header


def text_columns(names: Iterable[str]) -> str:
    """The `columns` argument of read_csv that reads every name as text."""
    return "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names) + "}"


def path(file: Path) -> str:
    """A file's path for SQL, taken by its letters: DuckDB would read `report[1].csv` as a pattern."""
    return literal(re.sub(r"([\[*?])", r"[\1]", str(file)))


def scan(file: Path, names: Iterable[str], separator: str, copy: bool) -> str:
    """The SQL that reads a CSV without guessing anything: an export with its row of names, or a copy of our own."""
    shape = "header = false, new_line = '\\n'" if copy else "header = true"
    return (
        f"read_csv({path(file)}, {shape}, auto_detect = false, delim = {literal(separator)}, "
        f"quote = '\"', escape = '\"', strict_mode = true, max_line_size = {2 * LONGEST_RECORD}, "
        f"columns = {text_columns(names)}, hive_partitioning = false)"
    )


def copied(header: list[str], rows: Iterable[Iterable], broken: list[Broken], work: Path) -> Reading:
    """A reading of rows [line, *cells]."""
    return from_copy(header, write_rows(rows, work), ",", broken)


def broken_rows(reading: Reading, work: Path) -> str:
    """SQL that gives the records without cells as source_line, value, reason, all text."""
    rows = ([one.line, one.value, one.reason] for one in reading.broken)
    return scan(write_rows(rows, work), ["source_line", "value", "reason"], ",", copy=True)


def write_rows(rows: Iterable[Iterable], work: Path) -> Path:
    """A copy of rows that DuckDB can read: it reads frames wrongly at times, files never."""
    with fresh(work) as copy:
        writer(copy, ",").writerows(rows)
    return Path(copy.name)


def writer(copy, separator: str):
    """A writer that quotes every cell: of the line ends in a cell it would otherwise leave some bare."""
    return csv.writer(copy, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL)


def fresh(work: Path):
    """A new text file in `work`; what no encoding can hold (half a surrogate pair) becomes a question mark."""
    return tempfile.NamedTemporaryFile(
        "w", dir=work, suffix=".csv", delete=False, encoding="utf-8", errors="replace", newline=""
    )


def from_copy(header: list[str], copy: Path, separator: str, broken: list[Broken], zone: str = "") -> Reading:
    """The reading of a numbered copy: each row begins with its line."""
    cells = ", ".join(map(quoted, header))
    relation = (
        f"(select source_line::bigint as source_line, {cells} "
        f"from {scan(copy, ['source_line', *header], separator, copy=True)})"
    )
    return Reading(header, relation, broken, zone=zone)

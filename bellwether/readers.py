"""Exports as text: every reader fills the table `raw` (line, and one text column a name) and says what it left out.

Nothing is guessed. A plain CSV goes through DuckDB; one that doesn't add up line by line (line breaks inside quotes,
blank lines, rows of another width) is read again, record by record, so that each row knows its line and each
malformed record is named. The count of physical lines decides, because an unclosed quote swallows the rest of a file
without a word.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from bellwether.cells import literal, names, quoted
from bellwether.sql import Query

BATCH = 100_000
LONGEST_CELL = 16 * 1024 * 1024
SEPARATORS = (",", ";", "\t", "|")


class Refused(Exception):
    """A file that can't be taken in at all; the text says why and what to do."""


@dataclass(frozen=True)
class Broken:
    """A record that has no cells to type: its line, its text and the reason."""

    line: int
    value: str
    reason: str


@dataclass
class Reading:
    """What a reader found beside the rows in `raw`."""

    columns: list[str]
    broken: list[Broken] = field(default_factory=list)


def opened(file: Path, encoding: str = "utf-8-sig") -> io.TextIOWrapper:
    """The text of a file, unpacked where it is gzipped; line ends are left as they are."""
    raw = gzip.open(file) if file.suffix == ".gz" else file.open("rb")
    return io.TextIOWrapper(raw, encoding=_encoding(encoding), newline="")


def _encoding(name: str) -> str:
    return "utf-8-sig" if name.lower().replace("-", "") == "utf8" else name


def header_of(file: Path, separator: str = "", encoding: str = "utf-8-sig") -> tuple[list[str], str]:
    """The names in the first row of a CSV, and the separator that gives the most of them."""
    with opened(file, encoding) as text:
        first = text.readline(LONGEST_CELL)
        if first.count('"') % 2:
            first += text.read(LONGEST_CELL)
    options = [separator] if separator else SEPARATORS
    rows = {option: next(csv.reader(io.StringIO(first, newline=""), delimiter=option), []) for option in options}
    best = max(rows, key=lambda option: len(rows[option]))
    return _distinct(rows[best]), best


def _distinct(header: list[str]) -> list[str]:
    """Names made fit for columns: blank ones numbered, repeated ones counted."""
    seen: dict[str, int] = {}
    result = []
    for place, name in enumerate(header, 1):
        name = name.strip("﻿ \t\r\n ") or f"column_{place}"
        seen[name.lower()] = seen.get(name.lower(), 0) + 1
        result.append(name if seen[name.lower()] == 1 else f"{name}_{seen[name.lower()]}")
    return result


def read(con: duckdb.DuckDBPyConnection, file: Path, source: Query, columns: list[str]) -> Reading:
    """Fill `raw` from one export. Raises Refused when the file as a whole can't be trusted."""
    readers = {"csv": _read_csv, "json": _read_json, "parquet": _read_parquet, "excel": _read_excel}
    try:
        return readers[source.get("format")](con, file, source, columns)
    except UnicodeDecodeError as error:
        raise Refused(
            f"is not {error.encoding} text (byte {error.start:,} is {error.object[error.start]:#04x}). "
            'Say its encoding in the source, e.g. "-- encoding: latin-1".'
        ) from None
    except (EOFError, gzip.BadGzipFile) as error:
        raise Refused(f"can't be unpacked: {error}. It was cut short or is no gzip file; export it again.") from None


def _read_csv(con, file: Path, source: Query, _columns: list[str]) -> Reading:
    encoding = source.get("encoding", "utf-8-sig")
    header, separator = header_of(file, source.get("separator"), encoding)
    skip = int(source.get("skip", "0"))
    if _encoding(encoding) != "utf-8-sig" or skip or not _read_plain(con, file, header, separator):
        return _read_carefully(con, file, header, separator, encoding, skip)
    return Reading(header)


def _read_plain(con, file: Path, header: list[str], separator: str) -> bool:
    """The fast way: true when each physical line is one whole record."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
    try:
        con.execute(
            f"create or replace temp table plain as select * from read_csv({literal(str(file))}, header = true, "
            f"auto_detect = false, delim = {literal(separator)}, quote = '\"', escape = '\"', strict_mode = true, "
            f"max_line_size = {LONGEST_CELL}, columns = {{{columns}}})"
        )
    except duckdb.Error:
        return False
    rows = con.execute("select count(*) from plain").fetchone()[0]
    if rows + 1 != _physical_lines(file):
        return False
    con.execute("create or replace temp view raw as select rowid + 2 as line, * from plain")
    return True


def _physical_lines(file: Path) -> int:
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as raw:
        count, last = 0, b"\n"
        while chunk := raw.read(1 << 22):
            count, last = count + chunk.count(b"\n"), chunk[-1:]
    return count + (last != b"\n")


def _read_carefully(con, file: Path, header: list[str], separator: str, encoding: str, skip: int) -> Reading:
    reading = Reading(header)
    with opened(file, encoding) as text:
        rows = _whole_records(text, separator, len(header), skip, reading.broken)
        _fill(con, header, rows)
    return reading


def _whole_records(text, separator: str, width: int, skip: int, broken: list[Broken]) -> Iterator[list]:
    """Each record of the right width as [line, *cells]; the others go to `broken`. Raises Refused at a cut file."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=separator, strict=True)
    wanted = -1 - skip
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise Refused(
                    f"ends inside a quoted field that begins in the record at line {line:,}: it was cut short. "
                    "Export it again."
                ) from None
            broken.append(Broken(line, "", f"is not a CSV record ({error})"))
            continue
        wanted += 1 if cells else 0
        if not cells or wanted <= 0:
            continue
        if len(cells) == width:
            yield [line, *cells]
        else:
            broken.append(Broken(line, separator.join(cells), f"has {len(cells)} cells where the header names {width}"))


def damage(file: Path) -> str:
    """Why a CSV can't be read to its end, as a sentence; empty when it can."""
    try:
        header, separator = header_of(file)
        with opened(file) as text:
            for _ in _whole_records(text, separator, len(header), 0, []):
                pass
    except (Refused, UnicodeDecodeError, EOFError, OSError) as error:
        return str(error)
    return ""


def _fill(con, header: list[str], rows: Iterator[list]) -> None:
    """Put [line, *cells] rows into `raw`, through Parquet: DuckDB reads frames wrongly at times, files never."""
    schema = {"line": pl.Int64, **dict.fromkeys(header, pl.String)}
    columns = ", ".join(f"{quoted(name)} varchar" for name in header)
    con.execute(f"create or replace temp table plain (line bigint, {columns})")
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part.parquet"
        while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
            pl.DataFrame(batch, schema=schema, orient="row").write_parquet(part)
            con.execute(f"insert into plain select * from read_parquet({literal(str(part))})")
    con.execute("create or replace temp view raw as select * from plain")


def _read_json(con, file: Path, source: Query, columns: list[str]) -> Reading:
    """Records as objects: one a line, an array, or below the header's path; nested names are joined by dots."""
    reading = Reading(columns)
    with opened(file) as text:
        rows = _json_records(text, source.get("records"), reading.broken)
        _fill(con, ["record"], rows)
    cells = ", ".join(f"json_extract_string(record, {literal(_json_path(name))}) as {quoted(name)}" for name in columns)
    con.execute(f"create or replace temp view raw as select line, {cells} from plain")
    return reading


def _json_path(name: str) -> str:
    return "$" + "".join(f'."{part}"' for part in name.split("."))


def _json_records(text, path: str, broken: list[Broken]) -> Iterator[list]:
    """[line, JSON text] of each record. JSON lines are streamed; anything else is read whole."""
    first = text.readline(LONGEST_CELL)
    if not path and first.strip().startswith("{") and _is_json(first):
        yield from _json_lines(first, text, broken)
        return
    whole = first + text.read()
    try:
        found = json.loads(whole)
    except json.JSONDecodeError as error:
        raise Refused(
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}. Export it again."
        ) from None
    for step in [step for step in path.split(".") if step]:
        if not isinstance(found, dict) or step not in found:
            raise Refused(f'holds no records under "{path}". Mend "-- records:" in the source.')
        found = found[step]
    records = found if isinstance(found, list) else [found]
    # The line of a record inside an array isn't told by the parser; its place in the array is.
    yield from ([place, json.dumps(record, ensure_ascii=False)] for place, record in enumerate(records, 1))


def _json_lines(first: str, text, broken: list[Broken]) -> Iterator[list]:
    line, row = 1, first
    while row:
        if row.strip() and _is_json(row):
            yield [line, row]
        elif row.strip():
            broken.append(Broken(line, row.strip(), "is not a JSON object"))
        line, row = line + 1, text.readline(LONGEST_CELL)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except json.JSONDecodeError:
        return False


def _read_parquet(con, file: Path, _source: Query, _columns: list[str]) -> Reading:
    try:
        described = con.execute(f"describe select * from read_parquet({literal(str(file))})").fetchall()
        header = [row[0] for row in described]
        cells = ", ".join(f"{quoted(name)}::varchar as {quoted(name)}" for name in header)
        con.execute(
            f"create or replace temp table plain as select file_row_number + 1 as line, {cells} "
            f"from read_parquet({literal(str(file))}, file_row_number = true)"
        )
    except duckdb.Error as error:
        raise Refused(
            f"is not a Parquet file that can be read: {str(error).splitlines()[0]} Export it again."
        ) from None
    con.execute("create or replace temp view raw as select * from plain")
    return Reading(header)


def _read_excel(con, file: Path, _source: Query, _columns: list[str]) -> Reading:
    frame = excel(file)
    header = _distinct(frame.columns)
    _fill(con, header, ([place, *row] for place, row in enumerate(frame.iter_rows(), 2)))
    return Reading(header)


def excel(file: Path) -> pl.DataFrame:
    """The first sheet, every cell as text. Raises Refused for a file that is no workbook."""
    import fastexcel

    try:
        return fastexcel.read_excel(file).load_sheet(0, dtypes="string").to_polars()
    except Exception as error:  # the library raises a class of its own for each damage
        raise Refused(f"is not a workbook that can be read: {str(error).splitlines()[0]} Save it again.") from None


def columns_of(file: Path, format: str, records: str = "") -> list[str]:
    """The column names that a file shows of itself, for telling which source it is; JSON shows its first record's."""
    if format == "parquet":
        return [field[0] for field in duckdb.execute("describe select * from read_parquet(?)", [str(file)]).fetchall()]
    if format == "excel":
        return _distinct(excel(file).columns)
    if format == "json":
        return _json_names(file, records)
    return header_of(file)[0]


def _json_names(file: Path, records: str) -> list[str]:
    with opened(file) as text:
        record = next(_json_records(text, records, []), None)
    return list(_flat(json.loads(record[1]))) if record else []


def _flat(record: dict, above: str = "") -> Iterator[str]:
    for key, value in record.items():
        yield above + key
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")


def format_of(file: Path) -> str:
    """csv, json, parquet or excel, by the file's name; empty when it is none of them."""
    name = file.name.lower().removesuffix(".gz")
    ends = {"csv": "csv", "tsv": "csv", "txt": "csv", "json": "json", "jsonl": "json", "ndjson": "json"}
    ends |= {"parquet": "parquet", "xlsx": "excel", "xls": "excel", "xlsb": "excel", "ods": "excel"}
    return ends.get(name.rsplit(".", 1)[-1], "")


__all__ = ["Broken", "Reading", "Refused", "columns_of", "format_of", "names", "opened", "read"]

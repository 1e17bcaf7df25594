"""JSON: one object a line, objects one after another, an array, or an array below a path; nested names joined by dots.

The text is read by one parser only, so that what counts as an object and what its cells are can't differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bellwether.readers.reading import (
    LONGEST_RECORD,
    TOO_LONG,
    Broken,
    Reading,
    Refused,
    copied,
    distinct,
    opened,
    pass_over,
)
from bellwether.sql import Query

_SHOWN = 20_000
# Characters of JSON that is no object a line; it has to be held in memory whole.
MOST_WHOLE = 2**29
_BEGINS = frozenset('{["-0123456789tfnNI')


class _Constant(json.JSONDecodeError):
    """NaN or Infinity; the parser doesn't tell where it stands."""


def _no_constant(name: str) -> None:
    raise _Constant(f"{name} is no JSON value", name, 0)


# Numbers stay as they are written: 1.10 is not 1.1, and an id of 20 digits keeps them all.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_no_constant)


def columns_of(file: Path, source: Query) -> list[str]:
    """The names in the file's first records, nested ones with the path to them: an object may be null in the first."""
    with opened(file, source.get("encoding")) as text:
        some = islice(_records(text, source.get("records"), []), 100)
        return list(dict.fromkeys(name for _, record in some for name in _flat(record)))


def _flat(record: dict, above: str = "") -> Iterator[str]:
    for key, value in record.items():
        yield above + key
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")


def read(_con, file: Path, source: Query, wanted: list[str], work: Path) -> Reading:
    """The wanted columns of each record; one that no record has is empty everywhere."""
    broken: list[Broken] = []
    header = distinct(wanted)
    with opened(file, source.get("encoding")) as text:
        found = _records(text, source.get("records"), broken)
        rows = ([line, *(_text(_cell(record, name)) for name in wanted)] for line, record in found)
        return copied(header, rows, broken, work)


def _cell(record: dict, name: str):
    """The value at a name such as Queue.Name; null where the way to it ends early."""
    if name in record:
        return record[name]
    first, _, rest = name.partition(".")
    inner = record.get(first)
    return _cell(inner, rest) if rest and isinstance(inner, dict) else None


def _text(value) -> str | None:
    """A value as the text of a cell; lists and objects stay JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _records(text, path: str, broken: list[Broken]) -> Iterator[tuple[int, dict]]:
    """(line, object) of each record. Objects a line are read line by line, anything else whole. Raises Refused."""
    first = text.readline(LONGEST_RECORD)
    if not path and _object(first) is not None:
        yield from _by_line(first, text, broken)
        return
    whole = first + _rest(first, text)
    at, line, seen = _start(whole, path), 1, 0
    for start, value, end in _values(whole, at):
        line, seen = line + whole.count("\n", seen, start), start
        if isinstance(value, dict):
            yield line, value
        else:
            broken.append(Broken(line, whole[start:end][:_SHOWN], "is not a JSON object"))


def _rest(first: str, text) -> str:
    """What follows the first line, unless it can't be JSON anyway. Raises Refused for more than can be held."""
    begins = first.lstrip(" \t\r\n\ufeff")[:1]
    if begins and begins not in _BEGINS:
        return ""
    rest = text.read(MOST_WHOLE + 1)
    if len(rest) > MOST_WHOLE:
        raise Refused(
            f"is one piece of JSON of more than {MOST_WHOLE // 2**20} MB. Export it as one object a line, or in parts."
        )
    return rest


def _by_line(first: str, text, broken: list[Broken]) -> Iterator[tuple[int, dict]]:
    line, row = 1, first
    while row:
        record = _object(row)
        if record is not None:
            yield line, record
        elif row.strip():
            said = TOO_LONG if len(row) >= LONGEST_RECORD else "is not a JSON object"
            broken.append(Broken(line, row.strip()[:_SHOWN], said))
        pass_over(text, row)
        line, row = line + 1, text.readline(LONGEST_RECORD)


def _object(row: str) -> dict | None:
    try:
        value = _DECODER.decode(row)
    except (json.JSONDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _start(whole: str, path: str) -> int:
    """Where the value below the path begins. Raises Refused when there is no such path."""
    at = _skip(whole, 0)
    for step in [step for step in path.split(".") if step]:
        at = _member(whole, at, step)
        if at < 0:
            raise Refused(f'holds no records under "{path}". Mend "-- records:" in the source, or export it again.')
    return at


def _member(whole: str, at: int, name: str) -> int:
    """Where the value of one member of the object at `at` begins; -1 when there is none."""
    at = _skip(whole, at + 1) if whole[at : at + 1] == "{" else len(whole)
    while at < len(whole) and whole[at] != "}":
        key, at = _value(whole, at)
        at = _skip(whole, at, ":")
        if key == name:
            return at
        _, at = _value(whole, at)
        at = _skip(whole, at, ",")
    return -1


def _values(whole: str, at: int) -> Iterator[tuple[int, object, int]]:
    """(start, value, end) of the items of an array, or of the values that follow one another when it is none."""
    inside = whole[at : at + 1] == "["
    at = _skip(whole, at + 1) if inside else at
    while at < len(whole) and not (inside and whole[at] == "]"):
        value, end = _value(whole, at)
        yield at, value, end
        at = _skip(whole, end, ",")
        if not inside and whole[at : at + 1] in ("}", "]"):
            return
    if inside and at >= len(whole):
        raise Refused("ends inside an array: it was cut short. Export it again.")


def _value(whole: str, at: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(whole, at)
    except json.JSONDecodeError as error:
        place = whole.find(error.doc, at) if isinstance(error, _Constant) else error.pos
        line, column = whole.count("\n", 0, place) + 1, place - whole.rfind("\n", 0, place)
        raise Refused(f"is not JSON: {error.msg} at line {line:,}, column {column:,}. Export it again.") from None
    except RecursionError:
        raise Refused("is not JSON that can be read: it is nested too deeply. Export it again.") from None


def _skip(whole: str, at: int, also: str = "") -> int:
    """The next place that holds something: past blanks and one `also`."""
    for _ in range(2):
        while at < len(whole) and whole[at] in " \t\r\n\ufeff":
            at += 1
        if not also or whole[at : at + 1] != also:
            return at
        at, also = at + 1, ""
    return at

"""How the header of a source types one cell of text: an expression of SQL, and what to say when it can't.

A header line names columns and, after `as`, how their text is written:

    -- time: OPEN_DT, CLOSED_DT as %m/%d/%Y %I:%M:%S %p in America/New_York
    -- number: price as 1.234,56
    -- flag: made_sla as true / false
    -- code: OnTime_Status as ONTIME / OVERDUE
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from bellwether.sql import Query

# Blanks that tools leave around values: space, tab, line ends, and the no-break space of web forms.
BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"
_YES_NO = "true / false"
# A lone number as people write it; refuses hexadecimal, underscores, infinities and `nan`, which casts accept.
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"


@dataclass(frozen=True)
class Cell:
    """One declared column: the SQL that types its cleaned text, and the form that was expected, in words."""

    column: str
    sql: str
    expected: str


def quoted(name: str) -> str:
    """An identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text literal for SQL."""
    return "'" + text.replace("'", "''") + "'"


def names(value: str) -> list[str]:
    """`a, "b, c"` -> [a, `b, c`]: column names, quoted where they hold a comma."""
    return [name.strip() for name in next(csv.reader([value], skipinitialspace=True)) if name.strip()]


def listed(source: Query, key: str) -> list[str]:
    """All names that the lines of one header key hold."""
    return [name for value in source.header.get(key, ()) for name in names(value)]


def declared(source: Query) -> dict[str, Cell]:
    """Every column that the header types, in the order of the header. Raises QueryError for a form it can't read."""
    found: dict[str, Cell] = {}
    for key, build in _BUILDERS.items():
        for value in source.header.get(key, ()):
            columns, _, form = value.partition(" as ")
            for column in names(columns):
                if column in found:
                    raise source.complain(key, f'"{column}" is typed twice. Keep one of the lines.')
                found[column] = build(source, column, form.strip())
    for column in [*listed(source, "required"), *listed(source, "recognise")]:
        found.setdefault(column, Cell(column, quoted(column), "a text"))
    return found


def cleaned(source: Query, column: str) -> str:
    """The text of a cell without blanks around it, null when it is empty or a null word."""
    text = f"trim({quoted(column)}, {BLANKS})"
    words = [literal(word) for word in ["", *listed(source, "nulls")]]
    return f"case when {text} not in ({', '.join(words)}) then {text} end"


def _text(_source: Query, column: str, _form: str) -> Cell:
    return Cell(column, quoted(column), "a text")


def _time(source: Query, column: str, form: str) -> Cell:
    forms, _, zone = form.partition(" in ")
    zone = zone.strip() or source.get("zone", "UTC")
    options = [one.strip() for one in (forms or "iso").split(" | ")]
    reads = [_moment(quoted(column), option, zone) for option in options]
    sql = reads[0] if len(reads) == 1 else f"coalesce({', '.join(reads)})"
    return Cell(column, sql, f"a moment written as {' or '.join(options)}")


def _moment(text: str, form: str, zone: str) -> str:
    """A UTC timestamp from text; a form without an offset is in `zone`."""
    if form == "unix":
        return f"to_timestamp(try_cast({text} as double)) at time zone 'UTC'"
    if form == "iso":
        with_offset = rf"regexp_matches({text}, '(Z|[+-]\d\d(:?\d\d)?)$') and {text} like '%:%'"
        return (
            f"case when {with_offset} then try_cast({text} as timestamptz) at time zone 'UTC' "
            f"else {_in_utc(f'try_cast({text} as timestamp)', zone)} end"
        )
    if "%z" in form.lower():
        return f"try_strptime({text}, {literal(form)}) at time zone 'UTC'"
    return _in_utc(f"try_strptime({text}, {literal(form)})", zone)


def _in_utc(local: str, zone: str) -> str:
    return local if zone == "UTC" else f"({local} at time zone {literal(zone)}) at time zone 'UTC'"


def _number(source: Query, column: str, form: str) -> Cell:
    text = quoted(column)
    shape = re.fullmatch(r"1(?P<thousand>[^\d])?234(?P<decimal>[^\d])56|", form)
    if not shape:
        raise source.complain(
            "number", f'"{form}" does not show how numbers are written. Write it as 1,234.56 or 1.234,56.'
        )
    if shape["thousand"]:
        text = f"replace({text}, {literal(shape['thousand'])}, '')"
    if shape["decimal"] and shape["decimal"] != ".":
        text = f"replace({text}, {literal(shape['decimal'])}, '.')"
    sql = f"case when regexp_matches({text}, '{_NUMBER}') then try_cast({text} as double) end"
    return Cell(column, sql, f"a number written as {form or '1234.56'}")


def _flag(_source: Query, column: str, form: str) -> Cell:
    yes, _, no = (form or _YES_NO).partition(" / ")
    sql = (
        f"case when lower({quoted(column)}) in ({_words(yes)}) then true "
        f"when lower({quoted(column)}) in ({_words(no)}) then false end"
    )
    return Cell(column, sql, f"{yes} or {no}")


def _words(text: str) -> str:
    return ", ".join(literal(word.strip().lower()) for word in text.split("|"))


def _code(source: Query, column: str, form: str) -> Cell:
    codes = [code.strip() for code in form.split(" / ") if code.strip()]
    if not codes:
        raise source.complain("code", f'"{column}" names no codes. Write them as: {column} as open / closed.')
    sql = f"case when {quoted(column)} in ({', '.join(map(literal, codes))}) then {quoted(column)} end"
    return Cell(column, sql, f"one of {', '.join(codes)}")


_BUILDERS = {"text": _text, "time": _time, "number": _number, "flag": _flag, "code": _code}

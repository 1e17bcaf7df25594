"""How the header of a source types one cell of text: an expression of SQL, and what to say when it can't.

A header line names columns and, after `as`, how their text is written:

    -- time: OPEN_DT, CLOSED_DT as %m/%d/%Y %I:%M:%S %p in America/New_York
    -- due: delivery_date as %Y-%m-%d
    -- number: price as 1.234,56
    -- flag: made_sla as true / false
    -- code: OnTime_Status as ONTIME / OVERDUE
"""

from __future__ import annotations

import csv
import re
import zoneinfo
from dataclasses import dataclass
from functools import cache

from bellwether.sql import Query

# Blanks that tools leave around values: space, tab, line ends, and the no-break space of web forms.
_BLANKS = " \t\n\r\u00a0"
# A zone that each file names itself: until it is read, UTC stands for it.
STATED = "stated"
_YES_NO = "true / false"
# A lone number as people write it; refuses hexadecimal, underscores, infinities and `nan`, which casts accept.
_NUMBER = r"^[+-]?(\d{1,30}(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$"
_ISO = r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?)?"
_ISO_WITH_OFFSET = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d([.,]\d{1,9})?)? ?(Z|UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
# Years outside are slips of the pen, or a tool's way to say "never".
_PLAUSIBLE = "between timestamp '1900-01-01' and timestamp '2199-12-31 23:59:59'"
_UNIX = {"unix": 1.0, "unix ms": 1e-3}


@dataclass(frozen=True)
class Cell:
    """One declared column: the SQL that types its cleaned text, and the form that was expected, in words.

    `within`: what a typed value has to be as well, as SQL that follows it.
    """

    column: str
    sql: str
    expected: str
    within: str = ""


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
    for column in [name for key in ("required", "recognise", "optional") for name in listed(source, key)]:
        found.setdefault(column, Cell(column, quoted(column), "a text"))
    return found


def cleaned(source: Query, column: str) -> str:
    """The text of a cell without blanks around it, null when it is empty or a null word."""
    text = quoted(column)
    # Almost no cell has blanks to trim, and asking is much cheaper than trimming. Of the ways to look at the last
    # character `reverse` is the cheapest; what does not begin and end in plain ASCII is trimmed, needed or not.
    bare = f"{text} >= '!' and {text} < '\x7f' and reverse({text}) between '!' and '~'"
    trimmed = f"trim({text}, {literal(_BLANKS)})"
    words = listed(source, "nulls")
    if not words:
        return f"case when {bare} then {text} else nullif({trimmed}, '') end"
    return (
        f"case when {_among(text, words)} then null when {bare} then {text} "
        f"when not {_among(trimmed, ['', *words])} then {trimmed} end"
    )


def _among(text: str, words: list[str]) -> str:
    """Whether a text is one of these. An IN list of five or more would become a join, and a join a column is slow."""
    return f"list_contains([{', '.join(map(literal, words))}], {text})"


def _text(_source: Query, column: str, _form: str) -> Cell:
    return Cell(column, quoted(column), "a text")


def _time(source: Query, column: str, form: str) -> Cell:
    forms, zone = _forms_and_zone(source, form)
    reads = [_moment(quoted(column), option, zone) for option in forms]
    sql = reads[0] if len(reads) == 1 else f"coalesce({', '.join(reads)})"
    return Cell(column, sql, f"a moment written as {' or '.join(forms)}", _PLAUSIBLE)


def _due(source: Query, column: str, form: str) -> Cell:
    """The last second of the day that is named, as that day ends where it was promised."""
    forms, zone = _forms_and_zone(source, form)
    reads = [f"try_strptime({quoted(column)}, {literal('%Y-%m-%d' if one == 'iso' else one)})" for one in forms]
    day = reads[0] if len(reads) == 1 else f"coalesce({', '.join(reads)})"
    last = f"date_trunc('day', {day}) + interval 1 day - interval 1 second"
    return Cell(column, _in_utc(f"({last})", zone), f"a day written as {' or '.join(forms)}", _PLAUSIBLE)


def _forms_and_zone(source: Query, form: str) -> tuple[list[str], str]:
    forms, _, zone = form.partition(" in ")
    zone = zone.strip() or source.get("zone", "UTC")
    if zone == STATED:
        zone = "UTC"
    if zone not in _zones():
        raise source.complain("zone", f'"{zone}" is not a time zone. Write it as Europe/Amsterdam.')
    return [one.strip() for one in (forms.strip() or "iso").split(" | ")], zone


@cache
def _zones() -> frozenset[str]:
    """Every zone there is; asked once, because it is looked up on disk, file by file."""
    return frozenset(zoneinfo.available_timezones())


def _moment(text: str, form: str, zone: str) -> str:
    """A UTC timestamp from text; a form without an offset is in `zone`."""
    if form in _UNIX:
        seconds = f"try_cast({text} as double) * {_UNIX[form]}"
        return f"case when {seconds} between -2e9 and 7e9 then {_utc(f'to_timestamp({seconds})')} end"
    if form == "iso":
        plain = f"replace({text}, ',', '.')"
        with_offset = f"replace(replace({plain}, ' +', '+'), ' -', '-')"
        return (
            f"case when regexp_full_match({text}, '{_ISO}') then {_in_utc(f'try_cast({plain} as timestamp)', zone)} "
            f"when regexp_full_match({text}, '{_ISO_WITH_OFFSET}') "
            f"then {_utc(f'try_cast({with_offset} as timestamptz)')} end"
        )
    read = f"try_strptime({text}, {literal(form)})"
    return _utc(read) if "%z" in form.lower() else _in_utc(read, zone)


def _in_utc(local: str, zone: str) -> str:
    return local if zone == "UTC" else _utc(f"({local} at time zone {literal(zone)})")


def _utc(moment: str) -> str:
    """A moment with a zone as UTC without one; twice as fast as `at time zone 'UTC'`."""
    return f"make_timestamp(epoch_us({moment}))"


def _number(source: Query, column: str, form: str) -> Cell:
    text = quoted(column)
    shape = re.fullmatch(r"1(?P<thousand>[^\d])?234(?P<decimal>[^\d])56|", form)
    if not shape:
        raise source.complain(
            "number", f'"{form}" does not show how numbers are written. Write it as 1,234.56 or 1.234,56.'
        )
    decimal, thousand = shape["decimal"] or ".", shape["thousand"]
    written, plain = _NUMBER.replace(r"\.", re.escape(decimal)), text
    if thousand:
        # Thousands stand in threes: 12.5 under 1.234,56 is a mistake, not 125.
        written = rf"^[+-]?(\d{{1,30}}|\d{{1,3}}({re.escape(thousand)}\d{{3}}){{1,9}})({re.escape(decimal)}\d*)?$"
        plain = f"replace({plain}, {literal(thousand)}, '')"
    if decimal != ".":
        plain = f"replace({plain}, {literal(decimal)}, '.')"
    sql = f"case when regexp_matches({text}, {literal(written)}) then try_cast({plain} as double) end"
    return Cell(column, sql, f"a number written as {form or '1234.56'}")


def _flag(_source: Query, column: str, form: str) -> Cell:
    yes, _, no = (form or _YES_NO).partition(" / ")
    sql = (
        f"case when {_among(f'lower({quoted(column)})', _words(yes))} then true "
        f"when {_among(f'lower({quoted(column)})', _words(no))} then false end"
    )
    return Cell(column, sql, f"{yes} or {no}")


def _words(text: str) -> list[str]:
    return [word.strip().lower() for word in text.split("|")]


def _code(source: Query, column: str, form: str) -> Cell:
    codes = [code.strip() for code in form.split(" / ") if code.strip()]
    if not codes:
        raise source.complain("code", f'"{column}" names no codes. Write them as: {column} as open / closed.')
    sql = f"case when {_among(quoted(column), codes)} then {quoted(column)} end"
    return Cell(column, sql, f"one of {', '.join(codes)}")


_BUILDERS = {"text": _text, "time": _time, "due": _due, "number": _number, "flag": _flag, "code": _code}

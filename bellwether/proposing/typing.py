"""How each column of an export is written: every form is tried on its cells, with the SQL that a refresh would use.

A day and a month can change places. Where every date of a file can be read both ways, nothing in it says which is
right; then `Undecided` is raised, and a person has to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from bellwether import cells
from bellwether.cells import quoted
from bellwether.proposing.looking import CELLS, Looked
from bellwether.sql import Query

DAY_FIRST, MONTH_FIRST = "day first", "month first"
# A form has to fit this share of the cells; the others go to quarantine, and the preview shows them.
ENOUGH = 0.95
TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", "T%H:%M:%S", ", %H:%M")
DATES = {
    DAY_FIRST: ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d.%m.%y"),
    MONTH_FIRST: ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"),
    "": ("%Y/%m/%d", "%d/%b/%y", "%d/%b/%Y", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%Y%m%d"),
}
ZONED = ("%Y-%m-%d %H:%M:%S %z", "%a %b %d %H:%M:%S %z %Y")
FLAGS = (("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("si", "no"), ("ja", "nein"), ("oui", "non"))
NUMBERS = ("1,234.56", "1.234,56")
_DIGIT_DATE = re.compile(r"(?=.*\d)[\d/.\-: ,A-Za-z+]{6,40}$")
_NUMBERISH = re.compile(r"^[+-]?[\d.,]+$")
# What looks like a number and is a name: nobody adds up ids, ZIP codes and telephone numbers.
_NAMELIKE = re.compile(
    r"(^|[\W_])(id|ids|key|number|no|nr|zip|zipcode|postcode|postal|phone|code|clave|folio)([\W_]|$)", re.I
)


@dataclass(frozen=True)
class Column:
    """One column. kind: text, time, number or flag; form: how it is written; fits: for which share of its cells.

    order: day first or month first, where the dates have such an order. sure: whether the cells prove it.
    """

    name: str
    kind: str
    form: str
    fits: float
    filled: float
    distinct: int
    examples: tuple[str, ...]
    why: str
    order: str = ""
    sure: bool = True

    @property
    def unique(self) -> bool:
        """Whether no two of its cells are alike."""
        return self.filled == 1.0 and self.distinct > 0 and self.why.startswith("all different")


class Undecided(Exception):
    """Dates that can be read both ways; the text shows one and says what to add to the call."""


def types(looked: Looked, order: str = "") -> list[Column]:
    """Each column with its type. order: how dates are to be read where they don't say. Raises Undecided."""
    found = [_type(looked, name) for name in looked.columns]
    return [_ordered(looked, column, found, order) for column in found]


def _type(looked: Looked, name: str) -> Column:
    rows, filled, distinct = looked.con.execute(
        f"select count(*), count({quoted(name)}), count(distinct {quoted(name)}) from {CELLS}"
    ).fetchone()
    examples = tuple(
        value for (value,) in looked.con.execute(
            f"select {quoted(name)} from {CELLS} where {quoted(name)} is not null group by all "
            "order by count(*) desc, 1 limit 200"
        ).fetchall()
    )  # fmt: skip
    plain = Column(name, "text", "", 1.0, filled / rows if rows else 0.0, distinct, examples[:5], "kept as it is")
    if not examples:
        return replace(plain, why="empty" if rows else "the export has no rows", sure=False)
    if filled == distinct == rows and rows > 1:
        plain = replace(plain, why="all different")
    return _flag(plain, examples) or _time(looked, plain, examples) or _number(looked, plain, examples) or plain


def _flag(plain: Column, examples: tuple[str, ...]) -> Column | None:
    said = {one.lower() for one in examples}
    for yes, no in FLAGS:
        if said <= {yes, no} and (len(said) == 2 or yes in ("true", "yes")):
            return replace(plain, kind="flag", form=f"{yes} / {no}", why=f"only {yes} and {no}")
    return None


def _number(looked: Looked, plain: Column, examples: tuple[str, ...]) -> Column | None:
    if not all(_NUMBERISH.match(one) for one in examples) or _NAMELIKE.search(plain.name):
        return None
    tried = [(_share(looked.con, plain.name, "number", form), form) for form in ("", *NUMBERS)]
    fits, form = max(tried, key=lambda one: (one[0], -len(one[1])))
    if fits < ENOUGH:
        return None
    if form == "" and all(re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", one) for one in examples):
        said = "a number with a decimal point; it may be thousands instead (1.234 as 1234)"
        return replace(plain, kind="number", form=form, fits=fits, why=said, sure=False)
    return replace(plain, kind="number", form=form, fits=fits, why=f"a number, as {form}" if form else "a number")


def _time(looked: Looked, plain: Column, examples: tuple[str, ...]) -> Column | None:
    """The form that fits most; of a day-first and a month-first one that fit alike, the first, not sure."""
    some = examples[:50]
    dates = [one for one in some if _DIGIT_DATE.match(one)]  # a quick look; the cells decide below
    if 2 * len(dates) < len(some) or (len(dates) < len(some) and any(one.isdigit() for one in dates)):
        return None  # where some numbers are no moments, the others are numbers too
    tried = []
    for form, order in _forms(examples):
        fits = _share(looked.con, plain.name, "time", form)
        if fits >= ENOUGH:
            tried.append((fits, order, form))
    if not tried:
        return None
    fits = max(one[0] for one in tried)
    best = [one for one in tried if one[0] == fits]
    fits, order, form = best[0]
    both = {one[1] for one in best} >= {DAY_FIRST, MONTH_FIRST}
    why = f"dates written as {form}" if form else "dates as ISO 8601 writes them"
    if order and not both:
        why += f"; {order}: read the other way some don't exist"
    return replace(plain, kind="time", form=form, fits=fits, why=why, order=order, sure=not both)


def _forms(examples: tuple[str, ...]) -> list[tuple[str, str]]:
    """Forms that may fit, with their order; quick to tell by the marks in the first cells."""
    first = next(filter(_DIGIT_DATE.match, examples), examples[0])
    if re.fullmatch(r"\d{10}(\.\d+)?", first):
        return [("unix", "")]
    if re.fullmatch(r"\d{13}", first):
        return [("unix ms", "")]
    found = [("", "")] if re.match(r"\d{4}-\d\d-\d\d", first) else []
    found += [(form, "") for form in ZONED]
    for order, dates in DATES.items():
        found += [(date + time, order) for date in dates if _alike(date, first) for time in TIMES]
    return found


def _alike(date: str, text: str) -> bool:
    """Whether a date of this form could begin a text: the same marks between its parts."""
    marks = re.sub(r"%[a-zA-Z]", "", date)
    start = re.sub(r"[\dA-Za-z]", "", re.split(r"[ T]\d{1,2}:", text)[0])
    return start.startswith(marks.strip()) if marks.strip() else text[:8].isdigit() and len(text.split()[0]) == 8


def _share(con: duckdb.DuckDBPyConnection, name: str, kind: str, form: str) -> float:
    """The share of a column's cells that can be read so."""
    query = Query("proposed", "source", Path("proposed.sql"), {kind: (_line(name, form),)}, ())
    cell = cells.declared(query)[name]
    within = f" and ({cell.sql}) {cell.within}" if cell.within else ""
    read, filled = con.execute(
        f"select count(*) filter (where ({cell.sql}) is not null{within}), count({quoted(name)}) from {CELLS}"
    ).fetchone()
    return read / filled if filled else 0.0


def _line(name: str, form: str) -> str:
    return f"{named(name)} as {form}" if form else named(name)


def named(name: str) -> str:
    """A column's name for a header line."""
    return '"' + name.replace('"', '""') + '"' if re.search(r'[",]| as ', name) else name


def _ordered(looked: Looked, column: Column, found: list[Column], order: str) -> Column:
    """A column of dates whose order the cells don't prove takes that of the others, or the one that was said."""
    if column.kind != "time" or column.sure:
        return column
    proven = {one.order for one in found if one.kind == "time" and one.order and one.sure}
    if len(proven) == 1:
        told = proven.pop()
        other = next(one.name for one in found if one.order == told and one.sure)
        return _as(looked, column, told, f'{told}, because "{other}" of the same file can be read no other way')
    if order:
        return _as(looked, column, order, f"{order}, as you said; the cells can be read both ways")
    raise Undecided(_both_ways(column))


def _as(looked: Looked, column: Column, order: str, why: str) -> Column:
    forms = [form for form, one in _forms(column.examples) if one == order]
    fits, form = max(((_share(looked.con, column.name, "time", form), form) for form in forms), key=lambda one: one[0])
    return replace(column, form=form, fits=fits, order=order, why=f"dates written as {form}: {why}")


def _both_ways(column: Column) -> str:
    shown = next((one for one in column.examples if len(set(re.findall(r"\d+", one)[:2])) == 2), column.examples[0])
    first, second = re.findall(r"\d+", shown)[:2]
    return (
        f'Every date in "{column.name}" can be read both ways: {shown} is day {int(first)} of month {int(second)}, '
        f"or day {int(second)} of month {int(first)}. Nothing in the file says which. Ask whoever exported it, then "
        "say --day-first or --month-first."
    )

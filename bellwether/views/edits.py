"""What people wrote, in words: fields and values, the history of a thing, and two versions of it side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from bellwether.accountability import Conflict
from bellwether.accountability.events import Event
from bellwether.accountability.store import FILES
from bellwether.views import words
from bellwether.views.plain import literal

FIELDS = {
    "treats": "what it treats",
    "due": "due date",
    "expected": "expected size",
    "agreed_by": "agreed by",
    "agreed_on": "agreed on",
    "review_date": "review date",
    "monthly": "targets for single months",
    "terms": "number of the terms",
    "done_on": "done on",
    "declared_on": "declared on",
    "declared_due": "due date as declared",
    "abandoned_from": "state before it was abandoned",
    "withdrawn": "taken back",
    "words": "what was done",
}
VERBS = {
    "seeded": "taken in",
    "proposed": "proposed",
    "changed": "changed",
    "led": "named",
    "owned": "named",
    "set": "set",
    "withdrawn": "taken back",
}
# What follows from another field, and would only say it twice.
SILENT = ("withdrawn", "terms", "abandoned_from", "declared_due")
# What names a thing: its history is headed by it.
NAMES = {
    "silo": ("silo",),
    "owner": ("indicator", "silo"),
    "standard": ("indicator",),
    "agreement": ("indicator", "silo"),
}
SIZES = ("expected", "target")


def field(name: str) -> str:
    """A field as people call it."""
    return FIELDS.get(name, name.replace("_", " "))


def person(who: str | None) -> str:
    """Who wrote: a name, or the files that a company begins with."""
    return "the governance files" if who == FILES else who or "nobody"


def value(name: str, given: Any, unit: str = "") -> str:
    """A field's value in words; `unit` is that of the indicator."""
    if given is None or given == "" or given == {} or given == []:
        return "nothing"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, datetime | date):
        return words.day(given)
    if isinstance(given, int | float):
        return _number(name, given, unit)
    if isinstance(given, Mapping):
        return "; ".join(f"{key}: {value(name, one, unit)}" for key, one in given.items())
    return ", ".join(map(str, given)) if isinstance(given, list | tuple) else str(given).replace("_", " ")


def _number(name: str, given: float, unit: str) -> str:
    if name == "expected":
        return size(given, unit)
    if name in ("target", "monthly") and unit:
        return words.value(given, unit)
    return f"{given:,.10g}"


def size(given: float | None, unit: str) -> str:
    """A size of change with its sign, in the unit that it has."""
    if given is None:
        return "no size"
    return words.change(given, unit).replace(".0 points", " points") if unit else f"{given:+g}"


def history(events: Sequence[Event], unit: str = "") -> pl.DataFrame:
    """Who did what and when, the newest first, one row a field; columns HISTORY."""
    rows = [
        {
            "When (UTC)": words.moment(event.at),
            "Who": person(event.who),
            "What": VERBS.get(event.what, event.what),
            "Field": field(change.field),
            "Before": value(change.field, change.before, unit),
            "After": value(change.field, change.after, unit),
            "Reason": event.reason,
        }
        for event in reversed(events)
        for change in event.changes
        if change.field not in (*SILENT, *NAMES.get(event.kind, ())) or len(event.changes) == 1
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(HISTORY, pl.String))


HISTORY = ("When (UTC)", "Who", "What", "Field", "Before", "After", "Reason")


def clash(conflict: Conflict) -> str:
    """The question that a conflict puts: what the other did, and what is to be done now."""
    shown = [one for one in conflict.theirs if one.field not in SILENT] or list(conflict.theirs)
    last = max(shown, key=lambda one: one.at)
    to = f" to {literal(value(last.field, last.after))}" if len(shown) == 1 and last.field not in SIZES else ""
    names = " and ".join(f"the {field(one.field)}" for one in shown)
    said = f"{literal(person(last.who))} changed {names}{to} since you opened it."
    if conflict.mergeable:
        return f"{said} What you changed is something else. Save yours too, or keep theirs alone?"
    return f"{said} Keep theirs, or write yours over it?"


def both(conflict: Conflict, unit: str = "") -> pl.DataFrame:
    """Field by field: what was there, what they wrote, what you want."""
    theirs = {one.field: one for one in conflict.theirs}
    names = [name for name in dict.fromkeys([*theirs, *conflict.mine]) if name not in SILENT]
    rows = [
        {
            "Field": field(name),
            "Before": value(name, theirs[name].before, unit) if name in theirs else "",
            "Theirs": value(name, theirs[name].after, unit) if name in theirs else "not changed",
            "Yours": value(name, conflict.mine[name], unit) if name in conflict.mine else "not changed",
        }
        for name in names
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("Field", "Before", "Theirs", "Yours"), pl.String))

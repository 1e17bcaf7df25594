"""Ways into a question: an address that restores what is on screen, and what a row becomes when it is opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from bellwether.views import filter_bar
from bellwether.views.chosen import PICK_DATES
from bellwether.views.explore_filters import COMPARED, DAYS, EARLIER, LISTS, SPAN

QUESTION = "question"
# The column of a row, and the filters that its value may become: the first that the other question has.
BECOMES = {
    "silo": ("silos", "silo"),
    "stage": ("stages",),
    "touchpoint": ("touchpoints",),
    "channel": ("channels",),
    "mode": ("modes",),
    "segment": ("segments",),
    "region": ("regions",),
    "indicator": ("indicators", "indicator"),
    "kind": ("kinds",),
}
DAY = timedelta(days=1)

Given = Mapping[str, Any]


def row_filters(row: Given, given: Given, names: Collection[str]) -> dict[str, Any]:
    """The filters of the question that a row opens: those on screen that it knows, narrowed to the row's values."""
    told = {name: value for name, value in given.items() if name in names}
    for column, value in row.items():
        wanted = next((name for name in BECOMES.get(column, ()) if name in names), None)
        if wanted and value is not None:
            told[wanted] = [value] if wanted in LISTS else value
        elif column in ENDS and isinstance(value, date) and {"since", "until"} & set(names):
            told |= {"since": value, "until": ENDS[column](value)}
    return told


def _next_month(first: date, months: int = 1) -> date:
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


# Columns that name a stretch of time by its first day.
ENDS = {
    "day": lambda first: first + DAY,
    "week": lambda first: first + 7 * DAY,
    "month": _next_month,
    "quarter": lambda first: _next_month(first, 3),
}


def address(question: str, given: Given) -> dict[str, str | list[str]]:
    """What stands in the address of a question with these filters; days are named, so that it shows the same later."""
    told: dict[str, str | list[str]] = {QUESTION: question}
    for name, value in given.items():
        if isinstance(value, date) or value in (None, [], ""):
            continue
        told[name] = _text(name, value)
    told |= _days(given, "since", "until", SPAN, DAYS) | _days(
        given, "earlier_since", "earlier_until", COMPARED, EARLIER
    )
    return told


def _text(name: str, value: Any) -> str | list[str]:
    """A value as its filter shows it: indicators by title."""
    if name in ("indicator", "indicators"):
        rows = filter_bar.indicators()
        titles = dict(zip(rows["indicator"], rows["title"], strict=True))
        return [titles[one] for one in value] if name == "indicators" else titles[value]
    if name == "rows":
        return f"At most {value:,} rows"
    return list(value) if isinstance(value, (list, tuple)) else str(value)


def _days(given: Given, first: str, end: str, choice: str, key: str) -> dict[str, str | list[str]]:
    since, until = given.get(first), given.get(end)
    if not (since and until):
        return {}
    return {choice: PICK_DATES, key: [since.isoformat(), (until - DAY).isoformat()]}


def href(told: Mapping[str, str | list[str]]) -> str:
    """The same as text, relative to the app."""
    return f"explore?{urlencode(told, doseq=True)}"


def open_(told: Mapping[str, str | list[str]] | None) -> None:
    """Open a question with its filters, or the list of all where none is named; for use in a callback.

    What is not told is cleared, and one step back leads to where the reader was.
    """
    if told is not None:
        st.query_params.from_dict(told)

"""The filters of an explored question: those that its parameters name, no others, each kept in the address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import streamlit as st

from bellwether import filters
from bellwether.views import filter_bar
from bellwether.views.chosen import ALL_SILOS, COMPARISONS, DIMENSIONS, PERIODS, PICK_DATES, Span, comparison
from bellwether.views.filter_bar import BOUND

# How many dimensions stand open; more of them share one button.
OPEN = 1
SPAN, DAYS, COMPARED, EARLIER = "span", "days", "compared", "earlier_days"
TEXTS = {"customer": "Customer", "failure": "Failure", "part": "Part of an id"}
ROWS = (50, 200, 1000)
DAY = timedelta(days=1)


def asked(names: Collection[str]) -> dict[str, Any]:
    """Draw the filters for the parameters `names`; returns what to bind for them."""
    if not names:
        return {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        given = _places(names) | _dimensions([name for name in DIMENSIONS if name in names])
        given |= {name: _text(name) for name in TEXTS if name in names} | _periods(names)
        if "rows" in names:
            first = f"At most {filters.KNOWN['rows'].default} rows"
            told = {f"At most {most:,} rows": most for most in ROWS}
            label = st.selectbox("Rows", list(told), list(told).index(first), width=170, key="rows", **BOUND)
            given["rows"] = told[label]
    return given


def _places(names: Collection[str]) -> dict[str, Any]:
    """Indicators, silos and kinds of failures, one or several."""
    given: dict[str, Any] = {}
    if {"indicator", "indicators"} & set(names):
        rows = filter_bar.indicators().filter("measured")
        ids = dict(zip(rows["title"], rows["indicator"], strict=True))
        if "indicator" in names:
            given["indicator"] = ids.get(st.selectbox("Indicator", list(ids), width=280, key="indicator", **BOUND))
        if "indicators" in names:
            given["indicators"] = [ids[one] for one in _several("Indicators", list(ids), "indicators")]
    if "silo" in names:
        one = st.selectbox("Silo", [ALL_SILOS, *filter_bar.measured_silos()], width=200, key="silo", **BOUND)
        given["silo"] = None if one == ALL_SILOS else one
    if "silos" in names:
        given["silos"] = _several("Silos", filter_bar.measured_silos(), "silos")
    if "kinds" in names:
        given["kinds"] = _several("Kinds", filter_bar.failure_kinds(), "kinds")
    return given


def _several(label: str, options: list[str], key: str) -> list[str]:
    return st.multiselect(label, options, placeholder="All", width=240, key=key, **BOUND)


def _dimensions(names: list[str]) -> dict[str, list[str]]:
    """The dimensions; where they are many, the later ones stand behind a button that says how many are set."""
    found = filter_bar.members()
    offered = [name for name in names if found.get(name)]
    given = {name: _several(DIMENSIONS[name], found[name], name) for name in offered[:OPEN]}
    if rest := offered[OPEN:]:
        count = sum(bool(st.session_state.get(name)) for name in rest)
        with st.popover(f"More filters ({count})" if count else "More filters", icon=":material/tune:"):
            given |= {name: _several(DIMENSIONS[name], found[name], name) for name in rest}
    return given


def _text(name: str) -> str | None:
    typed = st.text_input(TEXTS[name], key=name, width=200, help=filters.KNOWN[name].meaning, **BOUND)
    return typed.strip() or None


def _periods(names: Collection[str]) -> dict[str, date]:
    """The period, and the one to compare with."""
    given: dict[str, date] = {}
    compared = bool({"earlier_since", "earlier_until"} & set(names))
    if compared or {"since", "until"} & set(names):
        last = filter_bar.last_day()
        label = st.selectbox("Period", list(PERIODS), index=3, width=170, key=SPAN, **BOUND)
        now = _span(label, last)
        given |= {"since": now.since, "until": now.until}
    if compared:
        against = st.selectbox("Compared with", list(COMPARISONS), width=190, key=COMPARED, **BOUND)
        picked = _days("Days to compare with", EARLIER, last) if against == PICK_DATES else None
        earlier = picked or comparison(against, now)
        given |= {"earlier_since": earlier.since, "earlier_until": earlier.until}
    return {name: value for name, value in given.items() if name in names}


def _span(label: str, last: date) -> Span:
    """Whole weeks back from the last full one, or the very days that the reader picks."""
    picked = _days("Days", DAYS, last) if label == PICK_DATES else None
    return picked or Span(last + DAY - (PERIODS[label] or 13) * 7 * DAY, last + DAY)


def _days(label: str, key: str, last: date) -> Span | None:
    """First and last day; None until both are picked."""
    first = last - 90 * DAY
    picked = st.date_input(label, value=(first, last), max_value=last, format="YYYY-MM-DD", width=240, key=key, **BOUND)
    return Span(picked[0], picked[1] + DAY) if len(picked) == 2 else None

"""The filters of an explored question: those that its parameters name, no others, each kept in the address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import streamlit as st

from bellwether import filters
from bellwether.views import filter_bar
from bellwether.views.chosen import ALL_SILOS, COMPARISONS, DIMENSIONS, PERIODS, PICK_DATES, Span, comparison
from bellwether.views.explore_address import Address

# How many dimensions stand open; more of them share one button.
OPEN = 1
SPAN, DAYS, COMPARED, EARLIER, SEARCH = "span", "days", "compared", "earlier_days", "search"
TEXTS = {"customer": "Customer", "failure": "Failure", "part": "Part of an id"}
LISTS = ("silos", "stages", "touchpoints", "channels", "modes", "segments", "regions", "indicators", "kinds")
# Every filter that an address may hold.
NAMES = (*LISTS, "indicator", "silo", "rows", *TEXTS, SPAN, DAYS, COMPARED, EARLIER, SEARCH)
ROWS = (50, 200, 1000)
DAY = timedelta(days=1)


def asked(names: Collection[str]) -> dict[str, Any]:
    """Draw the filters for the parameters `names`; returns what to bind for them."""
    address = Address(NAMES)
    given: dict[str, Any] = {}
    if names:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            given = _places(address, names) | _dimensions(address, [name for name in DIMENSIONS if name in names])
            given |= {name: _text(address, name) for name in TEXTS if name in names} | _periods(address, names)
            if "rows" in names:
                given["rows"] = _rows(address)
    address.write()
    return given


def searched() -> str:
    """Draw the search over all questions; returns what is searched for."""
    address = Address(NAMES)
    told = address.text(SEARCH, "Search", placeholder="Search questions", width=340, icon=":material/search:")
    address.write()
    return told


def _places(address: Address, names: Collection[str]) -> dict[str, Any]:
    """Indicators, silos and kinds of failures, one or several."""
    given: dict[str, Any] = {}
    if {"indicator", "indicators"} & set(names):
        rows = filter_bar.indicators().filter("measured")
        ids = dict(zip(rows["title"], rows["indicator"], strict=True))
        if "indicator" in names:
            titles = list(ids)
            given["indicator"] = ids[address.one("indicator", "Indicator", titles, titles[0], 280)] if titles else None
        if "indicators" in names:
            given["indicators"] = [ids[one] for one in address.several("indicators", "Indicators", list(ids))]
    if "silo" in names:
        one = address.one("silo", "Silo", [ALL_SILOS, *filter_bar.measured_silos()], ALL_SILOS, 200)
        given["silo"] = None if one == ALL_SILOS else one
    if "silos" in names:
        given["silos"] = address.several("silos", "Silos", filter_bar.measured_silos())
    if "kinds" in names:
        given["kinds"] = address.several("kinds", "Kinds", filter_bar.failure_kinds())
    return given


def _dimensions(address: Address, names: list[str]) -> dict[str, list[str]]:
    """The dimensions; where they are many, the later ones stand behind a button that says how many are set."""
    found = filter_bar.members()
    offered = [name for name in names if found.get(name)]
    given = {name: address.several(name, DIMENSIONS[name], found[name]) for name in offered[:OPEN]}
    if rest := offered[OPEN:]:
        count = sum(bool(address.begin_several(name, found[name])) for name in rest)
        with st.popover(f"More filters ({count})" if count else "More filters", icon=":material/tune:"):
            given |= {name: address.several(name, DIMENSIONS[name], found[name]) for name in rest}
    return given


def _text(address: Address, name: str) -> str | None:
    return address.text(name, TEXTS[name], width=200, help=filters.KNOWN[name].meaning).strip() or None


def _rows(address: Address) -> int:
    told = {f"At most {most:,} rows": most for most in ROWS}
    return told[address.one("rows", "Rows", list(told), f"At most {filters.KNOWN['rows'].default} rows", 170)]


def _periods(address: Address, names: Collection[str]) -> dict[str, date]:
    """The period, and the one to compare with."""
    given: dict[str, date] = {}
    compared = bool({"earlier_since", "earlier_until"} & set(names))
    if compared or {"since", "until"} & set(names):
        last = filter_bar.last_day()
        label = address.one(SPAN, "Period", list(PERIODS), list(PERIODS)[3], 170)
        now = _span(address, label, last)
        given |= {"since": now.since, "until": now.until}
    if compared:
        against = address.one(COMPARED, "Compared with", list(COMPARISONS), next(iter(COMPARISONS)), 190)
        picked = _days(address, EARLIER, "Days to compare with", last) if against == PICK_DATES else None
        earlier = picked or comparison(against, now)
        given |= {"earlier_since": earlier.since, "earlier_until": earlier.until}
    return {name: value for name, value in given.items() if name in names}


def _span(address: Address, label: str, last: date) -> Span:
    """Whole weeks back from the last full one, or the very days that the reader picks."""
    picked = _days(address, DAYS, "Days", last) if label == PICK_DATES else None
    return picked or Span(last + DAY - (PERIODS[label] or 13) * 7 * DAY, last + DAY)


def _days(address: Address, name: str, label: str, last: date) -> Span | None:
    """First and last day; None until both are picked."""
    picked = address.days(name, label, (last - 90 * DAY, last))
    return Span(picked[0], picked[1] + DAY) if len(picked) == 2 else None

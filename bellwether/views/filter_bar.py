"""The filter bar. Drawn by app.py above every page, so that a filter keeps its value when the page changes.

Each filter is bound to the address: the page as filtered can be kept, sent and opened again. A value in the address
that does not exist falls back to the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl
import streamlit as st

from bellwether.views import current
from bellwether.views.chosen import (
    ALL_SILOS,
    COMPARISONS,
    DIMENSIONS,
    PERIODS,
    PICK_DATES,
    Chosen,
    Span,
    comparison,
    period,
)

CHOSEN = "chosen"
BOUND = {"bind": "query-params"}
FIRST_INDICATOR = "promise_kept"
REVIEW_WEEKS = 13


def filter_bar(names: Sequence[str]) -> Chosen:
    """Draw the filters that a page takes, and keep what they say for `chosen()`.

    names: of `silos`, `review`, `segments`, `kinds` (of failures); `measure`, an indicator and a period; or the whole
    set for one indicator, `indicator` (with silo, period and the rest).
    """
    if not names:
        st.session_state[CHOSEN] = Chosen({})
        return chosen()
    width = "stretch" if "indicator" in names else "content"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", width=width):
        told = _one_indicator() if "indicator" in names else _measure() if "measure" in names else _overview(names)
    st.session_state[CHOSEN] = told
    return told


def chosen() -> Chosen:
    """What the filter bar says."""
    return st.session_state[CHOSEN]


def _overview(names: Sequence[str]) -> Chosen:
    """Filters of a page about everything."""
    until = last_day() + timedelta(days=1)
    given = {"until": until}
    if "review" in names:
        first = until - timedelta(weeks=REVIEW_WEEKS)
        given["since"] = st.date_input(
            "What changed since",
            value=first,
            max_value=last_day(),
            format="YYYY-MM-DD",
            width=170,
            key="review",
            help="The day of your last review: changes since then are listed",
            **BOUND,
        )
    if "silos" in names:
        given["silos"] = st.multiselect(
            "Silos", measured_silos(), placeholder="All silos", width=420, key="silos", **BOUND
        )
    if "segments" in names:
        given["segments"] = st.multiselect(
            "Segments",
            members().get("segments", []),
            placeholder="All segments",
            width=420,
            key="segments",
            help="For the states; how customers move is told for all",
            **BOUND,
        )
    if "kinds" in names:
        given["kinds"] = st.multiselect(
            "Kinds", failure_kinds(), placeholder="All kinds", width=300, key="kinds", **BOUND
        )
    return Chosen(given)


def _one_indicator() -> Chosen:
    """Filters of a page about one indicator."""
    about = _indicator()
    silo = st.selectbox("Silo", [ALL_SILOS, *measured_silos()], width=172, key="silo", **BOUND)
    label = st.selectbox("Period", list(PERIODS), index=1, width=170, key="period", **BOUND)
    now = period(label, about["until"], _dates("Days", "days", label, about))
    against = st.selectbox("Compared with", list(COMPARISONS), width=190, key="compared", **BOUND)
    earlier = comparison(against, now, _dates("Days to compare with", "earlier_days", against, about))
    given = {
        "indicator": about["indicator"],
        "silo": None if silo == ALL_SILOS else silo,
        **_spans(now, earlier),
        **_more(),
    }
    return Chosen(given, about, silo, now, earlier)


def _measure() -> Chosen:
    """An indicator and a period, for a page that shows all silos and stages of it."""
    about = _indicator()
    label = st.selectbox("Period", list(PERIODS), index=3, width=170, key="span", **BOUND)
    now = period(label, about["until"], _dates("Days", "span_days", label, about))
    given = {"indicator": about["indicator"], "since": now.since, "until": now.until}
    return Chosen(given, about, now=now)


def _spans(now: Span, earlier: Span) -> dict[str, date]:
    return {
        "since": now.since,
        "until": now.until,
        "earlier_since": earlier.since,
        "earlier_until": earlier.until,
    }


def _indicator() -> dict:
    """The chosen indicator's row; those that were never measured are not offered."""
    rows = indicators().filter("measured")
    titles = dict(zip(rows["indicator"], rows["title"], strict=True))
    ids = list(titles)
    start = ids.index(FIRST_INDICATOR) if FIRST_INDICATOR in ids else 0
    picked = st.selectbox("Indicator", ids, start, format_func=titles.get, width=280, key="indicator", **BOUND)
    return rows.filter(indicator=picked).row(0, named=True)


def _dates(label: str, key: str, choice: str, about: dict) -> tuple[date, ...]:
    """Two days, where the reader wants to choose them."""
    if choice != PICK_DATES:
        return ()
    last = about["until"] - timedelta(days=1)
    picked = st.date_input(
        label,
        value=(last - timedelta(days=90), last),
        max_value=last,
        format="YYYY-MM-DD",
        width=240,
        key=key,
        help="Cut at whole weeks, Monday to Sunday",
        **BOUND,
    )
    return tuple(picked)


def _more() -> dict[str, list[str]]:
    """The filters that are needed less often, behind one button that says how many are set."""
    found = members()
    offered = {name: found[name] for name in DIMENSIONS if len(found.get(name, ())) > 1}
    count = sum(bool(st.session_state.get(name)) for name in offered)
    with st.popover(f"More filters ({count})" if count else "More filters", icon=":material/tune:"):
        picked = {
            name: st.multiselect(DIMENSIONS[name], options, placeholder="All", key=name, **BOUND)
            for name, options in offered.items()
        }
    if count:
        st.button("Clear", icon=":material/close:", type="tertiary", on_click=_clear, help="Clear the filters")
    return picked


def _clear() -> None:
    for name in DIMENSIONS:
        st.session_state[name] = []


def indicators() -> pl.DataFrame:
    """All indicators, the measured ones first."""
    return current.ask("shared/indicators")


def measured_silos() -> list[str]:
    """The silos from which any data come."""
    return current.ask("shared/silos").filter("measured")["silo"].to_list()


def failure_kinds() -> list[str]:
    """The kinds of failures that are followed until they are put right."""
    return current.ask("recovery/kinds")["kind"].to_list()


def members() -> dict[str, list[str]]:
    """What each dimension can be filtered to."""
    rows = current.ask("shared/members")
    return dict(rows.group_by("dimension", maintain_order=True).agg("member").iter_rows())


def last_day() -> date:
    """The last day of the last full week."""
    return current.ask("shared/basis")["last_day"][0]

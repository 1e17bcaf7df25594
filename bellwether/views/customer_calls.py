"""The work list: customers worth a call, by the loyalty that a call is expected to save, as many as can be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from bellwether.settings import settings
from bellwether.views import call_reasons, customers, go, words
from bellwether.views.board import Cell, board
from bellwether.views.board import picked as row_picked
from bellwether.views.show import heading

MOST = 500
# Where `company.toml` doesn't say how many calls the team can make: to begin with, and at most.
CALLS, MOST_CALLS = 20, 200
ASSUMED = "Assumed: it keeps 1 in 10 of those who would leave"
COLUMNS = (
    {"text": "Customer", "sub": "segment"},
    {"text": "Saved by a call", "align": "right"},
    {"text": "Chance to lose", "align": "right"},
    {"text": "Pays a year", "align": "right"},
    {"text": "What stands out"},
)


@dataclass(frozen=True)
class Belief:
    """What a call is believed to change: a share of the risk, or points of staying; with its limits."""

    title: str
    at: float
    low: float
    high: float
    of_risk: bool

    def saved(self, row: Mapping[str, Any]) -> tuple[float, float, float]:
        """Money a year that a call is expected to save; never more than is at risk, and nothing below zero."""
        base = row["risked"] if self.of_risk else row["worth"]
        return tuple(min(max(base * part, 0.0), row["risked"]) for part in (self.at, self.low, self.high))


NOTHING_KNOWN = Belief(ASSUMED, 0.1, 0.0, 0.2, True)


def beliefs(rows: pl.DataFrame) -> dict[str, Belief]:
    """The assumption, then what commitments have done to loyalty. rows: answer of `customers/beliefs`."""
    found = {ASSUMED: NOTHING_KNOWN}
    for row in rows.iter_rows(named=True):
        title = f"Measured: as “{row['title']}” did ({100 * row['estimate']:+.1f} points)".replace("-", words.MINUS)
        found[title] = Belief(title, row["estimate"], row["lower"], row["upper"], False)
    return found


def calls(rows: pl.DataFrame, judged: pl.DataFrame, outlook: Mapping[str, Any]) -> None:
    """Draw the list with its two settings. rows: answer of `customers/work`; judged: of `customers/beliefs`."""
    if outlook["refusal"] or not rows.height:
        heading("Worth a call")
        st.info(
            outlook["refusal"] or "No customer with a running contract or a purchase within a year is at risk here.",
            title="There is no work list",
            icon=":material/phone_disabled:",
        )
        return
    known = beliefs(judged)
    number, belief = _settings(known)
    free = rows.filter(~pl.col("in_hand")).head(number)
    told = told_of(free, belief)
    heading("Worth a call", in_words(told), "calls", period=said(free, belief, rows.row(0, named=True)))
    lines = [
        {"cells": cells(row), "chosen": st.session_state.get(customers.KEY) == row["customer_id"]}
        for row in told.iter_rows(named=True)
    ]
    with st.container(height=min(520, 70 + 48 * len(lines)), border=False):
        board(COLUMNS, lines, "Customers worth a call", "calls", lambda: customers.choose(row_picked("calls")))
    st.caption(footnote(rows.row(0, named=True), belief, number))


def _settings(known: Mapping[str, Belief]) -> tuple[int, Belief]:
    agreed = settings().company.calls
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        number = st.number_input(
            "Calls that the team can make",
            min_value=1,
            max_value=agreed or MOST_CALLS,
            value=agreed or CALLS,
            key="calls_wanted",
            bind="query-params",
            width=210,
            help=f"The team has room for {agreed}: calls in company.toml"
            if agreed
            else "How many the team has room for can be said once, for all: calls in company.toml",
        )
        title = st.selectbox(
            "What a call is believed to change",
            list(known),
            key="call_belief",
            width=480,
            help="Where a commitment has a verdict on loyalty, its effect can be taken instead of the assumption",
        )
    return int(number), known[title]


def told_of(rows: pl.DataFrame, belief: Belief) -> pl.DataFrame:
    """The rows with what a call is expected to save, the most first."""
    saved = [belief.saved(row) for row in rows.iter_rows(named=True)]
    columns = dict(zip(("saved", "saved_low", "saved_high"), zip(*saved, strict=True), strict=True)) if saved else {}
    return rows.with_columns(pl.Series(name, list(values)) for name, values in columns.items()).sort(
        "saved", "risked", "customer_id", descending=[True, True, False]
    )


def said(rows: pl.DataFrame, belief: Belief, any_row: Mapping[str, Any]) -> str:
    """What all these calls are expected to save together."""
    sums = [sum(parts) for parts in zip(*(belief.saved(row) for row in rows.iter_rows(named=True)), strict=True)]
    if not sums:
        return ""
    at, low, high = (words.whole(one, any_row["currency"]) for one in sums)
    return f"{words.count(rows.height, 'call')} would save {at} a year ({low} to {high})"


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The list with headings in words, for taking along."""
    named = {
        "customer_id": "Customer",
        "segment": "Segment",
        "saved": "Saved by a call a year",
        "saved_low": "Low",
        "saved_high": "High",
        "chance": "Chance to lose",
        "worth": "Pays a year",
        "risked": "At risk a year",
        "currency": "Currency",
        "failures": "Failures open",
        "touched_by": "Last dealt with",
        "stands_out": "What stands out",
    }
    money = ("saved", "saved_low", "saved_high", "worth", "risked")
    said = [". ".join(part for part in call_reasons.stands_out(row) if part) for row in rows.iter_rows(named=True)]
    rounded = rows.with_columns(
        pl.col(money).round(), pl.col("chance").round(3), stands_out=pl.Series(said, dtype=pl.String)
    )
    return rounded.select(pl.col(name).alias(word) for name, word in named.items())


def cells(row: Mapping[str, Any]) -> list[Cell]:
    """One line: whom, what a call saves, how likely they are lost, what they pay, what stands out."""
    currency = row["currency"]
    reach = f"{words.whole(row['saved_low'], currency)} to {words.whole(row['saved_high'], currency)}"
    return [
        {
            "head": True,
            "text": row["customer_id"],
            "sub": row["segment"] or "",
            "pick": row["customer_id"],
            "href": go.customer_address(row["customer_id"]),
            "label": f"Open {row['customer_id']}",
        },
        {"text": words.whole(row["saved"], currency), "sub": reach, "align": "right"},
        {"text": words.value(row["chance"], "share", short=True), "align": "right"},
        {"text": words.whole(row["worth"], currency), "align": "right"},
        dict(zip(("text", "sub"), call_reasons.stands_out(row), strict=True)),
    ]


def footnote(row: Mapping[str, Any], belief: Belief, number: int) -> str:
    """What stands behind the figures, and who was left out."""
    what = (
        "That a call keeps 1 in 10, between none and 2 in 10, is an assumption: no call has been measured here. "
        "Declare the calls as a quick win and they get a verdict."
        if belief.of_risk
        else "The effect is that of another measure on those it treated, for one quarter; a call may do less."
    )
    left = row["left_out"]
    out = (
        f" {words.count(left, 'customer is', 'customers are')} left out: somebody is putting something right for them."
        if left
        else ""
    )
    return (
        f"Of {words.count(row['candidates'], 'customer')}: what they pay a year, times the chance that it is lost "
        f"within {row['horizon_weeks']} weeks, times what a call changes. {what}{out}"
    )

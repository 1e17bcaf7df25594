"""The first block: how many customers stay over the next quarter, what money may go, and how earlier outlooks did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import go, look, states, words

PURCHASES = "purchases"
WORDS = {
    "known_until": "Known until",
    "closes": "Outlook until",
    "now": "Share who stay",
    "low": "Low",
    "high": "High",
    "observations": "Customers",
    "value": "Money a year",
    "at_risk": "Money at risk a year",
    "currency": "Currency",
    "expected_ends": "Customers expected to go",
    "before": "The outlook before",
    "before_on": "Of",
    "published": "Published outlooks that came due",
    "published_inside": "Of these inside their interval",
    "tried": "Outlooks tried on the past",
    "tried_inside": "Of those inside their interval",
}


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The outlook's row with headings in words, for taking along; nothing where there is no outlook."""
    return rows.filter(pl.col("now").is_not_null()).select(pl.col(name).alias(word) for name, word in WORDS.items())


def period(rows: pl.DataFrame) -> str:
    """The days that the outlook is of; "" where there is none."""
    row = rows.row(0, named=True) if rows.height else {}
    return words.span(row["known_until"] + timedelta(days=1), row["closes"]) if row.get("now") is not None else ""


def next_quarter(rows: pl.DataFrame, link: bool = True) -> None:
    """Three cards, or why there are none and what to do. rows: answer of `leadership/next_quarter`."""
    row = rows.row(0, named=True) if rows.height else {}
    if row.get("too_few"):
        states.too_few("the outlook")
    elif row.get("now") is None:
        cannot_tell(row)
    else:
        with st.grid(3, min_column_width=170, gap="small"):
            for card in (_stay, _at_risk, _kept_word):
                with st.container(border=True, height="stretch", gap="xxsmall"):
                    card(row, link)


def cannot_tell(row: Mapping[str, Any]) -> None:
    """Why there is no outlook, and what to do about it."""
    todo = (
        "Let the exports reach further back, or come back when more has happened: each refresh tries again."
        if row.get("basis")
        else "Bring an export that says who renewed, left or bought, with dates: `queries/feeds/loyalty.sql` says how."
    )
    st.info(
        f"{row.get('refusal') or 'No outlook has been made yet.'} {todo}",
        title="Where loyalty is going can't be told yet",
        icon=":material/hourglass_empty:",
    )


def _stay(row: Mapping[str, Any], link: bool) -> None:
    buying = row["basis"] == PURCHASES
    shape, said, tone = changed(row)
    stay, sure = words.estimate(row["now"], row["low"], row["high"], "share")
    st.metric(
        f"{'Buy again by' if buying else 'Stay until'} {words.day(row['closes'])}",
        stay,
        delta=f"{shape} {said}",
        delta_color=look.BADGES[tone],
        delta_arrow="off",
        help=_meaning(row),
    )
    people = words.count(row["observations"], "customer")
    if row["low"] is None:
        st.caption(f"of {people}; no interval yet, because only one past quarter shows how far forecasts are off")
    else:
        st.caption(f"95%: {sure} of {people}")


def changed(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Shape, words and tone of the change since the outlook before; a tone only if that lies outside the interval."""
    if row["before"] is None:
        return "○", "first outlook", "faint"
    said = f"{words.change(row['now'] - row['before'], 'share')} since that of {words.day(row['before_on'])}"
    if row["low"] is None or row["low"] <= row["before"] <= row["high"]:
        return "●", said, "calm"
    return ("▲", said, "good") if row["now"] > row["before"] else ("▼", said, "bad")


def _meaning(row: Mapping[str, Any]) -> str:
    who = (
        "Of the customers who bought within the last year, the share expected to buy again"
        if row["basis"] == PURCHASES
        else "Of the customers with a running contract, the share expected neither to leave nor to step down"
    )
    windows = words.count(row["past_windows"], "past quarter")
    return (
        f"{who} within {row['horizon_weeks']} weeks, from what was known on {words.day(row['known_until'])}. The "
        f"interval holds the error of earlier forecasts; it rests on {windows} that "
        f"{'does' if row['past_windows'] == 1 else 'do'} not overlap, so it is wide where these are few."
    )


def _at_risk(row: Mapping[str, Any], link: bool) -> None:
    share = words.value(row["share_at_risk"], "share")
    st.metric(
        "At risk, a year",
        words.about(row["at_risk"], row["currency"]),
        delta=f"{share} of {words.about(row['value'], row['currency'])}" if row["value"] else None,
        delta_color="gray",
        delta_arrow="off",
        help="What customers pay in a year, times the chance that each goes. "
        "A chance is not a reason: it says who may go, not whom a call would keep.",
    )
    ends = words.count(round(row["expected_ends"]), "customer")
    fate = "may not buy" if row["basis"] == PURCHASES else "may go"
    reach = "" if row["ends_low"] is None else f" ({round(row['ends_low']):,} to {round(row['ends_high']):,})"
    st.caption(f"{ends}{reach} {fate} by {words.day(row['closes'])}")


def _kept_word(row: Mapping[str, Any], link: bool) -> None:
    value, said, about = kept_word(row)
    st.metric(
        "Past outlooks",
        value,
        delta=said,
        delta_color="gray",
        delta_arrow="off",
        help="Published outlooks stand as they were said. A backtest says what would have been said, from what was "
        "known then. The two are never counted together.",
    )
    if link:
        with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
            st.caption(about, width="stretch")
            go.to_outlook("Outlook", go.WHO)
    else:
        st.caption(about)


def kept_word(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """How past outlooks did: `4 of 4`, `inside their interval`, and which ones; never both kinds in one figure."""
    inside = "inside 95% interval"
    if row["published"]:
        return f"{row['published_inside']} of {row['published']}", inside, "Published outlooks that have come due"
    if row["tried"]:
        return f"{row['tried_inside']} of {row['tried']}", inside, "Past quarters, in a backtest; none published is due"
    return words.NOTHING, "none to check yet", "No earlier outlook has come due"

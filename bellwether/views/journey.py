"""The journey at a glance: four figures, and the sections below them."""

from __future__ import annotations

import polars as pl
import streamlit as st

from bellwether.trends import compare
from bellwether.views import journey_touch, reading, words
from bellwether.views.plain import literal

WHERE, TOUCH, FLOWS = "Where", "The human touch", "Hand-offs"
WHOLE, WHO, WAITS = "One customer, several silos", "Who and how", "Waits and promises"


def sections():
    """The tabs; the chosen one is in the address, and only that one is worked out."""
    return st.tabs([WHERE, TOUCH, FLOWS, WHOLE, WHO, WAITS], on_change="rerun", key="section", bind="query-params")


def headline(touched: pl.DataFrame, handed: pl.DataFrame, balance: pl.DataFrame) -> None:
    """Right the first time at the human touch and after a digital failure, hand-offs held, digital share."""
    plain, after = journey_touch.split(touched).get(None, (None, None))
    with st.grid(4, min_column_width=170, gap="small"):
        _touch("Right first time", plain, "at the human touch, nothing digital failed before")
        _touch("After a digital failure", after, "right first time, when it counts most")
        _held(handed)
        _digital(balance)


def _figure(label: str, value: str, note: str) -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(label, value)
        st.caption(note)


def _touch(label: str, sums, note: str) -> None:
    found = reading.figure(sums, {**journey_touch.ABOUT, "indicator": journey_touch.HUMAN})
    if found.value is None:
        _figure(label, words.NOTHING, "too few people" if found.too_few else "not measured in these exports")
        return
    value, sure = words.estimate(found.value, found.low, found.high, "share")
    _figure(label, value, f"{sure}; {note}")


def _held(rows: pl.DataFrame) -> None:
    of = "silos" if "silos" in set(rows["level"]) else "teams"
    mine = rows.filter(pl.col("level") == of).drop_nulls("observations")
    label = "Hand-offs held"
    if not mine.height:
        _figure(label, words.NOTHING, "no hand-off was seen in this period")
        return
    total = int(mine["observations"].sum())
    told = compare.wilson(round(float((mine["value"] * mine["observations"]).sum())), total)
    value, sure = words.estimate(told.estimate, told.lower, told.upper, "share")
    worst = mine.filter(pl.col("apart") < 0).with_columns(lost=(1 - pl.col("value")) * pl.col("observations"))
    named = worst.sort("lost", descending=True).row(0, named=True) if worst.height else None
    _figure(label, value, f"{sure}; " + (_worst(named) if named else f"of {words.count(total)}"))


def _worst(row: dict) -> str:
    return f"{literal(row['sender'])} to {literal(row['taker'])} only {words.value(row['value'], 'share', short=True)}"


def _digital(rows: pl.DataFrame) -> None:
    whole = rows.filter("is_all").drop_nulls("observations")
    now, before = whole.tail(12), whole.head(max(whole.height - 12, 0)).tail(12)
    contacts = int(now["observations"].sum() or 0)
    if not contacts:
        _figure("Digital contacts", words.NOTHING, "no contact says whether it was digital or human")
        return
    share = float(now["total"].sum()) / contacts
    note = f"of {words.count(contacts, 'contact')} in {words.count(now.height, 'month')}"
    if before["observations"].sum():
        note += f"; {words.value(before['total'].sum() / before['observations'].sum(), 'share')} before"
    _figure("Digital contacts", words.value(share, "share"), note)

"""Who stays: the outlook of all customers and of each group, with interval, money at risk, and the weeks ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.settings import FEWEST_PEOPLE
from bellwether.views import fans, show, words
from bellwether.views.board import Cell, Row, board

DIMENSIONS = {
    "all": "All customers",
    "segment": "By segment",
    "touched_by": "By the silo that dealt with them last",
    "failed_by": "By the silo that failed them last",
}
# What loyalty is: to stay where there are contracts, to buy again where there are none; and its opposite.
CONTRACTS, PURCHASES = ("Stay", "Go"), ("Buy again", "Don't")
WORDS = {
    "dimension": "By",
    "member": "Group",
    "observations": "Customers",
    "now": "Share who stay",
    "low": "Low",
    "high": "High",
    "expected_ends": "Expected to go",
    "value": "Money a year",
    "at_risk": "At risk a year",
    "currency": "Currency",
}


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The outlook by group with headings in words, for taking along."""
    named = rows.select(pl.col(name).alias(word) for name, word in WORDS.items())
    return named.with_columns(pl.col("By").replace(DIMENSIONS), pl.col("Group").replace({"all": "All customers"}))


def columns(loyal: str, lost: str) -> tuple[Cell, ...]:
    """The headings of the table, by what loyalty is here."""
    return (
        {"text": "Customers"},
        {"text": "How many", "align": "right"},
        {"text": loyal, "align": "right", "sub": "95% interval"},
        {"text": "At risk a year", "align": "right", "sub": "of what they pay"},
        {"text": lost, "align": "right"},
        {"text": f"{loyal}, on one scale", "align": "wide", "sub": "95% interval"},
    )


def who_stays(groups: pl.DataFrame, weeks: pl.DataFrame) -> None:
    """The groups, and beside them the curve; nothing where there is no outlook. Both are answers of `outlook/`."""
    if not groups.height:
        return
    loyalty = CONTRACTS if weeks.height else PURCHASES  # who buys without a contract is never seen to leave
    left, right = st.columns([62, 38], gap="medium")
    with left:
        show.heading("Who, and how much money", in_words(groups), "groups")
        group_table(groups, loyalty)
    with right:
        curve(weeks)


def group_table(rows: pl.DataFrame, loyalty: tuple[str, str]) -> None:
    """Every group with its interval on one scale. rows: answer of `outlook/groups`. loyalty: words of the headings."""
    low = rows["low"].drop_nulls().min()
    high = rows["high"].drop_nulls().max()
    reach = (low, high - low or 1) if low is not None else (0.0, 1.0)
    board(columns(*loyalty), table_rows(rows, reach), "The outlook of each group", "groups")
    if rows["too_few"].any():
        st.caption(f"Too few: fewer than {FEWEST_PEOPLE} customers, so that nobody can be recognised.")


def table_rows(rows: pl.DataFrame, reach: tuple[float, float]) -> list[Row]:
    """A heading a dimension, then its groups, the most money at risk first."""
    told: list[Row] = []
    digits = words.alike(rows["low"], rows["high"], "share")
    for (dimension,), group in rows.partition_by("dimension", as_dict=True, maintain_order=True).items():
        if dimension != "all":
            told.append({"group": DIMENSIONS.get(dimension, dimension)})
        told += [{"cells": _cells(row, reach, digits)} for row in group.iter_rows(named=True)]
    return told


def _cells(row: Mapping[str, Any], reach: tuple[float, float], digits: int) -> list[Cell]:
    name = {"head": True, "text": "All customers" if row["dimension"] == "all" else row["member"] or "not known"}
    if row["too_few"] or row["now"] is None:
        said = words.TOO_FEW_PEOPLE if row["too_few"] else words.NOTHING
        return [name, {"text": said, "align": "right", "tone": "faint"}, *({"text": ""} for _ in range(4))]
    # Without an interval the bar is the dot alone.
    ends = (row["now"] if row[one] is None else row[one] for one in ("low", "now", "high"))
    low, at, high = (100 * (end - reach[0]) / reach[1] for end in ends)
    stay, sure = words.estimate(row["now"], row["low"], row["high"], "share", digits=digits)
    return [
        name,
        {"text": words.count(row["observations"]), "align": "right"},
        {
            "text": stay,
            "sub": sure,
            "align": "right",
        },
        {
            "text": words.about(row["at_risk"], row["currency"]),
            "sub": f"{words.value(row['share_at_risk'], 'share')} of {words.about(row['value'], row['currency'])}",
            "align": "right",
        },
        {"text": words.count(round(row["expected_ends"])), "align": "right"},
        {"bar": {"low": low, "at": at, "high": high}, "tip": sure},
    ]


def curve(rows: pl.DataFrame) -> None:
    """The retention curve of the coming weeks. rows: answer of `outlook/curve`."""
    show.heading("Week by week", rows.select(Week="week", Day="day", Stay="retained"), "curve")
    if not rows.height:
        st.caption("Without contracts nobody is seen to leave, so there is no curve: only who will buy again.")
        return
    last = rows.row(-1, named=True)
    said = f"{words.value(last['retained'], 'share')} are expected to be left after {words.count(last['week'], 'week')}"
    show.chart(fans.staying(rows), "Who stays, week by week", said, "curve")
    st.caption("The share of today's customers who have neither left nor stepped down.")

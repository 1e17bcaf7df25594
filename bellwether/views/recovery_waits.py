"""How long it takes to put failures right, kind by kind; and which kinds the exports can't tell of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import words
from bellwether.views.board import Cell, board
from bellwether.views.recovery import MANY

# What an export would have to hold for a kind of failure to be seen.
NEEDS = {
    "broken promise": "the moment for which it was promised",
    "reopened case": "whether a case was reopened",
    "complaint": "a silo or a reason that says complaint",
    "detractor's answer": "answers on recommending, with the customer",
}


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Each kind in each silo, for taking along. rows: answer of `recovery/waits`."""
    return rows.filter(~pl.col("too_few")).select(
        Kind="kind",
        Silo="silo",
        **{"Failures in a year": "observations", "Put right in time": "value", "Half put right by day": "median_days"},
    )


def looked_at(rows: pl.DataFrame, chosen: Sequence[str]) -> pl.DataFrame:
    """The kinds that are chosen; none chosen means all. rows: answer of `recovery/kinds`."""
    return rows.filter(pl.col("kind").is_in(list(chosen))) if chosen else rows


def waits(rows: pl.DataFrame) -> None:
    """Each kind: how many in a year, put right in time, and by which day a half; and the kinds that can't be told.

    rows: answer of `recovery/kinds`, those that are looked at.
    """
    columns = (
        {"text": "Kind"},
        {"text": "In a year", "align": "right"},
        {"text": "In time", "align": "right"},
        {"text": "Half by", "align": "right"},
    )
    lines = [{"cells": _wait(row)} for row in rows.filter("is_told").iter_rows(named=True)]
    if lines:
        board(columns, lines, "How long it takes to put failures right", "waits")
        st.caption("Failures of the last 52 weeks. Those still open count for as long as they have been open.")
    if absent := rows.filter(~pl.col("is_told"))["kind"].to_list():
        named = "; ".join(f"{MANY[kind]} (an export would have to hold {NEEDS[kind]})" for kind in absent)
        st.caption(f"**Can't be told from these exports:** {named}. That none are listed is no good news.")


def _wait(row: Mapping[str, Any]) -> list[Cell]:
    name = {"head": True, "text": MANY[row["kind"]][:1].upper() + MANY[row["kind"]][1:]}
    if not row["observations"]:
        return [name, {"text": words.NOTHING, "align": "right"}, {"text": ""}, {"text": ""}]
    half = "not yet half" if row["median_days"] is None else f"day {row['median_days']:.0f}"
    return [
        name,
        {"text": words.TOO_FEW_PEOPLE if row["too_few"] else words.count(row["observations"]), "align": "right"},
        {"text": words.value(row["value"], "share", short=True), "align": "right"},
        {"text": words.NOTHING if row["too_few"] else half, "align": "right"},
    ]

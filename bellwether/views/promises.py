"""Promises to customers by silo: who keeps fewest, who promises nothing, and who would answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.trends.compare import wilson
from bellwether.views import go, words
from bellwether.views.board import Cell, board
from bellwether.views.plain import literal

# Fewer promises than this don't rank a silo: one more kept or broken would move it past others.
FEWEST = 30
TITLE = "Promises kept"
NOBODY = "nobody is named"
COLUMNS = (
    {"text": "Silo"},
    {"text": "Promises kept"},
    {"text": "Promised", "align": "right"},
    {"text": "Who answers"},
)


def promises(rows: pl.DataFrame) -> None:
    """The silo that keeps fewest and those that promise nothing, as sentences; all silos below them.

    rows: answer of `accountability/promises`.
    """
    promised = rows.filter(pl.col("observations") > 0)
    silent = rows.filter(pl.col("observations").is_null())
    for sentence in (_fewest(promised), _silent(silent)):
        st.markdown(sentence)
    if not promised.height:
        return
    lines = [{"cells": _cells(row)} for row in promised.iter_rows(named=True)]
    go.follow(board(COLUMNS, lines, "Promises by silo", "promises"))
    first, last = promised["first_week"].min(), promised["last_day"].max()
    st.caption(f"Over the full weeks {words.span(first, last)}, at most 52. 95% intervals.")


def answers(row: Mapping[str, Any]) -> str:
    """Who would answer for a silo's promises."""
    if row["owner"]:
        return row["owner"]
    return f"{row['leader']}, who leads the silo" if row["leader"] else NOBODY


def _fewest(promised: pl.DataFrame) -> str:
    ranked = promised.filter(pl.col("observations") >= FEWEST).sort("value")
    if not ranked.height:
        return "Too few promises are known to say which silo keeps fewest."
    row = ranked.row(0, named=True)
    share = words.value(row["value"], "share", short=True)
    who = answers(row)
    told = "Nobody is named to answer for it." if who == NOBODY else f"{literal(who)} answers for it."
    return (
        f"▼ **{literal(row['silo'])} keeps the fewest promises:** {share} of {words.count(row['observations'])} in the "
        f"year up to {words.day(row['last_day'])}. {told}"
    )


def _silent(silent: pl.DataFrame) -> str:
    if not silent.height:
        return "● Every silo promises its customers a moment."
    names = literal(", ".join(silent["silo"]))
    unled = silent["leader"].null_count() == silent.height
    told = " Nobody is named to answer for them." if unled else ""
    many = silent.height > 1
    return (
        f"○ **No promise at all:** {names}. Without a promised moment nothing can be kept or broken: "
        f"{'these silos are' if many else 'this silo is'} not measured, neither 0 nor 100%.{told}"
    )


def _cells(row: Mapping[str, Any]) -> list[Cell]:
    low, high = _reach(row)
    few = row["observations"] is not None and row["observations"] < FEWEST
    return [
        {
            "head": True,
            "text": row["silo"],
            "pick": {"indicator": "promise_kept", "title": TITLE, "silo": row["silo"]},
            "href": go.address(TITLE, row["silo"]),
            "label": f"Promises kept, {row['silo']}: its chart",
        },
        {
            "text": words.value(row["value"], "share", short=True),
            "sub": "too few to rank" if few else f"{low.removesuffix('%')} to {high}",
            "align": "",
        },
        {"text": words.count(row["observations"]), "align": "right"},
        {"text": answers(row), "tone": "bad" if answers(row) == NOBODY else "calm"},
    ]


def _reach(row: Mapping[str, Any]) -> tuple[str, str]:
    if row["value"] is None or not row["observations"]:
        return words.NOTHING, words.NOTHING
    found = wilson(row["value"] * row["observations"], row["observations"])
    return words.value(found.lower, "share", short=True), words.value(found.upper, "share", short=True)


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """All silos in words, for taking along."""
    return rows.select(
        Silo="silo",
        Contacts="contacts",
        Promised="observations",
        **{"Promises kept": "value", "Owner": "owner", "Leader": "leader"},
    )

"""Waits and promises by stage: how long it takes until somebody answers, whether in time, and whether promises hold."""

from __future__ import annotations

import polars as pl
import streamlit as st

from bellwether.trends import compare
from bellwether.views import states, words
from bellwether.views.board import Cell, board


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The same, for taking along. rows: answer of `journey/waits`."""
    names = {"wait": "Wait (seconds)", "promise_kept": "Promises kept", "answered_promptly": "Answered promptly"}
    return rows.select(
        Stage="place",
        Measure=pl.col("measure").replace(names),
        **{"Value, or half within": "value", "Nine in ten within": "high", "Observations": "observations"},
    )


def waits(rows: pl.DataFrame) -> None:
    """A line a stage. rows: answer of `journey/waits`."""
    if not rows.height:
        states.no_rows("No wait and no promise")
        return
    columns = [
        {"text": "Stage"},
        {"text": "Half answered within", "sub": "of 52 weeks", "align": "right"},
        {"text": "Nine in ten within", "align": "right"},
        {"text": "Answered promptly", "sub": "95% interval", "align": "right"},
        {"text": "Promises kept", "sub": "95% interval", "align": "right"},
        {"text": "Promises made", "align": "right"},
    ]
    lines = []
    for (place,), one in rows.partition_by("place", as_dict=True, maintain_order=True).items():
        found = {row["measure"]: row for row in one.iter_rows(named=True)}
        wait, kept = found.get("wait"), found.get("promise_kept")
        cells: list[Cell] = [{"head": True, "text": place.capitalize()}]
        cells += [_seconds(wait, name) for name in ("value", "high")]
        cells += [_share(found.get(name)) for name in ("answered_promptly", "promise_kept")]
        cells.append({"text": words.count(kept["observations"]) if kept else words.NOTHING, "align": "right"})
        lines.append({"cells": cells})
    board(columns, lines, "Waits and promises by stage", "waits")
    st.caption(
        "Waits: from the start of a contact that a customer or a third party began until somebody answers; those that "
        "nobody has answered yet are not among them. A stage that promises nothing is not measured."
    )


def _seconds(row: dict | None, name: str) -> Cell:
    if row is None or row[name] is None:
        few = row is not None and row.get("too_few")
        return {"text": words.TOO_FEW_PEOPLE if few else "not measured", "align": "right", "tone": "faint"}
    return {"text": words.duration(row[name]), "align": "right"}


def _share(row: dict | None) -> Cell:
    if row is None or row["value"] is None:
        few = row is not None and row.get("too_few")
        return {"text": words.TOO_FEW_PEOPLE if few else "not measured", "align": "right", "tone": "faint"}
    told = compare.wilson(row["value"] * row["observations"], row["observations"])
    value, sure = words.estimate(told.estimate, told.lower, told.upper, "share")
    return {"text": value, "sub": sure, "align": "right"}

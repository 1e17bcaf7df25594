"""Intimacy said beside intimacy done, silo by silo: where we think that we are closer than customers feel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import words
from bellwether.views.board import Cell, board
from bellwether.views.plain import literal

MARKS = {
    "we think we are closer": ("▼", "bad"),
    "they feel closer": ("▲", "good"),
    "as elsewhere": ("●", "calm"),
    "too few to say": ("○", "faint"),
}


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The gaps in words. rows: answer of `relationship/gaps`."""
    return rows.select(
        Silo="silo",
        **{"Said": "said", "Said, low": "said_low", "Said, high": "said_high", "Answered": "answered"},
        **{"Done": "done", "Done, low": "done_low", "Done, high": "done_high", "Served": "served"},
        **{"Gap": "gap", "Gap, low": "low", "Gap, high": "high"},
        **{"Against the other silos": "beyond", "Low": "beyond_low", "High": "beyond_high", "In words": "word"},
    )


def gaps(rows: pl.DataFrame) -> None:
    """Each silo with both scores, the gap, and whether it is another than elsewhere."""
    told = rows.filter(pl.col("said").is_not_null() | pl.col("done").is_not_null())
    if told.is_empty():
        st.info(
            "It takes answers to the items understood, respected, valued, empathy or surprised that name a silo, and "
            "contacts that tell whether the customer was recognised, was helped the first time, was answered promptly "
            "and got what was promised.",
            title="Intimacy can't be told from these exports",
            icon=":material/hourglass_empty:",
        )
        return
    st.markdown(sentence(told))
    columns = (
        {"text": "Silo"},
        {"text": "They say", "align": "right"},
        {"text": "We did", "align": "right"},
        {"text": "", "sub": "○ said · ● done"},
        {"text": "Gap", "align": "right", "sub": "done less said"},
        {"text": "Against the other silos"},
    )
    low, high = _reach(told)
    board(
        columns,
        [{"cells": _line(row, low, high)} for row in told.iter_rows(named=True)],
        "Intimacy said and done",
        "gaps",
    )
    st.caption(
        "Last 52 weeks, scores from 0 to 100 with 95% intervals; a customer counts once, however many items or "
        "contacts. The two scores measure different things, so it is not the gap itself that tells but "
        "where it is wider than in the other silos. Answers come from those who answer."
    )


def sentence(rows: pl.DataFrame) -> str:
    """Where the two part, in plain words."""
    ours = rows.filter(word="we think we are closer")["silo"].to_list()
    theirs = rows.filter(word="they feel closer")["silo"].to_list()
    parts = []
    if ours:
        parts.append(f"**We think that we are closer than customers feel in {listed(ours)}.**")
    if theirs:
        parts.append(f"Customers feel closer than our own marks in {listed(theirs)}.")
    if not parts and rows["gap"].null_count() < rows.height:
        parts.append("What customers say and what we do part no more in one silo than in the others.")
    absent = rows.filter(pl.col("gap").is_null())
    for side, lacking in (("what we did", "done"), ("what they say", "said")):
        if some := absent.filter(pl.col(lacking).is_null())["silo"].to_list():
            parts.append(f"Not told: {side} in {listed(some)}.")
    return " ".join(parts)


def listed(names: list[str]) -> str:
    """Names as a sentence lists them, for Markdown."""
    *first, last = map(literal, names)
    return f"{', '.join(first)} and {last}" if first else last


def _reach(rows: pl.DataFrame) -> tuple[float, float]:
    values = [value for name in ("said", "done") for value in rows[name].drop_nulls()]
    low, high = min(values), max(values)
    air = max(0.15 * (high - low), 2.0)
    return low - air, high + air


def _line(row: Mapping[str, Any], low: float, high: float) -> list[Cell]:
    shape, tone = MARKS[row["word"]]
    value, sure = words.estimate(row["beyond"], row["beyond_low"], row["beyond_high"], "score")
    signed = f"+{value}" if (row["beyond"] or 0) > 0 else value
    gap, gap_sure = words.estimate(row["gap"], row["low"], row["high"], "score")
    return [
        {"head": True, "text": row["silo"]},
        _score(row, "said", "answered"),
        _score(row, "done", "served"),
        {
            "bar": _bar(row, low, high),
            "tip": f"Said {words.value(row['said'], 'score')}, done {words.value(row['done'], 'score')}",
        },
        {"text": gap, "sub": "" if row["gap"] is None else gap_sure, "align": "right"},
        {
            "text": row["word"],
            "sub": "" if row["beyond"] is None else f"{signed} points ({sure})",
            "shape": shape,
            "tone": tone,
        },
    ]


def _score(row: Mapping[str, Any], name: str, behind: str) -> Cell:
    if row[name] is None:
        return {"text": words.NOTHING, "align": "right", "tip": "Not told by these exports"}
    value, sure = words.estimate(row[name], row[f"{name}_low"], row[f"{name}_high"], "score", most=0)
    return {"text": value, "sub": sure, "align": "right", "tip": f"From {words.count(row[behind], 'customer')}"}


def _bar(row: Mapping[str, Any], low: float, high: float) -> dict[str, Any]:
    """The line between the two scores; the hollow dot is what they say."""

    def place(value: float | None) -> float | None:
        return None if value is None else 100 * (value - low) / (high - low)

    ends = [one for one in (place(row["said"]), place(row["done"])) if one is not None]
    return {"low": min(ends), "high": max(ends), "at": place(row["done"]), "before": place(row["said"]), "target": None}

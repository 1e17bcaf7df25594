"""The outcomes until now: one line each, with value, interval, verdict and the year behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import go, words
from bellwether.views.board import Cell, board
from bellwether.views.chosen import ALL_SILOS

WORDS = {
    "title": "Outcome",
    "now": "Now",
    "low": "Low",
    "high": "High",
    "currency": "Currency",
    "observations": "Observations",
    "verdict": "Direction",
    "since": "Since",
    "target": "Standard",
    "owner": "Owner",
}
COLUMNS = ({"text": "Outcome"}, {"text": "Last four weeks"}, {"text": "Direction"}, {"text": "Last year"})
WEEKS = 4


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The outcomes with headings in words, for taking along."""
    return rows.filter(pl.col("verdict").is_not_null()).select(pl.col(name).alias(word) for name, word in WORDS.items())


def period(rows: pl.DataFrame) -> str:
    """The days that the outcomes' figures are of: the last four full weeks; "" where nothing is measured."""
    last = rows["last_week"].drop_nulls().max()
    return words.span(last - timedelta(weeks=WEEKS - 1), last + timedelta(days=6)) if last else ""


def outcome_rows(rows: pl.DataFrame, weeks: pl.DataFrame) -> None:
    """A line for each measured outcome; those that nothing measures are named below, with what would measure them.

    rows: answer of `leadership/outcomes`. weeks: of `leadership/outcome_weeks`.
    """
    measured = rows.filter(pl.col("verdict").is_not_null())
    year = dict(weeks.group_by("indicator", maintain_order=True).agg("value").iter_rows())
    if measured.height:
        lines = [
            {"cells": outcome_cells(row, year.get(row["indicator"], []))} for row in measured.iter_rows(named=True)
        ]
        go.follow(board(COLUMNS, lines, "The outcomes until now", "outcomes"))
    else:
        st.markdown("No outcome is measured yet. A loyalty or survey export would show whether customers stay.")
        return
    if absent := rows.filter(pl.col("verdict").is_null())["title"].to_list():
        st.caption(
            f"Not measured: {', '.join(absent)}.",
            help="Neither good nor bad. A loyalty or survey export would show it.",
        )


def outcome_cells(row: Mapping[str, Any], year: list[float | None]) -> list[Cell]:
    """Name, verdict, value with interval, and the year behind it."""
    unit, currency = row["unit"], row["currency"]
    state = words.state(row["verdict"])
    few = row["too_few"]
    now, reach = words.estimate(row["now"], row["low"], row["high"], unit, currency)
    return [
        {
            "head": True,
            "text": row["title"],
            "tip": about(row),
            "label": f"{row['title']}: its chart",
            "pick": {"indicator": row["indicator"], "title": row["title"], "silo": ALL_SILOS},
            "href": go.address(row["title"], ALL_SILOS),
        },
        {
            "text": words.TOO_FEW_PEOPLE if few else now,
            "sub": "" if few else reach,
            "tip": about(row),
        },
        {"text": state.word, "shape": state.shape, "tone": state.tone, "tip": state.meaning},
        {"spark": year, "tip": "The last 52 weeks"},
    ]


def about(row: Mapping[str, Any]) -> str:
    """What the figure is of: the question, the denominator, the days and the notes."""
    parts = [
        row["question"],
        f"Over the four full weeks up to {words.day(row['last_week'] + timedelta(days=6))}, from "
        f"{words.count(row['observations'], 'observation')}.",
        f"Standard: {words.value(row['target'], row['unit'], row['currency'])}." if row["target"] is not None else "",
        f"Owner: {row['owner']}." if row["owner"] else "Nobody owns it yet.",
        row["notes"],
    ]
    return " ".join(part for part in parts if part)

"""The headline: one card an outcome, with its value, interval, verdict and the year behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import go, look, words


def outcome_cards(rows: pl.DataFrame, weeks: pl.DataFrame) -> None:
    """A card for each measured outcome; those that nothing measures are named below, with what would measure them.

    rows: answer of `leadership/outcomes`. weeks: of `leadership/outcome_weeks`.
    """
    measured = rows.filter(pl.col("verdict").is_not_null())
    if measured.height:
        with st.grid(measured.height, min_column_width=150, gap="small"):
            for row in measured.iter_rows(named=True):
                with st.container(border=True, height="stretch", gap="xxsmall"):
                    _card(row, weeks.filter(indicator=row["indicator"])["value"].drop_nulls().to_list())
    if absent := rows.filter(pl.col("verdict").is_null())["title"].to_list():
        st.caption(
            f":material/visibility_off: Not measured, so neither good nor bad: {', '.join(absent)}. "
            "A loyalty or survey export would show it."
        )


def _card(row: Mapping[str, Any], sparkline: list[float]) -> None:
    unit, currency = row["unit"], row["currency"]
    state = words.state(row["verdict"])
    few = row["too_few"]
    st.metric(
        row["title"],
        words.TOO_FEW_PEOPLE if few else words.value(row["now"], unit, currency),
        delta=f"{state.shape} {state.word}",
        delta_color=look.BADGES[state.tone],
        delta_arrow="off",
        chart_data=sparkline,
        help=about(row),
    )
    span = "" if few else f"95% interval: {words.interval(row['low'], row['high'], unit, currency)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
        st.caption(span, width="stretch")
        go.link("Chart", row["title"])


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

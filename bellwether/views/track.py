"""Track record: what was said before, what happened, and how often it lay inside the interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import judged, show, words
from bellwether.views.board import Row, board

KINDS = {"published": "Published", "backtest": "Backtest"}
MEANINGS = {
    "published": "as they were said at the time",
    "backtest": "as they would have been said, from what was known then",
}
TARGETS = {"quarter": "the quarter", "week": "single weeks"}
WORDS = {
    "kind": "Kind",
    "origin": "Made from data before",
    "closes": "Outlook until",
    "observations": "Customers",
    "now": "Said",
    "low": "Low",
    "high": "High",
    "value": "Happened",
    "inside": "Inside",
}
SCORES = {
    "kind": "Kind",
    "target": "Of",
    "nominal": "Interval (%)",
    "series": "Series",
    "with_interval": "Forecasts that came due",
    "inside": "Inside",
    "share_inside": "Share inside",
    "beats_naive": "Error against naive",
    "keeping": "Series that keep their word",
    "narrow": "Too narrow",
    "wide": "Too wide",
    "untold": "Cannot tell yet",
}


def outlooks(rows: pl.DataFrame) -> None:
    """Each kind of past outlook in a chart of its own. rows: answer of `outlook/track`."""
    table = rows.select(pl.col(name).alias(word) for name, word in WORDS.items())
    show.heading("Outlooks of all customers", table, "track")
    if not rows.height:
        st.info(
            "No outlook has been made yet, so there is nothing to hold against what came.", icon=":material/history:"
        )
        return
    with st.grid(2, min_column_width=320, gap="medium"):
        for kind in KINDS:
            with st.container():
                _kind(kind, rows.filter(kind=kind))


def _kind(kind: str, rows: pl.DataFrame) -> None:
    st.markdown(f"**{KINDS[kind]}** · {said(rows)}")
    if rows.height:
        show.chart(judged.said_and_happened(rows), f"{kind} outlooks", f"{KINDS[kind]}: {said(rows)}", f"track {kind}")
    st.caption(f"{MEANINGS[kind].capitalize()}. ○ said, with its 95% interval; ◆ happened inside it, ✕ outside.")


def said(rows: pl.DataFrame) -> str:
    """`4 of 4 inside their 95% interval`, and how many are still open."""
    due = rows.filter(pl.col("inside").is_not_null())
    open_ = rows.height - due.height
    waiting = f"{words.count(open_, 'outlook')} not due yet" if open_ else ""
    if not due.height:
        return waiting or "none"
    parts = [f"{due['inside'].sum()} of {due.height} inside their 95% interval", waiting]
    return "; ".join(part for part in parts if part)


def scores_table(rows: pl.DataFrame) -> pl.DataFrame:
    """The scores with headings in words, for taking along."""
    return rows.select(pl.col(name).alias(word) for name, word in SCORES.items())


def scores(rows: pl.DataFrame, key: str) -> None:
    """How the weekly forecasts have done, kind by kind. rows: answer of `outlook/scores`."""
    if not rows.height:
        st.info("No forecast has come due yet. The first ones do within a few weeks.", icon=":material/history:")
        return
    columns = (
        {"text": "Forecasts of"},
        {"text": "Interval", "align": "right"},
        {"text": "Inside", "align": "right"},
        {"text": "Error against naive", "align": "right", "sub": "middle of all series"},
        {"text": "Does the interval keep its word?", "sub": "in each series; overlapping forecasts count once"},
    )
    board(columns, score_rows(rows), "How the weekly forecasts have done", key)


def score_rows(rows: pl.DataFrame) -> list[Row]:
    """A heading a kind, then each target and nominal share; published and backtest stand apart."""
    told: list[Row] = []
    for (kind,), group in rows.partition_by("kind", as_dict=True, maintain_order=True).items():
        told.append({"group": f"{KINDS[kind]}: {MEANINGS[kind]}"})
        told += [{"cells": _cells(row)} for row in group.iter_rows(named=True)]
    return told


def _cells(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    ratio = row["beats_naive"]
    better = words.NOTHING if ratio is None else f"{abs(1 - ratio):.0%} {'smaller' if ratio < 1 else 'larger'}"
    return [
        {"head": True, "text": TARGETS[row["target"]].capitalize()},
        {"text": f"{row['nominal']}%", "align": "right"},
        {
            "text": words.value(row["share_inside"], "share", short=True),
            "sub": f"{row['inside']:,} of {row['with_interval']:,}",
            "align": "right",
        },
        {"text": better, "sub": f"nearer in {row['beating']:,} of {row['compared']:,} series", "align": "right"},
        {"text": verdicts(row), "sub": f"of {words.count(row['series'], 'series', 'series')}"},
    ]


def verdicts(row: Mapping[str, Any]) -> str:
    """How many series keep their word, out of all; forecasts that overlap count once, so most need more time."""
    names = {"keeping": "yes", "narrow": "no (too narrow)", "wide": "no (too wide)", "untold": "too early to tell"}
    return "; ".join(f"{row[name]:,} {text}" for name, text in names.items() if row[name]) or words.NOTHING

"""What was declared or promised about an indicator: steps of measuring, and commitments of owners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import judgement, words
from bellwether.views.board import Cell, board
from bellwether.views.chosen import ALL_SILOS, Chosen


def done_about_it(chosen: Chosen, marks: pl.DataFrame) -> None:
    """The steps and commitments of the chosen silo (of all, where none is chosen), the newest first."""
    rows = marks if chosen.silo == ALL_SILOS else marks.filter(silo=chosen.silo)
    if not rows.height:
        st.caption(
            f"No commitment is made on {chosen.about['title'].lower()} here, and no step declared. "
            "Commitments are made on the page Quick wins."
        )
        return
    lines = [{"cells": [_cell(row)]} for row in rows.sort("day", descending=True).iter_rows(named=True)]
    board([], lines, "Steps and commitments", "marks")


def _cell(row: Mapping[str, Any]) -> Cell:
    if row["kind"] == "step":
        told = f"Step declared for the week of {words.day(row['day'])} by {row['who'] or 'nobody named'}"
        return {"shape": "┃", "tone": "calm", "strong": row["label"], "sub": f"{told} · {row['silo']}"}
    if row["kind"] == "done":
        told = f"Done on {words.day(row['day'])} by {row['who'] or 'nobody named'}"
        return {"shape": "◆", "tone": "calm", "strong": row["label"], "sub": f"{told} · {row['silo']}"}
    told = f"Commitment of {row['who'] or 'nobody named'}: from {words.day(row['day'])} to {words.day(row['due'])}"
    verdict = f", verdict: {judgement.badge({'word': row['verdict']})[0]}" if row["verdict"] else ""
    return {
        "shape": "◆",
        "tone": "calm",
        "strong": row["label"],
        "sub": f"{told}, {row['state']}{verdict} · {row['silo']}",
    }

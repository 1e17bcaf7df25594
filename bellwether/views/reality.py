"""The reality check: what is seen, owned, agreed, proven and kept, counted from the product's own state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import words
from bellwether.views.board import Row, board
from bellwether.views.plain import literal

RUNGS = {1: "See", 2: "Own", 3: "Agree", 4: "Prove", 5: "Keep"}
# What a measure counts, and what to do about the rest.
MEASURES: dict[str, tuple[str, str]] = {
    "customers": ("Contacts with a known customer", "have the tool pass on the customer's number"),
    "touchpoints": ("Touchpoints whose customers were asked and answered", "ask after contacts there"),
    "promises": ("Human contacts with a date promised", "give customers a date, and record it"),
    "leaders": ("Silos with a leader", "name who leads it"),
    "owners": ("Indicators in silos with an owner", "name who answers for it"),
    "standards": ("Indicators with a standard", "agree on a target"),
    "agreements": ("Silos' agreements to standards", "ask its leader to agree or to object"),
    "proof": ("Indicators tried as early warnings", "collect more customers or a longer history"),
    "verdicts": ("Commitments with a verdict", "let it run until its verdict is due"),
    "on time": ("Promised commitments that are not late", "finish it, or move its day and say why"),
    "met": ("Standards met over the last four weeks", "make a commitment that moves it"),
}
NOTE = (
    "Counted from the data and from what people have decided; nothing here is filled in. What is not seen can't be "
    "owned, what nobody owns can't be agreed on, and what was never agreed can't be kept."
)
# A rung holds the next one once so much of it is done.
HOLDS = 0.9
COLUMNS = (
    {"text": "Rung"},
    {"text": "What is counted"},
    {"text": "Done", "align": "right"},
    {"text": "Left", "align": "right"},
    {"text": "Largest gap"},
    {"text": "What to do there"},
)


def table(state: pl.DataFrame) -> pl.DataFrame:
    """The ladder with headings in words, for taking along."""
    rows = [
        (RUNGS[row["rung"]], MEASURES[row["measure"]][0], row["done"], row["of"], row["example"])
        for row in _counted(state).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, ["Rung", "What is counted", "Done", "Of", "Largest gap"], orient="row")


def next_step(state: pl.DataFrame) -> Mapping[str, Any] | None:
    """The measure to work on next: the one least done of the lowest rung that doesn't hold yet; None at the top.

    A rung is needed by those above it: nobody can agree on what nobody sees.
    """
    share = pl.col("done") / pl.col("of")
    left = _counted(state).with_columns(share=share).filter(share < 1)
    loose = left.filter(share < HOLDS)
    found = loose.sort("rung", "share") if loose.height else left.sort("share")
    return found.row(0, named=True) if found.height else None


def headline(state: pl.DataFrame) -> None:
    """Accomplished, left, and the next best step, in one row."""
    counted = _counted(state)
    whole = counted.filter(pl.col("done") == pl.col("of")).height
    step = next_step(state)
    tiles = [("Accomplished", f"{whole} of {counted.height}", "counts that are complete")]
    held = [RUNGS[rung] for rung in RUNGS if _holds(counted, rung)]
    tiles.append(
        ("Rungs that hold", ", ".join(held) or "none yet", f"at least {HOLDS:.0%} of each count on them is done")
    )
    advice = _advice(step) if step else ("Keep it so", "everything that is counted here is done")
    for column, tile in zip(st.columns([22, 22, 56], gap="small"), [*tiles, ("Next best step", *advice)], strict=True):
        with column:
            _tile(*tile)


def _tile(label: str, value: str, note: str) -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.caption(label)
        st.markdown(f"#### {literal(value)}")
        st.caption(note)


def _advice(step: Mapping[str, Any]) -> tuple[str, str]:
    what, do = MEASURES[step["measure"]]
    where = f"{step['example']}: {do}" if step["example"] else do
    return f"{where[0].upper()}{where[1:]}", f"{what}: {step['done']:,} of {step['of']:,}. Rung: {RUNGS[step['rung']]}."


def _holds(counted: pl.DataFrame, rung: int) -> bool:
    mine = counted.filter(pl.col("rung") == rung)
    return bool(mine.height) and bool((mine["done"] >= HOLDS * mine["of"]).all())


def ladder(state: pl.DataFrame) -> None:
    """Every count with what is left of it and where the largest part of that lies."""
    board(COLUMNS, [_line(row) for row in _counted(state).iter_rows(named=True)], "The ladder", "ladder")
    if absent := [MEASURES[one][0] for one in state.filter(pl.col("of") == 0)["measure"]]:
        st.caption(f"Nothing to count yet: {', '.join(absent)}.")


def _line(row: Mapping[str, Any]) -> Row:
    what, do = MEASURES[row["measure"]]
    left = row["of"] - row["done"]
    share = words.value(row["done"] / row["of"], "share", short=True)
    return {
        "cells": [
            {"head": True, "text": RUNGS[row["rung"]]},
            {"text": what},
            {"text": share, "sub": f"{row['done']:,} of {row['of']:,}", "align": "right"},
            {
                "text": f"{left:,}" if left else "none",
                "shape": "" if left else "●",
                "tone": "calm",
                "align": "right",
            },
            {"text": row["example"] or words.NOTHING},
            {"text": do if left else words.NOTHING},
        ]
    }


def _counted(state: pl.DataFrame) -> pl.DataFrame:
    return state.filter(pl.col("of") > 0)

"""What the data say a commitment did: the verdict, what it was compared with, the checks, and the event study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.accountability.commitments import DONE, STARTED, Commitment
from bellwether.views import judgement, look, show, words
from bellwether.views.board import Cell, board
from bellwether.views.event_study import event_study
from bellwether.views.plain import literal

PASSED = {True: ("✓", "passed"), False: ("✗", "failed"), None: ("○", "too little to check with")}
# Not checks that can be passed, but what to know of the comparison.
NOTES = ("left out", "other commitments")
MEASURES = {judgement.INDICATOR: "On its indicator", judgement.LOYALTY: "On loyalty"}


def effect(
    one: Commitment, verdicts: pl.DataFrame, checks: pl.DataFrame, blocks: pl.DataFrame, points: pl.DataFrame
) -> None:
    """The verdict on the declared indicator, then on loyalty. The frames are the answers of `quick_wins/`."""
    rows = [row for row in verdicts.filter(commitment=one.id).iter_rows(named=True) if row["measure"] in MEASURES]
    if not rows:
        st.info(_unjudged(one), icon=":material/hourglass_empty:")
        return
    for row in sorted(rows, key=lambda row: list(MEASURES).index(row["measure"])):
        mine = pl.col("commitment") == one.id, pl.col("measure") == row["measure"]
        _said(row)
        frames = (frame.filter(*mine) for frame in (checks, blocks, points))
        if row["measure"] == judgement.INDICATOR:
            _shown(row, *frames)
            continue
        with st.expander("What that rests on", key=f"loyalty {one.id}", on_change="rerun") as shown:
            if shown.open:
                _shown(row, *frames)


def _unjudged(one: Commitment) -> str:
    if one.state not in (STARTED, DONE):
        return "There is nothing to judge before it has started."
    if not one.indicator or not one.treats:
        return "It declares no indicator or nothing that it treats, so the data can't judge it."
    return "The data on screen have no verdict on it. If it began after the last refresh, the next one will judge it."


def _said(row: Mapping[str, Any]) -> None:
    state = judgement.state(row)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{MEASURES[row['measure']]}**", width="content")
        st.badge(f"{state.shape} {state.word}", color=look.BADGES[state.tone], help=state.meaning)
    st.markdown(judgement.sentence(row))
    st.caption(literal(row["why"]))


def _shown(row: Mapping[str, Any], checks: pl.DataFrame, blocks: pl.DataFrame, points: pl.DataFrame) -> None:
    if blocks.height:
        about = f"Effect on {row['title'].lower()}, {row['measure']}"
        alt = f"The gap to the comparison by four weeks with 95% intervals: {row['word']}"
        show.chart(event_study(blocks, points, row), about, alt, f"study {row['commitment']} {row['measure']}")
        st.caption("The gap to the comparison in blocks of four weeks, with 95% intervals; thin line: week by week.")
    st.markdown(f":gray[Compared with] {literal(row['comparison'])}. :gray[{weeks(row)}]")
    if checks.height:
        lines = [{"cells": [_check(check)]} for check in checks.sort("place").iter_rows(named=True)]
        board([], lines, f"Checks, {MEASURES[row['measure']].lower()}", f"checks {row['measure']}")


def weeks(row: Mapping[str, Any]) -> str:
    """How much time it rests on."""
    needed = f"; {row['weeks_needed']} are needed after it" if row["weeks_needed"] else ""
    return (
        f"{row['design'].capitalize()}, {words.count(row['weeks_before'], 'week')} before and "
        f"{words.count(row['weeks_after'], 'week')} after the start{needed}."
    )


def _check(check: Mapping[str, Any]) -> Cell:
    shape, word = PASSED[check["passed"]]
    if check["name"] in NOTES:
        return {"shape": "○", "tone": "calm", "strong": f"{check['name'].capitalize()}:", "sub": check["result"]}
    tone = "bad" if check["passed"] is False else "calm"
    return {"shape": shape, "tone": tone, "strong": f"{check['name'].capitalize()}: {word}", "sub": check["result"]}

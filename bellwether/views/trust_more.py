"""How far to trust the evidence and the weekly forecasts: what they rest on, and when not to."""

from __future__ import annotations

import polars as pl
import streamlit as st

from bellwether.views import proofs, show, track, words
from bellwether.views.board import board
from bellwether.views.trust import never, of_ten

NOT_THE_EVIDENCE = (
    "As cause: who improves the indicator may or may not keep customers; a verdict on a commitment tells.",
    "For customers without a reading: it speaks for the others only.",
    "For ever: it is tried again as windows close, and the badge is lost when the proof decays.",
)
NOT_THE_FORECASTS = (
    "After a change of how something is measured, or a jump: it goes on as the past did.",
    "Where the record above says the interval is too narrow.",
    "Week by week for a small silo: read the quarter.",
)


def evidence_card(basis: pl.DataFrame, rows: pl.DataFrame) -> None:
    """The evidence of what runs ahead. The frames are the answers of `outlook/basis` and `outlook/proofs`."""
    show.heading("The evidence: what runs ahead", proofs.in_words(rows), "evidence card")
    row = basis.row(0, named=True) if basis.height else {}
    if not row or row["lacks"] or not rows.height:
        st.info(row.get("lacks") or "Nothing has been tried yet.", icon=":material/hourglass_empty:")
        return
    span = words.span(row["first_origin"].date(), row["last_origin"].date())
    told = {
        f"Tried at {words.count(row['origins'], 'past date')}, {row['origins_apart']} of which without overlap": span,
        f"{words.count(row['studied'], 'customer')} studied of {words.count(row['customers'])}": (
            f"{words.count(rows.height, 'candidate')}; each was added to a model that knows recency, frequency, value, "
            "tenure, past outcomes and season"
        ),
        _alone(row["baseline_auc"]): "what an indicator adds to it is its skill (AUC; a coin does 5 in 10)",
        "Chance is kept out": "at most 5% of the badges may be luck; each must have helped at four past dates in five",
        "Placebo check": proofs.placebos(rows) or "Not run",
    }
    board([], [{"cells": [{"strong": a, "sub": b}]} for a, b in told.items()], "The evidence", "evidence card")
    never(NOT_THE_EVIDENCE)


def forecast_card(scores: pl.DataFrame, series: pl.DataFrame) -> None:
    """The weekly forecasts. The frames are the answers of `outlook/scores` and `outlook/series`."""
    show.heading("The forecasts: weeks ahead", track.scores_table(scores), "forecast card")
    if not series.height:
        st.info("Nothing has been forecast yet.", icon=":material/hourglass_empty:")
        return
    told = series.filter("told")
    st.markdown(
        f"{told.height} of {words.count(series.height, 'series', 'series')} are forecast: the mean of exponential "
        "smoothing and the theta method, with a yearly season where it helps. Intervals are as wide as the same method "
        "was off at earlier dates, pooled over like series."
    )
    track.scores(scores, "card scores")
    never(NOT_THE_FORECASTS)


def _alone(auc: float | None) -> str:
    if auc is None:
        return "That model alone could not be judged yet"
    return f"That model alone sorts two customers rightly {of_ten(auc)}"

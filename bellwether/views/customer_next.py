"""What a customer is likely to need next, how often that was right, and the reasons of their outlook, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import current, words
from bellwether.views.board import board

FEATURES = {
    "frequency": "how often they turned to us in a year",
    "frequency_lately": "how often they turned to us lately",
    "recency": "how long ago they last turned to us",
    "tenure": "how long they have been with us",
    "value": "what they pay",
    "renewals": "how often they have renewed",
    "lapses_before": "that they left before",
    "upgrades": "that they took more of us",
    "downgrades": "that they stepped down",
    "due_soon": "that their contract is due soon",
    "long_term": "the length of their contract",
    "season_sine": "the season",
    "season_cosine": "the season",
    "contacts": "how often they turned to us",
    "time and term": "the end of their term",
}
PARTS = {
    "newest": "the latest reading of “{}”",
    "change": "how “{}” has changed for them",
    "since": "how long ago “{}” was last read",
}


def feature(name: str) -> str:
    """A feature of the outlook in words."""
    indicator, _, part = name.partition(":")
    if part in PARTS:
        try:
            return PARTS[part].format(current.indicator(indicator).title.lower())
        except LookupError:
            return PARTS[part].format(indicator.replace("_", " "))
    return FEATURES.get(name, name.replace("_", " "))


def reasons(rows: pl.DataFrame, one: Mapping[str, Any]) -> None:
    """What raises and lowers the risk. rows: answer of `customers/reasons`."""
    if not rows.height:
        st.caption(
            "No reasons are told: there is no outlook for this customer."
            if one["retained"] is None
            else "Reasons are told for the customers most at risk only."
        )
        return
    columns = ({"text": "Reason"}, {"text": "Risk of leaving"})
    lines = [{"cells": reason(row)} for row in rows.iter_rows(named=True)]
    board(columns, lines, "Why the outlook is what it is", "reasons")
    st.caption("Against an average customer. Reasons of the forecast, not causes.")


def reason(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A reason, and by how much it moves the risk."""
    raises = row["times"] >= 1
    times = row["times"] if raises else 1 / row["times"]
    said = f"{times:.1f} times {'as high' if raises else 'lower'}" if times >= 1.05 else "hardly moved"
    mark = {"shape": "▼", "tone": "bad"} if raises else {"shape": "▲", "tone": "good"}
    text = feature(row["feature"])
    return [{"head": True, "text": text[:1].upper() + text[1:]}, {"text": said, **(mark if times >= 1.05 else {})}]


def need(rows: pl.DataFrame) -> None:
    """The likeliest reasons, and how often such a guess was right. rows: answer of `customers/needs`."""
    row = rows.row(0, named=True) if rows.height else {"refusal": "Nothing is on record.", "reason": None}
    if row["refusal"]:
        st.caption(f"Cannot tell yet. {row['refusal']}")
        return
    if row["reason"] is None:
        st.caption("This customer has not turned to us for a named reason in two years, so nothing is foretold.")
        return
    st.markdown(
        f"**{row['reason'].capitalize()}**, if anything: {share(row['any_need'])} that they turn to us within "
        f"{row['horizon_weeks']} weeks."
    )
    columns = (
        {"text": "Reason"},
        {"text": "Comes next", "align": "right", "sub": f"and within {row['horizon_weeks']} weeks"},
        {"text": "Of next needs", "align": "right"},
        {"text": "Of everybody's", "align": "right"},
    )
    board(columns, [{"cells": _line(one)} for one in rows.iter_rows(named=True)], "Likeliest needs", "needs")
    st.caption(hits(row))


def _line(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    figures = [{"text": share(row[name]), "align": "right"} for name in ("chance", "of_next", "base")]
    return [{"head": True, "text": row["reason"].capitalize()}, *figures]


def share(value: float) -> str:
    return words.value(value, "share", short=True)


def hits(row: Mapping[str, Any]) -> str:
    """How often such a guess was right, beside the base rate; plainly where it is no better."""
    of = f"of {words.count(row['judged'], 'need')} that came"
    mine, usual = f"{100 * row['hit']:.1f}%", f"{100 * row['guess']:.1f}%"
    if row["better"] and row["gain_low"] > 0:
        return f"The likeliest reason was right for {mine} {of}; the base rate's one guess for {usual}."
    three = f"{100 * row['hit_three']:.0f}% against {100 * row['guess_three']:.0f}%"
    if row["better"]:
        return (
            f"It names the reason no more often than the base rate does ({mine} and {usual} {of}; among three "
            f"{three}); only its chances are a little sharper ({100 * row['saved']:.1f}% less surprise)."
        )
    return f"No better than the base rate ({mine} and {usual} {of}), so the base rate is what you see."

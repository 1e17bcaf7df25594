"""What goes into service, silo by silo, beside the loyalty that is at risk there and what the verdicts said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from bellwether.accountability.commitments import Commitment
from bellwether.verdicts import WORKED, WORSE
from bellwether.views import words
from bellwether.views.board import Row, board

WHOLE = "All silos"
COLUMNS = (
    {"text": "Silo"},
    {"text": "Service in twelve months", "align": "right"},
    {"text": "Of all development", "align": "right"},
    {"text": "Loyalty at risk", "align": "right", "sub": "next quarter"},
    {"text": "Share of the risk", "align": "right"},
    {"text": "Verdicts"},
)


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The silos with headings in words, for taking along."""
    names = {"silo": "Silo", "service": "Service", "development": "All development", "share": "Share of service"}
    names |= {"at_risk": "Loyalty at risk", "currency": "Currency"}
    return rows.select(pl.col(name).alias(word) for name, word in names.items())


def investment(rows: pl.DataFrame, made: Sequence[Commitment], verdicts: Mapping[str, Mapping[str, Any]]) -> None:
    """rows: answer of `quick_wins/investment`. verdicts: commitment -> its verdict on its indicator."""
    if not rows.height:
        st.markdown(
            "No spending is on record. An export of investments (period, silo, service or product, amount) shows it."
        )
        return
    at_risk = dict(rows.select("silo", "at_risk").iter_rows())
    lines = [_line(row, at_risk.get(WHOLE), _told(row["silo"], made, verdicts)) for row in rows.iter_rows(named=True)]
    board(COLUMNS, lines, "Service investment by silo", "investment")
    st.caption(_note(rows))


def _line(row: Mapping[str, Any], whole: float | None, told: str) -> Row:
    risk = row["at_risk"]
    share = risk / whole if risk is not None and whole else None
    return {
        "cells": [
            {"head": True, "text": row["silo"]},
            {"text": words.about(row["service"], row["currency"]), "align": "right"},
            {"text": words.value(row["share"], "share", short=True), "align": "right"},
            {"text": words.about(risk, row["currency"]) if risk is not None else "not known", "align": "right"},
            {"text": words.value(share, "share", short=True), "align": "right"},
            {"text": told},
        ]
    }


def _told(silo: str, made: Sequence[Commitment], verdicts: Mapping[str, Mapping[str, Any]]) -> str:
    """The silo's verdicts in a few words."""
    mine = [one for one in made if silo in (WHOLE, one.silo)]
    said = [verdicts[one.id]["word"] for one in mine if one.id in verdicts]
    counts = [(said.count(word), word) for word in (WORKED, WORSE) if word in said]
    others = len(said) - sum(count for count, _ in counts)
    parts = [f"{count} {word}" for count, word in counts] + ([f"{others} other"] if others else [])
    return ", ".join(parts) or "none"


def _note(rows: pl.DataFrame) -> str:
    left_out = rows["left_out"].max()
    note = "Loyalty at risk: what customers whom the silo dealt with last may take along, by the outlook."
    return f"{note} {words.count(left_out, 'row')} in another currency left out." if left_out else note

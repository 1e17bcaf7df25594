"""Silos that look perfect because nothing is measured there: what each is never asked, and never found out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import words
from bellwether.views.board import Row, board

COLUMNS = (
    {"text": "Silo"},
    {"text": "Contacts in a year", "align": "right"},
    {"text": "Indicators", "align": "right"},
    {"text": "Promises with a date", "align": "right"},
    {"text": "Answers", "align": "right"},
    {"text": "What nobody would notice"},
)
# Below this share of its human contacts a silo promises nothing that one could hold it to.
HARDLY = 0.05
# So many indicators fewer than elsewhere, and a silo is seen with one eye.
HALF = 0.5


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """The silos with headings in words, for taking along."""
    names = {"silo": "Silo", "leader": "Leader", "contacts": "Contacts", "indicators": "Indicators"}
    names |= {"promised": "Promises with a date", "answers": "Answers", "resolved": "Contacts with an end"}
    return rows.select(pl.col(name).alias(word) for name, word in names.items())


def unseen(rows: pl.DataFrame) -> None:
    """rows: answer of `reality_check/unseen`."""
    if not rows.height:
        st.markdown("No contact names a silo, so no silo can be looked at.")
        return
    board(COLUMNS, [_line(row) for row in rows.iter_rows(named=True)], "What is measured, silo by silo", "unseen")


def _line(row: Mapping[str, Any]) -> Row:
    blind = blind_spots(row)
    promised = words.value(row["promised"], "share", short=True) if row["human"] else "no human contact"
    return {
        "cells": [
            {"head": True, "text": row["silo"], "sub": row["leader"] or "no leader named"},
            {
                "text": f"{row['contacts']:,}",
                "sub": f"{words.value(row['share_of_contacts'], 'share', short=True)} of all",
                "align": "right",
            },
            {"text": f"{row['indicators']} of {row['of_indicators']}", "align": "right"},
            {"text": promised, "align": "right"},
            {"text": f"{row['answers']:,}", "align": "right"},
            {
                "text": ", ".join(blind) or "nothing of this kind",
                "shape": "○" if blind else "●",
                "tone": "bad" if blind else "calm",
            },
        ]
    }


def blind_spots(row: Mapping[str, Any]) -> list[str]:
    """What of a silo nobody would notice, in words."""
    found = []
    if row["human"] and (row["promised"] or 0) < HARDLY:
        found.append("a broken promise" if not row["without_date"] else "by how much it is late")
    if not row["answers"]:
        found.append("what customers think of it")
    if not row["resolved"]:
        found.append("how long things take")
    if row["indicators"] < HALF * row["of_indicators"]:
        found.append(f"{row['of_indicators'] - row['indicators']} indicators that others have")
    return found

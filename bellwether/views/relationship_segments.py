"""Segments that people have named, and those found: how large, in which state, of what value, and what matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import words
from bellwether.views.board import Cell, board

SHARES = ("advocate_share", "indifferent_share", "at_risk_share", "silent_share")
ITEMS = {
    "understood": "being understood",
    "respected": "being respected",
    "valued": "being valued",
    "empathy": "empathy",
    "surprised": "pleasant surprise",
    "ease": "ease",
}


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Segments in words. rows: answer of `relationship/segments`, without what is hidden."""
    told = rows.filter(pl.col("observations").is_not_null())
    return told.select(
        Kind="kind",
        Segment="segment",
        Meaning="meaning",
        Customers="observations",
        Share="share",
        Advocates="advocate_share",
        Indifferent="indifferent_share",
        **{"At risk": "at_risk_share", "Silent": "silent_share", "Worth a year": "value"},
        **{
            "Matters most": "matters",
            "Share of the answers": "matters_value",
            "Low": "matters_low",
            "High": "matters_high",
        },
    )


def named(rows: pl.DataFrame) -> None:
    """The segments that people have named. rows: answer of `relationship/segments`."""
    mine = rows.filter(kind="named")
    if mine.is_empty():
        st.info(
            "The customers' export has no segment, or no customer has been here for a year. What each segment means is "
            "written in `data/governance/segments.csv`.",
            title="No named segments",
            icon=":material/group:",
        )
        return
    _board(mine, "Named segments")


def found(rows: pl.DataFrame, search: pl.DataFrame) -> None:
    """The segments that were found, or why there are none. search: answer of `relationship/segment_search`."""
    st.markdown(sentence(rows, search))
    mine = rows.filter(kind="found")
    if mine.height:
        _board(mine, "Found segments")
    st.caption(
        "Customers are grouped by what they were like over a year: contacts online and with people, failures, answers, "
        "value, tenure. Groups count only where two random halves of the customers give the same ones (agreement of .8 "
        "or more), and where they are clearly tighter than in made-up customers with the same values and no groups. "
        "Names last from one refresh to the next."
    )


def sentence(rows: pl.DataFrame, search: pl.DataFrame) -> str:
    if search.is_empty() or search["customers"][0] is None:
        return "Nothing was looked for: there are no customers at the end of a month."
    row = search.row(0, named=True)
    if not row["found"]:
        tried = search["groups"].drop_nulls()
        best = search["stability"].drop_nulls()
        how = (
            f" Of three to eight groups the steadiest agrees with itself by {best.max():.2f}; it takes .80."
            if len(tried)
            else ""
        )
        return (
            f"**No segments are found among {words.count(row['customers'], 'customer')}**: {row['why']}. They differ "
            f"smoothly, and any line between them would be drawn at will.{how}"
        )
    again = ""
    if row["agreement"] is not None:
        again = f" They agree with those of the version before by {row['agreement']:.2f}; "
        again += f"{row['kept_names']} keep their names."
    kept = search.filter(groups=row["found"])
    stable = (
        f", and come back from half of the customers with an agreement of {kept['stability'][0]:.2f}"
        if kept.height
        else ""
    )
    return f"**{row['found']} segments are found among {words.count(row['customers'], 'customer')}**{stable}.{again}"


def _board(rows: pl.DataFrame, caption: str) -> None:
    columns = (
        {"text": "Segment"},
        {"text": "Customers", "align": "right"},
        {"text": "Advocates", "align": "right"},
        {"text": "Indifferent", "align": "right"},
        {"text": "At risk", "align": "right"},
        {"text": "Silent", "align": "right"},
        {"text": "Worth a year", "align": "right"},
        {"text": "Matters most", "sub": "share of the answers' differences"},
    )
    board(columns, [{"cells": _line(row)} for row in rows.iter_rows(named=True)], caption, caption)


def _line(row: Mapping[str, Any]) -> list[Cell]:
    name = {"head": True, "text": row["segment"][:1].upper() + row["segment"][1:], "sub": row["meaning"] or ""}
    if row.get("too_few"):
        return [
            name,
            {"text": words.TOO_FEW_PEOPLE, "align": "right"},
            *({"text": words.NOTHING, "align": "right"},) * 6,
        ]
    return [
        name,
        {
            "text": words.count(row["observations"]),
            "sub": words.value(row["share"], "share", short=True),
            "align": "right",
        },
        *({"text": words.value(row[name_], "share", short=True), "align": "right"} for name_ in SHARES),
        {"text": words.money(row["value"], row["currency"]) if row["value"] else words.NOTHING, "align": "right"},
        _matters(row),
    ]


def _matters(row: Mapping[str, Any]) -> Cell:
    if row["matters"] is None:
        return {"text": "too few answers", "tone": "faint"}
    value, sure = words.estimate(row["matters_value"], row["matters_low"], row["matters_high"], "share", most=0)
    return {
        "text": ITEMS[row["matters"]],
        "sub": f"{value} ({sure})",
        "tip": f"From {words.count(row['answers'], 'answer')}",
    }

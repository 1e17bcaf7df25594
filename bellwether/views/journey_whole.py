"""One customer, several silos: how coherent the experience is, and which silo pulls it apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.trends.verdict import sign_of
from bellwether.views import go, words
from bellwether.views.board import board

MOST = 10


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Every indicator's coherence, for taking along. rows: answer of `journey/coherence`."""
    return rows.select(
        Indicator="title",
        **{"Within customers, between silos": "value", "Low": "low", "High": "high", "Customers": "observations"},
        **{"of several silos": "several", "Silos": "silos"},
    )


def apart_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Each silo against elsewhere, for taking along. rows: answer of `journey/apart`."""
    return rows.select(
        Silo="silo",
        Customers="observations",
        **{"Here less elsewhere": "value", "Low": "low", "High": "high"},
        Verdict="word",
    )


def sentence(rows: pl.DataFrame, about: Mapping[str, Any]) -> str:
    """The chosen indicator's share in one sentence; "" where it can't be told."""
    one = next(iter(rows.filter(indicator=about["indicator"]).iter_rows(named=True)), None)
    if one is None or one["value"] is None:
        return ""
    share, sure = words.estimate(one["value"], one["low"], one["high"], "share")
    sampled = f", a sample of {words.count(one['sampled_of'])}" if (one["sampled_of"] or 0) >= 100_000 else ""
    return (
        f"**{share}** ({sure}) of the spread in *{one['title'].lower()}* lies within customers, between the silos that "
        f"they met; from {words.count(one['several'], 'customer')} who met more than one{sampled}."
    )


def spreads(rows: pl.DataFrame, about: Mapping[str, Any]) -> None:
    """The share of every indicator on one scale. rows: answer of `journey/coherence`."""
    told = rows.drop_nulls("value")
    if not told.height:
        cannot_tell()
        return
    most = max(told["high"].drop_nulls().max() or 0, told["value"].max(), 0.01)
    lines = []
    for row in told.head(MOST).iter_rows(named=True):
        share, sure = words.estimate(row["value"], row["low"], row["high"], "share")
        at = {name: 100 * (row["value"] if row[name] is None else row[name]) / most for name in ("low", "high")}
        lines.append(
            {
                "cells": [
                    {"head": True, "text": row["title"]},
                    {"bar": {**at, "at": 100 * row["value"] / most}, "tip": sure},
                    {"text": share, "sub": sure, "align": "right"},
                ],
                "chosen": row["indicator"] == about["indicator"],
            }
        )
    columns = [
        {"text": "Indicator"},
        {"text": "", "align": "wide"},
        {"text": "Between the silos of one customer", "sub": "share of all spread, 95% interval", "align": "right"},
    ]
    board(columns, lines, "How much of each indicator's spread lies between one customer's silos", "coherence")


def cannot_tell() -> None:
    st.info(
        "It takes customers who were met by more than one silo, and more than once by one of them.",
        title="Coherence can't be told from these exports",
        icon=":material/hub:",
    )


def apart(rows: pl.DataFrame, about: Mapping[str, Any]) -> None:
    """Each silo against what the same customers met elsewhere. rows: answer of `journey/apart`."""
    told = rows.drop_nulls("value")
    if not told.height:
        st.caption("No silo of this indicator shares enough customers with another to be compared.")
        return
    edge = max(told.select(pl.max_horizontal(pl.col("low", "high", "value").abs())).to_series().max(), 1e-9)
    lines = []
    for row in told.head(MOST).iter_rows(named=True):
        worse, better = row["word"] == "worse than elsewhere", row["word"] == "better than elsewhere"
        shape, tone = ("▼", "bad") if worse else ("▲", "good") if better else ("●", "calm")
        bounded = row["low"] is not None
        place = {name: 50 + 48 * (row[name] if bounded else row["value"]) / edge for name in ("low", "high")}
        lines.append(
            {
                "cells": [
                    {
                        **{"head": True, "text": row["silo"], "href": go.address(about["title"], row["silo"])},
                        "pick": {"indicator": about["indicator"], "title": about["title"], "silo": row["silo"]},
                        "label": f"{row['silo']}: open its chart",
                    },
                    {"bar": {**place, "at": 50 + 48 * row["value"] / edge, "target": 50}},
                    {
                        **{"text": words.change(row["value"], about["unit"], about["currency"]), "align": "right"},
                        "sub": words.changes(row["low"], row["high"], about["unit"], about["currency"])
                        if bounded
                        else "",
                        **{"shape": shape, "tone": tone, "tip": row["word"]},
                    },
                    {"text": words.count(row["observations"]), "align": "right"},
                ]
            }
        )
    columns = [
        {"text": "Silo"},
        {"text": "", "align": "wide"},
        {"text": "Here less elsewhere", "sub": "the same customers", "align": "right"},
        {"text": "Customers", "align": "right"},
    ]
    go.follow(board(columns, lines, f"{about['title']} in each silo against elsewhere", "apart"))
    way = "right of the line is better" if sign_of(about["better"]) > 0 else "left of the line is better"
    st.caption(f"Dashed: no difference; {way}. The intervals hold for all silos together.")

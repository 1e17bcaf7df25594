"""Recovery at a glance: how much is open and how old it is, by silo and kind, and how long it takes to put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import words
from bellwether.views.board import Cell, Row, board

BANDS = {2: "Up to 4 weeks", 3: "4 to 13 weeks", 4: "Over 13 weeks"}
MANY = {
    "broken promise": "broken promises",
    "reopened case": "reopened cases",
    "complaint": "complaints",
    "detractor's answer": "detractors' answers",
}


def within(days: int) -> str:
    """The standard as the age of what still keeps it."""
    return f"Within {words.count(days, 'day')}"


def headline(row: Mapping[str, Any]) -> None:
    """Four figures. row: answer of `recovery/headline`."""
    standard = words.count(row["standard_days"], "day")
    share = f": {words.value(row['beyond'] / row['open'], 'share', short=True)} of them" if row["open"] else ""
    unseen = f"{words.count(row['unseen'])} not acknowledged either" if row["unseen"] else "all acknowledged"
    unseen = "none acknowledged yet" if row["unseen"] == row["open"] else unseen
    aged = row["median_age"] is not None
    with st.grid(4, min_column_width=170, gap="small"):
        _figure("Not put right yet", words.count(row["open"]), _as_of(row))
        _figure("Beyond the standard", words.count(row["beyond"]), f"open for more than {standard}{share}")
        _figure("Assigned to nobody", words.count(row["unassigned"]), unseen if row["open"] else "")
        _figure(
            "Half are older than",
            words.count(round(row["median_age"]), "day") if aged else words.NOTHING,
            f"the oldest for {words.count(row['oldest_age'], 'day')}" if aged else "",
        )


def _as_of(row: Mapping[str, Any]) -> str:
    said = f"as of the newest export, {words.day(row['as_of'])}" if row["as_of"] else "as of the newest export"
    gone = words.count(row["gone"], "customer has", "customers have")
    return f"{said}; {gone} left with one open" if row["gone"] else said


def _figure(label: str, value: str, note: str) -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(label, value)
        st.caption(note)


# By age


def in_words(rows: pl.DataFrame, standard: int) -> pl.DataFrame:
    """Open failures by silo, kind and age, for taking along. rows: answer of `recovery/bands`."""
    ages = {1: within(standard), **BANDS}
    return rows.select(
        Silo="silo",
        Kind="kind",
        Age=pl.col("band").replace_strict(ages, default=None, return_dtype=pl.String),
        Open="failures",
        **{"Assigned to nobody": "unassigned", "Belongs to": "belongs_to"},
    )


def bands(rows: pl.DataFrame, standard: int, kinds: pl.DataFrame) -> None:
    """How many are open by age, a line a kind and a line a silo.

    rows: answer of `recovery/bands`. kinds: of `recovery/kinds`, those that are looked at.
    """
    if not rows.height:
        nothing_open(kinds["is_told"].any())
        return
    columns = [
        {"text": ""},
        {"text": within(standard), "align": "right"},
        *({"text": text, "align": "right"} for text in BANDS.values()),
        {"text": "Open", "align": "right", "sub": "beyond the standard"},
        {"text": "Belongs to"},
    ]
    lines: list[Row] = []
    for heading, by in (("By kind", "kind"), ("By silo", "silo")):
        lines += [{"group": heading}, *band_lines(rows, by)]
    board(columns, lines, "Open failures by age", "bands", narrow="scroll")


def nothing_open(told: bool) -> None:
    """Nothing is open, or nothing of it can be seen; these are not the same."""
    if told:
        st.success("Nothing that the exports or people here know of is open.", icon=":material/check_circle:")
        return
    st.info(
        "No export tells of a promised moment, a reopening, a complaint or a detractor. That nothing is listed is no "
        "good news: bring an export that holds one of them.",
        title="What went wrong can't be told from these exports",
        icon=":material/hourglass_empty:",
    )


def band_lines(rows: pl.DataFrame, by: str) -> list[Row]:
    """One line a member, the most failures beyond the standard first."""
    beyond = (pl.col("failures") * (pl.col("band") > 1)).sum()
    sums = rows.group_by(by).agg(failures=pl.col("failures").sum(), beyond=beyond, who=pl.col("belongs_to").max())
    counts = rows.group_by(by, "band").agg(pl.col("failures").sum())
    found = {(member, band): count for member, band, count in counts.iter_rows()}
    return [
        {"cells": _line(row, [found.get((row[by], band), 0) for band in (1, *BANDS)], by)}
        for row in sums.sort(["beyond", "failures", by], descending=[True, True, False]).iter_rows(named=True)
    ]


def _line(row: Mapping[str, Any], counts: Sequence[int], by: str) -> list[Cell]:
    state = {"shape": "▼", "tone": "bad"} if row["beyond"] else {"shape": "●", "tone": "calm"}
    name = MANY.get(row[by], row[by])
    return [
        {"head": True, "text": name[:1].upper() + name[1:]},
        *({"text": words.count(one) if one else words.NOTHING, "align": "right"} for one in counts),
        {
            "text": words.count(row["failures"]),
            "sub": f"{words.count(row['beyond'])} beyond" if row["beyond"] else "none beyond",
            "align": "right",
            **state,
        },
        {"text": (row["who"] or "nobody") if by == "silo" else ""},
    ]

"""What runs ahead, with the evidence: skill by lead, what it rests on, and what a dashboard would have shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import ahead, go, judged, proofs, show, what_if, words
from bellwether.views.board import Row, board

BOUND = {"bind": "query-params"}
SKILL_WORDS = {
    "title": "Indicator",
    "gap": "Weeks on",
    "skill": "Skill",
    "lower": "Low",
    "upper": "High",
    "passes": "Passes",
    "q": "Chance that this is luck",
    "share_positive": "Past dates at which it helped",
    "origins": "Past dates",
    "origins_apart": "Not overlapping",
    "customers": "Customers",
    "events": "Customers who went",
    "speaks_for": "Share it speaks for",
    "placebo_rate": "Placebos that passed",
    "placebos": "Placebos",
    "naive_correlation": "Naive correlation",
    "sorting": "Skill of the usual level",
    "sorting_lower": "Its low",
    "sorting_upper": "Its high",
}
MEANING = (
    "Skill is how much better the forecast of who goes gets when the readings of late, less what is usual for the "
    "customer, are added to all that was known anyway."
)


def chosen_proof(rows: pl.DataFrame, every: pl.DataFrame) -> str:
    """The evidence of one indicator, which the reader chooses; returns which.

    rows: answer of `outlook/proofs`. every: of `outlook/evidence`.
    """
    titles = dict(rows.select("indicator", "title").iter_rows())
    picked = st.selectbox("Indicator", list(titles), format_func=titles.get, width=320, key="proof", **BOUND)
    row = rows.filter(indicator=picked).row(0, named=True)
    gaps = every.filter(pl.col("skill").is_not_null(), pl.col("q").is_not_null(), indicator=picked)
    left, right = st.columns([58, 42], gap="medium")
    with left:
        table = gaps.select(pl.col(name).alias(word) for name, word in SKILL_WORDS.items())
        show.heading("Skill by how far ahead", table, "skill", MEANING)
        if gaps.height:
            show.chart(judged.skill_by_lead(gaps), f"{row['title']} skill", headline(row), "skill")
            st.caption("● proven that far ahead, ○ not. On the dotted line it would add nothing. Bars: 95% intervals.")
        else:
            st.info(proofs.why(row), icon=":material/hourglass_empty:")
    with right:
        show.heading("What it rests on")
        st.markdown(f"**{headline(row)}**")
        board([], facts(row), f"What the evidence of {row['title']} rests on", "facts")
    return picked


def headline(row: Mapping[str, Any]) -> str:
    """The verdict on one indicator as a sentence."""
    if row["lead_weeks"] is None:
        return f"{row['title']}: {row['proof']}. {proofs.why(row)}"
    return (
        f"{row['title']} runs ahead by {proofs.lead(row['lead_weeks'])}: at that lead it makes the forecast of who "
        f"goes {proofs.skill(row)} better."
    )


def facts(row: Mapping[str, Any]) -> list[Row]:
    """What the evidence rests on, line by line."""
    placebo = (
        f"{round(row['placebo_rate'] * row['placebos'])} of {row['placebos']} shuffled copies passed; "
        "chance lets one in forty"
        if row["placebos"]
        else "not run"
    )
    told = {
        f"{words.count(row['origins'], 'past date')} tried": f"{row['origins_apart']} of which without overlap",
        f"{words.count(row['customers'], 'customer')}": f"of whom {words.count(row['events'])} had the rarer outcome",
        f"Speaks for {words.value(row['speaks_for'], 'share', short=True)} of customers": (
            "of the others there was no reading; that they had none is known to the model anyway"
        ),
        "Placebo check": placebo,
        f"A dashboard would show a correlation of {signed(row['naive_correlation'])}": (
            "reading against staying, with nothing else taken into account"
        ),
    }
    return [{"cells": [{"strong": strong, "sub": sub}]} for strong, sub in told.items()]


def signed(number: float | None) -> str:
    """A correlation with two decimals and a real minus."""
    return words.NOTHING if number is None else f"{number:+.2f}".replace("-", words.MINUS)


def ranking(rows: pl.DataFrame) -> None:
    """What a dashboard would have shown: all candidates by correlation, with what the proof says of each."""
    show.heading(
        "What a dashboard would have shown",
        rows.select(Indicator="title", **{"Naive correlation": "naive_correlation", "Verdict": "proof"}),
        "ranking",
        "Readings against staying, with nothing else taken into account. A strong correlation that the proof refuses "
        "is what others would have called leading.",
    )
    columns = ({"text": "Indicator"}, {"text": "Correlation", "align": "right"}, {"text": "What the proof says"})
    go.follow(board(columns, ranked(rows), "Candidates by naive correlation", "ranking"))


def ranked(rows: pl.DataFrame) -> list[Row]:
    """The candidates, the strongest correlation first."""
    known = rows.filter(pl.col("naive_correlation").is_not_null())
    return [
        {
            "cells": [
                {
                    "head": True,
                    "text": row["title"],
                    "pick": {"proof": row["indicator"], "title": row["title"]},
                    "href": go.proof_address(row["title"]),
                },
                {"text": signed(row["naive_correlation"]), "align": "right"},
                {
                    "text": proofs.verdict(row["proof"]),
                    "shape": "★" if row["lead_weeks"] is not None else proofs.SHAPES.get(row["proof"], "○"),
                    "tone": "calm" if row["lead_weeks"] is not None else "faint",
                },
            ]
        }
        for row in known.sort(pl.col("naive_correlation").abs(), descending=True).iter_rows(named=True)
    ]


def evidence(rows: pl.DataFrame, every: pl.DataFrame, basis: pl.DataFrame, moved: pl.DataFrame) -> None:
    """The whole section: one indicator's evidence, what if it stood elsewhere, all by naive correlation, the failed.

    rows: answer of `outlook/proofs`. every: of `outlook/evidence`. basis: of `outlook/basis`. moved: of
    `outlook/what_if`.
    """
    if not rows.height:
        ahead.nothing_tried(basis)
        return
    what_if.what_if(moved, chosen_proof(rows, every))
    left, right = st.columns([40, 60], gap="medium")
    with left:
        ranking(rows)
    with right:
        unproven = rows.filter(pl.col("lead_weeks").is_null())
        show.heading("Looks back: no proof that they run ahead", proofs.in_words(unproven), "looks back")
        st.caption(f"Read these as what has been. {proofs.tally(unproven)}")
        go.follow(proofs.failed(unproven, "failed here"))

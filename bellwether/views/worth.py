"""All commitments together: the share that worked, what chance alone gives, how long it took, what a point cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from bellwether.accountability import events
from bellwether.accountability.commitments import Commitment
from bellwether.verdicts import Outcome, Portfolio, Verdict, portfolio
from bellwether.views import desk, words
from bellwether.views.board import Row, board

COLUMNS = (
    {"text": "Indicator"},
    {"text": "Verdicts", "align": "right"},
    {"text": "Gained in all", "sub": "above zero is for the better"},
    {"text": "Cost", "align": "right"},
    {"text": "Money a point", "align": "right"},
)
MADE = ("word", "why", "comparison", "design", "expected", "better", "unit", "estimate", "lower", "upper", "until")


def begun(made: Sequence[Commitment]) -> dict[str, date]:
    """When each was first written down; the files say no day, so there it is the start, where that came earlier."""
    first = {}
    for event in events.history(desk.store(), "commitment"):
        first.setdefault(event.subject, event.at.date())
    return {one.id: min(first[one.id], one.start or first[one.id]) for one in made}


def together(made: Sequence[Commitment], verdicts: Mapping[str, Mapping[str, Any]], idea: Mapping[str, date]):
    """The portfolio of what has been judged. verdicts: commitment -> its verdict on its indicator."""
    return portfolio(
        [
            Outcome(
                indicator=verdicts[one.id]["indicator"],
                verdict=Verdict(**{name: verdicts[one.id][name] for name in MADE}),
                idea=idea[one.id],
                told=verdicts[one.id]["told_on"],
                cost=one.cost,
            )
            for one in made
            if one.id in verdicts
        ]
    )


def worth(found: Portfolio, promised: int) -> None:
    """The portfolio in one row of figures. promised: how many commitments there are."""
    with st.grid(4, min_column_width=170, gap="small"):
        for label, value, note in tiles(found, promised):
            with st.container(border=True, height="stretch", gap="xxsmall"):
                st.caption(label)
                st.markdown(f"#### {value}")
                st.caption(note)


def tiles(found: Portfolio, promised: int) -> list[tuple[str, str, str]]:
    """Label, figure and what to know of it."""
    if found.worked is None:
        worked = ("That worked", "not known", "No verdict has been told yet.")
    else:
        low, at, high = (
            words.value(one, "share", short=True)
            for one in (found.worked.lower, found.worked.estimate, found.worked.upper)
        )
        hits = round(found.worked.estimate * found.told)
        worked = (
            "That worked",
            f"{hits} of {words.count(found.told, 'verdict')}",
            f"{at}; 95% interval {low.removesuffix('%')} to {high}",
        )
    chance = f"{found.by_chance:.1f} at most" if found.told else words.NOTHING
    days = words.count(round(found.days), "day") if found.days is not None else words.NOTHING
    return [
        worked,
        ("Verdicts told", f"{found.told} of {promised}", f"{words.count(found.waiting, 'commitment')} waiting for one"),
        ("False ones by chance alone", chance, "“worked” or “made it worse” without any effect"),
        ("From idea to verdict", days, "half took longer" if found.days is not None else "no verdict yet"),
    ]


def gains(found: Portfolio, about: Mapping[str, Mapping[str, Any]], currency: str) -> None:
    """What was gained and paid, indicator by indicator; points of different indicators are not added up."""
    told = found.indicators.filter(pl.col("told") > 0)
    if not told.height:
        st.caption("No verdict has been told yet, so nothing is known of what was gained.")
        return
    rows = [_gain(row, about, currency) for row in told.iter_rows(named=True)]
    board(COLUMNS, rows, "What was gained and paid by indicator", "gains")
    st.caption(
        "Gained: the sum of all estimates, also of those in which nothing was seen; the winners alone would promise "
        "too much. Money a point is said only where the gain is sure to be above zero."
    )


def _gain(row: Mapping[str, Any], about: Mapping[str, Mapping[str, Any]], currency: str) -> Row:
    reach = words.changes(row["lower"], row["upper"], row["unit"], currency)
    head = about[row["indicator"]]["title"] if row["indicator"] in about else row["indicator"]
    return {
        "cells": [
            {"head": True, "text": head},
            {"text": f"{row['told']}, {row['worked']} worked", "align": "right"},
            {"text": words.change(row["gained"], row["unit"], currency), "sub": reach},
            {"text": words.money(row["cost"], currency) if row["cost"] is not None else "not given", "align": "right"},
            {
                "text": words.money(row["per_point"], currency) if row["per_point"] is not None else "not known",
                "align": "right",
            },
        ]
    }

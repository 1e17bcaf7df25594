"""What changed, in sentences made by rules from verdicts; each leads to its chart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import go, proofs, words
from bellwether.views.board import Cell, Row, board

MOST = 5
MOST_DEEDS = 3
MOST_BADGES = 4
DEEDS = {
    **{"started": "began", "done": "was done", "due": "fell due", "declared": "was declared a step"},
    **{"worked": "has worked, it was told", "made it worse": "has made it worse, it was told"},
    **{"no effect seen": "has had no effect that can be seen, it was told"},
}


def where(silo: str) -> str:
    """A silo as a sentence names it."""
    return "across the company" if silo == "All silos" else f"at {silo}"


def change_cell(row: Mapping[str, Any]) -> Cell:
    """One change as a sentence: what, where, which way, since when; below it the figures, the rule and the owner."""
    unit, currency = row["unit"], row["currency"]
    state = words.state(row["verdict"])
    levels = (
        f"{words.value(row['now'], unit, currency)} over the last four weeks, "
        f"{words.value(row['centre'], unit, currency)} over the year"
        if row["now"] is not None
        else "too few people to show a figure"
    )
    return {
        "shape": state.shape,
        "tone": state.tone,
        "strong": f"{row['title']} {where(row['silo'])}",
        "text": f"is {row['verdict']} since {words.day(row['since'])}: {levels}",
        "sub": f"{row['rule'][:1].upper()}{row['rule'][1:]} · owner: {row['owner'] or 'nobody yet'}",
        **_way(row),
    }


def deed_cell(row: Mapping[str, Any]) -> Cell:
    """What somebody started, finished, owed or declared, as a sentence."""
    who = f", {row['owner']}" if row["owner"] else ""
    return {
        "shape": "◆",
        "tone": "calm",
        "text": f"“{row['deed']}” {DEEDS[row['what']]} on {words.day(row['day'])} ({row['silo']}{who}), "
        f"for {row['title'].lower()}",
        **_way(row),
    }


def badge_cell(row: Mapping[str, Any]) -> Cell:
    """An indicator that has newly proven that it runs ahead, or that no longer does."""
    gained = row["is_leading"] and not row["was_leading"]
    lost = row["was_leading"] and not row["is_leading"]
    is_now, was = proofs.verdict(row["is_now"]), proofs.verdict(row["was"])
    said = f"now {is_now}; before: {was}"
    if gained:
        said = f"has proven that it runs ahead: it {is_now}"
    elif lost:
        said = f"no longer runs ahead: it {_reads(is_now)}"
    return {
        "shape": "★" if row["is_leading"] else "☆",
        "tone": "calm",
        "strong": row["title"],
        "text": f"{said} ({words.day(row['changed_on'])})",
        "pick": {"proof": row["indicator"], "title": row["title"]},
        "href": go.proof_address(row["title"]),
    }


def _reads(verdict: str) -> str:
    return "can't be told any more" if verdict == "cannot tell yet" else verdict


def _way(row: Mapping[str, Any]) -> Cell:
    pick = {"indicator": row["indicator"], "title": row["title"], "silo": row["silo"]}
    return {"pick": pick, "href": go.address(row["title"], row["silo"])}


def what_changed(rows: pl.DataFrame, badges: pl.DataFrame, deeds: pl.DataFrame, called: int, since: date) -> None:
    """List the changes, the worse ones first, then badges gained and lost, then what people did; each line leads on.

    rows: answer of `leadership/changes`. badges, deeds: of the same names. called: changes in the whole grid.
    """
    if not rows.height:
        st.markdown(f"No real change began since {words.day(since)}. {_older(called)}")
    lines: list[Row] = [{"cells": [change_cell(row)]} for row in rows.head(MOST).iter_rows(named=True)]
    lines += [{"cells": [badge_cell(row)]} for row in badges.head(MOST_BADGES).iter_rows(named=True)]
    lines += [{"cells": [deed_cell(row)]} for row in deeds.head(MOST_DEEDS).iter_rows(named=True)]
    if lines:
        go.follow(board([], lines, "What changed since the review", "changed"))
    if more := _more(rows.height - MOST, badges.height - MOST_BADGES, deeds.height - MOST_DEEDS):
        st.caption(more)


def _more(changes: int, badges: int, deeds: int) -> str:
    """What is not listed, so that nobody takes the list for all."""
    parts = [f"{changes} more, all marked in the grid"] * (changes > 0)
    parts += [words.count(badges, "change") + " of what runs ahead"] * (badges > 0)
    parts += [words.count(deeds, "earlier deed")] * (deeds > 0)
    return f"And {', and '.join(parts)}." if parts else ""


def _older(called: int) -> str:
    if not called:
        return "Ups and downs that may be chance are not listed."
    still = "still stands" if called == 1 else "still stand"
    return f"{words.count(called, 'change')} that began before {still} in the grid below."

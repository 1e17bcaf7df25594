"""The proof that an indicator runs ahead, or that it does not, in words that need no schooling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from bellwether.views import go, words
from bellwether.views.board import Cell, board

SORTS, LOOKS_BACK, CANNOT_TELL = "sorts, does not warn", "looks back", "cannot tell yet"
SHAPES = {SORTS: "◐", LOOKS_BACK: "◄", CANNOT_TELL: "○"}
WHY = {
    SORTS: "How a customer usually fares tells who goes from who stays; a turn for the worse does not warn.",
    LOOKS_BACK: "Once the customer's past is known, it adds nothing to the forecast.",
    CANNOT_TELL: "Too little has happened to say either way",
}
# The share of meaningless indicators that a 95% lower bound lets through.
CHANCE = 1 / 40
AGAINST = "It foretells, but a better reading goes with leaving: that is no warning to act on."
WORDS = {
    "title": "Indicator",
    "proof": "Verdict",
    "lead_weeks": "Runs ahead by (weeks)",
    "missing": "Missing",
    "skill": "Skill",
    "lower": "Skill, low",
    "upper": "Skill, high",
    "origins": "Past dates tried",
    "origins_apart": "Of these not overlapping",
    "customers": "Customers",
    "events": "Customers who went",
    "speaks_for": "Share it speaks for",
    "naive_correlation": "Naive correlation",
    "placebo_rate": "Placebos that passed",
    "placebos": "Placebos tried",
    "now": "Now",
    "low": "Now, low",
    "high": "Now, high",
    "heading": "Next quarter",
    "heading_low": "Next quarter, low",
    "heading_high": "Next quarter, high",
    "heading_naive": "Next quarter, naive",
    "beats_naive": "Error against naive",
    "verdict": "Direction",
    "since": "Since",
    "target": "Standard",
    "capability": "Standard met",
    "owner": "Owner",
    "worst_silo": "Worst silo",
    "worst_now": "There",
}


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The proofs with headings in words, for taking along."""
    return rows.select(pl.col(name).alias(word) for name, word in WORDS.items())


def lead(weeks: int | None) -> str:
    """How long ahead; less than the first step that was tried is no longer than that step."""
    if weeks is None:
        return words.NOTHING
    return words.count(weeks, "week") if weeks else "under 4 weeks"


def verdict(text: str) -> str:
    """A verdict as the pages say it."""
    return text.replace("by 0 weeks", "by under 4 weeks")


def skill(row: Mapping[str, Any]) -> str:
    """`0.3% (0.2 to 0.5)`: how much better the forecast gets, with as few decimals as its interval warrants."""
    if row["skill"] is None:
        return "not known"
    ends = (row["skill"], row["lower"], row["upper"])
    if None in ends:
        return f"{percent(row['skill'], 1)}%"
    digits = percent_decimals(row["lower"], row["upper"])
    at, low, high = (percent(one, digits) for one in ends)
    return f"{at}% ({low} to {high})"


def percent_decimals(lower: float, upper: float) -> int:
    """The decimals of a small share in percent; one more where a proof above nought would read as nought."""
    digits = words.decimals(100 * lower, 100 * upper)
    return digits + (lower > 0 and round(100 * lower, digits) == 0)


def percent(share: float | None, digits: int) -> str:
    """A small share in percent, with a real minus."""
    if share is None:
        return words.NOTHING
    text = f"{100 * share:.{digits}f}"
    return text.replace("-", words.MINUS if text.strip("-0.") else "")


def bar(row: Mapping[str, Any], widest: float) -> dict[str, float]:
    """Where the skill and its interval lie between nothing and the widest on screen, in percent."""
    low, at, high = (max(0.0, min(100 * (row[name] or 0) / widest, 100)) for name in ("lower", "skill", "upper"))
    return {"low": low, "at": at, "high": high}


def told(row: Mapping[str, Any]) -> str:
    """What the evidence rests on."""
    return (
        f"Tried at {words.count(row['origins'], 'past date')}, {row['origins_apart']} of which without overlap, on "
        f"{words.count(row['customers'], 'customer')}, of whom {words.count(row['events'])} had the rarer outcome. "
        f"It speaks for {words.value(row['speaks_for'], 'share', short=True)} of all customers."
    )


def why(row: Mapping[str, Any]) -> str:
    """Why a candidate has not proven that it runs ahead, in a sentence."""
    if row["points_against"]:
        return AGAINST
    if row["proof"] == CANNOT_TELL:
        return f"{WHY[CANNOT_TELL]}{': ' + _plain(row['missing']) + ' are needed' if row['missing'] else ''}."
    return WHY.get(row["proof"], words.NOTHING)


def _plain(missing: str) -> str:
    """What is missing, without the words of the trade."""
    rarer = "of the rarer outcome"
    return missing.replace("origin", "past date").replace("events", rarer).replace("event", rarer)


def tally(rows: pl.DataFrame) -> str:
    """How many failed in which way, as one sentence."""
    counts = dict(rows.group_by("proof").len().iter_rows())
    said = {
        SORTS: "tell who goes from who stays, without warning",
        LOOKS_BACK: "add nothing to what is known",
        CANNOT_TELL: "can't be judged yet",
    }
    parts = [f"{counts[name]} {text}" for name, text in said.items() if counts.get(name)]
    return f"Of these, {', '.join(parts)}." if parts else ""


def placebos(rows: pl.DataFrame) -> str:
    """How many placebos passed, against what chance alone lets through."""
    tried = rows.filter(pl.col("placebos") > 0)
    if not tried.height:
        return ""
    passed = round((tried["placebo_rate"] * tried["placebos"]).sum())
    of = tried["placebos"].sum()
    chance = f"about {round(of * CHANCE)}" if of * CHANCE >= 1 else "fewer than one"
    return f"Of {of} indicators made meaningless by shuffling, {passed} passed; chance alone lets {chance} through."


def failed(rows: pl.DataFrame, key: str) -> object:
    """The candidates that failed their proof, each with why; returns what the reader picks."""
    columns = ({"text": "Candidate"}, {"text": "Verdict"}, {"text": "Why"}, {"text": "Now"})
    lines = [{"cells": _failed(row)} for row in rows.iter_rows(named=True)]
    return board(columns, lines, "Candidates without proof that they run ahead", key)


def _failed(row: Mapping[str, Any]) -> list[Cell]:
    few = words.TOO_FEW_PEOPLE if row["too_few"] else words.value(row["now"], row["unit"], row["currency"])
    pick = {"proof": row["indicator"], "title": row["title"]}
    label = f"{row['title']}: its evidence"
    return [
        {"head": True, "text": row["title"], "pick": pick, "href": go.proof_address(row["title"]), "label": label},
        {"text": row["proof"], "shape": SHAPES.get(row["proof"], "○"), "tone": "faint"},
        {"text": why(row), "align": "says"},
        {"text": few},
    ]

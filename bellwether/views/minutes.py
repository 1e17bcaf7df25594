"""The record of a review: which data, who, what stood there, what was decided, and what was left undecided."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bellwether.accountability.reviews import Decision, Review
from bellwether.views import words

# What is written on an exception that nobody decided on, when its review is closed.
UNDECIDED = "Left undecided"


def table(review: Review, decisions: Sequence[Decision]) -> pl.DataFrame:
    """A line an exception, each with the review that it belongs to."""
    rows = [
        {
            "Exception": one.sentence,
            "Decision": one.decision,
            "Decided": one.decision != UNDECIDED,
            "By": one.decided_by,
            "On": one.decided_on,
            "Review closed": review.closed_on,
            "Closed by": review.closed_by,
            "Data version": review.data_version,
        }
        for one in decisions
    ]
    schema = {"Exception": pl.String, "Decision": pl.String, "Decided": pl.Boolean, "By": pl.String, "On": pl.Date}
    schema |= {"Review closed": pl.Date, "Closed by": pl.String, "Data version": pl.String}
    return pl.DataFrame(rows, schema=schema)


def markdown(review: Review, decisions: Sequence[Decision], company: str) -> str:
    """The record as Markdown."""
    decided = [one for one in decisions if one.decision != UNDECIDED]
    left = [one for one in decisions if one.decision == UNDECIDED]
    since = f"since {words.day(review.since)}" if review.since else "of everything so far"
    closed = f", closed by {review.closed_by} on {words.day(review.closed_on)}" if review.closed_on else ", not closed"
    lines = [
        f"# Review of {words.day(review.closed_on or review.opened_on)}",
        "",
        f"{_typed(company)}, {since}. Opened by {_typed(review.opened_by)} on {words.day(review.opened_on)}"
        f"{_typed(closed)}. Data version: {review.data_version or 'not named'}.",
        "",
        f"{words.count(len(decisions), 'exception')}, of which {len(decided)} decided and {len(left)} left undecided.",
        "",
        "## Decided",
        "",
        *(_decided(one) for one in decided),
        *(["Nothing."] if not decided else []),
        "",
        "## Left undecided",
        "",
        *(f"- {_typed(one.sentence)}" for one in left),
        *(["Nothing."] if not left else []),
        "",
    ]
    return "\n".join(lines)


def _decided(one: Decision) -> str:
    who = f"{_typed(one.decided_by)}, {words.day(one.decided_on)}"
    return f"- {_typed(one.sentence)}\n  - **{_typed(one.decision)}** ({who})"


def _typed(text: str) -> str:
    """Text that people typed, on one line and without signs that Markdown would read."""
    kept = " ".join(text.split())
    for sign in "\\`*_[]<>#|$~":
        kept = kept.replace(sign, f"\\{sign}")
    return kept

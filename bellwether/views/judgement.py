"""Verdicts on commitments as people read them: a word with its shape, an interval, and when the rest will be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bellwether.verdicts import CANNOT_TELL, NO_EFFECT, NOT_YET, WORKED, WORSE
from bellwether.views import words
from bellwether.views.words import State

INDICATOR, LOYALTY = "indicator", "loyalty"
STATES: dict[str, State] = {
    WORKED: State(WORKED, "▲", "good", "the indicator moved as it was meant to, beyond chance"),
    NO_EFFECT: State(NO_EFFECT, "●", "calm", "nothing beyond chance was seen, though it could have been"),
    WORSE: State(WORSE, "▼", "bad", "the indicator moved the wrong way, beyond chance"),
    CANNOT_TELL: State(CANNOT_TELL, "○", "faint", "the data can't tell, and waiting won't help"),
    NOT_YET: State(NOT_YET, "◔", "faint", "the data can't tell yet; they will on the day that is named"),
}
UNJUDGED = State("not judged yet", "◌", "faint", "it has not started, or started after the last refresh")
FINAL = (WORKED, NO_EFFECT, WORSE, CANNOT_TELL)


def state(row: Mapping[str, Any] | None) -> State:
    """The state of a verdict's row (answer of `quick_wins/verdicts`); None: the data have not judged it."""
    return STATES.get(row["word"], UNJUDGED) if row else UNJUDGED


def interval(row: Mapping[str, Any]) -> str:
    """`+15 points (+11 to +18)`, or when the verdict is told, or nothing."""
    if row["word"] == NOT_YET and row["until"]:
        return f"told on {words.day(row['until'])}"
    if row["estimate"] is None:
        return ""
    moved, reach = figures(row)
    return f"{moved} ({reach.removesuffix(' points')})"


def figures(row: Mapping[str, Any]) -> tuple[str, str]:
    """The effect and its 95% interval, with as few decimals as the interval warrants."""
    unit, currency = row["unit"], row.get("currency")
    low, at, high = (row[name] for name in ("lower", "estimate", "upper"))
    if unit not in ("share", "score"):
        return words.change(at, unit, currency), words.changes(low, high, unit, currency)
    scale = 100 if unit == "share" else 1
    digits = min(words.decimals(scale * low, scale * high), 1)
    said = [_signed(scale * one, digits) for one in (at, low, high)]
    return f"{said[0]} points", f"{said[1]} to {said[2]} points"


def _signed(number: float, digits: int) -> str:
    """With its sign, and without one where it is nought."""
    text = f"{number:+.{digits}f}"
    return text.replace("-", words.MINUS) if text.strip("+-0.") else "0"


def sentence(row: Mapping[str, Any]) -> str:
    """The verdict as one sentence: word, what moved, by how much, with its interval."""
    if row["word"] == NOT_YET:
        when = f": it will be told on {words.day(row['until'])}" if row["until"] else ""
        return f"Cannot tell yet{when}."
    word = row["word"].capitalize()
    if row["estimate"] is None:
        return f"{word}."
    moved, reach = figures(row)
    said = f"{row['title']} moved by {moved}, 95% interval {reach}"
    return f"{word}. What was seen: {said}." if row["word"] == CANNOT_TELL else f"{word}: {said}."


def badge(row: Mapping[str, Any] | None) -> tuple[str, str]:
    """Shape and word, and the tone."""
    found = state(row)
    return f"{found.shape} {found.word}", found.tone

"""What a commitment is meant to do, in words: by how much, which way, and whether that is for the better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from bellwether.accountability.commitments import Commitment
from bellwether.views import words

RISES, FALLS = "rises", "falls"
DIMENSIONS = {
    "silo": "Silo",
    "stage": "Stage",
    "touchpoint": "Touchpoint",
    "channel": "Channel",
    "mode": "Digital or human",
    "segment": "Segment",
    "customer": "Customer",
}
# How a size is typed: the unit's name, and how many of it make one of the indicator's.
TYPED = {
    "share": ("points", 100.0),
    "score": ("points", 1.0),
    "seconds": ("seconds", 1.0),
    "count": ("on average", 1.0),
    "index": ("index points", 1.0),
}


def by_id(indicators: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Indicator -> its row, from the answer of `shared/indicators`."""
    return {row["indicator"]: row for row in indicators.iter_rows(named=True)}


def typed(about: Mapping[str, Any] | None) -> tuple[str, float]:
    """The unit in which a size of this indicator is typed, and how many make one of the indicator's own."""
    if about is None:
        return "", 1.0
    return TYPED.get(about["unit"], (about["currency"] or "", 1.0))


def direction(expected: float | None, about: Mapping[str, Any] | None) -> str:
    """Which way it is meant to go; where nothing is said, the way that is better."""
    if expected is not None:
        return RISES if expected > 0 else FALLS
    return FALLS if about and about["better"] == "lower" else RISES


def size(expected: float | None, about: Mapping[str, Any] | None) -> str:
    """`12 points`, without a sign."""
    if expected is None or about is None:
        return ""
    name, times = typed(about)
    if about["unit"] in ("seconds", "money"):
        return words.value(abs(expected), about["unit"], about["currency"])
    return f"{abs(expected) * times:,.4g} {name}"


def sentence(expected: float | None, about: Mapping[str, Any] | None) -> str:
    """`Promises kept rises by 12 points`."""
    if about is None:
        return "No indicator is declared"
    if expected is None:
        return f"{about['title']}, no size declared"
    return f"{about['title']} {direction(expected, about)} by {size(expected, about)}"


def contradicts(expected: float | None, about: Mapping[str, Any] | None) -> str:
    """A warning where the size that is declared would be for the worse; else ""."""
    if not expected or about is None or (expected > 0) == (about["better"] == "higher"):
        return ""
    return f"{about['title']} is better when {about['better']}: this declares that it gets worse. Is that meant?"


def treats(one: Commitment) -> str:
    """What it treats: `Silo: Billing; Digital or human: human`."""
    parts = [f"{DIMENSIONS[part.dimension]}: {', '.join(part.values)}" for part in one.treats]
    return "; ".join(parts) or "Nobody has said what it treats"

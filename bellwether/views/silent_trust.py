"""How far predicted satisfaction can be trusted, in sentences that name the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import words

WORDS = {
    "begins": "Quarter from",
    "ends": "Up to",
    "taught": "Answers that taught it",
    "answers": "Answers foretold",
    "off": "Off by (points)",
    "off_naive": "The mean is off by (points)",
    "inside": "Share inside the interval",
}


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Quarter by quarter, for taking along."""
    told = rows.with_columns(pl.col("off", "off_naive").round(1), pl.col("inside").round(3))
    return told.select(pl.col(name).alias(word) for name, word in WORDS.items())


def sentences(model: Mapping[str, Any]) -> None:
    """Coverage, skill, calibration and interval, one line each."""
    st.markdown("\n".join(f"- {one}" for one in lines(model)))


def lines(model: Mapping[str, Any]) -> list[str]:
    """What can be said of it. model: `silent_majority/model`."""
    share = model["foretold"] / max(model["contacts"], 1)
    told = [
        f"**{words.value(share, 'share', short=True)} of all contacts have a score**: none before "
        f"{words.day(model['from_day'])}, when too few answers were known, and none that are still open.",
        skill(model),
    ]
    if model["inside"] is not None:
        told.append(
            f"**For one contact it is a wide guess**: {model['nominal']}% intervals are {model['width']:.0f} points "
            f"wide and held {words.value(model['inside'], 'share', short=True)} of the answers{weighted(model)}. It is "
            "made for means of many."
        )
    if model["corrected"]:
        told.append(
            f"**Silence was read from {words.count(model['repeated'], 'customer')}** who were asked more than once. It "
            "takes their disposition for lasting: a mood of some weeks is seen in part."
        )
    return told


def skill(model: Mapping[str, Any]) -> str:
    """Whether it knows more than the mean, out of time."""
    if model["judged"] < 100:
        return f"**Not judged yet**: only {words.count(model['judged'], 'answer')} came after they were foretold."
    off, naive = model["off"], model["off_naive"]
    against = f"it is off by {off:.1f} points where the mean is off by {naive:.1f}"
    limits = f"{100 * model['r2_low']:.0f} to {100 * model['r2_high']:.0f}%"
    r2 = f"{100 * model['r2']:.0f}% of what differs between answers ({limits})"
    if not model["earns_its_place"]:
        return f"**It knows no more than the mean**: {against}. Read silos as wholes only."
    return f"**It explains {r2}** that it had not seen; {against}, over {words.count(model['judged'], 'answer')}."


def weighted(model: Mapping[str, Any]) -> str:
    """The same with the silent weighed in."""
    share = model["inside_all"]
    return f", {words.value(share, 'share', short=True)} with the silent weighed in" if share is not None else ""

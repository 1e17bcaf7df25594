"""How far to trust the outlook: its data, its record, its calibration, and when not to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import judged, next_quarter, show, words
from bellwether.views.board import Row, board

FAMILIES = {
    "regression": "Regression",
    "trees": "Boosted trees",
    "purchase model": "Purchase model (Pareto/NBD)",
}
NOT_THE_MODEL = (
    "After something that the past has not held: a price rise, a strike, a new competitor.",
    "As a reason: it says who may go, not why, and not whom a call would keep.",
    "For one customer alone: of ten with a 10% chance, one goes, and nobody knows which.",
)


def outlook_card(model: pl.DataFrame, families: pl.DataFrame, bins: pl.DataFrame, drift: pl.DataFrame) -> None:
    """The outlook's model. The frames are the answers of `outlook/model`, families, calibration and drift."""
    row = model.row(0, named=True) if model.height else {}
    show.heading("The outlook: who stays", _families_table(families), "families")
    if not row or row["refusal"] or not families.height:
        next_quarter.cannot_tell(row)
        return
    left, right = st.columns([54, 46], gap="medium")
    with left:
        board([], card(row, families), "The outlook's model", "model card")
        for note in (row["notes"] or "").splitlines():
            st.caption(f"Note: {note}")
        show.heading("As the model grows old", _drift_table(drift), "drift")
        _drift(drift)
        never(NOT_THE_MODEL)
    with right:
        _calibration(bins, row)


def card(row: Mapping[str, Any], families: pl.DataFrame) -> list[Row]:
    """Data, period, what it was tried on, skill and calibration, line by line."""
    span = words.span(row["first_origin"], row["last_origin"])
    tried = [
        f"{family_name(one['family'])}: {words.value(one['skill'], 'share')} better than one rate for everybody"
        + (" (chosen)" if one["is_chosen"] else "")
        for one in families.iter_rows(named=True)
    ]
    buying = row["basis"] == next_quarter.PURCHASES
    about = "purchases: does a customer buy again" if buying else "contracts: does a customer leave or step down"
    gone = f"{words.count(row['events'])} who did not" if buying else words.count(row["events"], "departure")
    told = {
        f"From {about} within {row['horizon_weeks']} weeks": f"Known until {words.day(row['known_until'])}",
        f"Tried at {words.count(row['origins'], 'past date')}": (
            f"{span}; {words.count(row['customers'], 'customer')}, {gone}. At each date it knew only what was "
            "known then"
        ),
        "Better than guessing": "; ".join(tried),
        f"Sorts two customers rightly {of_ten(row['auc'])}": (
            "one who goes and one who stays, ranked by the forecast (AUC; a coin does 5 in 10)"
        ),
        _ratio(row): f"95%: {row['ratio_lower']:.2f} to {row['ratio_upper']:.2f} went for each one forecast",
        _slope(row): f"Slope {row['slope']:.2f}, 95%: {row['slope_lower']:.2f} to {row['slope_upper']:.2f}; 1 is right",
    }
    return [{"cells": [{"strong": strong, "sub": sub}]} for strong, sub in told.items()]


def family_name(family: str) -> str:
    """A way of forecasting in words."""
    return FAMILIES.get(family, family.replace("_", " ").capitalize())


def of_ten(auc: float) -> str:
    """How often the one who goes is ranked above the one who stays."""
    return f"{10 * auc:.1f} times in 10"


def _ratio(row: Mapping[str, Any]) -> str:
    """Whether as many went as it said."""
    if row["ratio_lower"] <= 1 <= row["ratio_upper"]:
        return "As many went as it said"
    fewer = row["ratio"] < 1
    return f"{abs(1 - row['ratio']):.0%} {'fewer' if fewer else 'more'} went than it said"


def _slope(row: Mapping[str, Any]) -> str:
    """Whether high risks were too high and low ones too low, or the other way round."""
    if row["slope_lower"] <= 1 <= row["slope_upper"]:
        return "High and low chances are about right"
    return "High chances are too high, low ones too low" if row["slope"] < 1 else "Chances lie too close together"


def _calibration(bins: pl.DataFrame, row: Mapping[str, Any]) -> None:
    named = {"expected": "Chance to go, as forecast", "observed": "Really went", "lower": "Low", "upper": "High"}
    table = bins.select(Forecasts="forecasts", **{word: name for name, word in named.items()})
    show.heading("Did as many go as it said?", table, "calibration")
    show.chart(judged.calibration(bins), "Calibration of the outlook", _ratio(row), "calibration")
    st.caption("Each point is a tenth of all past forecasts; whiskers: 95% intervals. On the line is right.")


def _drift(drift: pl.DataFrame) -> None:
    if not drift.height:
        st.caption("How it does as it grows old is not known for this model; it is made anew with each refresh.")
        return
    columns = (
        {"text": "Since the fit"},
        {"text": "Really went, for one forecast", "align": "right"},
        {"text": "Slope", "sub": "1 is right", "align": "right"},
    )
    board(columns, [_aged(row) for row in drift.iter_rows(named=True)], "Drift of the outlook's model", "drift")


def _aged(row: Mapping[str, Any]) -> Row:
    weeks = row["weeks_since_fit"]
    figure = f"{row['ratio']:.2f} ({row['ratio_lower']:.2f} to {row['ratio_upper']:.2f})"
    slope = f"{row['slope']:.2f} ({row['slope_lower']:.2f} to {row['slope_upper']:.2f})"
    name = {"head": True, "text": f"{words.count(weeks, 'week')} and more" if weeks else "fresh"}
    return {"cells": [name, {"text": figure, "align": "right"}, {"text": slope, "align": "right"}]}


def never(sentences: tuple[str, ...]) -> None:
    """When not to trust it, as a list."""
    st.markdown("**When not to trust it**\n" + "\n".join(f"- {sentence}" for sentence in sentences))


def _families_table(families: pl.DataFrame) -> pl.DataFrame:
    return families.select(Family="family", Chosen="is_chosen", Skill="skill", AUC="auc", **{"Past dates": "origins"})


def _drift_table(drift: pl.DataFrame) -> pl.DataFrame:
    named = {
        "Weeks since the fit": "weeks_since_fit",
        "Forecasts": "forecasts",
        "Really went": "events",
        "Expected to go": "expected",
        "Ratio": "ratio",
        "Slope": "slope",
    }
    return drift.select(pl.col(name).alias(word) for word, name in named.items())

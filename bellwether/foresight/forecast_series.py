"""Weekly series as the forecasts read them: on a grid without holes, cut off at an origin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bellwether.foresight.forecast_plan import WEEK, Plan

Array = NDArray[np.float64]
UNITS = ("share", "score", "seconds", "count", "money", "index")
# A gap of more than half of the weeks is not a weekly series any more.
LEAST_KNOWN = 0.5


@dataclass(frozen=True)
class Series:
    """One series by week from `start`: `value` (weeks,), nan where unknown, `weight` (weeks,), 0 where unknown."""

    key: str
    unit: str
    pool: str
    start: date
    value: Array
    weight: Array

    def until(self, origin: date) -> Series:
        """What had happened before `origin`."""
        weeks = max((origin - self.start).days // WEEK, 0)
        value, weight = self.value[:weeks], self.weight[:weeks]
        missing = max(weeks - len(value), 0)
        value = np.append(value, np.full(missing, np.nan))
        return Series(self.key, self.unit, self.pool, self.start, value, np.append(weight, np.zeros(missing)))


def series_of(history: pl.DataFrame) -> list[Series]:
    """The series of a history (series, week, value, unit; weight and pool where given), sorted by key.

    A row without a value, or with a weight of 0, is a week that is not known. Raises ValueError for missing columns,
    an unknown unit, two rows for one week, weeks that do not lie a multiple of seven days apart, values that are not
    finite, shares outside [0, 1], and weights below 0.
    """
    rows = _checked(_filled(history))
    return [_one(frame) for frame in rows.sort("series", "week").partition_by("series", maintain_order=True)]


def origin_after(history: pl.DataFrame) -> date:
    """The first day that the history says nothing about: the end of its last week with a value."""
    last = history.filter(pl.col("value").is_not_null())["week"].max()
    if last is None:
        raise ValueError("The history has no week with a value: there is nothing to go by.")
    return last + timedelta(days=WEEK)


def shortfall(known: Series, plan: Plan) -> tuple[str, int]:
    """Why nothing can be told of `known` yet, and how many more weeks that takes at least; ("", 0) if it can."""
    weeks = np.flatnonzero(np.isfinite(known.value))
    if not len(weeks):
        return "no week has a value", plan.enough
    first, silent = max(weeks[0], len(known.value) - plan.window), len(known.value) - 1 - weeks[-1]
    count = int(np.count_nonzero(weeks >= first))
    if silent >= plan.silence:
        return f"nothing for {silent} weeks", max(plan.enough - count, 1)
    if count < plan.enough:
        return f"{count} weeks known, {plan.enough} are needed", plan.enough - count
    span = len(known.value) - first
    if count < LEAST_KNOWN * span:
        return f"only {count} of {span} weeks known", math.ceil((LEAST_KNOWN * span - count) / (1 - LEAST_KNOWN))
    return "", 0


def _filled(history: pl.DataFrame) -> pl.DataFrame:
    absent = [name for name in ("series", "week", "value", "unit") if name not in history.columns]
    if absent:
        raise ValueError(f"The history lacks {', '.join(absent)}; it has {', '.join(history.columns)}.")
    if history.schema["week"] != pl.Date:
        raise ValueError(f"week holds {history.schema['week']}: give the date on which each week begins.")
    weight = pl.col("weight").cast(pl.Float64).fill_null(0.0) if "weight" in history.columns else pl.lit(1.0)
    pool = pl.col("pool") if "pool" in history.columns else pl.col("unit")
    return history.select("series", "week", pl.col("value").cast(pl.Float64), "unit", weight=weight, pool=pool)


def _checked(rows: pl.DataFrame) -> pl.DataFrame:
    value = pl.col("value")
    _refuse(rows, pl.any_horizontal(pl.col("series", "week", "unit", "pool").is_null()), "every row needs these.")
    _refuse(rows, ~pl.col("unit").is_in(UNITS), f"unit is one of {', '.join(UNITS)}.")
    _refuse(rows, ~value.is_finite(), "a week that is not known has a null.")
    _refuse(rows, (pl.col("unit") == "share") & ~value.is_between(0, 1), "a share lies in [0, 1]; 50% is 0.5.")
    _refuse(rows, ~pl.col("weight").is_finite() | (pl.col("weight") < 0), "a weight counts observations.")
    _refuse(rows, pl.struct("series", "week").is_duplicated(), "a series has one row a week.")
    uneven = (pl.col("week") - pl.col("week").min()).dt.total_days() % WEEK != 0
    _refuse(rows, uneven, "weeks of all series begin on the same weekday.")
    mixed = (pl.col("unit").n_unique().over("series") > 1) | (pl.col("pool").n_unique().over("series") > 1)
    _refuse(rows, mixed, "a series has one unit and one pool.")
    return rows


def _refuse(rows: pl.DataFrame, wrong: pl.Expr, fix: str) -> None:
    found = rows.filter(wrong.fill_null(False))
    if found.height:
        raise ValueError(f"{found.height} rows of the history, the first {found.row(0, named=True)}: {fix}")


def _one(frame: pl.DataFrame) -> Series:
    start = frame["week"][0]
    at = ((frame["week"] - start).dt.total_days() // WEEK).to_numpy()
    value, weight = np.full(at[-1] + 1, np.nan), np.zeros(at[-1] + 1)
    weight[at] = frame["weight"].to_numpy()
    value[at] = np.where(weight[at] > 0, frame["value"].cast(pl.Float64).fill_null(np.nan).to_numpy(), np.nan)
    weight[np.isnan(value)] = 0.0
    key, unit, pool = frame.select("series", "unit", "pool").row(0)
    return Series(key, unit, pool, start, value, weight)

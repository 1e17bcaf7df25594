"""Forecasts as rows: weeks and quarters, on the working scale, ready for their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from bellwether.foresight.forecast_plan import WEEK, Plan
from bellwether.foresight.forecast_points import Points
from bellwether.foresight.forecast_scale import Scale
from bellwether.foresight.forecast_series import Array, Series

POINT = {
    "series": pl.String,
    "unit": pl.String,
    "pool": pl.String,
    "target": pl.String,
    "made_at": pl.Date,
    "week": pl.Date,
    "horizon": pl.Int32,
    "method": pl.String,
    "value": pl.Float64,
    "naive": pl.Float64,
    "kind": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "worked": pl.Float64,
    "move": pl.Float64,
    "actual": pl.Float64,
    "error": pl.Float64,
}
# A quarter that lacks more of its weeks than this has not been seen.
SEEN = 0.75


def week_rows(points: Points, whole: Series) -> list[tuple]:
    """One row a week ahead; actual and error (absolute, in usual moves) where `whole` knows the week."""
    ahead = len(points.worked)
    actual = _then(whole.value, whole.start, points.origin, ahead, np.nan)
    value, naive = points.scale.back(points.worked), points.scale.back(points.naive)
    rows = []
    for at, move in enumerate(points.moves):
        week = points.origin + timedelta(days=WEEK * at)
        told = ("week", points.origin, week, at + 1, points.method, value[at], naive[at])
        rows.append((*_who(points), *told, *_how(points.scale, points.worked[at], move, actual[at], value[at])))
    return rows


def quarter_row(points: Points, whole: Series) -> tuple:
    """The quarter's value: the mean over its weeks, each weighed by the observations to expect in it."""
    ahead, share = len(points.worked), points.weight / points.weight.sum()
    value, naive = (_mean(points.scale.back(worked), share) for worked in (points.worked, points.naive))
    actual = quarter_value(whole, points.origin, ahead)
    worked = points.scale.work(np.array([value]))[0]
    told = ("quarter", points.origin, points.origin, ahead, points.method, value, naive)
    return (*_who(points), *told, *_how(points.scale, worked, points.quarter_move, actual, value))


def quarter_value(whole: Series, origin: date, length: int) -> float:
    """What the `length` weeks from `origin` came to, by their weights; nan where too few of them are known."""
    value = _then(whole.value, whole.start, origin, length, np.nan)
    weight = _then(whole.weight, whole.start, origin, length, 0.0)
    beyond = (origin - whole.start).days // WEEK + length > len(whole.value)
    known = np.isfinite(value)
    if beyond or known.sum() < SEEN * length:
        return np.nan
    return _mean(value[known], weight[known])


def actuals_of(series: Sequence[Series], plan: Plan) -> pl.DataFrame:
    """What happened: series, target (week or quarter), week (its first), actual; quarters begin in every week."""
    rows = []
    for one in series:
        weeks = [one.start + timedelta(days=WEEK * at) for at in range(len(one.value))]
        rows += [(one.key, "week", week, value) for week, value in zip(weeks, one.value, strict=True)]
        rows += [(one.key, "quarter", week, quarter_value(one, week, plan.horizon)) for week in weeks]
    kinds = {"series": pl.String, "target": pl.String, "week": pl.Date, "actual": pl.Float64}
    return pl.DataFrame(rows, kinds, orient="row").filter(pl.col("actual").is_finite())


def _who(points: Points) -> tuple[str, str, str]:
    return points.known.key, points.known.unit, points.known.pool


def _mean(value: Array, weight: Array) -> float:
    """The weighted mean, kept from slipping past its largest part by rounding: a share of 1 stays 1."""
    return float(np.clip(np.average(value, weights=weight), value.min(), value.max()))


def _how(scale: Scale, worked: float, move: float, actual: float, value: float) -> tuple:
    """What an interval is made of, and the error where the actual is known."""
    return scale.kind, scale.low, scale.high, float(worked), float(move), *_error(scale, actual, value, move)


def _then(values: Array, start: date, origin: date, length: int, missing: float) -> Array:
    """The `length` weeks from `origin`, with `missing` beyond the record."""
    first = (origin - start).days // WEEK
    found = values[max(first, 0) : first + length]
    return np.concatenate([found, np.full(length - len(found), missing)])


def _error(scale: Scale, actual: float, value: float, move: float) -> tuple[float | None, float | None]:
    """The actual, and its distance from the forecast in usual moves: infinite for a series that never moved."""
    if not np.isfinite(actual):
        return None, None
    # An amount of zero or less lies infinitely far below on a logarithmic scale, and counts as such.
    worked = scale.work(np.array([actual, value])) if scale.kind != "log" or actual > 0 else np.array([-np.inf, 0.0])
    distance = abs(float(worked[0] - worked[1]))
    if move == 0:
        return float(actual), (np.inf if distance > 1e-9 else None)
    return float(actual), distance / move

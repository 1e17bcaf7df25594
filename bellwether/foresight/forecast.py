"""Where weekly series are heading: the weeks ahead, the quarter, and intervals that have been tried on the past.

The point forecast is the mean of AutoETS (Hyndman and others 2002) and the dynamic optimised theta method (Fiorucci
and others 2016) of the seasonally adjusted series; its intervals are conformal, from the errors that the same method
made at earlier origins on series of the same pool, and so are the quarter's, from errors of whole quarters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from bellwether.foresight.conformal import reach
from bellwether.foresight.forecast_plan import WEEK, Plan
from bellwether.foresight.forecast_points import points_at
from bellwether.foresight.forecast_rows import POINT, actuals_of, quarter_row, week_rows
from bellwether.foresight.forecast_series import Series, origin_after, series_of, shortfall

DEFAULT = Plan()
ORDER = ("target", "series", "made_at", "week", "nominal")
FORECAST = [
    *("series", "unit", "pool", "target", "made_at", "week", "horizon", "method"),
    *("value", "naive", "nominal", "lower", "upper", "errors"),
]
STANDING = ["series", "unit", "weeks", "told", "reason", "more_weeks", "method", "beats_naive", "origins"]


@dataclass(frozen=True)
class Forecasts:
    """`ahead`: forecasts from the end of the record. `past`: the backtest's, as they would have been made then.

    Both frames have one row a series, target, week and nominal: series, unit, pool, target ("week" or "quarter"),
    made_at (the first day of which nothing was known), week (first day of the target), horizon (weeks ahead; for a
    quarter its length), method, value, naive, nominal (percent), lower, upper, errors (how many stand behind the
    interval). lower and upper are null where the errors are too few or the series has never moved. A quarter's value
    is the mean of its weeks by their weights: for the sum of a count, take it times the quarter's length.

    `standing`: one row a series: series, unit, weeks (known), told (whether there is a forecast), reason, more_weeks
    (needed before anything can be told), method, beats_naive (mean absolute error of the weeks in `past` over
    naive's; below 1 is better; null without a past), origins (of its own in the backtest).
    """

    ahead: pl.DataFrame
    past: pl.DataFrame
    standing: pl.DataFrame


def forecast(history: pl.DataFrame, plan: Plan = DEFAULT, origin: date | None = None) -> Forecasts:
    """The weeks ahead and the quarter of every series, with intervals, and how the same method did before.

    `history`: series (string), week (date on which it begins), value, unit (share, score, seconds, count, money,
    index); if there, weight (observations behind the value; default all 1) and pool (series whose errors are alike;
    default the unit). A week without a row is unknown: give a count of nothing as 0. Weeks that are not complete, or
    not yet known for good, must be left out by the caller. `origin`: the first day to know nothing of; default the
    end of the last week. Nothing at or after an origin touches what is made there.

    Raises ValueError for rows that break this (see `series_of`). **When not to trust it**: after a break that the
    backtest has not seen; for series whose pool behaves otherwise; a forecast is what happens if things go on as
    they did.
    """
    series = series_of(history)
    end = origin or origin_after(history)
    if (end - series[0].start).days % WEEK:
        raise ValueError(f"origin {end} is a {end:%A}; the weeks begin on a {series[0].start:%A}: take one of those.")
    known = [one.until(end) for one in series]
    origins = [end - timedelta(days=WEEK * (plan.horizon + plan.step * back)) for back in range(plan.origins)]
    points = _points(known, [end, *origins], plan)
    bands = _with_bands(points, plan)
    ahead, past = bands.filter(pl.col("made_at") == end), bands.filter(pl.col("made_at") < end)
    return Forecasts(ahead.select(FORECAST), past.select(FORECAST), _standing(known, points, end, plan))


def actuals(history: pl.DataFrame, plan: Plan = DEFAULT) -> pl.DataFrame:
    """What happened, to hold forecasts against: series, target, week, actual."""
    return actuals_of(series_of(history), plan)


def _points(series: Sequence[Series], origins: Sequence[date], plan: Plan) -> pl.DataFrame:
    rows = []
    for whole in series:
        for origin in origins:
            known = whole.until(origin)
            if not shortfall(known, plan)[0]:
                points = points_at(known, origin, plan)
                rows += [*week_rows(points, whole), quarter_row(points, whole)]
    return pl.DataFrame(rows, POINT, orient="row")


def _with_bands(points: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The points with their intervals; weeks and quarters by their own errors."""
    known_at = pl.col("week") + pl.duration(days=WEEK) * pl.when(target="week").then(1).otherwise(pl.col("horizon"))
    found = points.filter(pl.col("error").is_not_null()).with_columns(known_at=known_at)
    by = ["pool", "horizon", "made_at"]
    told = []
    for target in ("quarter", "week"):
        rows, errors = (frame.filter(pl.col("target") == target) for frame in (points, found))
        told.append(rows.join(reach(errors, rows, plan.nominal), on=by))
    return _bounded(pl.concat(told)).sort(ORDER)


def _bounded(rows: pl.DataFrame) -> pl.DataFrame:
    """lower and upper as values: none for a series that never moved, none where an end would be infinite."""
    away = pl.when(pl.col("move") > 0).then(pl.col("reach") * pl.col("move"))
    rows = rows.with_columns(lower=_back(pl.col("worked") - away), upper=_back(pl.col("worked") + away))
    closed = pl.col("lower").is_finite() & pl.col("upper").is_finite()
    return rows.with_columns(pl.when(closed).then(pl.col("lower", "upper")))


def _back(worked: pl.Expr) -> pl.Expr:
    """`Scale.back`, row by row."""
    angle = worked.clip(0, math.pi / 2).sin() ** 2
    value = pl.when(kind="angle").then(angle).when(kind="log").then(worked.exp()).otherwise(worked)
    return value.clip(pl.col("low"), pl.col("high"))


def _standing(series: Sequence[Series], points: pl.DataFrame, end: date, plan: Plan) -> pl.DataFrame:
    """One row a series: whether something can be told of it, why not, and how its method did before."""
    kinds = {"series": pl.String, "unit": pl.String, "weeks": pl.Int64, "reason": pl.String, "more_weeks": pl.Int64}
    rows = [(one.key, one.unit, int(np.isfinite(one.value).sum()), *shortfall(one, plan)) for one in series]
    weeks = points.filter(pl.col("target") == "week")
    now = weeks.filter(pl.col("made_at") == end).group_by("series").agg(pl.col("method").first())
    missed = (pl.col("value", "naive") - pl.col("actual")).abs()
    past = weeks.filter(pl.col("made_at") < end, pl.col("actual").is_not_null()).with_columns(missed)
    tried = past.group_by("series").agg(
        beats_naive=pl.when(pl.col("naive").sum() > 0).then(pl.col("value").sum() / pl.col("naive").sum()),
        origins=pl.col("made_at").n_unique().cast(pl.Int64),
    )
    standing = pl.DataFrame(rows, kinds, orient="row").join(now, on="series", how="left").join(tried, "series", "left")
    told = pl.col("reason") == ""
    return standing.with_columns(told=told, origins=pl.col("origins").fill_null(0)).select(STANDING).sort("series")

"""If an indicator stood elsewhere in the range where it has really been: how many would be expected to stay?

An association, read off a regression of past leaving on past readings: it says what retention looked like where the
indicator stood so, not what moving it would do. A verdict on a commitment says that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import polars as pl

from bellwether.sql import Query

Predict = Callable[[pl.DataFrame], np.ndarray]
Fit = Callable[[pl.DataFrame], Predict | None]

# Points along the range; random halves of the customers for the interval; customers who stand for all.
POINTS, HALVES, MOST = 5, 12, 2_000
Z95 = 1.96
WHAT_IF = {
    "indicator": pl.String,
    "value": pl.Float64,
    "retained": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "now": pl.Float64,
    "retained_now": pl.Float64,
}


def what_if(
    fit: Fit,
    history: pl.DataFrame,
    today: pl.DataFrame,
    leading: Sequence[Query],
    ranges: pl.DataFrame,
    seed: int = 20_260_101,
) -> pl.DataFrame:
    """One row an indicator and point of its range: the columns of `WHAT_IF`, retained as a share of all customers.

    history: what `fit` is taught by; today: customers as they are, with the columns `<indicator>:newest` and
    `:change`; ranges: indicator, low, high, now. The interval is that of the fit alone, from random halves of the
    customers: the estimate on a half strays from the whole one as that strays from the truth (McCarthy 1969, half-
    samples). Don't trust it outside the range, or where customers with bad readings differ in ways that no feature
    tells.
    """
    rng = np.random.default_rng(seed)
    today = today.sample(min(MOST, today.height), seed=seed)
    models = [fit(history), *(fit(half) for half in _halves(history, rng))]
    if None in models:  # half of the customers are too few to learn from, so nothing is known of the error
        return pl.DataFrame(schema=WHAT_IF)
    found = [
        row
        for indicator in leading
        for row in _points(models, today, indicator, ranges.filter(pl.col("indicator") == indicator.id))
    ]
    return pl.DataFrame(found, schema=WHAT_IF)


def _halves(history: pl.DataFrame, rng: np.random.Generator) -> Iterable[pl.DataFrame]:
    customers = history["customer_id"].unique().sort()
    for _ in range(HALVES):
        half = customers.filter(pl.Series(rng.permutation(len(customers)) < len(customers) // 2))
        yield history.filter(pl.col("customer_id").is_in(half.implode()))


def _points(models: Sequence[Predict], today: pl.DataFrame, indicator: Query, where: pl.DataFrame) -> Iterable[dict]:
    if where.is_empty() or where["high"][0] <= where["low"][0]:
        return
    low, high, now = (where[name][0] for name in ("low", "high", "now"))
    grid = np.linspace(low, high, POINTS)
    curves = np.array([_curve(predict, today, indicator, np.append(grid, now), now) for predict in models])
    away = Z95 * np.sqrt(((curves[1:, :-1] - curves[1:, -1:] - curves[0, :-1] + curves[0, -1]) ** 2).mean(axis=0))
    for place, value in enumerate(grid):
        told = float(curves[0, place])
        told_range = {"lower": max(told - away[place], 0.0), "upper": min(told + away[place], 1.0)}
        here = {"indicator": indicator.id, "value": float(value), "retained": told, **told_range}
        yield here | {"now": now, "retained_now": float(curves[0, -1])}


def _curve(predict: Predict, today: pl.DataFrame, indicator: Query, grid: np.ndarray, now: float) -> np.ndarray:
    """Mean retention at each value. A share is a mix of those read 1 and those read 0; else all readings shift."""
    if indicator.get("unit") == "share":
        bad, good = (predict(_read(today, indicator.id, pl.lit(end))).mean() for end in (0.0, 1.0))
        return bad + grid * (good - bad)
    newest = pl.col(f"{indicator.id}:newest")
    return np.array([predict(_read(today, indicator.id, newest + float(value - now))).mean() for value in grid])


def _read(today: pl.DataFrame, indicator: str, newest: pl.Expr) -> pl.DataFrame:
    """The customers, those with a reading as if it had been `newest`; their usual stays what it was."""
    before, change = pl.col(f"{indicator}:newest"), pl.col(f"{indicator}:change")
    moved = pl.when(before.is_not_null()).then(newest)
    return today.with_columns(
        moved.alias(f"{indicator}:newest"), (moved - (before - change)).alias(f"{indicator}:change")
    )

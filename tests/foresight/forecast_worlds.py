"""Weekly histories with known truth, for the tests of forecasts."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

START = date(2022, 1, 3)


def week(at: int) -> date:
    return START + timedelta(weeks=at)


def history(values: dict[str, np.ndarray], unit: str, weights: dict[str, np.ndarray] | None = None) -> pl.DataFrame:
    """One series a name; nan is a week without a row."""
    frames = []
    for name, value in values.items():
        weight = np.ones(len(value)) if weights is None else weights[name].astype(float)
        weeks = [week(at) for at in range(len(value))]
        frame = pl.DataFrame({"week": weeks, "value": value.astype(float), "weight": weight})
        frames.append(frame.select(pl.lit(name).alias("series"), pl.all(), pl.lit(unit).alias("unit")))
    return pl.concat(frames).filter(pl.col("value").is_not_nan())


def autoregressive(rng: np.random.Generator, weeks: int, carry: float, noise: float = 1.0) -> np.ndarray:
    """AR(1) about 0, begun in its stationary state."""
    value = np.empty(weeks)
    value[0] = rng.normal(0, noise / np.sqrt(1 - carry**2))
    for at in range(1, weeks):
        value[at] = carry * value[at - 1] + rng.normal(0, noise)
    return value


def scores(seed: int, series: int, weeks: int, carry: float = 0.6) -> pl.DataFrame:
    """NPS-like series about levels of their own."""
    rng = np.random.default_rng(seed)
    values = {f"s{at}": rng.normal(20, 10) + autoregressive(rng, weeks, carry, 3) for at in range(series)}
    return history(values, "score")


def shares(seed: int, series: int, weeks: int, answers: float = 40) -> pl.DataFrame:
    """Shares of a varying number of answers, with the number as weight."""
    rng = np.random.default_rng(seed)
    values, weights = {}, {}
    for at in range(series):
        chance = 1 / (1 + np.exp(-rng.normal(1, 0.7) - autoregressive(rng, weeks, 0.7, 0.15)))
        counts = 1 + rng.poisson(answers * np.exp(rng.normal(0, 0.6, weeks)))
        values[f"s{at}"], weights[f"s{at}"] = rng.binomial(counts, chance) / counts, counts
    return history(values, "share", weights)


def coverage(told: pl.DataFrame, actual: pl.DataFrame) -> dict[tuple[str, int], float]:
    """Share of actuals inside, by target and nominal."""
    both = told.join(actual, on=["series", "target", "week"])
    inside = both.group_by("target", "nominal").agg(pl.col("actual").is_between("lower", "upper").mean())
    return {(target, nominal): share for target, nominal, share in inside.rows()}

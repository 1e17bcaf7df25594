"""How far to trust what was foretold: held against the answers that came, which no model had seen.

R2 and the mean absolute error are out of time, against the mean of the answers known before: a forecast that is not
better than that mean earns nothing. Their intervals, and the slope's (what came over what was foretold; 1 is right),
are clustered by customer. They speak of those who answered; `inside_all` lets each count for as many as it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from bellwether.foresight.satisfaction import Walk
from bellwether.foresight.satisfaction_rules import Rules

Z95, BINS = 1.959964, 8


@dataclass(frozen=True)
class Judged:
    """`of_all`: judged, people, r2, off, off_naive, slope, inside ...; `of_silo`: silo, judged, off, inside."""

    of_all: dict[str, Any]
    of_silo: pl.DataFrame


def judged(past: pl.DataFrame, rules: Rules) -> Judged:
    """Judge the answers that were foretold. past: as in `Walk`."""
    said, foretold, naive = (past[name].to_numpy() for name in ("said", "foretold", "naive"))
    who = np.unique(past["customer_id"].fill_null(past["interaction_id"]).to_numpy(), return_inverse=True)[1]
    r2 = _ratio((said - naive) ** 2 - (said - foretold) ** 2, (said - naive) ** 2, who)
    moved = foretold - foretold.mean()
    slope = _ratio(moved * (said - said.mean()), moved**2, who)
    told = past.drop_nulls("low")
    inside = told.select(pl.col("said").is_between("low", "high")).to_series()
    of_all = {
        "judged": past.height,
        "people": int(who.max() + 1),
        **dict(zip(("r2", "r2_low", "r2_high"), r2, strict=True)),
        **dict(zip(("slope", "slope_low", "slope_high"), slope, strict=True)),
        "off": float(np.abs(said - foretold).mean()),
        "off_naive": float(np.abs(said - naive).mean()),
        "inside": inside.mean(),
        "inside_all": _mean(inside, told["stands_for"]),
        "width": (told["high"] - told["low"]).mean(),
        "earns_its_place": bool(past.height >= rules.least_judged and r2[1] > 0),
    }
    return Judged(of_all, _of_silos(past, rules))


def _of_silos(past: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    enough = pl.len() >= rules.least_judged // 4
    return past.group_by("silo").agg(
        judged=pl.len().cast(pl.Int64),
        off=pl.when(enough).then((pl.col("said") - pl.col("foretold")).abs().mean()),
        inside=pl.when(enough).then(pl.col("said").is_between("low", "high").mean()),
    )


def quarters(walked: Walk) -> pl.DataFrame:
    """One row a quarter with answers: taught, answers, observations (people), off, off_naive, inside."""
    ends = pl.DataFrame([{"begins": one.begins, "ends": one.ends, "taught": one.answers} for one in walked.quarters])
    counted = walked.past.group_by("begins").agg(
        answers=pl.len().cast(pl.Int64),
        observations=pl.col("customer_id").n_unique().cast(pl.Int64),
        off=(pl.col("said") - pl.col("foretold")).abs().mean(),
        off_naive=(pl.col("said") - pl.col("naive")).abs().mean(),
        inside=pl.col("said").is_between("low", "high").mean(),
    )
    return ends.join(counted, on="begins").sort("begins")


def calibration(past: pl.DataFrame) -> pl.DataFrame:
    """Answers in bins of like forecasts: expected and observed means (0 to 100), the latter with its interval."""
    edges = np.unique(np.quantile(past["foretold"], np.linspace(0, 1, BINS + 1)[1:-1]))
    cell = np.searchsorted(edges, past["foretold"].to_numpy(), side="left")
    away = Z95 * pl.col("said").std() / pl.len().sqrt()
    return (
        past.with_columns(bin=pl.Series(cell + 1))
        .group_by("bin")
        .agg(
            observations=pl.len().cast(pl.Int64),
            expected=pl.col("foretold").mean(),
            observed=pl.col("said").mean(),
            lower=(pl.col("said").mean() - away).clip(0, 100),
            upper=(pl.col("said").mean() + away).clip(0, 100),
        )
        .sort("bin")
    )


def _ratio(above: np.ndarray, below: np.ndarray, who: np.ndarray) -> tuple[float, float, float]:
    """A ratio of sums with its 95% interval, rows clustered by customer (delta method)."""
    if below.sum() <= 1e-9:
        return 0.0, float("-inf"), float("inf")
    at = float(above.sum() / below.sum())
    pulls = np.bincount(who, above - at * below) / below.sum()
    away = Z95 * float(np.sqrt((pulls**2).sum()))
    return at, at - away, at + away


def _mean(inside: pl.Series, weight: pl.Series) -> float | None:
    return float((inside * weight).sum() / weight.sum()) if len(inside) else None

"""Expected retention of groups of customers, with an interval for what will really happen.

The interval has two parts. Chance: each customer stays or goes, so the number who go varies by sum p (1 - p). Error of
the forecast: how far past forecasts of the same kind of group, made walk-forward, were off beyond that chance. With O
ends where E were expected and V = sum p (1 - p), E[(O - E)^2] = V + tau^2 E^2, and tau^2 is estimated by moments over
all groups and past origins (as DerSimonian & Laird 1986 do between trials). It holds whatever made forecasts err:
parameters, drift, shocks to all. It is never taken below 1 / events, the error of the plain rate.

Few origins say little about tau: its part is widened by Student's t with as many degrees of freedom as past windows
that don't overlap. When not to trust it: with fewer than three of those; and it knows no shock that the past did not
hold.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import scipy

from bellwether.foresight.origins import microseconds, origins_apart

WEEK = 7 * 24 * 3600 * 1_000_000


def outlook(
    customers: pl.DataFrame, past: pl.DataFrame, by: str | None = None, confidence: float = 0.95
) -> pl.DataFrame:
    """A row a group: [by], customers, retained, lower, upper (shares), expected_ends, past_windows.

    `customers`: as `forecast` gives it, with the column `by`; `past`: as `learn` gives it, with the column `by` as it
    was at each past origin. Where `customers` has loyalty_at_risk, its sum is given too. past_windows: how many that
    don't overlap the interval rests on. Raises ValueError without past forecasts, or for other weeks than theirs.
    """
    if past.is_empty():
        raise ValueError("there are no past forecasts to learn the error from: no interval")
    horizon = int(past["weeks"][0])
    if (customers["weeks"] != horizon).any():
        raise ValueError(f"past forecasts were for {horizon} weeks: their error says nothing about another window")
    windows = origins_apart(np.unique(microseconds(past["origin"])), horizon * WEEK)
    error = forecast_error(past, by)
    chance = (1 - pl.col("retained")).clip(0, 1)
    sums = {"customers": pl.len(), "expected_ends": chance.sum(), "variance": (chance * (1 - chance)).sum()}
    if "loyalty_at_risk" in customers.columns:
        sums["loyalty_at_risk"] = pl.col("loyalty_at_risk").sum()
    groups = customers.group_by(by or pl.lit("all").alias("all")).agg(**sums).sort(by or "all")
    expected = groups["expected_ends"].to_numpy()
    z, wide = scipy.stats.norm.ppf((1 + confidence) / 2), scipy.stats.t.ppf((1 + confidence) / 2, windows)
    # On the log scale, so that ends are never below zero.
    spread = np.sqrt(z**2 * groups["variance"].to_numpy() / np.maximum(expected, 1e-9) ** 2 + wide**2 * error)
    size = groups["customers"].to_numpy()
    found = groups.with_columns(
        retained=1 - expected / size,
        lower=np.clip(1 - expected * np.exp(spread) / size, 0, 1),
        upper=np.clip(1 - expected * np.exp(-spread) / size, 0, 1),
        past_windows=pl.lit(windows),
    )
    order = ["customers", "retained", "lower", "upper", "expected_ends", "past_windows"]
    return found.select(*([by] if by else []), *order, *sorted(set(sums) - {*order, "variance"}))


def forecast_error(past: pl.DataFrame, by: str | None = None) -> float:
    """tau^2: the relative variance of the error of past forecasts of groups, beyond chance."""
    chance = pl.col("chance")
    cells = past.group_by("origin", *([by] if by else [])).agg(
        observed=pl.col("ended").sum(), expected=chance.sum(), variance=(chance * (1 - chance)).sum()
    )
    observed, expected, variance = cells.select("observed", "expected", "variance").cast(pl.Float64).to_numpy().T
    beyond = ((observed - expected) ** 2 - variance) / np.maximum(expected, 1e-9)
    return float(max(beyond.sum() / expected.sum(), 1 / max(observed.sum(), 1)))


def hits(past: pl.DataFrame, by: str | None = None, confidence: float = 0.95) -> pl.DataFrame:
    """Would past intervals have held? A row a past origin [and group], judged by errors known before that origin.

    origin, what `outlook` gives, happened (share retained), inside. The first origins, before which no other's window
    had closed, are left out. Of customers who were sampled for scoring, so intervals are those of the sample.
    """
    reach = pl.duration(weeks=pl.col("weeks"))
    found = []
    for (origin,), rows in sorted(past.partition_by("origin", as_dict=True).items()):
        known = past.filter(pl.col("origin") + reach < origin)
        if known.height:
            kept = rows.group_by(by or pl.lit("all").alias("all")).agg(happened=1 - pl.col("ended").mean())
            said = outlook(rows.with_columns(retained=1 - pl.col("chance")), known, by, confidence)
            joined = said.join(kept, on=by, maintain_order="left") if by else said.with_columns(kept["happened"])
            found.append(joined.select(pl.lit(origin).alias("origin"), pl.all()))
    inside = pl.col("happened").is_between(pl.col("lower"), pl.col("upper"))
    return pl.concat(found).with_columns(inside=inside) if found else pl.DataFrame()

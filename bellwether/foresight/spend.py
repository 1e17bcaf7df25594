"""Gamma-Gamma: what a customer spends a purchase, drawn toward the cohort's mean where there are few
purchases.

Fader and Hardie 2013, "The gamma-gamma model of monetary value" (note 025); Fader, Hardie and Lee 2005,
Journal of Marketing Research 42(4). A customer's purchases are gamma (p, rate), and the rates of customers
gamma (q, v).

When not to trust it: it holds spend to be unrelated to how often people buy. `Spend.correlation` (.11 on
CDNOW) says how far that is from true; the further from 0, the less may expected spend be multiplied with
expected purchases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy

from bellwether.foresight._mixture import Array, maximise
from bellwether.foresight._purchase_rows import need, need_numbers, refuse


@dataclass(frozen=True)
class Spend:
    """A fitted spend model. `customers` are those with an amount for repeat purchases."""

    p: float
    q: float
    v: float
    log_likelihood: float
    customers: float
    correlation: float
    converged: bool


def fit_spend(rows: pl.DataFrame) -> Spend:
    """Maximum likelihood on rows of frequency, spend (mean of the repeat purchases) and, if there is one,
    `weight`.

    Rows without a repeat purchase, or with a spend of null or 0, are left out. Raises ValueError if too few
    are left or a spend is negative.
    """
    used = _used(rows)
    x, z, weight = (used[name].cast(pl.Float64).to_numpy() for name in ("frequency", "spend", "weight"))
    scale, customers = float(np.average(z, weights=weight)), float(weight.sum())

    def objective(parameters: Array) -> tuple[float, Array]:
        value, slope = log_likelihood(parameters, x, z)
        return float(weight @ value), slope @ weight

    (p, q, v), likelihood, converged = maximise(objective, np.array([2.0, 3.0, scale]), customers)
    return Spend(float(p), float(q), float(v), likelihood, customers, _correlation(x, z, weight), converged)


def expected_spend(fit: Spend, rows: pl.DataFrame) -> pl.Series:
    """Mean amount of a customer's future purchase; without a repeat purchase the mean of the cohort.

    Raises ValueError if the cohort has no mean (q at most 1): a few customers then outspend all others
    together.
    """
    if fit.q <= 1:
        raise ValueError(f"q = {fit.q:.3g}: spend varies too widely between customers for a mean. Cap it first.")
    need(rows, ("frequency", "spend"), "rows")
    x = rows["frequency"].cast(pl.Float64).to_numpy()
    z = rows["spend"].cast(pl.Float64).fill_null(0.0).to_numpy()
    x = np.where(z > 0, x, 0.0)
    return pl.Series("expected_spend", fit.p * (fit.v + x * z) / (fit.p * x + fit.q - 1))


def log_likelihood(parameters: Array, x: Array, z: Array) -> tuple[Array, Array]:
    """Log-likelihood (n,) of mean spend z over x purchases, and its slope (3, n) by p, q, v."""
    p, q, v = parameters
    many, pooled = p * x, v + x * z
    own, cohort, both = np.log(x * z / pooled), np.log(v / pooled), scipy.special.digamma(many + q)
    value = -scipy.special.betaln(many, q) + q * cohort + many * own - np.log(z)
    slope = [
        x * (both - scipy.special.digamma(many) + own),
        both - scipy.special.digamma(q) + cohort,
        q / v - (many + q) / pooled,
    ]
    return value, np.array(slope)


def _used(rows: pl.DataFrame) -> pl.DataFrame:
    need(rows, ("frequency", "spend"), "rows")
    need_numbers(rows, ("frequency", "spend"), "rows")
    if "weight" not in rows.columns:
        rows = rows.with_columns(weight=pl.lit(1.0))
    refund = pl.col("spend").fill_null(0) < 0
    refuse(rows, refund, "rows", ("frequency", "spend"), "spend can't be negative; net refunds off first.")
    used = rows.filter(pl.col("frequency") > 0, pl.col("spend") > 0, pl.col("weight") > 0)
    if used["spend"].n_unique() < 3:
        raise ValueError(f"Only {used['spend'].n_unique()} different spends of repeat purchases: take more customers.")
    return used


def _correlation(x: Array, z: Array, weight: Array) -> float:
    both = np.cov(x, z, aweights=weight)
    spread = np.sqrt(both[0, 0] * both[1, 1])
    return float(both[0, 1] / spread) if spread > 0 else 0.0

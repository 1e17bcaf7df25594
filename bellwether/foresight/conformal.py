"""Intervals from errors that really happened: split conformal prediction, one horizon at a time.

Vovk, Gammerman and Shafer 2005, "Algorithmic learning in a random world"; Lei and others 2018, JASA 113 (523),
theorem 2.2: the ceil((n + 1) c)-th smallest of n absolute errors covers the next one with probability c at least.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import polars as pl


def errors_needed(nominal: int) -> int:
    """The fewest errors from which an interval of `nominal` percent can be told: 4 for 80, 19 for 95."""
    share = Fraction(nominal, 100)
    return math.ceil(share / (1 - share))


def conformal_quantile(errors: np.ndarray, nominal: int) -> float | None:
    """How far from the forecast the next value lies, in `nominal` percent of cases; None with too few errors.

    `errors` (n,) in any order, absolute and in a common measure; infinite ones count as very large. The guarantee
    holds for errors that are exchangeable with the next one. **When not to trust it**: errors of overlapping origins
    hang together, so n of them say less than n; and after a break in the series the past's errors are too small.
    """
    if np.isnan(errors).any() or (errors < 0).any():
        raise ValueError("Errors must be absolute and known: leave out what did not happen.")
    rank = math.ceil(Fraction(nominal, 100) * (len(errors) + 1))
    return float(np.partition(errors, rank - 1)[rank - 1]) if rank <= len(errors) else None


def reach(errors: pl.DataFrame, wanted: pl.DataFrame, nominal: tuple[int, ...]) -> pl.DataFrame:
    """How many usual moves to either side, for each wanted forecast; only by errors known when it was made.

    `errors`: pool, horizon, known_at (date), error (absolute, in usual moves). `wanted`: pool, horizon, made_at.
    Returns one row for each different row of `wanted` and each nominal: pool, horizon, made_at, nominal (Int32),
    reach (null with too few errors), errors (how many). An error counts for a forecast if `known_at <= made_at`,
    that is, if its week had ended on the day before.
    """
    pools = errors.partition_by("pool", "horizon", as_dict=True)
    rows = []
    for pool, horizon, made_at in wanted.select("pool", "horizon", "made_at").unique(maintain_order=True).rows():
        pooled = pools.get((pool, horizon), errors.clear())
        known = pooled.filter(pl.col("known_at") <= made_at)["error"].to_numpy()
        rows += [(pool, horizon, made_at, one, conformal_quantile(known, one), len(known)) for one in nominal]
    kinds = {"nominal": pl.Int32, "reach": pl.Float64, "errors": pl.Int64}
    shapes = {name: wanted.schema[name] for name in ("pool", "horizon", "made_at")}
    return pl.DataFrame(rows, shapes | kinds, orient="row")

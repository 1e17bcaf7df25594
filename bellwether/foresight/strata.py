"""Two groups compared within strata: the difference of their shares, weighed as Mantel and Haenszel did.

In each stratum the shares of the two groups are compared; strata count by n1 n0 / (n1 + n0), so one in which either
group is missing says nothing. The variance is the one of Sato 1989 (Biometrics 45), which holds for few large strata
and for many small ones (weights: Mantel & Haenszel 1959; Rothman, Greenland & Lash 2008, Modern Epidemiology).

When not to trust it: as an effect, where the groups differ in more than the strata name; and below some five events in
either group, where the normal limits are too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import polars as pl
import scipy


@dataclass(frozen=True)
class Gap:
    """First group's share less the second's, with its limits, and the chance of one as large were there none."""

    estimate: float
    lower: float
    upper: float
    chance: float


def gap(rows: pl.DataFrame, first: str, second: str, confidence: float = 0.95) -> Gap | None:
    """The pooled difference. rows: group, stratum, stays (yes or no; null is left out), one row a customer.

    None where no stratum holds both groups, or nothing varies.
    """
    counted = (
        rows.drop_nulls("stays")
        .group_by("stratum")
        .agg(
            n1=(pl.col("group") == first).sum().cast(pl.Float64),
            n0=(pl.col("group") == second).sum().cast(pl.Float64),
            k1=pl.col("stays").filter(pl.col("group") == first).sum().cast(pl.Float64),
            k0=pl.col("stays").filter(pl.col("group") == second).sum().cast(pl.Float64),
        )
        .filter(pl.col("n1") > 0, pl.col("n0") > 0)
    )
    if counted.is_empty():
        return None
    k1, n1, k0, n0 = (counted[name].to_numpy() for name in ("k1", "n1", "k0", "n0"))
    number, total = n1 + n0, float((n1 * n0 / (n1 + n0)).sum())
    estimate = float(((k1 * n0 - k0 * n1) / number).sum() / total)
    shift = (n1**2 * k0 - n0**2 * k1 + n1 * n0 * (n0 - n1) / 2) / number**2
    spread = (k1 * (n0 - k0) + k0 * (n1 - k1)) / (2 * number)
    error = sqrt(max(float(estimate * shift.sum() + spread.sum()), 0.0)) / total
    if error == 0:
        return None
    reach = float(scipy.stats.norm.ppf((1 + confidence) / 2)) * error
    return Gap(estimate, estimate - reach, estimate + reach, float(2 * scipy.stats.norm.sf(abs(estimate) / error)))

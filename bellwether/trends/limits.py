"""Centre line and sigma of a process-behaviour chart, by kind of data."""

from __future__ import annotations

import numpy as np

# 3 / d2 for moving ranges of two, d2 = 1.128 (Shewhart; Wheeler rounds to 2.66, and so does everybody after him).
RANGES_TO_LIMIT = 2.66
D2 = 1.128
# D4 for moving ranges of two: a range above it is itself a special cause (Wheeler, Understanding Variation).
FREAK_RANGE = 3.267

KINDS = ("xmr", "p", "p_laney", "u", "u_laney", "c")


def centre_and_sigma(
    values: np.ndarray, weights: np.ndarray, kind: str, fit: int | None = None, screen: bool = False
) -> tuple[float, np.ndarray]:
    """Centre line (one number) and sigma (one a point) of one phase, from its first `fit` points (all when None).

    values: share, rate, count or mean, without nulls; weights: the denominator (ones for "xmr" and "c").
    xmr      mean, 2.66 / 3 mean moving ranges
    p, u, c  binomial and Poisson sigma around the pooled rate
    *_laney  the same, times the moving-range sigma of the z-scores (Laney 2002, Quality Engineering 14(4))

    Sigma is NaN where it can't be had (fewer than two points for moving ranges). Don't trust p where weight times
    centre (or its complement) is below about 5: the binomial is not symmetric there and the lower limit means little.
    """
    fitted, weighed = values[:fit], weights[:fit]
    if kind == "xmr":
        centre = float(fitted.mean())
        sigma = np.full(values.size, RANGES_TO_LIMIT / 3 * mean_range(fitted, screen))
        return centre, sigma
    centre = float((fitted * weighed).sum() / weighed.sum())
    spread = max(centre * (1 - centre), 0.0) if kind.startswith("p") else max(centre, 0.0)
    sigma = np.sqrt(spread / weights)
    if kind.endswith("_laney"):
        sigma = sigma * dispersion(fitted, centre, sigma[:fit], screen)
    return centre, sigma


def dispersion(values: np.ndarray, centre: float, sigma: np.ndarray, screen: bool = False) -> float:
    """Laney's sigma z: 1 where the counts vary as binomial or Poisson counts do, above 1 where overdispersed."""
    if not sigma.all():
        return 1.0
    return mean_range((values - centre) / sigma, screen) / D2


def mean_range(values: np.ndarray, screen: bool = False) -> float:
    """Mean of the moving ranges of two; `screen` leaves out those above 3.267 times the mean. NaN below two points."""
    ranges = np.abs(np.diff(values))
    if not ranges.size:
        return float("nan")
    mean = ranges.mean()
    if screen and mean > 0:
        mean = ranges[ranges < FREAK_RANGE * mean].mean()
    return float(mean)

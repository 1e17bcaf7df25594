"""Put the points of a chart on a scale where the noise is even, so that a thin week cannot shout."""

from __future__ import annotations

import numpy as np
import scipy

# Median of a squared standard normal.
MEDIAN_CHI2 = 0.4549


def even_noise(values: np.ndarray, weights: np.ndarray | None, unit: str) -> tuple[np.ndarray, float]:
    """Residuals of one chart divided by the noise that each point should have, and the least that noise can be.

    values (points,), no nulls; weights (points,) the number of observations behind each, above zero, or None.
    Returns (residuals, floor), both in the same unit-free scale; for `signals.measure`.

    share   binomial deviance residuals (they stay near normal at shares close to 0 and 1, where a plain z-score makes
            one failure in a perfect record eight sigma), shrunk where the chart is overdispersed. The floor is
            binomial noise where the observations are plain yes/no (value times weight is whole), else 0.
    others  variance between + within / weight, both estimated from successive differences, so that a step does not
            count as noise. The floor is the rounding noise of the coarsest step that the values show.

    Weights below a handful of observations make any of this rough; the deviance helps, nothing cures it.
    """
    if weights is None or not np.isfinite(weights).all():
        return values - values.mean(), rounding(values)
    if unit == "share":
        return _share(np.clip(values, 0.0, 1.0), weights)
    between, within = _variances(values, weights)
    noise = np.sqrt(between + within / weights)
    if not (noise > 0).all():
        return values - values.mean(), rounding(values)
    centre = np.average(values, weights=noise**-2)
    return (values - centre) / noise, rounding(values) / float(np.median(noise))


def _share(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
    centre = float(np.average(values, weights=weights))
    if not 0 < centre < 1:
        return np.zeros(values.size), 1.0
    binomial = centre * (1 - centre) / weights
    # by the median, so that one collapse isn't taken for overdispersion and so excused
    extra = max(0.0, float(np.median(np.diff(values) ** 2)) / 2 / MEDIAN_CHI2 - float(binomial.mean()))
    known = np.sqrt(binomial / (binomial + extra))
    kept = weights * (_relative(values, centre) + _relative(1 - values, 1 - centre))
    residuals = np.sign(values - centre) * np.sqrt(2 * np.maximum(kept, 0))
    yes = values * weights
    plain = np.abs(yes - np.round(yes)).max() < 1e-6 * weights.max()
    return residuals * known, float(np.median(known)) if plain else 0.0


def _relative(part: np.ndarray, centre: float) -> np.ndarray:
    """part * log(part / centre), 0 at 0."""
    return part * np.log(np.where(part > 0, part, centre) / centre)


def _variances(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Variance between points and within them, from squared differences d of neighbours:
    E d^2 = 2 between + within (1/w + 1/w'). Least squares, each d^2 weighted by the inverse square of what it is
    expected to be (its variance is twice that square), three rounds; neither below zero."""
    squares = np.diff(values) ** 2
    if squares.max() <= (1e-9 * np.abs(values).max()) ** 2:  # it never moved, but for rounding
        return 0.0, 0.0
    thin = 1 / weights[1:] + 1 / weights[:-1]
    expected = thin
    between, within = 0.0, 0.0
    for _ in range(3):
        levers = np.column_stack([np.full(thin.size, 2.0), thin]) / expected[:, None]
        between, within = scipy.optimize.nnls(levers, squares / expected)[0]
        expected = np.maximum(2 * between + within * thin, 1e-12 * squares.max())
    return float(between), float(within)


def rounding(values: np.ndarray) -> float:
    """Standard deviation of rounding to the smallest step between distinct values (a uniform error)."""
    distinct = np.unique(values)
    if distinct.size < 2:
        return 0.0
    gaps = np.diff(distinct)
    return float(gaps[gaps > 1e-9 * np.abs(distinct).max()].min(initial=np.inf)) / np.sqrt(12) if gaps.size else 0.0

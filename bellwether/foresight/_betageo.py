"""BG/NBD and MBG/CNBD-k: after each purchase the customer leaves with a probability of their own.

BG/NBD: Fader, Hardie and Lee 2005, Marketing Science 24(2). MBG, where a customer may also leave right after
the first purchase: Batislam, Denizel and Filiztekin 2007. CNBD-k, where the weeks between purchases are
Erlang-k, so that larger k is more regular: Reutterer, Platzer and Schroeder 2021, "Leveraging purchase
regularity for predicting customer behavior the easy way". Rates are gamma (r, alpha in weeks), the
probability of leaving is beta (a, b). `k` counts the stages of an Erlang gap; with k = 1 gaps are
exponential.
"""

from __future__ import annotations

import numpy as np
import scipy

from bellwether.foresight._hyper import purchases_until_leaving
from bellwether.foresight._mixture import Array, Cells, Level, Term, log_sum

PARAMETERS = ("r", "alpha", "a", "b")


def start(cells: Cells, k: int) -> Array:
    """Somewhere sensible: the cohort's mean rate of purchase, and one in four leaves after a purchase."""
    rate = k * (cells.weight @ cells.frequency) / (cells.weight @ cells.age)
    return np.array([0.5, 0.5 / rate, 0.8, 2.4])


def terms(parameters: Array, cells: Cells, k: int, at_start: bool) -> tuple[Term, list[Term]]:
    """The common term; the stories: here, in stage 0 to k - 1 of the gap that is running, or left at
    `recency`.

    `at_start`: the customer may leave after the first purchase too (MBG).
    """
    r, alpha, a, b = parameters
    x, m = cells.by_frequency.x, r + k * cells.by_frequency.x
    kept = b + x + at_start  # times the customer decided to stay
    value = (
        scipy.special.gammaln(m)
        - scipy.special.gammaln(r)
        + r * np.log(alpha)
        - x * scipy.special.gammaln(k)
        + scipy.special.betaln(a, kept)
        - scipy.special.betaln(a, b)
    )
    leaving = scipy.special.digamma(a + b) - scipy.special.digamma(a + kept)
    by_r = scipy.special.digamma(m) - scipy.special.digamma(r) + np.log(alpha)
    slope = np.array(
        [by_r, np.full_like(x, r / alpha), leaving, leaving + scipy.special.digamma(kept) - scipy.special.digamma(b)]
    )
    stories = [_here(parameters, cells, k, stage) for stage in range(k)]
    stories.append(_left(parameters, cells.by_recency, k, at_start))
    return Term(cells.by_frequency.at, value, slope), stories


def alive(parameters: Array, cells: Cells, k: int, at_start: bool) -> Array:
    """Probability that the customer is still here at `age`, shape (rows,)."""
    return np.sum(_stages(parameters, cells, k, at_start), axis=0)


def expected(parameters: Array, cells: Cells, weeks: float, k: int, at_start: bool) -> Array:
    """Purchases in the `weeks` after `age`, shape (rows,).

    Exact for every k. Published code takes an approximation for k > 1 and scales it to the cohort's
    unconditional mean; on the grocery case its mean absolute error is 1.431 where this has 1.400.
    """
    if weeks == 0:
        return np.zeros(len(cells.age))
    r, alpha, a, b = parameters
    level, shares = cells.by_age, _stages(parameters, cells, k, at_start)
    odds, kept = weeks / (alpha + level.y + weeks), b + level.x + at_start
    if_here = [purchases_until_leaving(r + k * level.x + stage, odds, a, kept, k, stage) for stage in range(k)]
    return np.sum([share * count[level.at] for share, count in zip(shares, if_here, strict=True)], axis=0)


def _stages(parameters: Array, cells: Cells, k: int, at_start: bool) -> list[Array]:
    return log_sum(terms(parameters, cells, k, at_start)[1])[1][:-1]


def _here(parameters: Array, cells: Cells, k: int, stage: int) -> Term:
    """Still here at `age`, `stage` stages into the gap."""
    r, alpha, _, _ = parameters
    level = cells.by_age
    m, a = r + k * level.x, alpha + level.y
    climbed = m + np.arange(stage)[:, None]
    value = np.log(climbed).sum(axis=0) - scipy.special.gammaln(stage + 1) - (m + stage) * np.log(a)
    none = np.zeros_like(m)
    slope = np.array([(1 / climbed).sum(axis=0) - np.log(a), -(m + stage) / a, none, none])
    with np.errstate(divide="ignore"):  # bought on the last day: no time for a stage to pass
        waited = stage * np.log(cells.age - cells.recency) if stage else 0.0
    return Term(level.at, value, slope, waited)


def _left(parameters: Array, level: Level, k: int, at_start: bool) -> Term:
    """Left right after the purchase at `recency`; impossible for BG/NBD before a second purchase."""
    r, alpha, a, b = parameters
    m, since = r + k * level.x, alpha + level.y
    could = level.x + at_start > 0
    stayed = np.where(could, b + level.x + at_start - 1, 1.0)
    value = np.where(could, np.log(a) - np.log(stayed) - m * np.log(since), -np.inf)
    slope = np.array([-np.log(since), -m / since, np.full_like(m, 1 / a), -1 / stayed])
    return Term(level.at, value, slope * could)

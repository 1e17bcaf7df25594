"""How far a weekly series wanders by itself: intervals for its contrasts that own up to autocorrelation.

A week's gap between treated and comparison units is its level plus a shock that fades (an AR(1)) plus the noise of
having few observations. Neither the share of the shock nor how slowly it fades is known, and in a short series a single
guess at them gives intervals that are far too narrow. So no guess is made: each combination on a small grid is weighted
by its restricted likelihood (Harville 1974), and the interval is that of the mixture of Student's t distributions. Few
units are no obstacle, for what is counted is weeks; other units' gaps, where nothing was done, help to weigh the grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

Array = np.ndarray
# Share of a shock that is left a week later, and the share of the variance that such shocks make up.
FADING = (0.2, 0.4, 0.6, 0.8, 0.9, 0.96)
SHARES = (0.25, 0.5, 0.75, 1.0)
# Belief, before the data, that weeks are independent; the rest is spread evenly over the grid.
INDEPENDENT = 0.1
# Other units' gaps overlap and need not fade alike, so they speak at half their weight. Without them the intervals of
# slowly fading series cover .90, with all of their weight .92 where units differ; at a half both stay near .95.
SIBLINGS = 0.5
LEVEL = 0.95


@dataclass(frozen=True)
class Effect:
    """A contrast with its interval, in the unit of the values; p: two-sided, that the truth is zero."""

    estimate: float
    lower: float
    upper: float
    p: float
    error: float


@dataclass(frozen=True)
class Noise:
    """What is known of one series' wandering: a weight and a variance for each combination of the grid.

    freedom: of the t distributions; usual: what the usual week is worth in observations; siblings: the variances of the
    siblings, (combinations, s).
    """

    weights: Array
    variances: Array
    freedom: int
    usual: float
    siblings: Array

    def errors(self, coefficients: Array, weeks: Array, sizes: Array) -> Array:
        """Standard error of sum(coefficients * series) under each combination; the three arrays go week by week."""
        used = coefficients != 0
        line = np.zeros(weeks.max() - weeks.min() + 1)
        line[weeks[used] - weeks.min()] = coefficients[used]
        # sum over all pairs of weeks that lie so far apart, each pair once from either side
        apart = np.correlate(line, line, "full")[len(line) - 1 :] * np.where(np.arange(len(line)), 2, 1)
        shocks = np.power.outer(np.array(FADING), np.arange(len(line))) @ apart
        white = coefficients[used] ** 2 @ (self.usual / sizes[used])
        mixed = [share * shock + (1 - share) * white for shock in shocks for share in SHARES]
        return np.sqrt(np.maximum([white, *mixed], 0) * self.variances)

    def effect(self, coefficients: Array, values: Array, weeks: Array, sizes: Array, level: float = LEVEL) -> Effect:
        """sum(coefficients * values) with its interval."""
        used = coefficients != 0
        estimate = float(coefficients[used] @ values[used])
        return self.mixed(np.full(len(self.weights), estimate), self.errors(coefficients, weeks, sizes), level)

    def mixed(self, estimates: Array, errors: Array, level: float = LEVEL) -> Effect:
        """The mixture of t distributions around each combination's estimate: its mean, both tails, and p."""
        errors = np.maximum(errors, 1e-12)
        estimate = float(self.weights @ estimates)
        spread = float(np.sqrt(self.weights @ (errors**2 + (estimates - estimate) ** 2)))
        far = (
            np.abs(estimates - estimate).max()
            + errors.max() * -scipy.special.stdtrit(self.freedom, (1 - level) / 2) * 1.001
        )

        def below(value: float) -> float:
            return float(self.weights @ scipy.special.stdtr(self.freedom, (value - estimates) / errors))

        lower, upper = (
            scipy.optimize.brentq(lambda value, share=share: below(value) - share, estimate - far, estimate + far)
            for share in ((1 - level) / 2, (1 + level) / 2)
        )
        return Effect(estimate, lower, upper, min(1.0, 2 * min(below(0), 1 - below(0))), spread)

    def reach(self, errors: Array, level: float) -> float:
        """Half the width of the interval that holds `level` of the mixture."""
        tail = (1 - level) / 2
        most = float(errors.max() * -scipy.special.stdtrit(self.freedom, tail)) * 1.001
        return scipy.optimize.brentq(
            lambda reach: self.weights @ scipy.special.stdtr(self.freedom, -reach / errors) - tail, 0, most
        )


def covariances(weeks: Array, relative: Array) -> Array:
    """Covariance of the series under each combination, (combinations, n, n), up to the variance itself.

    weeks: whole numbers, gaps allowed. relative: variance of each week's sampling noise, 1 for the usual week.
    """
    lag = np.abs(weeks[:, None] - weeks[None, :])
    white = np.diag(relative)
    left = np.power.outer(np.array(FADING), np.arange(lag.max() + 1.0))[:, lag]
    share = np.array(SHARES)[:, None, None]
    mixed = share * left[:, None] + (1 - share) * white
    return np.concatenate([white[None], mixed.reshape(-1, *lag.shape)])


def learn(series: Array, design: Array, weeks: Array, sizes: Array, siblings: Array | None = None, alike=None) -> Noise:
    """The noise of `series` (n,) around `design` (n, k), such as a level and a step.

    weeks: (n,) whole numbers; sizes: (n,) what each week's value is worth in observations; siblings: (n, s) gaps of
    units that were not treated, in the same weeks; alike: positions of those that help to weigh the grid, else all.
    Not for series that wander off without end (a trend, a season that the design leaves out): the slowest shock on the
    grid fades by 4% a week.
    """
    usual = float(np.median(sizes))
    columns = series[:, None] if siblings is None else np.column_stack([series, siblings])
    likelihoods, variances = _fit(columns, design, covariances(weeks, usual / sizes))
    belief = likelihoods[:, 0] + np.log(_prior())
    count = columns.shape[1] - 1
    if count > 1:
        # Their gaps sum to about nothing: s of them are worth s - 1.
        heard = likelihoods[:, 1:] if alike is None else likelihoods[:, 1:][:, alike]
        belief = belief + SIBLINGS * heard.sum(axis=1) * (count - 1) / count
    weights = np.exp(belief - belief.max())
    freedom = len(series) - design.shape[1]
    return Noise(weights / weights.sum(), variances[:, 0], freedom, usual, variances[:, 1:])


def _prior() -> Array:
    count = len(FADING) * len(SHARES)
    return np.array([INDEPENDENT, *[(1 - INDEPENDENT) / count] * count])


def _fit(columns: Array, design: Array, spread: Array) -> tuple[Array, Array]:
    """Restricted log-likelihood and variance, (combinations, columns) each, with the variance profiled out."""
    k, freedom = design.shape[1], len(design) - design.shape[1]
    roots = np.linalg.cholesky(spread)
    stacked = np.broadcast_to(np.hstack([design, columns]), (len(roots), len(design), k + columns.shape[1]))
    whitened = np.linalg.solve(roots, stacked)
    basis, triangle = np.linalg.qr(whitened[:, :, :k])
    rest = whitened[:, :, k:] - basis @ (basis.transpose(0, 2, 1) @ whitened[:, :, k:])
    squares = np.maximum((rest**2).sum(axis=1), 1e-24)
    volume = _log_diagonal(roots) + _log_diagonal(triangle)
    return -volume[:, None] - freedom / 2 * np.log(squares), squares / freedom


def _log_diagonal(matrices: Array) -> Array:
    return np.log(np.abs(np.diagonal(matrices, axis1=1, axis2=2))).sum(axis=1)

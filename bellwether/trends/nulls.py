"""What noise alone does to a chart: simulated once a chart length, kept, and read as p-values.

Noise is a first-order autoregression x[t] = phi x[t-1] + e[t] whose shocks are a little heavy-tailed (t with 8 degrees
of freedom), because weekly figures are. Everything is seeded: the same chart has the same p-value on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bellwether.trends.limits import FREAK_RANGE, RANGES_TO_LIMIT
from bellwether.trends.rules import Rules, special_causes
from bellwether.trends.signals import RECENT, RULES, measure

# A chart is cut to the longest of these that it fills: at most a twelfth of its oldest points goes unread. Beyond
# three years of weeks the past says nothing about the present.
LENGTHS = (12, 13, 14, 15, 16, 18, 20, 22, 24, 26, 28, 30, 33, 36, 39, 43, 47, 52, 56, 60, 65, 71, 78, 85, 91, 97, 104)
LENGTHS += (113, 122, 132, 143, 156)
RUNS = 40_000
STRONGEST_PHI = 0.85
SHOCKS = 8
# Width of the window on the observed autocorrelation in which simulated charts are compared with a real one.
LIKE = 0.05
# Between these tail shares log p is taken as a straight line in the strength, and carried on beyond them.
TAIL = (0.03, 0.004)


@dataclass(frozen=True)
class Null:
    """Simulated charts of one length, phi drawn evenly from 0 to .85; `strength` and `order` strongest first."""

    phi: np.ndarray
    observed: np.ndarray
    strength: np.ndarray
    order: np.ndarray
    offset: float
    slope: float
    error: float

    def corrected(self, observed: np.ndarray) -> np.ndarray:
        """Undo the bias of the raw residual autocorrelation (a line through the simulated pairs)."""
        return (observed - self.offset) / self.slope


@dataclass(frozen=True)
class Grid:
    """The autocorrelations that go around in a grid of charts: normal with this centre and spread."""

    centre: float
    spread: float

    def shrunk(self, corrected: np.ndarray, error: np.ndarray) -> np.ndarray:
        """Each chart's own autocorrelation, pulled towards its grid by how badly it is known; never below 0."""
        trust = self.spread**2 / (self.spread**2 + error**2)
        return np.clip(trust * corrected + (1 - trust) * self.centre, 0, STRONGEST_PHI)


def usable_length(points: int) -> int:
    """The longest length with a null table that is not above `points` (at least 12)."""
    return max(length for length in LENGTHS if length <= points)


@lru_cache(maxsize=len(LENGTHS))
def null(points: int) -> Null:
    """The null table of one chart length; about half a second the first time, 2 MB."""
    chance = np.random.default_rng(points)
    phi = chance.uniform(0, STRONGEST_PHI, RUNS)
    found = measure(autoregression(chance.standard_t(SHOCKS, (RUNS, points)), phi))
    strength = np.abs(found.strength).astype(np.float32).T
    order = np.argsort(-strength, axis=1).astype(np.int32)
    slope, offset = np.polyfit(phi, found.autocorrelation, 1)
    error = float(np.std(found.autocorrelation - offset - slope * phi) / slope)
    strength = np.take_along_axis(strength, order, axis=1)
    return Null(phi, found.autocorrelation, strength, order, float(offset), float(slope), error)


def autoregression(shocks: np.ndarray, phi: np.ndarray | float) -> np.ndarray:
    """AR(1) series (charts x points) from shocks, started in its stationary spread."""
    phi = np.broadcast_to(phi, (shocks.shape[0],))
    series = np.empty_like(shocks)
    series[:, 0] = shocks[:, 0] / np.sqrt(1 - phi**2)
    for point in range(1, shocks.shape[1]):
        series[:, point] = phi * series[:, point - 1] + shocks[:, point]
    return series


def grid_autocorrelation(corrected: np.ndarray, error: np.ndarray) -> Grid:
    """Centre and spread of the autocorrelations of a grid, by moments (charts,).

    Four imaginary charts at .3 with variance .04 stand in for what weekly service figures usually show, so that one
    chart alone is judged cautiously and forty speak for themselves. The spread stays between .1 and .3.
    """
    charts, imaginary = corrected.size, 4
    centre = (corrected.sum() + imaginary * 0.3) / (charts + imaginary)
    excess = ((corrected - centre) ** 2 - error**2).sum() + imaginary * 0.04
    return Grid(max(0.0, float(centre)), float(np.sqrt(np.clip(excess / (charts + imaginary), 0.01, 0.09))))


def p_values(table: Null, strength: np.ndarray, observed: np.ndarray, grid: Grid) -> np.ndarray:
    """P(noise at least this strong) of every rule on every chart (charts x 4).

    strength (charts x 4, sign ignored) and observed (charts,) as `signals.measure` gives them. The chance is taken
    over simulated charts weighted by how likely their phi is in this grid and how like their observed autocorrelation
    is to the chart's own. So the uncertainty about phi is in the p-value, which plugging in an estimate leaves out.
    """
    low, high = np.quantile(table.observed, (0.005, 0.995))
    rounded = np.round(np.clip(observed, low, high) / (LIKE / 2)) * (LIKE / 2)
    prior = -0.5 * ((table.phi - grid.centre) / grid.spread) ** 2
    result = np.ones(strength.shape)
    for near in np.unique(rounded):
        charts = np.flatnonzero(rounded == near)
        weight = np.exp(prior - 0.5 * ((table.observed - near) / LIKE) ** 2)
        for rule in range(len(RULES)):
            result[charts, rule] = _tail(table, weight, rule, np.abs(strength[charts, rule]))
    return result


def _tail(table: Null, weight: np.ndarray, rule: int, strength: np.ndarray) -> np.ndarray:
    above = np.cumsum(weight[table.order[rule]])
    above /= above[-1]
    simulated = table.strength[rule]
    start, end = simulated[np.searchsorted(above, TAIL)]
    inside = above[np.searchsorted(-simulated, -strength, side="right").clip(1) - 1]
    decay = np.log(TAIL[0] / TAIL[1]) / max(end - start, 1e-9)
    beyond = TAIL[1] * np.exp(-decay * np.maximum(strength - end, 0))
    return np.where(strength > end, beyond, inside)


@lru_cache(maxsize=256)
def plain_alarms(points: int, phi: float, rules: Rules, runs: int = 2000) -> tuple[float, float]:
    """Share of pure-noise charts (normal AR(1), XmR limits) that the plain rules mark: anywhere, and in the last 4."""
    chance = np.random.default_rng(points)
    values = autoregression(chance.standard_normal((runs, points)), phi)
    ranges = np.abs(np.diff(values, axis=1))
    mean = ranges.mean(axis=1, keepdims=True)
    if rules.screen:
        kept = ranges < FREAK_RANGE * mean
        mean = (ranges * kept).sum(axis=1, keepdims=True) / kept.sum(axis=1, keepdims=True)
    centre = values.mean(axis=1, keepdims=True)
    marked = special_causes(values, centre, RANGES_TO_LIMIT / 3 * mean, rules).direction != 0
    return float(marked.any(axis=1).mean()), float(marked[:, -RECENT:].any(axis=1).mean())

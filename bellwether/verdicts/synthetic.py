"""A comparison put together from several units, where none alone runs alongside the treated one.

Synthetic control (Abadie, Diamond and Hainmueller 2010, JASA 105) and synthetic difference-in-differences
(Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021, AER 111): weights of at least 0 that sum to 1, found by
Frank-Wolfe steps with the stopping rule of the latter paper, so that its published figures come out.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray
FIRST_STEPS, MOST_STEPS = 100, 10_000
# A weight below a quarter of the largest after the first steps is dropped, and the rest found again.
DROPPED = 0.25


def synthetic(values: Array, treated: int, first: int, method: str = "sdid") -> tuple[float, Array]:
    """The effect on one unit after its start, and the weights of the others (in their order).

    values: (periods, units), complete. treated: its column; first: the first treated period. method: "sdid", "sc" or
    "did". When not to trust it: a poor fit before the start (look at it), or a time-weighted base right after a bad
    spell; a verdict therefore uses `unit_weights` with an even base.
    """
    if method not in ("sdid", "sc", "did"):
        raise ValueError(f'method "{method}": choose sdid, sc or did')
    target, pool = values[:, treated], np.delete(values, treated, axis=1)
    weights = np.full(pool.shape[1], 1 / pool.shape[1])
    base = np.full(first, 0.0 if method == "sc" else 1 / first)
    step = _step(pool[:first])
    if method == "sc":
        weights = simplex(pool[:first], target[:first], 1e-6 * step, False, 1e-5 * step)
    if method == "sdid":
        weights = unit_weights(pool[:first], target[:first], len(values) - first)
        base = simplex(pool[:first].T, pool[first:].mean(axis=0), 1e-6 * step, True, 1e-5 * step)
    gap = target - pool @ weights
    return float(gap[first:].mean() - base @ gap[:first]), weights


def unit_weights(pool: Array, target: Array, after: int, closeness: float = 1e-5) -> Array:
    """Weights (units,) under which the pool (weeks, units) runs parallel to the target (weeks,).

    after: number of treated weeks. The penalty grows with the pool's week-to-week noise, so that noisy weeks give even
    weights and not a chance fit. closeness: the gain, against that noise, at which the search ends (the paper's).
    """
    step = _step(pool)
    return simplex(pool, target, after**0.25 * step, True, closeness * step)


def simplex(pool: Array, target: Array, penalty: float, level: bool, least: float) -> Array:
    """Weights w >= 0, sum 1, least |pool w - target|^2 / n + penalty^2 |w|^2; `level`: up to a constant."""
    if level:
        pool, target = pool - pool.mean(axis=0), target - target.mean()
    start = np.full(pool.shape[1], 1 / pool.shape[1])
    first = _descend(pool, target, penalty, least, start, FIRST_STEPS)
    kept = np.where(first <= first.max() * DROPPED, 0, first)
    return _descend(pool, target, penalty, least, kept / kept.sum(), MOST_STEPS)


def _descend(pool: Array, target: Array, penalty: float, least: float, weights: Array, steps: int) -> Array:
    n, fitted, last = len(pool), pool @ weights, np.inf
    ridge = n * penalty**2
    for step in range(steps):
        slope = (fitted - target) @ pool + ridge * weights
        best = int(slope.argmin())
        way = -weights
        way[best] += 1
        moved = pool[:, best] - fitted
        length = moved @ moved + ridge * (way @ way)
        if length == 0:
            break
        weights = weights + min(1.0, max(0.0, -(slope @ way) / length)) * way
        fitted = pool @ weights
        now = penalty**2 * (weights @ weights) + ((fitted - target) ** 2).sum() / n
        if step and last - now <= least**2:
            break
        last = now
    return weights


def _step(pool: Array) -> float:
    """Standard deviation of all changes from one period to the next; 1 for a pool that never moves."""
    return float(np.std(np.diff(pool, axis=0), ddof=1)) or 1.0

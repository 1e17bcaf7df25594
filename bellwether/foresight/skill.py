"""One model family for every comparison: L2 logistic regression, and how well it foretells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# A standardised value beyond this is read as this: one wild reading must not decide a forecast.
FARTHEST = 5.0
# A Newton step squares the error (Boyd & Vandenberghe 2004, section 9.5): the step that promises less log-loss a row
# than this is the last. What is left after it moves a skill by about 1e-6.
ENOUGH = 5e-4


@dataclass(frozen=True)
class Scaling:
    """Centre and spread of each column, learned on training rows and on no others."""

    centre: np.ndarray
    spread: np.ndarray

    def apply(self, columns: np.ndarray) -> np.ndarray:
        """Standardised columns; an unknown value stands at the centre."""
        scaled = columns - self.centre
        scaled /= self.spread
        np.clip(scaled, -FARTHEST, FARTHEST, out=scaled)
        unknown = np.isnan(scaled)
        if unknown.any():
            scaled[unknown] = 0
        return scaled


def learn_scaling(columns: np.ndarray) -> Scaling:
    """Mean and standard deviation of each column, nan left out; a constant column is scaled to zero."""
    known = ~np.isnan(columns)
    size = np.maximum(known.sum(axis=0), 1)
    centre = columns.sum(axis=0, where=known, dtype=np.float64) / size
    away = (columns - centre.astype(columns.dtype)) ** 2
    spread = np.sqrt(away.sum(axis=0, where=known, dtype=np.float64) / size)
    constant = spread <= 1e-6 * np.maximum(np.abs(centre), 1e-12)
    return Scaling(centre.astype(np.float32), np.where(constant, np.inf, spread).astype(np.float32))


def with_ones(columns: np.ndarray, room: int = 0) -> np.ndarray:
    """The design: a column of ones, `columns`, and `room` for more; column by column in memory."""
    rows, width = columns.shape
    design = np.zeros((rows, 1 + width + room), np.float32, order="F")
    design[:, 0] = 1
    design[:, 1 : 1 + width] = columns
    return design


def fit_logistic(
    design: np.ndarray, y: np.ndarray, penalty: float = 1.0, start: np.ndarray | None = None, enough: float = 1e-7
) -> np.ndarray:
    """Coefficients that minimise the log-loss plus penalty/2 times the squared slopes, by Newton's method.

    `design`: rows by columns, the first a column of ones, which is not penalised; `y` in {0, 1}. The step that
    promises less than `enough` log-loss a row is the last. Don't read the slopes as effects: they are associations.
    """
    weights = np.zeros(design.shape[1]) if start is None else start
    step, best = np.zeros_like(weights), np.inf
    for _ in range(50):
        linear = design @ weights.astype(design.dtype)
        cost = log_losses(linear, y).sum(dtype=np.float64) + penalty * (weights[1:] ** 2).sum() / 2
        if cost > best * (1 + 1e-6):  # overshot: go back half the way
            step = step / 2
            weights = weights - step
            continue
        best = cost
        step, gain = _newton_step(*_slope_and_curvature(design, y, linear, weights, penalty))
        weights = weights + step
        if gain < enough * len(y):
            break
    return weights


def fit_nested(
    design: np.ndarray, y: np.ndarray, start: np.ndarray, widths: Sequence[int], penalty: float = 1.0
) -> np.ndarray:
    """`fit_logistic` on the first columns of `design`, for each of `widths`; one column of coefficients each.

    `start`: the fit on fewer columns still. Slope and curvature there serve the first step of all of them, and
    columns that add little need no second.
    """
    weights = np.zeros((design.shape[1], len(widths)))
    weights[: len(start)] = start[:, None]
    linear = design[:, : len(start)] @ start.astype(design.dtype)
    slope, curvature = _slope_and_curvature(design, y, linear, weights[:, 0], penalty)
    for number, width in enumerate(widths):
        step, gain = _newton_step(slope[:width], curvature[:width, :width])
        weights[:width, number] += step
        if gain >= ENOUGH * len(y):
            weights[:width, number] = fit_logistic(design[:, :width], y, penalty, weights[:width, number], ENOUGH)
    return weights


def _slope_and_curvature(design, y, linear, weights, penalty) -> tuple[np.ndarray, np.ndarray]:
    chance = probability(linear)
    ridge = np.full(len(weights), penalty)
    ridge[0] = 0
    slope = design.T @ (y - chance) - ridge * weights
    curvature = design.T @ (design * (chance * (1 - chance))[:, None]) + np.diag(ridge + 1e-6)
    return slope, curvature


def _newton_step(slope: np.ndarray, curvature: np.ndarray) -> tuple[np.ndarray, float]:
    """The step, and the drop in cost that it promises."""
    step = np.linalg.solve(curvature, slope)
    return step, float(slope @ step) / 2


def probability(linear: np.ndarray) -> np.ndarray:
    """The logistic function; an overflow ends at 0."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-linear))


def log_losses(linear: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Log-loss of each row, in nats, from the linear predictor."""
    return np.log1p(np.exp(-np.abs(linear))) + np.maximum(linear, 0) - y * linear


def area_under_curve(linear: np.ndarray, y: np.ndarray, cells: int = 1 << 14) -> float:
    """AUC with the probabilities cut into `cells` equal cells, ties counted half; nan with one class only.

    Within about 1e-4 of the exact figure unless nearly all probabilities fall into a few cells.
    """
    cell = np.minimum((probability(linear) * cells).astype(np.int32), cells - 1)
    everyone = np.bincount(cell, minlength=cells)
    retained = np.bincount(cell, weights=y, minlength=cells)
    lost = everyone - retained
    pairs = retained.sum() * lost.sum()
    return float((retained * (np.cumsum(lost) - lost / 2)).sum() / pairs) if pairs else float("nan")

"""Complementary log-log regression of the weekly hazard, and the plain rate for ends too rare for one.

The hazard rate of a week is constant inside it, so log(-log(1 - P(end in the week))) is linear in the features: a
proportional hazards model seen through weeks (Prentice & Gloeckler 1978, Biometrics 34; Allison 1982). A week that
ended in another way counts half: the customer was at risk for half of it on average.

When not to trust it: effects are log-linear and the same in every week; seasons and campaigns are unknown to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bellwether.foresight.skill import Scaling

LOWEST, HIGHEST = -15.0, 3.0  # log hazards beyond are read as these: e^3 a week leaves nobody
SOON, AFTER = 4, 2  # weeks before and after the end of a term that behave differently
TERMS = 5


@dataclass(frozen=True)
class Regression:
    """`slopes`: one a feature, one a flag "unknown" a feature, one a term of time; all of standardised columns."""

    scaling: Scaling
    terms: Scaling
    unknown: np.ndarray  # share of training weeks without the feature
    intercept: float
    slopes: np.ndarray

    def log_hazards(self, values: np.ndarray, due: np.ndarray, horizon: int) -> np.ndarray:
        """Log weekly hazard rate of each customer, rows by weeks."""
        base, by_feature = self.contributions(values, due, np.ones(len(values)))
        kinds, at = np.unique(due, return_inverse=True)
        week = np.tile(np.arange(1, horizon + 1), len(kinds))
        timing = self.terms.apply(time_terms(week, np.repeat(kinds, horizon))) @ self.slopes[2 * values.shape[1] :]
        known = base + by_feature.sum(axis=1)
        return np.clip(known[:, None] + timing.reshape(len(kinds), horizon)[at], LOWEST, HIGHEST)

    def contributions(self, values: np.ndarray, due: np.ndarray, week: np.ndarray) -> tuple[float, np.ndarray]:
        """Base, and rows by features: slopes times centred columns, the same in every week."""
        width = values.shape[1]
        by_feature = self.scaling.apply(values) * self.slopes[:width]
        by_feature += (np.isnan(values) - self.unknown) * self.slopes[width : 2 * width]
        return self.intercept, by_feature


@dataclass(frozen=True)
class Rate:
    """One hazard for everybody."""

    log_rate: float

    def log_hazards(self, values: np.ndarray, due: np.ndarray, horizon: int) -> np.ndarray:
        return np.full((len(values), horizon), self.log_rate)

    def contributions(self, values: np.ndarray, due: np.ndarray, week: np.ndarray) -> tuple[float, np.ndarray]:
        return self.log_rate, np.zeros(values.shape)


def fit_regression(values, week, due, y, weight, penalty: float) -> Regression:
    """Fit on weeks at risk: `values` weeks by features, `y` 1 where the week saw the end."""
    columns = time_terms(week, due)
    scaling, terms = _weighted_scaling(values, weight), _weighted_scaling(columns, weight)
    unknown = np.average(np.isnan(values), axis=0, weights=weight)
    flags = np.isnan(values) - unknown
    design = np.column_stack([np.ones(len(y)), scaling.apply(values), flags, terms.apply(columns)])
    found = fit_cloglog(design, y, weight, penalty)
    return Regression(scaling, terms, unknown, float(found[0]), found[1:])


def fit_rate(y: np.ndarray, weight: np.ndarray) -> Rate:
    """Ends by weeks at risk; half an end where there was none, so that the hazard isn't zero."""
    ends, weeks = max(float(weight @ y), 0.5), float(weight @ (1 - y / 2))
    return Rate(float(np.clip(np.log(ends / max(weeks, 1)), LOWEST, HIGHEST)))


def fit_cloglog(
    design: np.ndarray, y: np.ndarray, weight: np.ndarray, penalty: float, offset: np.ndarray | float = 0.0
) -> np.ndarray:
    """Coefficients by Fisher scoring; the first column (ones) is not penalised."""
    found = np.zeros(design.shape[1])
    found[0] = np.log(max(weight @ y, 0.5) / (weight @ np.exp(np.broadcast_to(offset, y.shape))))
    ridge = np.full(len(found), penalty + 1e-8)
    ridge[0] = 0
    step, best = np.zeros_like(found), np.inf
    for _ in range(50):
        linear = design @ found + offset
        cost = weight @ course_losses(linear, y) + ridge @ found**2 / 2
        if cost > best * (1 + 1e-9):  # overshot: go back half the way
            step = step / 2
            found = found - step
            continue
        best = cost
        pull, curvature = slope_and_curvature(linear, y)
        slope = design.T @ (weight * pull) - ridge * found
        step = np.linalg.solve(design.T @ (design * (weight * curvature)[:, None]) + np.diag(ridge + 1e-9), slope)
        found = found + step
        if slope @ step < 1e-8 * weight.sum():
            break
    return found


def _weighted_scaling(columns: np.ndarray, weight: np.ndarray) -> Scaling:
    """Centre and spread over all weeks at risk, not over those that were drawn; a constant column is scaled to zero."""
    known = ~np.isnan(columns)
    mass = np.maximum(weight @ known, 1e-12)
    centre = weight @ np.where(known, columns, 0) / mass
    spread = np.sqrt(weight @ np.where(known, (columns - centre) ** 2, 0) / mass)
    constant = spread <= 1e-6 * np.maximum(np.abs(centre), 1e-12)
    return Scaling(centre.astype(np.float32), np.where(constant, np.inf, spread).astype(np.float32))


def course_losses(linear: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Minus the log-likelihood of each week, from its log hazard."""
    hazard = np.exp(np.clip(linear, LOWEST, HIGHEST))
    return np.where(y > 0, -np.log(-np.expm1(-hazard)), hazard)


def slope_and_curvature(linear: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Derivative of the log-likelihood by the log hazard, and its expected curvature (Fisher information)."""
    hazard = np.exp(np.clip(linear, LOWEST, HIGHEST))
    odds = np.expm1(hazard)
    return hazard * (y * (1 + 1 / odds) - 1), hazard**2 / odds


def time_terms(week: np.ndarray, due: np.ndarray) -> np.ndarray:
    """Week, its log, and whether the term ends soon, now, or ended just before; weeks by TERMS."""
    ahead = due - week
    with np.errstate(invalid="ignore"):
        near = [(ahead > 0) & (ahead <= SOON), ahead == 0, (ahead < 0) & (ahead >= -AFTER)]
    return np.column_stack([week, np.log(week), *near]).astype(np.float32)

"""The shared arithmetic of the purchase models: unique rows, a likelihood that is a sum of stories, its
maximum.

Every model here tells one of a few stories about a customer: still here, or gone since the last purchase. The
likelihood of a row is therefore `common + log(sum(exp(stories)))`, and each term depends on frequency alone,
on (frequency, age) or on (frequency, recency). There are far fewer of these pairs than rows, so a term and
its gradient are computed once a pair; a row only looks them up, and the gradient adds the rows' weights up by
pair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
import scipy
from numpy.typing import NDArray

Array = NDArray[np.float64]
# How far a parameter may move from its start: a factor of e**12 either way. At this wall the data leave it open.
REACH = 12.0


class Level(NamedTuple):
    """Distinct pairs (x, y), and for each row the place of its pair."""

    x: Array
    y: Array
    at: NDArray[np.intp]


class Term(NamedTuple):
    """A term of the log-likelihood: `value` (levels,), `slope` (parameters, levels), `at` and `extra` (rows,)."""

    at: NDArray[np.intp]
    value: Array
    slope: Array
    extra: Array | float = 0.0

    def rows(self) -> Array:
        return self.value[self.at] + self.extra


@dataclass(frozen=True)
class Cells:
    """Unique (frequency, recency, age) rows with the number of customers in each, all of shape (rows,)."""

    frequency: Array
    recency: Array
    age: Array
    weight: Array
    by_frequency: Level
    by_age: Level
    by_recency: Level


def cells_of(rows: pl.DataFrame) -> Cells:
    """Index the pairs of a frame that has frequency, recency, age and weight."""
    frequency, recency, age, weight = (
        rows[name].cast(pl.Float64).to_numpy() for name in ("frequency", "recency", "age", "weight")
    )
    levels = (pairs(frequency, np.zeros_like(frequency)), pairs(frequency, age), pairs(frequency, recency))
    return Cells(frequency, recency, age, weight, *levels)


def pairs(x: Array, y: Array) -> Level:
    """The distinct pairs of two columns; two sorts of one column each, where sorting pairs would be slow."""
    x_values, x_at = np.unique(x, return_inverse=True)
    y_values, y_at = np.unique(y, return_inverse=True)
    keys, at = np.unique(x_at * len(y_values) + y_at, return_inverse=True)
    return Level(x_values[keys // len(y_values)], y_values[keys % len(y_values)], at)


def log_sum(stories: list[Term]) -> tuple[Array, list[Array]]:
    """Log of the summed stories of each row, and each story's share of that sum, all of shape (rows,)."""
    logs = [story.rows() for story in stories]
    top = np.maximum.reduce(logs)
    parts = [np.exp(log - top) for log in logs]
    whole = np.sum(parts, axis=0)
    return top + np.log(whole), [part / whole for part in parts]


def total(common: Term, stories: list[Term], weight: Array) -> tuple[float, Array]:
    """Weighted log-likelihood over all rows and its gradient by the parameters."""
    mixed, shares = log_sum(stories)
    value = float(weight @ (common.rows() + mixed))
    terms, weights = [common, *stories], [weight, *(weight * share for share in shares)]
    by_term = zip(terms, weights, strict=True)
    return value, sum(term.slope @ np.bincount(term.at, by_row, len(term.value)) for term, by_row in by_term)


def maximise(
    objective: Callable[[Array], tuple[float, Array]], start: Array, customers: float
) -> tuple[Array, float, bool]:
    """Parameters (all positive) at the maximum, the log-likelihood there, and whether it is a proper maximum.

    `objective` gives the log-likelihood and its gradient by the parameters; the search is L-BFGS on their
    logarithms, on the likelihood per customer so that the tolerances mean the same at any size.
    """

    def loss(logs: Array) -> tuple[float, Array]:
        parameters = np.exp(logs)
        value, gradient = objective(parameters)
        return -value / customers, -gradient * parameters / customers

    first = np.log(start)
    bounds = [(log - REACH, log + REACH) for log in first]
    options = {"ftol": 1e-13, "gtol": 1e-7, "maxiter": 500}
    found = scipy.optimize.minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    inside = bool(np.all(np.abs(found.x - first) < 0.99 * REACH))
    return np.exp(found.x), -float(found.fun) * customers, bool(found.success) and inside

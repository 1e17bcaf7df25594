"""Pareto/NBD: purchases come at random at a customer's own rate until the customer leaves, at a moment nobody
sees.

Schmittlein, Morrison and Colombo 1987, Management Science 33(1); notation of Fader and Hardie 2005, "A note
on deriving the Pareto/NBD model". Rates are gamma: purchases (r, alpha), leaving (s, beta), alpha and beta in
weeks.

The textbook form takes differences of Gauss hypergeometric functions, which overflow for frequent buyers.
With `B(y) = (alpha + y)^-(r + x) (beta + y)^-s` and `g(y)` the chance that somebody still here at y leaves
before the next purchase, the likelihood is, but for a factor in x, `B(age) (1 - g(age)) + B(recency)
g(recency)`: two positive terms.
"""

from __future__ import annotations

import numpy as np
import scipy

from bellwether.foresight._hyper import leaves_first
from bellwether.foresight._mixture import Array, Cells, Level, Term, log_sum

PARAMETERS = ("r", "alpha", "s", "beta")
_TINY = 1e-15  # to which g is known


def start(cells: Cells, k: int) -> Array:
    """Somewhere sensible: the cohort's mean rate of purchase, and half of it gone by the mean age."""
    weeks = cells.weight @ cells.age
    rate = cells.weight @ cells.frequency / weeks
    return np.array([0.5, 0.5 / rate, 0.5, 0.5 * weeks / cells.weight.sum()])


def terms(parameters: Array, cells: Cells, k: int) -> tuple[Term, list[Term]]:
    """The common term and the two stories: will buy again after `age`, or left between `recency` and then."""
    r, alpha, s, beta = parameters
    x = cells.by_frequency.x
    value = scipy.special.gammaln(r + x) - scipy.special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    level = np.ones_like(x)
    by_r = scipy.special.digamma(r + x) - scipy.special.digamma(r) + np.log(alpha)
    slope = np.array([by_r, r / alpha * level, np.log(beta) * level, s / beta * level])
    stays = _story(parameters, cells.by_age, leaves=False)
    return Term(cells.by_frequency.at, value, slope), [stays, _story(parameters, cells.by_recency, leaves=True)]


def alive(parameters: Array, cells: Cells, k: int) -> Array:
    """Probability that the customer is still here at `age`, shape (rows,)."""
    _, stories = terms(parameters, cells, k)
    r, alpha, s, beta = parameters
    log_stays = -(r + cells.frequency) * np.log(alpha + cells.age) - s * np.log(beta + cells.age)
    return np.minimum(np.exp(log_stays - log_sum(stories)[0]), 1.0)


def expected(parameters: Array, cells: Cells, weeks: float, k: int) -> Array:
    """Purchases in the `weeks` after `age`, shape (rows,)."""
    r, alpha, s, beta = parameters
    growth = scipy.special.log1p(weeks / (beta + cells.age))
    steps = (1 - s) * growth
    # (1 - e^steps) / (s - 1), which is `growth` itself at s = 1
    lasting = growth * np.divide(scipy.special.expm1(steps), steps, out=np.ones_like(steps), where=steps != 0)
    rate = (r + cells.frequency) / (alpha + cells.age)
    return alive(parameters, cells, k) * rate * (beta + cells.age) * lasting


def _story(parameters: Array, level: Level, leaves: bool) -> Term:
    """log of B(y) g(y), or of B(y) (1 - g(y)), with its slope by r, alpha, s, beta."""
    r, alpha, s, beta = parameters
    m, a, b = r + level.x, alpha + level.y, beta + level.y
    gone, by_m, by_s, by_log = leaves_first(m, s, b / a)
    share, sign = (gone, 1) if leaves else (1 - gone, -1)
    share = np.maximum(share, _TINY)
    value = np.log(share) - m * np.log(a) - s * np.log(b)
    slope_share = sign / share * np.array([by_m, -by_log / a, by_s, by_log / b])
    return Term(level.at, value, slope_share - np.array([np.log(a), m / a, np.log(b), s / b]))

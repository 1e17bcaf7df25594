"""BG/BB: a customer who is asked a fixed number of times (yearly renewals, appeals) and buys, or not, each
time.

Fader, Hardie and Shang 2010, "Customer-base analysis in a discrete-time noncontractual setting", Marketing
Science 29(6). Frequency, recency and age are whole opportunities. The chance to buy is beta (alpha, beta),
the chance to leave before an opportunity is beta (gamma, delta).
"""

from __future__ import annotations

import numpy as np
import scipy

from bellwether.foresight._mixture import Array, Cells, Term, log_sum

PARAMETERS = ("alpha", "beta", "gamma", "delta")


def start(cells: Cells, k: int) -> Array:
    """Even chances."""
    return np.ones(4)


def terms(parameters: Array, cells: Cells, k: int) -> tuple[Term, list[Term]]:
    """No common term; the stories: here for all opportunities, or left after one of those since `recency`."""
    at = np.arange(len(cells.age))
    common = Term(at, np.zeros(len(at)), np.zeros((4, len(at))))
    missed = int((cells.age - cells.recency).max())
    gone = [_story(parameters, cells, cells.recency + count, left=True) for count in range(missed)]
    return common, [_story(parameters, cells, cells.age, left=False), *gone]


def alive(parameters: Array, cells: Cells, k: int) -> Array:
    """Probability that the customer is there at the next opportunity, shape (rows,)."""
    return _here(parameters, cells) * _lasts(parameters, cells, 1)


def expected(parameters: Array, cells: Cells, weeks: float, k: int) -> Array:
    """Purchases in the next `weeks` opportunities, shape (rows,)."""
    alpha, beta, _, _ = parameters
    chance = (alpha + cells.frequency) / (alpha + beta + cells.age)
    lasting = np.sum([_lasts(parameters, cells, ahead) for ahead in range(1, int(weeks) + 1)], axis=0)
    return _here(parameters, cells) * chance * lasting


def _here(parameters: Array, cells: Cells) -> Array:
    return log_sum(terms(parameters, cells, 1)[1])[1][0]


def _lasts(parameters: Array, cells: Cells, ahead: int) -> Array:
    """Chance that a customer who was there at the last opportunity is there `ahead` opportunities later."""
    _, _, gamma, delta = parameters
    return np.exp(
        scipy.special.betaln(gamma, delta + cells.age + ahead) - scipy.special.betaln(gamma, delta + cells.age)
    )


def _story(parameters: Array, cells: Cells, seen: Array, left: bool) -> Term:
    """There for the first `seen` opportunities; then `left`, or the record ends."""
    alpha, beta, gamma, delta = parameters
    x, missed = cells.frequency, seen - cells.frequency
    value = scipy.special.betaln(alpha + x, beta + missed) - scipy.special.betaln(alpha, beta)
    value += scipy.special.betaln(gamma + left, delta + seen) - scipy.special.betaln(gamma, delta)
    both, all_seen = (
        scipy.special.digamma(alpha + beta) - scipy.special.digamma(alpha + beta + seen),
        gamma + left + delta + seen,
    )
    ends = scipy.special.digamma(gamma + delta) - scipy.special.digamma(all_seen)
    slope = np.array(
        [
            scipy.special.digamma(alpha + x) - scipy.special.digamma(alpha) + both,
            scipy.special.digamma(beta + missed) - scipy.special.digamma(beta) + both,
            scipy.special.digamma(gamma + left) - scipy.special.digamma(gamma) + ends,
            scipy.special.digamma(delta + seen) - scipy.special.digamma(delta) + ends,
        ]
    )
    possible = np.where(seen < cells.age + (not left), 0.0, -np.inf)
    return Term(np.arange(len(x)), value, slope, possible)

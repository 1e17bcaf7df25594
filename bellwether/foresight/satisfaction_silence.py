"""What silence tells: how much less the unhappy answer, learned from customers who were asked more than once.

A survey shows those who answer. If whoever is unhappy answers less, weighting by what is seen of a contact can't mend
it, because what drives the silence is not seen. Customers who were asked several times give it away: those who answer
each time are happier than those who answered once and then were silent. Each customer has a disposition u, normal
around 0, that moves both whether they answer and what they say:

    chance to answer   1 / (1 + exp(-(level_k + pull u)))
    what is said       100 / (1 + exp(-(middle_k + reach_k u))) + noise_k

with k the kind of survey (0: the one that is foretold, 1: any other). A shared-parameter model (Wu & Carroll 1988,
Biometrics 44; Follmann & Wu 1995, Biometrics 51), fitted in two steps so that the shape of what people say, which
crowds at the end of its scale, proves nothing: level and pull from who answered when (a logistic model with a normal
effect, Gauss-Hermite nodes); then middle and reach as the curve through what was said over what a customer's answers
and silences leave u to be; it bends because the scale ends (fractional logit: Papke & Wooldridge 1996, J. Appl.
Econometrics 11). Its mean over all u is what everyone would say. Errors of both steps together: stacked estimating
equations, clustered by customer (Stefanski & Boos 2002, Am. Stat. 56).

When not to trust it: it takes disposition for normal and lasting. What lowers satisfaction for some weeks only, and the
wish to answer with it, is not seen. Where silence follows something else than disposition (a wrong address) it stays
silent about that. With few customers who were asked twice it can't tell, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.optimize import least_squares, minimize
from scipy.special import expit, log_expit, logsumexp

from bellwether.foresight.satisfaction_rules import CannotTell, Rules

NODES, _WEIGHTS = (part for part in np.polynomial.hermite_e.hermegauss(31))
LOG_WEIGHTS = np.log(_WEIGHTS / _WEIGHTS.sum())
# What a customer's past is summed up in, a pair for the two kinds of survey: how often asked and silent, asked and
# answered, how many scores were given, and their sum.
PAST = ("silent", "silent_else", "answered", "answered_else", "sayings", "sayings_else", "said_before", "said_else")
MIDDLE, REACH, NOISE = 3, 4, 5  # where they stand among the parameters; of the second kind three later
STEP, LEAST_NOISE = 1e-4, 5.0


@dataclass(frozen=True)
class Silence:
    """`theta`: level of both kinds, pull, then middle and reach (log odds) and noise (points) of each kind.

    `influence`: a row a customer, how far they moved each parameter. `repeated`: customers who were asked again and
    answered at least once.
    """

    theta: np.ndarray
    influence: np.ndarray
    repeated: int

    @property
    def pull(self) -> tuple[float, float, float]:
        """Log odds to answer a standard deviation of disposition: estimate and 95% interval."""
        at, error = self.theta[2], float(np.sqrt((self.influence[:, 2] ** 2).sum()))
        return float(at), float(at - 1.96 * error), float(at + 1.96 * error)

    @property
    def everyone(self) -> tuple[float, float, float]:
        """What all customers would say, 0 to 100: estimate and 95% interval."""

        def mean(theta: np.ndarray) -> np.ndarray:
            return np.array([_curve(theta, 0) @ np.exp(LOG_WEIGHTS)])

        at, moved = float(mean(self.theta)[0]), self.influence @ gradient(self.theta, mean)[:, 0]
        error = float(np.sqrt((moved**2).sum()))
        return at, at - 1.96 * error, at + 1.96 * error


def fit(invitations: pl.DataFrame, rules: Rules | None = None) -> Silence | CannotTell:
    """Learn it. invitations: customer_id, kind (0 or 1), answered (0 or 1), said (0 to 100; null where not said).

    Says that it cannot tell where nobody's silence is on record, where too few customers were asked twice, or where
    what everyone would say comes out less sure than `rules.widest` points.
    """
    rules = rules or Rules()
    known = invitations.filter(pl.col("customer_id").is_not_null())
    if not (known["answered"] == 0).any():
        return CannotTell("no export tells who was asked and did not answer")
    past = summed(known)
    asked_twice = pl.sum_horizontal(PAST[:4]) >= 2
    twice = int(past.select((asked_twice & (pl.col("answered") + pl.col("answered_else") > 0)).sum()).item())
    few = "too few customers who answered were asked a second time, so silence tells nothing yet"
    if twice < rules.least_repeated or past["sayings"].sum() < rules.least_answers:
        return CannotTell(few, twice, max(rules.least_repeated, twice + 1))
    table = past.select(*PAST, "squares", "squares_else").to_numpy().astype(float)
    rows, customers = np.unique(table, axis=0, return_inverse=True)
    counts = np.bincount(customers.ravel()).astype(float)
    theta = _solved(rows, counts)
    equations = _equations(theta, rows)
    slope = gradient(theta, lambda at: counts @ _equations(at, rows))
    used = np.abs(slope).sum(axis=0) > 1e-9  # a kind that nobody was asked moves nothing
    influence = np.zeros((len(customers), len(theta)))
    part = -np.linalg.pinv(slope[np.ix_(used, used)].T) @ equations[:, used].T
    influence[:, used] = part.T[customers.ravel()]
    found = Silence(theta, influence, twice)
    away = found.everyone[2] - found.everyone[0]
    if not away <= rules.widest:
        needed = int(twice * (away / rules.widest) ** 2) if np.isfinite(away) else 4 * twice
        return CannotTell(few, twice, needed)
    return found


def summed(invitations: pl.DataFrame) -> pl.DataFrame:
    """One row a customer: the columns of `PAST`, and the sums of squares of what was said."""
    sums = {}
    for kind, tail in ((0, ""), (1, "_else")):
        mine = pl.col("kind") == kind
        said = pl.col("said").filter(mine, pl.col("answered") == 1)
        sums[f"silent{tail}"] = (mine & (pl.col("answered") == 0)).sum()
        sums[f"answered{tail}"] = (mine & (pl.col("answered") == 1)).sum()
        sums[f"sayings{tail}"] = said.count()
        sums["said_before" if kind == 0 else "said_else"] = said.sum()
        sums[f"squares{tail}"] = (said**2).sum()
    return invitations.group_by("customer_id").agg(**sums)


def tilt(theta: np.ndarray, past: pl.DataFrame) -> np.ndarray:
    """Points by which those with this past who answer the next time say more than all with this past would.

    past: the columns of `PAST`, a row each. The difference of what is said over two posteriors of u.
    """
    table = past.select(PAST).to_numpy().astype(float)
    rows, at = np.unique(table, axis=0, return_inverse=True)
    alike = _posterior(theta, rows)
    answers = alike + log_expit(theta[0] + theta[2] * NODES)
    return ((_shares(answers) - _shares(alike)) @ _curve(theta, 0))[at.ravel()]


def standing_for(theta: np.ndarray, past: pl.DataFrame, said: np.ndarray) -> np.ndarray:
    """For how many like them each who answered stands: 1 / chance to answer, given their past and what they said."""
    found = _posterior(theta, past.select(PAST).to_numpy().astype(float))
    found = found - 0.5 * ((said[:, None] - _curve(theta, 0)) / theta[NOISE]) ** 2
    return 1 / (_shares(found) @ expit(theta[0] + theta[2] * NODES))


def gradient(theta: np.ndarray, figure: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """How figure(theta), an array, moves with each parameter: a row a parameter."""
    rows = []
    for place in range(len(theta)):
        step = np.zeros(len(theta))
        step[place] = STEP * max(abs(theta[place]), 1)
        rows.append((figure(theta + step) - figure(theta - step)) / (2 * step[place]))
    return np.array(rows)


# The two steps


def _solved(rows: np.ndarray, counts: np.ndarray) -> np.ndarray:
    silent, answered = (counts @ rows[:, at : at + 2] for at in (0, 2))

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        value = counts @ logsumexp(_replies(theta, rows), axis=1)
        return -value / counts.sum(), -(counts @ _equations_of_replies(theta, rows)) / counts.sum()

    start = np.array([*np.log((answered + 1) / (silent + 1)), 0.4])
    first = minimize(loss, start, jac=True, method="BFGS").x
    first[2] = abs(first[2])  # u and -u say the same of who answers
    shares = _shares(_replies(first, rows))
    return np.concatenate([first, *(_line(shares, rows, counts, kind) for kind in (0, 1))])


def _line(shares: np.ndarray, rows: np.ndarray, counts: np.ndarray, kind: int) -> list[float]:
    """Middle, reach and noise of one kind: the equations of `_equations`, solved for the first two."""
    sayings, said, squares = (rows[:, at + kind] for at in (4, 6, 8))
    if counts @ sayings < 2:
        return [0.0, 0.0, 100.0]
    mean = shares @ NODES

    def off(line: np.ndarray) -> np.ndarray:
        left = counts * (said - sayings * (shares @ _bent(*line)))
        return np.array([left.sum(), left @ mean]) / (counts @ sayings)

    share = np.clip((counts @ said) / (counts @ sayings) / 100, 0.02, 0.98)
    middle, reach = least_squares(off, [np.log(share / (1 - share)) - 0.3, 0.7], bounds=([-8, -8], [8, 8])).x
    at = _bent(middle, reach)
    left = squares - 2 * said * (shares @ at) + sayings * (shares @ at) ** 2 - sayings * _variance(shares, at)
    return [middle, reach, float(np.sqrt(max(counts @ left / (counts @ sayings), LEAST_NOISE**2)))]


def _equations(theta: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """What sums to nought over all customers at the solution: a row each, a column a parameter."""
    shares = _shares(_replies(theta, rows))
    columns = [*_equations_of_replies(theta, rows).T]
    for kind in (0, 1):
        sayings, said, squares = (rows[:, at + kind] for at in (4, 6, 8))
        at, noise = _curve(theta, kind), theta[NOISE + 3 * kind]
        mean = shares @ at
        left = said - sayings * mean
        rest = squares - 2 * said * mean + sayings * (mean**2 - _variance(shares, at) - noise**2)
        columns += [left, left * (shares @ NODES), rest / 100]
    return np.column_stack(columns)


def _curve(theta: np.ndarray, kind: int) -> np.ndarray:
    """What is said on average at each node of u."""
    return _bent(theta[MIDDLE + 3 * kind], theta[REACH + 3 * kind])


def _bent(middle: float, reach: float) -> np.ndarray:
    return 100 * expit(middle + reach * NODES)


def _variance(shares: np.ndarray, at: np.ndarray) -> np.ndarray:
    return shares @ at**2 - (shares @ at) ** 2


def _replies(theta: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Log likelihood of each customer's answers and silences at each node of u, the node's own weight included."""
    found = np.broadcast_to(LOG_WEIGHTS, (len(rows), len(NODES))).copy()
    for kind in (0, 1):
        linear = theta[kind] + theta[2] * NODES
        found += np.outer(rows[:, 2 + kind], log_expit(linear)) + np.outer(rows[:, kind], log_expit(-linear))
    return found


def _equations_of_replies(theta: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The slope of that likelihood, by Fisher's identity: the mean slope over what u may be."""
    shares = _shares(_replies(theta, rows))
    columns = np.zeros((len(rows), 3))
    for kind in (0, 1):
        asked = rows[:, kind] + rows[:, 2 + kind]
        slope = rows[:, 2 + kind][:, None] - np.outer(asked, expit(theta[kind] + theta[2] * NODES))
        columns[:, kind] = (shares * slope).sum(axis=1)
        columns[:, 2] += (shares * slope) @ NODES
    return columns


def _posterior(theta: np.ndarray, past: np.ndarray) -> np.ndarray:
    """Log of what u may be after a past: who answered, and what was said of both kinds."""
    found = _replies(theta, past)
    for kind in (0, 1):
        sayings, said, at = past[:, 4 + kind], past[:, 6 + kind], _curve(theta, kind)
        found += (np.outer(said, at) - 0.5 * np.outer(sayings, at**2)) / theta[NOISE + 3 * kind] ** 2
    return found - logsumexp(found, axis=1, keepdims=True)


def _shares(logs: np.ndarray) -> np.ndarray:
    return np.exp(logs - logsumexp(logs, axis=1, keepdims=True))

"""From state to state: how often customers move, and how long they stay, from states seen at moments far apart.

Between two moments at which a customer is seen anything may have happened: who was content in March and content in
June may have been at risk in between, and gaps differ from customer to customer. So shares counted between answers are
no chances a month. Here states follow a Markov process in continuous time: `rates[r, s]` moves a month from r to s, and
what is seen `gap` months apart is a row of exp(rates x gap). The rates are those that make what was seen likeliest
(Kalbfleisch & Lawless 1985, JASA 80; Jackson 2011, J Stat Softw 38(8)). Where whole paths are known, moves over time
at risk do (`observed`).

Intervals leave out one group of customers at a time (a jackknife of random groups; Wolter 2007, chapter 4), so a
customer who is seen often counts as one; on the log scale for rates and stays, on the logit scale for chances.

When not to trust it: a rate is one figure for all customers and all times, so where some hardly ever move, stays are
too short and chances over long times too even; `told_apart` holds the chances over a longer time against what happened.
A state that is left by the calendar (an answer that grows old) is no Markov process either. Gaps must not depend on the
state: who answers only when cross makes crossness look like a habit. Pairs of states that nobody was seen to move
between have a rate of zero, without an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy

LEAST = 5  # moves seen between a pair of states, below which its rate is taken for zero
FEWEST_GROUPS = 10
SMALLEST = 1e-12


@dataclass(frozen=True)
class Fitted:
    """`rates`: moves a month, rows from, columns to; the diagonal is minus the row's sum. `seen`: transitions used.

    `others`: the same rates with one group of customers left out, for the intervals; empty without groups.
    """

    states: tuple[str, ...]
    rates: np.ndarray
    log_likelihood: float
    seen: int
    others: tuple[np.ndarray, ...] = ()


def panel(rows: pl.DataFrame, states: Sequence[str], *, least: int = LEAST, start: np.ndarray | None = None) -> Fitted:
    """Rates from states seen at moments that may be far apart.

    rows: `before`, `after` (states), `gap` (months above zero), maybe `times` (how many such transitions; 1) and
    `group` (of customers: all rows of a customer in one; 10 groups or more give intervals).
    Raises ValueError for an unknown state, a gap that is not above zero, too few groups, or without rows.
    """
    counted = _counted(rows, states)
    allowed = _allowed(counted, len(states), least)
    whole = _fit(counted, len(states), allowed, start)
    others: tuple[np.ndarray, ...] = ()
    if "group" in rows.columns:
        groups = rows["group"].unique().sort()
        if len(groups) < FEWEST_GROUPS:
            raise ValueError(f"group: {len(groups)} groups of customers; intervals need at least {FEWEST_GROUPS}")
        parts = [_counted(rows.filter(pl.col("group") != one), states) for one in groups]
        others = tuple(_fit(part, len(states), allowed, whole[0])[0] for part in parts)
    return Fitted(tuple(states), whole[0], -whole[1], int(counted["times"].sum()), others)


def observed(moves: pl.DataFrame, months: pl.DataFrame, states: Sequence[str]) -> Fitted:
    """Rates where every move is known to the day: moves over months at risk (the likelihood's own maximum).

    moves: before, after, times. months: before, months (spent in the state by all customers together).
    Raises ValueError for an unknown state.
    """
    place = _places(states, moves["before"], moves["after"], months["before"])
    counts, spent = np.zeros((len(states), len(states))), np.zeros(len(states))
    for before, after, times in moves.select("before", "after", "times").iter_rows():
        counts[place[before], place[after]] += times * (before != after)
    for before, time in months.select("before", "months").iter_rows():
        spent[place[before]] += time
    rates = counts / np.maximum(spent, SMALLEST)[:, None]
    likely = float(np.sum(counts * np.log(np.maximum(rates, SMALLEST))) - np.sum(rates * spent[:, None]))
    return Fitted(tuple(states), _closed(rates), likely, int(counts.sum()))


def chances(fitted: Fitted, months: float, confidence: float = 0.95) -> pl.DataFrame:
    """Where a customer will be after so many months: before, after, value, low, high (null without groups)."""
    whole = scipy.linalg.expm(fitted.rates * months)
    others = np.array([scipy.linalg.expm(one * months) for one in fitted.others])
    value, low, high = _interval(whole, others, confidence, _logit, _chance)
    return _long(fitted.states, value, low, high)


def stays(fitted: Fitted, confidence: float = 0.95) -> pl.DataFrame:
    """How long a customer stays in a state, on average, in months: state, value, low, high; null where none leaves."""
    whole = -np.diag(fitted.rates)
    others = np.array([-np.diag(one) for one in fitted.others])
    value, low, high = _interval(whole, others, confidence, _log, np.exp)
    left = whole > SMALLEST
    columns = {
        "value": 1 / np.where(left, value, 1),
        "low": 1 / np.where(left, high, 1),
        "high": 1 / np.where(left, low, 1),
    }
    told = pl.DataFrame({"state": list(fitted.states), **columns})
    known = pl.Series(left) & pl.col("low").is_not_nan()
    return told.with_columns(
        pl.when(pl.Series(left)).then("value"),
        *(pl.when(known).then(name).alias(name) for name in ("low", "high")),
    )


def rates(fitted: Fitted, confidence: float = 0.95) -> pl.DataFrame:
    """Moves a month: before, after, value, low, high; without the stays."""
    others = np.array(fitted.others)
    value, low, high = _interval(fitted.rates, others, confidence, _log, np.exp)
    return _long(fitted.states, value, low, high).filter(pl.col("before") != pl.col("after"))


def told_apart(fitted: Fitted, rows: pl.DataFrame, months: float) -> pl.DataFrame:
    """Whether the chances over a longer time are those that came true: state, customers, expected, happened.

    rows: before, after, times, seen `months` apart. `expected`: the share of those who were in the state that should be
    in it again; `happened`: the share that is.
    """
    chance = dict(zip(fitted.states, np.diag(scipy.linalg.expm(fitted.rates * months)), strict=True))
    stayed = (pl.col("times") * (pl.col("before") == pl.col("after"))).sum() / pl.col("times").sum()
    told = rows.group_by("before", maintain_order=True).agg(customers=pl.col("times").sum(), happened=stayed)
    return told.select(
        "customers", "happened", state="before", expected=pl.col("before").replace_strict(chance, return_dtype=float)
    )


# The likelihood


def _places(states: Sequence[str], *columns: pl.Series) -> dict[str, int]:
    place = {state: at for at, state in enumerate(states)}
    unknown = {one for column in columns for one in column.unique()} - set(place)
    if unknown:
        raise ValueError(f"{', '.join(map(str, unknown))}: no state; there are {', '.join(states)}")
    return place


def _counted(rows: pl.DataFrame, states: Sequence[str]) -> pl.DataFrame:
    """from, to (places), gap, times; equal ones together."""
    if rows.is_empty():
        raise ValueError("no transition was seen")
    place = _places(states, rows["before"], rows["after"])
    if rows["gap"].min() <= 0:
        raise ValueError(f"gap: {rows['gap'].min()} months is not above zero")
    times = pl.col("times") if "times" in rows.columns else pl.lit(1)
    told = rows.select(pl.col("before", "after").replace_strict(place, return_dtype=pl.Int64), "gap", times=times)
    return told.group_by("gap", "before", "after").agg(pl.col("times").sum()).sort("gap", "before", "after")


def _allowed(counted: pl.DataFrame, size: int, least: int) -> np.ndarray:
    """The pairs that may have a rate, as places: those between which enough were seen to move."""
    moves = np.zeros((size, size))
    np.add.at(moves, (counted["before"].to_numpy(), counted["after"].to_numpy()), counted["times"].to_numpy())
    np.fill_diagonal(moves, 0)
    return np.argwhere(moves >= least)


def _fit(counted: pl.DataFrame, size: int, allowed: np.ndarray, start: np.ndarray | None) -> tuple[np.ndarray, float]:
    """The likeliest rates, and minus their log-likelihood."""
    gaps, place = np.unique(counted["gap"].to_numpy(), return_inverse=True)
    seen = np.zeros((len(gaps), size, size))
    np.add.at(seen, (place, counted["before"].to_numpy(), counted["after"].to_numpy()), counted["times"].to_numpy())
    if not len(allowed):
        return np.zeros((size, size)), 0.0
    begin = _guess(seen, gaps) if start is None else start
    first = np.log(np.maximum(begin[allowed[:, 0], allowed[:, 1]], 1e-6))
    bounds = [(-18.0, 6.0)] * len(allowed)
    found = scipy.optimize.minimize(_loss, first, (gaps, seen, allowed), jac=True, method="L-BFGS-B", bounds=bounds)
    return _matrix(found.x, allowed, size), float(found.fun * seen.sum())


def _guess(seen: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """Moves over time, as though each had happened at the end of its gap."""
    spent = np.einsum("g,grs->r", gaps, seen)
    return seen.sum(axis=0) / np.maximum(spent, SMALLEST)[:, None]


def _loss(logs: np.ndarray, gaps: np.ndarray, seen: np.ndarray, allowed: np.ndarray) -> tuple[float, np.ndarray]:
    """Minus the mean log-likelihood, and its slope along each log rate."""
    matrix = _matrix(logs, allowed, seen.shape[1])
    powers, slopes = _powers(matrix, np.exp(logs), gaps, allowed)
    chance = np.maximum(powers, SMALLEST)
    told = np.einsum("grs,gprs->p", seen / chance, slopes)
    return float(-np.sum(seen * np.log(chance)) / seen.sum()), -told / seen.sum()


def _powers(matrix: np.ndarray, each: np.ndarray, gaps: np.ndarray, allowed: np.ndarray) -> tuple[np.ndarray, ...]:
    """exp(rates x gap) for every gap, and its slope along each log rate; `each`: the rates of the allowed pairs.

    By eigenvectors (Kalbfleisch & Lawless 1985, equation 3.3), unless they nearly coincide: then by blocks.
    """
    values, vectors = np.linalg.eig(matrix)
    if np.linalg.cond(vectors) > 1e7:
        return _by_blocks(matrix, each, gaps, allowed)
    back, grown = np.linalg.inv(vectors), np.exp(gaps[:, None] * values)
    powers = np.einsum("rk,gk,ks->grs", vectors, grown, back)
    apart = values[:, None] - values[None, :]
    same = np.abs(apart) < 1e-9
    between = (grown[:, :, None] - grown[:, None, :]) / np.where(same, 1, apart)
    between = np.where(same, gaps[:, None, None] * grown[:, :, None], between)
    # Along the rate from r to s the matrix changes at [r, s] and, the other way, at [r, r].
    before, after = allowed.T
    turned = each[:, None, None] * back[:, before].T[:, :, None] * (vectors[after] - vectors[before])[:, None, :]
    slopes = np.einsum("rk,gpkl,ls->gprs", vectors, between[:, None] * turned[None], back, optimize=True)
    return powers.real, slopes.real


def _by_blocks(matrix: np.ndarray, each: np.ndarray, gaps: np.ndarray, allowed: np.ndarray) -> tuple[np.ndarray, ...]:
    """The same: the slope along a direction D is the upper right of exp([[Q, D], [0, Q]] t) (Van Loan 1978)."""
    size = len(matrix)
    blocks = np.zeros((len(allowed), 2 * size, 2 * size))
    blocks[:, :size, :size] = blocks[:, size:, size:] = matrix
    for at, (before, after) in enumerate(allowed):
        blocks[at, before, [size + before, size + after]] = -each[at], each[at]
    powers = scipy.linalg.expm(gaps[:, None, None, None] * blocks[None])
    return powers[:, 0, :size, :size], powers[:, :, :size, size:]


def _matrix(logs: np.ndarray, allowed: np.ndarray, size: int) -> np.ndarray:
    rates = np.zeros((size, size))
    rates[allowed[:, 0], allowed[:, 1]] = np.exp(logs)
    return _closed(rates)


def _closed(rates: np.ndarray) -> np.ndarray:
    """Rates with their diagonal: a row sums to zero."""
    closed = rates.copy()
    np.fill_diagonal(closed, 0)
    np.fill_diagonal(closed, -closed.sum(axis=1))
    return closed


# Intervals


def _log(value: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(value, SMALLEST))


def _logit(value: np.ndarray) -> np.ndarray:
    inside = np.clip(value, SMALLEST, 1 - SMALLEST)
    return np.log(inside) - np.log1p(-inside)


def _chance(value: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-value))


def _interval(whole: np.ndarray, others: np.ndarray, confidence: float, there, back) -> tuple[np.ndarray, ...]:
    """The figure with the limits of its interval, on the scale `there`; nan without groups."""
    if not len(others):
        nothing = np.full_like(whole, np.nan)
        return whole, nothing, nothing
    groups = len(others)
    middle, moved = there(whole), there(others)
    spread = np.sqrt((groups - 1) / groups * np.sum((moved - moved.mean(axis=0)) ** 2, axis=0))
    reach = scipy.stats.t.ppf((1 + confidence) / 2, groups - 1) * spread
    return whole, back(middle - reach), back(middle + reach)


def _long(states: Sequence[str], value: np.ndarray, low: np.ndarray, high: np.ndarray) -> pl.DataFrame:
    size = len(states)
    told = pl.DataFrame(
        {
            "before": np.repeat(states, size),
            "after": np.tile(states, size),
            **{name: one.ravel() for name, one in (("value", value), ("low", low), ("high", high))},
        }
    )
    known = (pl.col("value") > SMALLEST) & pl.col("low").is_not_nan()
    return told.with_columns(pl.when(known).then(name).alias(name) for name in ("low", "high"))

"""Segments that nobody has named: few groups of customers, kept only where they are really there and come back.

Customers are put on ranks (normal scores), feature by feature, and split by k-means for every number of groups from
three to eight. A number is kept where two things hold:

- it comes back: two random halves of the customers, split on their own, put all customers into the same groups, with
  a mean adjusted Rand index (Hubert & Arabie 1985) of .8 or more (Ben-Hur, Elisseeff & Guyon 2002; Lange and others
  2004);
- it is more than smooth variation: the groups are tighter than those found in made-up customers with the same values
  of every feature and the same correlations between them, but no groups (a Gaussian copula), in all of 39 trials
  (p = .025; Liu and others 2008), and by 5% at least.

Of the numbers that pass, the smallest is taken that a larger one does not beat (the gap statistic's rule; Tibshirani,
Walther & Hastie 2001). k-means will split anything; where no number passes, the answer is
that there are no segments. On a refresh, groups that match those of the version before (more than half of their
customers in common, Jaccard) keep their names.

When not to trust it: with fewer than a few hundred customers; for groups of long or bent shapes; for what was not among
the features. A group is a description, not a reason for what its customers do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
import scipy

NUMBERS = tuple(range(3, 9))
FEWEST, MOST = 200, 1500  # customers: below, nothing is told; above, a random part decides the number
PAIRS, TRIALS = 6, 39
STABLE = 0.8
SMALLEST_SHARE = 0.02
WORTH = 0.05  # tighter than smooth variation by so much, below which groups are not worth a name
MATCH = 0.5
NOTABLE = 0.5  # standard deviations from the others, from which a feature is part of a group's name


@dataclass(frozen=True)
class Found:
    """`label`: a row's group, by size, the largest 0; empty where none were found. `tried`: one row a number of groups:
    groups, stability, tightness, gap (how much tighter than made-up customers, in logarithms), error, chance, kept.
    `why`: what speaks against any."""

    label: tuple[int, ...]
    tried: pl.DataFrame
    why: str = ""

    @property
    def groups(self) -> int:
        return max(self.label, default=-1) + 1


_TRIED = {
    "groups": pl.Int64,
    **dict.fromkeys(("stability", "tightness", "gap", "error", "chance"), pl.Float64),
    "kept": pl.Boolean,
}


def find(rows: pl.DataFrame, features: Sequence[str], *, seed: int = 0, numbers: Sequence[int] = NUMBERS) -> Found:
    """The groups of the customers in `rows` (one row each; numbers in `features`, no nulls).

    Raises ValueError for a feature that is no column or has nulls.
    """
    lacking = [one for one in features if one not in rows.columns or rows[one].null_count()]
    if lacking:
        raise ValueError(f"{', '.join(lacking)}: no column, or not known of everybody")
    varied = [one for one in features if rows[one].n_unique() > 1]
    if rows.height < FEWEST or len(varied) < 2:
        return Found(
            (), pl.DataFrame(schema=_TRIED), f"fewer than {FEWEST} customers, or fewer than two features that vary"
        )
    dice = np.random.default_rng(seed)
    values = _scores(rows.select(varied).to_numpy().astype(float))
    part = values[dice.choice(len(values), MOST, replace=False)] if len(values) > MOST else values
    smooth = _smooth(part, dice)
    tried = pl.DataFrame([_tried(part, number, smooth, dice) for number in numbers], schema=_TRIED)
    number = _best(tried.filter("kept"))
    if not number:
        return Found((), tried, _against(tried))
    centres = _split(part, number, dice)
    return Found(_by_size(_nearest(values, centres)), tried)


def _best(kept: pl.DataFrame) -> int:
    """The smallest number whose gap the next one does not beat by more than its error; 0 without any."""
    rows = kept.select("groups", "gap", "error").rows()
    for (groups, gap, _), (_, larger, error) in pairwise(rows):
        if gap >= larger - error:
            return groups
    return rows[-1][0] if rows else 0


def _against(tried: pl.DataFrame) -> str:
    if not (tried["stability"] >= STABLE).any():
        return "no split comes back when it is made from half of the customers"
    return "splits come back, but they are no tighter than in customers who vary smoothly"


def agreement(one: Sequence[int], other: Sequence[int]) -> float:
    """How far two groupings of the same customers agree: adjusted Rand index, 1 for the same, about 0 for chance."""
    first, second = np.unique(one, return_inverse=True)[1], np.unique(other, return_inverse=True)[1]
    table = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(table, (first, second), 1)

    def pairs(counts: np.ndarray) -> float:
        return float(np.sum(counts * (counts - 1)) / 2)

    total, rows, columns = pairs(np.array([len(first)])), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected, most = rows * columns / total, (rows + columns) / 2
    return 1.0 if most == expected else (pairs(table) - expected) / (most - expected)


def described(rows: pl.DataFrame, label: Sequence[int], words: Mapping[str, tuple[str, str]]) -> list[str]:
    """A name for every group from what sets it apart: `seldom in touch, high value`.

    words: feature -> how its high and its low side are called. At most two sides a name, a third where two groups would
    be called alike; `in the middle` where nothing stands out.
    """
    values = _scores(rows.select(list(words)).to_numpy().astype(float))
    groups = np.asarray(label)
    sides = [_sides(values, groups == group, words) for group in range(groups.max() + 1)]
    names = [_called(one[:2]) for one in sides]
    alike = {name for name in names if names.count(name) > 1}
    names = [_called(one[:4]) if name in alike else name for name, one in zip(names, sides, strict=True)]
    return [name if names.count(name) == 1 else f"{name} ({place + 1})" for place, name in enumerate(names)]


def _called(sides: Sequence[str]) -> str:
    return ", ".join(sides) if sides else "in the middle"


def _sides(values: np.ndarray, mine: np.ndarray, words: Mapping[str, tuple[str, str]]) -> list[str]:
    """What sets the group apart, the most telling first."""
    apart = values[mine].mean(axis=0) - values[~mine].mean(axis=0) if (~mine).any() else np.zeros(values.shape[1])
    told = sorted(zip(apart, words.values(), strict=True), key=lambda one: -abs(one[0]))
    return [high if gap > 0 else low for gap, (high, low) in told if abs(gap) >= NOTABLE]


def renamed(names: Sequence[str], now: pl.DataFrame, before: pl.DataFrame) -> list[str]:
    """Names that last: a group that matches one of the version before takes its name.

    now: customer_id, group (a place in `names`). before: customer_id, segment (its name then).
    """
    both = now.join(before, on="customer_id", how="inner")
    if both.is_empty():
        return list(names)
    old = sorted(both["segment"].unique())
    shared = np.zeros((len(names), len(old)))
    for group, segment, count in both.group_by("group", "segment").len().iter_rows():
        shared[group, old.index(segment)] = count
    union = shared.sum(axis=1)[:, None] + shared.sum(axis=0)[None, :] - shared
    jaccard = shared / np.maximum(union, 1)
    kept = {
        mine: old[theirs]
        for mine, theirs in zip(*scipy.optimize.linear_sum_assignment(-jaccard), strict=True)
        if jaccard[mine, theirs] > MATCH
    }
    taken = set(kept.values())
    fresh = [name if name not in taken else f"{name}, new" for name in names]
    return [kept.get(place, name) for place, name in enumerate(fresh)]


# Splitting


def _scores(values: np.ndarray) -> np.ndarray:
    """Normal scores by rank, equal values alike; each feature with mean 0 and deviation 1, so that none weighs more."""
    ranks = np.apply_along_axis(scipy.stats.rankdata, 0, values)
    scores = scipy.stats.norm.ppf((ranks - 0.5) / len(values))
    return (scores - scores.mean(axis=0)) / np.maximum(scores.std(axis=0), 1e-9)


def _split(values: np.ndarray, number: int, dice: np.random.Generator, starts: int = 4) -> np.ndarray:
    """The centres of the best of a few k-means runs (Lloyd 1982), begun apart (Arthur & Vassilvitskii 2007)."""
    runs = [_lloyd(values, _begun(values, number, dice)) for _ in range(starts)]
    return min(runs, key=lambda centres: _tightness(values, centres))


def _begun(values: np.ndarray, number: int, dice: np.random.Generator) -> np.ndarray:
    """Customers to begin with, each drawn the more readily the farther it lies from those drawn before."""
    chosen = [values[dice.integers(len(values))]]
    for _ in range(number - 1):
        far = np.min([((values - one) ** 2).sum(axis=1) for one in chosen], axis=0)
        chosen.append(values[dice.choice(len(values), p=far / far.sum())] if far.sum() else chosen[0])
    return np.array(chosen)


def _lloyd(values: np.ndarray, centres: np.ndarray, most: int = 60) -> np.ndarray:
    label = np.full(len(values), -1)
    for _ in range(most):
        before, label = label, _nearest(values, centres)
        if np.array_equal(before, label):
            break
        one_hot = label[None, :] == np.arange(len(centres))[:, None]
        counts = one_hot.sum(axis=1)
        means = one_hot @ values / np.maximum(counts, 1)[:, None]
        centres = np.where(counts[:, None] > 0, means, centres)
    return centres


def _nearest(values: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return np.argmin((centres**2).sum(axis=1)[None, :] - 2 * values @ centres.T, axis=1)


def _tightness(values: np.ndarray, centres: np.ndarray) -> float:
    """The share of all variation that the groups leave inside them."""
    inside = (values - centres[_nearest(values, centres)]) ** 2
    return float(inside.sum() / ((values - values.mean(axis=0)) ** 2).sum())


def _tried(values: np.ndarray, number: int, smooth: np.ndarray, dice: np.random.Generator) -> dict:
    """One number of groups: whether it comes back, and whether it is more than smooth variation."""
    told = {"groups": number, "stability": _stability(values, number, dice), "kept": False}
    centres = _split(values, number, dice)
    share = np.bincount(_nearest(values, centres), minlength=number).min() / len(values)
    told["tightness"] = _tightness(values, centres)
    if told["stability"] < STABLE or share < SMALLEST_SHARE:
        return told
    trials = [_made_up(values, smooth, dice) for _ in range(TRIALS)]
    usual = np.log([_tightness(made, _split(made, number, dice)) for made in trials])
    mine = np.log(told["tightness"])
    chance = (np.sum(usual <= mine) + 1) / (TRIALS + 1)
    error = float(usual.std() * np.sqrt(1 + 1 / TRIALS))
    gap = {"gap": float(usual.mean() - mine), "error": error, "chance": float(chance)}
    return {**told, **gap, "kept": bool(chance <= 1 / (TRIALS + 1) and gap["gap"] >= WORTH)}


def _stability(values: np.ndarray, number: int, dice: np.random.Generator) -> float:
    """The mean agreement of groupings made from two halves, over all customers."""
    told = []
    for _ in range(PAIRS):
        order = dice.permutation(len(values))
        halves = order[: len(order) // 2], order[len(order) // 2 :]
        told.append(agreement(*(_nearest(values, _split(values[half], number, dice)) for half in halves)))
    return float(np.mean(told))


def _smooth(values: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """The correlations to draw from so that, put on the customers' own values, they come out as the customers' are.

    Putting draws on given values loses a little of each correlation; where features are nearly one, that little tells.
    """
    wanted = np.corrcoef(values, rowvar=False)
    draws = [np.corrcoef(_made_up(values, wanted, dice), rowvar=False) for _ in range(20)]
    level, vectors = np.linalg.eigh(2 * wanted - np.mean(draws, axis=0))
    drawn = (vectors * np.maximum(level, 1e-9)) @ vectors.T
    scale = np.sqrt(np.diag(drawn))
    return drawn / scale[:, None] / scale[None, :]


def _made_up(values: np.ndarray, correlation: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """Customers with the same values of every feature and such correlations, but no groups."""
    drawn = dice.multivariate_normal(np.zeros(values.shape[1]), correlation, len(values), method="eigh")
    places = np.argsort(np.argsort(drawn, axis=0), axis=0)
    return np.take_along_axis(np.sort(values, axis=0), places, axis=0)


def _by_size(label: np.ndarray) -> tuple[int, ...]:
    """Groups numbered by size, the largest first."""
    order = np.argsort(-np.bincount(label), kind="stable")
    place = np.empty(len(order), int)
    place[order] = np.arange(len(order))
    return tuple(int(one) for one in place[label])

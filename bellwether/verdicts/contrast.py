"""An effect as one weighted sum of weekly gaps: the weeks after against the weeks before, with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bellwether.verdicts.gap import Gap
from bellwether.verdicts.noise import Effect, Noise, covariances, learn

Array = np.ndarray


def design(gap: Gap, after: Array | None = None) -> Array:
    """A level, the covariates, and a step in the rows `after`: (n, k), the step last."""
    columns = [np.ones(len(gap.weeks))]
    if gap.covariates is not None:
        columns += list(gap.covariates.T)
    if after is not None:
        columns.append(after.astype(float))
    return np.column_stack(columns)


def coefficients(gap: Gap, before: Array, after: Array) -> Array:
    """What each week counts, (n,): the step of a weighted regression, which without covariates is the mean after less
    the mean before. Every week counts halfway between evenly and by its observations, for weeks differ both ways."""
    rows = before | after
    weight = importance(gap)[rows]
    model = design(gap, after)[rows]
    solved = np.linalg.solve((model * weight[:, None]).T @ model, (model * weight[:, None]).T)
    counted = np.zeros(len(gap.weeks))
    counted[rows] = solved[-1]
    return counted


def importance(gap: Gap) -> Array:
    return gap.sizes / (gap.sizes + np.median(gap.sizes[gap.base]))


def noise(gap: Gap, after: Array | None = None, extra: Array | None = None) -> Noise:
    """The gap's wandering in its base and, with a step, in the rows `after`; extra: one more column of the model."""
    rows = gap.base if after is None else gap.base | after
    model = design(gap, after)
    if extra is not None:
        model = np.column_stack([model, extra])
    siblings = None if gap.siblings is None else gap.siblings[rows]
    return learn(gap.values[rows], model[rows], gap.weeks[rows], gap.sizes[rows], siblings, gap.alike)


@dataclass(frozen=True)
class Prediction:
    """What the mean of the rows after would have been without treatment, from the rows before.

    coefficients: (combinations, n), the mean after less that prediction; errors: (combinations,), for a variance of 1.
    """

    coefficients: Array
    errors: Array

    def effect(self, wandering: Noise, values: Array) -> Effect:
        return wandering.mixed(self.coefficients @ values, self.errors * np.sqrt(wandering.variances))


def predict(gap: Gap, wandering: Noise, before: Array, after: Array) -> Prediction:
    """Best linear prediction (universal kriging: Goldberger 1962, JASA 57) under each combination of the noise.

    Where weeks are independent this is the mean before. Where shocks fade slowly, a bad month just before the start is
    still felt after it and gets better by itself; the prediction has both, whichever month made people choose the unit.
    """
    rows = np.concatenate([np.flatnonzero(before), np.flatnonzero(after)])
    count = int(before.sum())
    spread = covariances(gap.weeks[rows], wandering.usual / gap.sizes[rows])
    share = importance(gap)[after] / importance(gap)[after].sum()
    model = design(gap)
    known = np.broadcast_to(model[before], (len(spread), count, model.shape[1]))
    ahead = np.einsum("a,gab->gb", share, spread[:, count:, :count])
    solved = np.linalg.solve(spread[:, :count, :count], np.concatenate([ahead[..., None], known], axis=2))
    carried, levels = solved[..., 0], solved[..., 1:]
    missing = share @ model[after] - np.einsum("gbk,gb->gk", known, carried)
    level = np.linalg.solve(np.einsum("gbk,gbl->gkl", known, levels), missing[..., None])[..., 0]
    counted = np.concatenate(
        [-(carried + np.einsum("gbk,gk->gb", levels, level)), np.broadcast_to(share, (len(spread), len(share)))], axis=1
    )
    coefficients = np.zeros((len(spread), len(gap.weeks)))
    coefficients[:, rows] = counted
    return Prediction(coefficients, np.sqrt(np.einsum("ga,gab,gb->g", counted, spread, counted)))


def between(gap: Gap, first: int, last: int) -> tuple[Effect, Noise]:
    """The effect over weeks first to last (not included): the mean gap less what was to be expected."""
    after = gap.window(first, last)
    wandering = noise(gap, after)
    return predict(gap, wandering, gap.before, after).effect(wandering, gap.values), wandering

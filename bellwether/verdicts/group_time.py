"""Effects by cohort and week, and their roll-ups: units that start at different times, against those that never do.

Callaway and Sant'Anna (2021), Journal of Econometrics 225, without covariates: for a cohort (all that start in the same
week) the change since before its start, less the same change of units that were never treated. Units treated earlier
are never anyone's comparison, which is what makes two-way fixed effects go wrong under staggered starts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Cell:
    """One cohort in one period: `att` on its treated units, `event` = period - start, `size` of the cohort.

    start and period are positions on the panel's axis of periods, counted from 0.
    """

    start: int
    period: int
    event: int
    att: float
    size: float


def group_time(values: Array, weights: Array, starts: Array, base: str | Callable[[int], Sequence[int]]) -> list[Cell]:
    """Every cohort and period of a panel: values and weights (periods, units), starts (units,) with -1 for never.

    base: "last" is the published estimator (the period before the start; before that, each period against the one
    before it), noisy where one period is one week. A function from a start to the positions of its base periods makes
    their mean the base instead. A cell with nothing observed on a side is left out. Raises ValueError when every unit
    is treated.
    """
    never = starts < 0
    if not never.any():
        raise ValueError("every unit was treated: there is nothing to compare with")
    return [cell for start in sorted(set(starts[~never])) for cell in _cohort(values, weights, starts, start, base)]


def _cohort(values: Array, weights: Array, starts: Array, start: int, base) -> list[Cell]:
    members, never = starts == start, starts < 0
    periods = np.arange(len(values))
    if base == "last":
        before = values[np.where(periods >= start, max(0, start - 1), periods - 1)]
    else:
        before = base_level(values, weights, base(start))
    change = values - before
    atts = means(change[:, members], weights[:, members]) - means(change[:, never], weights[:, never])
    # By what they were before the start, so that later weeks do not move what has been told.
    size = float(weights[: max(1, start), members].mean(axis=0).sum())
    told = [period for period in periods if np.isfinite(atts[period]) and not (base == "last" and period == 0)]
    return [Cell(int(start), int(period), int(period - start), float(atts[period]), size) for period in told]


def base_level(values: Array, weights: Array, periods: Sequence[int]) -> Array:
    """Each unit's weighted mean over the base periods, (units,); NaN where it was not observed in them."""
    periods = np.asarray(periods, dtype=int)
    size = weights[periods].sum(axis=0)
    total = np.where(weights[periods] > 0, values[periods] * weights[periods], 0).sum(axis=0)
    return np.divide(total, size, out=np.full(values.shape[1], np.nan), where=size > 0)


def means(values: Array, weights: Array) -> Array:
    """Weighted mean of each row over what is there; NaN where nothing is."""
    there = np.isfinite(values) & (weights > 0)
    size = np.where(there, weights, 0).sum(axis=1)
    total = np.where(there, values * weights, 0).sum(axis=1)
    return np.divide(total, size, out=np.full(len(values), np.nan), where=size > 0)


def rolled_up(cells: list[Cell], by: str) -> dict[int, float]:
    """Means over cohorts by their size. by: "event" (weeks since the start), "start" (each cohort's mean after its
    start) or "period" (each period's mean over the cohorts that have started)."""
    told = cells if by == "event" else [cell for cell in cells if cell.event >= 0]
    groups: dict[int, list[Cell]] = {}
    for cell in told:
        groups.setdefault(getattr(cell, by), []).append(cell)
    return {key: _by_size(group) for key, group in sorted(groups.items())}


def overall(cells: list[Cell]) -> float:
    """The plain mean effect: all cells after a start, by the size of their cohort."""
    return _by_size([cell for cell in cells if cell.event >= 0])


def _by_size(cells: list[Cell]) -> float:
    return float(np.average([cell.att for cell in cells], weights=[cell.size for cell in cells]))


def jackknife(units: int, estimate: Callable[[Array], float], most: int = 500) -> float:
    """Standard error clustered by unit: the estimate is taken again without each unit (or one of `most` groups).

    estimate: from the positions of the units that stay. Sound from about 10 units on each side; below that it is too
    small, and with one treated unit it has no meaning.
    """
    groups = np.arange(units) % min(units, most)
    count = int(groups.max()) + 1
    without = np.array([estimate(np.flatnonzero(groups != group)) for group in range(count)])
    return float(np.sqrt((count - 1) / count * ((without - without.mean()) ** 2).sum()))

"""The weekly gap between what was treated and what was not, on a clock that counts from the start.

Week 0 is the first full week of treatment; the base ends 8 weeks before it. Commitments are made because of a bad
month, and a unit picked for its bad month gets better by itself (regression to the mean): the weeks that led to the
decision set no level and no noise; what they foretell of the weeks after is taken off (`contrast.predict`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bellwether.verdicts.group_time import group_time, means, rolled_up
from bellwether.verdicts.panel import Panel

Array = np.ndarray
# Weeks before the start that stay out of the base, and the longest base: what was longer ago was another company.
SET_ASIDE = 8
LONGEST_BASE = 104
# So many siblings, the closest in size, help to tell how slowly shocks fade.
ALIKE = 4


@dataclass(frozen=True)
class Gap:
    """A series on the clock of the start; all arrays go by week.

    weeks: 0 is the first full week of treatment. values: the gap, in the indicator's unit, less its mean in the base.
    sizes: what the week's gap is worth in observations. siblings: the same gap for each comparison unit against the
    others, (n, s), or None with fewer than 3. alike: positions of the siblings that are about as large as the treated
    units: where observations are few, noise drowns the shocks, and autocorrelation differs with size.
    covariates: (n, c) what an interrupted series is adjusted for.
    """

    weeks: Array
    values: Array
    sizes: Array
    siblings: Array | None = None
    alike: Array | None = None
    covariates: Array | None = None

    @property
    def base(self) -> Array:
        return self.weeks < -SET_ASIDE

    @property
    def before(self) -> Array:
        """All that was known at the start, without the week in which it may have begun."""
        return self.weeks < -1

    def window(self, first: int, last: int) -> Array:
        """Which rows are weeks first to last, last not included."""
        return (self.weeks >= first) & (self.weeks < last)


def base_weeks(start: int) -> range:
    """Positions of the base of a unit that starts at position `start`."""
    return range(max(0, start - SET_ASIDE - LONGEST_BASE), max(0, start - SET_ASIDE))


def difference(panel: Panel, siblings: bool = True) -> Gap:
    """Treated less comparison units, each less its own base: difference-in-differences by week.

    Units count by their observations. Units that start at different times are put side by side on the clock of the
    start (Callaway and Sant'Anna 2021, with the mean of the base for the last week before): weeks that not all treated
    units have reached are left out. siblings=False spares the comparison units' own gaps.
    """
    by_week = rolled_up(group_time(panel.values, panel.weights, panel.starts, base_weeks), "event")
    weeks = np.array([week for week in by_week if _shared(panel, week)], dtype=int)
    values = np.array([by_week[week] for week in weeks])
    sizes = _harmonic(on_clock(panel, weeks, True), on_clock(panel, weeks, False))
    others = _siblings(panel, weeks) if siblings else None
    return _whole(Gap(weeks, values, sizes, others, _alike(panel)))


def alone(panel: Panel) -> Gap:
    """The treated units by themselves, less their base: for an interrupted series."""
    starts = sorted(set(panel.starts[panel.treated]))
    first = max(-start for start in starts)
    weeks = np.array([week for week in range(first, len(panel.weeks)) if _shared(panel, week)], dtype=int)
    gaps, sizes = [], []
    for start in starts:
        members = panel.starts == start
        base = replace(panel, starts=np.where(members, start, -1))
        gaps.append(_level(base, members, start)[weeks + start])
        sizes.append(panel.weights[weeks + start][:, members].sum(axis=1))
    shares = np.array(sizes).mean(axis=1)
    return _whole(Gap(weeks, np.average(gaps, axis=0, weights=shares), np.sum(sizes, axis=0)))


def on_clock(panel: Panel, weeks: Array, treated: bool) -> Array:
    """Observations in each week since the start: of the treated units, or of the others (a mean over the starts)."""
    starts, counts = panel.starts[panel.treated], np.unique(panel.starts[panel.treated], return_counts=True)
    if treated:
        columns = np.flatnonzero(panel.treated)
        return sum(panel.weights[weeks + start, column] for start, column in zip(starts, columns, strict=True))
    others = panel.weights[:, ~panel.treated].sum(axis=1)
    return sum(others[weeks + start] * count for start, count in zip(*counts, strict=True)) / len(starts)


def _level(panel: Panel, members: Array, start: int) -> Array:
    values, weights = panel.values[:, members], panel.weights[:, members]
    base = list(base_weeks(start))
    size = weights[base].sum(axis=0)
    own = np.where(weights[base] > 0, values[base] * weights[base], 0).sum(axis=0) / np.where(size > 0, size, np.nan)
    return means(values - own, weights)


def _shared(panel: Panel, week: int) -> bool:
    """Every treated unit has this week, and it is not longer ago than the longest base."""
    starts = panel.starts[panel.treated]
    inside = starts.min() + week >= 0 and starts.max() + week < len(panel.weeks)
    return bool(inside and week >= -SET_ASIDE - LONGEST_BASE)


def _siblings(panel: Panel, weeks: Array) -> Array | None:
    others = np.flatnonzero(~panel.treated)
    if len(others) < 3:
        return None
    values, weights = panel.values[:, others], panel.weights[:, others]
    # One start for all, the most common: the mean over several would repeat each unit's shocks and look slow to fade.
    starts, counts = np.unique(panel.starts[panel.treated], return_counts=True)
    columns = []
    for place in range(len(others)):
        pretended = np.where(np.arange(len(others)) == place, starts[counts.argmax()], -1)
        by_week = rolled_up(group_time(values, weights, pretended, base_weeks), "event")
        columns.append([by_week.get(int(week), np.nan) for week in weeks])
    return np.array(columns).T


def _alike(panel: Panel) -> Array:
    usual = panel.weights[: max(1, panel.starts.max())].mean(axis=0)
    apart = np.abs(np.log(usual[~panel.treated] + 1) - np.log(usual[panel.treated].mean() + 1))
    return np.argsort(apart, kind="stable")[:ALIKE]


def _harmonic(one: Array, other: Array) -> Array:
    return np.divide(one * other, one + other, out=np.zeros(len(one)), where=(one > 0) & (other > 0))


def _whole(gap: Gap) -> Gap:
    """Without the weeks in which there is no gap; siblings that miss such a week are filled with their mean, 0."""
    there = np.isfinite(gap.values) & (gap.sizes > 0)
    siblings = None if gap.siblings is None else np.nan_to_num(gap.siblings[there])
    return replace(gap, weeks=gap.weeks[there], values=gap.values[there], sizes=gap.sizes[there], siblings=siblings)

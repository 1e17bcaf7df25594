"""Which comparison a verdict rests on: units alongside, a mixture of them, or the treated units' own past."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from bellwether.verdicts import checks, contrast
from bellwether.verdicts.checks import Check
from bellwether.verdicts.gap import Gap, alone, base_weeks, difference
from bellwether.verdicts.group_time import means
from bellwether.verdicts.noise import Noise
from bellwether.verdicts.panel import Panel
from bellwether.verdicts.synthetic import unit_weights

Array = np.ndarray
DIFFERENCE, MIXTURE, INTERRUPTED = "difference-in-differences", "synthetic control", "interrupted series"
TREND, YEARLY = "its trend", "a yearly wave"
FOLDS = BLOCK = 4
# Shares to the third digit are plenty, and fifty mixtures have to be found.
CLOSE = 1e-3
# Half a year of weeks; below that the noise is a guess.
FEWEST_BASE = 26
# A year's wave can be told from a step once it has been seen twice.
SEASON = 104


@dataclass(frozen=True)
class Comparison:
    """A design with its gap, the noise of its base (None while that is too short), and its checks on the base.

    fakes: effects at fake starts; mixture: units and their shares, largest first; adjusted: what
    an interrupted series is adjusted for, in words.
    """

    design: str
    gap: Gap
    noise: Noise | None
    checks: tuple[Check, ...]
    fakes: tuple
    mixture: tuple[tuple[str, float], ...] = ()
    adjusted: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return all(check.passed is not False for check in self.checks)


def choose(panel: Panel, covariates: pl.DataFrame | None = None) -> Comparison:
    """Difference-in-differences where there are comparison units, and their base passes; where it doesn't and one unit
    is treated, a mixture of at least 4; the interrupted series where there is nothing to compare with.

    The choice reads the base alone, never a week after the start.
    """
    if panel.treated.all():
        gap = interrupted(panel, covariates)
        names = () if covariates is None else tuple(name for name in covariates.columns if name != "week")
        season = (YEARLY,) if gap.base.sum() >= SEASON else ()
        return replace(_compared(INTERRUPTED, gap), adjusted=(TREND, *season, *names))
    plain = _compared(DIFFERENCE, difference(panel))
    if plain.sound or panel.treated.sum() > 1 or (~panel.treated).sum() < 4:
        return plain
    gap, weights, fit = mixture(panel, plain.gap)
    if not fit.passed:
        return replace(plain, checks=(*plain.checks, fit))
    others = [unit for unit, treated in zip(panel.units, panel.treated, strict=True) if not treated]
    mixed = _compared(MIXTURE, gap)
    return replace(
        mixed,
        checks=(*mixed.checks, fit),
        mixture=tuple(sorted(zip(others, weights.tolist(), strict=True), key=lambda pair: -pair[1])),
    )


def interrupted(panel: Panel, covariates: pl.DataFrame | None = None) -> Gap:
    """The treated units' own series, with a straight line, a yearly wave once the base holds two, and `covariates`
    (week and columns of numbers that move with the indicator and that the commitment can't touch)."""
    gap = alone(panel)
    columns = [gap.weeks.astype(float)]
    if gap.base.sum() >= SEASON:
        angle = 2 * np.pi * gap.weeks / (365.25 / 7)
        columns += [np.sin(angle), np.cos(angle)]
    if covariates is not None:
        start = int(panel.starts[panel.treated].max())
        weeks = pl.DataFrame({"week": [panel.weeks[start + week] for week in gap.weeks]})
        joined = weeks.join(covariates.with_columns(pl.col("week").cast(pl.Date)), on="week", how="left").drop("week")
        columns += [column.to_numpy().astype(float) for column in joined.get_columns()]
    stacked = np.column_stack(columns)
    if not np.isfinite(stacked).all():
        raise ValueError("covariates: a number is missing in a week of the treated units")
    return replace(gap, covariates=stacked)


def mixture(panel: Panel, plain: Gap) -> tuple[Gap, Array, Check]:
    """A weighted mixture of the comparison units, and whether it fits weeks that it has not seen.

    The siblings are mixtures too, for each comparison unit from the others (Abadie, Diamond and Hainmueller's placebo).
    """
    rows = plain.weeks + int(panel.starts[panel.treated][0])
    values, base = _filled(panel)[rows], np.flatnonzero(plain.base)
    pool, target = values[:, ~panel.treated], values[:, panel.treated][:, 0]
    gap, weights = _unseen(pool, target, base)
    siblings = [_unseen(np.delete(pool, one, axis=1), pool[:, one], base)[0] for one in range(pool.shape[1])]
    mixed = replace(plain, values=gap, siblings=np.array(siblings).T)
    return mixed, weights, _fit(gap[base], plain.values[base], target[base])


def _unseen(pool: Array, target: Array, base: Array) -> tuple[Array, Array]:
    """The target less its mixture, by week, and the mixture's weights.

    In the base each quarter's gap is taken with weights found without it: a mixture always fits the weeks it was made
    from, and an interval from those would be too narrow (Chernozhukov, Wüthrich and Zhu 2022 do the same).
    """
    weights = _weights(pool, target, base)
    gap = target - pool @ weights
    gap = gap - gap[base].mean()
    for fold in np.array_split(base, FOLDS):
        rest = np.setdiff1d(base, fold)
        held = target - pool @ _weights(pool, target, rest)
        gap[fold] = held[fold] - held[rest].mean()
    return gap, weights


def _weights(pool: Array, target: Array, rows: Array) -> Array:
    """Found on means of four weeks: single weeks are mostly noise, and noise asks for even weights."""
    months = np.array_split(rows, len(rows) // BLOCK)
    means_of = [np.array([series[month].mean(axis=0) for month in months]) for series in (pool, target)]
    return unit_weights(*means_of, checks.MOST_AFTER // BLOCK, CLOSE)


def _fit(gap: Array, plain: Array, target: Array) -> Check:
    missed, even, still = (float(np.sqrt(np.mean(series**2))) for series in (gap, plain, target - target.mean()))
    result = (
        f"misses weeks it has not seen by {missed:.3g}, even weights by {even:.3g}, the unit's own mean by {still:.3g}"
    )
    return Check("fit before the start", missed < min(even, still), result)


def _compared(design: str, gap: Gap) -> Comparison:
    if not long_enough(gap):
        return Comparison(design, gap, None, (), ())
    wandering = contrast.noise(gap)
    fakes = checks.fake_starts(gap, wandering, checks.MOST_AFTER)
    found = [checks.placebo_dates(fakes)]
    if gap.covariates is None:
        found.insert(0, checks.pre_trend(gap))
    return Comparison(design, gap, wandering, tuple(found), tuple(fakes))


def long_enough(gap: Gap) -> bool:
    return int(gap.base.sum()) >= FEWEST_BASE


def _filled(panel: Panel) -> Array:
    """Values without holes: a week in which a unit had nothing is its base plus how the others moved."""
    start = int(panel.starts[panel.treated][0])
    base = list(base_weeks(start))
    usual = np.nanmean(panel.values[base], axis=0)
    others = ~panel.treated
    moved = means((panel.values - usual)[:, others], panel.weights[:, others])
    return np.where(np.isfinite(panel.values), panel.values, usual + np.nan_to_num(moved)[:, None])

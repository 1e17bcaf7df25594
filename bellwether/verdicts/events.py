"""The event study and the weekly lines behind a verdict, ready to draw."""

from __future__ import annotations

import numpy as np
import polars as pl

from bellwether.verdicts import contrast
from bellwether.verdicts.gap import SET_ASIDE, Gap
from bellwether.verdicts.noise import Noise

BLOCK = 4
BEFORE, ASIDE, AFTER = "before", "set aside", "after"


def study(gap: Gap, wandering: Noise, weeks: int = BLOCK) -> pl.DataFrame:
    """The gap by blocks of weeks with 95% intervals: from_week, to_week (last one included), side, estimate, lower,
    upper. weeks=1 gives single weeks.

    A block of the base is held against the rest of the base, any other against all of it. Each interval stands alone:
    of twenty blocks one lies off zero by chance.
    """
    rows = []
    for first in range(-(-int(gap.weeks[0]) // weeks) * weeks, int(gap.weeks[-1]) + 1, weeks):
        block = gap.window(first, first + weeks)
        rest = gap.base & ~block
        if not block.any() or rest.sum() < gap.base.sum() / 2:
            continue
        counted = contrast.coefficients(gap, rest, block)
        found = wandering.effect(counted, gap.values, gap.weeks, gap.sizes)
        rows.append((first, first + weeks - 1, _side(first), found.estimate, found.lower, found.upper))
    schema = {"from_week": pl.Int64, "to_week": pl.Int64, "side": pl.String}
    schema |= dict.fromkeys(("estimate", "lower", "upper"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def points(gap: Gap) -> pl.DataFrame:
    """The gap week by week on the clock of the start, for the line behind the blocks: week, side, gap."""
    sides = [_side(int(week)) for week in gap.weeks]
    return pl.DataFrame({"week": gap.weeks.astype(np.int64), "side": sides, "gap": gap.values})


def _side(week: int) -> str:
    if week >= 0:
        return AFTER
    return BEFORE if week < -SET_ASIDE else ASIDE

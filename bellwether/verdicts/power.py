"""How long a commitment must run before its expected effect could be told from noise."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from bellwether.verdicts.contrast import coefficients
from bellwether.verdicts.gap import Gap
from bellwether.verdicts.noise import LEVEL, Noise

# The chance that an effect of the expected size is seen; one miss in ten is as much as a promise may be wronged.
POWER = 0.9
# Shorter than 8 weeks, a verdict is about the launch; after a year, about everything else that happened since.
FEWEST_WEEKS, MOST_WEEKS = 8, 52


def detectable(gap: Gap, wandering: Noise, weeks: int) -> float:
    """The smallest effect seen with 90% power after so many weeks, from the noise of the base alone.

    gap: its base is read, nothing after it. wandering: the noise of that base.
    """
    future = _continued(gap, weeks)
    spread = coefficients(future, future.base, future.weeks >= 0)
    errors = np.maximum(wandering.errors(spread, future.weeks, future.sizes), 1e-12)
    return wandering.reach(errors, LEVEL) + wandering.reach(errors, 2 * POWER - 1)


def weeks_needed(gap: Gap, wandering: Noise, expected: float) -> int | None:
    """The fewest weeks, 8 to 52, after which `expected` is detectable; None when a year isn't enough."""
    lengths = range(FEWEST_WEEKS, MOST_WEEKS + 1)
    # The longer it runs the smaller what can be seen, so the first length that does is found by halving.
    place = bisect_left(lengths, True, key=lambda weeks: detectable(gap, wandering, weeks) <= expected)
    return lengths[place] if place < len(lengths) else None


def _continued(gap: Gap, weeks: int) -> Gap:
    """The base, the weeks set aside, and so many weeks of the usual size after them."""
    ahead = np.arange(0, weeks)
    clock = np.concatenate([gap.weeks[gap.base], ahead])
    sizes = np.concatenate([gap.sizes[gap.base], np.full(weeks, np.median(gap.sizes[gap.base]))])
    covariates = None
    if gap.covariates is not None:
        # The first covariate is the clock itself; the others are taken to stay at their usual level.
        usual = np.tile(gap.covariates[gap.base].mean(axis=0), (weeks, 1))
        usual[:, 0] = ahead
        covariates = np.vstack([gap.covariates[gap.base], usual])
    return Gap(clock, np.zeros(len(clock)), sizes, covariates=covariates)

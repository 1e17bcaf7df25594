"""The other side of an interval: do the treated units agree with each other?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy

from bellwether.verdicts import contrast
from bellwether.verdicts.gap import difference
from bellwether.verdicts.group_time import jackknife
from bellwether.verdicts.noise import Effect
from bellwether.verdicts.panel import Panel

# Below 10 units on a side an error clustered by unit is too small (Cameron and Miller 2015); weeks have to do.
FEWEST_UNITS = 10
MOST_GROUPS = 100


def widened(panel: Panel, found: Effect, weeks: int) -> tuple[Effect, bool]:
    """The wider of the interval over weeks and the one clustered by unit, where both sides have 10 units or more.

    Returns the effect and whether units were counted at all. weeks: length of the window after the start.
    """
    sides = (int(panel.treated.sum()), int((~panel.treated).sum()))
    if min(sides) < FEWEST_UNITS:
        return found, False
    error = jackknife(len(panel.units), lambda units: _estimate(panel, units, weeks), MOST_GROUPS)
    freedom = min(sides) - 1
    reach = float(scipy.stats.t.ppf(0.975, freedom)) * error
    if reach <= found.upper - found.estimate:
        return found, True
    p = float(2 * scipy.stats.t.sf(abs(found.estimate) / error, freedom))
    return Effect(found.estimate, found.estimate - reach, found.estimate + reach, p, error), True


def _estimate(panel: Panel, units: np.ndarray, weeks: int) -> float:
    kept = replace(
        panel,
        units=tuple(panel.units[unit] for unit in units),
        values=panel.values[:, units],
        weights=panel.weights[:, units],
        starts=panel.starts[units],
    )
    gap = difference(kept, siblings=False)
    return float(contrast.coefficients(gap, gap.base, gap.window(0, weeks)) @ gap.values)

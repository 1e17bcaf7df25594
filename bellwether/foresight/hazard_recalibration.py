"""Forecasts bent to what past forecasts came to: log hazard' = level + slope x log hazard, one pair an end.

Learned on walk-forward forecasts only, never on the rows that taught the model. Which correction, if any, is decided
by a closed test (Vergouwe and others 2017, Statistics in Medicine 36): none if both terms together are not
significant, the level alone if the slope adds nothing, else both. A correction that is not called for adds noise, and
one of the level lags: the windows that it is learned from closed before the forecast, the model knows weeks up to it.
Customers of one window share its weather, so what is significant is asked of F with as many degrees of freedom as there
were windows that don't overlap, not of chi squared: three quarters with more ends than expected are no proof of more.
Linear on the log-hazard scale, so that the reasons of a forecast keep adding up.
"""

from __future__ import annotations

import numpy as np
import scipy

from bellwether.foresight.hazard_cloglog import course_losses, fit_cloglog
from bellwether.foresight.hazard_rows import NO_END

Pairs = list[tuple[float, float]]
UNCHANGED = (0.0, 1.0)
SIGNIFICANT = 0.05
MANY = 10**6  # windows without weather of their own
RIDGE = 1.0  # holds the slope at 1 where forecasts hardly differ


def learn_recalibration(
    log_hazards: np.ndarray,
    at_risk: np.ndarray,
    end: np.ndarray,
    least_events: int,
    origins: int = MANY,
    windows: int = MANY,
) -> Pairs | None:
    """A pair an end, (0, 1) for no change; None if no end has `least_events` to ask.

    `log_hazards`: rows by weeks by ends, of so many `origins`, of which so many `windows` don't overlap: several
    origins saw the same week, and evidence is divided by how many.
    """
    overlap = origins / windows
    week = np.arange(1, log_hazards.shape[1] + 1)
    seen = week <= at_risk[:, None]
    last = (week == at_risk[:, None]) & (end != NO_END)[:, None]
    events = np.array([(end == number).sum() for number in range(log_hazards.shape[2])])
    if (events < least_events).all():
        return None
    pairs = []
    for number, enough in enumerate(events >= least_events):
        mine = last & (end == number)[:, None]
        weight = np.where(last & ~mine, 0.5, 1.0)[seen] / overlap
        pairs.append(_pair(log_hazards[:, :, number][seen], mine[seen] * 1.0, weight, windows) if enough else UNCHANGED)
    return pairs


def recalibrated(log_hazards: np.ndarray, pairs: Pairs | None) -> np.ndarray:
    """The log hazards as the pairs correct them."""
    if pairs is None:
        return log_hazards
    level, slope = np.array(pairs).T
    return level + slope * log_hazards


def _pair(forecast: np.ndarray, y: np.ndarray, weight: np.ndarray, windows: int) -> tuple[float, float]:
    centre = float(np.average(forecast, weights=weight))
    design = np.column_stack([np.ones(len(y)), forecast - centre])
    level = fit_cloglog(design[:, :1], y, weight, RIDGE, offset=forecast)
    both = fit_cloglog(design, y, weight, RIDGE, offset=forecast)
    none, one, two = (
        2 * float(weight @ course_losses(linear, y))
        for linear in (forecast, forecast + level[0], forecast + design @ both)
    )
    if none - two < 2 * scipy.stats.f.isf(SIGNIFICANT, 2, windows):
        return UNCHANGED
    if one - two < scipy.stats.f.isf(SIGNIFICANT, 1, windows):
        return float(level[0]), 1.0
    return float(both[0] - both[1] * centre), float(1 + both[1])

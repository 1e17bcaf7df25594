"""Anhøj's two tests for a run chart: an unusually long run, and unusually few crossings of the centre.

Anhøj and Olesen (2014), *Run charts revisited*, PLoS ONE 9(11); Chen (2010) for the crossings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy


@dataclass(frozen=True)
class Runs:
    """Longest run and number of crossings with the limits of chance; `signal` when either is beyond its limit."""

    centre: float
    longest: int
    longest_expected: int
    crossings: int
    crossings_expected: int
    signal: bool


def runs(values: np.ndarray, centre: float | None = None) -> Runs:
    """Test a series (points,) for a shift without assuming any distribution.

    centre: the line to hold against, the median by default. Values on the line are left out, NaN as well. Limits: a run
    of up to round(log2(points) + 3) and at least the 5% quantile of a binomial(points - 1, 1/2) of crossings. Raises
    ValueError when no value lies off the line. Below 10 points the tests hardly ever signal; autocorrelation makes
    them signal too often.
    """
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    centre = float(np.median(values)) if centre is None else centre
    side = np.sign(values - centre)
    side = side[side != 0]
    if not side.size:
        raise ValueError("no value lies off the centre line; there are no runs to test")
    edges = np.flatnonzero(np.diff(side)) + 1
    longest = int(np.diff(np.concatenate([[0], edges, [side.size]])).max())
    long, few = round(np.log2(side.size) + 3), int(scipy.stats.binom.ppf(0.05, side.size - 1, 0.5))
    return Runs(centre, longest, long, edges.size, few, longest > long or edges.size < few)

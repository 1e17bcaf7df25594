"""Which of many groups lie apart from all the others together: one page of figures, with few false words among them.

Each group is held against the rest (all observations without its own), and what is called apart is controlled for the
number of groups: the false discovery rate of Benjamini & Hochberg 1995 (JRSS B 57). Groups that share a whole are a
little dependent, which the procedure stands (Benjamini & Yekutieli 2001).

When not to trust it: below some ten observations in a group; where observations of one group lean on each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from bellwether.trends.compare import Difference

FALSE_DISCOVERIES = 0.05
Z = float(norm.ppf(0.975))


def discoveries(chances: Sequence[float], rate: float = FALSE_DISCOVERIES) -> list[bool]:
    """Which of these p-values are called, so that of those called a share of `rate` is expected to be chance."""
    given = np.asarray(chances, float)
    order = np.argsort(given)
    below = np.flatnonzero(given[order] <= rate * (np.arange(len(given)) + 1) / max(len(given), 1))
    called = np.zeros(len(given), bool)
    if below.size:
        called[order[: below[-1] + 1]] = True
    return called.tolist()


def chance(difference: Difference | None) -> float:
    """The two-sided p-value that a 95% interval stands for; 1 without a difference."""
    if difference is None or difference.upper <= difference.lower:
        return 1.0
    # The side that faces zero: intervals of shares are not symmetric.
    near = difference.lower if difference.estimate > 0 else difference.upper
    error = abs(difference.estimate - near) / Z
    if error == 0:
        return 1.0
    return float(2 * norm.sf(abs(difference.estimate) / error))


def apart(differences: Sequence[Difference | None], rate: float = FALSE_DISCOVERIES) -> list[int]:
    """1 where a group lies above the rest, -1 below, 0 where chance explains it. differences: group less rest."""
    called = discoveries([chance(one) for one in differences], rate)
    return [
        0 if not yes or one is None else int(np.sign(one.estimate))
        for yes, one in zip(called, differences, strict=True)
    ]

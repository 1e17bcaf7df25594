"""Two periods side by side: the difference with an interval, for shares, means and NPS.

An interval for one sample has `estimate, lower, upper`; a difference is always *second minus first* and also says
whether it is `real`: its interval leaves out zero. Comparing many pairs at once finds one in twenty by chance.
Observations are taken to be independent; several answers of one customer make every interval here too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import sqrt

import scipy


@dataclass(frozen=True)
class Interval:
    """An estimate and its confidence limits, in the unit of the estimate."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Difference:
    """Second minus first with its confidence limits; `real` when they leave out zero."""

    estimate: float
    lower: float
    upper: float
    real: bool


@dataclass(frozen=True)
class Moments:
    """Mean, variance of single observations, and the number of observations that they are worth."""

    mean: float
    variance: float
    n: float


def wilson(k: float, n: float, level: float = 0.95) -> Interval:
    """Wilson's score interval (1927) for a share of k in n; within 0 and 1, and sound at both ends.

    Raises ValueError unless 0 <= k <= n and n > 0.
    """
    _counts(k, n)
    z = _z(level)
    share = k / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(share, 0.0 if k == 0 else middle - reach, 1.0 if k == n else middle + reach)


def shares(k1: float, n1: float, k2: float, n2: float, level: float = 0.95) -> Difference:
    """Difference of two independent shares, k2 in n2 less k1 in n1.

    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: the Wilson limits of each share, squared and added.
    Holds its level down to a handful of cases. Not for the same customers asked twice (that is paired).
    """
    first, second = wilson(k1, n1, level), wilson(k2, n2, level)
    gap = second.estimate - first.estimate
    lower = gap - sqrt((second.estimate - second.lower) ** 2 + (first.upper - first.estimate) ** 2)
    upper = gap + sqrt((second.upper - second.estimate) ** 2 + (first.estimate - first.lower) ** 2)
    return _difference(gap, lower, upper)


def means(
    mean1: float, var1: float, n1: float, mean2: float, var2: float, n2: float, level: float = 0.95
) -> Difference:
    """Difference of two means, unequal variances allowed (Welch 1947, Satterthwaite's degrees of freedom).

    var: variance of single observations with n - 1 below the line; see `from_sums`. Raises ValueError below two
    observations or for a negative variance. Not for strongly skewed money or durations below about 30 observations.
    """
    for variance, n in ((var1, n1), (var2, n2)):
        if n < 2 or variance < 0:
            raise ValueError(f"n={n}, variance={variance}: Welch needs two observations and a variance of at least 0")
    part1, part2 = var1 / n1, var2 / n2
    gap, error = mean2 - mean1, sqrt(part1 + part2)
    if error == 0:
        return _difference(gap, gap, gap)
    freedom = (part1 + part2) ** 2 / (part1**2 / (n1 - 1) + part2**2 / (n2 - 1))
    reach = float(scipy.stats.t.ppf((1 + level) / 2, freedom)) * error
    return _difference(gap, gap - reach, gap + reach)


def nps_interval(promoters: float, passives: float, detractors: float, level: float = 0.95) -> Interval:
    """NPS (-100 to 100) with the adjusted Wald interval: for the limits three answers are added, 3/4 promoters, 3/4
    detractors and 3/2 passives.

    Rocks (2016), The American Statistician 70(4). The estimate itself stays unadjusted; the limits are cut off at
    -100 and 100. Weighted surveys need the effective number of answers, not the sum of weights.
    """
    estimate = _nps(promoters, passives, detractors)[0]
    middle, variance = _adjusted(promoters, passives, detractors)
    reach = _z(level) * sqrt(variance)
    return Interval(estimate, max(-100.0, middle - reach), min(100.0, middle + reach))


def nps(
    promoters1: float,
    passives1: float,
    detractors1: float,
    promoters2: float,
    passives2: float,
    detractors2: float,
    level: float = 0.95,
) -> Difference:
    """Difference of two NPS in points, second less first, each adjusted as in `nps_interval`."""
    gap = _nps(promoters2, passives2, detractors2)[0] - _nps(promoters1, passives1, detractors1)[0]
    first = _adjusted(promoters1, passives1, detractors1)
    second = _adjusted(promoters2, passives2, detractors2)
    reach, middle = _z(level) * sqrt(first[1] + second[1]), second[0] - first[0]
    return _difference(gap, max(-200.0, middle - reach), min(200.0, middle + reach))


def from_sums(sum_w: float, sum_wx: float, sum_wx2: float, sum_w2: float | None = None) -> Moments:
    """Mean, variance and size of a group from the sums that roll up exactly (weights, weighted values and squares).

    With weights of 1, or that count observations, `n` is their sum. Weights that say how much an observation matters
    need `sum_w2` too: then `n` is Kish's effective size, sum_w^2 / sum_w2. Raises ValueError when the sum of weights is
    not above zero; the variance is NaN where n is not above 1. Cancellation makes the variance worthless where the
    spread is below about a ten-millionth of the mean.
    """
    if not sum_w > 0:
        raise ValueError(f"sum of weights {sum_w}: there is nothing to compare")
    mean = sum_wx / sum_w
    n = sum_w if sum_w2 is None else sum_w**2 / sum_w2
    spread = max(0.0, sum_wx2 / sum_w - mean**2)
    return Moments(mean, spread * n / (n - 1) if n > 1 else float("nan"), n)


def nps_counts(sum_w: float, sum_wx: float, sum_wx2: float) -> tuple[float, float, float]:
    """Promoters, passives and detractors behind the roll-up of an NPS whose values are -100, 0 and 100."""
    voted, net = sum_wx2 / 10_000, sum_wx / 100
    return (voted + net) / 2, sum_w - voted, (voted - net) / 2


def mean_interval(moments: Moments, level: float = 0.95) -> Interval:
    """A mean with Student's interval; without one (both limits at the mean) where a single observation stands."""
    if not moments.n > 1:
        return Interval(moments.mean, moments.mean, moments.mean)
    reach = float(scipy.stats.t.ppf((1 + level) / 2, moments.n - 1)) * sqrt(moments.variance / moments.n)
    return Interval(moments.mean, moments.mean - reach, moments.mean + reach)


def _adjusted(promoters: float, passives: float, detractors: float) -> tuple[float, float]:
    return _nps(promoters + 0.75, passives + 1.5, detractors + 0.75)


def _nps(promoters: float, passives: float, detractors: float) -> tuple[float, float]:
    """NPS in points and the variance of its estimate, (p + d - (p - d)^2) / n."""
    answers = promoters + passives + detractors
    if min(promoters, passives, detractors) < 0 or answers <= 0:
        raise ValueError(f"{promoters}, {passives}, {detractors}: an NPS needs answers, and none below zero")
    up, down = promoters / answers, detractors / answers
    return 100 * (up - down), 10_000 * (up + down - (up - down) ** 2) / answers


def _difference(gap: float, lower: float, upper: float) -> Difference:
    return Difference(gap, lower, upper, real=lower > 0 or upper < 0)


@cache
def _z(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level={level}: a confidence level lies between 0 and 1, such as .95")
    return float(scipy.stats.norm.ppf((1 + level) / 2))


def _counts(k: float, n: float) -> None:
    if not 0 <= k <= n or n == 0:
        raise ValueError(f"{k} of {n} is not a share")

"""Intervals of wandering series, against brute force and against the truth."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from bellwether.verdicts.noise import FADING, SHARES, Noise, covariances, learn
from bellwether.verdicts.simulate import fading

WEEKS = np.r_[0:52, 60:73]
STEP = (WEEKS >= 60).astype(float)
DESIGN = np.column_stack([np.ones(65), STEP])
MEANS = STEP / 13 - (1 - STEP) / 52
EVEN = np.ones(65)


def test_errors_are_the_double_sum():
    rng = np.random.default_rng(1)
    sizes = rng.uniform(20, 200, 65)
    noise = learn(rng.normal(size=65), DESIGN, WEEKS, sizes)
    fast = noise.errors(MEANS, WEEKS, sizes)
    for place, (left, share) in enumerate((left, share) for left in FADING for share in SHARES):
        slow = 0.0
        for one in range(65):
            for other in range(65):
                shock = share * left ** abs(int(WEEKS[one]) - int(WEEKS[other]))
                white = (1 - share) * np.median(sizes) / sizes[one] if one == other else 0
                slow += MEANS[one] * MEANS[other] * (shock + white)
        assert fast[place + 1] ** 2 == pytest.approx(slow * noise.variances[place + 1])


def test_independent_weeks_are_students_test():
    values = np.random.default_rng(2).normal(size=65)
    learnt = learn(values, DESIGN, WEEKS, EVEN)
    only = np.zeros(len(learnt.weights))
    only[0] = 1
    found = Noise(only, learnt.variances, learnt.freedom, 1.0, learnt.siblings).effect(MEANS, values, WEEKS, EVEN)
    known = ttest_ind(values[52:], values[:52])
    assert found.p == pytest.approx(known.pvalue)
    assert (found.lower, found.upper) == pytest.approx(tuple(known.confidence_interval()))


def test_covariances_are_proper():
    for one in covariances(WEEKS, np.random.default_rng(3).uniform(0.5, 2, 65)):
        assert np.linalg.eigvalsh(one).min() > 0


@pytest.mark.parametrize("left", [0.0, 0.6, 0.85])
def test_intervals_cover(left):
    """A hundred and twenty series each. Student's test, which takes weeks as independent, covers .73 and .48."""
    rng = np.random.default_rng(4)
    covered = []
    for _ in range(120):
        panel = fading(rng, (73, 5), left, 1.0)[WEEKS]
        gap = panel[:, 0] - panel[:, 1:].mean(axis=1)
        siblings = panel[:, 1:] * 4 / 3 - panel[:, 1:].mean(axis=1, keepdims=True) * 4 / 3
        found = learn(gap, DESIGN, WEEKS, EVEN, siblings).effect(MEANS, gap, WEEKS, EVEN)
        covered.append(found.lower <= 0 <= found.upper)
    assert 0.92 <= np.mean(covered) <= 0.995

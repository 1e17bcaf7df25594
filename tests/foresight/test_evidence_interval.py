"""Intervals and q-values, against slow and obvious ones."""

import numpy as np
import pytest
from evidence_worlds import small_inputs, weekly
from hypothesis import given
from hypothesis import strategies as st

from bellwether.foresight.evidence_challenge import LOSS, challenge
from bellwether.foresight.evidence_folds import walk_forward
from bellwether.foresight.evidence_interval import benjamini_hochberg, resampling_weights, skill_with_interval
from bellwether.foresight.evidence_study import lay_out
from bellwether.foresight.features import readings_at_origins


def slow_q_values(p_values: list[float]) -> list[float]:
    """The smallest rate at which each test would be rejected: step up from the definition."""
    size = len(p_values)
    q_values = []
    for mine in p_values:
        rates = []
        for threshold in p_values:
            if threshold >= mine:
                rejected = sum(p <= threshold for p in p_values)
                rates.append(min(threshold * size / rejected, 1))
        q_values.append(min(rates))
    return q_values


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg(p_values):
    assert benjamini_hochberg(np.array(p_values)) == pytest.approx(slow_q_values(p_values), abs=1e-12)


def test_benjamini_hochberg_on_the_example_of_1995():
    """Table of fifteen p-values in Benjamini & Hochberg (1995), section 3.2: four are rejected at .05."""
    p_values = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000),
    ]
    assert (benjamini_hochberg(np.array(p_values)) <= 0.05).sum() == 4


def test_benjamini_hochberg_of_nothing():
    assert benjamini_hochberg(np.array([])).size == 0


def customers(seed: int, size: int = 300) -> np.ndarray:
    rng = np.random.default_rng(seed)
    losses = rng.gamma(4, 1, size)
    return np.column_stack([losses, np.zeros(size), np.zeros(size), rng.normal(0.02, 0.3, size)])


def test_interval_agrees_with_resampling_customers_one_by_one():
    sums = customers(1)
    skill, lower, upper, p = skill_with_interval(sums, 3, resampling_weights(300, 4000, 1), 0.95)
    rng = np.random.default_rng(9)
    slow = []
    for _ in range(1000):
        drawn = [sums[rng.integers(300)] for _ in range(300)]
        slow.append(sum(row[3] for row in drawn) / sum(row[0] for row in drawn))
    assert skill == pytest.approx(sums[:, 3].sum() / sums[:, 0].sum())
    assert [lower, upper] == pytest.approx(np.quantile(slow, [0.025, 0.975]), abs=1.2e-3)
    assert (p < 0.025) == (np.quantile(slow, 0.025) > 0)


def test_all_rows_of_a_customer_are_drawn_together():
    observations, baseline, outcomes = small_inputs(customers=120)
    study = lay_out(baseline, outcomes, weekly())
    folds = list(walk_forward(study, weekly(), 0))
    (tally,) = challenge(study, folds, [readings_at_origins(observations["shock"], study, 3.0).values], weekly())
    own = dict.fromkeys(range(120), 0.0)
    for fold in folds:
        for code, loss in zip(study.code[fold.foretells].tolist(), fold.losses.tolist(), strict=True):
            own[code] += loss
    assert tally.clusters[:, LOSS] == pytest.approx(list(own.values()))
    assert tally.clusters.sum(axis=0) == pytest.approx(tally.origins.sum(axis=0))


def test_intervals_cover_the_truth_as_often_as_they_say():
    """300 worlds of 150 customers whose true skill is .02 / 4."""
    draws = resampling_weights(150, 500, 2)
    held = 0
    for seed in range(300):
        _, lower, upper, _ = skill_with_interval(customers(seed, 150), 3, draws, 0.95)
        held += lower <= 0.005 <= upper
    assert 0.91 <= held / 300 <= 0.985


def test_no_gain_at_all_is_no_evidence():
    sums = customers(1) * [1, 0, 0, 0]
    assert skill_with_interval(sums, 3, resampling_weights(300, 100, 1), 0.95) == (0, 0, 0, 1)

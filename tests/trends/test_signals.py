"""Graded signals against scipy, one chart at a time; and the scale of even noise that they need."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import linregress, ttest_ind

from bellwether.trends.nulls import LENGTHS, Grid, autoregression, grid_autocorrelation, null, p_values, usable_length
from bellwether.trends.scale import even_noise
from bellwether.trends.signals import RULES, in_force, measure


def slow_strength(values: np.ndarray) -> list[float]:
    """The four graded signals of one chart, by library calls."""
    points = len(values)
    gaps = values - values.mean()
    unit = np.sort(np.abs(gaps[:-4]))[-3:].mean()
    outside = max(gaps[-4:], key=abs) / unit
    triples = [np.median(gaps[end - 2 : end + 1]) for end in range(points - 4, points)]
    shifts = [ttest_ind(values[-last:], values[:-last]).statistic for last in range(7, min(20, points - 5) + 1)]
    drifts = []
    for last in [points] + [last for last in (13, 26, 52) if last <= points - 3]:
        fit = linregress(np.maximum(np.arange(points) - (points - last), 0), values)
        drifts.append(fit.slope / fit.stderr)
    return [outside, max(triples, key=abs) / unit, max(shifts, key=abs), max(drifts, key=abs)]


@pytest.mark.parametrize("points", [12, 19, 31, 60])
def test_strengths_as_scipy_has_them(points: int):
    values = np.random.default_rng(points).normal(5, 2, (20, points)) + 0.05 * np.arange(points)
    found = measure(values)
    for chart in range(20):
        assert found.strength[chart] == pytest.approx(slow_strength(values[chart]), rel=1e-9)


def test_starts_are_where_the_patterns_start():
    values = np.random.default_rng(1).normal(0, 0.1, (1, 60))
    values[0, -9:] += 5
    assert measure(values).start[0, RULES.index("shift")] == 51
    values[0, -9:] -= 5
    values[0, -2] = 9
    assert measure(values).start[0, RULES.index("outside")] == 58
    ramp = np.random.default_rng(2).normal(0, 0.1, (1, 60))
    ramp[0, 34:] += 0.3 * np.arange(26)
    assert measure(ramp).start[0, RULES.index("trend")] == 34


def test_nothing_moves_nothing_is_found():
    found = measure(np.full((2, 30), 0.1))
    assert np.abs(found.strength).max() == 0
    assert found.autocorrelation.tolist() == [0, 0]
    step = np.repeat([1.0, 2.0], [20, 10])[None]
    assert np.isfinite(measure(step).strength).all()
    assert abs(measure(step, floor=0.5).strength[0, 2]) < abs(measure(step).strength[0, 2])


def test_in_force_finds_an_old_step_and_leaves_noise_and_drift_alone():
    chance = np.random.default_rng(3)
    weeks = np.arange(60)
    old = [in_force(chance.normal(size=60) + 3 * (weeks >= 30)) for _ in range(50)]
    assert np.mean([abs(start - 30) <= 2 for start in old]) >= 0.9
    assert np.mean([in_force(chance.normal(size=60)) > 0 for _ in range(50)]) <= 0.05
    assert np.mean([in_force(chance.normal(size=60) + weeks * 0.06) > 0 for _ in range(50)]) <= 0.1
    assert all(in_force(chance.normal(size=60) + 9 * (weeks >= 45)) == 0 for _ in range(20))  # not old yet
    twice = chance.normal(size=120) + 5 * (np.arange(120) >= 40) + 5 * (np.arange(120) >= 80)
    assert abs(in_force(twice) - 80) <= 2


def test_p_values_are_even_under_the_noise_that_they_are_made_for():
    chance = np.random.default_rng(4)
    phi = np.clip(chance.normal(0.3, 0.1, 3000), 0, 0.85)
    found = measure(autoregression(chance.standard_t(8, (3000, 30)), phi))
    p_value = p_values(null(30), found.strength, found.autocorrelation, Grid(0.3, 0.1))
    for rule in range(len(RULES)):
        for level, error in ((0.5, 0.03), (0.05, 0.013), (0.01, 0.006)):
            assert (p_value[:, rule] < level).mean() == pytest.approx(level, abs=error)


def test_stronger_is_never_likelier():
    strength = np.repeat(np.linspace(0, 30, 200)[:, None], 4, axis=1)
    p_value = p_values(null(30), strength, np.full(200, 0.1), Grid(0.1, 0.1))
    assert (np.diff(p_value, axis=0) <= 1e-12).all()
    assert (p_value[-1] < 1e-6).all()
    assert p_value.min() >= 0


def test_every_length_has_a_table_to_go_to():
    assert [usable_length(points) for points in (12, 24, 52, 53, 104, 900)] == [12, 24, 52, 52, 104, 156]
    for shorter, longer in pairwise(LENGTHS):
        assert longer - 1 - shorter < max(1, longer / 10)


def test_the_autocorrelation_of_a_grid():
    chance = np.random.default_rng(5)
    grid = grid_autocorrelation(0.5 + 0.14 * chance.normal(size=200), np.full(200, 0.14))
    assert grid.centre == pytest.approx(0.5, abs=0.04)
    assert grid.spread == pytest.approx(0.1, abs=0.03)
    alone = grid_autocorrelation(np.array([0.0]), np.array([0.14]))
    assert alone.centre == pytest.approx(0.24)  # one chart of five, four of them imaginary at .3
    assert grid.shrunk(np.array([-0.4]), np.array([0.14]))[0] >= 0


def test_even_noise_makes_thin_weeks_quiet():
    chance = np.random.default_rng(6)
    weights = chance.integers(4, 200, 400).astype(float)
    values = 50 + 20 * chance.normal(size=400) / np.sqrt(weights)
    residuals, _ = even_noise(values, weights, "score")
    thin = weights < 30
    assert residuals[thin].std() / residuals[~thin].std() == pytest.approx(1, abs=0.25)
    between = 50 + chance.normal(size=400)  # here weights have nothing to say
    residuals, _ = even_noise(between, weights, "score")
    assert residuals[thin].std() / residuals[~thin].std() == pytest.approx(1, abs=0.25)


def test_even_noise_of_shares_is_standard_normal_or_less():
    chance = np.random.default_rng(7)
    weights = chance.integers(30, 200, 500)
    for share in (0.5, 0.9, 0.98):
        residuals, floor = even_noise(chance.binomial(weights, share) / weights, weights.astype(float), "share")
        assert 0.8 <= residuals.std() <= 1.15
        assert np.abs(residuals).max() < 4.5
        assert 0.8 <= floor <= 1
    half = chance.binomial(2 * weights, 0.6) / weights / 2  # means of two answers: not plain yes/no
    assert even_noise(half, weights.astype(float), "share")[1] == 0


def test_even_noise_of_overdispersed_shares_lets_no_large_week_shout():
    chance = np.random.default_rng(8)
    weights = np.where(np.arange(600) % 2, 2000, 40)
    moving = np.clip(0.7 + 0.05 * chance.normal(size=600), 0, 1)
    residuals, floor = even_noise(chance.binomial(weights, moving) / weights, weights.astype(float), "share")
    assert residuals[1::2].std() / residuals[::2].std() == pytest.approx(1, abs=0.25)
    assert floor < 0.8


def test_rounding_is_a_floor():
    whole = np.array([3.0] * 20 + [4.0])
    assert even_noise(whole, None, "count")[1] == pytest.approx(1 / np.sqrt(12))
    assert even_noise(np.full(20, 0.1), None, "count")[1] == 0

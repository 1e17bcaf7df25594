"""Intervals against published tables, scipy, and exact enumeration."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multinomial, ttest_ind

from bellwether.trends.compare import from_sums, mean_interval, means, nps, nps_counts, nps_interval, shares, wilson


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3
@pytest.mark.parametrize(
    ("k", "n", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(k: int, n: int, lower: float, upper: float):
    found = wilson(k, n)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5e-5)
    mirrored = wilson(n - k, n)
    assert (1 - mirrored.upper, 1 - mirrored.lower) == pytest.approx((lower, upper), abs=5e-5)


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10; his difference is first less second
@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2", "lower", "upper"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_shares_as_published(k1, n1, k2, n2, lower, upper):
    found = shares(k2, n2, k1, n1)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=6e-5)
    assert found.estimate == pytest.approx(k1 / n1 - k2 / n2)
    assert found.real == (lower > 0 or upper < 0)


def test_means_as_scipy_has_them():
    chance = np.random.default_rng(1)
    first, second = chance.normal(3, 1, 14), chance.normal(4, 3, 37)
    found = means(first.mean(), first.var(ddof=1), 14, second.mean(), second.var(ddof=1), 37, level=0.9)
    limits = ttest_ind(second, first, equal_var=False).confidence_interval(0.9)
    assert (found.lower, found.upper) == pytest.approx((limits.low, limits.high), rel=1e-12)
    assert found.estimate == pytest.approx(second.mean() - first.mean())


def test_means_without_spread():
    assert means(3, 0, 5, 3, 0, 5).real is False
    assert means(3, 0, 5, 4, 0, 5).real is True
    with pytest.raises(ValueError, match="two observations"):
        means(3, 0, 1, 4, 0, 5)


def test_published_nps_variance_and_widths(cases: Path):
    checks = json.loads((cases / "nps" / "expected.json").read_text())["checks"]
    known, answers = checks["whuber_half_third_sixth"]["value"], 324
    found = nps_interval(answers / 2, answers / 3, answers / 6)
    assert found.estimate / 100 == pytest.approx(known["NPS"])
    error = (found.upper - found.lower) / 2 / 1.959964 / 100
    assert error == pytest.approx(known["SE"], abs=checks["whuber_half_third_sixth"]["tol"])
    assert error == pytest.approx(sqrt(known["var"] / 327), rel=0.01)  # three imaginary answers more
    third = nps_interval(1024 / 3, 1024 / 3, 1024 / 3)
    assert third.upper - third.lower == pytest.approx(320 / sqrt(1024), rel=checks["cybaea_third_third_third"]["tol"])


@pytest.mark.parametrize("name", ["p_50_30_20", "p_70_20_10", "p_90_8_2"])
def test_adjusted_wald_covers_as_simulated(cases: Path, name: str):
    known = json.loads((cases / "nps" / "expected.json").read_text())["checks"]["coverage_sim_95"][name]
    chances = [int(part) / 100 for part in name.split("_")[1:]]
    truth = 100 * (chances[0] - chances[2])
    for size, (_, adjusted) in known.items():
        answers = int(size[1:])
        covered = 0.0
        for up in range(answers + 1):
            for down in range(answers + 1 - up):
                found = nps_interval(up, answers - up - down, down)
                if found.lower <= truth <= found.upper:
                    covered += multinomial.pmf([up, answers - up - down, down], answers, chances)
        assert covered == pytest.approx(adjusted, abs=0.006)  # theirs is a simulation of 20,000


def test_a_real_survey(cases: Path):
    check = json.loads((cases / "nps_sfo" / "expected.json").read_text())["checks"]["2017"]
    score = pl.read_csv(cases / "nps_sfo" / "netpro_2017.csv")["netpro"]
    score = score.filter(score.is_between(0, 10))  # code 11 is a blank
    value = score.map_elements(lambda s: 100 if s >= 9 else -100 if s <= 6 else 0, return_dtype=pl.Int64)
    sums = (value.len(), value.sum(), (value**2).sum())
    assert nps_counts(*sums) == (check["promoters"], check["passives"], check["detractors"])
    moments = from_sums(*sums)
    error = sqrt(moments.variance / moments.n)
    assert moments.mean == pytest.approx(check["NPS"], abs=0.001)
    assert error == pytest.approx(check["SE"], abs=0.001)
    wald = [moments.mean - 1.959964 * error, moments.mean + 1.959964 * error]
    assert wald == pytest.approx(check["CI95"], abs=0.001)
    adjusted = nps_interval(*nps_counts(*sums))
    assert (adjusted.lower, adjusted.upper) == pytest.approx(tuple(check["CI95"]), abs=0.1)


def test_nps_difference_by_hand():
    found = nps(50, 30, 20, 80, 10, 10)
    # three answers more on each side: (50.75, 31.5, 20.75) and (80.75, 11.5, 10.75) of 103
    p1, d1, p2, d2 = 50.75 / 103, 20.75 / 103, 80.75 / 103, 10.75 / 103
    reach = 195.9964 * sqrt((p1 + d1 - (p1 - d1) ** 2 + p2 + d2 - (p2 - d2) ** 2) / 103)
    middle = 100 * ((p2 - d2) - (p1 - d1))
    assert found.estimate == 40
    assert (found.lower, found.upper) == pytest.approx((middle - reach, middle + reach), abs=1e-4)
    assert found.real


def test_from_sums_is_the_mean_and_variance_of_the_rows():
    rows = np.array([3.0, 5.0, 8.0, 1.0, 1.0])
    found = from_sums(5, rows.sum(), (rows**2).sum())
    assert (found.mean, found.variance, found.n) == pytest.approx((rows.mean(), rows.var(ddof=1), 5))
    counted = from_sums(4, 3 * 2 + 5, 3 * 4 + 25)  # 2 three times, 5 once
    assert counted.variance == pytest.approx(np.var([2, 2, 2, 5], ddof=1))
    assert from_sums(4, 11, 37, sum_w2=10).n == pytest.approx(1.6)  # Kish
    assert np.isnan(from_sums(1, 2, 4).variance)
    with pytest.raises(ValueError, match="nothing to compare"):
        from_sums(0, 0, 0)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_differences_turn_their_sign_when_swapped(n1: int, n2: int, data):
    k1, k2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    there, back = shares(k1, n1, k2, n2), shares(k2, n2, k1, n1)
    assert (there.lower, there.upper) == pytest.approx((-back.upper, -back.lower), abs=1e-12)
    assert -1 <= there.lower <= there.estimate <= there.upper <= 1


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="is not a share"):
        wilson(3, 2)
    with pytest.raises(ValueError, match="is not a share"):
        wilson(0, 0)
    with pytest.raises(ValueError, match="needs answers"):
        nps_interval(0, 0, 0)
    with pytest.raises(ValueError, match="level=95"):
        wilson(1, 2, level=95)


def test_a_mean_has_students_interval():
    """1, 2, 3, 4: mean 2.5, s = 1.29099, t(.975, 3) = 3.18245."""
    found = mean_interval(from_sums(4, 10, 30))
    assert found.estimate == 2.5
    assert found.upper - found.estimate == pytest.approx(3.18245 * 1.290994 / 2, rel=1e-5)
    assert found.estimate - found.lower == pytest.approx(found.upper - found.estimate)


def test_a_single_observation_has_a_mean_and_no_width():
    found = mean_interval(from_sums(1, 7, 49))
    assert (found.estimate, found.lower, found.upper) == (7, 7, 7)

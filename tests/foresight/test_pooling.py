"""Partial pooling: Efron and Morris's batters, a referee with whole matrices, and segments of known truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from bellwether.foresight.pooling import between, pool

# Efron & Morris 1975 (JASA 70), Table 1: hits in the first 45 at bats of 1970, and the average over the rest of it.
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
REST = "346 298 276 222 273 270 263 210 269 230 264 256 303 264 226 285 316 200"


def stable(average: np.ndarray) -> np.ndarray:
    """Averages on the scale on which 45 at bats have an error of 1 (their equation 1.1)."""
    return np.sqrt(45) * np.arcsin(2 * average - 1)


BATTERS, SEASON = stable(HITS / 45), stable(np.array([int(one) for one in REST.split()]) / 1000)


def loss(figures: np.ndarray) -> float:
    return float(((figures - SEASON) ** 2).sum())


def test_batters_are_drawn_as_far_as_published():
    assert loss(BATTERS) == pytest.approx(17.56, abs=0.02)
    found = pool(BATTERS, np.ones(18))
    assert found["drawn"].to_numpy() == pytest.approx(0.791, abs=0.035)  # James and Stein's: 15 / 18.96
    assert loss(found["pooled"].to_numpy()) == pytest.approx(5.01, abs=0.05)
    assert found["whole"][0] == pytest.approx(BATTERS.mean())
    inside = (found["lower"].to_numpy() <= SEASON) & (found["upper"].to_numpy() >= SEASON)
    assert inside.sum() >= 17


def test_between_of_the_batters():
    assert between(BATTERS, np.ones(18)) == pytest.approx(np.sqrt(18.96 / 17 - 1), abs=1e-3)
    assert between(BATTERS, np.full(18, 1.1)) == 0  # no more apart than their errors
    assert between(BATTERS[:1], np.ones(1)) == 0


def test_between_brings_the_weighted_squares_to_their_expectation():
    rng = np.random.default_rng(1)
    spreads = rng.uniform(0.2, 2, 9).tolist()
    figures = (3 * rng.normal(size=9)).tolist()
    apart = between(np.array(figures), np.array(spreads))
    weights = [1 / (one**2 + apart**2) for one in spreads]
    middle = sum(weight * one for weight, one in zip(weights, figures, strict=True)) / sum(weights)
    squares = sum(weight * (one - middle) ** 2 for weight, one in zip(weights, figures, strict=True))
    assert squares == pytest.approx(8)


def test_pooling_agrees_with_whole_matrices():
    figures, spreads = np.array([2.0, -1.0, 0.5, 3.0]), np.array([0.5, 1.0, 2.0, np.inf])
    known, wide = slice(0, 3), 1e6  # the middle may lie anywhere
    middling = 3 / (1 / spreads[known] ** 2).sum()
    chances, means, errors = [], [], []
    for share in (np.arange(200) + 0.5) / 200:
        true = np.eye(4) * middling * (1 - share) / share + wide
        seen = true[known, known] + np.diag(spreads[known] ** 2)
        pull = true[:, known] @ np.linalg.inv(seen)
        chances.append(multivariate_normal.pdf(figures[known], np.zeros(3), seen))
        means.append(pull @ figures[known])
        errors.append(np.sqrt(np.diag(true - pull @ true[known])))
    chance, means, errors = np.array(chances) / sum(chances), np.array(means), np.array(errors)
    found = pool(figures, spreads)
    assert found["pooled"].to_numpy() == pytest.approx(chance @ means, abs=1e-3)
    assert found["pooled"][3] == pytest.approx(found["whole"][0])
    for name, tail in (("lower", 0.025), ("upper", 0.975)):
        reached = chance @ norm.cdf(found[name].to_numpy(), means, errors)
        assert reached == pytest.approx(tail, abs=1e-3)


@pytest.mark.parametrize("apart", [0.0, 0.5, 2.0])
def test_intervals_cover_and_errors_shrink(apart):
    rng, inside, pooled, raw = np.random.default_rng(2), [], [], []
    for _ in range(300):
        spreads = np.exp(rng.normal(0, 0.7, 8))
        true = apart * rng.normal(size=8)
        figures = true + spreads * rng.normal(size=8)
        found = pool(figures, spreads)
        inside.append((found["lower"].to_numpy() <= true) & (true <= found["upper"].to_numpy()))
        pooled.append((found["pooled"].to_numpy() - true) ** 2)
        raw.append((figures - true) ** 2)
    assert 0.90 < np.mean(inside) <= 0.995
    assert np.mean(pooled) < 0.7 * np.mean(raw)


def test_the_less_a_segment_knows_the_further_it_is_drawn():
    found = pool(np.array([5.0, 5.0, 5.0, 1.0, 1.0]), np.array([0.3, 1.0, 3.0, 0.5, 0.5]))
    assert found["drawn"].head(3).is_sorted()
    assert found["pooled"].head(3).is_sorted(descending=True)
    assert found["drawn"].is_between(0, 1).all()
    assert found["pooled"][0] > 4.5


def test_two_segments_that_differ_by_luck_are_brought_together():
    alike, apart = (pool(np.array([0.0, gap]), np.ones(2)) for gap in (0.5, 20))
    assert alike["drawn"][0] > 0.5 > 0.1 > apart["drawn"][0]


def test_the_unit_does_not_matter():
    figures, spreads = np.array([1.0, 4.0, 2.0]), np.array([1.0, 2.0, 0.5])
    once, thousand = pool(figures, spreads), pool(1000 * figures, 1000 * spreads)
    for name in ("pooled", "lower", "upper", "whole", "between"):
        assert thousand[name].to_numpy() == pytest.approx(1000 * once[name].to_numpy())
    assert thousand["drawn"].to_numpy() == pytest.approx(once["drawn"].to_numpy())


def test_a_narrower_confidence_is_narrower():
    wide, narrow = (pool(BATTERS, np.ones(18), confidence=one) for one in (0.95, 0.5))
    assert ((narrow["upper"] - narrow["lower"]) < 0.5 * (wide["upper"] - wide["lower"])).all()


@pytest.mark.parametrize(
    ("spreads", "message"),
    [([1.0, np.inf, np.inf], "1 segments have a figure"), ([1.0, 0.0, 1.0], "not above zero")],
)
def test_what_cannot_be_pooled_is_refused(spreads, message):
    with pytest.raises(ValueError, match=message):
        pool(np.arange(3.0), np.array(spreads))

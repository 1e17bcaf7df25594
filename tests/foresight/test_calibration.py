"""Calibration against published intervals, other implementations, and forecasts that are wrong in a known way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from bellwether.foresight.calibration import calibrate


@pytest.fixture(scope="module")
def forecasts():
    rng = np.random.default_rng(3)
    logit = rng.normal(-1.5, 1, 20_000)
    return logit, (rng.random(20_000) < sigmoid(logit)).astype(float)


def sigmoid(logit):
    return 1 / (1 + np.exp(-logit))


# Newcombe 1998 (Statistics in Medicine 17), Table I, method 3.
@pytest.mark.parametrize(
    ("events", "size", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_of_the_curve_are_the_published_ones(events, size, lower, upper):
    curve = calibrate(np.full(size, 0.2), np.arange(size) < events).curve
    assert curve.select("lower", "upper").row(0) == pytest.approx((lower, upper), abs=6e-5)


def test_right_forecasts_look_right(forecasts):
    logit, y = forecasts
    found = calibrate(sigmoid(logit), y)
    assert found.enough
    for (_, lower, upper), truth in ((found.slope, 1), (found.intercept, 0), (found.ratio, 1)):
        assert lower < truth < upper
    curve = found.curve
    assert curve["forecasts"].sum() == len(y)
    assert ((curve["lower"] < curve["expected"]) & (curve["expected"] < curve["upper"])).sum() >= 9


@pytest.mark.parametrize(("stretch", "shift"), [(2.0, 0.0), (0.5, 0.0), (1.0, 0.7)])
def test_wrong_forecasts_are_found_out(forecasts, stretch, shift):
    logit, y = forecasts
    found = calibrate(sigmoid(stretch * logit + shift), y)
    assert found.slope[0] == pytest.approx(1 / stretch, rel=0.05)
    if stretch == 1:
        assert found.intercept[0] == pytest.approx(-shift, abs=0.05)
        assert found.ratio[2] < 0.8


def test_slope_and_intercept_are_maximum_likelihood(forecasts):
    logit, y = (part[:500] for part in forecasts)
    logit = 0.4 + 1.3 * logit

    def cost(parameters):
        p = sigmoid(parameters[0] + parameters[1] * logit)
        return -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum()

    found = calibrate(sigmoid(logit), y)
    assert found.slope[0] == pytest.approx(minimize(cost, [0, 1]).x[1], abs=1e-3)
    assert found.intercept[0] == pytest.approx(minimize(lambda level: cost([level[0], 1]), [0]).x[0], abs=1e-3)
    assert found.log_loss == pytest.approx(cost([0, 1]) / 500)


def test_the_same_customer_seen_again_makes_nothing_surer(forecasts):
    logit, y = (part[:2000] for part in forecasts)
    once = calibrate(sigmoid(logit), y)
    customers = np.tile(np.arange(2000), 4)
    again = calibrate(sigmoid(np.tile(logit, 4)), np.tile(y, 4), customers)
    for name in ("slope", "intercept", "ratio"):
        assert getattr(again, name) == pytest.approx(getattr(once, name), rel=1e-3)
    assert again.curve["lower"].to_numpy() == pytest.approx(once.curve["lower"].to_numpy(), abs=1e-6)
    taken_for_others = calibrate(sigmoid(np.tile(logit, 4)), np.tile(y, 4))
    assert np.ptp(taken_for_others.slope) < 0.6 * np.ptp(again.slope)


def test_the_slope_covers_its_truth():
    rng, inside = np.random.default_rng(5), 0
    for _ in range(200):
        logit = rng.normal(-1, 1, 800)
        _, lower, upper = calibrate(sigmoid(logit), rng.random(800) < sigmoid(logit)).slope
        inside += lower < 1 < upper
    assert 0.90 <= inside / 200 <= 0.99


def test_nobody_left_is_no_crash_and_no_figure():
    found = calibrate(np.full(50, 0.1), np.zeros(50))
    assert not found.enough
    assert np.isnan(found.slope).all()
    assert found.ratio[0] == 0
    assert calibrate(np.empty(0), np.empty(0)).curve.is_empty()


@pytest.mark.parametrize("chance", [[0.2, 1.2], [0.2, np.nan], [0.2]])
def test_what_is_no_probability_is_refused(chance):
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibrate(np.array(chance), np.array([0, 1]))

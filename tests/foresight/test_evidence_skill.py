"""The model and its scores, against scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from bellwether.foresight.skill import (
    area_under_curve,
    fit_logistic,
    fit_nested,
    learn_scaling,
    log_losses,
    probability,
    with_ones,
)


def data(seed: int, rows: int = 4000, columns: int = 6, level: float = 0.5):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, columns)).astype(np.float32)
    slopes = rng.normal(size=columns) / 2
    y = (rng.random(rows) < probability(level + x @ slopes)).astype(np.float32)
    return x, y


def reference(x, y, penalty):
    model = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=1000).fit(x.astype(float), y)
    return np.r_[model.intercept_, model.coef_[0]]


@pytest.mark.parametrize("level", [0.5, -4.5, 6.0])
@pytest.mark.parametrize("penalty", [1.0, 50.0])
def test_fit_logistic(level, penalty):
    x, y = data(1, level=level)
    mine, theirs = fit_logistic(with_ones(x), y, penalty), reference(x, y, penalty)
    assert mine == pytest.approx(theirs, abs=0.02)
    losses = [log_losses(with_ones(x) @ weights.astype(np.float32), y).mean() for weights in (mine, theirs)]
    assert losses[0] == pytest.approx(losses[1], abs=2e-6)


def test_fit_logistic_survives_columns_that_separate_or_repeat():
    x, y = data(2)
    x[:, 0] = np.where(y == 1, 3, -3)
    x[:, 1] = x[:, 2]
    mine = fit_logistic(with_ones(x), y)
    assert np.isfinite(mine).all()
    assert log_losses(with_ones(x) @ mine.astype(np.float32), y).mean() < 0.01


def test_fit_nested_is_fit_logistic_on_fewer_columns():
    x, y = data(3)
    design = with_ones(x)
    start = fit_logistic(design[:, :3], y)
    nested = fit_nested(design, y, start, [4, 6, 7])
    for column, width in enumerate((4, 6, 7)):
        alone = reference(x[:, : width - 1], y, 1.0)
        assert nested[:width, column] == pytest.approx(alone, abs=0.01)
        assert (nested[width:, column] == 0).all()


def test_log_losses():
    x, y = data(4)
    linear = x @ np.arange(6, dtype=np.float32)
    assert log_losses(linear, y).mean() == pytest.approx(log_loss(y, probability(linear.astype(float))), rel=1e-5)
    assert np.isfinite(log_losses(np.float32([-1e4, 1e4]), np.float32([1, 0]))).all()


@pytest.mark.parametrize("level", [0.0, 3.5])
def test_area_under_curve(level):
    x, y = data(5, level=level)
    linear = level + x @ np.linspace(0.1, 1, 6).astype(np.float32)
    assert area_under_curve(linear, y) == pytest.approx(roc_auc_score(y, linear), abs=2e-4)


def test_area_under_curve_counts_ties_half_and_needs_two_classes():
    assert area_under_curve(np.zeros(10), np.r_[np.ones(3), np.zeros(7)]) == 0.5
    assert np.isnan(area_under_curve(np.zeros(3), np.ones(3)))


def test_scaling_is_learned_on_training_rows_and_on_no_others():
    x, _ = data(6)
    scaling = learn_scaling(x[:100])
    assert scaling.centre == pytest.approx(x[:100].mean(axis=0), abs=1e-6)
    assert scaling.spread == pytest.approx(x[:100].std(axis=0), abs=1e-6)
    wild = np.full((1, 6), 1e9, np.float32)
    assert (scaling.apply(wild) == 5).all()


def test_unknown_values_stand_at_the_centre_and_constant_columns_at_zero():
    columns = np.float32([[1, 7, np.nan], [3, 7, np.nan], [np.nan, 7, np.nan]])
    scaled = learn_scaling(columns).apply(columns)
    assert scaled.tolist() == [[-1, 0, 0], [1, 0, 0], [0, 0, 0]]

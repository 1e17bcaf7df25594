"""The outcome model for contracts against published results."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from bellwether.foresight.calibration import calibrate
from bellwether.foresight.hazard import Rules, fit, forecast

ORIGIN = datetime(2020, 1, 1)
ROSSI = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]


@pytest.fixture(scope="module")
def telco(cases: Path) -> tuple[pl.DataFrame, list[str]]:
    """A snapshot without dates: a window of one week in which those who churned did."""
    raw = pl.read_csv(cases / "telco_churn/Telco-Customer-Churn.csv", null_values=[" "])
    columns = raw.drop("customerID", "Churn")
    numbers = [name for name in columns.columns if columns.schema[name].is_numeric()]
    features = columns.select(numbers).hstack(columns.drop(numbers).to_dummies(drop_first=True))
    keys = raw.select(
        origin=pl.lit(ORIGIN),
        customer_id="customerID",
        end_week=pl.when(pl.col("Churn") == "Yes").then(1),
        seen_weeks=pl.lit(1),
    )
    return keys.hstack(features), features.columns


@pytest.fixture(scope="module")
def rossi(cases: Path) -> pl.DataFrame:
    rows = pl.read_csv(cases / "survival_rossi/rossi.csv").with_row_index("customer_id")
    return rows.select(
        "customer_id",
        *ROSSI,
        origin=pl.lit(ORIGIN),
        end_week=pl.when(pl.col("arrest") == 1).then("week"),
        seen_weeks="week",
    )


# Logistic regression and tuned boosting on the same folds: foresight.md and the case's `ours`; what boosts with
# defaults has .835, .433 and .77.
@pytest.mark.parametrize("family", ["regression", "trees"])
def test_telco_is_foretold_as_well_as_it_can_be(telco, family):
    rows, features = telco
    y = rows["end_week"].is_not_null().to_numpy()
    figures = []
    for taught, scored in StratifiedKFold(5, shuffle=True, random_state=0).split(y, y):
        model = fit(rows[taught], features, family, Rules(horizon=1))
        chance = 1 - forecast(model, rows[scored])["retained"].to_numpy()
        found = calibrate(chance, y[scored])
        figures.append((roc_auc_score(y[scored], chance), found.log_loss, found.slope[0]))
    auc, log_loss, slope = np.mean(figures, axis=0)
    # Above .87 something leaks, says the case.
    assert 0.843 <= auc <= 0.853
    assert 0.409 <= log_loss <= 0.4185
    assert 0.93 <= slope <= 1.1


def test_rossi_has_the_published_coefficients(rossi, cases):
    expected = json.loads((cases / "survival_rossi/expected.json").read_text())["checks"]["coef"]
    part = fit(rossi, ROSSI, "regression", Rules(horizon=52, penalty=1e-6)).parts[0]
    found = part.slopes[: len(ROSSI)] / part.scaling.spread
    for name, value in zip(ROSSI, found, strict=True):
        assert value == pytest.approx(expected["value"][name], abs=expected["tol"]), name


def test_rossi_is_ranked_as_published(rossi, cases):
    expected = json.loads((cases / "survival_rossi/expected.json").read_text())["checks"]["c_index"]
    model = fit(rossi, ROSSI, "regression", Rules(horizon=52, penalty=1e-6))
    risk = 1 - forecast(model, rossi)["retained"].to_numpy()
    week, ended = rossi["seen_weeks"].to_numpy(), rossi["end_week"].is_not_null().to_numpy()
    # Pairs of which we know who ended first (Harrell's c).
    known = ended[:, None] & ((week[:, None] < week) | ((week[:, None] == week) & ~ended))
    right = (risk[:, None] > risk) + 0.5 * (risk[:, None] == risk)
    assert right[known].mean() == pytest.approx(expected["value"], abs=expected["tol"])

"""The whole backtest once more, slowly: plain loops, scikit-learn, every customer by name."""

from math import log1p

import numpy as np
import polars as pl
import pytest
from evidence_worlds import weekly, who_they_are
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bellwether.foresight.evidence import evidence
from bellwether.foresight.evidence_panel import panel_inputs

FEATURES = ["last", "frequency", "recent", "recency"]


def reading(rows: list[dict], origin) -> list[float]:
    known = [row for row in rows if row["known_at"] < origin]
    if not known:
        return [0, np.nan, np.nan, np.nan]
    mean = sum(row["value"] for row in known) / len(known)
    return [1, log1p((origin - known[-1]["observed_at"]).days), mean, known[-1]["value"] - mean]


def standardised(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    centre, spread = np.nanmean(train, axis=0), np.nanstd(train, axis=0)
    spread[spread == 0] = np.inf
    return tuple(np.nan_to_num(np.clip((part - centre) / spread, -5, 5)) for part in (train, test))


def slow_evidence(observations: pl.DataFrame, baseline: pl.DataFrame, outcomes: pl.DataFrame) -> dict[str, float]:
    own = {
        key[0]: part.sort("known_at").to_dicts()
        for key, part in observations.partition_by("customer_id", as_dict=True).items()
    }
    rows = (
        baseline.drop("known_at").join(outcomes, on=["origin", "customer_id"]).sort("origin", "customer_id").to_dicts()
    )
    x = np.array(
        [[row[name] for name in FEATURES] + reading(own.get(row["customer_id"], []), row["origin"]) for row in rows]
    )
    y = np.array([row["y"] for row in rows])
    losses, areas = np.zeros((4, 0)), []
    for origin in sorted({row["origin"] for row in rows}):
        taught = np.array([row["closed_at"] < origin for row in rows])
        asked = np.array([row["origin"] == origin for row in rows])
        if min(y[taught].sum(), (1 - y[taught]).sum()) < 90:
            continue
        step_losses, step_areas = [], []
        train, test = standardised(x[taught], x[asked])
        for width in (4, 6, 7, 8):
            model = LogisticRegression(C=1, tol=1e-9, max_iter=1000).fit(train[:, :width], y[taught])
            chance = model.predict_proba(test[:, :width])[:, 1]
            step_losses.append(-np.log(np.where(y[asked] == 1, chance, 1 - chance)))
            step_areas.append(roc_auc_score(y[asked], chance))
        losses, areas = np.hstack([losses, step_losses]), [*areas, step_areas]
    base, presence, between, within = losses.sum(axis=1)
    auc = np.mean(areas, axis=0)
    return {
        "baseline_log_loss": losses[0].mean(),
        "presence": (base - presence) / base,
        "between": (presence - between) / base,
        "within": (between - within) / base,
        "baseline_auc": auc[0],
        "delta_auc_within": auc[3] - auc[2],
        "origins": len(areas),
    }


@pytest.mark.parametrize("indicator", ["proxy", "trait"])
def test_evidence_agrees_with_the_slow_one(indicator):
    world = who_they_are(11, 0.3, customers=250, periods=12)
    observations, baseline, outcomes = panel_inputs(world, [indicator], (0,), heard="answered")
    mine = evidence(observations, baseline, outcomes, weekly()).row(0, named=True)
    slow = slow_evidence(observations[indicator], baseline, outcomes)
    assert {name: mine[name] for name in slow} == pytest.approx(slow, abs=3e-5)

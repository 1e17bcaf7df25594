"""The whole backtest once more, slowly: plain loops, scikit-learn, every customer by name."""

from datetime import timedelta
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
        return [0, np.nan, np.nan, np.nan, np.nan]
    mean, usual = (sum(row[name] for row in known) / len(known) for name in ("value", "own"))
    # A reading counts half as much each quarter of the horizon, which is a week.
    faded = [0.5 ** ((origin - row["observed_at"]) / timedelta(days=7 / 4)) for row in known]
    within = sum((row["own"] - usual) * part for row, part in zip(known, faded, strict=True))
    return [1, log1p((origin - known[-1]["observed_at"]).days), log1p(sum(faded)), mean, within]


def less_what_all_shared(observations: pl.DataFrame, baseline: pl.DataFrame) -> pl.DataFrame:
    """The observations with `own`: the value less the mean of all that became known between the same two origins."""
    origins = baseline["origin"].unique().sort()
    step = pl.Series([int((origins <= known).sum()) for known in observations["known_at"]])
    return observations.with_columns(step=step).with_columns(own=pl.col("value") - pl.col("value").mean().over("step"))


def standardised(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    centre, spread = np.nanmean(train, axis=0), np.nanstd(train, axis=0)
    spread[spread == 0] = np.inf
    return tuple(np.nan_to_num(np.clip((part - centre) / spread, -5, 5)) for part in (train, test))


def slow_evidence(observations: pl.DataFrame, baseline: pl.DataFrame, outcomes: pl.DataFrame) -> dict[str, float]:
    own = {
        key[0]: part.sort("known_at").to_dicts()
        for key, part in less_what_all_shared(observations, baseline).partition_by("customer_id", as_dict=True).items()
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
        if min(y[taught].sum(), (1 - y[taught]).sum()) < 100:
            continue
        step_losses, step_areas = [], []
        train, test = standardised(x[taught], x[asked])
        for width in (4, 7, 8, 9):
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
    for name, figure in slow.items():  # the fast AUC counts in cells
        assert mine[name] == pytest.approx(figure, abs=2e-4 if "auc" in name else 3e-5), name

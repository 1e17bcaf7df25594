"""Boosted trees of the log weekly hazard: LightGBM with few leaves, a low rate and early stopping.

The loss is that of the complementary log-log regression, so both families speak of the same hazard. How many rounds
is decided on customers who are held out whole, at the latest origins: windows overlap, and a customer's own earlier
rows would tell their end. Then all customers are fitted with that number.

When not to trust it: below some thousand events a regression is as good; outside the values seen, trees say what
they said at the edge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bellwether.foresight.boosters import booster
from bellwether.foresight.hazard_cloglog import HIGHEST, LOWEST, course_losses, slope_and_curvature
from bellwether.foresight.hazard_rules import Rules

CHUNK = 200_000  # weeks that are foretold at a time
BINS, WEEK_BINS = 63, 6


@dataclass(frozen=True)
class Trees:
    """`text`: the model as LightGBM writes it; it knows the log hazard beyond `start`."""

    text: str
    start: float
    rounds: int

    def log_hazards(self, values: np.ndarray, due: np.ndarray, horizon: int) -> np.ndarray:
        """Log weekly hazard rate of each customer, rows by weeks."""
        found = np.empty((len(values), horizon))
        model = booster(self.text)
        for rows, unique, at in _unfold(values, due, horizon, self.text):
            found[rows] = model.predict(unique, num_threads=1)[at]
        return np.clip(found + self.start, LOWEST, HIGHEST)

    def contributions(self, values: np.ndarray, due: np.ndarray, week: np.ndarray) -> tuple[float, np.ndarray]:
        """Base, and rows by features in one week of each customer's: SHAP values (Lundberg and others 2020).

        What the week and the term add to them is left out: base and features miss the log hazard by that.
        """
        model, width = booster(self.text), values.shape[1]
        found, base = np.empty((len(values), width)), 0.0
        for low in range(0, len(values), CHUNK):
            rows = slice(low, low + CHUNK)
            asked = _columns(values[rows], week[rows], due[rows])
            shares = model.predict(asked, pred_contrib=True, num_threads=1)
            found[rows], base = shares[:, :width], float(shares[0, -1])
        return base + self.start, found


def fit_trees(values, week, due, y, weight, held_out, rules: Rules, rounds: int | None = None) -> Trees:
    """Fit on weeks at risk; `held_out`: 1 to stop by, 0 to learn from, -1 neither. With `rounds`, no stopping."""
    columns = _columns(values, week, due)
    start = float(np.log(max(weight @ y, 0.5) / weight.sum()))
    if rounds is None:
        rounds = _rounds(columns, y, weight, start, held_out, rules)
    booster = _train(_data(columns, y, start), weight, rules, rounds)
    return Trees(booster.model_to_string(), start, rounds)


def _rounds(columns, y, weight, start, held_out, rules: Rules) -> int:
    import lightgbm

    learn, judge = held_out == 0, held_out == 1
    data = _data(columns[learn], y[learn], start)
    seen = _data(columns[judge], y[judge], start, data)

    def loss(linear: np.ndarray, _) -> tuple[str, float, bool]:
        return "loss", float(weight[judge] @ course_losses(linear, y[judge])), False

    stop = lightgbm.early_stopping(rules.patience, verbose=False)
    booster = _train(data, weight[learn], rules, rules.most_rounds, valid_sets=[seen], feval=loss, callbacks=[stop])
    return max(booster.best_iteration, 1)


def _train(data, weight: np.ndarray, rules: Rules, rounds: int, **stopping):
    import lightgbm  # slow to import, and not needed to show a forecast

    def objective(linear: np.ndarray, data) -> tuple[np.ndarray, np.ndarray]:
        pull, curvature = slope_and_curvature(linear, data.get_label())
        return -weight * pull, weight * curvature

    options = {
        "objective": objective,
        "metric": "none",
        "num_leaves": rules.leaves,
        "learning_rate": rules.rate,
        "max_bin": BINS,
        "min_sum_hessian_in_leaf": 5.0,  # ends expected in a leaf
        "num_threads": 1,
        "deterministic": True,
        "force_col_wise": True,
        "seed": rules.seed,
        "verbose": -1,
    }
    return lightgbm.train(options, data, rounds, **stopping)


def _data(columns: np.ndarray, y: np.ndarray, start: float, like=None):
    import lightgbm

    options = {"max_bin_by_feature": [BINS] * (columns.shape[1] - 2) + [WEEK_BINS, BINS], "verbose": -1}
    return lightgbm.Dataset(columns, y, init_score=np.full(len(y), start), reference=like, params=options)


def _columns(values: np.ndarray, week: np.ndarray, due: np.ndarray) -> np.ndarray:
    """The features, the week, and the weeks until the term ends."""
    return np.column_stack([values, week, due - week]).astype(np.float32)


def _unfold(values, due, horizon: int, text: str) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Rows, the weeks of theirs that no tree has to tell apart, and where each row and week is among those."""
    width = values.shape[1]
    week_edges, due_edges = _edges(text, width), _edges(text, width + 1)
    week = np.arange(1, horizon + 1)
    step = max(CHUNK // horizon, 1)
    for low in range(0, len(values), step):
        rows = slice(low, min(low + step, len(values)))
        count = rows.stop - rows.start
        ahead = due[rows, None] - week
        cell = np.searchsorted(week_edges, week) * (len(due_edges) + 1) + np.searchsorted(due_edges, ahead)
        cell += np.arange(count)[:, None] * (len(week_edges) + 1) * (len(due_edges) + 1)
        _, first, at = np.unique(cell, return_index=True, return_inverse=True)
        row, column = first // horizon, first % horizon
        yield rows, _columns(values[rows][row], week[column], due[rows][row]), at.reshape(count, horizon)


def _edges(text: str, column: int) -> np.ndarray:
    """The thresholds at which any tree splits the column."""
    used = re.findall(r"^split_feature=(.*)$", text, re.MULTILINE)
    cuts = re.findall(r"^threshold=(.*)$", text, re.MULTILINE)
    feature, cut = (np.array(" ".join(lines).split(), float) for lines in (used, cuts))
    return np.unique(cut[feature == column])

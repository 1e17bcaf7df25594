"""The fitted model: one hazard an end, and what follows from them for a customer.

With hazard rates r_1, r_2 ... in a week, the customer stays with exp(-sum r) and ends in way c with
(1 - exp(-sum r)) r_c / sum r (competing risks with constant cause-specific hazards inside a week; Prentice and others
1978, Biometrics 34). So retention and the cumulative incidence of all ends sum to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np

from bellwether.foresight.hazard_cloglog import TERMS, Rate, Regression, fit_rate, fit_regression
from bellwether.foresight.hazard_rows import NO_END, Panel, Weeks, events_of, person_weeks
from bellwether.foresight.hazard_rules import Rules
from bellwether.foresight.hazard_trees import Trees, fit_trees

Family = Literal["regression", "trees"]
Part = Regression | Trees | Rate
FARTHEST_LEVEL = 1.5  # no level is moved farther, in logs


@dataclass(frozen=True)
class Model:
    """`parts`: one an end. `recalibration`: intercept and slope of the log hazard, one pair an end."""

    family: Family
    features: tuple[str, ...]
    ends: tuple[str, ...]
    horizon: int
    parts: tuple[Part, ...]
    recalibration: tuple[tuple[float, float], ...]
    fitted_at: datetime  # the latest origin that taught it
    events: tuple[int, ...]

    def log_hazards(self, panel: Panel) -> np.ndarray:
        """Log weekly hazard rates, rows by weeks by ends."""
        found = np.empty((len(panel.values), self.horizon, len(self.ends)))
        for number, (part, (level, slope)) in enumerate(zip(self.parts, self.recalibration, strict=True)):
            found[:, :, number] = level + slope * part.log_hazards(panel.values, panel.due, self.horizon)
        return found


def fit_model(
    panel: Panel, rows: np.ndarray, family: Family, rules: Rules, most: int, rounds: dict[str, int] | None = None
) -> Model:
    """Fit on the customers in `rows`, about `most` of their weeks. An end with too few events has one rate for all.

    `rounds`: boosting rounds by end, else found by early stopping.
    """
    weeks = person_weeks(panel, rows, most, np.random.default_rng([rules.seed, 3]))
    events = events_of(panel, rows)
    newest = panel.take(rows[panel.origin[rows] == panel.origin[rows].max()])
    parts, levels = [], []
    for number, end in enumerate(panel.ends):
        kind = family if events[number] >= events_needed(panel, rules) else "rate"
        parts.append(_fit_part(panel, weeks, number, kind, rules, (rounds or {}).get(end)))
        levels.append(_level(panel, weeks, number, parts[-1], newest, rules))
    return Model(
        family=family,
        features=panel.features,
        ends=panel.ends,
        horizon=panel.horizon,
        parts=tuple(parts),
        recalibration=tuple((level, 1.0) for level in levels),
        fitted_at=panel.keys["origin"][rows].max(),
        events=tuple(events.tolist()),
    )


def events_needed(panel: Panel, rules: Rules) -> int:
    """Ends of one kind that a model of these features asks for."""
    parameters = len(panel.features) + (TERMS if (~np.isnan(panel.due)).any() else 2)
    return max(rules.least_events, rules.events_per_parameter * parameters)


def with_recalibration(model: Model, recalibration: list[tuple[float, float]]) -> Model:
    """The model with its log hazards corrected, a pair of intercept and slope an end."""
    pairs = zip(model.recalibration, recalibration, strict=True)
    return replace(model, recalibration=tuple((more + by * level, by * slope) for (level, slope), (more, by) in pairs))


def incidence(log_hazards: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P(still here at the end of each week), rows by weeks, and P(ended in each way by then), rows by weeks by ends."""
    hazards = np.exp(log_hazards)
    total = hazards.sum(axis=2)
    stay = np.exp(-np.cumsum(total, axis=1))
    lost = -np.diff(stay, axis=1, prepend=1.0)
    return stay, np.cumsum(lost[:, :, None] * hazards / total[:, :, None], axis=1)


def course_log_losses(log_hazards: np.ndarray, at_risk: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Minus the log-likelihood of what became of each customer: how many weeks, and which end."""
    hazards = np.exp(log_hazards)
    total = hazards.sum(axis=2)
    row, week = np.arange(len(end)), np.maximum(at_risk - 1, 0)
    ended = end != NO_END
    before = np.where(np.arange(total.shape[1]) < (at_risk - ended)[:, None], total, 0).sum(axis=1)
    last = total[row, week]
    with np.errstate(divide="ignore"):
        final = -np.log(-np.expm1(-last) * hazards[row, week, np.maximum(end, 0)] / last)
    return before + np.where(ended, final, 0)


def _fit_part(panel: Panel, weeks: Weeks, number: int, kind: str, rules: Rules, rounds: int | None) -> Part:
    y = (weeks.end == number).astype(float)
    other = (weeks.end != NO_END) & (weeks.end != number)
    weight = np.where(other, weeks.weight / 2, weeks.weight)  # at risk for half of the week
    if kind == "rate":
        return fit_rate(y, weight)
    values, due = panel.values[weeks.row], panel.due[weeks.row]
    if kind == "regression":
        return fit_regression(values, weeks.week, due, y, weight, rules.penalty)
    held_out = _held_out(panel, weeks, y, rules) if rounds is None else None
    return fit_trees(values, weeks.week, due, y, weight, held_out, rules, rounds)


def _level(panel: Panel, weeks: Weeks, number: int, part: Part, newest: Panel, rules: Rules) -> float:
    """Trees say who, the regression how many: what brings the trees to its number of ends among the newest customers.

    Trees stop early and know no value beyond those seen, so they draw all towards the rate of the past; where customers
    become ever safer (longer here, the restless gone) they expect too many ends. Nothing of the newest customers' own
    future is used.
    """
    if not isinstance(part, Trees):
        return 0.0
    line = _fit_part(panel, weeks, number, "regression", rules, None)
    said, held = (np.exp(one.log_hazards(newest.values, newest.due, panel.horizon)).sum(axis=1) for one in (part, line))
    low, high = -FARTHEST_LEVEL, FARTHEST_LEVEL
    for _ in range(30):
        level = (low + high) / 2
        too_few = -np.expm1(-said * np.exp(level)).sum() < -np.expm1(-held).sum()
        low, high = (level, high) if too_few else (low, level)
    return level


def _held_out(panel: Panel, weeks: Weeks, y: np.ndarray, rules: Rules) -> np.ndarray:
    """1: weeks of customers held out, at the latest origins that hold enough ends; -1: their earlier; 0: others."""
    chosen = panel.keys["customer_id"].hash(rules.seed).to_numpy()[weeks.row] % 1000 < 1000 * rules.held_out
    origin = panel.origin[weeks.row]
    latest = np.inf
    for moment in np.unique(origin)[::-1]:
        latest = moment
        if y[chosen & (origin >= moment)].sum() >= rules.least_events:
            break
    return np.where(chosen, np.where(origin >= latest, 1, -1), 0)

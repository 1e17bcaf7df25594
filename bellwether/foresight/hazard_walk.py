"""The walk forward: past forecasts as they would have been made, the family that made them best, and their errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.foresight.calibration import calibrate
from bellwether.foresight.hazard_model import Family, Model, course_log_losses, events_needed, fit_model, incidence
from bellwether.foresight.hazard_recalibration import Pairs, learn_recalibration, recalibrated
from bellwether.foresight.hazard_rows import NO_END, WEEK, Panel, events_of
from bellwether.foresight.hazard_rules import Rules
from bellwether.foresight.hazard_trees import Trees
from bellwether.foresight.origins import origins_apart
from bellwether.foresight.skill import area_under_curve

FAMILIES: tuple[Family, ...] = ("regression", "trees")
DRIFT_CUSTOMERS = 1_500


@dataclass(frozen=True)
class Fold:
    """One origin, foretold by each family from what had been seen before it."""

    origin: int
    panel: Panel  # a sample of its customers
    models: dict[Family, Model]
    log_hazards: dict[Family, np.ndarray]
    naive: np.ndarray  # the same for everybody: the ends' rates so far


@dataclass(frozen=True)
class Walk:
    """`figures`: a row a family; `past`: a row a forecast of the chosen one; `drift`: a row a time since the fit."""

    chosen: Family
    figures: pl.DataFrame
    past: pl.DataFrame
    drift: pl.DataFrame
    recalibration: Pairs | None


def walk_forward(panel: Panel, rules: Rules, families: tuple[Family, ...] = FAMILIES) -> Walk | None:
    """Score the scored origins with every family; None if no origin has enough closed windows before it."""
    folds = list(_folds(panel, rules, families))
    if not folds:
        return None
    figures = pl.DataFrame([_figures(folds, family) for family in families])
    chosen: Family = figures.sort("log_loss")["family"][0]
    return Walk(
        chosen=chosen,
        figures=figures,
        past=pl.concat([_past(folds, number, chosen, rules) for number in range(len(folds))]),
        drift=_drift(folds, chosen),
        recalibration=_learned_on(folds, chosen, rules.least_events),
    )


def _folds(panel: Panel, rules: Rules, families: tuple[Family, ...]) -> Iterator[Fold]:
    rounds: dict[str, int] = {}
    for origin in scored_origins(panel, rules):
        # As for the forecast of today: windows that are still open teach as far as they have passed. With none but
        # closed windows the newest quarter would be missing, and the level of a shrinking company comes out too high.
        taught = panel.as_of(origin)
        teach = np.arange(len(taught.values))
        rng = np.random.default_rng([rules.seed, 4, int(origin // WEEK)])
        rows = np.flatnonzero((panel.origin == origin) & (panel.seen >= panel.horizon))
        rows = np.sort(rng.choice(rows, min(len(rows), rules.scored_customers), replace=False))
        here = panel.take(rows)
        models = {family: fit_model(taught, teach, family, rules, rules.walking_weeks, rounds) for family in families}
        if "trees" in models:  # how many rounds is asked once: each later origin knows what the first one knew
            parts = zip(panel.ends, models["trees"].parts, strict=True)
            rounds |= {end: part.rounds for end, part in parts if isinstance(part, Trees)}
        log_hazards = {family: model.log_hazards(here) for family, model in models.items()}
        yield Fold(origin, here, models, log_hazards, _naive(taught, len(rows)))


def scored_origins(panel: Panel, rules: Rules) -> np.ndarray:
    """Origins whose window has closed and that had enough events to learn from; a few, spread over the history."""
    closed = np.unique(panel.origin[panel.seen >= panel.horizon])
    needed = events_needed(panel, rules)
    able = [origin for origin in closed if events_of(panel, _closed_before(panel, origin)).max(initial=0) >= needed]
    if len(able) <= rules.scored_origins:
        return np.array(able, np.int64)
    spread = np.linspace(0, len(able) - 1, rules.scored_origins)
    return np.array(able)[np.unique(spread.round().astype(int))]


def _closed_before(panel: Panel, origin: int) -> np.ndarray:
    return np.flatnonzero(panel.origin + panel.horizon * WEEK < origin)


def _naive(taught: Panel, customers: int) -> np.ndarray:
    ends = np.bincount(taught.end[taught.end != NO_END], minlength=len(taught.ends))
    rate = np.log(np.maximum(ends, 0.5) / taught.at_risk.sum(dtype=np.int64))
    return np.broadcast_to(rate, (customers, taught.horizon, len(rate)))


def _figures(folds: list[Fold], family: Family) -> dict:
    """Log-loss a customer of when and how (by which the family is chosen), and of whether; AUC; naive beside them."""
    ended = np.concatenate([fold.panel.end != NO_END for fold in folds])
    chance = np.concatenate([1 - incidence(fold.log_hazards[family])[0][:, -1] for fold in folds])
    logit = np.log(np.maximum(chance, 1e-12) / np.maximum(1 - chance, 1e-12))

    def loss(log_hazards: np.ndarray, fold: Fold) -> np.ndarray:
        return course_log_losses(log_hazards, fold.panel.at_risk, fold.panel.end)

    return {
        "family": family,
        "origins": len(folds),
        "customers": len(ended),
        "log_loss": float(np.concatenate([loss(fold.log_hazards[family], fold) for fold in folds]).mean()),
        "log_loss_naive": float(np.concatenate([loss(fold.naive, fold) for fold in folds]).mean()),
        "log_loss_retained": calibrate(chance, ended, bins=1).log_loss,
        "auc": area_under_curve(logit, ended * 1.0),
    }


def _past(folds: list[Fold], number: int, family: Family, rules: Rules) -> pl.DataFrame:
    """Forecasts of one origin beside what happened, recalibrated on the forecasts that had come due by then."""
    fold = folds[number]
    due = [one for one in folds[:number] if one.origin + one.panel.horizon * WEEK < fold.origin]
    pairs = _learned_on(due, family, rules.least_events) if due else None
    raw = 1 - incidence(fold.log_hazards[family])[0][:, -1]
    bent = 1 - incidence(recalibrated(fold.log_hazards[family], pairs))[0][:, -1]
    names = [*fold.panel.ends, None]
    return fold.panel.keys.with_columns(
        weeks=pl.lit(fold.panel.horizon),
        chance=bent,
        chance_raw=raw,
        recalibrated=pl.lit(pairs is not None),
        ended=fold.panel.end != NO_END,
        end=pl.Series([names[end] for end in fold.panel.end], dtype=pl.String),
    )


def _learned_on(folds: list[Fold], family: Family, least_events: int) -> Pairs | None:
    forecasts = np.concatenate([fold.log_hazards[family] for fold in folds])
    at_risk, end = (np.concatenate([getattr(fold.panel, name) for fold in folds]) for name in ("at_risk", "end"))
    windows = origins_apart(np.array([fold.origin for fold in folds]), forecasts.shape[1] * WEEK)
    return learn_recalibration(forecasts, at_risk, end, least_events, len(folds), windows)


def _drift(folds: list[Fold], family: Family) -> pl.DataFrame:
    """How an ageing model does: each fold's model, not recalibrated, on its own and all later origins."""
    cases = []
    for number, fold in enumerate(folds):
        for later in folds[number:]:
            size = len(later.panel.values)
            some = np.random.default_rng(number).choice(size, min(DRIFT_CUSTOMERS, size), replace=False)
            here = later.panel.take(some)
            weeks = (later.origin - fold.origin) // WEEK
            chance = 1 - incidence(fold.models[family].log_hazards(here))[0][:, -1]
            columns = {"weeks_since_fit": np.full(len(chance), weeks // 13 * 13), "chance": chance}
            cases.append(here.keys.select("customer_id").with_columns(**columns, ended=here.end != NO_END))
    bands = pl.concat(cases).partition_by("weeks_since_fit", as_dict=True)
    return pl.DataFrame([{"weeks_since_fit": band[0]} | _checked(rows) for band, rows in sorted(bands.items())])


def _checked(rows: pl.DataFrame) -> dict:
    found = calibrate(rows["chance"].to_numpy(), rows["ended"].to_numpy(), rows["customer_id"].to_numpy(), bins=1)
    figures = {"forecasts": found.forecasts, "events": found.events, "expected": found.expected}
    for name, three in (("ratio", found.ratio), ("slope", found.slope)):
        figures |= dict(zip((name, f"{name}_lower", f"{name}_upper"), three, strict=True))
    return figures

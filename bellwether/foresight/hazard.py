"""Contracts: who will still be here, who will leave in which way, and when.

    learned = learn(rows, features)                  # or CannotTell, with a sentence for the page
    customers = forecast(learned.model, today)
    outlook(customers, learned.past, by="segment")   # hazard_outlook
    reasons(learned.model, today)                    # reasons

A discrete-time hazard model of weeks at risk (Allison 1982, Sociological Methodology; Tutz & Schmid 2016): regression
or boosted trees, whichever foretold past origins better; recalibrated on those past forecasts. Rows are one a customer
and origin, as `learn` says.

When not to trust it. Features are frozen at the origin. Price rises, campaigns and seasons that the past did not see
are not foreseen; the interval of a group (`hazard_outlook`) knows only shocks like those of the past. A forecast says
who will leave, not whom a call would keep.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from bellwether.foresight.calibration import Calibration, calibrate
from bellwether.foresight.hazard_leaks import refuse_late_rows, refuse_perfect_features
from bellwether.foresight.hazard_model import (
    Family,
    Model,
    events_needed,
    fit_model,
    incidence,
    with_recalibration,
)
from bellwether.foresight.hazard_rows import NO_END, Panel, events_of, lay_out
from bellwether.foresight.hazard_rules import CannotTell, Rules
from bellwether.foresight.hazard_walk import FAMILIES, scored_origins, walk_forward

__all__ = ["CannotTell", "Learned", "Model", "Rules", "curve", "fit", "forecast", "learn", "origins_to_score"]

OTHER = "other"
# Customers who are foretold at a time: their weeks take many times the memory of what is known of them.
AT_ONCE = 50_000
DEFAULT = Rules()


@dataclass(frozen=True)
class Learned:
    """The model, and how its past forecasts did.

    `families`: family, origins, customers, log_loss, log_loss_naive, log_loss_retained, auc (walk-forward; the lower
    log_loss was chosen).
    `past`: origin, customer_id, weeks, chance (of having ended in the window, recalibrated on what had come due by
    then), chance_raw, recalibrated, ended, end.
    `calibration` of `chance` where it was recalibrated, None if it never was; `calibration_raw` of `chance_raw`.
    `drift`: weeks_since_fit (bands of 13), forecasts, events, expected, ratio (observed by expected) and slope with
    _lower and _upper.
    `notes`: sentences for the page.
    """

    model: Model
    families: pl.DataFrame
    past: pl.DataFrame
    calibration: Calibration | None
    calibration_raw: Calibration
    drift: pl.DataFrame
    notes: tuple[str, ...]


def learn(
    rows: pl.DataFrame, features: Sequence[str], rules: Rules = DEFAULT, families: tuple[Family, ...] = FAMILIES
) -> Learned | CannotTell:
    """Walk forward, choose the family, recalibrate, and fit on all that is known.

    `rows`, one a customer and origin: origin, customer_id, `features` (numbers or booleans, null: unknown), end_week
    (1 to horizon; null: no end seen in the window), end_kind (such as lapse; without the column all are "end"),
    seen_weeks (weeks of the window that had passed when the data were cut: a fact of the calendar, also for those
    who left; less for customers lost from sight), and if wanted due_week (the week of the window in which the term
    ends) and known_at (when the features were known). Other columns are ignored.

    Raises `Leak` for features that know the end and rows from after their origin, ValueError for rows that can't be.
    """
    panel, notes = _pool_rare_ends(_checked(rows, features, rules), rules)
    if refusal := _too_few(panel, rules):
        return refusal
    walk = walk_forward(panel, rules, families)
    if walk is None:
        return _too_short(panel, rules)
    model = fit_model(panel, np.arange(len(panel.values)), walk.chosen, rules, rules.training_weeks)
    past = walk.past
    bent = past.filter("recalibrated")
    return Learned(
        model=with_recalibration(model, walk.recalibration) if walk.recalibration else model,
        families=walk.figures,
        past=past,
        calibration=_calibration(bent, "chance", rules) if bent.height else None,
        calibration_raw=_calibration(past, "chance_raw", rules),
        drift=walk.drift,
        notes=(*notes, *_doubts(walk.figures, walk.chosen, past, rules)),
    )


def origins_to_score(rows: pl.DataFrame, features: Sequence[str], rules: Rules = DEFAULT) -> np.ndarray:
    """The origins (microseconds) that `learn` would be tried on; none where it would say that it cannot tell.

    Arguments and errors as there; nothing is fitted.
    """
    panel, _ = _pool_rare_ends(_checked(rows, features, rules), rules)
    return np.array([], np.int64) if _too_few(panel, rules) else scored_origins(panel, rules)


def fit(rows: pl.DataFrame, features: Sequence[str], family: Family, rules: Rules = DEFAULT) -> Model | CannotTell:
    """One family, fitted on all of `rows` (as in `learn`), neither validated nor recalibrated."""
    panel = _checked(rows, features, rules)
    panel, _ = _pool_rare_ends(panel, rules)
    return _too_few(panel, rules) or fit_model(panel, np.arange(len(panel.values)), family, rules, rules.training_weeks)


def forecast(model: Model, rows: pl.DataFrame, weeks: int | None = None, money: str = "value") -> pl.DataFrame:
    """A row a customer: origin, customer_id, weeks, retained, and p_<end> an end; they sum to 1.

    `rows`: origin, customer_id, the model's features, due_week if wanted, and if wanted the column `money` (money a
    week, as the customer is now): then also value (that money), expected_value (money over the window; those who leave
    pay until the middle of the week) and loyalty_at_risk (value x (1 - retained): money a week that will be gone at its
    end). `weeks` of the window, all by default. Raises `Leak` where known_at is not before the origin, ValueError where
    the money column is a feature, too: in another unit the model would misread it.
    """
    refuse_late_rows(rows)
    if money in model.features:
        raise ValueError(f"{money} is a feature of this model: give the money a week under another name, as `money`")
    weeks = _weeks(model, weeks)
    return pl.concat(
        _forecast(model, some, stay[:, :weeks], lost[:, weeks - 1], money) for some, stay, lost in _courses(model, rows)
    )


def _forecast(model: Model, rows: pl.DataFrame, stay: np.ndarray, lost: np.ndarray, money: str) -> pl.DataFrame:
    weeks = stay.shape[1]
    found = rows.select("origin", "customer_id").with_columns(
        weeks=pl.lit(weeks), retained=stay[:, -1], **_by_end(model, lost)
    )
    if money not in rows.columns:
        return found
    halfway = stay - np.diff(stay, axis=1, prepend=1.0) / 2
    value = rows[money].cast(pl.Float64)
    return found.with_columns(
        value=value,
        expected_value=value * pl.Series(halfway.sum(axis=1)),
        loyalty_at_risk=value * (1 - found["retained"]),
    )


def curve(model: Model, rows: pl.DataFrame, by: str | None = None) -> pl.DataFrame:
    """Retention week by week, the mean over customers: [by], week, customers, retained, p_<end> an end.

    `rows` as in `forecast`, with the column `by`.
    """
    key = by or "all"
    told = ["retained", *(f"p_{end}" for end in model.ends)]
    weeks = []
    for some, stay, lost in _courses(model, rows):
        keys = some.select(by) if by else pl.DataFrame({"all": ["all"] * some.height})
        for week in range(model.horizon):
            chances = keys.with_columns(retained=stay[:, week], **_by_end(model, lost[:, week]))
            sums = chances.group_by(key).agg(pl.len().alias("customers"), pl.col(told).sum())
            weeks.append(sums.with_columns(week=pl.lit(week + 1)))
    sums = pl.concat(weeks).group_by(key, "week").agg(pl.col("customers", *told).sum()).sort(key, "week")
    means = sums.with_columns(pl.col(told) / pl.col("customers"))
    return means if by else means.drop("all")


def _courses(model: Model, rows: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, np.ndarray, np.ndarray]]:
    """Some of `rows` at a time, with what `incidence` says of them. Raises ValueError for rows that can't be."""
    panel = lay_out(rows, model.features, model.horizon, told=False)
    for low in range(0, rows.height, AT_ONCE):
        some = rows.slice(low, AT_ONCE)
        yield some, *incidence(model.log_hazards(panel.take(np.arange(low, low + some.height))))


def _by_end(model: Model, lost: np.ndarray) -> dict[str, pl.Series]:
    return {f"p_{end}": pl.Series(lost[:, number]) for number, end in enumerate(model.ends)}


def _weeks(model: Model, weeks: int | None) -> int:
    weeks = model.horizon if weeks is None else weeks
    if not 1 <= weeks <= model.horizon:
        raise ValueError(f"weeks is {weeks}; this model foretells 1 to {model.horizon}; learn a longer horizon")
    return weeks


def _checked(rows: pl.DataFrame, features: Sequence[str], rules: Rules) -> Panel:
    panel = lay_out(rows, features, rules.horizon, told=True)
    refuse_late_rows(rows)
    refuse_perfect_features(panel, rules)
    return panel


def _pool_rare_ends(panel: Panel, rules: Rules) -> tuple[Panel, list[str]]:
    """Ends too rare for a model of their own are put together; what is still too rare has one rate for everybody."""
    events, needed = events_of(panel), events_needed(panel, rules)
    rare = np.flatnonzero(events < needed)
    names = " and ".join(f"{panel.ends[number]} ({events[number]:,})" for number in rare)
    if len(rare) > 1:
        kept = [end for number, end in enumerate(panel.ends) if number not in rare]
        place = [len(kept) if number in rare else kept.index(end) for number, end in enumerate(panel.ends)]
        pooled = np.where(panel.end == NO_END, NO_END, np.array(place)[panel.end]).astype(np.int8)
        panel = replace(panel, ends=(*kept, OTHER), end=pooled)
        return panel, [f"Too rare to be told apart, so they count as {OTHER}: {names}."]
    if len(rare) == 1 and len(panel.ends) > 1:
        return panel, [f"Too rare to say for whom ({needed:,} are needed), so all have the same risk of it: {names}."]
    return panel, []


def _too_few(panel: Panel, rules: Rules) -> CannotTell | None:
    events, needed = int(events_of(panel).max(initial=0)), events_needed(panel, rules)
    stayed = int(panel.keys["customer_id"].filter(pl.Series(panel.end == NO_END)).n_unique())
    if events < needed:
        return CannotTell(
            f"Cannot tell yet: {events:,} customers have ended a contract inside a window, and a forecast from "
            f"{len(panel.features)} features needs {needed:,}; {needed - events:,} more are missing.",
            events,
            needed,
        )
    if stayed < rules.least_events:
        return CannotTell(
            f"Cannot tell yet: only {stayed:,} customers were seen to stay, and {rules.least_events:,} are needed to "
            "tell them from those who left.",
            events,
            needed,
        )
    return None


def _too_short(panel: Panel, rules: Rules) -> CannotTell:
    needed = events_needed(panel, rules)
    return CannotTell(
        f"Cannot tell yet: no past forecast can be checked. That takes {needed:,} ends in windows of {rules.horizon} "
        "weeks that had closed before an origin whose own window has closed too. The history is too short.",
        int(events_of(panel).max(initial=0)),
        needed,
    )


def _calibration(past: pl.DataFrame, chance: str, rules: Rules) -> Calibration:
    columns = (past[name].to_numpy() for name in (chance, "ended", "customer_id"))
    return calibrate(*columns, confidence=rules.confidence)


def _doubts(figures: pl.DataFrame, chosen: Family, past: pl.DataFrame, rules: Rules) -> list[str]:
    best = figures.row(by_predicate=pl.col("family") == chosen, named=True)
    doubts = []
    if best["log_loss"] >= best["log_loss_naive"]:
        doubts.append("Past forecasts did no better than one rate for everybody: don't rank customers by this one.")
    if past["ended"].sum() < rules.least_events:
        doubts.append(
            f"Past forecasts saw only {past['ended'].sum():,} ends ({rules.least_events:,} would do): "
            "how well they are calibrated is not known yet."
        )
    return doubts

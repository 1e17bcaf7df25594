"""Contracts: who will still be here in a quarter, what stands to be lost, and why.

The model is taught what a customer looked like at past origins, and the newest readings of the indicators that have
proven that they run ahead. They were chosen on the same history, so its past forecasts flatter it a little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.foresight import hazard
from bellwether.foresight.hazard_rows import WEEK
from bellwether.foresight.origins import origins_apart
from bellwether.foresight.reasons import reasons
from bellwether.outlook.ground import Ground, Subjects, features
from bellwether.outlook.what_if import Fit, Predict, what_if
from bellwether.sql import Query

# What the model is taught by: origins and customers enough for stable figures, few enough to be quick.
MOST_ORIGINS, MOST_TAUGHT = 20, 50_000
# Above this many customers reasons are told for those most at risk: some seconds, and more than anyone can call.
MOST_REASONS, TOP = 50_000, 4
GROUPS = ("segment", "touched_by", "failed_by")


@dataclass(frozen=True)
class Foretold:
    """What a model says of customers now, and what it would have said at past origins, with what happened.

    customers: customer_id, retained, value (money a year), at_risk (of it), chances by end, and those of `GROUPS`.
    past: origin, customer_id, weeks, chance, ended, and the columns of `GROUPS`. reasons: customer_id, rank, feature,
    value, contribution; they add up (see `reasons`, and for purchases `repurchase.reasons`). families: how each way of
    forecasting did. curve: week, retained. what_if: see `what_if`. `refusal`:
    why there is none of all this.
    """

    customers: pl.DataFrame
    past: pl.DataFrame
    reasons: pl.DataFrame
    families: pl.DataFrame
    curve: pl.DataFrame
    family: str = ""
    drift: pl.DataFrame | None = None
    what_if: pl.DataFrame | None = None
    notes: tuple[str, ...] = ()
    refusal: str = ""


NOTHING = Foretold(*(pl.DataFrame() for _ in range(5)))


def foretell(con, queries: Mapping[str, Query], ground: Ground, leading: Sequence[Query], horizon: int) -> Foretold:
    """The outlook of every customer whose contract runs now; with `refusal` where the history does not carry it."""
    taught = Subjects.gather(con, queries, ground, ground.origins[-MOST_ORIGINS:], horizon, MOST_TAUGHT)
    history = _with_windows(taught, leading, horizon)
    rules = hazard.Rules(horizon=horizon, scored_customers=3_000, walking_weeks=25_000)
    kept = as_many_as_the_past_can_teach(
        leading, lambda some: hazard.origins_to_score(history, names_of(taught, history, some), rules), horizon
    )
    learned = hazard.learn(history, names_of(taught, history, kept), rules)
    if isinstance(learned, hazard.CannotTell):
        return Foretold(**{**NOTHING.__dict__, "refusal": learned.sentence})
    past = learned.past.join(touched(taught), on=["origin", "customer_id"], how="left")
    now = Subjects.gather(con, queries, ground, [ground.seen_until], horizon, ground.customers)
    today = with_readings(now, kept).with_columns(paid_a_week=pl.col("paid") / 52)
    said = hazard.forecast(learned.model, today, money="paid_a_week")
    customers = said.join(touched(now), on=["origin", "customer_id"], how="left").with_columns(
        value=pl.col("value") * 52, at_risk=pl.col("loyalty_at_risk") * 52
    )
    return Foretold(
        customers=customers.drop("loyalty_at_risk", "origin"),
        past=past,
        reasons=_reasons(learned.model, today, customers),
        families=learned.families,
        curve=hazard.curve(learned.model, today).select("week", "retained"),
        family=learned.model.family,
        drift=learned.drift,
        what_if=what_if(_regression(learned.model.features, horizon), history, today, kept, now.rows("ranges")),
        notes=(*learned.notes, *left_out(leading, kept)),
    )


def as_many_as_the_past_can_teach(
    leading: Sequence[Query], scored: Callable[[Sequence[Query]], np.ndarray], horizon: int
) -> Sequence[Query]:
    """The leading indicators without the weakest, where too little has happened to be taught all of them.

    Each asks for events. Two past windows that don't overlap must be left to try it on, or there is no interval; where
    there are no two however few are taught, one will do. scored: the origins that these could be tried on.
    """
    fewer = [leading[:count] for count in range(len(leading), -1, -1)]
    apart = [origins_apart(np.unique(scored(some)), horizon * WEEK) for some in fewer]
    best = next((place for place, windows in enumerate(apart) if windows > 1), None)
    if best is None:
        best = next((place for place, windows in enumerate(apart) if windows), len(leading))
    return fewer[best]


def names_of(taught: Subjects, history: pl.DataFrame, leading: Sequence[Query]) -> list[str]:
    """The columns of `history` that a model is taught: what is known of customers, and the readings of these."""
    known = [name for name in features(taught.customers).columns if name not in ("origin", "customer_id")]
    ids = {one.id for one in leading}
    return known + [name for name in history.columns if ":" in name and name.split(":")[0] in ids]


def left_out(leading: Sequence[Query], kept: Sequence[Query]) -> list[str]:
    """The sentence that names the leading indicators that it could not be taught."""
    names = [one.title for one in leading[len(kept) :]]
    return [f"Too little has happened to teach it all that runs ahead; left out: {', '.join(names)}."] if names else []


def _regression(names: Sequence[str], horizon: int) -> Fit:
    """The smooth one of the two families: what it says of a change is the same sign everywhere."""
    rules = hazard.Rules(horizon=horizon, training_weeks=12_000)

    def fit(history: pl.DataFrame) -> Predict | None:
        model = hazard.fit(history, names, "regression", rules)
        if isinstance(model, hazard.CannotTell):
            return None
        return lambda customers: hazard.forecast(model, customers, money="")["retained"].to_numpy()

    return fit


def _with_windows(subjects: Subjects, leading: Sequence[Query], horizon: int) -> pl.DataFrame:
    """The customers at past origins, with what became of them as far as it has been seen."""
    until = pl.lit(subjects.ground.seen_until)
    seen = ((until - pl.col("origin")).dt.total_days() // 7).clip(0, horizon)
    history = with_readings(subjects, leading).join(subjects.rows("windows"), on=["origin", "customer_id"], how="left")
    happened = pl.col("end_week") <= pl.col("seen_weeks")
    return history.with_columns(seen_weeks=seen).with_columns(
        end_week=pl.when(happened).then("end_week"), end_kind=pl.when(happened).then("end_kind")
    )


def with_readings(subjects: Subjects, leading: Sequence[Query]) -> pl.DataFrame:
    """The customers with three columns an indicator: its newest reading, its change, and how old it is."""
    found = subjects.customers
    for name, readings in subjects.readings(leading):
        told = readings.select(
            "origin",
            "customer_id",
            pl.col("newest").alias(f"{name}:newest"),
            (pl.col("newest") - pl.col("usual")).alias(f"{name}:change"),
            pl.col("since").alias(f"{name}:since"),
        )
        found = found.join(told, on=["origin", "customer_id"], how="left")
    return found


def touched(subjects: Subjects) -> pl.DataFrame:
    keys = ["origin", "customer_id"]
    return subjects.customers.select(*keys, "segment").join(subjects.rows("touched"), on=keys, how="left")


def _reasons(model: hazard.Model, today: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Why each chance to leave is what it is, from the average customer's to their own, the strongest reason first."""
    worst = customers.sort("at_risk", "retained", descending=[True, False]).head(MOST_REASONS)
    found = reasons(model, today.join(worst, on="customer_id", how="semi"), TOP)
    end = "lapse" if "lapse" in model.ends else model.ends[0]
    return found.filter(pl.col("end") == end).select("customer_id", "rank", "feature", "value", "contribution")

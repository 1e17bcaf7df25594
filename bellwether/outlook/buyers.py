"""No contracts: who will buy again within a quarter, for how much, and what stands to be lost.

P(alive), expected purchases and their value are a purchase model's (Pareto/NBD, Gamma-Gamma); whether somebody buys
again is said by that model or by a regression that knows the leading indicators as well, whichever foretold better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from bellwether.foresight import purchases, repurchase, spend
from bellwether.foresight.hazard_rules import CannotTell, Rules
from bellwether.outlook.contracts import (
    MOST_ORIGINS,
    MOST_REASONS,
    MOST_TAUGHT,
    NOTHING,
    TOP,
    Foretold,
    as_many_as_the_past_can_teach,
    left_out,
    names_of,
    touched,
    with_readings,
)
from bellwether.outlook.ground import Ground, Subjects
from bellwether.sql import Query


def foretell(con, queries: Mapping[str, Query], ground: Ground, leading: Sequence[Query], horizon: int) -> Foretold:
    """The outlook of every customer who bought within the last year; with `refusal` where the history is too thin."""
    taught = Subjects.gather(con, queries, ground, ground.origins[-MOST_ORIGINS:], horizon, MOST_TAUGHT)
    if repurchase.ODDS not in taught.customers.columns or taught.customers.is_empty():
        return _refused("Cannot tell yet: at no past origin did anybody buy, so there is nothing to learn from.")
    outcomes = taught.outcomes((0,), horizon).select("origin", "customer_id", "y")
    history = with_readings(taught, leading).join(outcomes, on=["origin", "customer_id"], how="left")
    rules = Rules(horizon=horizon)
    kept = as_many_as_the_past_can_teach(
        leading, lambda some: repurchase.origins_to_score(history, names_of(taught, history, some), rules), horizon
    )
    learned = repurchase.learn(history, names_of(taught, history, kept), rules)
    if isinstance(learned, CannotTell):
        return _refused(learned.sentence)
    past = learned.past.join(touched(taught), on=["origin", "customer_id"], how="left")
    now = Subjects.gather(con, queries, ground, [ground.seen_until], horizon, ground.customers)
    today = with_readings(now, kept)
    customers = today.select("origin", "customer_id", value="paid").with_columns(
        weeks=pl.lit(horizon), retained=repurchase.forecast(learned.model, today)
    )
    customers = customers.join(_value_ahead(now, horizon), on="customer_id", how="left")
    customers = customers.join(touched(now), on=["origin", "customer_id"], how="left")
    customers = customers.with_columns(at_risk=pl.col("value") * (1 - pl.col("retained")))
    worst = customers.sort("at_risk", "retained", descending=[True, False]).head(MOST_REASONS)
    return Foretold(
        customers=customers.drop("origin"),
        past=past,
        reasons=repurchase.reasons(learned.model, today.join(worst, on="customer_id", how="semi"), TOP),
        families=learned.families,
        curve=NOTHING.curve,
        family=learned.model.family,
        notes=tuple(left_out(leading, kept)),
    )


def _refused(sentence: str) -> Foretold:
    return Foretold(**{**NOTHING.__dict__, "refusal": sentence})


def _value_ahead(now: Subjects, horizon: int) -> pl.DataFrame:
    """customer_id, p_alive, expected_purchases and expected_value over the window, where the models can be fitted."""
    try:
        history = purchases.summarise(now.bought, until=now.ground.seen_until)
        fit = purchases.fit(history, "pareto_nbd")
    except ValueError:
        return pl.DataFrame(schema={"customer_id": pl.String})
    found = history.select(
        "customer_id",
        purchases.probability_alive(fit, history).alias("p_alive"),
        purchases.expected_purchases(fit, history, horizon),
    )
    try:
        mean = spend.expected_spend(spend.fit_spend(history), history)
    except ValueError:  # too few amounts, or spend so uneven that it has no mean
        return found
    return found.with_columns(expected_value=pl.col("expected_purchases") * mean)

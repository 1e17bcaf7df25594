"""Who buys again: the purchase model alone, or a regression that knows more, and an honest choice between them."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from bellwether.foresight.hazard_rules import CannotTell, Rules
from bellwether.foresight.repurchase import ODDS, _fold, forecast, learn, reasons

START = datetime(2025, 1, 6)


def world(seed: int, matters: float, origins: int = 12, customers: int = 400) -> pl.DataFrame:
    """Customers with known odds to buy; a reading adds `matters` to them. The last three windows are still open."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(origins):
        odds, reading = rng.normal(0.3, 1, customers), rng.integers(0, 2, customers).astype(float)
        bought = rng.random(customers) < 1 / (1 + np.exp(-(odds + matters * (reading - 0.5))))
        rows.append(
            pl.DataFrame(
                {
                    "origin": [START + timedelta(weeks=4 * number)] * customers,
                    "customer_id": np.arange(customers),
                    ODDS: odds,
                    "reading": reading,
                    "y": bought.astype(int) if number < origins - 3 else [None] * customers,
                },
                schema_overrides={"y": pl.Int64},
            )
        )
    return pl.concat(rows)


@pytest.mark.parametrize(("matters", "chosen"), [(2.0, "regression"), (0.0, "purchase model")])
def test_the_family_that_foretold_better_is_used(matters, chosen):
    learned = learn(world(1, matters), [ODDS, "reading"])
    assert learned.model.family == chosen
    figures = {row["family"]: row for row in learned.families.iter_rows(named=True)}
    assert all(row["log_loss"] < row["log_loss_naive"] for row in figures.values())


def test_the_chances_are_calibrated_where_the_world_is():
    learned = learn(world(2, 2.0), [ODDS, "reading"])
    assert learned.past["chance"].mean() == pytest.approx(learned.past["ended"].mean(), abs=0.02)


def test_open_windows_teach_nothing_and_are_not_judged():
    rows = world(3, 1.0)
    closed = rows.filter(pl.col("y").is_not_null())
    learned = learn(rows, [ODDS, "reading"])
    assert learned.past["origin"].max() <= closed["origin"].max()
    again = learn(closed, [ODDS, "reading"])
    assert learned.past.equals(again.past)


def test_no_origin_is_taught_by_windows_that_were_open_then():
    """Turning around all outcomes from an origin on changes nothing that would have been said there."""
    closed = world(4, 1.5).filter(pl.col("y").is_not_null())
    origin = START + timedelta(weeks=24)
    turned = closed.with_columns(
        y=pl.when(pl.col("origin") > origin - timedelta(weeks=13)).then(1 - pl.col("y")).otherwise("y")
    )
    said, again = (_fold(rows, [ODDS, "reading"], origin, Rules())["regression"] for rows in (closed, turned))
    assert said["chance"].equals(again["chance"])
    assert (said["ended"] != again["ended"]).all()


def test_too_few_say_how_many_are_missing():
    told = learn(world(5, 1.0, origins=5, customers=30), [ODDS, "reading"])
    assert isinstance(told, CannotTell)
    assert told.missing > 0
    assert "Cannot tell yet" in told.sentence


@pytest.mark.parametrize(("matters", "chosen"), [(2.0, "regression"), (0.0, "purchase model")])
def test_reasons_add_up_to_the_chance(matters, chosen):
    rows = world(1, matters)
    model = learn(rows, [ODDS, "reading"]).model
    assert model.family == chosen
    today = rows.filter(pl.col("origin") == rows["origin"].max())
    why = reasons(model, today, top=1)
    total = why.group_by("customer_id", maintain_order=True).agg(pl.col("contribution").sum())["contribution"]
    assert (1 / (1 + total.exp())).to_list() == pytest.approx(forecast(model, today).to_list(), abs=1e-5)
    said = why.filter(pl.col("rank") == 1, pl.col("feature") == "reading")
    # A bad reading raises the chance of not coming back, a good one lowers it.
    assert (said.filter(pl.col("value") == 0)["contribution"] > 0).all()
    assert (said.filter(pl.col("value") == 1)["contribution"] < 0).all()
    assert said.height > 0 or chosen == "purchase model"

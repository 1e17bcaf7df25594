"""The need most likely next: own history and what follows what are found again; where nothing does, it says so."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import needs, needs_known
from bellwether.foresight.needs_known import Origin, table_of

UNTIL = datetime(2026, 1, 5)
REASONS = np.array(["bill", "move", "outage", "payment"])


def world(seed: int, own: float = 0.0, follows: float = 0.0, customers: int = 400, each: int = 12) -> pl.DataFrame:
    """Needs over three years: a share `own` is for the customer's own reason, `follows` for the one after the last."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        mine, last = rng.integers(0, 4), rng.integers(0, 4)
        for day in np.sort(rng.integers(0, 1090, each)):
            draw = rng.random()
            usual = rng.choice(4, p=[0.4, 0.3, 0.2, 0.1])
            which = mine if draw < own else (last + 1) % 4 if draw < own + follows else usual
            at = UNTIL - timedelta(days=1091 - int(day))
            rows.append((f"c{customer}", REASONS[which], at))
            last = which
    return pl.DataFrame(rows, ["customer_id", "reason", "at"], orient="row")


def test_without_a_pattern_it_is_no_better_than_the_base_rate_and_says_so():
    found = [needs.foretell(world(seed), UNTIL) for seed in range(6)]
    assert sum(one.card["better"] for one in found) <= 1
    plain = next(one for one in found if not one.card["better"])
    first = plain.customers.filter(rank=1)
    assert first["reason"].n_unique() == 1 and first["of_next"].n_unique() == 1
    assert (first["of_next"] - first["base"]).abs().max() < 1e-12


@pytest.mark.parametrize("kind", ["own", "follows"])
def test_a_pattern_is_found_and_hits_more_often(kind):
    card = needs.foretell(world(3, **{kind: 0.6}), UNTIL).card
    assert card["better"] and card["gain_low"] > 0.05
    assert card["hit"] > card["guess"] + 0.1 and card["saved_low"] > 0


def test_the_chances_add_up_and_any_need_is_calibrated():
    found = needs.foretell(world(4, own=0.5), UNTIL)
    sums = found.customers.group_by("customer_id").agg(pl.col("of_next").sum(), pl.col("chance").sum(), "any_need")
    assert (sums["of_next"] <= 1 + 1e-9).all()
    assert (sums["chance"] <= sums["any_need"].list.first() + 1e-9).all()
    assert found.card["any_said"] == pytest.approx(found.card["any_came"], abs=0.04)


def test_nothing_after_an_origin_changes_what_was_said_there():
    """The hits of all origins but the last stay what they are when the last window is turned upside down."""
    rows = world(5, own=0.6)
    late = pl.col("at") >= UNTIL - timedelta(weeks=13)
    turned = rows.with_columns(reason=pl.when(late).then(pl.lit("payment")).otherwise("reason"))
    now, then = (table_of(one) for one in (rows, turned))
    origin = UNTIL - timedelta(weeks=26)
    one, other = (Origin(table, origin, 13) for table in (now, then))
    assert (one.which(3.0, 0.5) == other.which(3.0, 0.5)).all() and (one.next == other.next).all()


def test_the_reason_after_the_last_is_counted_as_one_would_by_hand():
    rows = pl.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "b"],
            "reason": ["bill", "move", "bill", "bill", "move"],
            "at": [UNTIL - timedelta(days=day) for day in (300, 200, 100, 90, 50)],
        }
    )
    origin = Origin(table_of(rows), UNTIL, 13, closed=False)
    prior = needs_known.PRIOR
    after_bill = (prior * origin.base + np.array([0, 2])) / (prior + 2)  # move follows bill twice
    assert origin.follows[0] == pytest.approx(after_bill)
    assert origin.counts.tolist() == [[2, 1], [1, 1]] and origin.last.tolist() == [0, 1]


def test_too_little_is_said():
    assert "names both" in needs.foretell(world(6).with_columns(reason=pl.lit(None, pl.String)), UNTIL).card["refusal"]
    one = world(6).with_columns(reason=pl.lit("bill"))
    assert needs.foretell(one, UNTIL).card["refusal"]
    short = world(6).filter(pl.col("at") > UNTIL - timedelta(weeks=20))
    assert "Too little" in needs.foretell(short, UNTIL).card["refusal"]
    few = world(6, customers=6)
    assert "it takes" in needs.foretell(few, UNTIL).card["refusal"]


def test_a_customer_with_one_need_and_one_with_two_thousand():
    rows = world(7, own=0.5)
    many = pl.DataFrame({"customer_id": ["many"] * 2000, "reason": ["outage"] * 2000}).with_columns(
        at=pl.Series([UNTIL - timedelta(hours=5 * hour + 1) for hour in range(2000)])
    )
    one = pl.DataFrame({"customer_id": ["one"], "reason": ["move"], "at": [UNTIL - timedelta(days=3)]})
    told = [frame.cast(rows.schema) for frame in (many, one)]
    found = needs.foretell(pl.concat([rows, *told]), UNTIL).customers
    assert found.filter(customer_id="many", rank=1)["reason"][0] == "outage"
    assert found.filter(customer_id="many", rank=1)["chance"][0] > 0.9
    assert found.filter(customer_id="one").height == 3 and found["chance"].is_between(0, 1).all()


def test_of_many_customers_a_part_is_tried_and_all_are_told(monkeypatch):
    rows = world(8, own=0.6)
    whole = needs.foretell(rows, UNTIL)
    monkeypatch.setattr(needs, "AT_ONCE", 7)
    assert needs.foretell(rows, UNTIL).customers.equals(whole.customers)
    monkeypatch.setattr(needs, "MOST_TRIED", 300)
    part = needs.foretell(rows, UNTIL)
    assert part.customers["customer_id"].equals(whole.customers["customer_id"])
    assert part.card["observations"] <= 300 < whole.card["observations"]
    assert part.card["hit"] == pytest.approx(whole.card["hit"], abs=0.05)


def test_rare_reasons_are_one():
    rows = world(9).with_columns(reason=pl.concat_str("reason", (pl.int_range(pl.len()) % 23).cast(pl.String)))
    table = table_of(rows)
    assert len(table.reasons) == needs_known.MOST_REASONS + 1 and needs_known.OTHER in table.reasons
    counts = rows["reason"].value_counts().sort("count", "reason", descending=[True, False])
    other = int((table.which == table.reasons.tolist().index(needs_known.OTHER)).sum())
    assert other == counts["count"][needs_known.MOST_REASONS :].sum()

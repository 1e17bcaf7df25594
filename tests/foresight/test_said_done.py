"""Intimacy said and done: means by hand, intervals that hold with customers who count often, and where the two part."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import said_done

SILOS = ("Billing", "Field service", "Support")


def company(seed: int, wider: float = 0.0, customers: int = 900) -> pl.DataFrame:
    """Three silos with a gap of 5, in Field service `wider`; customers answer five items alike, and call often."""
    dice, rows = np.random.default_rng(seed), []
    for customer in range(customers):
        own = dice.normal(0, 12)
        for silo in SILOS:
            calls, answers = dice.poisson(1.5), 5 * (dice.random() < 0.25)
            done = np.clip(65 + 0.3 * own + dice.normal(0, 20, calls), 0, 100)
            said = 60 + own - wider * (silo == "Field service") + dice.normal(0, 8)
            rows.append((silo, f"c{customer}", answers * said, float(answers), float(done.sum()), float(calls)))
    columns = ["silo", "customer_id", "said", "said_times", "done", "done_times"]
    return pl.DataFrame(rows, schema=columns, orient="row").filter(
        (pl.col("said_times") > 0) | (pl.col("done_times") > 0)
    )


def test_means_and_gap_are_sums_over_sums():
    rows = company(1)
    found = {one["silo"]: one for one in said_done.gaps(rows).iter_rows(named=True)}
    mine = rows.filter(silo="Billing")
    said, done = (mine[name].sum() / mine[f"{name}_times"].sum() for name in ("said", "done"))
    told = found["Billing"]
    assert (told["said"], told["done"], told["gap"]) == pytest.approx((said, done, done - said))
    assert told["low"] < told["gap"] < told["high"]
    assert (told["answered"], told["served"]) == (
        mine.filter(said_times=5).height,
        mine.filter(pl.col("done_times") > 0).height,
    )


def test_where_the_two_part_is_found_with_its_direction():
    assert set(said_done.gaps(company(2))["word"]) == {said_done.ALIKE}
    for wider, word in ((8.0, said_done.CLOSER), (-8.0, said_done.FARTHER)):
        words = dict(said_done.gaps(company(2, wider)).select("silo", "word").iter_rows())
        assert words["Field service"] == word


def test_the_planted_gap_is_covered_though_customers_count_often():
    """Five items of one answer are one opinion: taken for five, the interval would hold in about six of ten cases."""
    inside, naive, seeds = 0, 0, 60
    truth = 4.0
    for seed in range(seeds):
        rows = company(seed, wider=4.0, customers=300)
        one = said_done.gaps(rows).filter(silo="Field service").row(0, named=True)
        inside += one["beyond_low"] <= truth <= one["beyond_high"]
        naive += abs(one["beyond"] - truth) <= (one["beyond_high"] - one["beyond"]) / np.sqrt(5)
    assert inside >= 0.87 * seeds
    assert naive < 0.8 * seeds


def test_a_silo_that_only_says_or_only_does_is_not_compared():
    rows = company(3).with_columns(
        said=pl.when(pl.col("silo") == "Billing").then(0.0).otherwise("said"),
        said_times=pl.when(pl.col("silo") == "Billing").then(0.0).otherwise("said_times"),
    )
    told = said_done.gaps(rows).filter(silo="Billing").row(0, named=True)
    assert (told["word"], told["said"], told["gap"]) == (said_done.TOO_FEW, None, None)
    assert told["done"] is not None


def test_nothing_gives_no_rows():
    assert said_done.gaps(company(1).head(0)).is_empty()

"""From purchases to rows, and what is said of rows that cannot be."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from itertools import pairwise

import polars as pl
import pytest

from bellwether.foresight.purchases import Fit, expected_purchases, fit, summarise
from bellwether.foresight.spend import Spend, expected_spend, fit_spend

EVENTS = pl.DataFrame(
    [
        ("ann", datetime(2026, 1, 1, 9), 10.0),
        ("ann", datetime(2026, 1, 1, 18), 5.0),  # the same day: one purchase of 15
        ("ann", datetime(2026, 1, 15, 9), 20.0),
        ("ann", datetime(2026, 2, 5, 9), 30.0),
        ("ann", datetime(2026, 2, 5, 10), 6.0),
        ("ann", datetime(2026, 3, 1, 0), 99.0),  # the first moment after February
        ("bea", datetime(2026, 2, 22, 9), 50.0),
        ("cyd", datetime(2026, 3, 1, 9), 50.0),  # not yet a customer
        ("dot", datetime(2026, 2, 1, 9), 8.0),
        ("dot", datetime(2026, 2, 8, 9), None),  # a purchase whose amount nobody knows
        ("dot", datetime(2026, 2, 15, 9), 9.0),
    ],
    ["customer_id", "occurred_at", "amount"],
    orient="row",
)
END = date(2026, 2, 28)


def slow_summary(events: pl.DataFrame, last_day: date, unit_days: float) -> dict:
    """Plain Python: customer -> frequency, recency, age, spend, log_gaps."""
    paid: dict = {}
    for customer, moment, amount in events.iter_rows():
        if moment.date() <= last_day:
            day = paid.setdefault(customer, {}).setdefault(moment.date(), [])
            day += [] if amount is None else [amount]
    found = {}
    for customer, amounts in paid.items():
        days = sorted(amounts)
        gaps = [(later - day).days / unit_days for day, later in pairwise(days)]
        repeats = [sum(amounts[day]) for day in days[1:] if amounts[day]]
        spend = sum(repeats) / len(repeats) if repeats else None
        age = (last_day - days[0]).days / unit_days
        found[customer] = (len(gaps), sum(gaps), age, spend, sum(map(math.log, gaps)))
    return found


@pytest.mark.parametrize("unit_days", [7, 1, 30.4])
def test_summary_equals_counting_by_hand(unit_days):
    found = summarise(EVENTS, END, unit_days)
    slow = slow_summary(EVENTS, END, unit_days)
    assert found["customer_id"].to_list() == ["ann", "bea", "dot"] == sorted(slow)
    for customer, *values in found.iter_rows():
        assert values == pytest.approx(list(slow[customer])), customer


def test_summary_by_example():
    ann, bea, dot = summarise(EVENTS, END).rows(named=True)
    assert (ann["frequency"], ann["recency"], ann["spend"]) == (2, 5.0, 28.0)
    assert ann["log_gaps"] == pytest.approx(math.log(2) + math.log(3))
    assert ann["age"] == pytest.approx(58 / 7)
    assert bea == {"customer_id": "bea", "frequency": 0, "recency": 0, "age": 6 / 7, "spend": None, "log_gaps": 0}
    assert (dot["frequency"], dot["spend"]) == (2, 9.0)


def test_the_end_as_a_moment_is_the_day_before_it():
    by_day = summarise(EVENTS, END)
    assert by_day.equals(summarise(EVENTS, datetime(2026, 3, 1)))
    assert by_day.equals(summarise(EVENTS.with_columns(pl.col("occurred_at").cast(pl.Date)), END))
    assert summarise(EVENTS, datetime(2026, 3, 1, 0, 0, 1))["frequency"][0] == 3


def test_days_are_cut_in_the_zone_of_the_record():
    late = pl.DataFrame(
        {
            "customer_id": ["eve"] * 2,
            "occurred_at": [datetime(2026, 1, 1, 23, 30, tzinfo=UTC), datetime(2026, 1, 2, 8, tzinfo=UTC)],
            "amount": [1.0, 2.0],
        }
    )
    amsterdam = late.with_columns(pl.col("occurred_at").dt.convert_time_zone("Europe/Amsterdam"))
    assert summarise(late, END)["frequency"][0] == 1
    assert summarise(amsterdam, END)["frequency"][0] == 0  # half past midnight, there
    assert summarise(amsterdam, datetime(2026, 1, 2, 6, tzinfo=UTC))["frequency"][0] == 0
    assert summarise(amsterdam, datetime(2026, 1, 2, 6, tzinfo=UTC))["age"][0] == 0
    with pytest.raises(ValueError, match="time zone"):
        summarise(EVENTS, datetime(2026, 3, 1, tzinfo=UTC))


def changed(column: str, value: object) -> pl.DataFrame:
    return EVENTS.with_columns(pl.lit(value).alias(column))


@pytest.mark.parametrize(
    ("events", "until", "said"),
    [
        (EVENTS.rename({"amount": "amounts"}), END, 'no column "amount". Did you mean "amounts"'),
        (EVENTS.clear(), END, "There are no events"),
        (EVENTS, date(2025, 12, 31), "No purchase happened up to 2025-12-31"),
        (changed("amount", -4.5), END, "row 1 .*amount -4.5.*refund|row 1 .*amount -4.5.*net refunds"),
        (changed("amount", "12"), END, '"amount" of the events holds String'),
        (changed("occurred_at", "1 May"), END, "occurred_at holds String"),
        (EVENTS.with_columns(customer_id=pl.when(pl.col("amount") != 20).then("customer_id")), END, "row 3 "),
    ],
)
def test_events_that_cannot_be_used(events, until, said):
    with pytest.raises(ValueError, match=said):
        summarise(events, until)


GOOD = pl.DataFrame({"frequency": [0, 2, 1], "recency": [0.0, 9.0, 3.0], "age": [10.0, 12.0, 5.0]})


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"age": [10.0, -1.0, 5.0]}, r"row 2 \(frequency 2, recency 9.0, age -1.0.*age.*can't be negative"),
        ({"recency": [0.0, 13.0, 3.0]}, r"row 2 .*recency can't exceed age.*1 such rows"),
        ({"recency": [0.0, 9.0, -3.0]}, r"row 3 .*recency .* can't be negative"),
        ({"recency": [1.0, 9.0, 3.0]}, r"row 1 .*bought only once"),
        ({"frequency": [0.0, 2.5, 1.0]}, r"row 2 .*a whole number from 0"),
        ({"frequency": [0, -2, 1]}, r"row 2 .*a whole number from 0"),
        ({"frequency": [0, None, 1]}, r"row 2 .*must be a number"),
        ({"age": [10.0, float("inf"), 5.0]}, r"row 2 .*must be a number"),
        ({"age": ["10", "12", "5"]}, r'"age" of the rows holds String'),
        ({"weight": [1.0, -2.0, 1.0]}, r"row 2 .*weight .* can't be negative"),
        ({"frequency": [0, 0, 0], "recency": [0.0, 0.0, 0.0]}, "No customer bought a second time"),
        ({"recency": [0.0, 0.0, 0.0], "age": [0.0, 0.0, 0.0]}, "No customer bought a second time, on a later day"),
    ],
)
@pytest.mark.parametrize("family", ["pareto_nbd", "bg_nbd"])
def test_rows_that_cannot_be_fitted(columns, said, family):
    with pytest.raises(ValueError, match=said):
        fit(GOOD.with_columns(**{name: pl.Series(values) for name, values in columns.items()}), family)


def test_what_fit_cannot_do():
    with pytest.raises(ValueError, match=r"gompertz.*pareto_nbd, mbg_cnbd, bg_nbd, bg_bb"):
        fit(GOOD, "gompertz")
    with pytest.raises(ValueError, match='no column "recency"'):
        fit(GOOD.drop("recency"), "bg_nbd")
    with pytest.raises(ValueError, match=r"log_gaps.*set k = 1"):
        fit(GOOD, "mbg_cnbd")
    with pytest.raises(ValueError, match="k = 2"):
        fit(GOOD, "pareto_nbd", k=2)
    with pytest.raises(ValueError, match="k = 0"):
        fit(GOOD, "mbg_cnbd", k=0)
    with pytest.raises(ValueError, match=r"row 1 .*whole numbers"):
        fit(GOOD.with_columns(age=pl.col("age") + 0.5), "bg_bb")
    with pytest.raises(ValueError, match=r"row 2 .*more purchases than opportunities"):
        fit(GOOD.with_columns(recency=pl.Series([0, 1, 3])), "bg_bb")


@pytest.mark.parametrize("weeks", [-1, float("nan"), float("inf")])
def test_a_horizon_is_a_number(weeks):
    bg_nbd = Fit("bg_nbd", {"r": 0.2, "alpha": 4.0, "a": 0.8, "b": 2.4}, 1, 0.0, 0, 0.0, True)
    with pytest.raises(ValueError, match="a horizon is a number from 0"):
        expected_purchases(bg_nbd, GOOD, weeks)


def test_spend_that_cannot_be_used():
    rows = pl.DataFrame({"frequency": [0, 2, 1, 4], "spend": [None, 20.0, 30.0, 25.0]})
    with pytest.raises(ValueError, match=r"row 2 .*net refunds off first"):
        fit_spend(rows.with_columns(spend=-pl.col("spend")).fill_null(0))
    with pytest.raises(ValueError, match="Only 2 different spends"):
        fit_spend(rows.head(3))
    with pytest.raises(ValueError, match='no column "spend"'):
        fit_spend(rows.drop("spend"))
    with pytest.raises(ValueError, match="too widely"):
        expected_spend(Spend(2.0, 0.9, 10.0, 0.0, 3.0, 0.0, True), rows)


def test_a_spend_of_nothing_counts_as_unknown():
    rows = pl.DataFrame({"frequency": [0, 3, 3], "spend": [None, 0.0, None]})
    cohort = expected_spend(Spend(2.0, 3.0, 10.0, 0.0, 3.0, 0.0, True), rows)
    assert cohort.to_list() == [10.0, 10.0, 10.0]  # p v / (q - 1)

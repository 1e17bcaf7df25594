"""All verdicts together, on figures small enough to check by hand."""

from datetime import date

import pytest

from bellwether.trends.compare import wilson
from bellwether.verdicts import Outcome, Verdict, portfolio

IDEA = date(2026, 1, 1)


def outcome(
    word, estimate=None, reach=None, cost=None, told=None, indicator="promise_kept", better="higher", unit="share"
):
    limits = (None, None) if estimate is None else (estimate - reach, estimate + reach)
    found = Verdict(word, "", "", "difference-in-differences", 0.03, better, unit, estimate, *limits)
    return Outcome(indicator, found, IDEA, told, cost)


def test_portfolio_by_hand():
    found = portfolio(
        [
            outcome("worked", 0.05, 0.03, 6000.0, date(2026, 5, 1)),
            outcome("no effect seen", 0.01, 0.04, 4000.0, date(2026, 4, 1)),
            outcome("cannot tell yet", 0.09, 0.30, 999.0),
            outcome("made it worse", 20.0, 10.0, 100.0, date(2026, 3, 1), "waits", "lower", "seconds"),
        ]
    )
    assert (found.commitments, found.told, found.waiting) == (4, 3, 1)
    assert found.worked == wilson(1, 3)
    assert found.days == 90  # 120, 90 and 59 days
    assert found.by_chance == pytest.approx(0.15)
    kept, waits = found.indicators.to_dicts()
    assert (kept["commitments"], kept["told"], kept["worked"], kept["worse"]) == (3, 2, 1, 0)
    assert kept["gained"] == pytest.approx(0.06)
    assert (kept["lower"], kept["upper"]) == pytest.approx((0.01, 0.11))  # 3 and 4 make 5
    assert kept["per_point"] == pytest.approx(10_000 / 6)
    assert waits["gained"] == -20 and waits["per_point"] is None and waits["worse"] == 1


def test_no_price_where_the_gain_is_not_sure():
    unsure = portfolio([outcome("no effect seen", 0.01, 0.02, 500.0)]).indicators
    assert unsure["per_point"].to_list() == [None]


def test_no_price_where_a_cost_is_missing():
    found = portfolio([outcome("worked", 0.05, 0.02, 500.0), outcome("worked", 0.05, 0.02)]).indicators
    assert found["cost"].to_list() == [None] and found["per_point"].to_list() == [None]


def test_nothing_told_yet():
    found = portfolio([outcome("cannot tell yet")])
    assert (found.worked, found.days, found.told) == (None, None, 0)
    assert found.indicators["gained"].to_list() == [None]
    assert portfolio([]).indicators.is_empty()

"""Numbers, days and states as people read them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bellwether.views import words


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        (0.8421, "share", "84.2%"),
        (1, "share", "100%"),
        (0, "share", "0%"),  # a real nought, unlike "not measured"
        (None, "share", "–"),
        (float("nan"), "score", "–"),
        (-17.64, "score", "−17.6"),
        (-0.01, "score", "0.0"),  # no minus before a nought
        (0.137, "count", "0.14"),
        (1234.5, "count", "1,234.5"),
        (45, "seconds", "45 s"),
        (200, "seconds", "3 min 20 s"),
        (7800, "seconds", "2 h 10 min"),
        (300_000, "seconds", "3.5 days"),
    ],
)
def test_a_value_in_its_unit(number, unit, said):
    assert words.value(number, unit) == said


def test_money_has_its_currency():
    assert words.value(412.4, "money", "EUR") == "€412"
    assert words.value(12.5, "money", "BRL") == "R$12.50"
    assert words.value(-1200, "money", "SEK") == "−SEK 1,200"
    assert words.value(5, "money", None) == "5.00"


def test_intervals_and_differences():
    assert words.interval(0.8206, 0.8634, "share") == "82.1 to 86.3%"
    assert words.interval(None, 0.5, "share") == "no interval"
    assert words.change(-0.0123, "share") == "−1.2 points"
    assert words.changes(-0.033, 0.015, "share") == "−3.3 to +1.5 points"
    assert words.change(3, "money", "USD") == "+$3.00"


@pytest.mark.parametrize(
    ("number", "low", "high", "unit", "said"),
    [
        (0.7791, 0.738, 0.816, "share", ("78%", "74 to 82%")),
        (0.9193, 0.9121, 0.9264, "share", ("91.9%", "91.2 to 92.6%")),
        (0.0036, 0.0, 0.024, "share", ("0.4%", "0.0 to 2.4%")),  # few are not nobody
        (0.9964, 0.97, 0.999, "share", ("99.6%", "97.0 to 99.9%")),
        (40.04, 9.6, 61.8, "score", ("40", "10 to 62")),
        (-0.2, -3.4, 3.1, "score", ("0", "−3 to 3")),
        (0.9, None, None, "share", ("90.0%", "no interval")),
        (0.737, 0.64, 0.84, "count", ("0.74", "0.64 to 0.84")),  # a count of steps keeps its own decimals
    ],
)
def test_an_estimate_has_as_few_decimals_as_its_interval_warrants(number, low, high, unit, said):
    assert words.estimate(number, low, high, unit) == said


def test_a_column_is_written_with_the_decimals_that_most_of_it_warrants():
    lows, highs = [0.16, 0.177, 0.172, None], [0.26, 0.196, 0.188, None]
    assert words.alike(lows, highs, "share") == 1 and words.alike(lows[:1], highs[:1], "share") == 0
    assert words.estimate(0.2, 0.16, 0.26, "share", digits=1) == ("20.0%", "16.0 to 26.0%")
    assert words.alike([0.001], [0.002], "share") == 1 and words.alike([], [], "score") == 1


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "1 day ago"), (59, "59 days ago"), (200, "7 months ago"), (3970, "10 years ago")],
)
def test_how_long_ago(days, said):
    assert words.ago(days) == said


def test_days_and_counts():
    assert words.day(date(2026, 8, 3)) == "3 Aug 2026"
    assert words.moment(datetime(2026, 8, 3, 14, 5)) == "3 Aug 2026, 14:05"
    assert words.span(date(2026, 6, 29), date(2026, 9, 27)) == "29 Jun to 27 Sep 2026"
    assert words.span(date(2025, 12, 29), date(2026, 3, 29)) == "29 Dec 2025 to 29 Mar 2026"
    assert words.count(1, "contact") == "1 contact"
    assert words.count(1204, "contact") == "1,204 contacts"
    assert words.count(0, "contact") == "no contacts"


def test_every_state_has_a_word_and_a_shape_of_its_own():
    states = [*map(words.state, words.STATES)]
    assert len({state.word for state in states}) == len({state.shape for state in states}) == len(states)
    assert words.state(None).word == "not measured"

"""Origins and the outcomes after them."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from evidence_worlds import week

from bellwether.foresight.origins import bought_again, not_lapsed, origins_apart, origins_between


def test_origins_between():
    assert origins_between(date(2025, 1, 1), date(2025, 2, 27)) == [
        date(2025, 1, 2),
        date(2025, 1, 30),
        date(2025, 2, 27),
    ]
    assert origins_between(date(2025, 1, 1), date(2025, 1, 1)) == [date(2025, 1, 1)]
    with pytest.raises(ValueError, match="swap them"):
        origins_between(date(2025, 2, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("origins", "length", "apart"),
    [([0, 4, 8, 12, 16, 20, 24, 28], 13, 2), ([0, 13, 26], 13, 3), ([0, 12, 25], 13, 2), ([], 13, 0)],
)
def test_origins_apart(origins, length, apart):
    assert origins_apart(np.array(origins), length) == apart


MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "bought", "here"),
    [
        (week(10), 0, 1),  # inside the gap: no event of this window
        (week(14), 0, 1),  # the window is open at its start
        (week(14) + MOMENT, 1, 0),
        (week(27), 1, 0),  # and closed at its end
        (week(27) + MOMENT, 0, 1),
        (week(10) - MOMENT, 0, 1),  # the past is the baseline's
    ],
)
def test_window_edges(at, bought, here):
    population = pl.DataFrame({"origin": [week(10)], "customer_id": ["x"]})
    moments = pl.DataFrame({"customer_id": ["x", "someone else"], "occurred_at": [at, week(20)]})
    for outcome, expected in ((bought_again, bought), (not_lapsed, here)):
        told = outcome(population, moments, (4,), 13, seen_until=week(60))
        assert told.select("y", "closed_at").row(0) == (expected, week(27))


def slow_outcomes(population, moments, gaps, horizon, seen_until) -> set[tuple]:
    told = set()
    for origin, customer in population.iter_rows():
        for gap in gaps:
            opens, closes = origin + timedelta(weeks=gap), origin + timedelta(weeks=gap + horizon)
            if closes < seen_until:
                own = [at for who, at in moments.iter_rows() if who == customer]
                bought = any(opens < at <= closes for at in own)
                here = not bought
                told.add((origin, gap, customer, int(bought), int(here)))
    return told


def test_outcomes_agree_with_a_slow_loop():
    rng = np.random.default_rng(8)
    population = pl.DataFrame(
        {"origin": [week(4 * k) for k in range(8) for _ in range(30)], "customer_id": [*range(30)] * 8}
    )
    who = rng.integers(0, 40, 150)
    moments = pl.DataFrame({"customer_id": who, "occurred_at": [week(x) for x in rng.random(150) * 60]})
    arguments = (population, moments, (0, 4, 26), 13, week(52))
    keys = ["origin", "gap", "customer_id"]
    mine = bought_again(*arguments).join(not_lapsed(*arguments), on=keys, suffix="_here")
    expected = slow_outcomes(*arguments)
    assert set(mine.select(*keys, "y", "y_here").iter_rows()) == expected
    assert mine.height == len(expected) > 400


def test_windows_that_are_still_open_have_no_outcome():
    population = pl.DataFrame({"origin": [week(10)], "customer_id": [1]})
    moments = pl.DataFrame({"customer_id": [1], "occurred_at": [week(11)]})
    assert bought_again(population, moments, (0,), 13, seen_until=week(23)).is_empty()
    assert bought_again(population, moments, (0,), 13, seen_until=week(23) + MOMENT).height == 1

"""Conformal quantiles against a count on the fingers, and no error before its time."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.foresight.conformal import conformal_quantile, errors_needed, reach

DAY = date(2024, 1, 1)


def counted(errors: list[float], nominal: int) -> float | None:
    """The smallest error that, with the next one counted in, has at least `nominal` percent at or below it."""
    for error in sorted(errors):
        if 100 * sum(other <= error for other in errors) >= nominal * (len(errors) + 1):
            return error
    return None


@given(st.lists(st.floats(0, 1e6), max_size=60), st.sampled_from([50, 80, 90, 95, 99]))
def test_conformal_quantile_is_the_count(errors, nominal):
    assert conformal_quantile(np.array(errors), nominal) == counted(errors, nominal)


@pytest.mark.parametrize(("nominal", "needed"), [(80, 4), (90, 9), (95, 19), (99, 99)])
def test_a_quantile_needs_this_many_errors(nominal, needed):
    assert errors_needed(nominal) == needed
    assert conformal_quantile(np.arange(needed - 1.0), nominal) is None
    assert conformal_quantile(np.arange(float(needed)), nominal) == needed - 1


def test_a_conformal_interval_covers_what_it_says_even_with_few_errors():
    """20 errors, nominal 80: the 17th of 20, which covers 17/21 = .8095 of what comes next; 20,000 repetitions."""
    draws = np.abs(np.random.default_rng(5).standard_t(3, size=(20_000, 21)))
    inside = [row[-1] <= conformal_quantile(row[:-1], 80) for row in draws]
    assert np.mean(inside) == pytest.approx(17 / 21, abs=0.01)


@pytest.mark.parametrize("wrong", [np.nan, -0.1])
def test_errors_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="absolute and known"):
        conformal_quantile(np.array([1.0, wrong]), 80)


def pooled(errors: list[dict], pool: str, horizon: int, made_at: date, nominal: int) -> float | None:
    """`reach` in plain Python: one list, one row after the other."""
    mine = []
    for row in errors:
        if row["pool"] == pool and row["horizon"] == horizon and row["known_at"] <= made_at:
            mine.append(row["error"])
    return counted(mine, nominal)


def test_reach_pools_by_horizon_and_only_what_was_known():
    rng = np.random.default_rng(3)
    errors = pl.DataFrame(
        {
            "pool": rng.choice(["share", "money"], 400),
            "horizon": rng.integers(1, 4, 400),
            "known_at": [DAY + timedelta(weeks=int(at)) for at in rng.integers(0, 12, 400)],
            "error": rng.exponential(size=400),
        }
    )
    days = [DAY + timedelta(weeks=at) for at in (0, 5, 11)]
    asked = [(pool, horizon, day) for pool in ("share", "money", "none") for horizon in (1, 2, 3) for day in days]
    wanted = pl.DataFrame(asked * 2, ["pool", "horizon", "made_at"], orient="row")
    told = reach(errors, wanted, (80, 95))
    assert told.height == len(asked) * 2
    for row in told.iter_rows(named=True):
        expected = pooled(errors.to_dicts(), row["pool"], row["horizon"], row["made_at"], row["nominal"])
        assert row["reach"] == expected, row
    assert told.filter(pl.col("pool") == "none")["reach"].null_count() == 18


def test_an_error_counts_from_the_day_its_week_has_ended():
    errors = pl.DataFrame({"pool": ["a"] * 4, "horizon": [1] * 4, "known_at": [DAY] * 4, "error": [1.0, 2, 3, 4]})
    wanted = pl.DataFrame({"pool": ["a", "a"], "horizon": [1, 1], "made_at": [DAY - timedelta(days=1), DAY]})
    assert reach(errors, wanted, (80,))["reach"].to_list() == [None, 4.0]

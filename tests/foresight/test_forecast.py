"""What a forecast takes, refuses and promises, whatever the series."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from forecast_worlds import history, scores, shares, week
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from bellwether.foresight.forecast import actuals, forecast
from bellwether.foresight.forecast_plan import Plan

NAIVE = Plan(method="naive", origins=3)
THETA = Plan(method="theta", origins=3)
BOUNDS = {"share": (0, 1), "score": (-100, 100), "count": (0, np.inf), "money": (0, np.inf)}


@pytest.fixture(scope="module")
def world() -> pl.DataFrame:
    return shares(1, series=5, weeks=120)


def test_nothing_after_an_origin_changes_what_was_made_there(world):
    """Two pasts that part at week 100: all that was made up to then is the same, whatever came later."""
    cut, world = week(100), world.filter(pl.col("series").is_in(["s0", "s1", "s2"]))
    later = pl.when(pl.col("week") >= cut).then(1 - pl.col("value")).otherwise("value")
    weight = pl.when(pl.col("week") >= cut).then(pl.col("weight") * 7).otherwise("weight")
    other = world.with_columns(value=later, weight=weight)
    plan = Plan(method="theta", origins=5)
    one, two = (forecast(frame, plan).past.filter(pl.col("made_at") <= cut) for frame in (world, other))
    assert one["made_at"].n_unique() >= 3 and one["lower"].is_not_null().any()
    assert_frame_equal(one, two)


def test_an_origin_says_what_a_record_that_ends_there_says(world):
    cut = week(100)
    early = forecast(world.filter(pl.col("week") < cut), THETA)
    late = forecast(world, THETA, origin=cut)
    assert_frame_equal(early.ahead, late.ahead)
    assert_frame_equal(early.past, late.past)
    assert_frame_equal(early.standing, late.standing)


def test_the_order_of_rows_is_irrelevant(world):
    one, two = (forecast(frame, THETA) for frame in (world, world.sample(fraction=1, shuffle=True, seed=4)))
    assert_frame_equal(one.ahead, two.ahead)
    assert_frame_equal(one.past, two.past)


def test_one_row_a_target_and_nominal(world):
    ahead = forecast(world, NAIVE).ahead
    assert ahead.select("series", "target", "week", "nominal").is_duplicated().sum() == 0
    assert ahead.height == 5 * (13 + 1) * 2
    assert ahead["made_at"].unique().to_list() == [week(120)]
    weeks = ahead.filter(pl.col("target") == "week", pl.col("series") == "s0", pl.col("nominal") == 95)
    assert weeks["week"].to_list() == [week(120 + at) for at in range(13)]
    assert weeks["horizon"].to_list() == list(range(1, 14))


def jumpy(rng: np.random.Generator, weeks: int, low: float, high: float) -> np.ndarray:
    """A series that sticks to its bounds, leaps, stands still and has holes, each as often as chance has it."""
    top = min(high, 10.0 ** rng.integers(0, 7))
    value = rng.uniform(low, top, weeks)
    for odd in (low, top, value[0], np.nan):
        value[rng.random(weeks) < rng.choice([0, 0.1, 0.5])] = odd
    return value


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(list(BOUNDS)), st.integers(26, 120), st.sampled_from(["naive", "theta"]))
def test_forecasts_and_intervals_keep_within_bounds(seed, unit, weeks, method):
    rng, (low, high) = np.random.default_rng(seed), BOUNDS[unit]
    values = {f"s{at}": jumpy(rng, weeks, low, high) for at in range(2)} | {"full": np.full(weeks, low)}
    weights = {name: rng.integers(1, 60, weeks) for name in values}
    told = forecast(history(values, unit, weights), Plan(method=method, origins=2, enough=13, silence=60)).ahead
    assert told["value"].is_finite().all()
    for name in ("value", "naive", "lower", "upper"):
        assert told[name].is_between(low, high).all(), name
    inside = told.filter(pl.col("lower").is_not_null())
    slack = 1e-9 * (1 + inside["value"].abs())
    assert ((inside["lower"] <= inside["value"] + slack) & (inside["value"] <= inside["upper"] + slack)).all()
    wide = inside.pivot(on="nominal", index=["series", "target", "week"], values="upper")
    if {"80", "95"} <= set(wide.columns):
        assert (wide["80"].fill_null(low) <= wide["95"].fill_null(np.inf)).all()


def test_a_short_series_is_told_how_long_to_wait():
    rng = np.random.default_rng(0)
    told = forecast(history({"short": rng.normal(20, 3, 20), "long": rng.normal(20, 3, 60)}, "score"), NAIVE)
    assert told.ahead["series"].unique().to_list() == ["long"]
    short = told.standing.row(by_predicate=pl.col("series") == "short", named=True)
    assert (short["told"], short["weeks"]) == (False, 20)
    # it begins with the long one and ended forty weeks ago
    assert short["reason"] == "nothing for 40 weeks"
    alone = forecast(history({"short": rng.normal(20, 3, 20)}, "score"), NAIVE).standing.row(0, named=True)
    assert (alone["reason"], alone["more_weeks"]) == ("20 weeks known, 26 are needed", 6)


@pytest.mark.parametrize("every", [3, 4])
def test_a_series_full_of_holes_is_no_weekly_series(every):
    """After as many full weeks as it is told to wait, and not one earlier, something can be said."""
    value = np.where(np.arange(110) % every == 0, 20.0, np.nan) + np.random.default_rng(1).normal(size=110)
    value = value[: np.flatnonzero(np.isfinite(value))[-1] + 1]
    standing = forecast(history({"one": value}, "score"), NAIVE).standing.row(0, named=True)
    assert standing["reason"].startswith("only ") and not standing["told"]
    for more, told in ((standing["more_weeks"] - 1, False), (standing["more_weeks"], True)):
        later = np.append(value, np.full(more, 20.0))
        assert forecast(history({"one": later}, "score"), NAIVE).standing["told"].item() is told


def test_gaps_are_bridged():
    value = np.arange(80.0)
    value[[20, 21, 50, 79]] = np.nan
    ahead = forecast(history({"line": value}, "count"), Plan(method="theta", origins=0)).ahead
    weeks = ahead.filter(pl.col("target") == "week", pl.col("nominal") == 80).sort("week")
    # the last week has no row, so the record ends before it
    assert weeks["week"][0] == week(79)
    assert np.abs(weeks["value"].to_numpy() - np.arange(79, 92)).max() < 4


def test_a_series_that_never_moved_has_a_value_and_no_interval():
    values = {"still": np.full(90, 0.5)} | {f"s{at}": np.random.default_rng(at).uniform(size=90) for at in range(4)}
    told = forecast(history(values, "share"), Plan()).ahead
    still = told.filter(pl.col("series") == "still")
    assert still["value"].to_list() == pytest.approx([0.5] * still.height)
    assert still["lower"].null_count() == still["upper"].null_count() == still.height
    assert told.filter(pl.col("series") != "still", pl.col("nominal") == 80)["lower"].null_count() == 0


def test_too_few_errors_give_no_interval(world):
    """Three origins of five series: 15 errors are enough for 80 percent and not for 95."""
    told = forecast(world, NAIVE).ahead
    assert told["errors"].unique().to_list() == [15]
    assert told.filter(pl.col("nominal") == 80)["lower"].null_count() == 0
    assert told.filter(pl.col("nominal") == 95)["lower"].is_null().all()


def test_series_of_another_pool_do_not_count(world):
    apart = world.with_columns(pool=pl.when(pl.col("series") == "s0").then(pl.lit("own")).otherwise(pl.lit("rest")))
    errors = dict(forecast(apart, NAIVE).ahead.select("series", "errors").unique().rows())
    assert errors == {"s0": 3, "s1": 12, "s2": 12, "s3": 12, "s4": 12}


def test_a_quarter_is_weighed_by_its_observations():
    weights = np.tile([1.0, 3.0], 60)
    world = history({"one": np.tile([0.2, 0.6], 60)}, "share", {"one": weights})
    actual = actuals(world).filter(pl.col("target") == "quarter", pl.col("week") == week(100))["actual"].item()
    assert actual == pytest.approx((7 * 1 * 0.2 + 6 * 3 * 0.6) / (7 * 1 + 6 * 3))
    told = forecast(world, NAIVE).ahead.filter(pl.col("target") == "quarter")
    assert 0.2 <= told["value"][0] <= 0.6


def test_a_quarter_that_is_not_over_has_no_actual(world):
    quarters = actuals(world).filter(pl.col("target") == "quarter")
    assert quarters["week"].max() == week(120 - 13)


def test_beats_naive_is_one_for_naive_itself():
    standing = forecast(scores(2, series=3, weeks=90), NAIVE).standing
    assert standing["beats_naive"].to_list() == pytest.approx([1.0] * 3)
    assert standing["origins"].to_list() == [3] * 3


WRONG = {
    "the history lacks week": lambda rows: rows.drop("week"),
    "give the date": lambda rows: rows.with_columns(pl.col("week").cast(pl.String)),
    "a share lies in": lambda rows: rows.with_columns(value=pl.col("value") * 100),
    "unit is one of": lambda rows: rows.with_columns(unit=pl.lit("percent")),
    "one row a week": lambda rows: pl.concat([rows, rows.head(1)]),
    "same weekday": lambda rows: rows.with_columns(
        week=pl.when(pl.col("series") == "s1").then(pl.col("week") + timedelta(days=1)).otherwise("week")
    ),
    "a weight counts": lambda rows: rows.with_columns(weight=-pl.col("weight")),
    "has a null": lambda rows: rows.with_columns(value=pl.lit(float("nan"))),
    "one unit and one pool": lambda rows: rows.with_columns(pool=pl.col("week").cast(pl.String)),
    "no week with a value": lambda rows: rows.with_columns(value=pl.lit(None, pl.Float64)),
}


@pytest.mark.parametrize("fix", WRONG)
def test_what_cannot_be_is_refused_with_the_fix(world, fix):
    with pytest.raises(ValueError, match=f"(?i){fix}"):
        forecast(WRONG[fix](world), NAIVE)


def test_an_origin_lies_on_the_grid_of_weeks(world):
    with pytest.raises(ValueError, match="Tuesday"):
        forecast(world, NAIVE, origin=week(100) + timedelta(days=1))

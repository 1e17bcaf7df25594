"""Forecasts of series whose truth is known: coverage over repeated worlds, seasons, shifts, thin weeks."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from forecast_worlds import autoregressive, coverage, history, scores, shares, week

from bellwether.foresight.forecast import actuals, forecast
from bellwether.foresight.forecast_plan import Plan

QUICK = Plan(method="theta", season=False, origins=4)
NOW = 130


def told_and_actual(world: pl.DataFrame, plan: Plan = QUICK) -> tuple[pl.DataFrame, pl.DataFrame]:
    return forecast(world, plan, origin=week(NOW)).ahead, actuals(world, plan)


@pytest.fixture(scope="module", params=[scores, shares])
def repeated(request) -> dict[tuple[str, int], float]:
    """Four worlds of 20 series: the coverage of what is said at one origin in each."""
    worlds = [told_and_actual(request.param(seed, series=20, weeks=NOW + 13)) for seed in range(4)]
    told = pl.concat([ahead.with_columns(pl.col("series") + f" {at}") for at, (ahead, _) in enumerate(worlds)])
    actual = pl.concat([then.with_columns(pl.col("series") + f" {at}") for at, (_, then) in enumerate(worlds)])
    return coverage(told, actual)


@pytest.mark.parametrize("nominal", [80, 95])
def test_intervals_of_weeks_cover_what_they_say(repeated, nominal):
    assert repeated["week", nominal] == pytest.approx(nominal / 100, abs={80: 0.05, 95: 0.025}[nominal])


@pytest.mark.parametrize("nominal", [80, 95])
def test_intervals_of_quarters_cover_what_they_say(repeated, nominal):
    """80 quarters: a little over two standard errors."""
    assert repeated["quarter", nominal] == pytest.approx(nominal / 100, abs={80: 0.1, 95: 0.055}[nominal])


def test_a_quarter_has_an_interval_of_its_own():
    """Noise about a level: a quarter's mean is known far better than any of its weeks."""
    told, _ = told_and_actual(scores(9, series=12, weeks=NOW, carry=0.0))
    width = told.with_columns(width=pl.col("upper") - pl.col("lower")).group_by("target").agg(pl.col("width").mean())
    widths = dict(width.rows())
    assert widths["quarter"] < 0.7 * widths["week"]


def test_a_level_shift_makes_intervals_wider():
    """Half of the series step by five deviations within the backtest: whoever pools with them must say less."""
    calm = scores(4, series=10, weeks=NOW)
    stepped = pl.col("series").is_in([f"s{at}" for at in range(5)]) & (pl.col("week") >= week(NOW - 15))
    shifted = calm.with_columns(value=pl.col("value") + pl.when(stepped).then(20).otherwise(0))
    widths = []
    for world in (calm, shifted):
        told = told_and_actual(world)[0].filter(pl.col("series") == "s9", pl.col("target") == "week")
        wide = told.filter(pl.col("nominal") == 95, pl.col("horizon") > 4)
        widths.append(wide.select((pl.col("upper") - pl.col("lower")).mean()).item())
    assert widths[1] > 1.3 * widths[0]


def test_a_season_is_taken_where_there_is_one_and_nowhere_else():
    rng = np.random.default_rng(2)
    swing = 8 * np.sin(2 * np.pi * np.arange(NOW + 13) * 7 / 365.25)
    noisy = {f"season {at}": 30 + swing + rng.normal(0, 2, NOW + 13) for at in range(3)}
    noisy |= {f"none {at}": 30 + rng.normal(0, 2, NOW + 13) for at in range(12)}
    world, plan = history(noisy, "score"), Plan(method="theta", origins=0)
    told = forecast(world, plan, origin=week(NOW))
    seasonal = told.standing.filter(pl.col("method").str.contains("season"))["series"].to_list()
    assert seasonal == ["season 0", "season 1", "season 2"]
    off = told.ahead.filter(pl.col("target") == "week").join(actuals(world), on=["series", "target", "week"])
    missed = off.filter(pl.col("series").str.starts_with("season")).select((pl.col("value") - pl.col("actual")).abs())
    assert missed.mean().item() < 2.4  # noise alone misses by 2 * sqrt(2 / pi) = 1.6


def test_no_season_before_two_full_years():
    swing = 30 + 8 * np.sin(2 * np.pi * np.arange(104) * 7 / 365.25) + np.random.default_rng(6).normal(size=104)
    methods, plan = [], Plan(method="theta", origins=0)
    for weeks in (103, 104):
        methods += forecast(history({"one": swing[:weeks]}, "score"), plan).standing["method"].to_list()
    assert methods == ["theta", "theta, yearly season"]


def test_a_week_of_few_answers_moves_the_forecast_less():
    rng = np.random.default_rng(8)
    value = 0.7 + 0.02 * autoregressive(rng, 80, 0.3)
    value[-1] = 0.2
    many = np.full(80, 50)
    few = many.copy()
    few[-1] = 2
    world = history({"many": value, "few": value}, "share", {"many": many, "few": few})
    told = forecast(world, Plan(method="ets", origins=0, season=False)).ahead
    first = dict(told.filter(pl.col("target") == "quarter", pl.col("nominal") == 80).select("series", "value").rows())
    assert abs(first["few"] - 0.7) < abs(first["many"] - 0.7)
    assert first["few"] == pytest.approx(0.7, abs=0.02)

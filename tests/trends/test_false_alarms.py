"""The grid must not cry wolf, and must still bark."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy.stats import false_discovery_control

from bellwether.trends.false_alarms import benjamini_hochberg, control, expected_false
from bellwether.trends.nulls import autoregression, plain_alarms
from bellwether.trends.rules import NHS, PRODUCT

START = date(2024, 1, 1)


def grid(values: np.ndarray, weights: np.ndarray | None = None, unit: str = "score", better: str = "higher"):
    charts, points = values.shape
    periods = [START + timedelta(weeks=week) for week in range(points)]
    columns = {
        "chart": np.repeat([f"chart {number:03}" for number in range(charts)], points),
        "period": periods * charts,
        "value": values.ravel(),
        "weight": pl.Series([None] * values.size, dtype=pl.Float64) if weights is None else weights.ravel() * 1.0,
    }
    return pl.DataFrame(columns).with_columns(unit=pl.lit(unit), better=pl.lit(better))


def noise(chance: np.random.Generator, charts: int, points: int, phi: float = 0.0) -> np.ndarray:
    """Charts of standard deviation 1."""
    return autoregression(chance.normal(size=(charts, points)), phi) * np.sqrt(1 - phi**2)


@pytest.mark.parametrize(("points", "phi", "flagged"), [(24, 0.0, 0.18), (52, 0.0, 0.40), (24, 0.3, 0.46)])
def test_the_nhs_rules_cry_wolf_as_often_as_is_known(points: int, phi: float, flagged: float):
    assert plain_alarms(points, phi, NHS, runs=6000)[0] == pytest.approx(flagged, abs=0.025)


@pytest.mark.parametrize(("points", "phi"), [(24, 0.0), (24, 0.3), (60, 0.0), (60, 0.3), (60, 0.6)])
def test_pure_noise_is_hardly_ever_called(points: int, phi: float):
    chance = np.random.default_rng(points)
    grids = [control(grid(noise(chance, 40, points, phi))) for _ in range(20)]
    p_value = np.concatenate([one["p_value"].to_numpy() for one in grids])
    # of 800 charts, three standard errors above the nominal share
    assert (p_value < 0.05).mean() <= 0.05 + 0.023
    assert (p_value < 0.01).mean() <= 0.01 + 0.0106
    # where nothing has changed, the false discovery rate is the share of grids with any call: 5% of 20 is 1
    assert sum(one["called"].any() for one in grids) <= 4


def test_the_share_of_false_calls_stays_below_the_rate_among_true_ones():
    chance = np.random.default_rng(1)
    false = []
    for phi in (0.0, 0.3):
        for _ in range(10):
            values = noise(chance, 80, 60, phi)
            values[:20, -10:] += 3
            called = control(grid(values))["called"].to_numpy()
            false.append(called[20:].sum() / max(1, called.sum()))
    assert np.mean(false) <= 0.05 + 3 * np.std(false) / np.sqrt(len(false))
    assert np.mean(false) < 0.07


def test_a_step_of_two_sigma_in_the_last_ten_of_sixty_weeks_is_found():
    chance = np.random.default_rng(2)
    found, named = [], []
    for _ in range(10):
        values = noise(chance, 40, 60)
        values[:4, -10:] += 2
        result = control(grid(values)).head(4)
        found += result["called"].to_list()
        hits = result.filter("called")
        assert set(hits["verdict"]) <= {"improving"}
        named += [(day - START).days // 7 for day in hits["since"]]
    assert np.mean(found) >= 0.8
    assert 47 <= np.median(named) <= 52  # the step was in week 50


def test_a_sustained_drift_is_found():
    chance = np.random.default_rng(3)
    found = []
    for _ in range(8):
        values = noise(chance, 40, 60)
        values[:5] -= 0.05 * np.arange(60)
        result = control(grid(values)).head(5)
        found += result["called"].to_list()
        assert set(result.filter("called")["verdict"]) <= {"worsening"}
    assert np.mean(found) >= 0.8


def test_a_fall_of_a_share_is_found_and_an_overdispersed_one_left_alone():
    chance = np.random.default_rng(4)
    weights = chance.integers(60, 120, (40, 52))
    share = np.full((40, 52), 0.85)
    share[:5, -10:] = 0.75
    result = control(grid(chance.binomial(weights, share) / weights, weights, "share", "lower"))
    assert result.head(5)["called"].sum() >= 4
    assert set(result.filter("called").head(4)["verdict"]) == {"improving"}  # lower is better
    moving = np.clip(0.8 + 0.06 * chance.normal(size=(40, 52)), 0, 1)
    many = np.full((40, 52), 2000)
    assert control(grid(chance.binomial(many, moving) / many, many, "share"))["called"].sum() <= 1


def test_a_thin_last_week_does_not_shout():
    chance = np.random.default_rng(5)
    weights = chance.integers(40, 80, (60, 40))
    weights[:, -1] = 3
    weights[:, 7] = 4
    scores = control(grid(70 + 30 * chance.normal(size=weights.shape) / np.sqrt(weights), weights))
    assert scores["called"].sum() <= 1
    ignored = control(grid(70 + 30 * chance.normal(size=weights.shape) / np.sqrt(weights)))
    assert ignored["called"].sum() > scores["called"].sum()


def test_an_old_step_is_not_called_but_what_follows_it_is():
    chance = np.random.default_rng(6)
    values = noise(chance, 30, 80)
    values[:, 40:] += 4
    values[:5, -8:] -= 4
    result = control(grid(values))
    assert result.head(5)["called"].all()
    assert set(result.head(5)["verdict"]) == {"worsening"}
    assert all(70 <= (day - START).days // 7 <= 74 for day in result.head(5)["since"])  # week 72
    assert result.tail(25)["called"].sum() <= 2


def test_a_far_point_is_named_while_it_is_recent():
    values = noise(np.random.default_rng(7), 3, 60)
    values[0, 58] += 14
    values[1, 50] += 14
    result = control(grid(values))
    assert result["called"].to_list() == [True, False, False]
    assert result["rule"][0] == "a point far above the rest"
    assert result["since"][0] == START + timedelta(weeks=58)


def test_autocorrelation_is_estimated_without_the_bias_and_despite_a_step():
    chance = np.random.default_rng(8)
    for phi in (0.0, 0.3, 0.6):
        values = noise(chance, 60, 60, phi)
        values[:, -12:] += 3
        assert control(grid(values))["autocorrelation"].mean() == pytest.approx(phi, abs=0.08)


def test_short_flat_and_empty_charts():
    chance = np.random.default_rng(9)
    short = grid(noise(chance, 1, 11)).with_columns(chart=pl.lit("short"))
    flat = grid(np.full((1, 30), 0.1)).with_columns(chart=pl.lit("flat"))
    perfect = grid(np.ones((1, 30)), chance.integers(5, 90, (1, 30)), "share").with_columns(chart=pl.lit("perfect"))
    empty = grid(np.full((1, 3), np.nan)).with_columns(chart=pl.lit("empty"), value=pl.lit(None, dtype=pl.Float64))
    result = control(pl.concat([short, flat, perfect, empty]))
    assert result["chart"].to_list() == ["short", "flat", "perfect", "empty"]
    assert result["verdict"].to_list() == ["too few points", "no real change", "no real change", "too few points"]
    assert result["q_value"].to_list() == [None, 1.0, 1.0, None]
    assert result["points"].to_list() == [11, 30, 30, 0]
    assert control(short.clear()).columns == result.columns


def test_the_first_failure_in_a_perfect_record_is_not_a_sensation():
    weights = np.full((20, 40), 50)
    values = np.ones((20, 40))
    values[:, -1] = 0.98  # one of fifty
    assert control(grid(values, weights, "share"))["called"].sum() == 0
    values[:, -1] = 0.5
    assert control(grid(values, weights, "share"))["called"].sum() == 20


def test_only_the_time_since_the_last_declared_step_counts():
    values = noise(np.random.default_rng(10), 2, 60)
    values[:, -14:] += 5
    step, later = START + timedelta(weeks=46), START + timedelta(weeks=52)
    result = control(grid(values), steps={"chart 000": [step], "chart 001": [date(2019, 1, 7), date(2030, 1, 7)]})
    assert result["called"].to_list() == [False, True]
    assert result["points"].to_list() == [14, 60]
    assert control(grid(values), steps={"chart 000": [later]})["verdict"][0] == "too few points"


def test_the_same_grid_has_the_same_answer_in_any_order():
    values = noise(np.random.default_rng(11), 12, 40, 0.2)
    values[3, -9:] += 4
    rows = grid(values)
    shuffled = rows.sample(fraction=1, shuffle=True, seed=3)
    assert_frame_equal(control(rows), control(shuffled).sort("chart"))


def test_expected_false_alarms_stand_beside_the_grid():
    chance = np.random.default_rng(12)
    values = noise(chance, 40, 52)
    values[:8, -10:] += 3
    result = control(grid(values))
    expected = expected_false(result)
    assert expected.charts == 40
    assert expected.controlled == pytest.approx(0.05 * result["called"].sum())
    assert expected.controlled < 1 < expected.plain < expected.marked
    assert expected_false(result, rules=NHS).marked == pytest.approx(16, abs=5)  # 40 tiles of a year: about 16
    quiet = control(grid(noise(chance, 5, 11)))
    assert expected_false(quiet).marked == 0


def test_expected_false_alarms_are_what_noise_really_does():
    result = control(grid(noise(np.random.default_rng(13), 100, 24, 0.3)))
    simulated = 100 * plain_alarms(24, 0.3, PRODUCT, runs=6000)[0]
    assert expected_false(result).marked == pytest.approx(simulated, abs=6)


def test_benjamini_hochberg_as_scipy_has_it():
    p_values = np.random.default_rng(14).uniform(size=200) ** 3
    assert benjamini_hochberg(p_values) == pytest.approx(false_discovery_control(p_values), rel=1e-12)


def test_errors_name_what_is_wrong():
    rows = grid(noise(np.random.default_rng(15), 1, 20))
    with pytest.raises(ValueError, match="needs the column 'unit'"):
        control(rows.drop("unit"))
    with pytest.raises(ValueError, match="rate=5"):
        control(rows, rate=5)
    with pytest.raises(ValueError, match='better is "more"'):
        control(rows.with_columns(better=pl.lit("more")))

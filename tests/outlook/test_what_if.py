"""What retention looks like elsewhere in the range: held against a world in which the answer is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest

from bellwether.outlook.what_if import POINTS, what_if


@dataclass(frozen=True)
class Indicator:
    id: str
    unit: str

    def get(self, key: str) -> str:
        return self.unit


KEPT, EFFORT = Indicator("kept", "share"), Indicator("effort", "count")


def people(size: int, seed: int) -> pl.DataFrame:
    """Half have a reading of `kept`; those read 1 stay in 90%, those read 0 in 70%; effort takes 2 points a step."""
    rng = np.random.default_rng(seed)
    kept, effort = rng.integers(0, 2, size).astype(float), rng.poisson(1.5, size).astype(float)
    read = rng.random(size) < 0.5
    chance = np.where(read, 0.7 + 0.2 * kept, 0.8) - 0.02 * effort
    return pl.DataFrame(
        {
            "customer_id": np.arange(size),
            "kept:newest": np.where(read, kept, np.nan),
            "kept:change": np.where(read, kept - 0.5, np.nan),
            "effort:newest": effort,
            "effort:change": np.zeros(size),
            "stayed": (rng.random(size) < chance).astype(float),
        }
    ).with_columns(pl.col("kept:newest", "kept:change").fill_nan(None))


def fit(history: pl.DataFrame):
    """Least squares on both readings, and on whether there is one."""

    def columns(rows: pl.DataFrame) -> np.ndarray:
        kept = rows["kept:newest"]
        return np.column_stack(
            [np.ones(rows.height), kept.is_not_null(), kept.fill_null(0), rows["effort:newest"].to_numpy()]
        ).astype(float)

    weights = np.linalg.lstsq(columns(history), history["stayed"].to_numpy(), rcond=None)[0]
    return lambda rows: columns(rows) @ weights


RANGES = pl.DataFrame(
    {"indicator": ["kept", "effort"], "low": [0.4, 1.0], "high": [0.6, 2.0], "now": [0.5, 1.5]},
)


@pytest.fixture(scope="module")
def told() -> pl.DataFrame:
    return what_if(fit, people(40_000, 1), people(2_000, 2), (KEPT, EFFORT), RANGES)


def test_moving_a_share_moves_those_who_have_a_reading(told):
    """From 40% to 60% kept: 20 points of a 20 point difference, of the half who were read."""
    rows = told.filter(pl.col("indicator") == "kept")
    assert rows.height == POINTS
    assert rows["retained"][-1] - rows["retained"][0] == pytest.approx(0.2 * 0.2 * 0.5, abs=0.003)


def test_a_count_shifts_every_reading(told):
    rows = told.filter(pl.col("indicator") == "effort")
    assert rows["retained"][-1] - rows["retained"][0] == pytest.approx(-0.02, abs=0.003)


def test_the_range_is_the_one_that_was_really_seen(told):
    for name, low, high, now in RANGES.rows():
        rows = told.filter(pl.col("indicator") == name)
        assert (rows["value"][0], rows["value"][-1], rows["now"][0]) == (low, high, now)


def test_too_few_in_a_half_to_learn_from_gives_no_answer_instead_of_a_breakdown():
    """Data that just suffice for the whole don't for its halves."""
    history = people(400, 1)
    found = what_if(lambda rows: fit(rows) if rows.height == 400 else None, history, history, (KEPT,), RANGES)
    assert found.is_empty()
    assert {"indicator", "value", "retained", "lower", "upper"} <= set(found.columns)


def test_the_interval_is_of_the_difference_from_now(told):
    """Nothing is uncertain about where we are; the further from there, the wider."""
    rows = told.filter(pl.col("indicator") == "kept")
    wide = (rows["upper"] - rows["lower"]).to_list()
    assert wide[2] == pytest.approx(0, abs=1e-9)
    assert wide[0] > wide[1] > 0


def test_half_samples_spread_as_the_estimate_does():
    """Over 60 worlds the 95% interval holds the true difference about as often as it says."""
    inside = 0
    for seed in range(60):
        found = what_if(fit, people(4_000, seed), people(500, 1_000 + seed), (EFFORT,), RANGES, seed=seed)
        first = found.row(0, named=True)
        truth = first["retained_now"] + 0.02 * 0.5
        inside += first["lower"] <= truth <= first["upper"]
    assert inside >= 50


def test_an_indicator_that_never_moved_has_no_range():
    still = RANGES.with_columns(high=pl.col("low"))
    assert what_if(fit, people(500, 1), people(200, 2), (KEPT, EFFORT), still).is_empty()

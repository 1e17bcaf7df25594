"""How sure an importance is: sampled orderings against all of them, and intervals against known truth."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from drivers_worlds import answers, by_name, many, truth

from bellwether.foresight.drivers import importance
from bellwether.foresight.drivers_shares import lmg, orderings, weighted_covariances

# Sampled orderings


def test_sampled_orderings_come_as_near_as_they_say():
    rows, names = many(7)
    values = rows.select(*names, "y").to_numpy()
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    exact = lmg(weighted_covariances(values, np.ones(300))[None])[0]
    away = []
    for seed in range(30):
        found = importance(rows, "y", names, times=2, sampled=300, seed=seed)
        assert not found.exact
        assert found.orderings == 312  # 12 blocks of 26
        table = found.table.sort(pl.col("driver").str.slice(5).cast(int))
        away.append((table["importance"].to_numpy() - exact) / table["sampling_error"].to_numpy())
        assert table["importance"].sum() == pytest.approx(exact.sum(), abs=1e-6)
    assert 0.8 < np.sqrt(np.mean(np.square(away))) < 1.3  # Student's t with 11 degrees of freedom: 1.1


def test_twelve_drivers_are_exact():
    rows, names = many(8, 12)
    found = importance(rows, "y", names, times=10)
    assert found.exact
    assert found.table["sampling_error"].sum() == 0
    assert found.table["importance"].sum() == pytest.approx(found.r2[0])


# Intervals


def test_intervals_cover_the_truth():
    inside, worlds = np.zeros(5), 120
    for seed in range(worlds):
        found = importance(answers(250, 100 + seed), "y", list("abcd"), times=200, seed=seed)
        lower, upper = (found.table.sort("driver")[name].to_numpy() for name in ("lower", "upper"))
        inside[:4] += (lower <= truth()) & (truth() <= upper)
        inside[4] += found.r2[1] <= truth().sum() <= found.r2[2]
    assert ((inside / worlds > 0.87) & (inside / worlds <= 1)).all()
    assert 0.90 <= inside.mean() / worlds <= 0.98


def test_what_chance_alone_gives_is_taken_off():
    raw, adjusted = [], []
    for seed in range(150):
        table = importance(answers(40, 500 + seed, np.zeros(4)), "y", list("abcd"), times=2).table
        raw.append(table["importance"].mean())
        adjusted.append(table["adjusted"].mean())
    assert np.mean(raw) == pytest.approx(1 / 39, rel=0.15)  # R2 of noise: drivers / (rows - 1)
    assert np.mean(adjusted) == pytest.approx(0, abs=0.004)


def test_the_same_customer_asked_again_makes_nothing_surer():
    once = answers(200, 9).with_columns(who=pl.int_range(200))
    four = pl.concat([once] * 4)
    alone = importance(once, "y", list("abcd"), customer="who")
    known = importance(four, "y", list("abcd"), customer="who")
    for column in ("importance", "lower", "upper", "adjusted"):
        assert by_name(known, column) == pytest.approx(by_name(alone, column), abs=1e-9)
    assert (known.used, known.customers) == (800, 200)
    taken_for_others = importance(four, "y", list("abcd"))
    widths = [found.table["upper"].sum() - found.table["lower"].sum() for found in (taken_for_others, known)]
    assert widths[0] < 0.65 * widths[1]


def test_the_spread_is_how_far_figures_lie_apart():
    found = [
        importance(answers(250, 700 + seed), "y", list("abcd"), times=60).table.sort("driver") for seed in range(80)
    ]
    seen = np.std([one["importance"].to_numpy() for one in found], axis=0, ddof=1)
    assert np.mean([one["spread"].to_numpy() for one in found], axis=0) == pytest.approx(seen, rel=0.3)


def test_an_outcome_that_hardly_ever_varies_has_figures_all_the_same():
    rows = answers(30, 12).with_columns(y=(pl.int_range(30) == 7).cast(float))  # a third of the resamples miss it
    table = importance(rows, "y", list("abcd"), times=50).table
    assert np.isfinite(table.drop("driver").to_numpy()).all()


def test_a_narrower_confidence_covers_less():
    inside = 0
    for seed in range(100):
        found = importance(answers(250, 300 + seed), "y", list("abcd"), times=100, confidence=0.6, seed=seed)
        lower, upper = (found.table.sort("driver")[name].to_numpy() for name in ("lower", "upper"))
        inside += ((lower <= truth()) & (truth() <= upper)).sum()
    assert 0.5 < inside / 400 < 0.7


def test_many_drivers_and_few_rows_promise_no_more_than_there_is():
    inside, worlds = 0, 120
    for seed in range(worlds):
        rng = np.random.default_rng(800 + seed)
        items = rng.normal(size=(60, 9))
        rows = pl.DataFrame(np.column_stack([items, items[:, 0] + rng.normal(size=60)]), [*"abcdefgh", "i", "y"])
        _, lower, upper = importance(rows, "y", list("abcdefghi"), times=100, seed=seed).r2
        inside += lower <= 0.5 <= upper
    assert inside / worlds > 0.88


def test_unequal_weights_leave_more_to_chance():
    adjusted = []
    for seed in range(300):
        rows = answers(80, 2000 + seed, np.zeros(4)).with_columns(weight=pl.Series([1.0, 9.0] * 40))
        adjusted.append(importance(rows, "y", list("abcd"), weight="weight", times=2).table["adjusted"].mean())
    assert np.mean(adjusted) == pytest.approx(0, abs=0.002)  # 80 rows that say as much as 49


def test_each_driver_stands_everywhere_and_before_each_other_equally_often():
    blocks = orderings(5, 100, 1)
    assert blocks.shape == (10, 10, 5)
    for block in blocks:
        places = np.argsort(block, axis=1)
        assert (np.sort(places, axis=0) == np.repeat(np.arange(5), 2)[:, None]).all()
        before = (places[:, :, None] < places[:, None, :]).sum(axis=0)
        assert (before[~np.eye(5, dtype=bool)] == 5).all()

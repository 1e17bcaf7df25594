"""The gap and its one number, against slow and obvious second computations."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from bellwether.verdicts import contrast
from bellwether.verdicts.gap import SET_ASIDE, alone, difference
from bellwether.verdicts.panel import panel
from bellwether.verdicts.simulate import World, simulate

SMALL = World(units=5, before=50, after=12)


def gap_of(company):
    return difference(panel(company.treated, company.comparisons, company.started))


def estimate(gap, last):
    return float(contrast.coefficients(gap, gap.base, gap.window(0, last)) @ gap.values)


def by_hand(company, last):
    """Four means of means, row by row; sound where every unit has the same number of observations each week."""

    def side(frame, first, end):
        days = [(company.started + timedelta(weeks=week)) for week in range(first, end)]
        rows = [row for row in frame.iter_rows(named=True) if row["week"] in days]
        return sum(row["total"] / row["weight"] for row in rows) / len(rows)

    before = (-SMALL.before, -SET_ASIDE)
    treated = side(company.treated, 0, last) - side(company.treated, *before)
    return treated - (side(company.comparisons, 0, last) - side(company.comparisons, *before))


def with_even_weights(company):
    even = [pl.lit(100.0).alias("weight"), pl.col("total") / pl.col("weight") * 100]
    return type(company)(company.treated.with_columns(even), company.comparisons.with_columns(even), company.started)


def test_difference_is_four_means():
    company = with_even_weights(simulate(np.random.default_rng(1), SMALL, 0.05))
    assert estimate(gap_of(company), 12) == pytest.approx(by_hand(company, 12), abs=1e-12)


def test_difference_is_the_two_way_regression():
    """With weights that differ between units but not between weeks: least squares on unit, week and step dummies."""
    company = simulate(np.random.default_rng(2), SMALL, 0.05)
    sizes = {f"unit {number:02d}": 50.0 * (number + 1) for number in range(5)}
    weight = pl.col("unit").replace_strict(sizes)
    sized = [weight.alias("weight"), pl.col("total") / pl.col("weight") * weight]
    company = type(company)(
        company.treated.with_columns(sized), company.comparisons.with_columns(sized), company.started
    )
    rows = [
        (unit, (week - company.started).days // 7, size, total / size)
        for unit, week, size, total in pl.concat([company.treated.drop("started"), company.comparisons]).iter_rows()
    ]
    rows = [row for row in rows if row[1] < -SET_ASIDE or row[1] >= 0]
    units, weeks = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    model = [
        [
            *(row[0] == unit for unit in units),
            *(row[1] == week for week in weeks[1:]),
            row[0] == units[0] and row[1] >= 0,
        ]
        for row in rows
    ]
    root = np.sqrt([row[2] for row in rows])
    fitted = np.linalg.lstsq(np.array(model) * root[:, None], np.array([row[3] for row in rows]) * root, rcond=None)[0]
    assert estimate(gap_of(company), 12) == pytest.approx(fitted[-1], abs=1e-9)


def test_order_of_rows_is_irrelevant():
    company = simulate(np.random.default_rng(3), SMALL)
    shuffled = type(company)(
        company.treated.sample(fraction=1, shuffle=True, seed=1),
        company.comparisons.sample(fraction=1, shuffle=True, seed=2),
        company.started,
    )
    for field in ("weeks", "values", "sizes", "siblings"):
        assert np.array_equal(getattr(gap_of(company), field), getattr(gap_of(shuffled), field)), field


def test_rows_of_one_unit_and_week_add_up():
    company = simulate(np.random.default_rng(4), SMALL)
    half = [pl.col("weight") / 2, pl.col("total") / 2]
    doubled = pl.concat([company.comparisons.with_columns(half)] * 2)
    split = type(company)(company.treated, doubled, company.started)
    assert gap_of(split).values == pytest.approx(gap_of(company).values, abs=1e-12)


def test_staggered_starts_find_effects_that_grow():
    """Two-way fixed effects go wrong here: units treated early would be the comparison of those treated late."""
    quiet = World(units=12, treated=4, before=50, after=40, usual=1e7, own=0, common=0.02, loading=0)
    company = simulate(np.random.default_rng(5), quiet, stagger=6)
    weeks_in = (pl.col("week") - pl.col("started")).dt.total_days() / 7
    growing = pl.when(weeks_in >= 0).then(0.01 * weeks_in).otherwise(0) * pl.col("weight")
    treated = company.treated.with_columns(total=pl.col("total") + growing)
    gap = difference(panel(treated, company.comparisons, company.started))
    assert gap.weeks.max() == 40 - 3 * 6 - 1
    after = gap.weeks >= 0
    assert gap.values[after] == pytest.approx(0.01 * gap.weeks[after], abs=0.002)
    assert gap.values[gap.base] == pytest.approx(0, abs=0.002)


def test_the_week_of_the_start_is_on_neither_side():
    company = simulate(np.random.default_rng(6), SMALL)
    wednesday = company.started + timedelta(days=2)
    whole = panel(company.treated.drop("started"), company.comparisons, wednesday)
    assert whole.weeks[whole.starts.max()] == company.started + timedelta(days=7)


def test_weeks_without_observations():
    company = simulate(np.random.default_rng(7), SMALL)
    silent = company.started + timedelta(weeks=3)
    treated = company.treated.filter(pl.col("week") != silent)
    gap = gap_of(type(company)(treated, company.comparisons, company.started))
    assert 3 not in gap.weeks and 4 in gap.weeks
    rare = company.comparisons.filter((pl.col("unit") != "unit 02") | (pl.col("week").dt.week() % 2 == 0))
    assert panel(company.treated, rare, company.started).dropped == ("unit 02",)


def test_alone_is_the_treated_units_less_their_base():
    company = with_even_weights(simulate(np.random.default_rng(8), SMALL))
    gap = alone(panel(company.treated, None, company.started))
    shares = (company.treated.sort("week")["total"] / company.treated.sort("week")["weight"]).to_numpy()
    assert gap.values == pytest.approx(shares - shares[: 50 - SET_ASIDE].mean(), abs=1e-12)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda one: (one.treated.drop("total"), one.comparisons), "treated: no column total"),
        (lambda one: (one.treated, one.treated.drop("started")), "unit 00: treated and compared with"),
        (lambda one: (one.treated, one.comparisons.with_columns(weight=-pl.col("weight"))), "below zero"),
        (lambda one: (one.treated.clear(), one.comparisons), "no week of the treated units"),
        (
            lambda one: (one.treated, one.comparisons.with_columns(pl.col("week") + pl.duration(days=1))),
            "weeks begin on different days",
        ),
    ],
)
def test_refuses(spoil, message):
    company = simulate(np.random.default_rng(9), SMALL)
    with pytest.raises(ValueError, match=message):
        panel(*spoil(company), company.started)

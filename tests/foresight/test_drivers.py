"""Driver importance against published tables, a slow referee, and simulated answers whose truth is known."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import polars as pl
import pytest
from drivers_worlds import MIXED, SLOPES, answers, by_name, truth

from bellwether.foresight.drivers import importance
from bellwether.foresight.drivers_shares import explained, lmg, weighted_covariances

SWISS = ["Agriculture", "Examination", "Education", "Catholic", "Infant_Mortality"]


# The published tables


@pytest.fixture(scope="module")
def swiss(cases):
    rows = pl.read_csv(cases / "drivers_swiss" / "swiss.csv").rename({"Infant.Mortality": "Infant_Mortality"})
    return rows, json.loads((cases / "drivers_swiss" / "expected.json").read_text())["checks"]


def test_swiss_shares_are_the_published_ones(swiss):
    rows, published = swiss
    found = importance(rows, "Fertility", SWISS, times=50)
    assert (found.exact, found.used, found.lost) == (True, 47, 0)
    assert found.r2[0] == pytest.approx(published["R2"]["value"], abs=published["R2"]["tol"])
    for column, name in (("importance", "LMG"), ("relative_weight", "johnson_rwa")):
        assert by_name(found, column) == pytest.approx(published[name]["value"], abs=published[name]["tol"])
    assert by_name(found, "share") == pytest.approx(published["LMG_share"], abs=1e-6)
    assert found.table["importance"].is_sorted(descending=True)


def test_swiss_alone_and_last_are_the_published_ones(swiss):
    rows, published = swiss
    values = rows.select(*SWISS, "Fertility").to_numpy()
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    r2 = explained(weighted_covariances(values, np.ones(47))[None])[:, 0]
    for place, name in enumerate(SWISS):
        assert r2[1 << place] == pytest.approx(published["first"][name], abs=1e-5)
        assert r2[31] - r2[31 - (1 << place)] == pytest.approx(published["last"][name], abs=1e-5)


# The slow referee


def slow_r2(rows: list[tuple[float, ...]], chosen: tuple[int, ...]) -> float:
    """R2 of a weighted regression by the normal equations, in plain Python; the last figures are outcome, weight."""
    total = sum(row[-1] for row in rows)
    means = [sum(row[-1] * row[place] for row in rows) / total for place in range(len(rows[0]) - 1)]

    def product(one: int, other: int) -> float:
        return sum(row[-1] * (row[one] - means[one]) * (row[other] - means[other]) for row in rows)

    y = len(rows[0]) - 2
    table = [[product(one, other) for other in (*chosen, y)] for one in chosen]
    for place in range(len(chosen)):
        for other in range(len(chosen)):
            if other != place:
                factor = table[other][place] / table[place][place]
                table[other] = [here - factor * there for here, there in zip(table[other], table[place], strict=True)]
    slopes = [table[place][-1] / table[place][place] for place in range(len(chosen))]
    return sum(slope * product(one, y) for slope, one in zip(slopes, chosen, strict=True)) / product(y, y)


def slow_lmg(rows: list[tuple[float, ...]], drivers: int) -> list[float]:
    """The mean over all orderings of what each driver adds to the subset before it."""
    found = [0.0] * drivers
    for order in itertools.permutations(range(drivers)):
        for place, driver in enumerate(order):
            found[driver] += slow_r2(rows, order[: place + 1]) - slow_r2(rows, order[:place])
    return [one / math.factorial(drivers) for one in found]


def test_weighted_shares_agree_with_all_orderings_in_plain_python():
    rng = np.random.default_rng(2)
    rows = answers(40, 2).with_columns(weight=pl.Series(rng.uniform(0.2, 3, 40)))
    found = importance(rows, "y", list("abcd"), weight="weight", times=20)
    slow = slow_lmg(list(rows.select(*"abcd", "y", "weight").iter_rows()), 4)
    assert by_name(found, "importance") == pytest.approx(dict(zip("abcd", slow, strict=True)), abs=1e-7)


def test_a_weight_of_three_is_three_rows():
    rows = answers(60, 3).with_columns(weight=pl.Series([1, 2, 3] * 20))
    repeated = rows.select(pl.all().repeat_by("weight").explode())
    weighed, counted = importance(rows, "y", list("abcd"), weight="weight"), importance(repeated, "y", list("abcd"))
    for column in ("importance", "relative_weight", "correlation"):
        assert by_name(weighed, column) == pytest.approx(by_name(counted, column))


# Items that go together


def test_an_item_asked_twice_shares_its_importance():
    rows = answers(400, 4).with_columns(again=pl.col("a"))
    once, twice = importance(rows, "y", ["a", "b"], times=20), importance(rows, "y", ["a", "again", "b"], times=20)
    assert twice.r2[0] == pytest.approx(once.r2[0], abs=1e-6)
    for column in ("importance", "relative_weight"):
        assert by_name(twice, column)["a"] == pytest.approx(by_name(twice, column)["again"], abs=1e-6)
    assert by_name(once, "importance")["a"] / 2 < by_name(twice, "importance")["a"] < by_name(once, "importance")["a"]


def test_an_item_without_effect_takes_a_part_of_its_neighbours():
    assert truth()[3] > 0.02
    assert truth().sum() == pytest.approx(1 - 1 / (SLOPES @ MIXED @ SLOPES + 1))
    apart = np.diag([*np.ones(4), 1 + (SLOPES**2).sum()])
    apart[:4, 4] = apart[4, :4] = SLOPES
    assert lmg(apart[None])[0] == pytest.approx(SLOPES**2 / apart[4, 4])  # nothing to share: each has its own


def test_an_item_that_goes_against_the_outcome_is_important_with_its_sign():
    found = importance(answers(500, 5, np.array([-0.8, 0, 0, 0])), "y", list("abcd"), times=20)
    assert found.table["driver"][0] == "a"
    assert found.table["correlation"][0] < -0.4


def test_a_driver_that_never_varies_has_no_part():
    found = importance(answers(100, 6).with_columns(d=pl.lit(3.0)), "y", list("abcd"), times=20)
    assert by_name(found, "importance")["d"] == pytest.approx(0, abs=1e-9)
    assert by_name(found, "relative_weight")["d"] == pytest.approx(0, abs=1e-9)


# What is lost, and what is refused


def test_rows_that_are_lost_are_counted():
    rows = answers(100, 10).with_columns(
        a=pl.when(pl.int_range(100) >= 10).then("a"),  # 10 unknown
        b=pl.when(pl.int_range(100) < 5).then(float("nan")).otherwise("b"),  # 5 more that are no number, same rows
        weight=pl.when(pl.int_range(100) < 99).then(1.0),  # 1 without a weight
    )
    found = importance(rows, "y", list("abcd"), weight="weight", times=10)
    assert (found.given, found.used, found.lost) == (100, 89, 11)
    assert found.missing == {"a": 10, "b": 5, "c": 0, "d": 0, "y": 0, "weight": 1}
    kept = importance(rows[10:99], "y", list("abcd"), times=10)
    assert by_name(found, "importance") == pytest.approx(by_name(kept, "importance"))


@pytest.mark.parametrize(
    ("change", "drivers", "message"),
    [
        ({}, ["a"], "at least two"),
        ({}, ["a", "z"], "z: no such column"),
        ({}, ["a", "a"], "named twice"),
        ({"a": pl.lit("good")}, ["a", "b"], "String is no number"),
        ({"y": pl.lit(4)}, ["a", "b"], "same in every complete row"),
        ({"a": pl.when(pl.int_range(50) < 3).then("a")}, ["a", "b"], r"3 of 50 rows .* is a \(47 rows\)"),
        ({"who": pl.lit(1)}, ["a", "b"], "too few"),
        ({"weight": pl.lit(-1)}, ["a", "b"], "below zero"),
        ({"weight": pl.lit(0)}, ["a", "b"], "too few"),
    ],
)
def test_what_cannot_be_answered_is_refused(change, drivers, message):
    rows = answers(50, 11).with_columns(who=pl.int_range(50), weight=pl.lit(1.0)).with_columns(**change)
    with pytest.raises(ValueError, match=message):
        importance(rows, "y", drivers, customer="who", weight="weight", times=10)


# A real survey


def test_what_goes_with_satisfaction_at_an_airport(real_data):
    items = ["Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WALKWAYS", "Q7SCREENS", "Q9BOARDING", "Q9RESTROOM", "Q10SAFE", "Q14FIND"]
    path = real_data / "sfo_survey" / "2017_SFO_Customer_Survey_20250817.csv"
    scores = [pl.col(name).cast(pl.Int64, strict=False) for name in [*items, "Q7ALL"]]
    known = [pl.when(one.is_between(1, 5)).then(one) for one in scores]  # 0 is blank, 6 never used
    rows = pl.read_csv(path, infer_schema=False).select(*known, pl.col("WEIGHT").cast(pl.Float64))
    found = importance(rows, "Q7ALL", items, weight="WEIGHT", times=100)
    assert (found.given, found.missing["Q7STORE"]) == (2831, 457)
    assert found.used == rows.drop_nulls().height
    ours = dict(zip(items, slow_lmg_by_least_squares(rows.drop_nulls(), items), strict=True))
    assert by_name(found, "importance") == pytest.approx(ours, abs=1e-6)
    assert (found.table["lower"] < found.table["importance"]).all()
    assert (found.table["importance"] < found.table["upper"]).all()


def slow_lmg_by_least_squares(rows: pl.DataFrame, items: list[str]) -> list[float]:
    """LMG by one least-squares fit a subset of items, from the rows themselves."""
    root = np.sqrt(rows["WEIGHT"].to_numpy())
    design = np.column_stack([np.ones(rows.height), rows.select(items).to_numpy()]) * root[:, None]
    outcome = rows["Q7ALL"].to_numpy() * root

    def left(columns: tuple[int, ...]) -> float:
        chosen = design[:, [0, *(column + 1 for column in columns)]]
        return float(((outcome - chosen @ np.linalg.lstsq(chosen, outcome)[0]) ** 2).sum())

    size = len(items)
    known = {one: left(one) for number in range(size + 1) for one in itertools.combinations(range(size), number)}
    found = np.zeros(size)
    for subset, before in known.items():
        for item in set(range(size)) - set(subset):
            times = math.factorial(len(subset)) * math.factorial(size - len(subset) - 1) / math.factorial(size)
            found[item] += times * (before - known[tuple(sorted((*subset, item)))])
    return list(found / known[()])

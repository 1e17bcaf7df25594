"""Survival curves and the log-rank test: published numbers, a slow referee, and the trap of immortal time."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import survival
from bellwether.foresight.survival import IN_TIME, LATER, OPEN

# Weeks of remission of 42 children with leukaemia (Freireich and others 1963, in Gehan 1965); negative: still in it.
TREATED = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def weeks(some: list[int], group: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"days": [abs(one) for one in some], "ended": [one > 0 for one in some], "group": [group] * len(some)}
    )


def test_the_curve_of_the_textbook():
    """Kalbfleisch & Prentice 2002, table 1.2 and its curve; the interval is exp(-exp(...)) worked out by hand."""
    told = survival.curve(weeks(TREATED, "6-MP"), [0, 5, 6, 7, 10, 13, 16, 22, 23, 35])
    published = [1, 1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448, 0.448]
    assert told["still"].to_list() == pytest.approx(published, abs=0.0006)
    assert told["at_risk"].to_list() == [21, 21, 21, 17, 15, 12, 11, 7, 6, 1]
    at_10 = told.filter(day=10).row(0, named=True)
    still = (1 - 3 / 21) * (1 - 1 / 17) * (1 - 1 / 15)
    greenwood = 3 / (21 * 18) + 1 / (17 * 16) + 1 / (15 * 14)
    reach = 1.959964 * np.sqrt(greenwood) / abs(np.log(still))
    assert at_10["lower"] == pytest.approx(still ** np.exp(reach), abs=1e-6)
    assert at_10["upper"] == pytest.approx(still ** np.exp(-reach), abs=1e-6)


def test_the_medians_of_the_textbook():
    assert survival.median(weeks(TREATED, "6-MP")) == 23
    assert survival.median(weeks(PLACEBO, "placebo")) == 8
    assert survival.median(weeks([-5, -6, 3], "few")) is None


def test_the_log_rank_test_of_the_textbook():
    both = pl.concat([weeks(TREATED, "6-MP"), weeks(PLACEBO, "placebo")])
    told = survival.difference(both)
    assert (told.statistic, told.degrees) == (pytest.approx(16.79, abs=0.005), 1)
    assert told.excess == pytest.approx({"6-MP": 9 - 19.25, "placebo": 21 - 10.75}, abs=0.006)
    assert told.p == pytest.approx(4.17e-5, rel=0.01)


def world(dice: np.random.Generator, size: int, groups: int = 2, strata: int = 1) -> pl.DataFrame:
    """Weeks until an end or a censoring, with many ties; the strata differ in pace and in who is in them."""
    stratum = dice.integers(strata, size=size)
    group = np.minimum(dice.integers(groups, size=size) + (dice.random(size) < 0.3 * stratum), groups - 1)
    ends, stops = dice.geometric(0.04 * (1 + 2 * stratum)), dice.integers(1, 40, size)
    return pl.DataFrame(
        {
            "days": np.minimum(ends, stops),
            "ended": ends <= stops,
            "group": [f"g{one}" for one in group],
            "stratum": stratum,
        }
    )


def slow_log_rank(rows: pl.DataFrame) -> float:
    """Two groups, stratum by stratum and day by day, in plain Python."""
    excess = spread = 0.0
    told = list(rows.select("stratum", "days", "ended", "group").iter_rows())
    for stratum in {one[0] for one in told}:
        mine = [one[1:] for one in told if one[0] == stratum]
        for day in {days for days, ended, _ in mine if ended}:
            risk = [group for days, _, group in mine if days >= day]
            ends = [group for days, ended, group in mine if ended and days == day]
            share = risk.count("g0") / len(risk)
            excess += ends.count("g0") - share * len(ends)
            if len(risk) > 1:
                spread += share * (1 - share) * len(ends) * (len(risk) - len(ends)) / (len(risk) - 1)
    return excess**2 / spread


def test_within_strata_it_is_what_the_slow_one_finds():
    rows = world(np.random.default_rng(3), 400, strata=3)
    assert survival.difference(rows, "stratum").statistic == pytest.approx(slow_log_rank(rows))


def test_three_groups_are_what_lifelines_finds():
    from lifelines.statistics import multivariate_logrank_test

    rows = world(np.random.default_rng(4), 300, groups=3)
    told = survival.difference(rows)
    theirs = multivariate_logrank_test(rows["days"].to_numpy(), rows["group"].to_list(), rows["ended"].to_numpy())
    assert (told.statistic, told.degrees) == (pytest.approx(theirs.test_statistic), 2)
    assert told.p == pytest.approx(theirs.p_value)


def test_what_only_the_strata_make_is_no_difference():
    rows = world(np.random.default_rng(5), 4000, strata=3)
    assert survival.difference(rows).p < 0.01  # the quick strata hold more of one group
    assert survival.difference(rows, "stratum").p > 0.05


def test_without_two_groups_or_an_end_there_is_nothing_to_compare():
    assert survival.difference(weeks(TREATED, "one")) is None
    assert survival.difference(pl.concat([weeks([-3, -4], "a"), weeks([-5], "b")])) is None


def test_rows_that_count_several_times():
    rows = weeks([4, 4, 4, -6, -6, 9], "a")
    counted = pl.DataFrame({"days": [4, 6, 9], "ended": [True, False, True], "times": [3, 2, 1]})
    assert survival.curve(counted, [0, 4, 9]).equals(survival.curve(rows, [0, 4, 9]))


def test_a_curve_of_nobody_is_refused():
    with pytest.raises(ValueError, match="at least one row"):
        survival.curve(weeks([], "nobody"), [0])


# The landmark

MAY = datetime(2026, 5, 1)
CASES = [
    {"recovered": 3, "left": None, "seen": 100, "group": IN_TIME, "days": 72.0, "ended": False},
    {"recovered": 7, "left": 50, "seen": 100, "group": IN_TIME, "days": 22.0, "ended": True},  # on the last day
    {"recovered": 8, "left": None, "seen": 100, "group": LATER, "days": 72.0, "ended": False},
    {"recovered": 40, "left": 90, "seen": 100, "group": OPEN, "days": 62.0, "ended": True},  # not by the landmark
    {"recovered": None, "left": None, "seen": 60, "group": OPEN, "days": 32.0, "ended": False},
    {"recovered": 3, "left": 120, "seen": 100, "group": IN_TIME, "days": 72.0, "ended": False},  # beyond the record
    {"recovered": 3, "left": 20, "seen": 100, "group": None},  # gone before the landmark
    {"recovered": None, "left": None, "seen": 28, "group": None},  # not seen beyond it
]


@pytest.mark.parametrize("case", CASES)
def test_who_counts_and_in_which_group(case):
    def at(name: str) -> datetime | None:
        return None if case[name] is None else MAY + timedelta(days=case[name])

    row = {"failed_at": MAY, "recovered_at": at("recovered"), "left_at": at("left"), "seen_until": at("seen")}
    kinds = dict.fromkeys(row, pl.Datetime("us"))
    told = survival.landmarked(pl.DataFrame([row], schema=kinds), 28, 7)
    if case["group"] is None:
        assert told.is_empty()
    else:
        assert told.select("group", "days", "ended").row(0) == (case["group"], case["days"], case["ended"])


def test_a_landmark_inside_the_standard_would_know_the_future():
    with pytest.raises(ValueError, match=r"landmark .3 days. lies inside the standard .7 days."):
        survival.landmarked(pl.DataFrame(), 3, 7)


def lives(size: int, earns: float) -> pl.DataFrame:
    """Customers who leave at a pace of their own; being put right by day 7 multiplies the pace by `earns` from then on.

    Whoever leaves first is never put right: that is how immortal time comes into real exports.
    """
    dice = np.random.default_rng(6)
    put_right = dice.exponential(12, size)
    leaves = dice.exponential(60, size)
    leaves = np.where((put_right <= 7) & (leaves > 7), 7 + (leaves - 7) / earns, leaves)
    day = np.timedelta64(1, "us") * 86_400_000_000
    moment = np.datetime64(MAY, "us")
    rows = pl.DataFrame(
        {
            "failed_at": np.full(size, moment),
            "recovered_at": moment + put_right * day,
            "left_at": moment + leaves * day,
            "seen_until": np.full(size, moment + 200 * day),
        }
    )
    gone_first = pl.col("left_at") < pl.col("recovered_at")
    return rows.with_columns(recovered_at=pl.when(~gone_first).then("recovered_at"))


def test_nothing_earned_is_nothing_found_where_the_naive_way_finds_much():
    rows = lives(3000, earns=1.0)
    naive = rows.with_columns(
        group=pl.when(pl.col("recovered_at").is_null()).then(pl.lit(OPEN)).otherwise(pl.lit(IN_TIME)),
        days=(pl.col("left_at") - pl.col("failed_at")).dt.total_seconds() / 86400,
        ended=pl.lit(True),
    )
    assert survival.difference(naive).p < 1e-10
    for landmark in (7, 28):
        assert survival.difference(survival.landmarked(rows, landmark, 7)).p > 0.05


def test_what_is_earned_is_found():
    told = survival.difference(survival.landmarked(lives(3000, earns=0.6), 7, 7))
    assert told.p < 0.001 and told.excess[OPEN] > 0 > told.excess[IN_TIME]


def test_lifelines_is_imported_where_it_runs_and_not_before():
    code = "import sys; import bellwether.foresight.survival; sys.exit('lifelines' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

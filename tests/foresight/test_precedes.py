"""What precedes a move: against statsmodels' stratified tables, a planted sign, and many signs of noise."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import precedes


def seen(seed: int, odds: float = 1.0, strata: int = 12, size: int = 300) -> pl.DataFrame:
    """Months in which both the sign and moving are more or less frequent; within a month the odds differ by `odds`."""
    dice, parts = np.random.default_rng(seed), []
    for stratum in range(strata):
        common, moves = dice.uniform(0.1, 0.6), dice.uniform(0.03, 0.2)
        sign = dice.random(size) < common
        chance = moves / (1 - moves) * np.where(sign, odds, 1)
        parts.append(
            {"stratum": [f"m{stratum}"] * size, "moved": dice.random(size) < chance / (1 + chance), "sign": sign}
        )
    return pl.concat(pl.DataFrame(part) for part in parts)


def test_it_is_mantel_and_haenszel_with_robins_variance():
    from statsmodels.stats.contingency_tables import StratifiedTable

    rows = seen(1, odds=1.7)
    tables = [
        [[one.filter("moved", "sign").height, one.filter("moved", ~pl.col("sign")).height],
         [one.filter(~pl.col("moved"), "sign").height, one.filter(~pl.col("moved"), ~pl.col("sign")).height]]
        for one in rows.partition_by("stratum")
    ]  # fmt: skip
    referee = StratifiedTable([np.array(one, float) for one in tables])
    found = precedes.precedes(rows, ["sign"]).row(0, named=True)
    low, high = referee.oddsratio_pooled_confint()
    assert (found["ratio"], found["low"], found["high"]) == pytest.approx((referee.oddsratio_pooled, low, high))


def test_strata_are_what_keeps_a_month_from_passing_for_a_sign():
    """In months with many moves the sign is frequent too, and inside a month it means nothing."""
    dice = np.random.default_rng(2)
    month = np.repeat([0, 1], 4000)
    sign, moved = (dice.random(8000) < np.where(month == 1, *some) for some in ((0.7, 0.2), (0.3, 0.05)))
    rows = pl.DataFrame({"stratum": month.astype(str), "moved": moved, "sign": sign})
    naive = precedes.precedes(rows.with_columns(stratum=pl.lit("all")), ["sign"]).row(0, named=True)
    inside = precedes.precedes(rows, ["sign"]).row(0, named=True)
    assert naive["low"] > 1.5
    assert inside["low"] < 1 < inside["high"]


def test_a_planted_ratio_is_covered():
    inside = [precedes.precedes(seen(seed, odds=2.0), ["sign"]).row(0, named=True) for seed in range(40)]
    assert sum(one["low"] <= 2.0 <= one["high"] for one in inside) >= 35


def test_of_many_signs_of_noise_hardly_any_survives():
    dice = np.random.default_rng(4)
    rows = seen(4, size=400).drop("sign")
    signs = [f"sign {one}" for one in range(40)]
    rows = rows.with_columns(pl.Series(one, dice.random(rows.height) < 0.3) for one in signs)
    found = precedes.precedes(rows, signs)
    assert (found["p"] < 0.05).sum() >= 1  # some look like something
    assert sum(precedes.survivors(found["p"].to_list())) == 0


def test_survivors_are_benjamini_and_hochberg_s():
    """Their own example (1995, table 1): of 15 p-values the four smallest survive at 5%."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert sum(precedes.survivors(p)) == 4
    assert precedes.survivors([None, 0.001]) == [False, True]


def test_too_few_are_not_compared_and_an_absent_sign_is_named():
    rows = seen(1, strata=1, size=40)
    assert precedes.precedes(rows, ["sign"]).is_empty()
    with pytest.raises(ValueError, match="promise"):
        precedes.precedes(rows, ["promise"])

"""Importance per segment: small segments do not shout, and what truly differs stays different."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from drivers_worlds import SLOPES, answers, truth

from bellwether.foresight.drivers import importance
from bellwether.foresight.drivers_segments import importance_by

SIZES = {"tiny": 40, "small": 60, "middle": 200, "large": 500, "huge": 900}
DRIVERS = list("abcd")


def company(seed: int, slopes: dict[str, np.ndarray] | None = None) -> pl.DataFrame:
    """Answers of five segments, alike unless `slopes` says otherwise of one."""
    return pl.concat(
        answers(size, 10 * seed + place, (slopes or {}).get(name, SLOPES)).with_columns(segment=pl.lit(name))
        for place, (name, size) in enumerate(SIZES.items())
    )


@pytest.fixture(scope="module")
def worlds() -> pl.DataFrame:
    """Forty companies whose segments are alike, with the true importance beside each figure."""
    true = pl.DataFrame({"driver": DRIVERS, "true": truth()})
    parts = [importance_by(company(seed), "y", DRIVERS, ["segment"], times=100, seed=seed) for seed in range(40)]
    return pl.concat(parts).join(true, on="driver")


def by_segment(rows: pl.DataFrame, value: pl.Expr) -> dict[str, float]:
    return dict(rows.group_by("segment").agg(value.mean()).iter_rows())


def test_small_segments_are_drawn_further(worlds):
    drawn = by_segment(worlds, pl.col("drawn"))
    assert [drawn[name] for name in SIZES] == sorted(drawn.values(), reverse=True)
    assert drawn["tiny"] > 0.8 > 0.7 > drawn["huge"]


def test_pooled_figures_err_less_above_all_where_small(worlds):
    own = by_segment(worlds, (pl.col("own") - pl.col("true")) ** 2)
    pooled = by_segment(worlds, (pl.col("pooled") - pl.col("true")) ** 2)
    assert pooled["tiny"] < own["tiny"] / 10
    assert all(pooled[name] < own[name] for name in SIZES)


def test_intervals_cover_in_every_segment(worlds):
    inside = by_segment(worlds, (pl.col("lower") <= pl.col("true")) & (pl.col("true") <= pl.col("upper")))
    assert min(inside.values()) > 0.93


def test_intervals_cover_where_segments_truly_differ():
    rng, inside = np.random.default_rng(3), []
    for seed in range(40):
        slopes = {name: SLOPES + 0.15 * rng.normal(size=4) for name in SIZES}
        true = pl.concat(
            pl.DataFrame({"segment": name, "driver": DRIVERS, "true": truth(mine)}) for name, mine in slopes.items()
        )
        found = importance_by(company(500 + seed, slopes), "y", DRIVERS, ["segment"], times=100, seed=seed)
        beside = found.join(true, on=["segment", "driver"])
        inside.append((beside["true"] >= beside["lower"]) & (beside["true"] <= beside["upper"]))
    assert 0.86 < np.mean(inside) < 0.98


def test_a_large_segment_that_differs_stays_different():
    turned = {"huge": np.array([0, 0, 0.2, 0.9])}
    found = importance_by(company(7, turned), "y", DRIVERS, ["segment"], times=100)
    last = found.filter(pl.col("driver") == "d").sort("pooled", descending=True)
    assert last["segment"][0] == "huge"
    assert last["lower"][0] > last["upper"][last["segment"].to_list().index("large")]
    assert last["drawn"][0] < 0.2
    assert last["between"][0] > 0.1


def test_a_segment_without_enough_customers_gets_the_whole():
    rows = company(1).filter((pl.col("segment") != "tiny") | (pl.int_range(pl.len()) < 11))
    found = importance_by(rows, "y", DRIVERS, ["segment"], times=50)
    tiny = found.filter(pl.col("segment") == "tiny")
    assert (tiny["used"][0], tiny["own"].null_count(), tiny["spread"].null_count()) == (11, 4, 4)
    assert tiny["pooled"].to_numpy() == pytest.approx(tiny["whole"].to_numpy())
    assert tiny["drawn"].to_numpy() == pytest.approx(1)
    widths = found.with_columns(width=pl.col("upper") - pl.col("lower")).sort("width").group_by("driver").last()
    assert set(widths["segment"]) == {"tiny"}


def test_twelve_customers_are_enough_for_four_drivers_and_their_rows_are_not():
    rows = company(2).with_columns(who=pl.int_range(pl.len())).filter(pl.col("segment").is_in(["middle", "large"]))
    few = pl.concat([rows.head(12)] * 3).with_columns(segment=pl.lit("few"))
    for customers, known in ((12, True), (11, False)):
        seen = pl.concat([rows, few.filter(pl.col("who") < few["who"].min() + customers)])
        found = importance_by(seen, "y", DRIVERS, ["segment"], customer="who", times=20)
        own = found.filter(pl.col("segment") == "few")
        assert (own["own"].null_count() == 0) == known
        assert (own["used"][0], own["customers"][0]) == (3 * customers, customers)


@pytest.mark.parametrize("column", ["y", "weight"])
def test_a_segment_in_which_nothing_varies_or_counts_gets_the_whole(column):
    small = pl.col("segment") == "small"
    rows = company(3).with_columns(weight=pl.lit(1.0)).with_columns(pl.when(~small).then(column).otherwise(0.0))
    found = importance_by(rows, "y", DRIVERS, ["segment"], weight="weight", times=20).filter(small)
    assert found["own"].null_count() == 4
    assert found["pooled"].to_numpy() == pytest.approx(found["whole"].to_numpy())


def test_own_figures_are_those_of_the_segment_alone():
    rows = company(4).with_columns(a=pl.when(pl.int_range(pl.len()) % 10 > 0).then("a"))
    found = importance_by(rows, "y", DRIVERS, ["segment"], times=50).filter(pl.col("segment") == "middle")
    alone = importance(rows.filter(pl.col("segment") == "middle"), "y", DRIVERS, times=50)
    assert dict(found.select("driver", "own").iter_rows()) == pytest.approx(
        dict(alone.table.select("driver", "adjusted").iter_rows())
    )
    assert (found["given"][0], found["used"][0]) == (200, 180) == (alone.given, alone.used)


def test_segments_and_contexts_are_crossed():
    rows = company(5).with_columns(
        channel=pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.lit("phone")).otherwise(pl.lit("web")),
        segment=pl.when(pl.col("segment") != "small").then("segment"),  # a row without a segment is left out
    )
    found = importance_by(rows, "y", DRIVERS, ["segment", "channel"], times=20)
    assert found.height == 4 * 2 * 4
    assert found.unique(["segment", "channel", "driver"]).height == found.height
    assert found.filter(pl.col("driver") == "a")["used"].sum() == rows.drop_nulls("segment").height
    assert found["pooled"].min() >= 0
    assert found["lower"].min() >= 0


@pytest.mark.parametrize(
    ("keep", "by", "message"),
    [
        (pl.col("segment") == "huge", ["segment"], "1 segments have a figure"),
        (pl.lit(True), ["sagment"], "sagment is no column"),
        (pl.lit(True), [], "nothing is no column"),
        (pl.lit(False), ["segment"], "no row has a known segment"),
    ],
)
def test_what_cannot_be_compared_is_refused(keep, by, message):
    with pytest.raises(ValueError, match=message):
        importance_by(company(6).filter(keep), "y", DRIVERS, by, times=20)

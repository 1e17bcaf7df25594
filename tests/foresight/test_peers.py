"""People like them: the nearest, as a slow search finds them, never the customer, never fewer than five."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import peers as module
from bellwether.foresight.peers import LEAST, peers

FEATURES = ("frequency", "tenure", "value")


def people(seed: int, size: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    columns = {name: rng.normal(0, scale, size) for name, scale in zip(FEATURES, (1, 5, 100), strict=True)}
    return pl.DataFrame({"customer_id": [f"c{one}" for one in range(size)], **columns}).with_columns(
        stayed=(pl.col("frequency") > 0).cast(pl.Int64)
    )


def test_the_nearest_are_those_of_a_slow_search():
    then, now = people(1, 300), people(2, 40)
    found = peers(now, then, FEATURES, most=20)
    spread = {name: then[name].std() for name in FEATURES}
    for row, told in zip(now.iter_rows(named=True), found.iter_rows(named=True), strict=True):
        others = [one for one in then.iter_rows(named=True) if one["customer_id"] != row["customer_id"]]
        others.sort(key=lambda one: sum(((one[name] - row[name]) / spread[name]) ** 2 for name in FEATURES))
        assert told["stayed"] == pytest.approx(np.mean([one["stayed"] for one in others[:20]]))
        assert told["observations"] == 20 and told["low"] <= told["stayed"] <= told["high"]


def test_how_many_are_looked_up_at_a_time_makes_no_difference(monkeypatch):
    then, now = people(1, 300), people(2, 40)
    whole = peers(now, then, FEATURES)
    monkeypatch.setattr(module, "AT_ONCE", 7)
    assert peers(now, then, FEATURES).equals(whole)


def test_nobody_is_their_own_peer():
    then = people(3, 30).with_columns(stayed=pl.when(pl.col("customer_id") == "c0").then(1).otherwise(0))
    found = peers(then, then, FEATURES, most=10)
    assert found.filter(customer_id="c0")["stayed"][0] == 0


def test_fewer_than_five_are_spoken_of_nowhere():
    assert peers(people(4, 3), people(5, LEAST), FEATURES).is_empty()
    assert peers(people(4, 0), people(5, 100), FEATURES).is_empty()
    assert (peers(people(4, 3), people(5, LEAST + 1), FEATURES)["observations"] >= LEAST).all()


def test_what_is_unknown_counts_as_usual():
    now = people(6, 5).with_columns(tenure=pl.lit(None, pl.Float64))
    assert peers(now, people(7, 100), FEATURES)["stayed"].is_between(0, 1).all()
    blank = people(7, 100).with_columns(tenure=pl.lit(None, pl.Float64))
    assert peers(now, blank, FEATURES).height == 5

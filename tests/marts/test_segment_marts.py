"""Segments over two versions: planted habits are found, named by what sets them apart, and the names last."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import numpy as np
import polars as pl
import pytest

from bellwether import segment_marts
from bellwether.engine.duckdb import frame
from bellwether.foresight import segments

# Contacts online and with people, and failures, a year: what sets each planted group apart.
HABITS = {"app": (40, 1, 0.3), "callers": (2, 15, 4.0), "quiet": (1, 1, 0.2)}
ANSWERS = pl.DataFrame(schema=dict.fromkeys(("customer_id", "segment", "outcome", *segment_marts.ITEMS), pl.String))


def people(names: range, seed: int) -> pl.DataFrame:
    """What `segment_features` gives of customers whose group is their number's remainder by three."""
    dice = np.random.default_rng(seed)
    rows = []
    for number in names:
        digital, human, failures = HABITS[list(HABITS)[number % 3]]
        counts = {"digital": dice.poisson(digital), "human": dice.poisson(human), "failures": dice.poisson(failures)}
        rows.append({"customer_id": f"c{number}", **{name: float(count) for name, count in counts.items()}})
    told = pl.DataFrame(rows).with_columns(state=pl.lit("content"), segment=pl.lit("Family"))
    return told.with_columns(pl.lit(0.0).alias(name) for name in segment_marts.FEATURES if name not in told.columns)


@dataclass
class Earlier:
    """The version before, as `segment_marts` asks of it."""

    kept: dict[str, pl.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame | None:
        return self.kept.get(name)


def version(monkeypatch, names: range, seed: int, before: Earlier) -> dict[str, pl.DataFrame]:
    told = {"segment_features": people(names, seed), "segment_answers": ANSWERS}
    monkeypatch.setattr(segment_marts.marts, "rows", lambda con, query: told[query])
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as marts")
        segment_marts.build(con, {name: name for name in told}, before)
        return {name: frame(con, f"select * from marts.{name}") for name in segment_marts.MARTS}


def test_planted_habits_are_found_and_their_names_last(monkeypatch):
    first = version(monkeypatch, range(600), 1, Earlier())
    members = first["segment_members"].with_columns(
        planted=pl.col("customer_id").str.slice(1).cast(pl.Int64).replace_strict({n: n % 3 for n in range(600)})
    )
    names = dict(members.group_by("planted").agg(pl.col("segment").mode().first()).iter_rows())
    assert first["segment_verdict"]["groups"].item() == len(set(names.values())) == 3
    alike = members.filter(pl.col("segment") == pl.col("planted").replace_strict(names))
    assert alike.height > 0.95 * members.height
    assert "often online" in names[0] and "often let down" in names[1] and "seldom" in names[2]
    # A quarter on: a tenth is new, a tenth is gone, all have met us anew.
    later = version(monkeypatch, range(60, 660), 2, Earlier({"segment_members": first["segment_members"]}))
    verdict = later["segment_verdict"].row(0, named=True)
    assert verdict["kept_names"] == verdict["groups"] == 3 and verdict["agreement"] > segments.STABLE
    same = later["segment_members"].join(first["segment_members"], on="customer_id", suffix="_before")
    assert (same["segment"] == same["segment_before"]).mean() > 0.9
    sizes = later["segment_profiles"].filter(kind="found")
    assert sizes["customers"].sum() == 600 and sizes["share"].sum() == pytest.approx(1)

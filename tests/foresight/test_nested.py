"""The spread within customers, against a published nested table, a slow second implementation, and planted spreads."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import nested

# Calcium in turnip greens, percent: 4 plants, 3 leaves of each, 2 determinations of each leaf (Snedecor & Cochran,
# Statistical Methods, 6th edition, section 10.16; the example of SAS PROC NESTED).
GREENS = {
    1: [(3.28, 3.09), (3.52, 3.48), (2.88, 2.80)],
    2: [(2.46, 2.44), (1.87, 1.92), (2.19, 2.19)],
    3: [(2.77, 2.66), (3.74, 3.44), (2.55, 2.55)],
    4: [(3.78, 3.87), (4.07, 4.12), (3.31, 3.31)],
}


def sums_of(rows: list[tuple[int, int, float]], lots: int) -> pl.DataFrame:
    """What `queries/foresight/coherence_sums.sql` gives, of (customer, silo, value)."""
    cells = (
        pl.DataFrame(rows, schema=["customer", "silo", "value"], orient="row")
        .group_by("customer", "silo")
        .agg(number=pl.len().cast(pl.Float64), total=pl.col("value").sum(), squares=(pl.col("value") ** 2).sum())
    )
    people = cells.group_by("customer").agg(
        cells=pl.len().cast(pl.Float64),
        number=pl.col("number").sum(),
        total=pl.col("total").sum(),
        squares=pl.col("squares").sum(),
        cell_squares=(pl.col("total") ** 2 / pl.col("number")).sum(),
        number_squares=(pl.col("number") ** 2).sum(),
    )
    return people.group_by(lot=pl.col("customer") % lots).agg(
        customers=pl.len().cast(pl.Float64),
        customers_of_several=(pl.col("cells") > 1).sum().cast(pl.Float64),
        cells=pl.col("cells").sum(),
        number=pl.col("number").sum(),
        total=pl.col("total").sum(),
        squares=pl.col("squares").sum(),
        cell_squares=pl.col("cell_squares").sum(),
        person_squares=(pl.col("total") ** 2 / pl.col("number")).sum(),
        cells_in_person=(pl.col("number_squares") / pl.col("number")).sum(),
        person_numbers=(pl.col("number") ** 2).sum(),
        cell_numbers=pl.col("number_squares").sum(),
    )


def world(seed: int, between: float, within: float, rest: float, people: int = 1500) -> list[tuple[int, int, float]]:
    """Customers of two to five silos, one to four observations in each: as unbalanced as contacts are."""
    rng, rows = np.random.default_rng(seed), []
    for customer in range(people):
        own = between * rng.standard_normal()
        for silo in range(rng.integers(1, 6)):
            there = own + within * rng.standard_normal()
            rows += [(customer, silo, there + rest * rng.standard_normal()) for _ in range(rng.integers(1, 5))]
    return rows


def test_the_published_table_of_turnip_greens():
    rows = [
        (plant, leaf, value) for plant, leaves in GREENS.items() for leaf, both in enumerate(leaves) for value in both
    ]
    found = nested.spread(sums_of(rows, 4))
    assert (found.between, found.within, found.rest) == pytest.approx((0.365223, 0.161060, 0.006655), abs=5e-6)
    assert found.share == pytest.approx(0.302212, abs=5e-6)
    assert (found.customers, found.several) == (4, 4)


@pytest.mark.parametrize("within", [0.0, 0.3, 1.0])
def test_intervals_cover_what_is_planted(within):
    truth = within**2 / (0.5**2 + within**2 + 1)
    found = [nested.spread(sums_of(world(seed, 0.5, within, 1.0, people=400), 50)) for seed in range(40)]
    assert np.mean([one.share for one in found]) == pytest.approx(truth, abs=0.012)
    assert sum(one.lower - 1e-9 <= truth <= one.upper for one in found) >= 34  # of 40 at 95%


def test_the_sums_of_sql_are_those_of_plain_python():
    import duckdb

    from bellwether import sql
    from bellwether.settings import ROOT

    rows = world(5, 0.5, 0.5, 1.0, people=80)
    with duckdb.connect() as con:
        for statement in (ROOT / "queries" / "macros.sql").read_text("utf-8").split(";"):
            if "macro one_if" in statement:
                con.execute(statement)
        con.execute(
            "create table observations (customer_id varchar, silo varchar, value double, weight double, "
            "observed_at timestamp)"
        )
        quarters = [f"{2000 + place // 4}-{3 * (place % 4) + 1:02d}-01" for place in range(len(rows))]
        con.executemany(
            "insert into observations values (?, ?, ?, 1, ?)",
            [(*row, day) for row, day in zip(rows, quarters, strict=True)],
        )
        query = sql.parse(ROOT / "queries" / "foresight" / "coherence_sums.sql", ROOT / "queries")
        theirs = nested.spread(con.sql(query.sql).pl())
    ours = nested.spread(sums_of(rows, 7))
    assert (theirs.between, theirs.within, theirs.rest) == pytest.approx((ours.between, ours.within, ours.rest))
    assert theirs.lower < theirs.share < theirs.upper


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 1, 0.0), (1, 1, 1.0), (2, 1, 0.0), (2, 1, 1.0)],  # nobody met two silos
        [(1, 1, 0.0), (1, 2, 1.0), (2, 1, 0.0), (2, 2, 1.0)],  # nobody was observed twice in one
        [(1, 1, 1.0), (1, 1, 1.0), (1, 2, 1.0), (2, 1, 1.0)],  # nothing ever varies
    ],
)
def test_what_cannot_be_told_is_none(rows):
    assert nested.spread(sums_of(rows, 2)) is None


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="cell_numbers missing"):
        nested.spread(sums_of(world(1, 1, 1, 1, people=5), 2).drop("cell_numbers"))


def test_limits_hold_for_all_silos_together():
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(300):
        gaps = rng.standard_normal((8, 60))
        each = pl.DataFrame(
            {"silo": range(8), "customers": [60] * 8, "gap": gaps.mean(axis=1), "spread": gaps.std(axis=1, ddof=1)}
        )
        told = nested.apart(each)
        wrong += told.filter((pl.col("low") > 0) | (pl.col("high") < 0)).height > 0
    assert 0.02 <= wrong / 300 <= 0.08  # a false word on a page of eight silos: 5%


def test_one_customer_gets_no_limits():
    told = nested.apart(pl.DataFrame({"silo": ["A"], "customers": [1], "gap": [0.5], "spread": [None]}))
    assert told.select("low", "high").row(0) == (None, None)

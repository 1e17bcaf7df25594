"""Driver importance per segment and context, pooled: a segment of 40 does not shout.

Each group's importance is taken without what chance alone gives (`drivers`): that is more the smaller a group is, and
would make all items look as if they mattered more there. Then, driver by driver, the groups are drawn towards the
whole (`pooling`).

When not to trust it: everything said in `drivers` and in `pooling`; and for a customer who answered in two contexts, as
the two groups are taken for independent.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from bellwether.foresight.drivers import importance
from bellwether.foresight.drivers_rows import Complete, complete
from bellwether.foresight.pooling import pool

LEAST = 3  # customers a driver, below which a group has no figure of its own


def importance_by(
    rows: pl.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    by: Sequence[str],
    *,
    customer: str | None = None,
    weight: str | None = None,
    times: int = 300,
    confidence: float = 0.95,
    seed: int = 0,
) -> pl.DataFrame:
    """Importance of each driver in each group of `by` (segment, context or both), in units of R2.

    A row a group and driver: the columns of `by`, driver, given, used (rows), customers, own (without chance; null:
    too few rows), spread (its standard error, before it is smoothed over the groups), pooled, lower, upper, drawn
    (share of the way to the whole), whole, between. A pooled figure is never below zero, `own` may be. Rows
    without a group are left out.
    Raises ValueError as `drivers.importance` does for columns, and where fewer than two groups have a figure.
    """
    asked = {"customer": customer, "weight": weight, "times": times, "confidence": confidence, "seed": seed}
    groups = _groups(rows, by)
    own = pl.concat([_own(group, outcome, list(drivers), by, asked) for group in groups])
    return pl.concat([_pooled(own.filter(driver=driver), confidence) for driver in drivers])


def _groups(rows: pl.DataFrame, by: Sequence[str]) -> list[pl.DataFrame]:
    lacking = [name for name in by if name not in rows.columns]
    if lacking or not by:
        raise ValueError(f"by: {', '.join(lacking) or 'nothing'} is no column; there are {', '.join(rows.columns)}")
    grouped = rows.drop_nulls(by)
    if grouped.is_empty():
        raise ValueError(f"by: no row has a known {' and '.join(by)}")
    return grouped.sort(by, maintain_order=True).partition_by(by, maintain_order=True)


def _own(group: pl.DataFrame, outcome: str, drivers: list[str], by: Sequence[str], asked: dict) -> pl.DataFrame:
    """The group's own importance: a row a driver, without a figure where its rows cannot carry one."""
    kept = complete(group, [*drivers, outcome], asked["customer"], asked["weight"])
    if _carries(kept, len(drivers)):
        found = importance(group, outcome, drivers, **asked).table.select("driver", "spread", own="adjusted")
    else:
        found = pl.DataFrame({"driver": drivers}).with_columns(spread=pl.lit(None, float), own=pl.lit(None, float))
    counted = {"given": kept.given, "used": kept.used, "customers": kept.people, "independent": kept.independent}
    said = found.select("driver", *(pl.lit(number).alias(name) for name, number in counted.items()), "own", "spread")
    return group.select(by).head(1).join(said, how="cross")


def _carries(kept: Complete, drivers: int) -> bool:
    return kept.used > 0 and kept.independent >= LEAST * drivers and np.ptp(kept.values[kept.weights > 0, -1]) > 0


def _pooled(own: pl.DataFrame, confidence: float) -> pl.DataFrame:
    """One driver's groups, drawn towards the whole."""
    pooled = pool(own["own"].to_numpy(), _smoothed(own["spread"], own["independent"]), confidence)
    told = pooled.with_columns(pl.col("pooled", "lower", "upper").clip(0))
    return pl.concat([own.drop("independent"), told], how="horizontal")


def _smoothed(spreads: pl.Series, independent: pl.Series) -> np.ndarray:
    """Standard errors as the groups together let expect for each one's size; inf where it has no figure.

    A small group's own error is itself a rough estimate, and low where its figure is low by luck: taken at its word, it
    would be trusted most when it is most wrong (a generalised variance function; Wolter 2007, chapter 7).
    """
    weight = independent.filter(spreads.is_not_null()).to_numpy()
    each = weight * spreads.drop_nulls().to_numpy() ** 2  # for one customer
    one = float(np.average(each, weights=weight)) if len(each) else 0.0
    expected = np.sqrt(max(one, 1e-12) / np.maximum(independent.to_numpy(), 1))
    return np.where(spreads.is_null().to_numpy(), np.inf, expected)

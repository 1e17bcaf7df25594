"""Small groups: what is said of fewer than five people is not shown. Every answer passes here on its way to a page."""

from __future__ import annotations

import polars as pl

from bellwether.settings import FEWEST_PEOPLE

COUNT = "observations"
# What would tell about the people in a group. Their number is hidden too: it would give away the complement.
TELLING = (
    *("value", "now", "low", "high", "before", "weight", "total", "squares", "weight_squares", COUNT),
    *("at_risk", "share_at_risk", "expected_ends", "ends_low", "ends_high"),
)


def suppressed(rows: pl.DataFrame, fewest: int = FEWEST_PEOPLE) -> pl.DataFrame:
    """The rows with every telling figure emptied where 0 < `observations` < `fewest`, and a column `too_few`.

    Answers without a column `observations` speak of no people and pass as they are.
    """
    if COUNT not in rows.columns:
        return rows
    marked = rows.with_columns(too_few=pl.col(COUNT).is_between(1, fewest - 1).fill_null(False))
    telling = [name for name in TELLING if name in rows.columns]
    return marked.with_columns(pl.when("too_few").then(None).otherwise(pl.col(name)).alias(name) for name in telling)

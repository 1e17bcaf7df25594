"""Small groups: what is said of fewer than five people is not shown. Every answer passes here on its way to a page."""

from __future__ import annotations

import polars as pl

from bellwether import exploring
from bellwether.settings import FEWEST_PEOPLE
from bellwether.sql import Query

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


def hidden(rows: pl.DataFrame, query: Query) -> pl.DataFrame:
    """The answer to a question with its small groups emptied, by the rule of its kind.

    An explored answer names its own count; every column is emptied that is neither text nor named as a group. A row
    whose count is not known counts as too small. Hidden rows stand last, but in a line.
    """
    if query.kind != "explore":
        return suppressed(rows)
    wanted = exploring.drawing(query)
    few = pl.col(wanted.count).is_between(1, FEWEST_PEOPLE - 1).fill_null(True)
    telling = [name for name, kind in rows.schema.items() if kind != pl.String and name not in wanted.groups]
    marked = rows.with_columns(too_few=few)
    told = marked.with_columns(pl.when("too_few").then(None).otherwise(pl.col(name)).alias(name) for name in telling)
    # Their place among the others would say about how large a hidden figure is; a line needs its order.
    return told if wanted.chart == "line" else told.sort("too_few", maintain_order=True)

"""A regular panel (one row a customer and period) as input for the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

WEEK_ZERO = datetime(2000, 1, 3)


def panel_inputs(
    panel: pl.DataFrame,
    indicators: Sequence[str],
    gaps: Sequence[int],
    customer: str = "customer",
    period: str = "period",
    outcome: str = "bought",
    first: int = 4,
    heard: str | None = None,
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, pl.DataFrame]:
    """Observations by indicator, baseline and outcomes from a balanced panel whose periods are whole numbers.

    A period is laid out as a week, so gaps and the horizon (1) count periods. At origin p everything of period p
    is known; the outcome at gap g is that of period p + g + 1. Origins start at period `first`. `heard` names a
    column that is 1 where the indicator was observed (a response flag). Use `Protocol(horizon=1, every=1)`.
    """
    panel = panel.rename({customer: "customer_id"}).sort("customer_id", period)
    panel = panel.with_columns(at=WEEK_ZERO + pl.col(period) * timedelta(weeks=1))
    seen = panel if heard is None else panel.filter(pl.col(heard) == 1)
    observations = {
        name: seen.select("customer_id", observed_at="at", known_at="at", value=name, weight=pl.lit(1.0))
        for name in indicators
    }
    origins = panel.with_columns(origin=pl.col("at") + timedelta(days=3)).filter(pl.col(period) >= first)
    return observations, _baseline(panel, origins, outcome), _outcomes(panel, origins, outcome, gaps)


def _baseline(panel: pl.DataFrame, origins: pl.DataFrame, outcome: str) -> pl.DataFrame:
    """What past outcomes alone tell: the last, the share, the recent share, and how long ago the last one was."""
    number = pl.int_range(pl.len()).over("customer_id")
    last_one = pl.when(pl.col(outcome) == 1).then(number).forward_fill().over("customer_id").fill_null(-1)
    past = panel.select(
        "customer_id",
        "at",
        last=outcome,
        frequency=pl.col(outcome).cum_sum().over("customer_id") / (number + 1),
        recent=pl.col(outcome).cast(pl.Float64).ewm_mean(alpha=0.3, adjust=False).over("customer_id"),
        recency=number - last_one,
    )
    at_origin = origins.select("origin", "customer_id", "at").join(past, on=["customer_id", "at"])
    return at_origin.rename({"at": "known_at"})


def _outcomes(panel: pl.DataFrame, origins: pl.DataFrame, outcome: str, gaps: Sequence[int]) -> pl.DataFrame:
    later = panel.select("customer_id", y=outcome, closed_at="at")
    frames = []
    for gap in gaps:
        closes = origins.select(
            "origin", "customer_id", gap=pl.lit(gap, pl.Int32), closed_at=pl.col("at") + timedelta(weeks=gap + 1)
        )
        frames.append(closes.join(later, on=["customer_id", "closed_at"]))
    return pl.concat(frames)

"""Coherence of each indicator: how far one customer's experience differs between the silos that they met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from bellwether import marts
from bellwether.engine.duckdb import frame
from bellwether.foresight import nested
from bellwether.sql import Query

# Of very many customers a stated sample (macros.sql).
SAMPLE = (
    "select customer_id, silo, observed_at, value, weight from ({}) "
    "where in_sample(customer_id, (select count(*) from customers))"
)
LEAST = 30  # customers who met more than one silo; below, nothing is said
BETTER, WORSE, ALIKE = "better than elsewhere", "worse than elsewhere", "no difference beyond chance"


def marts_for(
    con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query], indicators: Sequence[Query]
) -> dict[str, pl.DataFrame]:
    """`coherence` and `coherence_silos`. Raises QueryError."""
    spreads, silos = [], []
    of = frame(con, "select count(*) as customers from customers").item()
    con.execute("drop view if exists observations")
    for one in indicators:
        if one.get("kind") != "candidate":
            continue
        marts.run(con, one, f"create or replace temp table observations as {SAMPLE.format(one.sql)}")
        sums = marts.rows(con, queries["coherence_sums"])
        found = nested.spread(sums) if sums.height else None
        if found is None or found.several < LEAST:
            continue
        each = _judged(nested.apart(marts.rows(con, queries["coherence_silos"])), one.get("better"))
        silos.append(each.with_columns(indicator=pl.lit(one.id)))
        spreads.append(
            {
                **{"indicator": one.id, "customers": found.customers, "several": found.several, "silos": each.height},
                **{"value": found.share, "low": found.lower, "high": found.upper, "sampled_of": of},
                **{"between": found.between / (total := found.between + found.within + found.rest)},
                **{"rest": found.rest / total},
            }
        )
    con.execute("drop table if exists observations")
    return {"coherence": pl.DataFrame(spreads), "coherence_silos": pl.concat(silos)} if spreads else {}


def _judged(each: pl.DataFrame, better: str) -> pl.DataFrame:
    """A word a silo: its limits, which hold for all silos together, leave out zero or not."""
    up, down = (BETTER, WORSE) if better == "higher" else (WORSE, BETTER)
    return each.rename({"low": "gap_low", "high": "gap_high"}).with_columns(
        word=pl.when(pl.col("gap_low").is_null())
        .then(pl.lit("too few"))
        .when(pl.col("gap_low") > 0)
        .then(pl.lit(up))
        .when(pl.col("gap_high") < 0)
        .then(pl.lit(down))
        .otherwise(pl.lit(ALIKE))
    )

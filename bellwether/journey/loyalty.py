"""Later loyalty of two groups of customers, from the moment at which it was known which group they are in.

Everybody is followed from then on, so that nobody counts as well served merely for having stayed; who left before is
left out. The gap is that half a year on, within strata of what differs otherwise (the silo, the pair of silos, the
half year and how many other contacts there were). An association: nobody was drawn by lot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import duckdb
import polars as pl

from bellwether import marts
from bellwether.foresight import strata, survival
from bellwether.sql import Query
from bellwether.trends.compare import wilson

DIGITAL, HAND_OFF, BEGUN = "digital failure", "hand-off", "begun by"
HALF_YEAR = timedelta(weeks=26)
CURVE_WEEKS = 78
LEAST_CUSTOMERS, LEAST_LEFT, LEAST_AT_RISK = 20, 10, 20  # as in recovery_marts: below, nothing is compared
CHANCE = 0.05
ALL = "all"
MOST_PAIRS = 12
# topic: the side that should stay longer, and the other one.
SIDES = {
    DIGITAL: ("right first time", "not right first time"),
    HAND_OFF: ("held", "fell back or stalled"),
    BEGUN: ("met", "not met"),
}
BEGINNERS = {"customer": "by_customer", "company": "by_company", "third_party": "by_third_party"}
TOO_FEW, ALIKE, STAY, GO = "too few", "no difference beyond chance", "stay longer", "stay less long"


def marts_for(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> dict[str, pl.DataFrame]:
    """`journey_loyalty` and `journey_curves`. Raises QueryError."""
    digital, handed, begun = (
        marts.rows(con, queries[f"{name}_followed"]) for name in ("digital_failures", "hand_offs", "contacts")
    )
    curves = [*curves_of(DIGITAL, digital), *curves_of(HAND_OFF, handed.filter("is_first"))]
    told = [
        *compared(DIGITAL, ALL, digital, digital["part"]),
        *compared(HAND_OFF, ALL, handed.filter("is_first"), handed.filter("is_first")["part"]),
        *_pairs(handed),
        *_begun(begun),
    ]
    return {"journey_loyalty": pl.DataFrame(told, infer_schema_length=None)} | (
        {"journey_curves": pl.concat(curves)} if curves else {}
    )


def stays(told: pl.DataFrame) -> pl.DataFrame:
    """Adds `stays`: still a customer half a year after `known_at`; null where that half year is not over."""
    until = pl.col("known_at") + HALF_YEAR
    left = (pl.col("left_at") < until).fill_null(False)
    return told.with_columns(stays=pl.when(until <= pl.col("seen_until")).then(~left))


def compared(topic: str, part: str, told: pl.DataFrame, stratum: pl.Series, times: int = 1) -> list[dict[str, Any]]:
    """One row a side. told: standing, known_at, left_at, seen_until. times: comparisons that share the chance."""
    seen = stays(told).with_columns(stratum=stratum).drop_nulls("stays")
    first, second = SIDES[topic]
    sides = [_side(seen.filter(standing=standing)) for standing in (first, second)]
    said = _gap(seen, first, second, sides, times)
    return [
        {"topic": topic, "part": part, "standing": standing, **side, **said}
        for standing, side in zip((first, second), sides, strict=True)
        if seen.height
    ]


def _side(seen: pl.DataFrame) -> dict[str, Any]:
    if seen.is_empty():
        return {"observations": 0, "lapses": 0, "value": None, "low": None, "high": None}
    left = int((~seen["stays"]).sum())
    told = wilson(seen.height - left, seen.height)
    return {
        **{"observations": seen.height, "lapses": left},
        **{"value": told.estimate, "low": told.lower, "high": told.upper},
    }


def _gap(seen: pl.DataFrame, first: str, second: str, sides: list[dict[str, Any]], times: int) -> dict[str, Any]:
    enough = min(one["observations"] for one in sides) >= LEAST_CUSTOMERS
    enough = enough and sum(one["lapses"] for one in sides) >= LEAST_LEFT
    found = strata.gap(seen.rename({"standing": "group"}), first, second) if enough else None
    if found is None:
        return {"word": TOO_FEW, "gap": None, "gap_low": None, "gap_high": None, "chance": None}
    chance = min(1.0, found.chance * times)
    word = ALIKE if chance >= CHANCE else STAY if found.estimate > 0 else GO
    return {
        **{"gap": found.estimate, "gap_low": found.lower, "gap_high": found.upper},
        **{"chance": chance, "word": word},
    }


def _pairs(handed: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Each of the largest pairs of silos; chance is shared out over them."""
    largest = handed.group_by("part").len().sort("len", "part", descending=[True, False]).head(MOST_PAIRS)
    for pair in largest["part"]:
        one = handed.filter(part=pair)
        yield from compared(HAND_OFF, pair, one, one["part"], largest.height)


def _begun(begun: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Customers who met contacts begun by each, against those who met none, alike in when and how many others."""
    for who, column in BEGINNERS.items():
        others = pl.sum_horizontal(name for name in BEGINNERS.values() if name != column)
        met = pl.when(pl.col(column) > 0).then(pl.lit("met")).otherwise(pl.lit("not met"))
        some = begun.with_columns(standing=met, band=others.clip(0, 4))
        stratum = some.select(pl.format("{} {}", "known_at", "band")).to_series()
        yield from compared(BEGUN, who, some, stratum, len(BEGINNERS))


def curves_of(topic: str, told: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Each side's curve by week, as far as it can be read."""
    ended = pl.col("left_at").is_not_null() & (pl.col("left_at") < pl.col("seen_until"))
    until = pl.when(ended).then("left_at").otherwise("seen_until")
    lived = told.with_columns(
        days=(until - pl.col("known_at")).dt.total_days(), ended=ended.fill_null(False), topic=pl.lit(topic)
    )
    for standing in SIDES[topic]:
        side = lived.filter(standing=standing)
        if side.height:
            read = survival.curve(side, [7 * week for week in range(CURVE_WEEKS + 1)])
            seen = read.filter((pl.col("at_risk") >= LEAST_AT_RISK) | (pl.col("day") == 0))
            yield seen.select(
                topic=pl.lit(topic),
                standing=pl.lit(standing),
                week=pl.col("day") // 7,
                observations=pl.lit(side.height, pl.Int64),
                followed="at_risk",
                value="still",
                low="lower",
                high="upper",
            )

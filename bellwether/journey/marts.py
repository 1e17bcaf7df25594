"""The marts of the journey that SQL can't make.

| mart | one row |
|---|---|
| `journey_loyalty` | one side of a comparison: how many, how many left, still there half a year on, the gap |
| `journey_curves` | a week of the curve of one side |
| `coherence` | an indicator: how much of its spread lies within customers, between the silos that they met |
| `coherence_silos` | a silo and an indicator: here less what the same customers met elsewhere |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from bellwether import trend_marts
from bellwether.journey import coherence, loyalty
from bellwether.outlook.shapes import D, Kinds, N, T, fitted
from bellwether.sql import Query

MARTS: dict[str, Kinds] = {
    "journey_loyalty": {
        **{"topic": T, "part": T, "standing": T, "observations": N, "lapses": N, "value": D, "low": D, "high": D},
        **{"gap": D, "gap_low": D, "gap_high": D, "chance": D, "word": T},
    },
    "journey_curves": {
        **{"topic": T, "standing": T, "week": N, "observations": N, "followed": N},
        **{"value": D, "low": D, "high": D},
    },
    "coherence": {
        **{"indicator": T, "customers": N, "several": N, "silos": N, "value": D, "low": D, "high": D},
        **{"between": D, "rest": D, "sampled_of": N},
    },
    "coherence_silos": {
        **{"indicator": T, "silo": T, "customers": N, "here": D, "elsewhere": D, "gap": D, "gap_low": D, "gap_high": D},
        **{"word": T},
    },
}


def build(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query], indicators: Sequence[Query]) -> None:
    """Make every mart of the list above. queries: those of `queries/foresight/`. Raises QueryError."""
    _put(con, {**loyalty.marts_for(con, queries), **coherence.marts_for(con, queries, indicators)})


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart of the list above, empty."""
    _put(con, {})


def _put(con: duckdb.DuckDBPyConnection, made: Mapping[str, pl.DataFrame]) -> None:
    for name, kinds in MARTS.items():
        trend_marts.put(con, name, fitted(made.get(name), kinds))

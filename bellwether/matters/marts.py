"""What matters, as marts of a version.

| mart | one row |
|---|---|
| `driver_models` | an outcome and a kind of drivers: rows given and used, R2, or why there is nothing to weigh |
| `drivers` | a driver of a model: importance, share, relative weight, and how well we do there |
| `driver_missing` | a driver of a model: how many rows it costs |
| `driver_asymmetry` | an item of a model: what a low answer takes, what a high one gives |
| `driver_segments` | a driver in a segment or context, drawn towards the whole |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import polars as pl
from threadpoolctl import threadpool_limits

from bellwether import trend_marts
from bellwether.foresight import asymmetry, drivers, drivers_segments
from bellwether.matters import models
from bellwether.matters.models import ITEMS, Model
from bellwether.outlook.shapes import B, D, Kinds, N, T, fitted
from bellwether.sql import Query
from bellwether.trends import compare

TIMES = 300  # resamples of the whole
ORDERINGS = 600  # where there are more drivers than all orderings can be taken of
SEGMENT_ROWS, SEGMENT_TIMES, MOST_MEMBERS = 8_000, 80, 8
SEGMENT_DRIVERS = 10
# On 0 to 100: up to here an answer is low (3 of 7, 2 of 5), from there high (6 of 7, 5 of 5).
LOW, HIGH = 34.0, 80.0

MARTS: dict[str, Kinds] = {
    "driver_models": {
        **{"model": T, "about": T, "kind": T, "rated": T, "given": N, "used": N, "observations": N, "of": N},
        **{"value": D, "low": D, "high": D, "exact": B, "orderings": N, "left_out": T, "lacks": T},
    },
    "drivers": {
        **{"model": T, "driver": T, "rank": N, "importance": D, "low": D, "high": D, "adjusted": D},
        **{"share": D, "share_low": D, "share_high": D, "relative_weight": D, "correlation": D, "sampling_error": D},
        **{"observations": N, "value": D, "value_low": D, "value_high": D},
    },
    "driver_missing": {"model": T, "driver": T, "missing": N, "given": N},
    "driver_asymmetry": {
        **{"model": T, "driver": T, "word": T, "low_answers": N, "middle_answers": N, "high_answers": N},
        **{"penalty": D, "penalty_low": D, "penalty_high": D, "reward": D, "reward_low": D, "reward_high": D},
        **{"tilt": D, "tilt_low": D, "tilt_high": D, "is_asymmetric": B},
    },
    "driver_segments": {
        **{"model": T, "dimension": T, "member": T, "driver": T, "observations": N, "used": N},
        **{"own": D, "value": D, "low": D, "high": D, "drawn": D, "whole": D},
    },
}


def build(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> None:
    """Make every mart of the list above. queries: those of `queries/foresight/`. Raises QueryError."""
    # Many small products of matrices: algebra that splits each of them over all cores takes longer.
    with threadpool_limits(1):
        weighed = [_weighed(model) for model in models.found(con, queries)]
    made = {name: [part for one in weighed for part in one.get(name, ())] for name in MARTS}
    _put(con, {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in made.items() if rows})


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart of the list above, empty."""
    _put(con, {})


def _put(con: duckdb.DuckDBPyConnection, made: Mapping[str, pl.DataFrame]) -> None:
    for name, kinds in MARTS.items():
        trend_marts.put(con, name, fitted(made.get(name), kinds))


Rows = list[dict[str, Any]]


def _weighed(model: Model) -> dict[str, Rows]:
    card = {"model": model.name, "about": model.about, "kind": model.kind, "rated": model.rated, "of": model.of}
    card |= {"left_out": ", ".join(model.left_out), "lacks": model.lacks or None, "given": model.rows.height}
    if model.lacks:
        return {"driver_models": [card]}
    asked = {"customer": "customer", "weight": "weight"}
    try:
        found = drivers.importance(model.rows, model.rated, model.drivers, times=TIMES, sampled=ORDERINGS, **asked)
    except ValueError as error:
        return {"driver_models": [card | {"lacks": f"{str(error)[:1].upper()}{str(error)[1:]}."}]}
    r2 = dict(zip(("value", "low", "high"), found.r2, strict=True))
    card |= {
        "used": found.used,
        "observations": found.customers,
        "exact": found.exact,
        "orderings": found.orderings,
        **r2,
    }
    return {
        "driver_models": [card],
        "drivers": list(_drivers(model, found)),
        "driver_missing": [
            {"model": model.name, "driver": name, "missing": lost, "given": found.given}
            for name, lost in found.missing.items()
            if name in model.drivers
        ],
        "driver_asymmetry": _asymmetry(model),
        "driver_segments": [row for by in model.contexts for row in _segments(model, by, found.table["driver"])],
    }


def _drivers(model: Model, found: drivers.Importance) -> Iterator[dict[str, Any]]:
    """Importance beside how well we do: the mean answer, or the share whom it did not happen to (0 to 100 both)."""
    whole = model.rows.drop_nulls([model.rated, *model.drivers])
    for rank, row in enumerate(found.table.iter_rows(named=True), 1):
        values = whole[row["driver"]]
        done = values if model.kind == ITEMS else (values == 0).cast(pl.Float64) * 100
        mean = compare.mean_interval(compare.Moments(done.mean(), done.var() or 0.0, len(done)))
        yield {
            **{"model": model.name, "rank": rank, "observations": found.customers},
            **{name: row[name] for name in ("driver", "importance", "adjusted", "share", "share_low", "share_high")},
            **{name: row[name] for name in ("relative_weight", "correlation", "sampling_error")},
            **{"low": row["lower"], "high": row["upper"]},
            **{"value": mean.estimate, "value_low": mean.lower, "value_high": mean.upper},
        }


def _asymmetry(model: Model) -> Rows:
    """Of items alone: what happened or did not has no middle, so it can't delight."""
    if model.kind != ITEMS:
        return []
    try:
        found = asymmetry.asymmetry(
            model.rows,
            model.rated,
            model.drivers,
            low=LOW,
            high=HIGH,
            customer="customer",
            weight="weight",
            times=TIMES,
        )
    except ValueError:
        return []
    named = {"low": "low_answers", "middle": "middle_answers", "high": "high_answers", "asymmetric": "is_asymmetric"}
    for part in ("penalty", "reward", "tilt"):
        named |= {f"{part}_lower": f"{part}_low", f"{part}_upper": f"{part}_high"}
    return found.table.rename(named).with_columns(model=pl.lit(model.name)).to_dicts()


def _segments(model: Model, by: str, order: pl.Series) -> Rows:
    """One dimension's members, the largest of them; nothing where fewer than two can carry a figure."""
    leading = order.head(SEGMENT_DRIVERS).to_list()
    known = model.rows.head(SEGMENT_ROWS).drop_nulls(by)
    largest = known.group_by(by).len().sort("len", by, descending=[True, False]).head(MOST_MEMBERS)[by]
    some = known.filter(pl.col(by).is_in(largest.to_list()))
    try:
        found = drivers_segments.importance_by(
            some, model.rated, leading, [by], customer="customer", weight="weight", times=SEGMENT_TIMES
        )
    except ValueError:
        return []
    return found.select(
        *(pl.lit(model.name).alias("model"), pl.lit(by).alias("dimension"), pl.col(by).cast(pl.String).alias("member")),
        *("driver", "used", "own", "drawn", "whole"),
        **{"observations": "customers", "value": "pooled", "low": "lower", "high": "upper"},
    ).to_dicts()

"""The population and its outcomes, checked and laid out as arrays, once for all indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl

from bellwether.foresight.evidence_protocol import Leak, Protocol
from bellwether.foresight.origins import as_moment, microseconds

WEEK = 7 * 24 * 3600 * 1_000_000
NEVER = np.iinfo(np.int64).max
NOT_FEATURES = {"origin", "customer_id", "known_at"}


@dataclass(frozen=True)
class Study:
    """One row a customer and origin, sorted by origin, then at random.

    So an origin is a slice of the rows, and the first m rows of it are a random sample of its customers.
    """

    origins: np.ndarray  # int64, microseconds, rising
    rows: tuple[slice, ...]  # the rows of each origin
    customers: pl.DataFrame  # customer_id, code
    code: np.ndarray  # int32, one a row
    columns: tuple[str, ...]
    baseline: np.ndarray  # float32, rows by columns, column by column in memory
    outcomes: Mapping[int, np.ndarray]  # gap -> float32, one a row; nan where unknown
    closed: Mapping[int, np.ndarray]  # gap -> int64, one an origin; the largest int64 where unknown


def lay_out(baseline: pl.DataFrame, outcomes: pl.DataFrame, protocol: Protocol) -> Study:
    """Check the two frames and align them.

    Raises `Leak` where a baseline row was not known before its origin or an outcome closed before its window
    opened, and ValueError where the population is not the one that was fixed at the origin.
    """
    _need(baseline, "baseline", {"origin", "customer_id", protocol.activity})
    _need(outcomes, "outcomes", {"origin", "gap", "customer_id", "y", "closed_at"})
    if baseline.is_empty():
        raise ValueError("the baseline has no rows: nobody was active at any origin")
    baseline = baseline.with_columns(as_moment(baseline["origin"]))
    _refuse_late_baseline(baseline)
    columns = _feature_columns(baseline)
    customers = _number_customers(baseline, protocol.seed)
    origins, at = np.unique(microseconds(baseline["origin"]), return_inverse=True)
    code = customer_codes(baseline, customers)
    chance = np.random.default_rng([protocol.seed, 1]).random((len(origins), customers.height))
    order = np.argsort(at + chance[at, code])
    row_of = _row_of(at[order], code[order], len(origins), customers.height)
    known = {
        gap: _align(outcomes.filter(pl.col("gap") == gap), gap, origins, customers, row_of) for gap in protocol.gaps
    }
    edges = np.searchsorted(at[order], np.arange(len(origins) + 1)).tolist()
    rows = tuple(slice(low, high) for low, high in pairwise(edges))
    for gap, (y, _) in known.items():
        _refuse_survivors_only(y, rows, gap)
    return Study(
        origins=origins,
        rows=rows,
        customers=customers,
        code=code[order],
        columns=columns,
        baseline=_matrix(baseline, columns, order),
        outcomes={gap: y for gap, (y, _) in known.items()},
        closed={gap: closed for gap, (_, closed) in known.items()},
    )


def sample_customers(study: Study, size: int) -> tuple[Study, np.ndarray]:
    """The study of `size` random customers with all their rows, and which rows of the whole those are."""
    kept = study.code < size
    before = np.r_[0, np.cumsum(kept)]
    small = replace(
        study,
        rows=tuple(slice(int(before[rows.start]), int(before[rows.stop])) for rows in study.rows),
        customers=study.customers.filter(pl.col("code") < size),
        code=study.code[kept],
        baseline=np.asfortranarray(study.baseline[kept]),
        outcomes={gap: y[kept] for gap, y in study.outcomes.items()},
    )
    return small, np.flatnonzero(kept)


def _need(frame: pl.DataFrame, name: str, columns: set[str]) -> None:
    if missing := sorted(columns - set(frame.columns)):
        raise ValueError(f"{name} lacks {', '.join(missing)}; it has {', '.join(frame.columns)}")


def _refuse_late_baseline(baseline: pl.DataFrame) -> None:
    if "known_at" not in baseline.columns:
        return
    late = baseline.filter(as_moment(baseline["known_at"]) >= baseline["origin"])
    if late.height:
        row = late.row(0, named=True)
        raise Leak(
            f"baseline: {late.height:,} rows use what was not known before their origin; the first is customer "
            f"{row['customer_id']}, origin {row['origin']}, known at {row['known_at']}. Build the baseline "
            "from rows with known_at < origin"
        )


def _feature_columns(baseline: pl.DataFrame) -> tuple[str, ...]:
    columns = [name for name in baseline.columns if name not in NOT_FEATURES]
    for name in columns:
        kind = baseline.schema[name]
        if not (kind.is_numeric() or kind == pl.Boolean):
            raise ValueError(f"baseline column {name} holds {kind}: a feature is a number (a time becomes days ago)")
    return tuple(columns)


def _number_customers(baseline: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Codes in random order, so that the first codes are a random sample, and code % n are random groups."""
    customers = baseline.select("customer_id").unique().sort("customer_id")
    codes = np.random.default_rng(seed).permutation(customers.height).astype(np.int32)
    return customers.with_columns(code=pl.Series(codes))


def customer_codes(frame: pl.DataFrame, customers: pl.DataFrame) -> np.ndarray:
    """The code of each row's customer; -1 for a stranger."""
    mine, theirs = frame.schema["customer_id"], customers.schema["customer_id"]
    if mine != theirs and not (mine.is_integer() and theirs.is_integer()):
        raise ValueError(f"customer_id is {mine} in one frame and {theirs} in the baseline: use one type")
    found = frame.select(pl.col("customer_id").cast(theirs)).join(
        customers, on="customer_id", how="left", maintain_order="left"
    )
    return found["code"].fill_null(-1).to_numpy()


def _row_of(at: np.ndarray, code: np.ndarray, origins: int, customers: int) -> np.ndarray:
    """The row of each origin and customer, -1 for none."""
    row_of = np.full((origins, customers), -1, np.int32)
    row_of[at, code] = np.arange(len(at), dtype=np.int32)
    twice = len(at) - int((row_of >= 0).sum())
    if twice:
        raise ValueError(f"baseline: {twice:,} rows repeat a customer at an origin; give one row for each")
    return row_of


def _matrix(baseline: pl.DataFrame, columns: tuple[str, ...], order: np.ndarray) -> np.ndarray:
    matrix = np.empty((len(order), len(columns)), np.float32, order="F")
    for number, name in enumerate(columns):
        values = baseline[name].cast(pl.Float32).fill_null(np.nan).to_numpy()
        if np.isinf(values).any():
            raise ValueError(f"baseline column {name} is infinite somewhere; leave an unknown value empty")
        matrix[:, number] = values[order]
    return matrix


def _align(outcomes: pl.DataFrame, gap: int, origins: np.ndarray, customers: pl.DataFrame, row_of: np.ndarray):
    """The outcome of each row (nan: unknown), and when the windows of each origin closed (the largest: never)."""
    outcomes = outcomes.filter(pl.col("y").is_not_null())
    moment, closed_at = microseconds(outcomes["origin"]), microseconds(outcomes["closed_at"])
    if (closed_at <= moment + gap * WEEK).any():
        raise Leak(f"outcomes at gap {gap}: a window closed before it opened; closed_at is its end, after the gap")
    at = np.minimum(np.searchsorted(origins, moment), len(origins) - 1)
    code = customer_codes(outcomes, customers)
    row = np.where((origins[at] == moment) & (code >= 0), row_of[at, code], -1)
    told = row >= 0
    y = np.full(int((row_of >= 0).sum()), np.nan, np.float32)
    y[row[told]] = outcomes["y"].cast(pl.Float32).to_numpy()[told]
    if int((~np.isnan(y)).sum()) < told.sum():
        raise ValueError(f"outcomes at gap {gap}: a customer has two outcomes at an origin; give one")
    if not np.isin(y[row[told]], (0, 1)).all():
        raise ValueError(f"outcomes at gap {gap}: y must be 0 or 1 (1 is retained)")
    closed = np.full(len(origins), -NEVER)
    np.maximum.at(closed, at[told], closed_at[told])
    return y, np.where(closed > -NEVER, closed, NEVER)


def _refuse_survivors_only(y: np.ndarray, rows: tuple[slice, ...], gap: int) -> None:
    for span in rows:
        unknown = int(np.isnan(y[span]).sum())
        if 0 < unknown < span.stop - span.start:
            raise ValueError(
                f"outcomes at gap {gap}: {unknown:,} of the {span.stop - span.start:,} customers of one origin have "
                "none. The population is fixed at the origin: give every one of them an outcome"
            )

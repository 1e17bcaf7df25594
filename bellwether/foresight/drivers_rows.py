"""The rows that drivers are judged on: complete ones, what is lost with the others, and resamples by customer.

Listwise deletion: a row with one unknown value says nothing about a model of all drivers. Where not every question is
put to everybody, most rows go (Little & Rubin 2002, chapter 3), so the loss is counted, driver by driver. Resampling:
all rows of a customer are drawn together (Field & Welsh 2007, JRSS B 69, the cluster bootstrap).

When not to trust it: where the rows that are lost differ from those that are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Complete:
    """`values`: rows by columns; `weights`: one a row; `customers`: a code a row; `missing`: unknown rows a column."""

    values: np.ndarray
    weights: np.ndarray
    customers: np.ndarray
    given: int
    missing: dict[str, int]

    @property
    def used(self) -> int:
        """Rows without an unknown value."""
        return len(self.values)

    @property
    def people(self) -> int:
        """Customers with at least one such row."""
        return int(self.customers.max()) + 1 if self.used else 0

    @property
    def independent(self) -> float:
        """How many customers of equal weight would say as much (Kish 1965, Survey Sampling, section 11.2)."""
        totals = np.bincount(self.customers, weights=self.weights)
        return float(totals.sum() ** 2 / (totals**2).sum()) if totals.sum() > 0 else 0.0


def complete(rows: pl.DataFrame, columns: Sequence[str], customer: str | None, weight: str | None) -> Complete:
    """The rows in which every one of `columns`, the customer and the weight is known (null, nan and inf are not).

    Without `customer` each row is a customer of its own; without `weight` all weigh the same. Raises ValueError for a
    column that is not there, is named twice or is no number, and for a weight below zero.
    """
    asked = [*columns, *(name for name in (customer, weight) if name)]
    _refuse(rows, asked, customer)
    numbers = [pl.col(name).cast(pl.Float64) for name in asked if name != customer]
    read = rows.select(*(pl.when(one.is_finite()).then(one) for one in numbers), *([customer] if customer else []))
    kept = read.drop_nulls()
    weights = kept[weight].to_numpy() if weight else np.ones(kept.height)
    if (weights < 0).any():
        raise ValueError(f"{weight}: a weight below zero; a row that shall not count weighs 0 or is left out")
    codes = np.unique(kept[customer].to_numpy(), return_inverse=True)[1] if customer else np.arange(kept.height)
    missing = {name: int(read[name].null_count()) for name in asked}
    return Complete(kept.select(columns).to_numpy(), weights, codes, rows.height, missing)


def _refuse(rows: pl.DataFrame, asked: Sequence[str], customer: str | None) -> None:
    for name in asked:
        if name not in rows.columns:
            raise ValueError(f"{name}: no such column; there are {', '.join(rows.columns)}")
        if name != customer and not (rows[name].dtype.is_numeric() or rows[name].dtype == pl.Boolean):
            raise ValueError(f"{name}: {rows[name].dtype} is no number; code it as one first")
    if len(set(asked)) < len(asked):
        raise ValueError(f"a column is named twice in {', '.join(asked)}; name each once")


def resamples(rows: Complete, times: int, seed: int) -> Iterator[np.ndarray]:
    """Weights of all rows, `times` over: each time as many customers are drawn as there are, with replacement."""
    rng = np.random.default_rng([seed, 3])
    for _ in range(times):
        drawn = np.bincount(rng.integers(rows.people, size=rows.people), minlength=rows.people)
        yield rows.weights * drawn[rows.customers]

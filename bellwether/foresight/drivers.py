"""What an outcome goes with most: LMG shares of R2 and Johnson's relative weights, with intervals by customer.

`importance` is LMG in units of R2 and adds up to R2; `share` is its part of R2. R2 grows with every driver, useful or
not: `adjusted` takes off what chance alone gives to each (Wherry 1931, shared equally), so it lies around zero for a
driver without any part, and adds up to the adjusted R2. Interval: bootstrap of whole customers (Groemping 2006,
section 4), moved down by what the resampling itself adds, so that it is one for the importance without chance.

When not to trust it: as an effect, or as what would happen if the item got better. Items that go together share
(`correlation` says with what sign each goes with the outcome), so an item added or left out moves all others. A lower
bound above zero says little, as importance cannot fall below zero: judge by its size. Below some ten customers a
driver, see `pooling` instead. Rows with an unknown value are lost: read `used` and `missing` before anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.foresight.drivers_rows import Complete, complete, resamples
from bellwether.foresight.drivers_shares import gains, lmg, orderings, relative_weights, weighted_covariances

EXACT = 12  # drivers; 4,096 subsets


@dataclass(frozen=True)
class Importance:
    """`table`: a row a driver, the most important first, with the columns

    driver, importance, lower, upper, adjusted, spread, share, share_low, share_high, relative_weight, correlation,
    sampling_error. `lower` and `upper` belong to `adjusted`, `share_low` and `share_high` to `share`; `spread`: the
    standard error over customers; `sampling_error`: that of sampled orderings, 0 where all were taken. `r2`: R2, and
    lower and upper for R2 without chance. `missing`: unknown rows of each column.
    """

    table: pl.DataFrame
    r2: tuple[float, float, float]
    given: int
    used: int
    customers: int
    missing: dict[str, int]
    exact: bool
    orderings: int

    @property
    def lost(self) -> int:
        """Rows left out because a value in them is unknown."""
        return self.given - self.used


def importance(
    rows: pl.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    customer: str | None = None,
    weight: str | None = None,
    times: int = 500,
    confidence: float = 0.95,
    sampled: int = 2000,
    seed: int = 0,
) -> Importance:
    """How much of the outcome's variance each driver goes with. rows: one a response, columns are numbers.

    `customer`: whose response it is; `weight`: a survey weight; `times`: resamples; `sampled`: orderings where there
    are more than 12 drivers. Raises ValueError where a column is missing or no number, fewer than two drivers are
    named, too few complete rows are left, or the outcome never varies.
    """
    kept = complete(rows, [*drivers, outcome], customer, weight)
    _refuse(kept, outcome, len(drivers))
    orders = None if len(drivers) <= EXACT else orderings(len(drivers), sampled, seed)
    found, again, error = shares(kept, orders, times, seed)
    lower, upper = bounds(again, found, kept, confidence)
    spread = again.std(axis=0, ddof=1)
    parts = share_bounds(again, found, kept, confidence)
    table = _table(kept, list(drivers), found, (lower[:-1], upper[:-1], spread, *parts), error)
    r2 = (float(found.sum()), float(lower[-1]), float(upper[-1]))
    number = 0 if orders is None else orders.shape[0] * orders.shape[1]
    return Importance(table, r2, kept.given, kept.used, kept.people, kept.missing, orders is None, number)


def _table(
    kept: Complete, drivers: list[str], found: np.ndarray, limits: tuple[np.ndarray, ...], error: np.ndarray
) -> pl.DataFrame:
    correlations = weighted_covariances(scaled(kept), kept.weights)
    columns = {
        "driver": drivers,
        "importance": found,
        "lower": limits[0],
        "upper": limits[1],
        "adjusted": found - chance_part(found, kept),
        "spread": limits[2],
        "share": found / max(found.sum(), 1e-12),
        "share_low": limits[3],
        "share_high": limits[4],
        "relative_weight": relative_weights(correlations[None])[0],
        "correlation": correlations[:-1, -1],
        "sampling_error": error,
    }
    return pl.DataFrame(columns).sort("importance", descending=True)


def _refuse(kept: Complete, outcome: str, drivers: int) -> None:
    if drivers < 2:
        raise ValueError("importance is shared out among drivers: name at least two")
    if kept.used == 0 or kept.independent <= drivers + 2:
        most = max(kept.missing, key=kept.missing.get)
        raise ValueError(
            f"{kept.used} of {kept.given} rows are complete, too few for {drivers} drivers; the column unknown most "
            f"often is {most} ({kept.missing[most]} rows): take more rows, or fewer drivers"
        )
    if np.ptp(kept.values[kept.weights > 0, -1]) == 0:
        raise ValueError(f"{outcome} is the same in every complete row, so nothing can go with it")


def scaled(kept: Complete) -> np.ndarray:
    """The values with mean 0 and spread 1 under the weights; a column that never varies stays 0."""
    away = kept.values - np.average(kept.values, axis=0, weights=kept.weights)
    spread = np.sqrt(np.average(away**2, axis=0, weights=kept.weights))
    return away / np.where(spread > 1e-12, spread, 1)


def shares(
    kept: Complete, orders: np.ndarray | None, times: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """LMG of the rows, of each resample (resamples by drivers), and the error from sampling the orderings."""
    values = scaled(kept)
    each = [kept.weights, *resamples(kept, times, seed)]
    covariances = np.stack([weighted_covariances(values, one) for one in each])
    if orders is None:
        found = lmg(covariances)
        return found[0], found[1:], np.zeros(found.shape[1])
    blocks = gains(covariances[0], orders)
    again = np.array([gains(one, orders).mean(axis=0) for one in covariances[1:]])
    return blocks.mean(axis=0), again, blocks.std(axis=0, ddof=1) / np.sqrt(len(blocks))


def chance_part(found: np.ndarray, kept: Complete) -> np.ndarray:
    """What chance alone gives to one driver: (1 - R2) / (n - p - 1), of each row of `found`, n independent ones."""
    left = max(kept.independent - found.shape[-1] - 1, 1)
    return (1 - found.sum(axis=-1, keepdims=True)) / left


def share_bounds(
    again: np.ndarray, found: np.ndarray, kept: Complete, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper of each driver's part of R2, between 0 and 1; chance is taken off as in `bounds`."""
    less = np.maximum(again - chance_part(again, kept) - chance_part(found, kept), 0)
    parts = less / np.maximum(less.sum(axis=1, keepdims=True), 1e-12)
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(parts, [tail, 1 - tail], axis=0)
    return lower, upper


def bounds(again: np.ndarray, found: np.ndarray, kept: Complete, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper of each driver and, last, of R2; none below zero. `again`: resamples by drivers.

    A resample holds the chance of the rows and its own once more, so both are taken off.
    """
    less = again - chance_part(again, kept) - chance_part(found, kept)
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(np.column_stack([less, less.sum(axis=1)]), [tail, 1 - tail], axis=0)
    return np.maximum(lower, 0), np.maximum(upper, 0)

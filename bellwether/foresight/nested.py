"""How far one customer's experience differs between silos: the spread within customers, as a share of all spread.

Each observation is a mean of all, plus what is the customer's, plus what is this customer's in this silo, plus
the rest. The three variances are those of an unbalanced nested classification by analysis of variance: sums of squares
set equal to their expectations (Searle, Casella & McCulloch 1992, Variance Components, chapter 5; Henderson 1953, I).
A plain share of the sums of squares would call every difference of two small means a spread between silos. What all
customers meet alike in a silo is part of it: a silo that treats everybody worse pulls each of them apart.

Interval: delete-a-group jackknife over customers drawn into groups by lot (Kott 2001, J Official Statistics 17), so all
sums are made where the rows lie and only their totals come here.

When not to trust it: with few customers who met more than one silo (`several`); where customers of one kind meet one
silo only, as the two can't be told apart; for yes or no, where most of the spread is the rest by nature,
so compare the share between indicators of one kind, or over time, and not with a hundred percent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy

SUMS = (
    *("customers", "customers_of_several", "cells", "number", "total", "squares", "cell_squares", "person_squares"),
    *("cells_in_person", "person_numbers", "cell_numbers"),
)


@dataclass(frozen=True)
class Spread:
    """Variances between customers, within customers between silos, and the rest; `share` of the second with limits.

    `customers`, and `several`: those of them who met more than one silo. Limits are None with fewer than two groups.
    """

    between: float
    within: float
    rest: float
    share: float
    lower: float | None
    upper: float | None
    customers: int
    several: int


def spread(sums: pl.DataFrame, confidence: float = 0.95) -> Spread | None:
    """The three variances from the sums of groups of customers. sums: a row a group, with the columns of `SUMS`.

    None where they can't be told: no customer met two silos, or nobody was observed twice in one. A variance below
    zero, which chance can give, counts as zero. Raises ValueError for a column that is missing.
    """
    lacking = [name for name in SUMS if name not in sums.columns]
    if lacking:
        raise ValueError(f"sums: {', '.join(lacking)} missing; a row a group of customers, with {', '.join(SUMS)}")
    parts = sums.select(SUMS).to_numpy().astype(float)
    whole = parts.sum(axis=0)
    found = _variances(whole)
    if found is None or found.sum() <= 0:
        return None
    share = float(found[1] / found.sum())
    lower, upper = _limits(parts, whole, share, confidence)
    return Spread(*map(float, found), share, lower, upper, int(whole[0]), int(whole[1]))


def _variances(sums: np.ndarray) -> np.ndarray | None:
    """Between customers, within customers between silos, rest."""
    one = dict(zip(SUMS, sums, strict=True))
    people, cells, number = one["customers"], one["cells"], one["number"]
    if people < 2 or cells <= people or number <= cells:
        return None
    rest = (one["squares"] - one["cell_squares"]) / (number - cells)
    within = one["cell_squares"] - one["person_squares"] - (cells - people) * rest
    within /= number - one["cells_in_person"]
    between = one["person_squares"] - one["total"] ** 2 / number - (people - 1) * rest
    between -= (one["cells_in_person"] - one["cell_numbers"] / number) * within
    between /= number - one["person_numbers"] / number
    return np.maximum([between, within, rest], 0)


def _limits(parts: np.ndarray, whole: np.ndarray, share: float, confidence: float) -> tuple[float | None, float | None]:
    left = [_variances(whole - part) for part in parts]
    again = np.array([one[1] / one.sum() for one in left if one is not None and one.sum() > 0])
    groups = len(again)
    if groups < 2 or groups < len(parts):
        return None, None
    error = np.sqrt((groups - 1) / groups * ((again - share) ** 2).sum())
    reach = float(scipy.stats.t.ppf((1 + confidence) / 2, groups - 1)) * error
    return max(0.0, share - reach), min(1.0, share + reach)


def apart(silos: pl.DataFrame, confidence: float = 0.95) -> pl.DataFrame:
    """Each silo against what the same customers met elsewhere, with limits that hold for all silos together.

    silos: silo, customers, gap (mean over customers of here less elsewhere), spread (its standard deviation). Adds
    low and high: Student's, with the error shared out over the silos (Bonferroni); null below two customers. When not
    to trust it: skewed values of fewer than some 30 customers.
    """
    if silos.is_empty():
        return silos.with_columns(low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64))
    people = silos["customers"].to_numpy().astype(float)
    tail = (1 - confidence) / 2 / silos.height
    reach = scipy.stats.t.ppf(1 - tail, np.maximum(people - 1, 1)) * silos["spread"].cast(pl.Float64).to_numpy()
    reach = pl.Series(reach / np.sqrt(people), nan_to_null=True)
    known = pl.Series(people > 1) & reach.is_not_null()
    return silos.with_columns(
        low=pl.when(known).then(pl.col("gap") - reach), high=pl.when(known).then(pl.col("gap") + reach)
    )

"""How far off a predicted score may be: conformal intervals from earlier errors, weighted so that they speak for all.

Split conformal prediction (Vovk, Gammerman & Shafer 2005; Lei and others 2018, JASA 113) on the errors of quarters that
were foretold before. Errors are those of people who answered; each counts for as many as it stands for, so that the
interval holds for those who are silent as well (Tibshirani and others 2019, NeurIPS 32: conformal under a shift that is
known). A silo with errors enough has an interval of its own (Mondrian: Vovk and others 2003), for coverage differs.

When not to trust it: the weights are estimates; an error counts for later contacts only as far as these are like them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.foresight.satisfaction_rules import Rules


@dataclass(frozen=True)
class Reach:
    """Points to either side: of each silo that has errors enough, else `of_all`; None with too few errors."""

    of_all: float | None
    of_silo: Mapping[str, float]

    def around(self, predicted: np.ndarray, silo: pl.Series) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper limit a row, 0 to 100; not a number where it can't be told."""
        if self.of_all is None:
            nothing = np.full(len(predicted), np.nan)
            return nothing, nothing
        found = silo.replace_strict(dict(self.of_silo), default=self.of_all, return_dtype=pl.Float64).to_numpy()
        return np.clip(predicted - found, 0, 100), np.clip(predicted + found, 0, 100)


def reach(came: pl.DataFrame, rules: Rules) -> Reach:
    """Learn it. came: silo, said, predicted, stands_for, one row an answer that was foretold before it came."""
    if came.height < rules.least_errors:
        return Reach(None, {})
    errors = came.select("silo", "stands_for", error=(pl.col("said") - pl.col("predicted")).abs())
    silos = {
        name: _quantile(rows, rules.nominal)
        for (name,), rows in errors.partition_by("silo", as_dict=True).items()
        if rows.height >= rules.least_errors
    }
    return Reach(_quantile(errors, rules.nominal), silos)


def _quantile(errors: pl.DataFrame, nominal: int) -> float:
    """The smallest error such that those up to it carry `nominal` percent of the weight, the next one's included."""
    ordered = errors.sort("error")
    weight = ordered["stands_for"].to_numpy()
    reached = np.cumsum(weight) / (weight.sum() + weight.mean())
    at = min(int(np.searchsorted(reached, nominal / 100)), len(reached) - 1)
    return float(ordered["error"][at])

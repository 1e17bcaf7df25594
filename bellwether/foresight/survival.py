"""Who is still there after how long: Kaplan-Meier curves from a landmark, and whether groups differ beyond chance.

A customer has to stay to see a failure put right. Whoever counts from the failure, and sorts by what happened in the
end, gives the recovered those days in which they could not have left: immortal time. So everybody is followed from a
landmark after the failure. Who left before it is left aside, and the group is what was known then, whatever came later.

Sources: Kaplan & Meier 1958 (JASA 53); Anderson, Cain & Gelber 1983 (J Clin Oncol 1) for the landmark; Suissa 2008
(Am J Epidemiol 167) for immortal time; Mantel 1966 and Peto & Peto 1972 for the log-rank test, here with strata. The
curves are lifelines' (Davidson-Pilon 2019), with Greenwood's variance on the log-log scale.

When not to trust it: as an effect. Who is put right quickly may differ in much else; strata take out what they name,
and no more. Where `at_risk` falls below some twenty, nothing is to be read from a curve. A customer in two strata is
taken for two people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy

IN_TIME, LATER, OPEN = "put right in time", "put right later", "not put right yet"
DAY = pl.duration(days=1)


@dataclass(frozen=True)
class Difference:
    """A log-rank test: `statistic` is chi-squared with `degrees`; `excess`: ends of each group, less those expected."""

    statistic: float
    degrees: int
    p: float
    excess: Mapping[str, float]


def landmarked(rows: pl.DataFrame, landmark: int, standard: int) -> pl.DataFrame:
    """Who was still there at the landmark, in which group, and what became of them. One row a row that counts.

    rows: failed_at, recovered_at, left_at (null: not), seen_until, all moments; other columns are kept. landmark and
    standard: days after the failure. Adds `group` (IN_TIME, LATER, OPEN, as known at the landmark), `days` since the
    landmark, and `ended`: the customer left then; if not, only the record ends there, which is censoring.
    Raises ValueError for a landmark inside the standard.
    """
    if landmark < standard:
        raise ValueError(f"the landmark ({landmark} days) lies inside the standard ({standard} days)")
    at = pl.col("failed_at") + landmark * DAY
    ended = pl.col("left_at").is_not_null() & (pl.col("left_at") < pl.col("seen_until"))
    until = pl.when(ended).then("left_at").otherwise("seen_until")
    group = (
        pl.when(pl.col("recovered_at") <= pl.col("failed_at") + standard * DAY)
        .then(pl.lit(IN_TIME))
        .when(pl.col("recovered_at") <= at)
        .then(pl.lit(LATER))
        .otherwise(pl.lit(OPEN))
    )
    return rows.filter(until > at).with_columns(
        group=group, days=(until - at).dt.total_seconds() / 86400, ended=ended.fill_null(False)
    )


def curve(rows: pl.DataFrame, at: list[int]) -> pl.DataFrame:
    """One Kaplan-Meier curve, read at the days `at`: day, still (share), lower, upper (95%), at_risk.

    rows: days, ended, and maybe `times` (how often the row counts). Raises ValueError without rows.
    """
    if rows.is_empty():
        raise ValueError("a curve needs at least one row")
    fitted = _fitted(rows)
    bounds = fitted.confidence_interval_.reindex(at, method="ffill")
    days, often = rows["days"].to_numpy(), _often(rows)
    return pl.DataFrame(
        {
            "day": at,
            "still": fitted.survival_function_at_times(at).to_numpy(),
            "lower": bounds.iloc[:, 0].to_numpy(),
            "upper": bounds.iloc[:, 1].to_numpy(),
            "at_risk": [int(often[days >= day].sum()) for day in at],
        },
        schema={"day": pl.Int64, "still": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "at_risk": pl.Int64},
    )


def median(rows: pl.DataFrame) -> float | None:
    """The day by which half have ended; None where the curve never comes down to a half. rows: as for `curve`."""
    found = float(_fitted(rows).median_survival_time_)
    return found if np.isfinite(found) else None


def _fitted(rows: pl.DataFrame):
    from lifelines import KaplanMeierFitter  # slow to import, and only a refresh needs it

    return KaplanMeierFitter().fit(rows["days"].to_numpy(), rows["ended"].to_numpy(), weights=_often(rows))


def _often(rows: pl.DataFrame) -> np.ndarray:
    return rows["times"].to_numpy() if "times" in rows.columns else np.ones(rows.height, int)


def difference(rows: pl.DataFrame, stratum: str | None = None) -> Difference | None:
    """The log-rank test between the groups of `rows` (days, ended, group), within strata where a column is named.

    None where fewer than two groups have anybody, or nobody ended.
    """
    groups = sorted(rows["group"].unique())
    strata = rows.partition_by(stratum) if stratum else [rows]
    parts = [_tally(one, groups) for one in strata]
    excess, spread = (sum(part[place] for part in parts) for place in (0, 1))
    if len(groups) < 2 or not spread.any():
        return None
    # One group's excess follows from the others'; a group that never met another has no spread.
    statistic = float(excess @ np.linalg.pinv(spread) @ excess)
    degrees = int(np.linalg.matrix_rank(spread))
    return Difference(
        statistic, degrees, float(scipy.stats.chi2.sf(statistic, degrees)), dict(zip(groups, excess, strict=True))
    )


def _tally(rows: pl.DataFrame, groups: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Observed less expected ends of each group, and their covariance (hypergeometric at each day with an end)."""
    days, ended = rows["days"].to_numpy(), rows["ended"].to_numpy()
    mine = np.array([(rows["group"] == group).to_numpy() for group in groups])
    moments = np.unique(days[ended])
    ends = np.array([[np.sum(one & ended & (days == at)) for at in moments] for one in mine], float)
    risk = np.array([len(days[one]) - np.searchsorted(np.sort(days[one]), moments) for one in mine], float)
    all_risk, all_ends = risk.sum(axis=0), ends.sum(axis=0)
    share = risk / all_risk
    scale = all_ends * (all_risk - all_ends) / np.maximum(all_risk - 1, 1)
    spread = np.diag((share * scale).sum(axis=1)) - (share * scale) @ share.T
    return (ends - share * all_ends).sum(axis=1), spread

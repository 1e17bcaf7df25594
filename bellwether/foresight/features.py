"""What was known of one indicator about each customer just before each origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.foresight.evidence_protocol import Leak
from bellwether.foresight.evidence_study import Study, customer_codes
from bellwether.foresight.origins import as_moment, microseconds

DAY = 24 * 3600 * 1_000_000
HAS, SINCE, BETWEEN, WITHIN = range(4)


@dataclass(frozen=True)
class Readings:
    """One row a row of the study.

    `values`, float32, rows by four: has a reading (0 or 1), log of 1 + days since the last one, between (the
    customer's own mean), within (the last reading minus that mean); the last three nan without a reading.
    `latest`: the last reading, nan without one. `count`: how many there were.
    """

    values: np.ndarray
    latest: np.ndarray
    count: np.ndarray


def readings_at_origins(observations: pl.DataFrame, study: Study, name: str = "indicator") -> Readings:
    """Read `observations` (customer_id, observed_at, known_at, value, weight) as of every origin of the study.

    Only rows with known_at < origin count. The last reading is the one observed last among those known, and it
    is part of the mean. Left out of it, the last reading of a customer who was read twice tells as much about who
    they are as the mean does, and a mere proxy would seem to warn.

    Raises `Leak` where an observation was known before it was made.
    """
    observations = _checked(observations, study, name)
    steps = _steps(observations, study)
    state = _State.empty(study.customers.height)
    values = np.zeros((len(study.code), 4), np.float32, order="F")
    latest = np.full(len(study.code), np.nan, np.float32)
    count = np.zeros(len(study.code), np.int32)
    for number, origin in enumerate(study.origins):
        if number in steps:
            state.learn(steps[number])
        rows = study.rows[number]
        values[rows], latest[rows], count[rows] = state.describe(study.code[rows], origin)
    return Readings(values, latest, count)


def _checked(observations: pl.DataFrame, study: Study, name: str) -> pl.DataFrame:
    if missing := sorted({"customer_id", "observed_at", "known_at", "value", "weight"} - set(observations.columns)):
        raise ValueError(f"{name}: observations lack {', '.join(missing)}")
    frame = observations.select(
        "customer_id",
        as_moment(observations["observed_at"]),
        as_moment(observations["known_at"]),
        pl.col("value", "weight").cast(pl.Float64),
    ).filter(pl.col("value").is_not_null(), pl.col("known_at").is_not_null(), pl.col("weight") != 0)
    _refuse(frame, pl.col("observed_at").is_null(), f"{name}: observed_at is empty", ValueError)
    _refuse(frame, ~pl.col("value").is_finite(), f"{name}: value is not a finite number", ValueError)
    _refuse(frame, ~(pl.col("weight") > 0), f"{name}: weight is not above zero", ValueError)
    early = f"{name}: known before it was observed; known_at is the first moment anyone could have known the value"
    _refuse(frame, pl.col("known_at") < pl.col("observed_at"), early, Leak)
    code = customer_codes(frame, study.customers)
    return frame.with_columns(code=pl.Series(code)).filter(pl.col("code") >= 0)


def _refuse(frame: pl.DataFrame, wrong: pl.Expr, sentence: str, error: type[ValueError]) -> None:
    bad = frame.filter(wrong)
    if bad.height:
        row = bad.row(0, named=True)
        raise error(f"{sentence}. {bad.height:,} such observations; the first is {row}")


def _steps(observations: pl.DataFrame, study: Study) -> dict[int, pl.DataFrame]:
    """What each origin adds to what the origin before it knew: a row a customer."""
    first_use = np.searchsorted(study.origins, microseconds(observations["known_at"]), side="right")
    steps = (
        observations.with_columns(
            step=pl.Series(first_use),
            observed=pl.col("observed_at").to_physical(),
            mass=pl.col("value") * pl.col("weight"),
        )
        .filter(pl.col("step") < len(study.origins))
        .sort("observed", "known_at", "value")
        .group_by("step", "code")
        .agg(
            pl.col("mass", "weight").sum(),
            count=pl.len(),
            latest=pl.col("value").last(),
            observed=pl.col("observed").last(),
        )
    )
    return {key[0]: step for key, step in steps.partition_by("step", as_dict=True).items()}


@dataclass
class _State:
    """What is known so far, one entry a customer."""

    mass: np.ndarray
    weight: np.ndarray
    count: np.ndarray
    latest: np.ndarray
    observed: np.ndarray

    @classmethod
    def empty(cls, size: int) -> _State:
        mass, weight, latest = np.zeros((3, size))
        return cls(mass, weight, np.zeros(size, np.int32), latest, np.full(size, np.iinfo(np.int64).min))

    def learn(self, step: pl.DataFrame) -> None:
        code, observed = step["code"].to_numpy(), step["observed"].to_numpy()
        for name in ("mass", "weight", "count"):
            getattr(self, name)[code] += step[name].to_numpy()
        newer = observed >= self.observed[code]
        self.latest[code[newer]] = step["latest"].to_numpy()[newer]
        self.observed[code[newer]] = observed[newer]

    def describe(self, code: np.ndarray, origin: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        count = self.count[code]
        latest = np.where(count > 0, self.latest[code], np.nan)
        between = np.divide(self.mass[code], self.weight[code], where=count > 0, out=np.full(len(code), np.nan))
        days = np.where(count > 0, (origin - self.observed[code]) / DAY, np.nan)
        return np.column_stack([count > 0, np.log1p(days), between, latest - between]), latest, count

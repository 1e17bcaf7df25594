"""What was known of one indicator about each customer just before each origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.foresight.evidence_protocol import Leak
from bellwether.foresight.evidence_study import WEEK, Study, customer_codes
from bellwether.foresight.origins import as_moment, microseconds

DAY = 24 * 3600 * 1_000_000
HAS, SINCE, READ, BETWEEN, WITHIN = range(5)
_SUMS = ("mass", "own_mass", "weight", "fresh_mass", "fresh_weight")


@dataclass(frozen=True)
class Readings:
    """One row a row of the study.

    `values`, float32, rows by five: has a reading (0 or 1), log of 1 + days since the last one, log of 1 + how much was
    read lately, between (the customer's own mean), within (what has changed lately); all but the first nan without a
    reading. `latest`: the last reading, nan without one. `count`: how many there were.
    """

    values: np.ndarray
    latest: np.ndarray
    count: np.ndarray


def readings_at_origins(
    observations: pl.DataFrame, study: Study, half_life: float, name: str = "indicator"
) -> Readings:
    """Read `observations` (customer_id, observed_at, known_at, value, weight) as of every origin of the study.

    Only rows with known_at < origin count. *Within* is the sum over all of a customer's readings of (value - own
    mean) x weight x 2^(-age / half_life), with half_life in weeks: a discounted cumulative sum of deviations. So a
    telling reading is not undone by a harmless one after it, and wears off by itself. Its weights depend on times
    alone and sum to zero, so of readings that only say who the customer is (exchangeable ones) it tells nothing
    beyond their mean. That is also why the newest readings are part of the mean: left out of it, the last reading
    of a customer who was read twice tells as much about who they are as the mean does, and a mere proxy would seem
    to warn.

    What all customers went through together (a winter of long waits) would make of *within* a measure of who has been
    busy. So from each value the mean of all readings is taken off first that became known between the same two
    origins, and how much was read lately (the sum of weight x 2^(-age / half_life)) stands apart, for the challenger
    to know before the values.

    Raises `Leak` where an observation was known before it was made. Don't trust it where how often a customer is
    read depends on what was read before; then times tell of values.
    """
    observations = _checked(observations, study, name)
    steps = _steps(observations, study, half_life * WEEK)
    state = _State.empty(study.customers.height, half_life * WEEK)
    values = np.zeros((len(study.code), WITHIN + 1), np.float32, order="F")
    latest = np.full(len(study.code), np.nan, np.float32)
    count = np.zeros(len(study.code), np.int32)
    for number, origin in enumerate(study.origins):
        state.fade(origin)
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


def _steps(observations: pl.DataFrame, study: Study, half_life: float) -> dict[int, pl.DataFrame]:
    """What each origin adds to what the origin before it knew: a row a customer."""
    first_use = np.searchsorted(study.origins, microseconds(observations["known_at"]), side="right")
    used = observations.with_columns(step=pl.Series(first_use), observed=pl.col("observed_at").to_physical())
    used = used.filter(pl.col("step") < len(study.origins))
    age = study.origins[used["step"].to_numpy()] - used["observed"].to_numpy()
    steps = (
        used.with_columns(mass=pl.col("value") * pl.col("weight"), fresh=pl.Series(0.5 ** (age / half_life)))
        .with_columns(shared=(pl.col("mass").sum() / pl.col("weight").sum()).over("step"))
        .with_columns(own_mass=(pl.col("value") - pl.col("shared")) * pl.col("weight"))
        .with_columns(fresh_mass=pl.col("own_mass") * pl.col("fresh"), fresh_weight=pl.col("weight") * pl.col("fresh"))
        .sort("observed", "known_at", "value")
        .group_by("step", "code")
        .agg(
            pl.col(*_SUMS).sum(),
            count=pl.len(),
            latest=pl.col("value").last(),
            observed=pl.col("observed").last(),
        )
    )
    return {key[0]: step for key, step in steps.partition_by("step", as_dict=True).items()}


@dataclass
class _State:
    """What is known so far, one entry a customer. The fresh sums are those of one moment, and fade to the next."""

    half_life: float
    mass: np.ndarray
    own_mass: np.ndarray
    weight: np.ndarray
    fresh_mass: np.ndarray
    fresh_weight: np.ndarray
    latest: np.ndarray
    count: np.ndarray
    observed: np.ndarray
    moment: int | None = None

    @classmethod
    def empty(cls, size: int, half_life: float) -> _State:
        count, observed = np.zeros(size, np.int32), np.full(size, np.iinfo(np.int64).min)
        return cls(half_life, *np.zeros((6, size)), count, observed)

    def fade(self, origin: int) -> None:
        """Let time pass until `origin`."""
        if self.moment is not None:
            faded = 0.5 ** ((origin - self.moment) / self.half_life)
            self.fresh_mass *= faded
            self.fresh_weight *= faded
        self.moment = origin

    def learn(self, step: pl.DataFrame) -> None:
        code, observed = step["code"].to_numpy(), step["observed"].to_numpy()
        for name in (*_SUMS, "count"):
            getattr(self, name)[code] += step[name].to_numpy()
        newer = observed >= self.observed[code]
        self.latest[code[newer]] = step["latest"].to_numpy()[newer]
        self.observed[code[newer]] = observed[newer]

    def describe(self, code: np.ndarray, origin: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        count = self.count[code]
        latest = np.where(count > 0, self.latest[code], np.nan)
        between = np.divide(self.mass[code], self.weight[code], where=count > 0, out=np.full(len(code), np.nan))
        read = np.where(count > 0, self.fresh_weight[code], np.nan)
        usual = np.divide(self.own_mass[code], self.weight[code], where=count > 0, out=np.full(len(code), np.nan))
        within = self.fresh_mass[code] - usual * read
        days = np.where(count > 0, (origin - self.observed[code]) / DAY, np.nan)
        return np.column_stack([count > 0, np.log1p(days), np.log1p(read), between, within]), latest, count

"""Simulated contracts whose weekly hazards are known."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

START = datetime(2024, 1, 1)
KINDS = "lapse", "downgrade"
FEATURES = ["failures", "tenure", "noise"]


def rates(failures, tenure, due_now, shock=0.0, competing=True) -> np.ndarray:
    """The true weekly hazard rates of lapse and downgrade; last axis the ends."""
    lapse = np.exp(-4.6 + 0.7 * failures - 0.4 * tenure + 1.6 * due_now + shock)
    downgrade = np.exp(-5.2 - 0.5 * failures + 0.6 * tenure + shock) * (1.0 if competing else 1e-9)
    return np.stack(np.broadcast_arrays(lapse, downgrade), axis=-1)


def contracts(
    seed: int,
    customers: int = 1500,
    origins: int = 12,
    every: int = 4,
    horizon: int = 13,
    shocks: float = 0.0,
) -> pl.DataFrame:
    """One row a customer and origin with the population refreshed at each: those who left come back as newcomers.

    `failures` wanders slowly, hazards follow it as it stood at the latest origin; `shocks`: spread of a shock to all,
    a new one each quarter of a year. All windows are seen to their end: see `as_of`.
    """
    rng = np.random.default_rng(seed)
    length = (origins - 1) * every + horizon
    failures, tenure = rng.normal(size=(2, customers))
    due_at = rng.integers(1, 53, customers)
    shock = np.repeat(rng.normal(0, shocks, length // 13 + 1), 13) if shocks else np.zeros(length + 13)
    code, born, frames = np.arange(customers), customers, []
    gone, kind = np.full(customers, 10**6), np.zeros(customers, int)
    state = {}
    for week in range(length):
        if week % every == 0 and week // every < origins:
            new = gone <= week
            code[new] = born + np.arange(new.sum())
            born += int(new.sum())
            fresh = rng.normal(size=(2, customers))
            failures = np.where(new, fresh[0], 0.9 * failures + np.sqrt(1 - 0.81) * fresh[0])
            tenure = np.where(new, fresh[1], tenure)
            gone[new] = 10**6
            state[week] = {"code": code.copy(), "failures": failures.copy(), "tenure": tenure.copy()}
        due_now = (week + 1 - due_at) % 52 == 0
        hazard = rates(failures, tenure, due_now, shock[week])
        total = hazard.sum(axis=1)
        leaves = (rng.random(customers) < -np.expm1(-total)) & (gone == 10**6)
        gone[leaves] = week + 1
        kind[leaves] = (rng.random(customers) < hazard[:, 1] / total)[leaves]
        state.setdefault("ends", {}).update(
            {int(c): (week + 1, int(k)) for c, k in zip(code[leaves], kind[leaves], strict=True)}
        )
    ends = state.pop("ends")
    for week, at in state.items():
        frames.append(_rows(week, at, ends, due_at, horizon, rng))
    return pl.concat(frames)


def as_of(rows: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """What was known of `rows` at `moment`: windows still open are cut off."""
    seen = ((pl.lit(moment) - pl.col("origin")).dt.total_days() // 7).clip(0, pl.col("seen_weeks"))
    known = rows.filter(pl.col("origin") <= moment).with_columns(seen_weeks=seen)
    late = pl.col("end_week") > pl.col("seen_weeks")
    return known.with_columns(pl.when(~late).then(pl.col(name)).alias(name) for name in ("end_week", "end_kind"))


def _rows(week, at, ends, due_at, horizon, rng) -> pl.DataFrame:
    found = [ends.get(int(code), (10**6, 0)) for code in at["code"]]
    left = np.array([end - week for end, _ in found])
    ended = left <= horizon
    due = (due_at - week - 1) % 52 + 1
    kinds = [KINDS[kind] if in_time else None for in_time, (_, kind) in zip(ended, found, strict=True)]
    return pl.DataFrame(
        {
            "origin": [START + timedelta(weeks=week)] * len(left),
            "customer_id": at["code"],
            "failures": at["failures"],
            "tenure": at["tenure"],
            "noise": rng.normal(size=len(left)),
            "end_week": np.where(ended, left, 0),
            "end_kind": kinds,
            "seen_weeks": np.full(len(left), horizon),
            "due_week": np.where(due <= horizon, due, 0),
        }
    ).with_columns(pl.col("end_week", "due_week").replace(0, None))


def snapshot(seed: int, customers: int, horizon: int = 13, level: float = 0.0) -> tuple[pl.DataFrame, np.ndarray]:
    """One origin, nothing changes after it: the rows, and the true weekly hazard rates (customers, weeks, ends)."""
    rng = np.random.default_rng(seed)
    failures, tenure = rng.normal(size=(2, customers))
    due = rng.integers(1, 53, customers)
    due_now = due[:, None] == np.arange(1, horizon + 1)
    hazards = rates(failures[:, None], tenure[:, None], due_now, level)
    # Each end has a clock of its own, and the first to ring is the end: the definition of competing risks.
    clocks = rng.exponential(size=(2, customers))
    spent = np.cumsum(hazards, axis=1)
    week = np.stack([(spent[:, :, end] < clocks[end][:, None]).sum(axis=1) for end in (0, 1)])
    moment = np.stack([_moment(hazards[:, :, end], spent[:, :, end], clocks[end], week[end]) for end in (0, 1)])
    first = moment.argmin(axis=0)
    left = week.min(axis=0) + 1
    rows = pl.DataFrame(
        {
            "origin": [START] * customers,
            "customer_id": np.arange(customers),
            "failures": failures,
            "tenure": tenure,
            "noise": rng.normal(size=customers),
            "end_week": [int(week) if week <= horizon else None for week in left],
            "end_kind": [KINDS[kind] if week <= horizon else None for kind, week in zip(first, left, strict=True)],
            "seen_weeks": np.full(customers, horizon),
            "due_week": [int(week) if week <= horizon else None for week in due],
        }
    )
    return rows, hazards


def _moment(hazard: np.ndarray, spent: np.ndarray, clock: np.ndarray, week: np.ndarray) -> np.ndarray:
    """When the clock rings, in weeks; infinite after the window."""
    row, inside = np.arange(len(week)), week < hazard.shape[1]
    at = np.minimum(week, hazard.shape[1] - 1)
    before = np.where(at > 0, spent[row, at - 1], 0)
    return np.where(inside, at + (clock - before) / hazard[row, at], np.inf)


def week(number: float) -> datetime:
    return START + timedelta(weeks=float(number))

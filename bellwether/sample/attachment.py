"""How attached customers feel, month by month, and the short question in the app that some of them answer now and then.

A process of its own: it moves with fixed rates between fond, lukewarm and sour, and nothing else in the company depends
on it, neither contacts nor lapses. So its states, and how fast they change, can be held against what is recovered from
answers that come at irregular moments.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from bellwether.sample import dirt
from bellwether.sample.loyalty import Lives, active
from bellwether.sample.world import DAY, WEEK, World, stamp, stream

FILE = "app_pulse_answers.csv"
MONTH = 365.25 / 12 * DAY
# Scores from 0 to 10 that tell the three apart, whoever reads them with the thresholds of state_items.csv.
SCORES = {"fond": (9, 11), "lukewarm": (3, 8), "sour": (0, 2)}


def make(world: World, people: pl.DataFrame, lives: Lives) -> pl.DataFrame:
    """One row an answer: customer, at (UTC seconds), feels (fond, lukewarm, sour), score; sorted by time."""
    rng, planted = stream(world, "attachment"), world.truth["attachment"]
    asked = np.flatnonzero(rng.random(world.customers) < planted["asked"])
    parts = [_answers(world, rng, customer) for customer in asked]
    told = pl.concat(parts) if parts else pl.DataFrame(schema={"customer": int, "at": int, "feels": str, "score": int})
    who, at = told["customer"].to_numpy(), told["at"].to_numpy()
    return told.filter(pl.Series(active(people, lives, who, at))).sort("at", "customer")


def _answers(world: World, rng: np.random.Generator, customer: int) -> pl.DataFrame:
    """All answers that one customer would give over the years, and what was felt at each."""
    starts, felt = _path(world, rng)
    gaps = rng.exponential(world.truth["attachment"]["weeks_between"], 2 * world.weeks) * WEEK + DAY
    at = world.start + np.cumsum(gaps)
    at = at[at < world.end - DAY].astype(np.int64)
    feels = [felt[place] for place in np.searchsorted(starts, at, side="right") - 1]
    scores = [int(rng.integers(*SCORES[one])) for one in feels]
    columns = {"customer": np.full(len(at), customer), "at": at, "feels": feels, "score": scores}
    return pl.DataFrame(columns, schema={"customer": pl.Int64, "at": pl.Int64, "feels": pl.String, "score": pl.Int64})


def _path(world: World, rng: np.random.Generator) -> tuple[np.ndarray, list[str]]:
    """When (UTC seconds) which feeling began, from the first week to the last."""
    rates, states = world.truth["attachment"]["rates"], list(SCORES)
    at, feels = float(world.start), states[int(rng.choice(3, p=world.truth["attachment"]["at_first"]))]
    starts, felt = [at], [feels]
    while True:
        others = rates[feels]
        at += MONTH * rng.exponential(1 / sum(others.values()))
        if at >= world.end:
            return np.array(starts), felt
        feels = str(rng.choice(list(others), p=np.array(list(others.values())) / sum(others.values())))
        starts.append(at)
        felt.append(feels)


def write(world: World, people: pl.DataFrame, told: pl.DataFrame, folder: Path) -> dict[str, int]:
    """The app's answers, in our own layout. They are given unasked, so that no invitation stands behind them."""
    known = told.join(people.select("customer", "customer_id"), on="customer", how="left", maintain_order="left")
    columns = {
        "response_id": pl.format("pulse-{}", pl.int_range(pl.len()).cast(pl.String).str.zfill(6)),
        "item": pl.lit("attachment"),
        "customer_id": pl.col("customer_id"),
        "touchpoint": pl.lit("App pulse"),
        "stage": pl.lit("use"),
        "channel": pl.lit("app"),
        "answered_at": stamp(world, pl.col("at")),
        "score": pl.col("score"),
        "scale_min": pl.lit(0),
        "scale_max": pl.lit(10),
    }
    frame = known.select(expression.cast(pl.String).alias(name) for name, expression in columns.items())
    return {FILE: dirt.write_csv(frame, folder / FILE)}

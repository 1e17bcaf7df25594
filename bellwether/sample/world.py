"""The simulated company's clock, its planted truth, and one random stream a topic."""

from __future__ import annotations

import tomllib
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

TRUTH = Path(__file__).resolve().parents[2] / "data" / "sample" / "truth.toml"
DAY = 86_400
WEEK = 7 * DAY
NONE = -1  # "not yet" in an array of seconds; no moment of the sample lies before 1970


@dataclass(frozen=True)
class World:
    """`start` and `end` are UTC seconds: the first Monday, and the first second that no export holds."""

    truth: dict[str, Any]
    customers: int
    weeks: int
    start: int
    end: int
    seed: int


def make(customers: int, years: int, seed: int, truth: Path = TRUTH) -> World:
    """A company of so many customers and years of 52 weeks that ends on the truth's last day."""
    if customers < 100 or years < 1:
        raise ValueError(f"customers={customers}, years={years}: at least 100 customers and 1 year")
    known = tomllib.loads(truth.read_text(encoding="utf-8"))
    weeks = 52 * years
    end = seconds(known["company"]["last_day"]) + DAY
    # Two hours early: midnight in Amsterdam comes before midnight in UTC.
    return World(known, customers, weeks, end - weeks * WEEK, end - 2 * 3600, seed)


def seconds(day: date) -> int:
    """Midnight UTC of a day, in seconds since 1970."""
    return (day - date(1970, 1, 1)).days * DAY


def stream(world: World, topic: str) -> np.random.Generator:
    """A generator of its own for each topic, so that adding a topic does not shift the others."""
    return np.random.default_rng([world.seed, zlib.crc32(topic.encode())])


def week_of(world: World, at: np.ndarray) -> np.ndarray:
    """Whole weeks since the start; negative before it."""
    return (at - world.start) // WEEK


def winter(at: np.ndarray, peak_day: int) -> np.ndarray:
    """1 at the peak day of each year, falling as a cosine to 0 for the summer half."""
    return np.maximum(0.0, np.cos(2 * np.pi * (at / DAY - peak_day + 1) / 365.25))


def office(at: np.ndarray) -> np.ndarray:
    """The same day squeezed into 07:00 to 20:00 UTC; keeps order, and keeps off the hour that DST repeats."""
    day = at // DAY * DAY
    return day + 7 * 3600 + (at - day) * 13 // 24


def chance(log_odds: np.ndarray | float) -> np.ndarray:
    return 1 / (1 + np.exp(-np.asarray(log_odds)))


def log_odds(share: np.ndarray | float) -> np.ndarray:
    return np.log(share) - np.log1p(-np.asarray(share))


def stamp(world: World, at: pl.Expr) -> pl.Expr:
    """UTC seconds as ISO text with a Z; null for NONE and for what lies past the end of the exports."""
    past = (at >= 0) & (at < world.end)
    return pl.when(past).then(pl.from_epoch(at, time_unit="s")).dt.strftime("%Y-%m-%dT%H:%M:%SZ")

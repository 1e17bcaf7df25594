"""Weekly shares of units with a known truth: what the benchmark and the tests hold the verdicts against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

Array = np.ndarray
FIRST = date(2024, 1, 1)


@dataclass(frozen=True)
class World:
    """Units whose weekly share wanders: `own` and `common` are standard deviations of shocks in points of a share,
    `own_fading` and `common_fading` what is left of a shock a week later; `usual` observations a week, by the median
    unit, with `spread` (of the logarithm) between units; `loading` how differently units take the common shocks;
    `drift` by how much every second unit, the first treated one among them, grows each week."""

    units: int = 7
    treated: int = 1
    before: int = 70
    after: int = 30
    level: float = 0.7
    usual: float = 400.0
    spread: float = 0.7
    own: float = 0.012
    own_fading: float = 0.6
    common: float = 0.02
    common_fading: float = 0.85
    loading: float = 0.1
    season: float = 0.02
    drift: float = 0.0


@dataclass(frozen=True)
class Simulated:
    treated: pl.DataFrame
    comparisons: pl.DataFrame
    started: date


def simulate(
    rng: np.random.Generator, world: World = World(), effect: float = 0.0, bad_month: bool = False, stagger: int = 0
) -> Simulated:
    """One company. effect: added to the treated units' share from their start; bad_month: the unit that fell furthest
    in the four weeks before the start is the one that is treated; stagger: weeks between the units' starts."""
    weeks = world.before + world.after
    chance = _chances(rng, world, weeks)
    fallen = chance[world.before - 4 : world.before].mean(axis=0) - chance[: world.before].mean(axis=0)
    order = np.argsort(fallen) if bad_month else np.arange(world.units)
    starts = {int(unit): world.before + stagger * place for place, unit in enumerate(order[: world.treated])}
    for unit, start in starts.items():
        chance[start:, unit] += effect
    sizes = world.usual * np.exp(world.spread * rng.normal(size=world.units))
    seen = np.maximum(1, rng.poisson(np.broadcast_to(sizes, chance.shape)))
    kept = rng.binomial(seen, np.clip(chance, 0.01, 0.99))
    return _frames(seen, kept, starts)


def fading(rng: np.random.Generator, shape: tuple[int, int], left: float, deviation: float) -> Array:
    """Shocks (weeks, series) of which `left` is there a week later, with the given standard deviation throughout."""
    shocks = rng.normal(size=shape) * deviation
    for week in range(1, shape[0]):
        shocks[week] = left * shocks[week - 1] + np.sqrt(1 - left**2) * shocks[week]
    return shocks


def _chances(rng: np.random.Generator, world: World, weeks: int) -> Array:
    levels = world.level + 0.08 * rng.normal(size=world.units)
    loadings = 1 + world.loading * rng.normal(size=world.units)
    season = world.season * np.sin(2 * np.pi * (np.arange(weeks)[:, None] / 52.18 + rng.random()))
    common = fading(rng, (weeks, 1), world.common_fading, world.common)
    drift = world.drift * np.outer(np.arange(weeks), np.arange(world.units) % 2 == 0)
    return (
        drift + levels + loadings * (common + season) + fading(rng, (weeks, world.units), world.own_fading, world.own)
    )


def _frames(seen: Array, kept: Array, starts: dict[int, int]) -> Simulated:
    weeks = [FIRST + timedelta(weeks=week) for week in range(len(seen))]
    rows = [
        (f"unit {unit:02d}", weeks[week], float(seen[week, unit]), float(kept[week, unit]))
        for unit in range(seen.shape[1])
        for week in range(len(seen))
    ]
    schema = {"unit": pl.String, "week": pl.Date, "weight": pl.Float64, "total": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    begun = {f"unit {unit:02d}": FIRST + timedelta(weeks=start) for unit, start in starts.items()}
    ours = pl.col("unit").is_in(list(begun))
    treated = frame.filter(ours).with_columns(started=pl.col("unit").replace_strict(begun, return_dtype=pl.Date))
    return Simulated(treated, frame.filter(~ours), min(begun.values()))

"""Who the customers are: what the CRM shows of them, and the traits that nobody sees."""

from __future__ import annotations

import numpy as np
import polars as pl

from bellwether.sample import company
from bellwether.sample.world import DAY, WEEK, World, stream


def make(world: World) -> pl.DataFrame:
    """One row a customer: `customer` (0..n-1), `customer_id`, CRM columns, `joined` (UTC seconds), hidden traits.

    `satisfied`, `regular` and `activity` are standard normal and independent: the stable traits behind the
    impostors. Nothing in the exports holds them.
    """
    seen, hidden, n = stream(world, "customers"), stream(world, "traits"), world.customers
    segments = list(company.SEGMENTS)
    segment = seen.choice(segments, n, p=[share for share, _ in company.SEGMENTS.values()])
    joined = join_times(world, seen)
    return pl.DataFrame(
        {
            "customer": np.arange(n),
            "customer_id": [f"VL{number:07d}" for number in 1_000_000 + 37 * np.arange(n)],
            "kind": np.where(segment == "Business", "business", "consumer"),
            "segment": segment,
            "region": seen.choice(list(company.REGIONS), n, p=list(company.REGIONS.values())),
            "product": seen.choice(["broadband", "energy", "both"], n, p=[0.45, 0.25, 0.3]),
            "paperless": seen.random(n) < 0.7,
            "tier": seen.choice(list(company.PRICES), n, p=[0.4, 0.42, 0.18]),
            "yearly": seen.random(n) < world.truth["size"]["yearly_share"],
            "joined": joined,
            "priority": np.isin(segment, [name for name, (_, line) in company.SEGMENTS.items() if line]),
            "satisfied": hidden.standard_normal(n),
            "regular": hidden.standard_normal(n),
            "activity": hidden.standard_normal(n),
            "keeping": hidden.standard_normal(n),
            "failing": hidden.standard_normal(n),
            "repeating": hidden.standard_normal(n),
            "settlement_week": hidden.integers(0, 52, n),
        }
    )


def join_times(world: World, rng: np.random.Generator) -> np.ndarray:
    """UTC seconds on a working hour: the first customers up to 12 years before the start, the others evenly after."""
    n = world.customers
    early = int(n * world.truth["size"]["customers_at_start"])
    before = world.start - (rng.beta(1.1, 2.2, early) * 12 * 365 * DAY).astype(np.int64) - WEEK
    after = world.start + (rng.random(n - early) * (world.weeks * WEEK - DAY)).astype(np.int64)
    day = np.concatenate([before, after]) // DAY * DAY
    return day + rng.integers(8 * 3600, 16 * 3600, n)


def tenure_years(joined: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.maximum(0.0, (at - joined) / (365.25 * DAY))

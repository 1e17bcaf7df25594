"""Simulated answers whose drivers are known."""

from __future__ import annotations

import numpy as np
import polars as pl

from bellwether.foresight.drivers_shares import lmg

MIXED = np.array([[1, 0.4, 0.4, 0.4], [0.4, 1, 0.4, 0.4], [0.4, 0.4, 1, 0.4], [0.4, 0.4, 0.4, 1]])
SLOPES = np.array([0.5, 0.3, 0.2, 0.0])


def answers(size: int, seed: int, slopes: np.ndarray = SLOPES) -> pl.DataFrame:
    """Items a, b, c, d that go together, and an outcome y that three of them move."""
    rng = np.random.default_rng(seed)
    items = rng.normal(size=(size, 4)) @ np.linalg.cholesky(MIXED).T
    return pl.DataFrame(np.column_stack([items, items @ slopes + rng.normal(size=size)]), [*"abcd", "y"])


def truth(slopes: np.ndarray = SLOPES) -> np.ndarray:
    """LMG of a, b, c, d in the population that `answers` draws from."""
    whole = np.empty((5, 5))
    whole[:4, :4] = MIXED
    whole[:4, 4] = whole[4, :4] = MIXED @ slopes
    whole[4, 4] = slopes @ MIXED @ slopes + 1
    return lmg(whole[None])[0]


def by_name(found, column: str) -> dict[str, float]:
    return dict(found.table.select("driver", column).iter_rows())


def many(seed: int, drivers: int = 13) -> tuple[pl.DataFrame, list[str]]:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(300, 1))
    items = 0.8 * common + rng.normal(size=(300, drivers))
    names = [f"item_{place}" for place in range(drivers)]
    outcome = items @ np.linspace(0, 0.5, drivers) + rng.normal(size=300)
    return pl.DataFrame(np.column_stack([items, outcome]), [*names, "y"]), names

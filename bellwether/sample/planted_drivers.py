"""What satisfaction is made of in the simulated company: true shares of explained variance, from its own coefficients.

Nothing is drawn for the exports here. The scores of every contact that anybody was asked about are made again, several
times, by the same rules with noise of their own, and each counts by its chance of being answered. What R2 each driver
adds is then taken over all orderings, one by one: slow, obvious, and not the code that it is a truth for.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import polars as pl

from bellwether.sample import surveys
from bellwether.sample.world import World, chance

ITEMS = ("ces", *surveys.INTIMACY)
EVENTS = ("late_answer", "not_recognised")
TIMES = 8
ELSEWHERE = 1_000_003  # seeds of no company that anybody makes


def shares(world: World, asked: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Drivers of `satisfied` -> R2 that each adds, as a mean over all orderings (LMG): by items, and by events.

    asked: what `surveys.make` gives, with `mood`.
    """
    planted = world.truth["response"]
    rated = asked.filter(pl.col("survey") == "contact")
    mood = rated["mood"].to_numpy()
    weight = chance(planted["base"] + planted["satisfaction"] * mood)
    blank = rated.select(pl.exclude("nps", "csat", "ces", *surveys.INTIMACY, "comment")).with_columns(answers=True)
    every = pl.concat(
        blank.with_columns(surveys.scores(replace(world, seed=world.seed + ELSEWHERE + turn), blank, mood))
        for turn in range(TIMES)
    ).with_columns(late_answer=~pl.col("prompt"), not_recognised=~pl.col("recognised"))
    weights = np.tile(weight, TIMES)
    return {
        "items": _lmg(every, ITEMS, weights),
        "operations": _lmg(every, EVENTS, weights),
    }


def _lmg(rows: pl.DataFrame, drivers: tuple[str, ...], weights: np.ndarray) -> dict[str, float]:
    values = rows.select(*drivers, "csat").cast(pl.Float64).to_numpy()
    spread = np.cov(values, rowvar=False, aweights=weights)
    known: dict[frozenset[int], float] = {frozenset(): 0.0}
    gained = np.zeros(len(drivers))
    orders = list(permutations(range(len(drivers))))
    for order in orders:
        for place in range(len(order)):
            before, after = frozenset(order[:place]), frozenset(order[: place + 1])
            if after not in known:
                some = sorted(after)
                pull = spread[some, -1]
                known[after] = float(pull @ np.linalg.solve(spread[np.ix_(some, some)], pull) / spread[-1, -1])
            gained[order[place]] += known[after] - known[before]
    return {name: round(float(one / len(orders)), 5) for name, one in zip(drivers, gained, strict=True)}

"""What only hurts and what only delights: penalty and reward of each driver, with intervals by customer.

Penalty-reward contrast (Brandt 1987, in Surprenant, Add Value to Your Service; Matzler & Sauerwein 2002, Int J Service
Industry Management 13): each driver becomes two yes-or-no columns, a low and a high answer, and one weighted regression
holds all of them. The penalty is how far the outcome lies lower where the answer is low than where it is in between,
the reward how far it lies higher where the answer is high, both in units of the outcome, other drivers alike.

All intervals of a table hold together with the confidence asked for (max-t over a bootstrap of whole customers; Romano
& Wolf 2005, Econometrica 73), as somebody who looks at twenty drivers would else be sure of one that is none.

When not to trust it: as an effect. "Hurts only" says that no reward was seen, not that there is none; only where
`asymmetric` is true does an item hurt more than it delights (or the other way round) beyond chance. On a real survey of
1,884 passengers most words changed with where low ends, and no item was asymmetric. An outcome that is at its top for
most makes every item look as if it could only hurt. Items that say nearly the same take from each other: see `drivers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.foresight.drivers_rows import Complete, complete, resamples

HURTS, DELIGHTS, BOTH, NEITHER = "hurts only", "delights only", "both", "neither beyond chance"
UNKNOWN = "cannot tell yet"
LEAST = 10  # customers with a low, a middle or a high answer; with fewer nothing is said (10 events a column)
RIDGE = 1e-9  # a driver without a middle has low and high columns that add up to all rows


@dataclass(frozen=True)
class Asymmetry:
    """`table`: a row a driver, in the order given, with the columns

    driver, word, low, middle, high (customers who answered so), penalty, penalty_lower, penalty_upper, reward,
    reward_lower, reward_upper, tilt, tilt_lower, tilt_upper, asymmetric. Penalties are below zero; null: too few
    answered so. `tilt`: by how much a low answer takes more than a high one gives; `asymmetric`: its interval leaves
    out zero. `missing`: unknown rows of each column.
    """

    table: pl.DataFrame
    given: int
    used: int
    customers: int
    missing: dict[str, int]

    @property
    def lost(self) -> int:
        """Rows left out because a value in them is unknown."""
        return self.given - self.used


def asymmetry(
    rows: pl.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    low: float | Mapping[str, float],
    high: float | Mapping[str, float],
    customer: str | None = None,
    weight: str | None = None,
    times: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
) -> Asymmetry:
    """Penalty and reward of each driver. rows: one a response; `low`, `high`: answers up to and from there count.

    One number for all drivers, or one each. An effect against its direction (the outcome is better where the answer
    is low) is shown, but gets no word. Raises ValueError as `drivers.importance` does for columns, where low does not
    lie below high, and where fewer complete rows are left than the regression needs.
    """
    kept = complete(rows, [*drivers, outcome], customer, weight)
    ends = _ends(kept, drivers, low, high)
    counts = np.array([[_people(kept, end) for end in one] for one in ends])
    enough = counts >= LEAST
    known = enough[:, [0, 2]] & enough[:, [1]]  # without a middle there is nothing to compare with
    effects, again = _effects(kept, ends, enough, times, seed)
    single = _together(effects.reshape(-1), again.reshape(times, -1), known.reshape(-1), confidence).reshape(-1, 2, 3)
    tilt = _together(-effects.sum(axis=1), -again.sum(axis=2), known.all(axis=1), confidence)
    table = _table(list(drivers), counts, single, tilt)
    return Asymmetry(table, kept.given, kept.used, kept.people, kept.missing)


def _ends(kept: Complete, drivers: Sequence[str], low, high) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Who answered low, in between and high: three yes-or-no columns a driver."""
    found = []
    for place, name in enumerate(drivers):
        below, above = (limit[name] if isinstance(limit, Mapping) else limit for limit in (low, high))
        if below >= above:
            raise ValueError(f"{name}: low answers end at {below}, high ones begin at {above}: low must lie below high")
        answer = kept.values[:, place]
        found.append((answer <= below, (answer > below) & (answer < above), answer >= above))
    return found


def _people(kept: Complete, end: np.ndarray) -> int:
    return len(np.unique(kept.customers[end & (kept.weights > 0)]))


def _effects(kept: Complete, ends, enough: np.ndarray, times: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of the low and the high columns, drivers by 2, and of each resample; 0 where a column is left out."""
    use = enough[:, [0, 2]].reshape(-1)
    columns = [end for low, _, high in ends for end in (low, high)]
    design = np.column_stack([np.ones(kept.used), *(one for one, used in zip(columns, use, strict=True) if used)])
    if kept.used == 0 or kept.independent <= design.shape[1] + 1:
        raise ValueError(
            f"{kept.used} of {kept.given} rows are complete, too few for {len(ends)} drivers with two ends"
        )
    y = kept.values[:, -1]
    found = np.zeros((times + 1, len(use)))
    for number, weights in enumerate([kept.weights, *resamples(kept, times, seed)]):
        found[number, use] = _slopes(design, y, weights)[1:]
    shaped = found.reshape(times + 1, -1, 2)
    return shaped[0], shaped[1:]


def _slopes(design: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    weighed = design * (weights / weights.sum())[:, None]
    return np.linalg.solve(weighed.T @ design + RIDGE * np.eye(design.shape[1]), weighed.T @ y)


def _together(found: np.ndarray, again: np.ndarray, known: np.ndarray, confidence: float) -> np.ndarray:
    """Estimate, lower, upper of each effect, so that all known ones hold at once; nan where not known."""
    spread = again.std(axis=0, ddof=1)
    bounds = np.full((len(found), 3), np.nan)
    read = known & (spread > 0)
    if not read.any():
        return bounds
    farthest = (np.abs(again - found)[:, read] / spread[read]).max(axis=1)
    reach = np.quantile(farthest, confidence) * spread
    bounds[read] = np.column_stack([found, found - reach, found + reach])[read]
    return bounds


def _table(drivers: list[str], counts: np.ndarray, single: np.ndarray, tilt: np.ndarray) -> pl.DataFrame:
    columns = {"driver": drivers, "word": [_word(*one) for one in single]}
    columns |= {name: counts[:, place] for place, name in enumerate(("low", "middle", "high"))}
    for name, part in (("penalty", single[:, 0]), ("reward", single[:, 1]), ("tilt", tilt)):
        columns |= {f"{name}{end}": part[:, place] for place, end in enumerate(("", "_lower", "_upper"))}
    read = pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))
    return read.with_columns(asymmetric=(pl.col("tilt_lower") > 0) | (pl.col("tilt_upper") < 0))


def _word(penalty: np.ndarray, reward: np.ndarray) -> str:
    if np.isnan([penalty[0], reward[0]]).any():
        return UNKNOWN
    hurts, delights = penalty[2] < 0, reward[1] > 0
    return {(True, True): BOTH, (True, False): HURTS, (False, True): DELIGHTS}.get((hurts, delights), NEITHER)

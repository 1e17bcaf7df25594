"""All verdicts together: the share that worked, how long they took, and what a point cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import median

import polars as pl

from bellwether.trends.compare import Interval, wilson
from bellwether.verdicts.result import NOT_YET, WORKED, WORSE, Verdict

# Of verdicts on commitments without effect, so many are told "worked" or "made it worse" by chance, at most.
BY_CHANCE = 0.05


@dataclass(frozen=True)
class Outcome:
    """A commitment and its verdict.

    idea: when it was first written down; told: when its verdict was; cost: in money.
    """

    indicator: str
    verdict: Verdict
    idea: date
    told: date | None = None
    cost: float | None = None


@dataclass(frozen=True)
class Portfolio:
    """told: verdicts that say something; worked: their share that worked with Wilson's interval, None without any.

    by_chance: how many told "worked" or "made it worse" chance alone could give. days: median from idea to verdict,
    None without any. indicators: a row each, see `portfolio`.
    """

    commitments: int
    told: int
    waiting: int
    worked: Interval | None
    by_chance: float
    days: float | None
    indicators: pl.DataFrame


def portfolio(outcomes: Sequence[Outcome]) -> Portfolio:
    """The portfolio of all commitments.

    `indicators` has a row an indicator: indicator, unit, commitments, told, worked, worse, cost, gained, lower, upper,
    per_point. gained is the sum of all estimates that were told, for the better, with its 95% interval: also of those
    in which nothing was seen, for the sum of the winners alone is too large (the winner's curse). per_point: money for
    one point (a percentage point of a share) on one treated group; None unless the gain is sure to be above zero and
    every told commitment has a cost. Points of different indicators are not added up. The interval takes estimates as
    independent, which they aren't where commitments share comparison units.
    """
    told = [one for one in outcomes if one.verdict.told]
    worked = sum(one.verdict.word == WORKED for one in told)
    days = [(one.told - one.idea).days for one in told if one.told is not None]
    rows = [_indicator(name, outcomes) for name in sorted({one.indicator for one in outcomes})]
    return Portfolio(
        commitments=len(outcomes),
        told=len(told),
        waiting=sum(one.verdict.word == NOT_YET for one in outcomes),
        worked=wilson(worked, len(told)) if told else None,
        by_chance=BY_CHANCE * len(told),
        days=float(median(days)) if days else None,
        indicators=pl.DataFrame(rows, schema=_COLUMNS, orient="row"),
    )


_COLUMNS = {
    "indicator": pl.String,
    "unit": pl.String,
    "commitments": pl.Int64,
    "told": pl.Int64,
    "worked": pl.Int64,
    "worse": pl.Int64,
    "cost": pl.Float64,
    "gained": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "per_point": pl.Float64,
}


def _indicator(name: str, outcomes: Sequence[Outcome]) -> tuple:
    every = [one for one in outcomes if one.indicator == name]
    told = [one for one in every if one.verdict.told]
    words = [one.verdict.word for one in told]
    unit = every[0].verdict.unit
    counts = (name, unit, len(every), len(told), words.count(WORKED), words.count(WORSE))
    if not told:
        return (*counts, None, None, None, None, None)
    gained = sum(_good(one.verdict) for one in told)
    reach = sqrt(sum(((one.verdict.upper - one.verdict.lower) / 2) ** 2 for one in told))
    cost = None if any(one.cost is None for one in told) else float(sum(one.cost for one in told))
    sure = cost is not None and gained - reach > 0
    per_point = cost / (gained * (100 if unit == "share" else 1)) if sure else None
    return (*counts, cost, gained, gained - reach, gained + reach, per_point)


def _good(verdict: Verdict) -> float:
    return verdict.estimate if verdict.better == "higher" else -verdict.estimate

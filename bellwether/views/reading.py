"""Charts, verdicts and comparisons for what the reader has filtered: the refresh's own lines, drawn live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from bellwether import trend_marts
from bellwether.access.suppression import AT_LEAST, COUNT, fewest, suppressed, too_few
from bellwether.settings import settings
from bellwether.trends import compare
from bellwether.trends.verdict import Verdict, capability, verdict

SUMS = ("observations", "weight", "total", "squares", "weight_squares")


@dataclass(frozen=True)
class Figure:
    """A value with its 95% interval and the observations behind it; all None where there are too few."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    observations: int | None = 0
    too_few: bool = False


@dataclass(frozen=True)
class Reading:
    """One chart: its points with limits and special causes, the verdict, and whether the standard can be met."""

    points: pl.DataFrame
    verdict: Verdict
    capability: str | None


def readings(
    weeks: pl.DataFrame, about: Mapping[str, Any], steps: Mapping[str, tuple[date, ...]]
) -> dict[str, Reading]:
    """One reading a silo, in the order of `weeks` (what `silos/weeks` answers, small groups included).

    about: the indicator's row. steps: declared steps a silo. Weeks with too few people lose their point, not the line.
    """
    groups = weeks.partition_by("silo", as_dict=True, maintain_order=True)
    return {silo: _read(series, about, steps.get(silo, ())) for (silo,), series in groups.items()}


def _read(series: pl.DataFrame, about: Mapping[str, Any], steps: tuple[date, ...]) -> Reading:
    drawn = trend_marts.draw(series, about["unit"], steps)
    named = drawn.rename({"week": "period"})
    able = capability(named, about["target"], about["better"]) if about["target"] is not None else None
    # The centre is that of all weeks: one with too few people loses its point, not the line through them.
    points = suppressed(drawn, fewest(settings().company)).with_columns(drawn["centre"])
    return Reading(points, verdict(named, about["better"]), able)


def steps_of(marks: pl.DataFrame) -> dict[str, tuple[date, ...]]:
    """Declared steps a silo, from the rows of `silos/marks`."""
    steps = marks.filter(pl.col("kind") == "step").partition_by("silo", as_dict=True)
    return {silo: tuple(rows["day"].sort()) for (silo,), rows in steps.items()}


def figure(sums: Mapping[str, Any] | None, about: Mapping[str, Any]) -> Figure:
    """The value of a group from its sums."""
    if not sums:
        return Figure()
    if too_few({name: sums.get(name) for name in (COUNT, AT_LEAST)}, fewest(settings().company)):
        return Figure(observations=None, too_few=True)
    if not sums["weight"]:
        return Figure()
    found = trend_marts.interval(sums, about["unit"], about["indicator"])
    return Figure(found["now"], found["low"], found["high"], sums["observations"])


def sums_of(groups: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """The sums of the two periods as a whole, by `now` and `earlier`, from the answer of `silos/groups`."""
    return {row["period"]: row for row in groups.filter(dimension="whole").iter_rows(named=True)}


def difference(
    earlier: Mapping[str, Any] | None, now: Mapping[str, Any] | None, about: Mapping[str, Any]
) -> compare.Difference | None:
    """Now less earlier with its 95% interval; None where either has too few people to speak of."""
    if figure(earlier, about).value is None or figure(now, about).value is None:
        return None
    first, second = _moments(earlier), _moments(now)
    if about["unit"] == "share":
        return compare.shares(_hits(first), first.n, _hits(second), second.n)
    if about["indicator"] == "net_promoter":
        return compare.nps(*_classes(earlier, first.n), *_classes(now, second.n))
    return compare.means(first.mean, first.variance, first.n, second.mean, second.variance, second.n)


def _moments(sums: Mapping[str, Any]) -> compare.Moments:
    return compare.from_sums(*(sums[name] for name in ("weight", "total", "squares", "weight_squares")))


def _hits(moments: compare.Moments) -> float:
    return min(max(moments.mean * moments.n, 0.0), moments.n)


def _classes(sums: Mapping[str, Any], effective: float) -> list[float]:
    """Promoters, passives and detractors at the size that the weights are worth."""
    counts = compare.nps_counts(sums["weight"], sums["total"], sums["squares"])
    return [max(0.0, count * effective / sums["weight"]) for count in counts]

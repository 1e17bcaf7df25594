"""What a process-behaviour chart says, in words: the verdict on the recent past, and capability against a standard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from bellwether.trends.limits import centre_and_sigma
from bellwether.trends.rules import PRODUCT, special_causes
from bellwether.trends.scale import rounding
from bellwether.trends.signals import FEWEST, RECENT, in_force

WORDS = {1: "improving", -1: "worsening", 0: "no real change"}
TOO_FEW = "too few points"
# Sustained patterns before single points: the earliest start is what people want to know.
NAMES = {
    "shift": "seven or more in a row on one side of the centre line",
    "trend": "six or more in a row, each {} the one before",
    "two_of_three": "two of three points beyond two sigma",
    "outside": "a point outside the limits",
}


@dataclass(frozen=True)
class Verdict:
    """What the chart says about the recent past.

    word: "improving", "worsening", "no real change" or "too few points".
    rule: the rule that fired, in plain words; "" when none did.
    since: the first period of the pattern that fired; None when none did.
    direction: where the values went, -1, 0 or +1 (down may well be improving).
    settled: the first period of a level that has held for more than 20 points though nobody declared the step; the
        verdict is about the time after it. None when the whole phase runs on one level.
    level: "better" or "worse" than before `settled`; "" without it.
    """

    word: str
    rule: str = ""
    since: date | None = None
    direction: int = 0
    settled: date | None = None
    level: str = ""


def verdict(points: pl.DataFrame, better: str) -> Verdict:
    """The verdict on the current (last) phase of what `spc.chart` returns.

    better: "higher" or "lower"; anything else raises ValueError. Fewer than 12 known points in the phase: too few.

    *Recent* means: the pattern touches one of the last 4 points. Where several do, the one that touches the latest
    point speaks, and the longest pattern in its direction is named. A blip of two months ago, or a run that ended
    since, is on the chart but isn't what goes on now.

    A step that nobody declared keeps every later point on one side of the old centre line, for ever. For 20 points it
    is news and called improving or worsening; after that there are enough points for limits of its own, so the
    recent past is judged against the level in force, and `settled` says since when and that a step waits to be
    declared. The drawn limits stay as they are until somebody does.

    Not a test: in simulation one chart in eighteen of pure noise gets a word other than "no real change", one in
    eight with autocorrelation .3, two in five with .6. It is slow on gradual drift (of 3 sigma over a year it finds
    7 in 10). Where many charts stand together show the verdict of `false_alarms.control`, which is better at both.
    """
    sign = sign_of(better)
    phase = _current(points)
    if phase.height < FEWEST:
        return Verdict(TOO_FEW)
    judged = _judged(phase)
    settled = _settled(phase, judged, sign)
    recent = np.flatnonzero(judged.direction[-RECENT:])
    if not recent.size:
        return Verdict(WORDS[0], **settled)
    latest = judged.direction.size - RECENT + int(recent[-1])
    direction = int(judged.direction[latest])
    rule, first = _pattern(judged, latest, direction)
    name = NAMES[rule].format("above" if direction > 0 else "below")
    return Verdict(WORDS[direction * sign], name, phase["period"][judged.start + first], direction, **settled)


def capability(points: pl.DataFrame, target: float | None, better: str) -> str | None:
    """Will the process meet its standard "always", "sometimes" or "never", as it runs today?

    points: what `spc.chart` returns; the limits of its last phase count (for shares, whose limits breathe with the
    denominator, their median). "always": the target is at or beyond the limit on the wrong side; "never": the target
    is better than the limit on the right side; else "sometimes", however good the average. None without a target,
    below 12 known points in the phase, or without limits. Equals the assurance icons of Making Data Count.

    Trust it for a stable phase only: limits that straddle an undeclared step answer for a process that no longer runs.
    """
    sign = sign_of(better)
    phase = _current(points)
    lower, upper = phase["lower"].median(), phase["upper"].median()
    if target is None or phase.height < FEWEST or lower is None or upper is None:
        return None
    worst, best = (lower, upper) if sign > 0 else (-upper, -lower)
    wanted = sign * target
    if worst >= wanted:
        return "always"
    return "never" if best < wanted else "sometimes"


def sign_of(better: str) -> int:
    """+1 for "higher", -1 for "lower"."""
    if better not in ("higher", "lower"):
        raise ValueError(f'better is "{better}"; it must be "higher" or "lower"')
    return 1 if better == "higher" else -1


def _current(points: pl.DataFrame) -> pl.DataFrame:
    """The points of the last phase that carry a value and limits."""
    return points.filter(
        pl.col("phase") == pl.col("phase").max(), pl.col("value").is_not_null(), pl.col("upper").is_not_null()
    )


@dataclass(frozen=True)
class _Judged:
    """Special causes of the time since the level in force began, at `start` of the phase."""

    start: int
    values: np.ndarray
    side: np.ndarray
    direction: np.ndarray
    flags: dict[str, np.ndarray]


def _judged(phase: pl.DataFrame) -> _Judged:
    values = _in_sigma(phase)
    start = in_force(values, rounding(values))
    tail = values[start:]
    if start == 0:
        # As the rules saw it: where limits breathe, what rises may fall when it is measured in sigma.
        seen, centre = phase["value"].to_numpy(), phase["centre"].to_numpy()
        flags = {name: phase[name].to_numpy() for name in NAMES}
        return _Judged(0, seen, np.sign(seen - centre), phase["direction"].to_numpy(), flags)
    centre, sigma = centre_and_sigma(tail, np.ones(tail.size), "xmr")
    found = special_causes(tail, centre, sigma, PRODUCT)
    return _Judged(start, tail, np.sign(tail - centre), found.direction, {name: getattr(found, name) for name in NAMES})


def _in_sigma(phase: pl.DataFrame) -> np.ndarray:
    """Values less the centre line, in sigma where the limits breathe with the denominator."""
    gap = (phase["value"] - phase["centre"]).to_numpy()
    # a share's limits may be cut off at 0 or 1 on one side
    centre, lower, upper = (phase[name].to_numpy() for name in ("centre", "lower_two", "upper_two"))
    sigma = np.maximum(upper - centre, centre - lower) / 2
    return gap / sigma if (sigma > 0).all() else gap


def _pattern(judged: _Judged, latest: int, direction: int) -> tuple[str, int]:
    """The longest-lasting rule that marks the latest special point in this direction, and its first point."""
    same_side = judged.side == direction
    moving = np.sign(np.diff(judged.values, prepend=judged.values[0])) == direction
    for rule in NAMES:
        marked = judged.flags[rule] & (moving if rule == "trend" else same_side)
        if marked[latest]:
            return rule, _first(marked, latest, gap=2 if rule == "two_of_three" else 1) - (rule == "trend")
    raise AssertionError(f"point {latest} is special but no rule marks it")


def _first(marked: np.ndarray, latest: int, gap: int) -> int:
    """Walk back from `latest` while the next marked point is at most `gap` away."""
    first = latest
    for point in np.flatnonzero(marked[:latest])[::-1]:
        if first - point > gap:
            break
        first = int(point)
    return first


def _settled(phase: pl.DataFrame, judged: _Judged, sign: int) -> dict[str, date | str]:
    if judged.start == 0:
        return {}
    values = phase["value"].to_numpy()
    change = values[judged.start :].mean() - values[: judged.start].mean()
    return {"settled": phase["period"][judged.start], "level": "better" if change * sign > 0 else "worse"}

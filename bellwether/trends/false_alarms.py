"""A grid of charts that does not cry wolf: which recent changes stand up to the number of charts on screen.

The four rules mark one chart in five of pure noise at 24 points and two in five at 52; forty tiles of a year would
show some sixteen changes that nobody made. Here each chart gets one p-value for its strongest *recent* signal, and
Benjamini and Hochberg (1995, JRSS B 57) decide which of them are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from bellwether.trends.nulls import (
    LENGTHS,
    Null,
    grid_autocorrelation,
    null,
    p_values,
    plain_alarms,
    usable_length,
)
from bellwether.trends.rules import PRODUCT, Rules
from bellwether.trends.scale import even_noise
from bellwether.trends.signals import FEWEST, RULES, Signals, in_force, measure
from bellwether.trends.verdict import TOO_FEW, WORDS, sign_of

RESULT = {
    "verdict": pl.String,
    "rule": pl.String,
    "since": pl.Date,
    "p_value": pl.Float64,
    "q_value": pl.Float64,
    "autocorrelation": pl.Float64,
    "called": pl.Boolean,
    "points": pl.Int64,
}


@dataclass(frozen=True)
class FalseAlarms:
    """Expected numbers of charts that alarm by chance alone, were there no real change anywhere in the grid.

    charts: charts with enough points for a verdict. marked: would carry a special cause somewhere, by the plain
    rules. plain: would carry one in the last 4 points and so be called a change now. controlled: the most that are
    expected to be wrong among those called here, the rate times their number.
    """

    charts: int
    marked: float
    plain: float
    controlled: float


def control(
    charts: pl.DataFrame, rate: float = 0.05, steps: Mapping[str, Sequence[date]] | None = None
) -> pl.DataFrame:
    """Decide which charts of a grid have changed lately, with the share of false ones among them held at `rate`.

    charts: long frame, one row a chart and period: `chart` (id), `period` (date), `value`, `weight` (observations
        behind the value; null where unknown), `unit`, `better` ("higher" or "lower").
    rate: false discovery rate, in (0, 1).
    steps: declared steps a chart; only the time since the last one is judged.

    Returns one row a chart, in order of first appearance: `chart`, `verdict` ("improving", "worsening", "no real
    change", "too few points" below 12), `rule` and `since` (of the pattern, where called), `p_value`, `q_value`
    (called when at most `rate`), `autocorrelation` (lag 1, bias-corrected, shrunk towards the grid's, never below
    0), `called`, `points` (known points in the phase). Raises ValueError for missing columns, a rate outside (0, 1) or
    a `better` that is neither.

    How. The points are put on a scale of even noise (`scale.even_noise`: thin weeks don't shout). A step older than 20
    points is history; what follows it is judged alone (`signals.in_force`). Four graded patterns of the recent past
    are measured (`signals.measure`: last 4 points; last 7 to 20; a drift still going on) and each gets a p-value
    under simulated AR(1) noise of this length, autocorrelation being as uncertain as it is for this chart in this grid
    (`nulls.p_values`). The chart's p-value is the smallest, times four (Bonferroni).

    When not to trust it. A season looks like a drift: compare with a year ago or take the season out first. Near a
    random walk (autocorrelation above .8) nothing can be told from noise. Very skewed noise (exponential-like) makes
    single far points several times as frequent as promised; shifts and drifts are not harmed. Indicators that share
    customers rise and fall together: the false discovery rate holds on average, but false calls then come in
    clusters. With 24 points only large changes (3 sigma) are found reliably; a step of 2 sigma in the last 10 of 60
    weeks is found in nine grids of ten, with autocorrelation .3 in two to seven of ten, the more so the more charts
    have really changed.
    """
    _check(charts, rate)
    steps = steps or {}
    names = charts["chart"].unique(maintain_order=True).to_list()
    charts = charts.with_columns(pl.col("period").cast(pl.Date))
    usable = charts.filter(pl.col("value").is_finite(), (pl.col("weight") > 0).fill_null(True)).sort("period")
    series = {name: frame for (name,), frame in usable.partition_by("chart", as_dict=True).items()}
    empty = usable.clear()
    prepared = [_prepare(name, series.get(name, empty), steps.get(name, ())) for name in names]
    found = _judge([one for one in prepared if one.noise.size])
    rows = [_row(one, found.get(one.chart), rate) for one in prepared]
    return pl.DataFrame(rows, schema={"chart": charts.schema["chart"], **RESULT}, orient="row")


def expected_false(controlled: pl.DataFrame, rate: float = 0.05, rules: Rules = PRODUCT) -> FalseAlarms:
    """What to write beside the grid: how many false alarms the plain rules and this control let expect.

    controlled: what `control` returned at the same `rate`. For the plain rules each chart counts with its own length
    and autocorrelation, by simulation of normal AR(1) noise (2,000 charts; standard error one point in a hundred);
    `rules` may be the NHS's. The plain figures say what noise alone would do, had nothing changed anywhere.
    """
    charts = controlled.filter(pl.col("q_value").is_not_null())
    alarms = np.zeros((charts.height, 2))
    for row, (points, phi) in enumerate(charts.select("points", "autocorrelation").iter_rows()):
        lower = min(int(phi * 10), 8) / 10
        share = (min(phi, 0.9) - lower) * 10
        length = usable_length(points)
        at, above = (np.array(plain_alarms(length, round(step, 1), rules)) for step in (lower, lower + 0.1))
        alarms[row] = (1 - share) * at + share * above
    marked, plain = alarms.sum(axis=0).tolist()
    return FalseAlarms(charts.height, marked, plain, rate * charts["called"].sum())


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """q-values: the smallest false discovery rate at which each hypothesis would be rejected (step-up, 1995)."""
    order = np.argsort(p_values)
    ranked = p_values[order] * p_values.size / np.arange(1, p_values.size + 1)
    result = np.empty(p_values.size)
    result[order] = np.minimum.accumulate(ranked[::-1])[::-1].clip(max=1)
    return result


@dataclass(frozen=True)
class _Chart:
    """One chart made ready: the periods of its last phase, and the even noise of the level in force (empty when too
    short), which begins at `start` of them."""

    chart: object
    sign: int
    periods: pl.Series
    noise: np.ndarray
    floor: float = 0.0
    start: int = 0


@dataclass(frozen=True)
class _Found:
    """The strongest recent signal of one chart."""

    rule: str
    direction: int
    start: int
    p_value: float
    q_value: float
    autocorrelation: float


def _prepare(name: object, frame: pl.DataFrame, steps: Sequence[date]) -> _Chart:
    begun = [step for step in steps if frame.height and step <= frame["period"][-1]]
    frame = (frame.filter(pl.col("period") >= max(begun)) if begun else frame).tail(LENGTHS[-1])
    sign = sign_of(frame["better"][0]) if frame.height else 0
    if frame.height < FEWEST:
        return _Chart(name, sign, frame["period"], np.empty(0))
    weights = frame["weight"].cast(pl.Float64)
    known = None if weights.null_count() else weights.to_numpy()
    noise, floor = even_noise(frame["value"].cast(pl.Float64).to_numpy(), known, frame["unit"][0])
    start = in_force(noise, floor)
    start = noise.size - usable_length(noise.size - start)
    return _Chart(name, sign, frame["period"], noise[start:], floor, start)


def _judge(charts: list[_Chart]) -> dict[object, _Found]:
    """Measure the charts length by length, then judge them as one grid."""
    if not charts:
        return {}
    parts = _by_length(charts)
    own = np.concatenate([part.table.corrected(part.signals.autocorrelation) for part in parts])
    error = np.concatenate([np.full(len(part.charts), part.table.error) for part in parts])
    grid = grid_autocorrelation(own, error)
    chances = [p_values(part.table, part.signals.strength, part.signals.autocorrelation, grid) for part in parts]
    best = np.concatenate([chance.argmin(axis=1) for chance in chances])
    p_value = np.minimum(1, len(RULES) * np.concatenate([chance.min(axis=1) for chance in chances]))
    strength = np.concatenate([part.signals.strength for part in parts])[np.arange(best.size), best]
    start = np.concatenate([part.signals.start for part in parts])[np.arange(best.size), best]
    columns = [
        [RULES[rule] for rule in best],
        np.sign(strength).astype(int).tolist(),
        start.tolist(),
        p_value.tolist(),
        benjamini_hochberg(p_value).tolist(),
        grid.shrunk(own, error).tolist(),
    ]
    names = [one.chart for part in parts for one in part.charts]
    return {name: _Found(*row) for name, row in zip(names, zip(*columns, strict=True), strict=True)}


@dataclass(frozen=True)
class _Part:
    """The charts of one length, with what was measured on them and what noise of that length does."""

    charts: list[_Chart]
    signals: Signals
    table: Null


def _by_length(charts: list[_Chart]) -> list[_Part]:
    groups: dict[int, list[_Chart]] = {}
    for one in charts:
        groups.setdefault(one.noise.size, []).append(one)
    return [
        _Part(
            group, measure(np.array([one.noise for one in group]), np.array([one.floor for one in group])), null(length)
        )
        for length, group in groups.items()
    ]


def _row(one: _Chart, found: _Found | None, rate: float) -> tuple:
    points = one.periods.len()
    if found is None:
        return (one.chart, TOO_FEW, "", None, None, None, None, False, points)
    called = found.q_value <= rate
    direction = found.direction if called else 0
    first = one.start + found.start
    rule = _words(found, one.noise.size - found.start) if called else ""
    since = one.periods[first] if called else None
    numbers = (found.p_value, found.q_value, found.autocorrelation)
    return (one.chart, WORDS[direction * one.sign], rule, since, *numbers, called, points)


def _words(found: _Found, last: int) -> str:
    up = found.direction > 0
    return {
        "outside": f"a point far {'above' if up else 'below'} the rest",
        "two_of_three": f"two of three points far {'above' if up else 'below'} the rest",
        "shift": f"the last {last} points lie {'above' if up else 'below'} those before",
        "trend": f"a steady drift {'upwards' if up else 'downwards'} over the last {last} points",
    }[found.rule]


def _check(charts: pl.DataFrame, rate: float) -> None:
    missing = {"chart", "period", "value", "weight", "unit", "better"} - set(charts.columns)
    if missing:
        raise ValueError(f"the grid needs the column {sorted(missing)[0]!r}; it has {charts.columns}")
    if not 0 < rate < 1:
        raise ValueError(f"rate={rate}: a false discovery rate lies between 0 and 1")

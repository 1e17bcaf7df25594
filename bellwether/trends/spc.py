"""Process-behaviour charts: limits, special causes, a verdict in words, and capability against a standard.

Wheeler, *Understanding Variation* (1993); NHS England, *Making Data Count*; Laney (2002) for shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from bellwether.trends.limits import KINDS, centre_and_sigma, dispersion
from bellwether.trends.rules import PRODUCT, Rules, special_causes
from bellwether.trends.verdict import Verdict, capability, verdict

__all__ = ["Rules", "Verdict", "capability", "chart", "kind_for", "verdict"]

FLAGS = ("outside", "shift", "trend", "two_of_three", "special")
LINES = ("centre", "lower", "upper", "lower_two", "upper_two")


def chart(
    series: pl.DataFrame,
    kind: str = "xmr",
    steps: Sequence[date] = (),
    rules: Rules = PRODUCT,
    baseline: int | None = None,
) -> pl.DataFrame:
    """Centre line, limits and special causes for one series.

    series: one row a period, with `period` (date) and `value` (f64); p, p_laney, u and u_laney also need `weight`, the
        denominator. A null value (or, where a weight is needed, a weight that is null or not above zero) keeps its
        row and its lines, is left out of every calculation and neither breaks nor feeds a run.
    kind: xmr for means and scores; p for shares with binomial limits, p_laney where they are overdispersed (see
        `kind_for`); u, u_laney for rates per weight; c for plain counts of rare events.
    steps: declared steps, each the first day of a new phase. Limits and rules start afresh there, and only there.
    baseline: the first so many points of each phase set its limits and the rest is held against them; all by default.

    Returns the rows of `series` in order of `period` with `phase` (0, 1, ...), `centre`, `lower`, `upper` (3 sigma),
    `lower_two`, `upper_two` (2 sigma), the booleans `outside`, `shift`, `trend`, `two_of_three`, `special` (any) and
    `direction` (-1, 0, +1). Lines are null where the phase is too short for them (XmR needs two values); those of a
    share stay within 0 and 1, those of a count or rate do not fall below 0.

    Raises ValueError for an unknown kind, a missing column or a baseline below two.

    When not to trust it: the rules are not a test (see `false_alarms.control` for that); limits from fewer than about
    17 points are provisional; strong autocorrelation makes moving ranges, and with them the limits, too small; a
    season is not a special cause but will look like one.
    """
    _check(series, kind, baseline)
    series = series if series["period"].is_sorted() else series.sort("period")
    phase = _phases(series["period"], steps)
    values, weights = _arrays(series, kind)
    drawn = _blank(series.height)
    for inside in np.split(np.arange(phase.size), np.flatnonzero(np.diff(phase)) + 1):
        _draw(drawn, inside, values, weights, kind, rules, baseline)
    added = [pl.Series("phase", phase)]
    added += [pl.Series(name, drawn[name], nan_to_null=True) for name in LINES]
    added += [pl.Series(name, drawn[name]) for name in (*FLAGS, "direction")]
    # hstack and not with_columns: a plan and its collection would cost more than the whole calculation
    drawn_before = {column.name for column in added} & set(series.columns)
    return (series.drop(drawn_before) if drawn_before else series).hstack(added)


def kind_for(unit: str, series: pl.DataFrame) -> str:
    """The chart that suits a unit: "p" or "p_laney" for a share, "xmr" for everything else.

    series: `value` and, for shares, `weight`. A share is called overdispersed when Laney's sigma z exceeds 1 by more
    than chance explains at the 5% level; the standard error of a mean moving range over its d2 is .91 / sqrt(points)
    (for normal data its variance is close to .826 over the number of ranges). Below 12 points that can't be told and
    plain limits stand; a share without weights has no binomial limits and is drawn as xmr.
    """
    if unit != "share" or "weight" not in series.columns:
        return "xmr"
    values, weights = _arrays(series, "p")
    known = ~np.isnan(values)
    values, weights = values[known], weights[known]
    if values.size < 12:
        return "p" if values.size else "xmr"
    centre, sigma = centre_and_sigma(values, weights, "p")
    excess = dispersion(values, centre, sigma) - 1
    return "p_laney" if excess > 1.645 * np.sqrt(0.826 / (values.size - 1)) else "p"


def _draw(
    drawn: dict[str, np.ndarray],
    inside: np.ndarray,
    values: np.ndarray,
    weights: np.ndarray,
    kind: str,
    rules: Rules,
    baseline: int | None,
) -> None:
    """Fill in one phase."""
    known = inside[~np.isnan(values[inside])]
    if not known.size:
        return
    centre, sigma = centre_and_sigma(values[known], weights[known], kind, baseline, rules.screen)
    width = np.full(inside.size, sigma[0] if kind in ("xmr", "c") else np.nan)
    width[known - inside[0]] = sigma
    floor, ceiling = {"x": (-np.inf, np.inf), "p": (0.0, 1.0)}.get(kind[0], (0.0, np.inf))
    drawn["centre"][inside] = centre
    for suffix, sigmas in (("", 3), ("_two", 2)):
        drawn["lower" + suffix][inside] = np.maximum(centre - sigmas * width, floor)
        drawn["upper" + suffix][inside] = np.minimum(centre + sigmas * width, ceiling)
    found = special_causes(values[known], centre, sigma, rules)
    for name in FLAGS[:4]:
        drawn[name][known] = getattr(found, name)
    drawn["direction"][known] = found.direction
    drawn["special"][known] = found.direction != 0


def _blank(rows: int) -> dict[str, np.ndarray]:
    lines = {name: np.full(rows, np.nan) for name in LINES}
    flags = {name: np.zeros(rows, dtype=bool) for name in FLAGS}
    return {**lines, **flags, "direction": np.zeros(rows, dtype=np.int8)}


def _phases(period: pl.Series, steps: Sequence[date]) -> np.ndarray:
    edges = np.array(sorted(steps), dtype="datetime64[D]")
    return np.searchsorted(edges, period.to_numpy().astype("datetime64[D]"), side="right").astype(np.int32)


def _arrays(series: pl.DataFrame, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Values (NaN where unusable) and weights as numpy."""
    values = series["value"].to_numpy().astype(np.float64)
    if kind in ("xmr", "c"):
        return values, np.ones(values.size)
    weights = series["weight"].to_numpy().astype(np.float64)
    values[~(weights > 0)] = np.nan
    return values, weights


def _check(series: pl.DataFrame, kind: str, baseline: int | None) -> None:
    if kind not in KINDS:
        raise ValueError(f'chart kind "{kind}" is not known; use one of {", ".join(KINDS)}')
    needed = ["period", "value"] + ([] if kind in ("xmr", "c") else ["weight"])
    missing = [name for name in needed if name not in series.columns]
    if missing:
        raise ValueError(f"a {kind} chart needs the column {missing[0]!r}; the series has {series.columns}")
    if baseline is not None and baseline < 2:
        raise ValueError(f"baseline={baseline}: limits need at least two points")

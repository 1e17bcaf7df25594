"""Weekly roll-ups of units as one panel: the same weeks for all, and who was treated from which week on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

Array = np.ndarray
WEEK = timedelta(days=7)
COLUMNS = ("unit", "week", "weight", "total")
# A comparison unit without an observation in more than a fifth of the weeks before the start says more about who was
# asked than about the week.
LEAST_WEEKS = 0.8


@dataclass(frozen=True)
class Panel:
    """values and weights: (weeks, units), NaN and 0 where nothing was observed; starts: position of each unit's first
    full week of treatment, -1 for units never treated; dropped: comparison units left out for missing weeks."""

    weeks: tuple[date, ...]
    units: tuple[str, ...]
    values: Array
    weights: Array
    starts: Array
    dropped: tuple[str, ...] = ()

    @property
    def treated(self) -> Array:
        return self.starts >= 0


def panel(treated: pl.DataFrame, comparisons: pl.DataFrame | None, started: date, until: date | None = None) -> Panel:
    """One panel from the treated units' weeks and those of the units to compare with.

    Both frames: unit, week (the day on which it begins), weight, total (the sum of value * weight); rows of one unit
    and week are added up, their order does not matter. `treated` may carry `started` (a date a unit) where the units
    began at different times. Weeks that end after `until` are left out. Raises ValueError for missing columns, weeks
    that begin on different days, weights below zero, a unit on both sides, nothing treated, or a start after the weeks.
    """
    sides = [_rolled(treated, "treated"), _rolled(comparisons, "comparisons")]
    both = set(sides[0]["unit"]) & set(sides[1]["unit"])
    if both:
        raise ValueError(f"{', '.join(sorted(both))}: treated and compared with; take it out of one side")
    rows = pl.concat(sides)
    if until is not None:
        rows = rows.filter(pl.col("week") + WEEK <= until)
    if rows.filter(pl.col("unit").is_in(sides[0]["unit"].implode())).is_empty():
        raise ValueError("no week of the treated units has an observation")
    weeks = _axis(rows["week"])
    if min(_starts(treated, started).values()) > weeks[-1] + WEEK:
        raise ValueError(f"it started on {started}, after the last week on record ({weeks[-1]})")
    units = tuple(sorted(rows["unit"].unique()))
    values, weights = _wide(rows, weeks, units)
    begun = _starts(treated, started)
    starts = np.array([_position(weeks[0], begun[unit]) if unit in begun else -1 for unit in units])
    return _without_gaps(Panel(weeks, units, values, weights, starts))


def _rolled(frame: pl.DataFrame | None, side: str) -> pl.DataFrame:
    types = {"unit": pl.String, "week": pl.Date, "weight": pl.Float64, "total": pl.Float64}
    if frame is None:
        return pl.DataFrame(schema=types)
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise ValueError(f"{side}: no column {', '.join(missing)}; needed are {', '.join(COLUMNS)}")
    rows = frame.select(pl.col(name).cast(kind) for name, kind in types.items())
    rows = rows.drop_nulls().filter(pl.col("total").is_finite())
    if (rows["weight"] < 0).any():
        raise ValueError(f"{side}: a weight below zero in the week of {rows.filter(pl.col('weight') < 0)['week'][0]}")
    # Sorted first, so that sums of floats come out the same whatever order the rows arrive in.
    rows = rows.sort(COLUMNS).group_by("unit", "week", maintain_order=True).agg(pl.sum("weight", "total"))
    return rows.filter(pl.col("weight") > 0)


def _axis(found: pl.Series) -> tuple[date, ...]:
    first, last = found.min(), found.max()
    astray = [week for week in found.unique().sort() if (week - first).days % 7]
    if astray:
        raise ValueError(f"weeks begin on different days: {first} and {astray[0]}")
    return tuple(first + WEEK * number for number in range((last - first).days // 7 + 1))


def _wide(rows: pl.DataFrame, weeks: tuple[date, ...], units: tuple[str, ...]) -> tuple[Array, Array]:
    values, weights = np.full((len(weeks), len(units)), np.nan), np.zeros((len(weeks), len(units)))
    row = ((rows["week"] - weeks[0]).dt.total_days() // 7).to_numpy()
    places = {unit: place for place, unit in enumerate(units)}
    column = np.array([places[unit] for unit in rows["unit"]], dtype=int)
    values[row, column] = (rows["total"] / rows["weight"]).to_numpy()
    weights[row, column] = rows["weight"].to_numpy()
    return values, weights


def _starts(treated: pl.DataFrame, started: date) -> dict[str, date]:
    if "started" not in treated.columns:
        return dict.fromkeys(treated["unit"].cast(pl.String).unique(), started)
    own = treated.select(pl.col("unit").cast(pl.String), pl.col("started").cast(pl.Date)).drop_nulls().unique()
    twice = own.filter(pl.col("unit").is_duplicated())
    if len(twice):
        raise ValueError(f"{twice['unit'][0]}: two start dates")
    return dict.fromkeys(treated["unit"].cast(pl.String).unique(), started) | dict(own.iter_rows())


def _position(first: date, begun: date) -> int:
    """Of the first full week; 0 for what began before the panel, which leaves it without a base."""
    return max(0, -((first - begun).days // 7))


def _without_gaps(whole: Panel) -> Panel:
    first = max(1, whole.starts[whole.treated].min())
    there = (whole.weights[:first] > 0).mean(axis=0) >= LEAST_WEEKS
    kept = there | whole.treated
    dropped = tuple(unit for unit, stays in zip(whole.units, kept, strict=True) if not stays)
    units = tuple(unit for unit, stays in zip(whole.units, kept, strict=True) if stays)
    return Panel(whole.weeks, units, whole.values[:, kept], whole.weights[:, kept], whole.starts[kept], dropped)

"""Origins, the moments at which a forecast is made, and the outcomes that lie after them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

WEEK = timedelta(weeks=1)
OUTCOME = {"gap": pl.Int32, "y": pl.Int8, "closed_at": pl.Datetime("us")}


def origins_between(first: date, last: date, every: int = 4) -> list[date]:
    """Every `every` weeks from `last` back to `first`, oldest first.

    Counted back from the end because the newest evidence matters most.
    """
    if last < first:
        raise ValueError(f"the last origin ({last}) lies before the first ({first}): swap them")
    steps = (last - first) // (every * WEEK)
    return [last - step * every * WEEK for step in range(steps, -1, -1)]


def bought_again(
    population: pl.DataFrame, purchases: pl.DataFrame, gaps: tuple[int, ...], horizon: int, seen_until: datetime
) -> pl.DataFrame:
    """The outcome without contracts: did the customer buy in (origin + gap, origin + gap + horizon]?

    `population`: origin, customer_id (others ignored). `purchases`: customer_id, occurred_at. `seen_until`: the
    moment up to which every purchase is on record. Returns origin, gap, customer_id, y, closed_at, for the
    windows that closed before it. Don't trust it where purchases arrive late: `seen_until` must allow for that.
    """
    return _windows(population, purchases, gaps, horizon, seen_until, _inside)


def _inside(people: pl.DataFrame, moments: pl.DataFrame, opens_at: datetime, closed_at: datetime) -> pl.Series:
    """Who of `people` has a moment in (opens_at, closed_at]."""
    inside = pl.col("occurred_at").is_between(opens_at, closed_at, closed="right")
    return people["customer_id"].is_in(moments.filter(inside)["customer_id"].unique().implode())


def not_lapsed(
    population: pl.DataFrame, lapses: pl.DataFrame, gaps: tuple[int, ...], horizon: int, seen_until: datetime
) -> pl.DataFrame:
    """The outcome with contracts: did the customer go through (origin + gap, origin + gap + horizon] without a lapse?

    `lapses`: customer_id, occurred_at. Arguments and result as in `bought_again`. A lapse inside the gap is no event
    of this window: counted here as well, a warning of the next week would seem to reach any gap. Who left inside the
    gap stays in the population, which is fixed at the origin, as somebody who did not leave in the window.
    """

    def stayed(people: pl.DataFrame, moments: pl.DataFrame, opens_at: datetime, closed_at: datetime) -> pl.Series:
        return ~_inside(people, moments, opens_at, closed_at)

    return _windows(population, lapses, gaps, horizon, seen_until, stayed)


def origins_apart(origins: np.ndarray, length: int) -> int:
    """How many of the sorted `origins` have windows that don't overlap; both in the same unit of time."""
    apart, free_from = 0, None
    for origin in origins.tolist():
        if free_from is None or origin >= free_from:
            apart, free_from = apart + 1, origin + length
    return apart


def microseconds(column: pl.Series) -> np.ndarray:
    """A column of dates or times as whole microseconds in UTC."""
    return as_moment(column).to_physical().to_numpy()


def as_moment(column: pl.Series) -> pl.Series:
    """Dates, and times with or without a zone, as UTC times without one, so that they can be compared."""
    if not column.dtype.is_temporal():
        raise ValueError(f"{column.name} holds {column.dtype}, not dates or times")
    if getattr(column.dtype, "time_zone", None):
        column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return column.cast(pl.Datetime("us"))


def _windows(population, moments, gaps, horizon, seen_until, retained) -> pl.DataFrame:
    """`retained` asked of the people of every origin, for every window that closed before `seen_until`."""
    seen = as_moment(pl.Series("seen_until", [seen_until])).item()
    moments = moments.select("customer_id", as_moment(moments["occurred_at"]))
    people = population.select("customer_id", as_moment(population["origin"]))
    frames = [pl.DataFrame(schema=people.schema | OUTCOME)]
    for at_origin in people.partition_by("origin", maintain_order=True):
        for gap in gaps:
            opens_at = at_origin["origin"][0] + gap * WEEK
            closed_at = opens_at + horizon * WEEK
            if closed_at < seen:
                y = retained(at_origin, moments, opens_at, closed_at).cast(pl.Int8)
                frames.append(at_origin.with_columns(gap=pl.lit(gap, pl.Int32), y=y, closed_at=pl.lit(closed_at)))
    return pl.concat(frames)

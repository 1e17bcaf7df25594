"""What an explored answer says beyond its rows: intervals of shares, and the verdict on a line by week."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl

from bellwether import trend_marts
from bellwether.exploring import Drawing
from bellwether.trends import compare, false_alarms
from bellwether.trends.verdict import capability, verdict
from bellwether.views import words
from bellwether.views.reading import Reading

LOW, HIGH, FEW = "low", "high", "too_few"
WHOLE = ""


def with_interval(rows: pl.DataFrame, wanted: Drawing) -> pl.DataFrame:
    """The rows with `low` and `high`: Wilson's 95% interval of a share, from its count.

    An answer that brings both columns keeps them. Other units have none: a mean's interval needs the spread, which an
    answer that names only value and count doesn't hold. Each counted thing is taken to be independent.
    """
    if wanted.unit != "share" or {LOW, HIGH} <= set(rows.columns) or not wanted.value:
        return rows
    found = [_wilson(value, count) for value, count in rows.select(wanted.value, wanted.count).iter_rows()]
    limits = pl.DataFrame(found, schema={LOW: pl.Float64, HIGH: pl.Float64}, orient="row")
    return rows.hstack(limits)


def _wilson(value: float | None, count: float | None) -> tuple[float | None, float | None]:
    if value is None or not count or not 0 <= value <= 1:
        return None, None
    found = compare.wilson(float(value) * float(count), float(count))
    return found.lower, found.upper


def trends(rows: pl.DataFrame, wanted: Drawing) -> dict[str, Reading]:
    """One chart with limits for each series (one by `facet`, else `colour`, else the whole), in order of the rows."""
    by = wanted.facet or wanted.colour
    named = rows.select(
        series=pl.col(by).cast(pl.String).fill_null("not known") if by else pl.lit(WHOLE),
        week=pl.col(wanted.x).cast(pl.Date),
        value=pl.col(wanted.y).cast(pl.Float64),
        weight=pl.col(wanted.count).cast(pl.Float64),
        observations=pl.col(wanted.count).cast(pl.Int64),
    ).drop_nulls("week")
    parts = named.partition_by("series", as_dict=True, maintain_order=True)
    return {name: _read(part, wanted) for (name,), part in parts.items()}


def _read(series: pl.DataFrame, wanted: Drawing) -> Reading:
    """Weeks without a row are gaps, not joined over."""
    whole = series.drop("series").sort("week").upsample("week", every="1w")
    drawn = trend_marts.draw(whole, wanted.unit, ())
    named = drawn.rename({"week": "period"})
    able = capability(named, wanted.target, wanted.better) if wanted.target is not None else None
    return Reading(drawn, verdict(named, wanted.better), able)


def called(found: dict[str, Reading], wanted: Drawing) -> dict[str, str]:
    """Series -> the word to show: the chart's own where it stands alone; among several only what survives chance."""
    if len(found) < 2:
        return {name: one.verdict.word for name, one in found.items()}
    charts = [
        one.points.select(
            chart=pl.lit(name), period="week", value="value", weight="weight", unit=pl.lit(wanted.unit),
            better=pl.lit(wanted.better),
        )
        for name, one in found.items()
    ]  # fmt: skip
    judged = false_alarms.control(pl.concat(charts))
    return dict(judged.select("chart", "verdict").iter_rows())


def said(value: Any, unit: str = "", currency: str | None = None, short: bool = False) -> str:
    """A cell in words."""
    if value is None:
        return words.NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, str):
        return value
    if unit in ("", "count") and float(value).is_integer():
        return f"{int(value):,}".replace("-", words.MINUS)
    return words.value(float(value), unit, currency, short)


def word(column: str) -> str:
    """A column's name as a heading."""
    text = column.replace("_", " ").strip()
    return f"{text[:1].upper()}{text[1:]}"

"""Figures of what lies ahead, as plain dicts: the fan of a forecast, and who stays week by week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from bellwether.views import look, words
from bellwether.views.figures import Figure, note

INNER, OUTER = "rgba(31,78,121,0.20)", "rgba(31,78,121,0.09)"


def fan(history: pl.DataFrame, ahead: pl.DataFrame, about: Mapping[str, Any], height: int = 250) -> Figure:
    """A year of weeks, then the forecast with its 80 and 95% intervals and the naive forecast beside it.

    history: week, value, observations. ahead: week, value, naive, lower_inner, upper_inner, lower, upper.
    about: unit, currency.
    """
    days, weeks = (_iso(rows["week"]) for rows in (history, ahead))
    line = {"type": "scatter", "mode": "lines"}
    data = [
        _band(weeks, ahead["lower"], ahead["upper"], OUTER),
        _band(weeks, ahead["lower_inner"], ahead["upper_inner"], INNER),
        {
            **line,
            "x": weeks,
            "y": ahead["naive"].to_list(),
            "line": {"color": look.SOFT, "width": 1.2, "dash": "dot"},
            "hoverinfo": "skip",
        },
        {
            **line,
            "x": days,
            "y": history["value"].to_list(),
            "line": {"color": look.ACCENT, "width": 1.6},
            "customdata": _past_hovers(history, about),
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        {
            **line,
            "x": weeks,
            "y": ahead["value"].to_list(),
            "line": {"color": look.ACCENT, "width": 1.8, "dash": "dash"},
            "customdata": _ahead_hovers(ahead, about),
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    ]
    frame = look.layout(
        height,
        xaxis=look.axis(type="date", tickformat="%b %Y", nticks=6, showgrid=False, tickangle=0),
        yaxis=look.scale(about["unit"], words.CURRENCIES.get(about["currency"] or ""), nticks=5),
        shapes=[_upright(weeks[0])] if weeks else [],
    )
    return {"data": data, "layout": frame}


def _band(weeks: list[str], low: pl.Series, high: pl.Series, colour: str) -> Figure:
    """The area between two lines, as one closed outline; empty where there is no interval."""
    known = [(week, a, b) for week, a, b in zip(weeks, low, high, strict=True) if a is not None and b is not None]
    out, back = [(week, b) for week, _, b in known], [(week, a) for week, a, _ in reversed(known)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [week for week, _ in out + back],
        "y": [value for _, value in out + back],
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _past_hovers(history: pl.DataFrame, about: Mapping[str, Any]) -> list[str]:
    return [
        f"<b>{words.value(value, about['unit'], about['currency'])}</b> in the week of {words.day(week)}"
        f"<br>{words.count(observations, 'observation')}"
        for week, value, observations in history.select("week", "value", "observations").iter_rows()
    ]


def _ahead_hovers(ahead: pl.DataFrame, about: Mapping[str, Any]) -> list[str]:
    unit, currency = about["unit"], about["currency"]
    columns = ("week", "value", "naive", "lower_inner", "upper_inner", "lower", "upper")
    return [
        f"<b>{words.value(value, unit, currency)}</b> forecast for the week of {words.day(week)}"
        f"<br>80%: {words.interval(low80, high80, unit, currency)}; 95%: {words.interval(low, high, unit, currency)}"
        f"<br>naive forecast {words.value(naive, unit, currency)}"
        for week, value, naive, low80, high80, low, high in ahead.select(columns).iter_rows()
    ]


def staying(curve: pl.DataFrame, height: int = 250) -> Figure:
    """How many of today's customers are left after each week. curve: week, day, retained."""
    last = curve.row(-1, named=True)
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": _iso(curve["day"]),
        "y": curve["retained"].to_list(),
        "line": {"color": look.ACCENT, "width": 1.8},
        "marker": {"size": 5},
        "customdata": [
            f"<b>{words.value(kept, 'share')}</b> after {words.count(week, 'week')}, on {words.day(day)}"
            for week, day, kept in curve.select("week", "day", "retained").iter_rows()
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    frame = look.layout(
        height,
        xaxis=look.axis(type="date", tickformat="%-d %b", nticks=6, showgrid=False),
        yaxis=look.scale("share", nticks=5),
        annotations=[
            note(
                words.value(last["retained"], "share"),
                x=last["day"].isoformat(),
                y=last["retained"],
                xanchor="right",
                yanchor="top",
                yshift=-6,
            )
        ],
    )
    return {"data": [points], "layout": frame}


def _upright(day: str) -> Figure:
    return {
        **{"type": "line", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1},
        "line": {"color": look.SOFT, "width": 1, "dash": "dot"},
    }


def _iso(days: pl.Series) -> list[str]:
    return [day.isoformat() if isinstance(day, date) else str(day) for day in days]

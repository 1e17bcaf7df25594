"""Figures that hold what was said against what came: skill by lead, past outlooks, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from bellwether.views import look, words
from bellwether.views.figures import Figure, note

HAPPENED = "#1d2733"


def skill_by_lead(rows: pl.DataFrame, height: int = 260) -> Figure:
    """Skill with its interval by how far ahead; filled where it passes, hollow where it does not.

    rows: gap (weeks), skill, lower, upper, passes; shares.
    """
    names = ["from now" if not gap else f"{gap} weeks on" for gap in rows["gap"]]
    return {
        "data": [_intervals(names, rows, "skill", ["circle" if one else "circle-open" for one in rows["passes"]])],
        "layout": look.layout(
            height,
            xaxis=look.axis(type="category", showgrid=False),
            yaxis=look.axis(tickformat=".1%", rangemode="tozero", nticks=6),
            shapes=[_level(0)],
        ),
    }


def _intervals(x: Sequence[Any], rows: pl.DataFrame, name: str, symbols: Any, colour: str = look.ACCENT) -> Figure:
    """Points with whiskers from `lower` to `upper`."""
    middle, low, high = (rows[one].to_list() for one in (name, "lower", "upper"))
    known = [None not in three for three in zip(middle, low, high, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(x),
        "y": middle,
        "marker": {"symbol": symbols, "size": 10, "color": colour, "line": {"width": 1.6, "color": colour}},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [b - a if ok else 0 for a, b, ok in zip(middle, high, known, strict=True)],
            "arrayminus": [a - b if ok else 0 for a, b, ok in zip(middle, low, known, strict=True)],
            "color": colour,
            "thickness": 1.4,
            "width": 5,
        },
        "customdata": [
            "<b>{}</b> (95%: {})".format(*words.estimate(a, b, c, "share", most=2)) if ok else "no interval"
            for a, b, c, ok in zip(middle, low, high, known, strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def said_and_happened(rows: pl.DataFrame, height: int = 260) -> Figure:
    """Past outlooks with their intervals, and what happened: a diamond inside, a cross outside.

    rows: closes, now, low, high, value (what happened, null if open), inside.
    """
    told = rows.rename({"low": "lower", "high": "upper"})
    days = [day.isoformat() for day in rows["closes"]]
    said = _intervals(days, told, "now", "circle-open")
    happened = {
        "type": "scatter",
        "mode": "markers",
        "x": days,
        "y": rows["value"].to_list(),
        "marker": {
            "symbol": ["x" if inside is False else "diamond" for inside in rows["inside"]],
            "size": 10,
            "color": [look.TONES["bad"] if inside is False else HAPPENED for inside in rows["inside"]],
        },
        "hovertemplate": "happened: %{y:.1%}<extra></extra>",
    }
    frame = look.layout(
        height,
        xaxis=look.axis(type="date", tickformat="%-d %b %Y", tickvals=days, showgrid=False),
        yaxis=look.scale("share", nticks=6),
    )
    return {"data": [said, happened], "layout": frame}


def calibration(rows: pl.DataFrame, height: int = 320) -> Figure:
    """What was forecast against what happened, each a tenth of all forecasts, with the line of a perfect forecast.

    rows: expected, observed, lower, upper; chances to go.
    """
    top = 1.06 * max(*rows["upper"].drop_nulls(), *rows["expected"])
    ideal = {"type": "line", "x0": 0, "y0": 0, "x1": top, "y1": top, "line": {"color": look.SOFT, "dash": "dot"}}
    frame = look.layout(
        height,
        xaxis=look.scale("share", range=[0, top], title={"text": "Chance to go, as forecast", "font": {"size": 12}}),
        yaxis=look.scale("share", range=[0, top], title={"text": "Share that really went", "font": {"size": 12}}),
        shapes=[ideal],
        annotations=[note("right", x=0.6 * top, y=0.6 * top, xanchor="left", yanchor="top", xshift=6)],
    )
    return {"data": [_intervals(rows["expected"], rows, "observed", "circle")], "layout": frame}


def _level(at: float) -> Figure:
    line = {"color": look.SOFT, "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at, "line": line}

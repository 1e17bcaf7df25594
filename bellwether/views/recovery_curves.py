"""The figure of who is still a customer, week by week, as a plain dict: a line and a band for each group."""

from __future__ import annotations

import polars as pl

from bellwether.views import look, words
from bellwether.views.figures import Figure

STANDINGS = ("put right in time", "put right later", "not put right yet")
# Colour, dash, shape and band: told apart without colour.
DRAWN = {
    "put right in time": (look.ACCENT, "solid", "circle", "rgba(31,78,121,0.12)"),
    "put right later": ("#8a6d1f", "dash", "square", "rgba(138,109,31,0.10)"),
    "not put right yet": (look.TONES["bad"], "dot", "diamond", "rgba(185,72,14,0.10)"),
}


def survival(rows: pl.DataFrame, height: int = 320) -> Figure:
    """Steps with their intervals, named above. rows: standing, week, value, low, high, followed."""
    data: list[Figure] = []
    for standing in STANDINGS:
        one = rows.filter(standing=standing)
        if one.height > 1:
            data += [_band(one, DRAWN[standing][3]), _line(one, standing)]
    frame = look.layout(
        height,
        xaxis=look.axis(title={"text": "Weeks", "font": {"size": 12}}, rangemode="tozero", showgrid=False),
        yaxis=look.scale("share", nticks=6),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 13}},
    )
    frame["margin"] = {"l": 8, "r": 8, "t": 32, "b": 8}
    return {"data": data, "layout": frame}


def _line(rows: pl.DataFrame, standing: str) -> Figure:
    colour, dash, shape, _ = DRAWN[standing]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": standing,
        "x": rows["week"].to_list(),
        "y": rows["value"].to_list(),
        "line": {"color": colour, "width": 2, "dash": dash, "shape": "hv"},
        "marker": {"symbol": shape, "color": colour, "size": 8, "maxdisplayed": 8},
        "customdata": [
            f"<b>{words.value(value, 'share')}</b> still customers after {words.count(week, 'week')}"
            f"<br>95%: {words.interval(low, high, 'share')}; {words.count(followed)} followed so far; {standing}"
            for week, value, low, high, followed in rows.select("week", "value", "low", "high", "followed").iter_rows()
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _band(rows: pl.DataFrame, colour: str) -> Figure:
    weeks = rows["week"].to_list()
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*weeks, *reversed(weeks)],
        "y": [*rows["high"], *reversed(rows["low"].to_list())],
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }

"""Small multiples as one plain dict: the same indicator once per silo on one scale, one trace a panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from bellwether.views import look
from bellwether.views.figures import Figure, hovers, note, tones_of

COLUMNS = 2
PANEL = 100


def small_multiples(panels: Mapping[str, pl.DataFrame], about: Mapping[str, Any], titles: Mapping[str, str]) -> Figure:
    """The same indicator once per silo, all on one scale, so that heights can be compared; one trace a panel.

    panels: silo -> its points. titles: silo -> what stands above its panel.
    """
    rows = -(-len(panels) // COLUMNS)
    low, high = _reach(panels.values())
    frame = look.layout(rows * PANEL + 12, annotations=[], shapes=[])
    data = []
    for place, (silo, points) in enumerate(panels.items()):
        data.append(_panel(points, about, place))
        last = place + COLUMNS >= len(panels)
        axes = _axes(place, rows, about, (low, high), last)
        frame |= axes
        frame["annotations"].append(_panel_title(titles[silo], place))
        frame["shapes"] += _panel_limits(points, place)
    return {"data": data, "layout": frame}


def _reach(panels: Sequence[pl.DataFrame]) -> tuple[float, float]:
    """The common scale of all panels: every value, with a little air."""
    values = [value for points in panels for value in points["value"].drop_nulls()]
    low, high = min(values, default=0.0), max(values, default=1.0)
    air = 0.06 * (high - low) or 0.5
    return low - air, high + air


def _panel(points: pl.DataFrame, about: Mapping[str, Any], place: int) -> Figure:
    tones = tones_of(points, about["better"])
    number = "" if place == 0 else str(place + 1)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [day.isoformat() for day in points["week"]],
        "y": points["value"].to_list(),
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "line": {"color": look.ACCENT, "width": 1.3},
        "marker": {
            "symbol": [look.MARKERS.get(tone, "circle") for tone in tones],
            "color": [look.TONES[tone] if tone != "calm" else look.ACCENT for tone in tones],
            "size": [7 if tone != "calm" else 0 for tone in tones],
            "line": {"color": look.PAPER, "width": 0.5},
        },
        "customdata": hovers(points, about, tones),
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _axes(place: int, rows: int, about: Mapping[str, Any], reach: tuple[float, float], last: bool) -> Figure:
    """The two axes of a panel: the same scale everywhere, ticks only at the left and at the bottom."""
    row, column = divmod(place, COLUMNS)
    number = "" if place == 0 else str(place + 1)
    width, top = 1 / COLUMNS, 1 - row / rows
    across = [column * width + 0.035 * bool(column), (column + 1) * width - 0.035 * (not column)]
    upright = [top - 0.86 / rows, top - 0.24 / rows]
    x = look.axis(type="date", domain=across, anchor=f"y{number}", showgrid=False, **_dates(last))
    y = look.scale(about["unit"], None, domain=upright, anchor=f"x{number}", range=list(reach), nticks=4)
    return {f"xaxis{number}": x, f"yaxis{number}": {**y, "showticklabels": column == 0}}


def _dates(shown: bool) -> Figure:
    return {"showticklabels": shown, "tickformat": "%b %Y", "nticks": 3, "tickangle": 0}


def _panel_title(text: str, place: int) -> Figure:
    number = "" if place == 0 else str(place + 1)
    return {
        **note(text, xref=f"x{number} domain", x=0, yref=f"y{number} domain", y=1.02, xanchor="left", yanchor="bottom"),
        "font": {"size": 12, "color": look.INK},
    }


def _panel_limits(points: pl.DataFrame, place: int) -> list[Figure]:
    """The usual range of each phase as a pale band, and its centre as a line."""
    number = "" if place == 0 else str(place + 1)
    shapes = []
    for phase in points.drop_nulls("centre").partition_by("phase", maintain_order=True):
        first, last = phase["week"].min(), phase["week"].max() + timedelta(days=6)
        ends = {"xref": f"x{number}", "yref": f"y{number}", "x0": _iso(first), "x1": _iso(last), "layer": "below"}
        centre = phase["centre"].median()
        shapes.append({"type": "line", **ends, "y0": centre, "y1": centre, "line": {"color": "#b4c0cc", "width": 1}})
        if (low := phase["lower"].median()) is not None:
            band = {"fillcolor": "rgba(31,78,121,0.06)", "line": {"width": 0}}
            shapes.append({"type": "rect", **ends, "y0": low, "y1": phase["upper"].median(), **band})
    return shapes


def _iso(day: date) -> str:
    return day.isoformat()

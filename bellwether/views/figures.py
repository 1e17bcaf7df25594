"""The figures, as plain dicts: few traces, a year of weeks, shapes for special causes. Nothing here draws or asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from bellwether.trends.verdict import sign_of
from bellwether.views import look, words

Figure = dict[str, Any]
COLUMNS = 2
PANEL = 100


def control_chart(points: pl.DataFrame, about: Mapping[str, Any], marks: Sequence[Mapping[str, Any]] = ()) -> Figure:
    """One process-behaviour chart: values by week, limits, special causes by shape, target, steps and commitments.

    points: what `reading` gives: week, value, observations, centre, lower, upper, special, direction.
    about: the indicator's row (unit, better, target, currency). marks: day, kind, label, who, due.
    """
    weeks = [day.isoformat() for day in points["week"]]
    band = {"type": "scatter", "mode": "lines", "x": weeks, "hoverinfo": "skip", "connectgaps": False}
    edge = {"color": "#c4d0dc", "width": 1, "shape": "hv"}
    upper = {**band, "y": points["upper"].to_list(), "line": edge}
    lower = {
        **band,
        "y": points["lower"].to_list(),
        "line": edge,
        "fill": "tonexty",
        "fillcolor": "rgba(31,78,121,0.05)",
    }
    centre = {**band, "y": points["centre"].to_list(), "line": {"color": "#8696a7", "width": 1.2, "shape": "hv"}}
    frame = look.layout(
        330,
        xaxis=look.axis(type="date", tickformat="%-d %b\n%Y", nticks=9, showgrid=False),
        yaxis=look.scale(about["unit"], words.CURRENCIES.get(about["currency"] or "")),
        shapes=[*_target(about), *_marks(points, marks)],
        annotations=[*_target_name(about), *_mark_names(points, marks)],
    )
    frame["margin"] = {"l": 8, "r": 8, "t": 44 if marks else 14, "b": 8}
    return {"data": [upper, lower, centre, _values(points, about, weeks)], "layout": frame}


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


def _values(points: pl.DataFrame, about: Mapping[str, Any], weeks: list[str]) -> Figure:
    """The line of values; a special cause is a triangle that points up for better and down for worse."""
    tones = _tones(points, about["better"])
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": weeks,
        "y": points["value"].to_list(),
        "line": {"color": look.ACCENT, "width": 1.8},
        "marker": {
            "symbol": [look.MARKERS.get(tone, "circle") for tone in tones],
            "color": [look.TONES[tone] if tone != "calm" else look.ACCENT for tone in tones],
            "size": [10 if tone != "calm" else 4 for tone in tones],
        },
        "customdata": _hovers(points, about, tones),
        "hovertemplate": "%{customdata}<extra></extra>",
        "connectgaps": False,
    }


def _tones(points: pl.DataFrame, better: str) -> list[str]:
    sign = sign_of(better)
    names = {1: "good", -1: "bad"}
    return [
        names.get(sign * direction, "calm") if special else "calm"
        for special, direction in points.select("special", "direction").iter_rows()
    ]


def _hovers(points: pl.DataFrame, about: Mapping[str, Any], tones: list[str]) -> list[str]:
    said = {"good": "<br>▲ special cause, for the better", "bad": "<br>▼ special cause, for the worse"}
    columns = ("week", "value", "observations", "lower", "upper")
    return [
        f"<b>{words.value(value, about['unit'], about['currency'])}</b> in the week of {words.day(week)}"
        f"<br>{words.count(observations, 'observation')}; usual range "
        f"{words.interval(low, high, about['unit'], about['currency'])}{said.get(tone, '')}"
        for (week, value, observations, low, high), tone in zip(points.select(columns).iter_rows(), tones, strict=True)
    ]


def _target(about: Mapping[str, Any]) -> list[Figure]:
    if about["target"] is None:
        return []
    line = {"color": look.INK, "width": 1, "dash": "dash"}
    return [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": about["target"], "y1": about["target"], "line": line}
    ]


def _target_name(about: Mapping[str, Any]) -> list[Figure]:
    if about["target"] is None:
        return []
    text = f"standard {words.value(about['target'], about['unit'], about['currency'], short=True)}"
    return [_note(text, x=0, xref="paper", y=about["target"], xanchor="left", yanchor="bottom")]


def _marks(points: pl.DataFrame, marks: Sequence[Mapping[str, Any]]) -> list[Figure]:
    first, last = points["week"].min(), points["week"].max()
    return [
        {
            "type": "line",
            "x0": mark["day"].isoformat(),
            "x1": mark["day"].isoformat(),
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": look.SOFT, "width": 1, "dash": "solid" if mark["kind"] == "step" else "dot"},
        }
        for mark in marks
        if first <= mark["day"] <= last
    ]


def _mark_names(points: pl.DataFrame, marks: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """What was declared or promised, above its line; set inwards at the right edge and staggered, so none collide."""
    first, last = points["week"].min(), points["week"].max()
    inside = [mark for mark in marks if first <= mark["day"] <= last]
    middle = first + (last - first) / 2
    return [
        _note(
            f"{'Step' if mark['kind'] == 'step' else 'Commitment'}: {_short(mark['label'])}",
            x=mark["day"].isoformat(),
            yref="paper",
            y=1,
            yshift=4 + 15 * (place % 2),
            xanchor="left" if mark["day"] < middle else "right",
            yanchor="bottom",
        )
        for place, mark in enumerate(inside)
    ]


def _short(text: str, most: int = 34) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _note(text: str, **place: Any) -> Figure:
    return {"text": text, "showarrow": False, "font": {"size": 11, "color": look.SOFT}, **place}


def _reach(panels: Sequence[pl.DataFrame]) -> tuple[float, float]:
    """The common scale of all panels: every value, with a little air."""
    values = [value for points in panels for value in points["value"].drop_nulls()]
    low, high = min(values, default=0.0), max(values, default=1.0)
    air = 0.06 * (high - low) or 0.5
    return low - air, high + air


def _panel(points: pl.DataFrame, about: Mapping[str, Any], place: int) -> Figure:
    tones = _tones(points, about["better"])
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
        },
        "customdata": _hovers(points, about, tones),
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
        **_note(
            text, xref=f"x{number} domain", x=0, yref=f"y{number} domain", y=1.02, xanchor="left", yanchor="bottom"
        ),
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

"""One process-behaviour chart as a plain dict: limits, special causes by shape, target, steps and commitments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from bellwether.trends.verdict import sign_of
from bellwether.views import judgement, look, words

Figure = dict[str, Any]
# What stands above the line of a mark.
KINDS = {"step": "Step", "commitment": "Commitment", "done": "Done"}


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
        shapes=[*_target(about), *_marks(points, marks), *_spans(points, marks)],
        annotations=[*_target_name(about), *_mark_names(points, marks)],
    )
    frame["margin"] = {"l": 8, "r": 8, "t": 44 if marks else 14, "b": 8}
    return {"data": [upper, lower, centre, _values(points, about, weeks)], "layout": frame}


def _values(points: pl.DataFrame, about: Mapping[str, Any], weeks: list[str]) -> Figure:
    """The line of values; a special cause is a triangle that points up for better and down for worse."""
    tones = tones_of(points, about["better"])
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
            "line": {"color": look.PAPER, "width": [0.8 if tone != "calm" else 0 for tone in tones]},
        },
        "customdata": hovers(points, about, tones),
        "hovertemplate": "%{customdata}<extra></extra>",
        "connectgaps": False,
    }


def tones_of(points: pl.DataFrame, better: str) -> list[str]:
    sign = sign_of(better)
    names = {1: "good", -1: "bad"}
    return [
        names.get(sign * direction, "calm") if special else "calm"
        for special, direction in points.select("special", "direction").iter_rows()
    ]


def hovers(points: pl.DataFrame, about: Mapping[str, Any], tones: list[str]) -> list[str]:
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
    return [note(text, x=0, xref="paper", y=about["target"], xanchor="left", yanchor="bottom")]


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


def _spans(points: pl.DataFrame, marks: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """The time that a commitment took, or has, as a pale band."""
    first, last = points["week"].min(), points["week"].max()
    return [
        {
            "type": "rect",
            "x0": max(mark["day"], first).isoformat(),
            "x1": min(mark["due"], last).isoformat(),
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "fillcolor": "rgba(184,150,60,0.09)",
            "line": {"width": 0},
        }
        for mark in marks
        if mark["due"] and mark["due"] > first and mark["day"] < last
    ]


def _mark_names(points: pl.DataFrame, marks: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """What was declared or promised, above its line; set inwards at the right edge and staggered, so none collide."""
    first, last = points["week"].min(), points["week"].max()
    inside = [mark for mark in marks if first <= mark["day"] <= last]
    middle = first + (last - first) / 2
    return [
        note(
            f"{KINDS[mark['kind']]}: {_short(mark['label'])}{_told(mark)}",
            x=mark["day"].isoformat(),
            yref="paper",
            y=1,
            yshift=4 + 15 * (place % 2),
            xanchor="left" if mark["day"] < middle else "right",
            yanchor="bottom",
        )
        for place, mark in enumerate(inside)
    ]


def _told(mark: Mapping[str, Any]) -> str:
    """The verdict on a commitment, with its shape."""
    return f" ({judgement.badge({'word': mark['verdict']})[0]})" if mark.get("verdict") else ""


def _short(text: str, most: int = 30) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def note(text: str, **place: Any) -> Figure:
    return {"text": text, "showarrow": False, "font": {"size": 11, "color": look.SOFT}, **place}

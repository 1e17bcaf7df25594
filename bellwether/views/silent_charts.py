"""Survey and everyone as two marks a silo on one scale; what was foretold against what was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from bellwether.views import look, show
from bellwether.views.chosen import ALL_SILOS
from bellwether.views.figures import Figure, note

ROW, AIR = 44, 70


def silos(rows: pl.DataFrame) -> None:
    """Draw the silos. rows: answer of `silent_majority/silos`."""
    told = rows.filter(pl.col("before").is_not_null())
    if told.height:
        said = "; ".join(_in_words(row) for row in told.iter_rows(named=True))
        show.chart(
            pairs(told), "survey and everyone", f"Score of 100, survey and everyone: {said}", "survey and everyone"
        )


def _in_words(row: Mapping[str, Any]) -> str:
    everyone = "not told" if row["value"] is None else f"{row['value']:.0f}"
    return f"{row['silo']} {row['before']:.0f} and {everyone}"


def pairs(rows: pl.DataFrame) -> Figure:
    """A line a silo from what everyone would say (diamond) to what the survey says (circle), each with its interval."""
    names = rows["silo"].to_list()
    labels = [f"<b>{name}</b>" if name == ALL_SILOS else name for name in names]
    frame = look.layout(
        ROW * len(names) + AIR,
        xaxis=look.axis(side="top", title={"text": ""}, ticksuffix=""),
        yaxis=look.axis(autorange="reversed", showgrid=False, tickfont={"size": 13, "color": look.INK}),
        annotations=_texts(rows, labels),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": -0.02, "yanchor": "top", "font": {"size": 12}},
    )
    everyone = _marks(rows, labels, ("value", "low", "high"), "what everyone would say", "diamond", look.ACCENT)
    survey = _marks(
        rows, labels, ("before", "survey_low", "survey_high"), "what the survey says", "circle-open", look.SOFT
    )
    return {"data": [_bars(rows, labels), survey, everyone], "layout": frame}


def _bars(rows: pl.DataFrame, labels: list[str]) -> Figure:
    x: list[float | None] = []
    y: list[str | None] = []
    for row, label in zip(rows.iter_rows(named=True), labels, strict=True):
        x += [row["value"], row["before"] if row["value"] is not None else None, None]
        y += [label, label, None]
    line = {"color": "#d9c3a5", "width": 6}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "showlegend": False}


def _marks(
    rows: pl.DataFrame, labels: list[str], names: tuple[str, str, str], title: str, symbol: str, colour: str
) -> Figure:
    at, low, high = (rows[name].to_list() for name in names)
    reach = [(None, None) if None in (a, b, c) else (c - a, a - b) for a, b, c in zip(at, low, high, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": title,
        "x": at,
        "y": labels,
        "marker": {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2, "color": colour}},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [up for up, _ in reach],
            "arrayminus": [down for _, down in reach],
            "color": colour,
            "thickness": 1.4,
            "width": 4,
        },
        "customdata": [
            "" if a is None else f"<b>{title}: {a:.1f}</b><br>95%: {b:.1f} to {c:.1f}"
            for a, b, c in zip(at, low, high, strict=True)
        ],
        "hovertemplate": "%{y}<br>%{customdata}<extra></extra>",
    }


def _texts(rows: pl.DataFrame, labels: list[str]) -> list[Figure]:
    """How far the survey flatters, between the two marks' line and the next."""
    return [
        note(
            f"flatters by {row['flatters']:.0f} ({row['flatters_low']:.0f} to {row['flatters_high']:.0f})",
            x=(row["value"] + row["before"]) / 2,
            y=label,
            yshift=13,
        )
        for row, label in zip(rows.iter_rows(named=True), labels, strict=True)
        if row["flatters"] is not None
    ]


def calibration(rows: pl.DataFrame, model: Mapping[str, Any]) -> None:
    """Draw what was foretold against what was said. rows: answer of `silent_majority/calibration`."""
    told = rows.filter(pl.col("value").is_not_null())
    if told.height < 3:
        return
    said = f"What was foretold against what was said; slope {model['slope']:.2f}, right is 1"
    show.chart(line(told, model), "calibration of predicted satisfaction", said, "calibration")


def line(rows: pl.DataFrame, model: Mapping[str, Any]) -> Figure:
    """Points with 95% intervals beside the line on which what was said is what was foretold."""
    low = min(rows["expected"].min(), rows["low"].min()) - 2
    high = max(rows["expected"].max(), rows["high"].max()) + 2
    right = {"type": "line", "x0": low, "y0": low, "x1": high, "y1": high, "line": {"color": look.LINE, "width": 2}}
    slope = f"slope {model['slope']:.2f} ({model['slope_low']:.2f} to {model['slope_high']:.2f}); 1 is right"
    frame = look.layout(
        230,
        xaxis=look.axis(range=[low, high], title={"text": "foretold before the answer came", "font": {"size": 11}}),
        yaxis=look.axis(range=[low, high], title={"text": "said", "font": {"size": 11}}),
        shapes=[right],
        annotations=[note(slope, x=0.02, y=0.98, xref="paper", yref="paper", xanchor="left", yanchor="top")],
    )
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": rows["expected"].to_list(),
        "y": rows["value"].to_list(),
        "marker": {"size": 8, "color": look.ACCENT},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (rows["high"] - rows["value"]).to_list(),
            "arrayminus": (rows["value"] - rows["low"]).to_list(),
            "color": look.ACCENT,
            "thickness": 1.2,
            "width": 3,
        },
        "customdata": rows["observations"].to_list(),
        "hovertemplate": "foretold %{x:.0f}, said %{y:.0f}<br>%{customdata:,} answers<extra></extra>",
    }
    return {"data": [points], "layout": frame}

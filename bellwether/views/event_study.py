"""The event study as a plain dict: the gap to the comparison before and after the start, with its intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from bellwether.views import look, words
from bellwether.views.figures import Figure, note

SIDES = {"before": look.SOFT, "set aside": "#a3adb8", "after": look.ACCENT}
SYMBOLS = {"before": "circle-open", "set aside": "x-thin", "after": "circle"}


def event_study(blocks: pl.DataFrame, points: pl.DataFrame, about: Mapping[str, Any], height: int = 240) -> Figure:
    """Blocks with 95% intervals around a line at zero; the gap week by week as a thin line behind.

    blocks: from_week, to_week, side, estimate, lower, upper. points: week, gap. about: unit, currency.
    """
    scale = 100 if about["unit"] == "share" else 1
    figures = ("estimate", "lower", "upper")
    drawn = blocks.filter(pl.col("estimate").is_not_null()).sort("from_week")
    kept = drawn.with_columns((pl.col(name) * scale).alias(name) for name in figures)
    points = points.with_columns(pl.col("gap") * scale)
    frame = look.layout(
        height,
        xaxis=look.axis(title={"text": "weeks from the start", "font": {"size": 11, "color": look.SOFT}}, nticks=9),
        yaxis=look.axis(tickformat=",.3~g", nticks=5, title=_title(about)),
        shapes=[_flat(), _upright()],
        annotations=[note("start", x=0, yref="paper", y=1, xanchor="left", yanchor="top", xshift=3)],
    )
    return {"data": [_weeks(points, kept), _blocks(kept, drawn, about)], "layout": frame}


def _title(about: Mapping[str, Any]) -> Figure:
    units = {"share": "points", "score": "points", "seconds": "seconds", "money": about.get("currency") or ""}
    return {"text": units.get(about["unit"], ""), "font": {"size": 11, "color": look.SOFT}}


def _middle(blocks: pl.DataFrame) -> list[float]:
    return [(first + last) / 2 for first, last in blocks.select("from_week", "to_week").iter_rows()]


def _blocks(blocks: pl.DataFrame, told: pl.DataFrame, about: Mapping[str, Any]) -> Figure:
    sides = blocks["side"].to_list()
    up, down = ((blocks[a] - blocks[b]).to_list() for a, b in (("upper", "estimate"), ("estimate", "lower")))
    return {
        "type": "scatter",
        "mode": "markers",
        "x": _middle(blocks),
        "y": blocks["estimate"].to_list(),
        "error_y": {"type": "data", "array": up, "arrayminus": down, "color": "#8fa6bf", "thickness": 1.4, "width": 3},
        "marker": {
            "symbol": [SYMBOLS.get(side, "circle") for side in sides],
            "color": [SIDES.get(side, look.ACCENT) for side in sides],
            "size": 8,
            "line": {"width": 1.5, "color": [SIDES.get(side, look.ACCENT) for side in sides]},
        },
        "customdata": _hovers(told, about),
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _hovers(blocks: pl.DataFrame, about: Mapping[str, Any]) -> list[str]:
    unit, currency = about["unit"], about.get("currency")
    columns = ("from_week", "to_week", "side", "estimate", "lower", "upper")
    return [
        f"<b>{words.change(estimate, unit, currency)}</b> in weeks {first} to {last} ({side})"
        f"<br>95%: {words.changes(low, high, unit, currency)}"
        for first, last, side, estimate, low, high in blocks.select(columns).iter_rows()
    ]


def _weeks(points: pl.DataFrame, blocks: pl.DataFrame) -> Figure:
    first = blocks["from_week"].min() if blocks.height else -52
    kept = points.filter(pl.col("week") >= first).sort("week")
    return {
        "type": "scatter",
        "mode": "lines",
        "x": kept["week"].to_list(),
        "y": kept["gap"].to_list(),
        "line": {"color": "#c4d0dc", "width": 1.2},
        "hoverinfo": "skip",
    }


def _flat() -> Figure:
    line = {"color": look.INK, "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "line": line, "layer": "below"}


def _upright() -> Figure:
    line = {"color": look.SOFT, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": line}

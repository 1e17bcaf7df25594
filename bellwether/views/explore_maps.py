"""Charts without a scale of values: a heat map, a funnel, and flows between two columns (Sankey)."""

from __future__ import annotations

from typing import Any

import polars as pl

from bellwether.exploring import Drawing
from bellwether.views import look, words
from bellwether.views.explore_reading import FEW, HIGH, LOW, said, word
from bellwether.views.figures import Figure

# One hue, so that darker is always more, and light enough at its end for the figure to be read.
SHADES = [[0, "#f3f6fa"], [1, "#7fa3c7"]]
# Up to so many columns a cell has room for its figure.
ROOM = 14
HIDDEN = "few"
NOT_KNOWN = "not known"


def heat(rows: pl.DataFrame, wanted: Drawing, currency: str | None) -> Figure:
    """A value in each meeting of two groups, as a shade and as a figure."""
    along, up = _members(rows, wanted.x), _members(rows, wanted.y)
    cells = {(_name(row[wanted.x]), _name(row[wanted.y])): row for row in rows.iter_rows(named=True)}
    grid = [[cells.get((x, y)) for x in along] for y in up]
    figure = {
        "type": "heatmap",
        "x": along,
        "y": up,
        "z": [[_number(row and row[wanted.value]) for row in line] for line in grid],
        "text": [[_short(row, wanted, currency) for row in line] for line in grid],
        "customdata": [[_hover(row, wanted, currency) for row in line] for line in grid],
        "hovertemplate": "%{y}, %{x}<br>%{customdata}<extra></extra>",
        "colorscale": SHADES,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        **({"texttemplate": "%{text}", "textfont": {"size": 12, "color": look.INK}} if len(along) <= ROOM else {}),
    }
    frame = look.layout(
        60 + 30 * len(up),
        xaxis=look.axis(type="category", side="top", showgrid=False, showline=False, ticks=""),
        yaxis=look.axis(type="category", autorange="reversed", showgrid=False, showline=False, ticks=""),
    )
    hidden = [_cover(row, wanted) for row in rows.iter_rows(named=True) if row.get(FEW)]
    return {"data": [figure], "layout": {**frame, "annotations": hidden}}


def _cover(row: dict[str, Any], wanted: Drawing) -> Figure:
    """The mark of a cell that is hidden: a heat map draws no text where it has no value."""
    font = {"size": 11, "color": look.SOFT}
    return {"x": _name(row[wanted.x]), "y": _name(row[wanted.y]), "text": HIDDEN, "showarrow": False, "font": font}


def _members(rows: pl.DataFrame, column: str) -> list[str]:
    """Members in order of their first row; numbers and days in their own order."""
    values = rows[column].unique(maintain_order=True)
    return [_name(value) for value in (values if values.dtype == pl.String else values.sort())]


def _name(value: Any) -> str:
    return NOT_KNOWN if value is None else said(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _short(row: dict[str, Any] | None, wanted: Drawing, currency: str | None) -> str:
    return said(row[wanted.value], wanted.unit, currency, short=True) if row and row[wanted.value] is not None else ""


def _hover(row: dict[str, Any] | None, wanted: Drawing, currency: str | None) -> str:
    if row is None:
        return "nothing observed"
    if row.get(FEW):
        return "too few people to show"
    told = f"<b>{said(row[wanted.value], wanted.unit, currency)}</b>"
    if row.get(LOW) is not None:
        told += f" (95% interval {words.interval(row[LOW], row[HIGH], wanted.unit, currency)})"
    return f"{told}<br>{word(wanted.count)}: {said(row[wanted.count])}"


def funnel(rows: pl.DataFrame, wanted: Drawing, currency: str | None) -> Figure:
    """Steps from the top down, each with its number and its share of the first."""
    known = rows.drop_nulls(wanted.y)
    values = known[wanted.y].cast(pl.Float64).to_list()
    figure = {
        "type": "funnel",
        "y": [_name(value) for value in known[wanted.x]],
        "x": values,
        "text": [_step(value, values[0], wanted, currency) for value in values],
        "textinfo": "text",
        "hoverinfo": "y+text",
        "marker": {"color": look.ACCENT},
        "connector": {"fillcolor": "#e6edf5", "line": {"width": 0}},
    }
    frame = look.layout(60 + 52 * len(values), yaxis=look.axis(showgrid=False), xaxis={"visible": False})
    return {"data": [figure], "layout": frame}


def _step(value: float, first: float, wanted: Drawing, currency: str | None) -> str:
    share = f" · {words.value(value / first, 'share', short=True)}" if first else ""
    return f"{said(value, wanted.unit or 'count', currency)}{share}"


def sankey(rows: pl.DataFrame, wanted: Drawing, currency: str | None) -> Figure:
    """Flows from the members of x to those of y, as wide as their count."""
    known = rows.drop_nulls(wanted.count)
    left, right = _members(known, wanted.x), _members(known, wanted.y)
    flows = known.select(wanted.x, wanted.y, wanted.count).rows()
    figure = {
        "type": "sankey",
        "node": {
            "label": [*left, *right],
            "color": look.ACCENT,
            "pad": 14,
            "thickness": 12,
            "line": {"width": 0},
            "hovertemplate": f"%{{label}}<br>{word(wanted.count)}: %{{value:,.0f}}<extra></extra>",
        },
        "link": {
            "source": [left.index(_name(start)) for start, _, _ in flows],
            "target": [len(left) + right.index(_name(end)) for _, end, _ in flows],
            "value": [float(count) for _, _, count in flows],
            "color": "rgba(31,78,121,0.18)",
            "hovertemplate": "%{source.label} to %{target.label}: %{value:,.0f}<extra></extra>",
        },
    }
    return {"data": [figure], "layout": look.layout(max(320, 34 * max(len(left), len(right))))}


DRAWN = {"heat": heat, "funnel": funnel, "sankey": sankey}

"""The chart that a question's header asks for, as a plain dict: lines, bars and points, one panel or several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from bellwether.exploring import Drawing
from bellwether.views import explore_maps, look, words
from bellwether.views.explore_panels import Panel, axes, panels, title
from bellwether.views.explore_reading import FEW, HIGH, LOW, said, word
from bellwether.views.figures import Figure

# Told apart by colour and by mark. None of them is the colour of better or worse.
SERIES = (
    (look.ACCENT, "circle", "solid"),
    ("#c08a1e", "square", "dash"),
    ("#6a4c93", "diamond", "dot"),
    ("#3a8fb7", "cross", "dashdot"),
    ("#8c5a3c", "x", "longdash"),
    (look.SOFT, "star", "solid"),
)
MOST_SERIES = len(SERIES)


def figure(rows: pl.DataFrame, wanted: Drawing, currency: str | None = None) -> Figure | None:
    """The chart of an answer; None for a table, or where no figure is left to draw.

    rows: the answer with its small groups emptied, and `low` and `high` where it has intervals.
    """
    if wanted.chart == "table" or not rows[wanted.value].drop_nulls().len():
        return None
    if wanted.chart in explore_maps.DRAWN:
        return explore_maps.DRAWN[wanted.chart](rows, wanted, currency)
    return _cartesian(rows, wanted, currency)


def lying(rows: pl.DataFrame, wanted: Drawing) -> bool:
    """Bars over names lie down, so that the names can be read; bars over time or numbers stand."""
    return wanted.chart == "bar" and rows.schema[wanted.x] == pl.String


def _cartesian(rows: pl.DataFrame, wanted: Drawing, currency: str | None) -> Figure:
    shown = panels(rows, wanted)
    names = series_of(rows, wanted)
    flat = lying(rows, wanted)
    height = 40 + 34 * max(rows[wanted.x].n_unique(), 3) if flat and len(shown) == 1 else 360
    frame = look.layout(height, shapes=[], annotations=[])
    if len(shown) > 1:
        frame["height"] = 30 + -(-len(shown) // 2) * (40 + 24 * rows[wanted.x].n_unique() if flat else 190)
    if len(names) > 1:
        frame |= {"showlegend": True, "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}}
        frame["margin"] = {**frame["margin"], "t": 36}
    reach = _reach(rows, wanted)
    data = []
    for panel in shown:
        frame |= axes(panel, len(shown), _scales(rows, wanted, currency, flat, reach))
        frame["annotations"] += title(panel, len(shown))
        frame["shapes"] += _target(panel, wanted, flat)
        data += [_trace(part, wanted, panel, name, names, currency) for name, part in _parts(panel.rows, wanted, names)]
    return {"data": data, "layout": frame}


def series_of(rows: pl.DataFrame, wanted: Drawing) -> list[str]:
    """What colours tell apart, in order of the rows; `[""]` without. At most six: more can't be told apart."""
    if not wanted.colour:
        return [""]
    return _named(rows, wanted.colour).unique(maintain_order=True).to_list()[:MOST_SERIES]


def _named(rows: pl.DataFrame, column: str) -> pl.Series:
    return rows[column].cast(pl.String).fill_null("not known")


def _parts(rows: pl.DataFrame, wanted: Drawing, names: Sequence[str]) -> list[tuple[str, pl.DataFrame]]:
    if not wanted.colour:
        return [("", rows)]
    key = _named(rows, wanted.colour)
    return [(name, rows.filter(key == name)) for name in names if (key == name).any()]


def _trace(
    rows: pl.DataFrame, wanted: Drawing, panel: Panel, name: str, names: Sequence[str], currency: str | None
) -> Figure:
    colour, symbol, dash = SERIES[names.index(name)]
    flat = lying(rows, wanted)
    along, up = plain(rows[wanted.x]), rows[wanted.y].cast(pl.Float64).to_list()
    trace: Figure = {
        "type": "bar" if wanted.chart == "bar" else "scatter",
        "x": up if flat else along,
        "y": along if flat else up,
        "xaxis": f"x{panel.suffix}",
        "yaxis": f"y{panel.suffix}",
        "name": name,
        "legendgroup": name,
        "showlegend": panel.place == 0,
        "customdata": hovers(rows, wanted, currency),
        "hovertemplate": "%{customdata}<extra></extra>",
        **(_interval(rows, wanted, flat) if whiskers(wanted, names) else {}),
    }
    if wanted.chart == "bar":
        pattern = {"shape": ("", "/", ".", "x", "-", "|")[names.index(name)], "fgcolor": look.PAPER, "size": 6}
        return trace | {"marker": {"color": colour, "pattern": pattern}, "orientation": "h" if flat else "v"}
    mark = {"color": colour, "symbol": symbol, "size": 5 if wanted.chart == "line" else 8}
    line = {"color": colour, "width": 1.8, "dash": dash}
    lines = {"mode": "lines+markers", "line": line} if wanted.chart == "line" else {"mode": "markers"}
    return trace | lines | {"marker": mark, "connectgaps": False}


def whiskers(wanted: Drawing, names: Sequence[str]) -> bool:
    """Whether intervals are drawn: of several lines they would run into each other; what a mark says holds them."""
    return wanted.chart != "line" or len(names) == 1


def _interval(rows: pl.DataFrame, wanted: Drawing, flat: bool) -> Figure:
    """The 95% interval as a thin whisker."""
    if not {LOW, HIGH} <= set(rows.columns):
        return {}
    up, down = (
        [None if edge is None or at is None else abs(edge - at) for edge, at in rows.select(name, wanted.y).iter_rows()]
        for name in (HIGH, LOW)
    )
    bars = {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": "#98a5b3", "thickness": 1.2}
    return {"error_x" if flat else "error_y": {**bars, "width": 3}}


def hovers(rows: pl.DataFrame, wanted: Drawing, currency: str | None) -> list[str]:
    """What a mark says: its group, its figure with interval, and how many stand behind it."""
    return [hover(row, wanted, currency) for row in rows.iter_rows(named=True)]


def hover(row: dict[str, Any], wanted: Drawing, currency: str | None) -> str:
    """One mark in words."""
    if row.get(FEW):
        figure = "too few people to show"
    else:
        figure = f"<b>{said(row[wanted.value], wanted.unit, currency)}</b>"
        if row.get(LOW) is not None:
            figure += f" (95% interval {words.interval(row[LOW], row[HIGH], wanted.unit, currency)})"
        if wanted.chart == "scatter":
            figure += f"<br>{word(wanted.x)}: {said(row[wanted.x])}"
        if wanted.count != wanted.value:
            figure += f"<br>{word(wanted.count)}: {said(row[wanted.count])}"
    names = [
        *wanted.groups,
        *(name for name, cell in row.items() if isinstance(cell, str) and name not in wanted.groups),
    ]
    group = ", ".join(said(row[name]) if row[name] is not None else "not known" for name in names)
    return f"{group}<br>{figure}" if group else figure


def plain(column: pl.Series) -> list[Any]:
    """Values as the browser takes them: days as text, what is not known by name."""
    if column.dtype.is_temporal():
        return [value and value.isoformat() for value in column]
    if column.dtype == pl.String:
        return column.fill_null("not known").to_list()
    return column.cast(pl.Float64, strict=False).to_list()


def _reach(rows: pl.DataFrame, wanted: Drawing) -> list[float] | None:
    """One scale for all panels; bars begin at nought, and shares of lines too where they are near it."""
    edges = [wanted.y, *(name for name in (LOW, HIGH) if name in rows.columns)]
    values = [value for name in edges for value in rows[name].drop_nulls().cast(pl.Float64)]
    values += [wanted.target] if wanted.target is not None else []
    low, high = min(values), max(values)
    air = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    grounded = wanted.chart == "bar" or 0 <= low < 0.4 * high
    return [min(low - air, 0) if low < 0 else 0 if grounded else low - air, high + air if high > 0 else 0]


def _scales(
    rows: pl.DataFrame, wanted: Drawing, currency: str | None, flat: bool, reach: list[float] | None
) -> tuple[Figure, Figure]:
    """The two axes: of the groups along, and of values."""
    sign = words.CURRENCIES.get(currency or "")
    values = look.scale(wanted.unit, sign, range=reach, nticks=6)
    kind = rows.schema[wanted.x]
    if kind.is_temporal():
        along = look.axis(type="date", tickformat="%-d %b\n%Y", nticks=8, showgrid=False)
    elif kind == pl.String:
        along = look.axis(type="category", showgrid=False, **({"autorange": "reversed"} if flat else {}))
    else:
        along = look.axis(showgrid=wanted.chart == "scatter")
    if wanted.chart == "scatter":
        font = {"font": {"size": 12, "color": look.SOFT}}
        along["title"], values["title"] = {"text": word(wanted.x), **font}, {"text": word(wanted.y), **font}
    return (values, along) if flat else (along, values)


def _target(panel: Panel, wanted: Drawing, flat: bool) -> list[Figure]:
    """The target as a dashed line across the panel."""
    if wanted.target is None:
        return []
    line = {"type": "line", "line": {"color": look.INK, "width": 1, "dash": "dash"}}
    at, across = {"0": wanted.target, "1": wanted.target}, {"0": 0, "1": 1}
    x, y = (at, across) if flat else (across, at)
    refs = {
        "xref": f"x{panel.suffix}{'' if flat else ' domain'}",
        "yref": f"y{panel.suffix}{' domain' if flat else ''}",
    }
    return [{**line, **refs, **{f"x{k}": v for k, v in x.items()}, **{f"y{k}": v for k, v in y.items()}}]


def is_time(rows: pl.DataFrame, wanted: Drawing) -> bool:
    """Whether the rows run along time."""
    return bool(wanted.x) and isinstance(next(iter(rows[wanted.x].drop_nulls()), None), date)

"""The one look of all charts: colours that mean something, a quiet frame, and figures that stay plain dicts."""

from __future__ import annotations

from typing import Any

INK = "#1d2733"
SOFT = "#5b6876"
LINE = "#dde3ea"
PAPER = "#ffffff"
ACCENT = "#1f4e79"

# Tones of a state. Told apart by people who don't see red and green, and always beside a shape and a word.
TONES = {"good": "#0b7a66", "bad": "#b9480e", "calm": "#5b6876", "faint": "#a3adb8"}
FILLS = {"good": "#e2f3ef", "bad": "#fcebe1", "calm": "#ffffff", "faint": "#ffffff"}
BADGES = {"good": "green", "bad": "orange", "calm": "gray", "faint": "gray"}
# The marker of a special cause on a chart, by tone.
MARKERS = {"good": "triangle-up", "bad": "triangle-down"}

FONT = "Source Sans, sans-serif"
TICKS = {"share": ".0%", "score": ".0f", "count": ".2~f", "index": ".2~f", "money": ",.0f", "seconds": ",.0f"}


def layout(height: int, **more: Any) -> dict[str, Any]:
    """The frame of a figure: no title (the page has one), no legend box, room for the ticks only."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"family": FONT, "size": 12, "color": INK},
        "hoverlabel": {"font": {"family": FONT, "size": 13, "color": INK}, "bgcolor": PAPER, "bordercolor": LINE},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        **more,
    }


def axis(**more: Any) -> dict[str, Any]:
    """An axis with faint lines; nothing on it that isn't read."""
    return {
        "gridcolor": "#eef1f5",
        "linecolor": LINE,
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
        "tickfont": {"size": 11, "color": SOFT},
        **more,
    }


def scale(unit: str, currency: str | None = None, **more: Any) -> dict[str, Any]:
    """The axis of values in a unit."""
    prefix = {"tickprefix": f"{currency} "} if unit == "money" and currency else {}
    return axis(tickformat=TICKS.get(unit, ",.2~f"), **prefix, **more)


def config(name: str) -> dict[str, Any]:
    """What the reader may do with a figure: take it along as a picture. `name`: of the file, without its ending."""
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "filename": name, "scale": 2},
    }

"""Small multiples of an explored chart: one panel a member of `facet`, all on one scale."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from bellwether.exploring import Drawing
from bellwether.views import look
from bellwether.views.figures import Figure, note

COLUMNS = 2
MOST_PANELS = 12


@dataclass(frozen=True)
class Panel:
    """One panel: where it stands, its name ("" where it stands alone) and its rows."""

    place: int
    name: str
    rows: pl.DataFrame

    @property
    def suffix(self) -> str:
        """What Plotly calls its axes: nothing for the first, then 2, 3 ..."""
        return "" if self.place == 0 else str(self.place + 1)


def panels(rows: pl.DataFrame, wanted: Drawing) -> list[Panel]:
    """The panels in order of the rows; at most twelve."""
    if not wanted.facet:
        return [Panel(0, "", rows)]
    key = rows[wanted.facet].cast(pl.String).fill_null("not known")
    names = key.unique(maintain_order=True).to_list()[:MOST_PANELS]
    return [Panel(place, name, rows.filter(key == name)) for place, name in enumerate(names)]


def axes(panel: Panel, of: int, scales: tuple[Figure, Figure]) -> Figure:
    """The axes of a panel, in its place of a grid of two columns; ticks only at the left and at the bottom."""
    x, y = scales
    names = f"xaxis{panel.suffix}", f"yaxis{panel.suffix}"
    if of == 1:
        return {names[0]: x, names[1]: y}
    rows = -(-of // COLUMNS)
    row, column = divmod(panel.place, COLUMNS)
    across = [column / COLUMNS + 0.03 * column, (column + 1) / COLUMNS - 0.03 * (1 - column)]
    top = 1 - row / rows
    upright = [top - 0.84 / rows, top - 0.16 / rows]
    last = panel.place + COLUMNS >= of
    lower = {**x, "domain": across, "anchor": f"y{panel.suffix}", "nticks": 3, "showticklabels": last}
    left = {**y, "domain": upright, "anchor": f"x{panel.suffix}", "showticklabels": column == 0}
    return {names[0]: lower, names[1]: left}


def title(panel: Panel, of: int) -> list[Figure]:
    """The panel's name above it."""
    if of == 1:
        return []
    refs = {"xref": f"x{panel.suffix} domain", "yref": f"y{panel.suffix} domain"}
    above = note(panel.name, **refs, x=0, y=1.02, xanchor="left", yanchor="bottom")
    return [{**above, "font": {"size": 12, "color": look.INK}}]

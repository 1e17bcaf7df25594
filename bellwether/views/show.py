"""Figures and tables on the page, each with what belongs to it: a name for those who listen, PNG and CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st
from plotly.basedatatypes import BaseFigure

from bellwether.views import downloads, look
from bellwether.views.plain import literal


def heading(
    text: str, rows: pl.DataFrame | None = None, key: str = "", note: str = "", period: str = "", about: str = ""
) -> None:
    """The heading of a block, with the days that its figures are of, and the download of what stands below it.

    about: what the file is called by, where the heading alone would not tell.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(literal(text), anchor=False, help=note or None, width="content" if period else "stretch")
        if period:
            st.caption(period, width="stretch")
        if rows is not None and rows.height:
            downloads.button(rows, about or text, key)


class Drawn(BaseFigure):
    """A figure that is taken as it is: Plotly would check every value of a dict again at each rerun, which costs more
    than all the rest of the chart. The tests check what we draw instead."""

    def __init__(self, figure: dict[str, Any]) -> None:
        object.__setattr__(self, "_figure", figure)

    def to_dict(self) -> dict[str, Any]:
        return self._figure


def chart(figure: dict[str, Any], about: str, alt: str, key: str) -> None:
    """A figure with its picture button; `alt` says what it shows to those who can't see it."""
    st.plotly_chart(Drawn(figure), theme=None, config=look.config(downloads.stem(about)), alt=alt, key=key)


def table(rows: pl.DataFrame, alt: str, key: str, formats: Mapping[str, Any] | None = None, height: int | None = None):
    """A table of rows whose columns are named in words."""
    st.dataframe(
        rows,
        hide_index=True,
        alt=alt,
        key=key,
        column_config=dict(formats or {}),
        height=height or "auto",
        placeholder="–",
    )


def download(rows: pl.DataFrame, about: str) -> None:
    """The CSV button on its own, for a table that has no heading of ours."""
    downloads.button(rows, about, about)

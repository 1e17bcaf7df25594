"""Figures and tables on the page, each with what belongs to it: a name for those who listen, PNG and CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import downloads, look


def heading(text: str, rows: pl.DataFrame | None = None, key: str = "", note: str = "") -> None:
    """The heading of a block, with the download of what stands below it at its right."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(text, anchor=False, help=note or None, width="stretch")
        if rows is not None and rows.height:
            downloads.button(rows, text, key)


def chart(figure: dict[str, Any], about: str, alt: str, key: str) -> None:
    """A figure with its picture button; `alt` says what it shows to those who can't see it."""
    st.plotly_chart(figure, theme=None, config=look.config(downloads.stem(about)), alt=alt, key=key)


def table(rows: pl.DataFrame, alt: str, key: str, formats: Mapping[str, Any] | None = None, height: int | None = None):
    """A table of rows whose columns are named in words."""
    st.dataframe(
        rows,
        hide_index=True,
        alt=alt,
        key=key,
        column_config=dict(formats or {}),
        height=height or "auto",
    )


def download(rows: pl.DataFrame, about: str) -> None:
    """The CSV button on its own, for a table that has no heading of ours."""
    downloads.button(rows, about, about)

"""A table whose cells can be chosen: the grid of verdicts, and the steps of a drill-down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_board = st.components.v2.component(
    "bellwether_board",
    html='<div class="board"></div>\n',
    css=(_HERE / "board.css").read_text(encoding="utf-8"),
    js=(_HERE / "board.js").read_text(encoding="utf-8"),
)

Cell = dict[str, Any]
Row = dict[str, Any]


def board(
    columns: Sequence[dict[str, str]],
    rows: Sequence[Row],
    caption: str,
    key: str,
    on_pick: Callable[[], None] = lambda: None,
    narrow: str = "stack",
) -> Any:
    """Draw the table; returns what the reader has just chosen (a cell's `pick`), else None.

    columns: `text`, and maybe `sub` and `align`. rows: either `{"group": words}` or `{"cells": [...], "chosen": bool}`.
    cells: `text`, `sub`, `shape`, `tone` (good, bad, calm, faint), `tip`, `head`, `align`, `bar` (places in percent:
    low, at, high, before, target), `spark` (a line of values), `span` (columns that it takes), and for cells that can
    be chosen `pick`, `href` and `label` (for those who listen).
    caption: what the table is, for those who listen. on_pick runs before the page does; read `picked(key)` in it.
    narrow: what becomes of four columns and more on a phone: `stack` sets a row's cells below its head, each with the
    name of its column; `scroll` leaves the table, to be pushed sideways, and says so.
    """
    data = {"columns": list(columns), "rows": list(rows), "caption": caption, "narrow": narrow}
    return _board(key=key, data=data, on_picked_change=on_pick).picked


def picked(key: str) -> Any:
    """What has just been chosen in the table `key`, for use in a callback."""
    return st.session_state[key].picked

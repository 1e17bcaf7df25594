"""Lanes of cards: each card a link that can be reached and chosen with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_lanes = st.components.v2.component(
    "bellwether_lanes",
    html='<div class="lanes"></div>\n',
    css=(_HERE / "lanes.css").read_text(encoding="utf-8"),
    js=(_HERE / "lanes.js").read_text(encoding="utf-8"),
)


def lanes(columns: Sequence[dict[str, Any]], caption: str, key: str, on_pick: Callable[[], None]) -> None:
    """Draw the lanes. columns: `text`, `cards`. cards: `pick`, `href`, `label`, `chosen`, `title`, and `lines`, each
    with `text` and maybe `shape` and `tone` (good, bad, calm, faint).

    caption: what it is, for those who listen. on_pick runs before the page does; read `picked(key)` in it.
    """
    _lanes(key=key, data={"columns": list(columns), "caption": caption}, on_picked_change=on_pick)


def picked(key: str) -> Any:
    """What has just been chosen in the lanes `key`, for use in a callback."""
    return st.session_state[key].picked

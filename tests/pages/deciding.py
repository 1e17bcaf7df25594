"""A store of a test's own, and what the boards on a page hold."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def drawn_data(at: AppTest, name: str) -> dict[str, Any]:
    """The data of the table or the lanes of that caption."""
    found = [json.loads(one.proto.json) for one in at.get("bidi_component")]
    return next(one for one in found if one.get("caption") == name)


def cards(at: AppTest) -> dict[str, dict[str, dict]]:
    """Lane -> title -> card."""
    lanes = drawn_data(at, "Commitments from idea to verdict")["columns"]
    return {lane["text"]: {one["title"]: one for one in lane["cards"]} for lane in lanes}


def lane_of(at: AppTest, title: str) -> str:
    return next(lane for lane, held in cards(at).items() if title in held)


def said(at: AppTest) -> str:
    """All that the page says outside of tables."""
    kinds = (at.markdown, at.caption, at.warning, at.info, at.subheader)
    return " ".join(f"{one.value} {getattr(one.proto, 'title', '')}" for kind in kinds for one in kind)


def press(at: AppTest, label: str) -> AppTest:
    return next(one for one in at.button if one.label == label).click().run()


def as_(at: AppTest, name: str) -> AppTest:
    """Say who writes."""
    at.text_input(key="me").set_value(name)
    return at.run()

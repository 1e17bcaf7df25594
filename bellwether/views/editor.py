"""The editor of the lab: one question as text, with completion. What was run comes back as a trigger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from bellwether.lab.catalogue import Catalogue

_HERE = Path(__file__).parent
_editor = st.components.v2.component(
    "bellwether_editor",
    html='<div class="editor"></div>\n',
    css=(_HERE / "editor.css").read_text(encoding="utf-8"),
    js=(_HERE / "editor.js").read_text(encoding="utf-8"),
)


def editor(known: Catalogue, start: str, given: str, key: str) -> str | None:
    """Draw the editor; returns the text when it has just been run, else None.

    known: what it completes. start: the text of somebody who has written nothing yet. given: a text that was asked for
    in the address, which takes the place of what stands there.
    """
    data: dict[str, Any] = {**known.plain(), "start": start, "given": given}
    ran = _editor(key=key, data=data, on_ran_change=lambda: None).ran
    return str(ran["sql"]) if ran else None

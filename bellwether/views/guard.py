"""Who looks, and whether a page is theirs. Asked by app.py for the menu, by each page for itself, and by each question.

A page that is not theirs is not in the menu; its address answers "not yours", and none of its questions is asked.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from bellwether.access.viewer import LOCAL, Viewer
from bellwether.views import listing


def viewer() -> Viewer:
    """Who looks at this page."""
    return LOCAL


def enter(file: str | Path) -> None:
    """The first line of each page: end it here, with a sentence, unless it is the viewer's. Unlisted: nobody's."""
    listed = listing.of(file)
    if not viewer().may_open(listed.roles if listed else ()):
        not_yours(listed)
        st.stop()


def not_yours(listed: listing.Listed | None) -> None:
    """Say that a page is somebody else's, and whose."""
    whose = f"It is for {_any(listed.roles)}. " if listed else ""
    st.info(
        f"{whose}Whoever looks after this dashboard can give you the role, if your work needs it.",
        title="This page is not yours to open",
        icon=":material/lock:",
    )


def _any(roles: tuple[str, ...]) -> str:
    some = [f"{role}s" for role in roles]
    return " and ".join([", ".join(some[:-1]), some[-1]] if some[1:] else some)

"""A file that is saved under `queries/` shows on the open page by itself, where the one who writes it sits.

Streamlit's own watcher looks at Python alone, and is off. What lies under `queries/` is looked at every other second,
only where no identity provider is set up: on a server for many the next click shows it just as well, and costs nothing.
"""

from __future__ import annotations

import os

import streamlit as st

from bellwether.access.viewer import LOCAL
from bellwether.settings import settings
from bellwether.views import guard

STAMP = "what stood under queries/"
LOOK_SECONDS = 2


def pin() -> None:
    """Remember what this run of the page shows."""
    if guard.viewer() == LOCAL:
        st.session_state[STAMP] = stamp()


def stamp() -> int:
    """Changes with every file under `queries/` that is saved, added or taken away."""
    return hash(
        frozenset(
            (file.path, file.stat().st_mtime_ns)
            for folder, _, _ in os.walk(settings().queries)
            for file in os.scandir(folder)
            if file.name.endswith(".sql")
        )
    )


def follow() -> None:
    """Draw the page anew when a file was saved."""
    if guard.viewer() == LOCAL:
        _look()


@st.fragment(run_every=LOOK_SECONDS)
def _look() -> None:
    if st.session_state.get(STAMP) != stamp():
        st.rerun()


def macros() -> int:
    """When `macros.sql` was saved: an open version knows the macros of that moment."""
    return (settings().queries / "macros.sql").stat().st_mtime_ns

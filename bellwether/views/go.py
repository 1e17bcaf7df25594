"""Ways from one page to another that carry what has been chosen."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from bellwether.settings import ROOT
from bellwether.views.chosen import ALL_SILOS

SILOS = ROOT / "pages" / "silos" / "silos.py"


def address(title: str, silo: str) -> str:
    """The address of a silo's chart; for a link that is opened in a tab of its own."""
    return f"silos?{urlencode({'indicator': title, 'silo': silo})}"


def link(label: str, title: str, silo: str = ALL_SILOS, page: Path = SILOS) -> None:
    """A link to the chart of an indicator in a silo."""
    where = {"indicator": title, "silo": silo}
    icon = ":material/chevron_right:"
    st.page_link(page, label=label, query_params=where, icon=icon, icon_position="right", help="Open its chart")


def to_silo(indicator: str, title: str, silo: str) -> None:
    """Open the chart of an indicator in a silo now."""
    st.session_state["indicator"], st.session_state["silo"] = indicator, silo
    st.switch_page(SILOS, query_params={"indicator": title, "silo": silo})


def leave() -> None:
    """On a page without them, forget which indicator and silo were chosen, so that a link decides."""
    for name in ("indicator", "silo"):
        st.session_state.pop(name, None)

"""Ways from one page to another that carry what has been chosen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from bellwether.settings import ROOT
from bellwether.views import guard, listing
from bellwether.views.chosen import ALL_SILOS

SILOS = ROOT / "pages" / "silos" / "silos.py"
OUTLOOK = ROOT / "pages" / "outlook" / "outlook.py"
QUICK_WINS = ROOT / "pages" / "quick_wins" / "quick_wins.py"
CATALOGUE = ROOT / "pages" / "catalogue" / "catalogue.py"
ACCOUNTABILITY = ROOT / "pages" / "accountability" / "accountability.py"
LAB = ROOT / "pages" / "explore" / "lab.py"
WHO, WEEKS, PROOF, TRACK, TRUST = "Who stays", "Weeks ahead", "What runs ahead", "Track record", "How far to trust this"


def address(title: str, silo: str) -> str:
    """The address of a silo's chart; for a link that is opened in a tab of its own."""
    return f"silos?{urlencode({'indicator': title, 'silo': silo})}"


def customer_address(customer: str) -> str:
    """The address of a customer; for a link that is opened in a tab of its own."""
    return f"customers?{urlencode({'customer': customer})}"


def link(label: str, title: str, silo: str = ALL_SILOS, page: Path = SILOS) -> None:
    """A link to the chart of an indicator in a silo."""
    where = {"indicator": title, "silo": silo}
    icon = ":material/chevron_right:"
    st.page_link(page, label=label, query_params=where, icon=icon, icon_position="right", help="Open its chart")


def to_silo(indicator: str, title: str, silo: str) -> None:
    """Open the chart of an indicator in a silo now."""
    st.session_state["indicator"], st.session_state["silo"] = indicator, silo
    st.switch_page(SILOS, query_params={"indicator": title, "silo": silo})


def to_outlook(label: str, section: str) -> None:
    """A link to a section of the outlook."""
    icon = ":material/chevron_right:"
    st.page_link(OUTLOOK, label=label, query_params={"section": section}, icon=icon, icon_position="right")


def to_lab(question: str) -> None:
    """A link to the lab with a question to look at and change, for those who may open it."""
    listed = listing.of(LAB)
    if listed and guard.viewer().may_open(listed.roles):
        st.page_link(LAB, label="Open in the lab", query_params={"from": question}, icon=":material/science:")


def to_commitment(title: str) -> None:
    """Open a commitment now."""
    st.switch_page(QUICK_WINS, query_params={"commitment": title})


def commitment_link(label: str, title: str) -> None:
    """A link to a commitment."""
    icon = ":material/chevron_right:"
    st.page_link(QUICK_WINS, label=label, query_params={"commitment": title}, icon=icon, icon_position="right")


def to_evidence(label: str, title: str) -> None:
    """A link to an indicator's evidence."""
    icon = ":material/chevron_right:"
    where = {"section": PROOF, "proof": title}
    st.page_link(OUTLOOK, label=label, query_params=where, icon=icon, icon_position="right")


def to_accountability(label: str, view: str) -> None:
    """A link to a section of the accountability page."""
    icon = ":material/chevron_right:"
    st.page_link(ACCOUNTABILITY, label=label, query_params={"view": view}, icon=icon, icon_position="right")


def proof_address(title: str) -> str:
    """The address of an indicator's evidence; for a link that is opened in a tab of its own."""
    return f"outlook?{urlencode({'section': PROOF, 'proof': title})}"


def to_proof(proof: str, title: str) -> None:
    """Open the evidence of an indicator now."""
    st.session_state["proof"] = proof
    st.switch_page(OUTLOOK, query_params={"section": PROOF, "proof": title})


def follow(picked: Mapping[str, str] | None) -> None:
    """Go where a chosen cell leads: to the chart of a silo, or to an indicator's evidence."""
    if picked:
        (to_proof if "proof" in picked else to_silo)(**picked)


def leave() -> None:
    """On a page without them, forget which indicator and silo were chosen, so that a link decides."""
    for name in ("indicator", "silo"):
        st.session_state.pop(name, None)

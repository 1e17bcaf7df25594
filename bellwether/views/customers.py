"""Finding a customer by their id; whose customers are shown; each opening is noted in the access log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import streamlit as st

from bellwether.access import log
from bellwether.views import current, go, guard, words

KEY = "customer"
NOTED = "customer that was noted last"
MOST = 8


def mine() -> list[str]:
    """The silos whose customers the viewer sees: none named for those who read every row; else those they own.

    Ends the page for somebody who may open it but owns no silo.
    """
    go.leave()
    viewer = guard.viewer()
    if viewer.reads_all:
        return []
    if not viewer.silos:
        st.info(
            "Customers are shown to those whose silos have dealt with them, and no silo is yours. Whoever looks after "
            "this dashboard can name you as the owner of one.",
            title="No customers are yours to see",
            icon=":material/lock:",
        )
        st.stop()
    return sorted(viewer.silos)


def searched(silos: list[str]) -> Mapping[str, Any] | None:
    """The search field, and the customer whom it names; None until one is named."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            "Customer",
            key=KEY,
            bind="query-params",
            placeholder="Part of an id",
            width=280,
            help="Opening a customer is noted with your name in the access log",
        )
        text = (text or "").strip()
        if text:
            st.button("Back to the list", icon=":material/close:", type="tertiary", on_click=leave)
    if not text:
        return None
    found = current.ask("customers/one", {"customer": text, "silos": silos})
    if found.height:
        return _opened(found.row(0, named=True))
    _others(text, silos)
    return None


def leave() -> None:
    """Close the customer."""
    st.session_state[KEY] = ""


def choose(customer: str | None) -> None:
    """Open a customer."""
    if customer:
        st.session_state[KEY] = customer


def _opened(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Note the opening, once; what can't be noted isn't opened."""
    if st.session_state.get(NOTED) != row["customer_id"]:
        try:
            log.note(guard.viewer(), log.CUSTOMER, row["customer_id"])
        except OSError:
            logging.getLogger("bellwether").exception("the access log can't be written")
            st.error(
                "Opening a customer is noted in the access log, and the log can't be written. Whoever looks after this "
                "dashboard has to give it room and rights first.",
                title="This customer is not opened",
                icon=":material/edit_off:",
            )
            return None
        st.session_state[NOTED] = row["customer_id"]
    return row


def _others(text: str, silos: list[str]) -> None:
    """Customers whose id holds the text, to choose from; or that there is none."""
    found = current.ask("customers/found", {"part": text, "silos": silos, "rows": MOST + 1})
    names = found["customer_id"].to_list()
    if not names:
        whose = "" if not silos else f" Only customers whom {' or '.join(silos)} has dealt with are shown to you."
        st.info(
            f"Check the id, or type a part of it.{whose}",
            title=f"No customer is called “{text[:40]}”",
            icon=":material/person_search:",
        )
        return
    many = " or more" if len(names) > MOST else ""
    st.caption(f"{words.count(min(len(names), MOST))}{many} {'match' if len(names) > 1 else 'matches'}. Choose one:")
    with st.container(horizontal=True, gap="small"):
        for name in names[:MOST]:
            st.button(name, key=f"open {name}", on_click=choose, args=(name,))

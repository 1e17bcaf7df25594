"""What stands behind an explored figure: who answers for it, how it is defined, what it reads, and a link to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bellwether import sql
from bellwether.sql import Query
from bellwether.views import current, explore_ways, go, words


def about(query: Query, given: Mapping[str, Any]) -> None:
    """Owner, notes, definition, lineage and link, each as a badge or a button of the line that it is drawn on."""
    owner = query.get("owner")
    st.badge(f"owner: {owner}" if owner else "no owner", color="gray" if owner else "orange")
    _definition(query)
    _link(query, given)


def _definition(query: Query) -> None:
    with st.popover("How it is defined", icon=":material/function:", type="tertiary", on_change="rerun") as shown:
        if shown.open:
            st.markdown(f"**{query.title}** · {query.get('question')}")
            for note in query.header.get("note", ()):
                st.caption(f"{note[0].upper()}{note[1:]}.")
            st.markdown(lineage(query))
            st.code(query.sql, language="sql")
            go.to_lab(query.id)


def lineage(query: Query) -> str:
    """What the figure is made from, in one sentence."""
    tables = ", ".join(f"`{name}`" for name in sorted(sql.reads(query.sql)))
    return f"Defined once, in `{sql.shown(query.file)}`. Reads {tables} of data version {current.number()}."


def _link(query: Query, given: Mapping[str, Any]) -> None:
    """The address with its days named: opened later it shows the same period, from the data that then are there."""
    with st.popover("Link", icon=":material/link:", type="tertiary", on_change="rerun") as shown:
        if shown.open:
            st.caption("Restores this question with these filters and these days.")
            base = (st.context.url or "").partition("?")[0].rpartition("/")[0]
            st.code(f"{base}/{explore_ways.href(explore_ways.address(query.id, given))}", language=None)


def hidden(rows) -> str:
    """How many groups are not shown, in words; "" where none is hidden."""
    few = int(rows["too_few"].sum()) if "too_few" in rows.columns else 0
    return (
        f"{words.count(few, 'group')} with fewer than five behind {'it is' if few == 1 else 'them are'} hidden."
        if few
        else ""
    )

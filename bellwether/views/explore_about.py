"""What stands behind an explored figure: who answers for it, how it is defined, what it reads, and a link to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from bellwether import sql
from bellwether.lineage.short import behind
from bellwether.settings import settings
from bellwether.sql import Query
from bellwether.views import current, explore_filters, explore_ways, go, words


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
            told = {"thing": f"explore {query.id}"}
            st.page_link(go.CATALOGUE, label="Each column behind it", query_params=told, icon=":material/schema:")
            st.code(query.sql, language="sql")
            go.to_lab(query.id)


def lineage(query: Query) -> str:
    """What the figure is made from, in a few words: file, tables, feeds, sources, and when they came in."""
    found = behind(settings().queries, query)
    steps = " ← ".join(_codes(names) for names in (found.marts, found.feeds) if names)
    taken = {one["source"] for one in current.manifest()["imports"].values()} & set(found.sources)
    sources = f" ← {words.count(len(taken), 'source')}: {_codes(sorted(taken))}" if taken else ""
    built = f"Last refresh: {words.moment(current.built_at())} UTC."
    return f"Defined once, in `{sql.shown(query.file)}`. Made from {steps}{sources}. {built}"


def _codes(names: Sequence[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"`{name}`" for name in names[:most]) + more


def _link(query: Query, given: Mapping[str, Any]) -> None:
    """The address with its days named: opened later it shows the same period, from the data that then are there."""
    with st.popover("Link", icon=":material/link:", type="tertiary", on_change="rerun") as shown:
        if shown.open:
            st.caption("Restores this question with these filters and these days.")
            base = (st.context.url or "").partition("?")[0].rpartition("/")[0]
            st.code(f"{base}/{explore_ways.href(explore_ways.address(query.id, given))}", language=None)


def chosen(query: Query, given: Mapping[str, Any]) -> str:
    """The question with its days and all that was chosen, in words: what a file of its rows is called by."""
    told = [query.title]
    if {"since", "until"} <= given.keys():
        told.append(f"{given['since']} to {given['until'] - explore_ways.DAY}")
    for name, value in given.items():
        if value and name in (*explore_filters.LISTS, "silo", "indicator"):
            told += value if isinstance(value, list) else [value]
    return ", ".join(told)


def hidden(rows) -> str:
    """How many groups are not shown, in words; "" where none is hidden."""
    few = int(rows["too_few"].sum()) if "too_few" in rows.columns else 0
    return (
        f"{words.count(few, 'group')} with fewer than five behind {'it is' if few == 1 else 'them are'} hidden."
        if few
        else ""
    )

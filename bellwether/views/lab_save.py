"""Turn a question of the lab into a page: its name and what its header says, checked before anything is written."""

from __future__ import annotations

import polars as pl
import streamlit as st

from bellwether import cases, drafts
from bellwether.exploring import Drawing
from bellwether.lab import saving
from bellwether.settings import settings
from bellwether.views import explore_ways, plain

DONE = "lab saved"
BETTER = {"": "Neither", "higher": "Higher", "lower": "Lower"}


def button(text: str, wanted: Drawing | None, rows: pl.DataFrame) -> None:
    """The button, and the form behind it."""
    if st.button("Save as a page", icon=":material/note_add:", type="tertiary", key="lab save"):
        _form(text, wanted, rows)


def told(text: str) -> None:
    """Where this question stands now that it is saved: on the page, which is drawn anew as soon as a file is."""
    asked, name, file = st.session_state.get(DONE, ("", "", ""))
    if not name or asked != text:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.success(
            f"`{file}` stands under Explore. Read its case before you rely on it: it holds what the question answers "
            "today.",
            icon=":material/check:",
            width="stretch",
        )
        st.link_button("Open it", explore_ways.href({explore_ways.QUESTION: name}))


@st.dialog("Save as a page", width="medium")
def _form(text: str, wanted: Drawing | None, rows: pl.DataFrame) -> None:
    counts = [name for name, kind in rows.schema.items() if kind.is_integer()]
    if not counts:
        st.info(
            "Add a count of people or contacts to the question: a page hides groups by it.", icon=":material/group:"
        )
        return
    name = st.text_input("Name", placeholder="topic/name, as waits/by_region", key="lab save name")
    title = st.text_input("Title", key="lab save title")
    asks = st.text_input("The question that it answers", key="lab save question")
    with st.container(horizontal=True, gap="small"):
        owner = st.text_input("Owner", key="lab save owner", width=200)
        first = counts.index(wanted.count) if wanted and wanted.count in counts else 0
        count = st.selectbox("How many stand behind a row", counts, first, key="lab save count", width=240)
        better = st.selectbox("Better is", list(BETTER), format_func=BETTER.get, key="lab save better", width=140)
    header = {"title": title, "question": asks, "owner": owner, "count": count, "better": better, **_drawn(wanted)}
    st.code(saving.text_of(header, text), language="sql", height=240)
    if st.button("Save", type="primary", key="lab save now", disabled=not (name and title and asks)):
        _save(name.strip(), header, text)


def _drawn(wanted: Drawing | None) -> dict[str, str]:
    if wanted is None:
        return {"chart": "table"}
    return {key: getattr(wanted, key) for key in ("chart", "x", "y", "colour", "unit") if getattr(wanted, key)}


def _save(name: str, header: dict[str, str], text: str) -> None:
    try:
        with st.spinner("Checking …"):
            said = {key: value for key, value in header.items() if value}
            written = saving.save(settings(), cases.folder(settings()), name, said, text)
    except drafts.Refused as refusal:
        st.error(plain.literal(str(refusal)), title="This can't be a page yet", icon=":material/build:")
        return
    st.session_state[DONE] = (text, name, written[0].name)
    st.rerun()

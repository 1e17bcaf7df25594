"""The lab: an analyst's own question, asked of the version on screen in a process of its own."""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from bellwether import asking, filters, sql
from bellwether.lab import asking as lab_asking
from bellwether.lab import catalogue, run
from bellwether.lab.catalogue import Catalogue
from bellwether.settings import settings
from bellwether.views import current, explore_filters, guard, lab_answer
from bellwether.views.editor import editor

TEXT, ANSWERED, OPENED = "lab text", "lab answered", "from"
START = "_template.sql"
TALL = 210  # pixels
ABOUT = (
    "One question at a time, read-only, at most {rows:,} rows and {seconds} seconds. Rows of people are answered for "
    "groups: what rests on fewer than five of them is left out. Every question is logged."
)


def lab() -> None:
    """The page."""
    known = _known(str(current.home()), str(settings().queries))
    run.warm()
    given = _opened()
    left, right = st.columns([66, 34], gap="medium")
    with left:
        ran = editor(known, _body(settings().queries / START), given, "lab editor")
    with right:
        _tables(known)
    if ran is not None:
        st.session_state[TEXT] = ran
    text = st.session_state.get(TEXT, "")
    if not text.strip():
        st.caption(ABOUT.format(rows=run.LIMITS.rows, seconds=run.LIMITS.seconds))
        return
    bound, customers = _filters(text)
    lab_answer.shown(text, bound, _answer(text, bound, customers, again=ran is not None))


@st.cache_data(max_entries=3, show_spinner=False)
def _known(where: str, queries: str) -> Catalogue:
    return catalogue.of(current.engine(), settings().queries)


def _body(file) -> str:
    """The SQL of a file without its header."""
    lines = file.read_text(encoding="utf-8").splitlines()
    first = next((place for place, line in enumerate(lines) if line.strip() and not line.startswith("--")), 0)
    return "\n".join(lines[first:]) + "\n"


def _opened() -> str:
    """The SQL of the question that the address names: to look at and change, not run until somebody runs it."""
    name = st.query_params.get(OPENED, "")
    if not name:
        return ""
    try:
        return asking.question(settings(), name).sql + "\n"
    except (LookupError, sql.QueryError):
        return ""


def _tables(known: Catalogue) -> None:
    """What there is to ask of: a table's columns with their types."""
    names = [one.name for one in known.tables]
    first = names.index("contacts") if "contacts" in names else 0
    chosen = st.selectbox("Tables", names, index=first, key="lab table", label_visibility="collapsed")
    table = known.tables[names.index(chosen)]
    people = "Its rows are people's: answered for groups of five and more." if table.people else ""
    st.caption(" ".join(part for part in (f"{_sentence(table.about)}" if table.about else "", people) if part))
    with st.container(height=TALL, border=False):
        st.table({"Column": [name for name, _ in table.columns], "Type": [kind for _, kind in table.columns]})


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _filters(text: str) -> tuple[dict[str, Any], bool]:
    """The filters that the question names, and whether single customers may show."""
    names = {name for name in re.findall(r"\$([a-z_]+)", text) if name in filters.KNOWN}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        given = explore_filters.asked(names)
        customers = guard.viewer().reads_all and st.toggle(
            "Single customers",
            key="lab customers",
            help="Rows of single customers, by pseudonym. The log says that you looked.",
        )
    return filters.values(frozenset(names), given), customers


def _answer(text: str, bound: dict[str, Any], customers: bool, again: bool) -> run.Answer:
    """The answer; asked anew when somebody runs it, or when filters or the version have changed."""
    frozen = tuple((name, tuple(one) if isinstance(one, list) else one) for name, one in bound.items())
    key = (text, frozen, customers, str(current.home()))
    held = st.session_state.get(ANSWERED)
    if again or held is None or held[0] != key:
        with st.spinner("Asking …"):
            who = guard.viewer()
            answer = lab_asking.in_the_lab(settings(), current.home(), who, text, bound, customers)
        st.session_state[ANSWERED] = held = (key, answer)
    return held[1]

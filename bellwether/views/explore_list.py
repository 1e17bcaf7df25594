"""All questions that can be explored: found in their folder, by topic, searched by what they say of themselves."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from bellwether import sql
from bellwether.settings import settings
from bellwether.sql import Query, QueryError
from bellwether.views import explore_filters, explore_ways
from bellwether.views.board import Row, board
from bellwether.views.board import picked as row_picked
from bellwether.views.explore_reading import word

KEY = "explore list"


def found() -> tuple[list[Query], list[QueryError]]:
    """Every file of `queries/explore/` that can be used, and what is wrong with the others. Read anew at each run."""
    queries, broken = [], []
    for file in sql.find(settings().queries, "explore"):
        try:
            queries.append(sql.parse(file, settings().queries))
        except QueryError as error:
            broken.append(error)
    return queries, broken


def matching(queries: Sequence[Query], text: str) -> list[Query]:
    """Those that hold every word of the text in their name, title, question, owner or notes."""
    wanted = text.lower().split()
    return [query for query in queries if all(one in _says(query) for one in wanted)]


def _says(query: Query) -> str:
    told = [query.id, query.title, query.get("question"), query.get("owner"), *query.header.get("note", ())]
    return " ".join(told).replace("_", " ").lower()


def catalogue(queries: Sequence[Query], broken: Sequence[QueryError]) -> None:
    """The list of questions by topic, each a link."""
    if not queries and not broken:
        _nothing()
        return
    text = explore_filters.searched()
    kept = matching(queries, text)
    if kept:
        board((), _lines(kept), "Questions by topic", KEY, lambda: explore_ways.open_(row_picked(KEY)))
    if not kept and queries:
        st.info(
            "Try fewer words, or clear the search.", title="No question holds these words", icon=":material/search_off:"
        )
    for error in broken:
        unusable(error)
    st.caption("Choose a question to open it. Another one? `bellwether new explore TOPIC/NAME` begins its file.")


def _lines(queries: Sequence[Query]) -> list[Row]:
    """A heading a topic, then its questions."""
    lines: list[Row] = []
    for topic in dict.fromkeys(_topic(query) for query in queries):
        lines.append({"group": word(topic)})
        lines += [_line(query) for query in queries if _topic(query) == topic]
    return lines


def _topic(query: Query) -> str:
    return query.id.partition("/")[0]


def _line(query: Query) -> Row:
    told = {explore_ways.QUESTION: query.id}
    ways = {"pick": told, "href": explore_ways.href(told), "label": query.title}
    asks = " · ".join(part for part in (query.get("question"), query.get("owner")) if part)
    return {"cells": [{"strong": query.title, "sub": asks, **ways}]}


def _nothing() -> None:
    st.info(
        "Write the first one; it needs no Python:", title="There is no question to explore yet", icon=":material/add:"
    )
    st.code("bellwether new explore contacts/by_channel", language="bash")


def unusable(error: QueryError) -> None:
    """A file that can't be used: what is wrong with it, where, and how to see that it is mended."""
    st.error(
        f"{error} Mend the file and run `bellwether check queries/explore`.",
        title="This question can't be answered",
        icon=":material/build:",
    )

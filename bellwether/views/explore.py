"""One question of `queries/explore/` as a page: filters, chart, rows, and what stands behind them."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from bellwether import exploring
from bellwether.access import log
from bellwether.exploring import Drawing
from bellwether.sql import Query, QueryError, nearest
from bellwether.views import (
    current,
    explore_about,
    explore_charts,
    explore_filters,
    explore_list,
    explore_rows,
    explore_trend,
    explore_ways,
    go,
    guard,
    show,
    states,
    words,
)
from bellwether.views.explore_reading import LOW, with_interval
from bellwether.views.explore_ways import QUESTION

SEEN = "questions with names that were opened"


def explored() -> None:
    """The question that the address names, or the list of all."""
    queries, broken = explore_list.found()
    name = st.query_params.get(QUESTION, "")
    if not name:
        go.leave()
        explore_list.catalogue(queries, broken)
        return
    known = {query.id: query for query in queries}
    if name in known:
        question(known[name], known)
    else:
        _unknown(name, known, broken)


def back():
    """The way back to the list; returns the line that it stands on."""
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    line.button("All questions", icon=":material/arrow_back:", on_click=explore_ways.open_, args=({},))
    return line


def _unknown(name: str, known: dict[str, Query], broken: list[QueryError]) -> None:
    back()
    file = f"queries/explore/{name}.sql, "
    for error in broken:
        if str(error).startswith(file):
            explore_list.unusable(error)
            return
    hint = nearest(name, known) if known else ""
    st.info(
        f"Choose one of all questions above. {hint}",
        title="There is no such question",
        icon=":material/search_off:",
    )


def question(query: Query, known: dict[str, Query]) -> None:
    """Answer one question as its header asks."""
    line = back()
    with st.container(gap="xxsmall"):
        st.subheader(query.title, anchor=False)
        st.caption(query.get("question"))
    if not _theirs(query):
        return
    given = explore_filters.asked(query.parameters)
    with line:
        explore_about.about(query, given)
    try:
        wanted = exploring.drawable(query, current.ask(query.id, given, few=False).columns)
        rows = current.ask(query.id, given)
    except QueryError as error:
        explore_list.unusable(error)
        return
    about = explore_about.chosen(query, given)
    _answer(query, wanted, rows, about, _onward(known.get(wanted.opens), given))


def _theirs(query: Query) -> bool:
    """Whether whoever looks may; that they looked at single customers stands in the log, once a session."""
    if not query.get("names"):
        return True
    viewer, seen = guard.viewer(), st.session_state.setdefault(SEEN, set())
    if not viewer.reads_all:
        states.whose_rows()
    elif query.id not in seen:
        log.note(viewer, log.CUSTOMER, f"the question {query.id}")
        seen.add(query.id)
    return viewer.reads_all


def _onward(opened: Query | None, given: dict[str, Any]) -> dict[str, Any] | None:
    """What a row needs to lead to the question that it opens."""
    return {"title": opened.title, "names": opened.parameters, "given": given} if opened else None


def _answer(query: Query, wanted: Drawing, rows: pl.DataFrame, about: str, onward: dict[str, Any] | None) -> None:
    if not rows.height:
        states.no_rows()
        return
    if rows["too_few"].all():
        states.too_few("every group")
        return
    rows = with_interval(rows, wanted)
    currency = current.manifest()["company"]["currency"]
    if wanted.chart == "table":
        show.heading("Rows", explore_rows.in_words(rows), query.id, about=about)
        explore_rows.listed(rows, wanted, currency, onward)
        return
    left, right = st.columns([60, 40], gap="medium")
    with left:
        _chart(query, wanted, rows, currency)
    with right:
        show.heading("Rows", explore_rows.in_words(rows), query.id, about=about)
        explore_rows.listed(rows, wanted, currency, onward)


def _chart(query: Query, wanted: Drawing, rows: pl.DataFrame, currency: str | None) -> None:
    if wanted.trend:
        explore_trend.trend(rows, wanted, currency, query.title)
    elif figure := explore_charts.figure(rows, wanted, currency):
        groups = words.count(rows.height, "group")
        told = f"{query.title}: {groups}, as in the rows beside"
        show.chart(figure, query.title, told, f"explore chart {query.id}")
    if said := " ".join(part for part in (*reading(wanted, rows), explore_about.hidden(rows)) if part):
        st.caption(said)


def filters(*names: str) -> dict[str, Any]:
    """For a page of one's own: the filters of these questions to explore, drawn once for all of them."""
    return explore_filters.asked(frozenset().union(*(_named(name).parameters for name in names)))


def chart(name: str, given: dict[str, Any]) -> None:
    """For a page of one's own: the chart of a question to explore, with its title and its CSV."""
    query = _named(name)
    if not _theirs(query):
        return
    rows = current.ask(query.id, given)
    wanted = exploring.drawable(query, rows.drop("too_few", strict=False).columns)
    show.heading(query.title, explore_rows.in_words(rows), query.id, query.get("question"))
    if not rows.height:
        states.no_rows()
    elif rows["too_few"].all():
        states.too_few("every group")
    else:
        _chart(query, wanted, with_interval(rows, wanted), current.manifest()["company"]["currency"])


def _named(name: str) -> Query:
    """A question to explore. Raises LookupError that names near ones."""
    known = {query.id: query for query in explore_list.found()[0]}
    if name not in known:
        raise LookupError(f'There is no question "{name}" to explore. {nearest(name, known)}')
    return known[name]


def reading(wanted: Drawing, rows: pl.DataFrame) -> list[str]:
    """How to read the chart, one sentence a thing that is on it."""
    told = []
    if wanted.chart == "heat":
        told.append("Darker: higher. “few”: too few people to show. White: nothing observed.")
    elif LOW in rows.columns and not wanted.trend:
        drawn = explore_charts.whiskers(wanted, explore_charts.series_of(rows, wanted))
        told.append("Thin line: the 95% interval." if drawn else "Point at a mark for its 95% interval.")
    if wanted.target is not None and not wanted.trend and wanted.chart in ("line", "bar", "scatter"):
        told.append("Dashed: the target.")
    if wanted.better and not wanted.trend:
        told.append(f"{wanted.better.capitalize()} is better.")
    drawn = len(explore_charts.series_of(rows, wanted)) if wanted.chart in ("line", "bar", "scatter") else 0
    if wanted.colour and drawn and rows[wanted.colour].n_unique() > drawn:
        told.append(f"{drawn} of {rows[wanted.colour].n_unique()} are drawn; the rows hold all.")
    return told

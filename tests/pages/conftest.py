"""The app on the simulated company, in process and in a real browser."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import CHROMIUM, DESK, HOW, drawn
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser its tests are left out, and said to be; where everything must run, that is a failure."""
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if CHROMIUM or not wanted:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(HOW)
    print(f"\n{HOW}", file=sys.stderr)
    config.hook.pytest_deselected(items=wanted)
    items[:] = [item for item in items if item not in wanted]


@pytest.fixture
def app() -> Callable[..., AppTest]:
    """Start the app at a page with filters in its address: `app("silos/silos.py", silo="Billing")`."""

    def start(page: str = "", **query: str | list[str]) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if page:
            at.run()
            at.switch_page(f"pages/{page}")
        for name, value in query.items():
            at.query_params[name] = value
        return at.run()

    return start


@pytest.fixture
def own_store(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """A store of the test's own, begun from the simulated company's governance; closed by the app's own cache."""
    yield from _own_store(tmp_path, monkeypatch)


@pytest.fixture
def undecided(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """A company that has decided nothing yet: no governance files, and an empty store."""
    (tmp_path / "governance").mkdir()
    monkeypatch.setenv("BELLWETHER_GOVERNANCE", str(tmp_path / "governance"))
    yield from _own_store(tmp_path, monkeypatch)


def _own_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    from bellwether.settings import settings
    from bellwether.views import current, desk

    monkeypatch.setenv("BELLWETHER_STORE", f"sqlite:///{folder / 'own.sqlite'}")
    settings.cache_clear()
    for kept in (current._live, current._answer):  # numbers of decisions begin again with each store
        kept.clear()
    yield desk.store()
    monkeypatch.undo()
    settings.cache_clear()
    for kept in (current._live, current._answer):
        kept.clear()


@pytest.fixture(scope="session")
def address(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own on the simulated company."""
    with _serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def fresh_address(sample_warehouse: Path, tmp_path: Path) -> Iterator[str]:
    """A server on which nobody has opened a page yet."""
    with _serving(tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def serving() -> Callable:
    """Start a server on whatever the settings point at by then: `with serving(folder) as address`."""
    return _serving


@contextlib.contextmanager
def _serving(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (folder / "log").open("w")
    command = [sys.executable, "-m", "bellwether.views.server", f"--server.port={port}"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ})
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(10)


def _wait(url: str) -> None:
    for _ in range(120):
        try:
            return urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"no server at {url}")


@pytest.fixture(scope="session")
def browser(chromium):
    """One memory of what has been loaded for all journeys."""
    return chromium.new_context()


@pytest.fixture
def visit(browser, address: str) -> Iterator[Callable]:
    """Open a page of the app and wait until it is drawn: `visit("silos?silo=Billing", PHONE)`."""
    pages = []

    def open_(path: str = "", size: dict[str, int] = DESK):
        page = browser.new_page()
        pages.append(page)
        page.set_viewport_size(size)
        page.goto(address + path)
        drawn(page)
        return page

    yield open_
    for page in pages:
        page.close()

"""What a running server knows of a version goes when the version does: answers, and files that it holds open."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bellwether import asking, warehouse
from bellwether.settings import settings
from bellwether.views import current

PAGE = "from bellwether.views import current\ncurrent.pin()\nassert current.ask('shared/silos').height > 1\n"


@pytest.fixture
def version(sample_warehouse, tmp_path, monkeypatch) -> Path:
    """A copy of the simulated company's version, in a warehouse of its own."""
    home = warehouse.current(sample_warehouse)
    shutil.copytree(home, tmp_path / "warehouse" / "versions" / home.name)
    monkeypatch.setenv("BELLWETHER_WAREHOUSE", str(tmp_path / "warehouse"))
    settings.cache_clear()
    yield tmp_path / "warehouse" / "versions" / home.name
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The questions that reached the engine."""
    names: list[str] = []
    ask = asking.ask
    monkeypatch.setattr(asking, "ask", lambda engine, where, name, *more, **told: (
        names.append(name), ask(engine, where, name, *more, **told))[1])  # fmt: skip
    return names


def held(home: Path) -> list[str]:
    """Files below a folder that this process holds open."""
    found = []
    for handle in Path("/proc/self/fd").iterdir():
        try:
            found.append(os.readlink(handle))
        except OSError:
            continue
    return [file for file in found if file.startswith(str(home))]


def look() -> None:
    at = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not at.exception


def test_answers_and_open_files_go_with_their_version(version, asked):
    look()
    look()
    assert asked == ["shared/silos"] and held(version)
    away = version.with_name("away")
    version.rename(away)
    assert current.let_go()
    assert not held(version) and not held(away)
    away.rename(version)
    look()
    assert asked == ["shared/silos"] * 2  # the answer of before was not kept


def test_it_happens_by_itself_where_nobody_looks(version, asked, monkeypatch):
    current._watched.clear()
    monkeypatch.setattr(current, "LOOK_SECONDS", 0.05)
    look()
    away = version.with_name("away")
    version.rename(away)
    until = time.monotonic() + 60
    while held(version) + held(away) and time.monotonic() < until:
        time.sleep(0.05)
    assert not held(version) and not held(away)


def test_a_version_that_stays_keeps_its_answers(version, asked):
    look()
    assert not current.let_go()
    look()
    assert asked == ["shared/silos"]

"""A page that is not the viewer's: not in the menu, its address says so, and none of its questions is asked."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bellwether import asking
from bellwether.access.viewer import NOBODY, ROLES, Viewer
from bellwether.views import current, guard, listing

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "pages").rglob("*.py"))
NOT_YOURS = "This page is not yours to open"


def role(*names: str) -> Viewer:
    return Viewer("kim", "Kim", frozenset(names))


@pytest.fixture
def seen_by(monkeypatch):
    """Look at the app as somebody."""

    def look(viewer: Viewer) -> None:
        monkeypatch.setattr(guard, "viewer", lambda: viewer)

    return look


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The questions that reach the engine."""
    current._answer.clear()
    names: list[str] = []
    ask = asking.ask

    def noted(engine, where, name, *more, **named):
        names.append(name)
        return ask(engine, where, name, *more, **named)

    monkeypatch.setattr(asking, "ask", noted)
    yield names
    current._answer.clear()


def told(at) -> list[str]:
    return [one.proto.title for one in at.info]


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_each_page_asks_the_guard_before_anything_else(file):
    body = ast.parse(file.read_text(encoding="utf-8")).body
    first = next(one for one in body[1:] if not isinstance(one, ast.Import | ast.ImportFrom))
    assert ast.unparse(first) == "guard.enter(__file__)"


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_each_page_is_listed_with_the_roles_that_may_open_it(file):
    assert set(listing.of(file).roles) <= set(ROLES) and listing.of(file).roles


@pytest.mark.parametrize("listed", listing.PAGES, ids=lambda one: one.title)
def test_it_opens_for_its_roles_and_for_no_other(sample_warehouse, app, seen_by, asked, listed):
    others = [name for name in ROLES if name not in listed.roles]
    seen_by(role(*others))
    at = app()
    asked.clear()
    at = at.switch_page(f"pages/{listed.path}").run()
    assert NOT_YOURS in told(at) and asked == []
    assert not at.exception and not at.title
    seen_by(role(listed.roles[0]))
    at = at.run()
    assert NOT_YOURS not in told(at) and at.title[0].value == listed.title


@pytest.mark.parametrize("listed", listing.PAGES, ids=lambda one: one.title)
def test_a_page_refuses_by_itself_where_app_py_did_not_run(sample_warehouse, seen_by, asked, listed):
    from streamlit.testing.v1 import AppTest

    seen_by(NOBODY)
    at = AppTest.from_file(str(listed.file), default_timeout=60).run()
    assert told(at) == [NOT_YOURS] and asked == [] and not at.exception


def test_the_menu_holds_what_may_be_opened(sample_warehouse, app, seen_by, monkeypatch):
    import streamlit as st

    shown = []
    navigation = st.navigation

    def noted(pages, **more):
        shown[:] = [one.title for some in pages.values() for one in some if one.visibility == "visible"]
        return navigation(pages, **more)

    monkeypatch.setattr(st, "navigation", noted)
    for viewer in (NOBODY, *(role(name) for name in ROLES)):
        seen_by(viewer)
        app()
        assert shown == [one.title for one in listing.PAGES if viewer.may_open(one.roles)]
    assert "Data" in shown  # the steward came last


def test_two_scopes_never_share_an_answer(sample_warehouse, app, seen_by, asked):
    seen_by(role("executive"))
    app("reality_check/reality_check.py")
    first = asked.count("reality_check/state")
    seen_by(Viewer("lee", "Lee", frozenset({"executive"})))  # somebody else with the same rights
    app("reality_check/reality_check.py")
    assert first == 1 == asked.count("reality_check/state")
    seen_by(role("executive", "owner"))
    app("reality_check/reality_check.py")
    assert asked.count("reality_check/state") == 2

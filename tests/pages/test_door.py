"""Who is not let in: by what, with which words, and that nothing else is shown to them."""

from __future__ import annotations

import shutil
import time
from types import SimpleNamespace

import pytest
import streamlit as st

from bellwether.access import log, sessions
from bellwether.access.roles import FILE
from bellwether.access.viewer import LOCAL, ROLES, Viewer
from bellwether.accountability import Refused
from bellwether.settings import ROOT, settings
from bellwether.views import desk, door, signed_in, stores

ROLES_FILE = '[roles]\nexecutive = ["board"]\nsteward = ["data"]\nowner = ["owners"]\n[silos]\nbilling = ["Billing"]\n'


@pytest.fixture
def as_(sample_warehouse, tmp_path, monkeypatch):
    """Look at the app with the cookie of a sign-in that happened just now, or of none: `as_(groups=["board"])`."""
    (tmp_path / FILE).write_text(ROLES_FILE)
    monkeypatch.setenv("BELLWETHER_GOVERNANCE", str(tmp_path))
    monkeypatch.setenv("BELLWETHER_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")
    settings.cache_clear()
    monkeypatch.setattr(signed_in, "configured", lambda: True)
    monkeypatch.setattr(signed_in, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(door, "get_secrets_auth_section", lambda: {"client_id": "app"})

    def look(nonce: str = "n", **claims) -> dict:
        now = time.time()
        told = {
            "is_logged_in": True,
            "iss": "i",
            "sub": "kim",
            "name": "Kim",
            "nonce": nonce,
            "iat": now,
            "exp": now + 900,
        }
        told |= claims
        monkeypatch.setattr(st, "user", SimpleNamespace(to_dict=lambda: told))
        return told

    yield look
    monkeypatch.undo()
    settings.cache_clear()


def shut(at, title: str) -> None:
    assert [one.value for one in at.title] == [title] and not at.exception
    assert not at.metric and not at.dataframe and not at.selectbox and "data version" not in str(at.caption)


def test_without_a_sign_in_there_is_only_the_door(as_, app):
    as_(is_logged_in=False)
    at = app("silos/silos.py", silo="Billing")
    shut(at, "Sign in")
    assert [one.label for one in at.button] == ["Sign in"]


def test_a_sign_in_opens_the_pages_of_its_role(as_, app):
    as_(groups=["board"])
    at = app("reality_check/reality_check.py")
    assert at.title[0].value == "Reality check"
    as_(groups=["canteen"])
    shut(at.run(), "You have no role here yet")


@pytest.mark.parametrize(
    ("claims", "title"),
    [
        ({"exp": 1_000_000_000}, "Your sign-in has run out"),
        ({"iat": 1_700_000_000}, "Sign in again"),
        ({"nonce": ""}, "Sign in again"),
        ({"sub": ""}, "Sign in again"),
    ],
)
def test_what_does_not_hold_opens_nothing(as_, app, claims, title):
    as_(groups=["board"], **claims)
    shut(app(), title)


def test_signing_out_shuts_the_tab_that_is_open(as_, app):
    told = as_(groups=["board"])
    at = app("reality_check/reality_check.py")
    assert at.title[0].value == "Reality check"
    sessions.end(stores.store(), told)
    shut(at.run(), "You are signed out")


def test_without_the_store_or_with_a_broken_file_nobody_is_let_in(as_, app, tmp_path, monkeypatch):
    as_(groups=["board"])
    (tmp_path / FILE).write_text("[roles")
    shut(app(), "Nobody can be let in just now")
    (tmp_path / FILE).write_text(ROLES_FILE)
    monkeypatch.setenv("BELLWETHER_STORE", f"sqlite:///{tmp_path}")  # a folder
    settings.cache_clear()
    shut(app(), "Nobody can be let in just now")


def test_in_local_mode_whoever_comes_from_elsewhere_sees_nothing(sample_warehouse, app, monkeypatch):
    for headers in ({"host": "cx.example.com"}, {"host": "localhost:8501", "x-forwarded-for": "10.1.1.1"}):
        monkeypatch.setattr(st, "context", SimpleNamespace(headers=headers))
        shut(app(), "This dashboard is not open to others")
    monkeypatch.setattr(st, "context", SimpleNamespace(headers={"host": "localhost:8501"}))
    assert app().title[0].value == "Service leadership"
    monkeypatch.setattr(st, "get_option", lambda _: "0.0.0.0")
    shut(app(), "This dashboard is not open to others")


def test_a_steward_looks_as_an_executive(as_, app):
    as_(groups=["data"])
    at = app("reality_check/reality_check.py")
    assert {"Myself", *(role.capitalize() for role in ROLES)} <= set(at.segmented_control(key="look as").options)
    at.segmented_control(key="look as").set_value("executive").run()
    assert any("You see what an executive sees" in one.value for one in at.warning)
    at.button(key="off").click().run()
    assert not any("You see what" in one.value for one in at.warning)


def test_nobody_but_a_steward_is_offered_to(as_, app):
    as_(groups=["board"])
    at = app("reality_check/reality_check.py")
    assert not [one for one in at.get("button_group") if "look as" in str(one.proto)]


def noted() -> list[tuple[str, str, str]]:
    """Who, what and about what, oldest first."""
    return [(one["who"], one["what"], one["about"]) for one in reversed(log.entries())]


@pytest.fixture
def own_log(as_, tmp_path, monkeypatch):
    monkeypatch.setenv("BELLWETHER_PRIVATE", str(tmp_path / "private"))
    settings.cache_clear()


def test_signing_in_being_refused_looking_as_somebody_and_signing_out_are_noted_once_each(as_, own_log, app):
    told = as_(groups=["data"])
    at = app("reality_check/reality_check.py").run()
    at.segmented_control(key="look as").set_value("executive").run()
    at.switch_page("pages/data/data.py").run()
    at.run()
    sessions.end(stores.store(), told)
    sessions.end(stores.store(), told)
    at.run()
    kim = "Kim (kim)"
    assert noted() == [
        (kim, "sign in", ""),
        (kim, "view as", "executive"),
        (kim, "refused", "Data"),
        (kim, "sign out", ""),
    ]


def test_whoever_has_no_role_is_noted_by_what_the_provider_calls_them(as_, own_log, app):
    as_(groups=["canteen"])
    app().run()
    assert [(what, about) for _, what, about in noted()] == [
        ("sign in", ""),
        ("refused", "everything: Kim (kim) has no role"),
    ]


def test_who_puts_somebody_out_is_noted(as_, own_log, app):
    as_(groups=["board"])
    app("reality_check/reality_check.py")
    assert sessions.end_all(stores.store(), "kim", by="Ann") == 1
    assert noted()[-1] == ("Ann", "sign out", "put kim out, 1 sign-ins")


def test_a_sign_in_that_cannot_be_noted_lets_nobody_in(as_, own_log, app, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log, "_write", full)
    as_(groups=["board"])
    shut(app(), "Nobody can be let in just now")
    assert sessions.open_now(stores.store()) == ()


def test_a_write_is_refused_even_where_its_button_was_there(monkeypatch):
    """A tab may be older than the role that it was drawn for."""
    monkeypatch.setattr(desk, "me", lambda: "Kim")
    owner = Viewer("kim", "Kim", frozenset({"owner"}), frozenset({"Billing"}))
    monkeypatch.setattr(desk.guard, "viewer", lambda: owner)
    assert desk.decider("Billing") == "Kim"
    with pytest.raises(Refused, match="Sales is not yours"):
        desk.decider("Sales")
    with pytest.raises(Refused, match="whole company"):
        desk.decider()
    monkeypatch.setattr(desk.guard, "viewer", lambda: LOCAL.as_seen_by("executive"))
    with pytest.raises(Refused, match="eyes of another role"):
        desk.decider("Billing")


def test_an_owner_decides_for_their_silo_alone(as_, app, tmp_path):
    shutil.copytree(ROOT / "data" / "governance", tmp_path, dirs_exist_ok=True)
    (tmp_path / FILE).write_text(ROLES_FILE)
    as_(groups=["owners", "billing"])

    def step(at):
        return next(one for one in at.button if str(one.key).startswith("move "))

    at = app("quick_wins/quick_wins.py", commitment="A settlement bill that explains itself")
    assert not step(at).disabled
    at = app("quick_wins/quick_wins.py", commitment="Read the last three contacts before answering")
    assert step(at).disabled
    at = app("accountability/accountability.py", view="Review")
    assert next(one for one in at.button if one.label == "Begin the review").disabled
    assert any("executives and stewards decide it" in one.value for one in at.caption)

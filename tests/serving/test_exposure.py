"""The server starts only where it can tell apart all those who reach it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bellwether.serving.exposure import Setup, is_loopback, refusals

ROOT = Path(__file__).resolve().parents[2]
SECRET = "s" * 32
AUTH = {"redirect_uri": "https://cx.example.com/oauth2callback", "cookie_secret": SECRET}


def setup(**other) -> Setup:
    return Setup(**{"address": "127.0.0.1", "auth": {}, "trusted_headers": {}, **other})


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.8.8.8", "[::1]"])
def test_alone_on_this_machine_it_starts(address):
    assert refusals(setup(address=address)) == [] and is_loopback(address)


@pytest.mark.parametrize("address", ["", "0.0.0.0", "::", "192.168.1.4", "cx.example.com", "127.0.0.1.evil.com"])
def test_open_to_others_it_wants_a_sign_in(address):
    assert "There is no sign-in" in refusals(setup(address=address))[0]
    assert refusals(setup(address=address, auth=AUTH)) == []


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("auth", [{}, AUTH])
def test_identity_out_of_a_header_is_refused_everywhere(address, auth):
    told = refusals(setup(address=address, auth=auth, trusted_headers={"x-user": "email"}))
    assert "could write these headers and be anybody" in told[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"redirect_uri": ""}, "lacks redirect_uri"),
        ({"cookie_secret": ""}, "lacks cookie_secret"),
        ({"cookie_secret": "short"}, "fewer than 32"),
        ({"redirect_uri": "http://cx.example.com/oauth2callback"}, "without https"),
        ({"redirect_uri": "/oauth2callback"}, "write https://HOST/oauth2callback"),
    ],
)
def test_a_sign_in_that_protects_nobody_is_refused(change, said):
    assert said in refusals(setup(address="0.0.0.0", auth={**AUTH, **change}))[0]


@pytest.mark.parametrize("weak", [{"cors": False}, {"xsrf": False}, {"details": "full"}, {"details": "stacktrace"}])
def test_what_streamlit_protects_stays_on(weak):
    assert len(refusals(setup(**weak))) == 1


def test_it_answers_to_its_own_name_alone():
    assert setup(auth=AUTH).hosts == ("cx.example.com",)
    assert setup().hosts == ("localhost", "127.0.0.1", "::1")
    assert setup(auth={**AUTH, "redirect_uri": "http://localhost:8501/oauth2callback"}).hosts[0] == "localhost"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--server.address=0.0.0.0", "There is no sign-in"),
        ('--server.trustedUserHeaders={"x-user": "email"}', "be anybody"),
        ("--client.showErrorDetails=full", "shows data"),
        ("--server.enableCORS=false", "leave them on"),
    ],
)
def test_the_server_itself_refuses_to_start(option, said):
    command = [sys.executable, "-m", "bellwether.views.server", "--server.port=0", option]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 2 and said in ran.stderr


def test_secrets_that_are_not_where_they_should_be_do_not_open_the_app_to_all(tmp_path, monkeypatch):
    monkeypatch.setenv("BELLWETHER_SECRETS", str(tmp_path / "gone.toml"))
    command = [sys.executable, "-m", "bellwether.views.server", "--server.port=0"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 2 and "there is no such file" in ran.stderr

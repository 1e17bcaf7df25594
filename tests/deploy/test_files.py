"""What the deployment's files name is there: folders, variables, commands, roles."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bellwether.access import roles
from bellwether.access.viewer import ROLES
from bellwether.cli import app
from bellwether.settings import ROOT

DEPLOY = ROOT / "docs" / "deploy"
CONTAINER, UNIT = (DEPLOY / name for name in ("Containerfile", "bellwether@.service"))
TEXTS = [ROOT / "docs" / "deploy.md", *sorted(DEPLOY.iterdir())]
CODE = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "bellwether").rglob("*.py"))


def test_what_the_container_copies_is_there():
    copied = re.findall(r"^COPY (?!--)(.+)$", CONTAINER.read_text(encoding="utf-8"), re.MULTILINE)
    sources = [source for line in copied for source in line.split()[:-1]]
    assert {"app.py", "bellwether", "pages", "queries", "requirements.txt"} <= set(sources)
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_container_runs_without_rights_and_installs_nothing_unpinned():
    text = CONTAINER.read_text(encoding="utf-8")
    last = text.rsplit("\nFROM ", 1)[1]
    assert "USER 10001" in last and last.index("USER 10001") < last.index("ENTRYPOINT")
    assert "--require-hashes requirements.txt" in text
    assert re.findall(r"pip install (.*?)(?: &&|\\| \\|$)", text) and "uv==" in text


@pytest.mark.parametrize("file", TEXTS, ids=lambda one: one.name)
def test_every_variable_that_is_named_is_read_by_the_code(file: Path):
    names = set(re.findall(r"BELLWETHER_([A-Z]+)", file.read_text(encoding="utf-8")))
    unread = [name for name in names if f'"BELLWETHER_{name}"' not in CODE and f'_folder("{name}"' not in CODE]
    assert unread == []


@pytest.mark.parametrize("file", TEXTS, ids=lambda one: one.name)
def test_every_command_that_is_named_is_one(file: Path):
    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    text = file.read_text(encoding="utf-8")
    named = re.findall(r"(?:bin/bellwether|`bellwether|^ {4}bellwether) ([a-z]+)", text, re.MULTILINE)
    assert set(named) <= known


def test_the_roles_that_are_shipped_are_read_without_complaint(tmp_path):
    (tmp_path / roles.FILE).write_bytes((DEPLOY / "roles.toml").read_bytes())
    told = roles.read(tmp_path)
    assert set(told.roles) == set(ROLES)
    assert roles.viewer({"sub": "x", "groups": ["cx-owners", "cx-support"]}, told).silos == {"Support", "Field service"}


def test_the_shipped_server_settings_hide_errors_and_take_no_strangers():
    told = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    server, client = told["server"], told["client"]
    assert server["address"] == "127.0.0.1" and server["enableCORS"] and server["enableXsrfProtection"]
    assert client["showErrorDetails"] == "none" and client["disableDataExport"]
    assert told["browser"]["gatherUsageStats"] is False and not server["enableStaticServing"]
    assert set(server["allowedHosts"]) == {"localhost", "127.0.0.1", "::1"}

"""Who may import whom, and that SQL stays under queries/: held here so that it can't rot."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bellwether.settings import ROOT

ALONE = ("foresight", "trends", "sample")
APP = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
VIEWS = sorted((ROOT / "bellwether" / "views").rglob("*.py"))
PACKAGE = sorted((ROOT / "bellwether").rglob("*.py"))


def imported(file: Path) -> set[str]:
    """Every module that a file names in an import."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("room", ALONE)
def test_pure_rooms_import_nothing_else_of_ours(room):
    for file in (ROOT / "bellwether" / room).rglob("*.py"):
        ours = {name for name in imported(file) if name.startswith("bellwether.")}
        assert {name for name in ours if not name.startswith(f"bellwether.{room}")} == set(), file.name


@pytest.mark.parametrize("file", [one for one in PACKAGE if one not in VIEWS], ids=lambda one: one.stem)
def test_streamlit_lives_in_the_views(file):
    """Its wire format may be spoken elsewhere: the benchmark's viewers have no browser."""
    ours = {name for name in imported(file) if not name.startswith("streamlit.proto")}
    assert not {name for name in ours if name.split(".")[0] == "streamlit"}


@pytest.mark.parametrize("file", [*APP, *VIEWS], ids=lambda one: one.stem)
def test_the_app_neither_refreshes_nor_holds_sql(file):
    assert not imported(file) & {"bellwether.refresh", "bellwether.sources", "bellwether.contracts", "duckdb"}
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\bselect\b[^\n]+\bfrom\b", text, re.IGNORECASE) or file.name == "current.py"


def test_only_the_contracts_import_great_expectations():
    users = [file.stem for file in PACKAGE if any(one.startswith("great_expectations") for one in imported(file))]
    assert set(users) <= {"contracts", "expectations"}

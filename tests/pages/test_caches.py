"""What is kept for all who look is keyed on plain words, never on a frame: its hash reads the first and last rows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bellwether.settings import ROOT

PLAIN = {"str", "int", "bool", "tuple", "int | None", "Settings"}
FILES = [*(ROOT / "bellwether").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]


def cached() -> list[tuple[Path, ast.FunctionDef]]:
    """Every function that Streamlit keeps answers of."""
    found = []
    for file in FILES:
        for one in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(one, ast.FunctionDef) and any("st.cache_" in ast.unparse(by) for by in one.decorator_list):
                found.append((file, one))
    return found


@pytest.mark.parametrize("file, one", cached(), ids=lambda one: getattr(one, "name", ""))
def test_a_cache_is_keyed_on_plain_words(file, one):
    for argument in (*one.args.args, *one.args.kwonlyargs):
        kind = ast.unparse(argument.annotation) if argument.annotation else "nothing"
        assert kind in PLAIN, f"{file.name}, {one.name}: {argument.arg} is {kind}"
        assert not argument.arg.startswith("_"), f"{file.name}, {one.name}: {argument.arg} is left out of the key"
    assert not one.args.vararg and not one.args.kwarg


def test_answers_for_viewers_carry_their_scope_in_the_key():
    [(_, answer)] = [(file, one) for file, one in cached() if one.name == "_answer"]
    assert {"where", "viewer"} <= {argument.arg for argument in answer.args.args}
    code = (ROOT / "bellwether" / "views" / "current.py").read_text(encoding="utf-8")
    calls = [call for call in ast.walk(ast.parse(code)) if isinstance(call, ast.Call)]
    asked = [call for call in calls if ast.unparse(call.func) == "_answer"]
    assert asked and all("scope()" in ast.unparse(call) for call in asked)

"""The bill of materials lists all that is installed, and nothing that isn't."""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bellwether import bom
from bellwether.cli import app
from bellwether.settings import ROOT

REQUIREMENTS = ROOT / "requirements.txt"


@pytest.fixture(scope="module")
def bill() -> dict:
    return json.loads(CliRunner().invoke(app, ["bom"]).stdout)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_pinned_package_is_listed_once_with_all_its_hashes(bill):
    """Counted a second way: by what stands at the beginning of a line."""
    text = REQUIREMENTS.read_text(encoding="utf-8")
    pinned = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==([^ \\;]+)", text, re.MULTILINE)
    assert [(one["name"], one["version"]) for one in bill["components"]] == pinned and len(pinned) > 90
    assert sum(len(one["properties"]) for one in bill["components"]) == text.count("--hash=sha256:")


def test_what_is_installed_is_what_is_listed(bill):
    listed = {plain(one["name"]): one["version"] for one in bill["components"]}
    installed = {plain(one.name): one.version for one in metadata.distributions()}
    strangers = set(installed) - set(listed) - {"bellwether", "pip", "uv", "setuptools"}
    assert strangers == set()
    assert {name for name in listed if name in installed and installed[name] != listed[name]} == set()


def test_it_is_a_cyclonedx_bill(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    refs = [bill["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in bill["components"])]
    assert len(set(refs)) == len(refs)
    assert [one["ref"] for one in bill["dependencies"]] == refs
    assert {to for one in bill["dependencies"] for to in one["dependsOn"]} <= set(refs)


def test_everything_is_there_because_something_needs_it(bill):
    reached, needs = {"bellwether"}, {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    while more := {to for ref in reached for to in needs[ref]} - reached:
        reached |= more
    assert reached == set(needs)


def test_what_only_developers_need_is_said_to_be(bill):
    scope = {one["name"]: one["scope"] for one in bill["components"]}
    assert scope["streamlit"] == scope["duckdb"] == scope["starlette"] == scope["authlib"] == "required"
    assert scope["pytest"] == scope["ruff"] == scope["playwright"] == "excluded"


def test_nearly_every_licence_is_known(bill):
    unknown = [one["name"] for one in bill["components"] if not one.get("licenses")]
    assert len(unknown) <= 5, unknown


def test_the_same_requirements_give_the_same_bill():
    assert bom.bill(REQUIREMENTS, "1") == bom.bill(REQUIREMENTS, "1") != bom.bill(REQUIREMENTS, "2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("streamlit>=1\n    --hash=sha256:" + "0" * 64, "pins no version"),
        ("streamlit==1\n", "no hash"),
        ("    # via", "no package"),
    ],
)
def test_what_is_not_pinned_is_refused(tmp_path: Path, text: str, said: str):
    (tmp_path / "requirements.txt").write_text(text)
    with pytest.raises(bom.BomError, match=said):
        bom.bill(tmp_path / "requirements.txt", "1")

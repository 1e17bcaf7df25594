"""Docs that can't drift: every header key, filter, command and page is told of."""

from __future__ import annotations

import re

import pytest

from bellwether import filters
from bellwether.headers import HEADERS
from bellwether.settings import ROOT

GUIDE = (ROOT / "queries" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", sorted({key for keys in HEADERS.values() for key in keys}))
def test_every_header_key_is_in_the_guide(key):
    assert f"`{key}`" in GUIDE


@pytest.mark.parametrize("name", sorted(filters.KNOWN))
def test_every_filter_is_in_the_guide(name):
    assert f"`${name}`" in GUIDE


def test_every_command_is_in_the_readme():
    from bellwether.cli import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert [name for name in names if f"bellwether {name}" not in readme] == []


def test_every_page_is_told_of():
    from bellwether.views import listing

    pages = (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
    assert [one.title for one in listing.PAGES if f"## {one.title}\n" not in pages or one.asks not in pages] == []


def test_every_test_that_trust_names_is_there():
    """Files, and where one of their tests is named, that test."""
    text = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text))
    assert len(named) > 30
    for file, test in named:
        assert (ROOT / file).is_file(), file
        assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{test}"

"""Names from outside stand escaped wherever a page reads Markdown: here every letter of theirs is escaped, and a name
that still stands as it is was not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bellwether import asking
from bellwether.settings import settings
from bellwether.views import listing, plain

# Columns that anybody may have filled. Words that a sentence of ours holds by itself would tell nothing.
NAMES = (
    "select silo as name from interactions union select touchpoint from interactions "
    "union select team from interactions union select segment from customers "
    "union select owner from owners union select title from commitments"
)
OURS = ("Digital", "Complaints", "Business")
# What takes text as it is.
AS_IT_IS = ("selectbox", "multiselect", "text_input", "text_area", "code", "arrow_data_frame", "dataframe")

# Pages in parts, and where their address says which part is shown.
TABS = {
    "outlook/outlook.py": "section",
    "journey/journey.py": "section",
    "relationship/relationship.py": "part",
    "what_matters/what_matters.py": "more",
    "accountability/accountability.py": "view",
    "data/data.py": "part",
}


@pytest.fixture(scope="module")
def names(sample_warehouse) -> re.Pattern[str]:
    engine = asking.open_current(settings())
    try:
        found = engine.ask(NAMES)["name"].drop_nulls().to_list()
    finally:
        engine.close()
    told = sorted(map(re.escape, set(found) - set(OURS)))
    assert len(told) > 40
    return re.compile(rf"\b({'|'.join(told)})\b")


def said(block) -> Iterator[tuple[str, str]]:
    """Every text of a page that is read as Markdown, with the kind of thing that says it."""
    for one in block.children.values():
        if getattr(one, "type", "") not in AS_IT_IS:
            for place in ("label", "value", "body", "delta"):
                text = getattr(one, place, None)
                if isinstance(text, str):
                    yield one.type, text
            yield one.type, str(getattr(getattr(one, "proto", None), "help", ""))
        if hasattr(one, "children"):
            yield from said(one)


@pytest.mark.parametrize("page", [one.path for one in listing.PAGES])
def test_no_name_stands_in_markdown_as_it_came(names, app, monkeypatch, page):
    monkeypatch.setattr(plain, "_SIGNS", re.compile("(.)"))
    at = app(page)
    tabs = [tab.label for tab in at.tabs] if page in TABS else []
    for shown in (at, *(app(page, **{TABS[page]: tab}) for tab in tabs[1:])):
        assert not shown.exception
        assert [(kind, text) for kind, text in said(shown._tree[0]) if names.search(text)] == []

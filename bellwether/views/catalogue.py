"""What there is and where it comes from: a list to search, and each thing with what lies before and behind it.

The address names what is open: `?thing=mart contacts`, and maybe `&column=before_at`.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from pathlib import Path
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from bellwether import sql
from bellwether.lineage import telling
from bellwether.lineage.graph import Column, Graph, Node
from bellwether.settings import settings
from bellwether.views import current, explore_ways, listing, show, words
from bellwether.views.board import Row, board
from bellwether.views.board import picked as row_picked
from bellwether.views.filter_bar import BOUND

THING, COLUMN, SEARCH, KIND = "thing", "column", "find", "kind"
WORDS = {
    "page": "Pages",
    "explore": "Questions to explore",
    "answer": "Questions of pages",
    "model": "Marts that models make",
    "indicator": "Indicators",
    "mart": "Marts",
    "feed": "Feeds",
    "source": "Sources",
    "governance": "What people decided",
    "record": "What the refresh keeps",
}
ONE = {
    "page": "page",
    "explore": "question to explore",
    "answer": "question of a page",
    "model": "mart that a model makes",
    "indicator": "indicator",
    "mart": "mart",
    "feed": "feed",
    "source": "source",
    "governance": "decided by people",
    "record": "kept by the refresh",
}
TALL = 520
LIST = "catalogue list"


def catalogue() -> None:
    """The thing that the address names, or the list of all."""
    found = _graph(str(settings().queries), _changed(settings().queries))
    name, column = st.query_params.get(THING, ""), st.query_params.get(COLUMN, "")
    if not name:
        _list(found)
    elif name not in found.nodes:
        _back()
        near = sql.nearest(name, found.nodes, 0.6)
        st.info(near, title="There is no such thing", icon=":material/search_off:")
    elif column and column in found.nodes[name].given:
        _column(found, found.nodes[name], column)
    else:
        _thing(found, found.nodes[name])


def _changed(folder: Path) -> int:
    """When a file under `queries/` was saved last."""
    return max((file.stat().st_mtime_ns for file in folder.rglob("*.sql")), default=0)


@st.cache_resource(max_entries=2, show_spinner="Reading every definition ...")
def _graph(queries: str, changed: int) -> Graph:
    return telling.read(settings(), {one.title: (one.file, one.asks) for one in listing.PAGES})


def open_(told: dict[str, str] | None) -> None:
    """Open a thing or a column, or the list; for use in a callback."""
    if told is not None:
        for name in (THING, COLUMN):
            st.query_params.pop(name, None)
        st.query_params.update(told)


def _list(found: Graph) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            "Search",
            key=SEARCH,
            width=340,
            icon=":material/search:",
            placeholder="A name, a word, a column",
            **BOUND,
        )
        there = [kind for kind in WORDS if any(node.kind == kind for node in found.nodes.values())]
        kinds = st.multiselect("Kind", [WORDS[kind] for kind in there], key=KIND, width=420, placeholder="All", **BOUND)
    kept = [node for node in found.search(text) if not kinds or WORDS[node.kind] in kinds]
    if not kept:
        st.info("Try fewer words, or clear the kinds.", title="Nothing holds these words", icon=":material/search_off:")
        return
    show.heading("What there is", _as_rows(found, kept), "catalogue")
    with st.container(height=TALL, border=False):
        groups = [(kind, list(some)) for kind, some in groupby(kept, lambda node: node.kind)]
        lines = [line for kind, some in groups for line in _group(found, kind, some)]
        heads = [{"text": "Name and question"}, {"text": "Pages that show it", "align": "right"}]
        board(heads, lines, "What there is, by kind", LIST, lambda: open_(row_picked(LIST)))
    st.caption(f"{words.count(len(kept), 'thing')}. Choose one to see what it is made from and what shows it.")


def _as_rows(found: Graph, nodes: list[Node]) -> pl.DataFrame:
    """The same for the CSV."""
    pages = [", ".join(one.name for one in found.below(node.key) if one.kind == "page") for node in nodes]
    return pl.DataFrame(
        {
            "Kind": [ONE[node.kind] for node in nodes],
            "Name": [node.name for node in nodes],
            "Title": [node.title for node in nodes],
            "Question": [node.asks for node in nodes],
            "Owner": [node.owner for node in nodes],
            "Defined in": [node.file for node in nodes],
            "Pages that show it": pages,
        }
    )


def _group(found: Graph, kind: str, nodes: list[Node]) -> list[Row]:
    return [{"group": f"{WORDS[kind]} · {len(nodes)}"}, *(_listed(found, node) for node in nodes)]


def _listed(found: Graph, node: Node) -> Row:
    pages = sum(one.kind == "page" for one in found.below(node.key))
    shown = "" if node.kind == "page" else str(pages)
    way = _way(node)
    name = {"strong": way.pop("text"), **way, "sub": _says(node)}
    return {"cells": [name, {"text": shown, "align": "right"}]}


def _says(node: Node) -> str:
    """What a thing is, as one sentence."""
    title = node.title if node.title not in (node.name, node.name.replace("_", " ").capitalize()) else ""
    asks = node.asks if node.asks.endswith(("?", ".")) or not node.asks else f"{node.asks[0].upper()}{node.asks[1:]}."
    return " · ".join(part for part in (title, asks) if part)


def _way(node: Node, column: str = "") -> dict:
    """A cell that leads to a thing, or to a column of it."""
    told = {THING: node.key, **({COLUMN: column} if column else {})}
    label = f"Open {ONE[node.kind]} {node.name} {column}".strip()
    return {"text": column or node.name, "pick": told, "href": f"catalogue?{urlencode(told)}", "label": label}


def _back(to: Node | None = None):
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    line.button("The whole catalogue", icon=":material/arrow_back:", on_click=open_, args=({},))
    if to:
        line.button(f"{ONE[to.kind].capitalize()} {to.name}", on_click=open_, args=({THING: to.key},))
    return line


def _thing(found: Graph, node: Node) -> None:
    line = _back()
    with line:
        st.badge(ONE[node.kind], color="gray")
        if node.owner:
            st.badge(f"owner: {node.owner}", color="gray")
        if node.kind == "explore":
            told = {explore_ways.QUESTION: node.name}
            st.page_link(listing.FOLDER / "explore" / "explore.py", label="Open the question", query_params=told)
    _said(node.title, _says(node) if node.asks else "", node.file)
    above, below = found.above(node.key), found.below(node.key)
    left, right, third = st.columns([36, 30, 34], gap="medium")
    with left:
        _things("Made from", above, "Nothing: it is where things begin.", "above")
    with right:
        _things("Shown or used by", below, "Nothing yet." if node.kind != "page" else "People.", "below")
    with third:
        _columns(found, node)
    _refreshed(node, above)


def _said(title: str, asks: str, file: str) -> None:
    with st.container(gap="xxsmall"):
        st.subheader(title, anchor=False)
        told = [part for part in (asks, f"Defined in `{file}`." if file else "") if part]
        if told:
            st.caption(" ".join(told))


def _things(heading: str, nodes: list[Node], nothing: str, key: str) -> None:
    st.markdown(f"**{heading}**")
    if not nodes:
        st.caption(nothing)
        return
    lines: list[Row] = []
    for kind, some in groupby(nodes, lambda one: one.kind):
        group = list(some)
        lines.append({"group": f"{WORDS[kind]} · {len(group)}"})
        lines += [{"cells": [{**_way(one), "sub": one.title if one.title != one.name else ""}]} for one in group]
    with st.container(height=TALL if len(lines) > 12 else "content", border=False):
        board((), lines, heading, f"catalogue {key}", lambda: open_(row_picked(f"catalogue {key}")))


def _columns(found: Graph, node: Node) -> None:
    if not node.given:
        return
    st.markdown("**Columns**")
    lines = [{"cells": [{**_way(node, name), "sub": _from(behind)}]} for name, behind in node.given.items()]
    with st.container(height=TALL if len(lines) > 9 else "content", border=False):
        board((), lines, "Columns", "catalogue columns", lambda: open_(row_picked("catalogue columns")))


def _from(behind: frozenset[Column]) -> str:
    """The columns right behind one, in a few words."""
    names = sorted({f"{key.partition(' ')[2]}.{name}" for key, name in behind})
    shown = ", ".join(names[:3])
    return f"from {shown}{f' and {len(names) - 3} more' if names[3:] else ''}" if names else ""


def _column(found: Graph, node: Node, name: str) -> None:
    _back(node)
    column = (node.key, name)
    _said(f"{name} of {node.name}", f"A column of the {ONE[node.kind]} {node.name}.", node.file)
    behind, users, deciding = found.columns_behind(column), found.users(column), found.deciding(column)
    left, right, third = st.columns([36, 34, 30], gap="medium")
    with left:
        st.markdown("**Its values come from**")
        lines = [{"cells": [{**_way(found.nodes[key], one), "sub": key}]} for key, one in behind if key in found.nodes]
        if lines:
            with st.container(height=TALL if len(lines) > 9 else "content", border=False):
                board((), lines, "Columns behind it", "catalogue from", lambda: open_(row_picked("catalogue from")))
        else:
            st.caption("No other column: it is counted, written down, or read from an export as it is.")
    with right:
        _things("Used by", users, "Nothing uses it.", "users")
    with third:
        _things("Decides which rows there are in", deciding, "Nothing: it only gives values.", "deciding")


def _refreshed(node: Node, above: list[Node]) -> None:
    """The last refresh, and how old the newest export behind it is."""
    behind = {one.name for one in [node, *above] if one.kind == "source"}
    taken = [one for one in current.manifest()["imports"].values() if one["source"] in behind]
    told = f"Last refresh: {words.moment(current.built_at())} UTC."
    if behind and taken:
        newest = max(one["exported_at"] for one in taken if one["exported_at"])
        files, sources = words.count(len(taken), "file"), words.count(len({one["source"] for one in taken}), "source")
        told += (
            f" Behind it: {files} of {sources}, the newest export taken {words.day(datetime.fromisoformat(newest))}."
        )
    elif behind:
        told += " None of its sources has brought a file into this version."
    st.caption(told)

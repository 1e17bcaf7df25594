"""What has no owner, and what not all silos agreed to: said silo by silo, standard by standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from bellwether.accountability.standards import AGREED, Agreement, Standard
from bellwether.views import go, words
from bellwether.views.board import Cell, board
from bellwether.views.matrix import Titles

EDIT = "Owners and standards"
MATRIX = "Agreements"
MOST = 6


def unowned(pairs: pl.DataFrame) -> dict[str, list[str]]:
    """Silo -> the titles of its measured indicators that nobody owns. pairs: answer of `accountability/pairs`."""
    open_ = pairs.filter(pl.col("owner").is_null()).sort("silo", "title")
    return dict(open_.group_by("silo", maintain_order=True).agg("title").iter_rows())


def disagreed(found: Sequence[Agreement]) -> dict[str, list[Agreement]]:
    """Indicator -> the cells in which its standard is not agreed, or only on earlier terms."""
    open_: dict[str, list[Agreement]] = {}
    for cell in found:
        if cell.word != AGREED:
            open_.setdefault(cell.indicator, []).append(cell)
    return open_


def no_owner(pairs: pl.DataFrame, leaders: Mapping[str, str]) -> None:
    """Silo by silo what nobody answers for. leaders: silo -> who leads it."""
    open_ = unowned(pairs)
    if not open_:
        st.markdown("● Every measured indicator has an owner in every silo.")
        return
    count = sum(map(len, open_.values()))
    st.markdown(f"▼ **{count} of {words.count(pairs.height, 'measured pair')} of indicator and silo have no owner.**")
    lines = [{"cells": [_silo(silo, titles, pairs, leaders)]} for silo, titles in open_.items()]
    board([], lines, "Without owner", "unowned")
    if not leaders:
        st.markdown("Nobody is named to lead any silo either.")
    go.to_accountability("Name owners and leaders", EDIT)


def _silo(silo: str, titles: Sequence[str], pairs: pl.DataFrame, leaders: Mapping[str, str]) -> Cell:
    of = pairs.filter(silo=silo).height
    leader = leaders.get(silo)
    more = f" and {len(titles) - MOST} more" if len(titles) > MOST else ""
    return {
        "shape": "▼",
        "tone": "bad",
        "strong": silo,
        "text": f"{len(titles)} of {of}; {leader} leads the silo" if leader else f"{len(titles)} of {of}; no leader",
        "sub": ", ".join(titles[:MOST]) + more,
    }


def not_agreed(found: Sequence[Agreement], set_: Mapping[str, Standard], about: Titles) -> None:
    """Standard by standard which silos have not agreed."""
    if not set_:
        st.markdown("○ **No standard is set yet**, so there is nothing to agree to.")
        go.to_accountability("Set a standard", EDIT)
        return
    open_ = disagreed(found)
    if not open_:
        st.markdown("● Every standard is agreed by every silo that it binds.")
        return
    st.markdown(f"▼ **{len(open_)} of {words.count(len(set_), 'standard')} are not agreed by all.**")
    lines = [{"cells": [_standard(name, cells, found, about)]} for name, cells in open_.items()]
    board([], lines, "Not agreed by all", "not agreed")
    go.to_accountability("Agree or take back", MATRIX)


def _standard(name: str, open_: Sequence[Agreement], found: Sequence[Agreement], about: Titles) -> Cell:
    bound = sum(cell.indicator == name for cell in found)
    earlier = [cell.silo for cell in open_ if cell.agreed_by]
    never = [cell.silo for cell in open_ if not cell.agreed_by]
    parts = [f"not agreed: {', '.join(never)}"] * bool(never)
    parts += [f"agreed to earlier terms: {', '.join(earlier)}"] * bool(earlier)
    return {
        "shape": "▼",
        "tone": "bad",
        "strong": about[name]["title"] if name in about else name,
        "text": f"{len(open_)} of {words.count(bound, 'silo')} missing",
        "sub": "; ".join(parts).capitalize() if not never else "; ".join(parts),
    }

"""The way down: silo, stage, touchpoint, channel, segment. Each step narrows the whole page, and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from bellwether.access.suppression import AT_LEAST
from bellwether.views import states, words
from bellwether.views.board import Cell, Row, board, picked
from bellwether.views.chosen import ALL_SILOS, DIMENSIONS, Chosen
from bellwether.views.plain import literal
from bellwether.views.reading import SUMS, Figure, figure

DRILL = ("silo", "stages", "touchpoints", "channels", "segments")
NAMES = {"silo": "Silo", **DIMENSIONS}
MOST_MEMBERS = 14
FIGURES = {"value": "Value", "low": "Low", "high": "High", "observations": "Observations"}


def groups_of(rows: pl.DataFrame, dimension: str, about: Mapping[str, Any]) -> list[tuple[str | None, Figure, Figure]]:
    """Members of a dimension, the largest first: member, its figure now, its figure earlier."""
    found: dict[str | None, dict[str, dict[str, Any]]] = {}
    for row in rows.filter(dimension=dimension).iter_rows(named=True):
        found.setdefault(row["member"], {})[row["period"]] = {name: row.get(name) for name in (*SUMS, AT_LEAST)}
    both = [(member, figure(of.get("now"), about), figure(of.get("earlier"), about)) for member, of in found.items()]
    return sorted(both, key=lambda one: (one[0] is None, -(one[1].observations or 0)))


def groups_table(rows: pl.DataFrame, about: Mapping[str, Any]) -> pl.DataFrame:
    """Every member of every dimension, now and earlier, in words, for taking along."""
    told = [
        {
            "By": NAMES[dimension],
            "Member": member or "not known",
            **{f"{word}, now": getattr(now, name) for name, word in FIGURES.items()},
            **{f"{word}, earlier": getattr(earlier, name) for name, word in FIGURES.items()},
        }
        for dimension in NAMES
        for member, now, earlier in groups_of(rows, dimension, about)
    ]
    return pl.DataFrame(told, infer_schema_length=None)


def next_step(rows: pl.DataFrame) -> str:
    """The next dimension down in which there is more than one member to tell apart."""
    counts = dict(rows.group_by("dimension").agg(pl.col("member").n_unique()).iter_rows())
    return next((name for name in DRILL if counts.get(name, 0) > 1), DRILL[-1])


def step(rows: pl.DataFrame) -> str:
    """The dimension that the figure is taken apart by: the next one down, unless the reader wants another."""
    known = set(rows.drop_nulls("member")["dimension"])
    offered = [name for name in DRILL if name in known]
    if not offered:
        return next_step(rows)
    if st.session_state.get("by") not in offered:
        st.session_state["by"] = next_step(rows)
    return st.segmented_control(
        "Taken apart by",
        offered,
        format_func=NAMES.get,
        key="by",
        label_visibility="collapsed",
        required=True,
    )


def breakdown(chosen: Chosen, rows: pl.DataFrame, dimension: str) -> None:
    """Where exactly: each member with its interval now and its value earlier; choosing one goes a step deeper."""
    members = groups_of(rows, dimension, chosen.about)
    if not members:
        states.no_rows()
        return
    known = [found for _, *both in members for found in both if found.value is not None]
    place = _scale(known, chosen.about)
    lines = [_line(chosen, dimension, one, place) for one in members[:MOST_MEMBERS]]
    columns = [
        {"text": NAMES[dimension]},
        {"text": "", "align": "wide"},
        {"text": "Now", "align": "right"},
        {"text": "Earlier", "align": "right"},
    ]
    board(columns, lines, f"{chosen.about['title']} by {NAMES[dimension].lower()}", "drill", _deeper)
    more = f" The largest {MOST_MEMBERS} of {len(members)}." if len(members) > MOST_MEMBERS else ""
    target = " Dashed: the standard." if chosen.about["target"] is not None else ""
    st.caption(f"Dot and band: now, with its 95% interval. Ring: earlier.{target}{more}")


def _line(chosen: Chosen, dimension: str, one: tuple[str | None, Figure, Figure], place: Any) -> Row:
    member, now, earlier = one
    about = chosen.about
    name: Cell = {"head": True, "text": member or "not known"}
    if member is not None:
        name |= {"pick": {"dimension": dimension, "member": member}, "label": f"Go to {member}"}
    drawn = {"low": place(now.low), "at": place(now.value), "high": place(now.high)} if now.value is not None else None
    if drawn:
        drawn |= {"before": place(earlier.value), "target": place(about["target"])}
    return {"cells": [name, {"bar": drawn}, _number(now, about), _number(earlier, about)]}


def _number(found: Figure, about: Mapping[str, Any]) -> Cell:
    if found.too_few:
        return {"text": words.TOO_FEW_PEOPLE, "align": "right", "tone": "faint", "tip": "Fewer than five people"}
    return {
        "text": words.value(found.value, about["unit"], about["currency"]),
        "sub": f"of {found.observations:,}" if found.observations else "",
        "align": "right",
    }


def _scale(known: Sequence[Figure], about: Mapping[str, Any]):
    """Value -> place in percent between the lowest and the highest limit (and the target)."""
    edges = [edge for found in known for edge in (found.low, found.value, found.high) if edge is not None]
    edges += [about["target"]] if about["target"] is not None else []
    low, high = min(edges, default=0.0), max(edges, default=1.0)
    reach = (high - low) or 1.0
    return lambda value: None if value is None else round(2 + 96 * min(max((value - low) / reach, 0), 1), 1)


def _deeper() -> None:
    """Pin the chosen member; the whole page narrows to it."""
    pick = picked("drill")
    if pick["dimension"] == "silo":
        st.session_state["silo"] = pick["member"]
    else:
        st.session_state[pick["dimension"]] = [pick["member"]]
    st.session_state["by"] = None


def path(chosen: Chosen) -> None:
    """The way down so far; each step is a way back up."""
    steps = [("", ALL_SILOS)] + ([("silo", chosen.silo)] if chosen.silo != ALL_SILOS else [])
    steps += [(name, " or ".join(chosen.given[name])) for name in DRILL[1:] if chosen.given.get(name)]
    with st.container(horizontal=True, gap="xxsmall", vertical_alignment="center"):
        for place, (name, label) in enumerate(steps):
            last = place == len(steps) - 1
            below = [step for step, _ in steps[place + 1 :]]
            st.button(
                literal(label) if last else f"{literal(label)} ›",
                key=f"up {name}",
                type="tertiary",
                disabled=last,
                on_click=_up,
                args=(below,),
            )


def _up(below: Sequence[str]) -> None:
    for name in below:
        st.session_state[name] = ALL_SILOS if name == "silo" else []
    st.session_state["by"] = None

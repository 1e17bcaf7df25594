"""The agreement matrix: each standard by silo, agreed by whom and when; a choice opens the agreement below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from bellwether.accountability import events, standards
from bellwether.accountability.owners import pair
from bellwether.accountability.standards import AGREED, EARLIER, NOT, Agreement, Standard
from bellwether.views import desk, edits, show, words
from bellwether.views.board import Cell, board, picked
from bellwether.views.plain import literal

KEY = "agreement"
SHAPES = {AGREED: ("●", "good"), EARLIER: ("◐", "bad"), NOT: ("○", "bad")}
NOT_MEASURED = {"text": "not measured", "shape": "–", "tone": "faint", "tip": "The standard does not bind this silo"}
Titles = Mapping[str, Mapping[str, Any]]


def target(standard: Standard, about: Mapping[str, Any] | None) -> str:
    """`at least 85%`."""
    if about is None:
        return f"{standard.target:g}"
    side = "at most" if about["better"] == "lower" else "at least"
    return f"{side} {words.value(standard.target, about['unit'], about['currency'], short=True)}"


def name(cell: Agreement, about: Titles) -> str:
    """A cell as it is chosen by name."""
    title = about[cell.indicator]["title"] if cell.indicator in about else cell.indicator
    return f"{title}, {cell.silo}"


def cells(pairs: pl.DataFrame) -> tuple[Agreement, ...]:
    """The matrix as it stands. pairs: answer of `accountability/pairs`."""
    return standards.matrix(desk.store(), pairs.select("indicator", "silo").iter_rows())


def matrix(found: Sequence[Agreement], set_: Mapping[str, Standard], about: Titles) -> None:
    """Draw it. found: the cells. set_: indicator -> its standard."""
    if not set_:
        st.info(
            "Set the first one under Owners and standards: a target that all silos can agree to.",
            title="No standard is set yet",
            icon=":material/flag:",
        )
        return
    silos = sorted({cell.silo for cell in found})
    held = {(cell.indicator, cell.silo): cell for cell in found}
    lines = [{"cells": _line(standard, silos, held, about)} for standard in _by_title(set_, about)]
    columns = [{"text": "Standard"}, *({"text": silo} for silo in silos)]
    board(columns, lines, "Standard by silo", "matrix", _chosen, narrow="scroll")
    legend = " · ".join(f"{shape} {word}" for word, (shape, _) in SHAPES.items())
    st.caption(f"{legend} · – not measured. Choose a cell to agree, or to take an agreement back.")


def _by_title(set_: Mapping[str, Standard], about: Titles) -> list[Standard]:
    return sorted(set_.values(), key=lambda one: about.get(one.indicator, {}).get("title", one.indicator))


def _line(standard: Standard, silos: Sequence[str], held: Mapping[Any, Agreement], about: Titles) -> list[Cell]:
    row = about.get(standard.indicator)
    mine = [held.get((standard.indicator, silo)) for silo in silos]
    agreed = sum(cell is not None and cell.word == AGREED for cell in mine)
    bound = sum(cell is not None for cell in mine)
    head = {
        "head": True,
        "text": row["title"] if row else standard.indicator,
        "sub": f"{target(standard, row)} · {agreed} of {bound} agreed",
        "tip": standard.promise or "No promise is written down",
    }
    return [head, *(_cell(cell, about) if cell else NOT_MEASURED for cell in mine)]


def _cell(cell: Agreement, about: Titles) -> Cell:
    shape, tone = SHAPES[cell.word]
    by = f"{cell.agreed_by}, {words.day(cell.agreed_on)}" if cell.agreed_by else ""
    when = f" {words.day(cell.agreed_on)}" if cell.word == AGREED else ""
    return {
        "text": "earlier terms" if cell.word == EARLIER else f"{cell.word}{when}",
        "shape": shape,
        "tone": tone if cell.word != AGREED else "calm",
        "sub": cell.agreed_by or "",
        "tip": f"{name(cell, about)}: {cell.word}" + (f" ({by})" if by else ""),
        "label": f"{name(cell, about)}: {cell.word}",
        "pick": pair(cell.indicator, cell.silo),
        "href": "#",
    }


def _chosen() -> None:
    if one := picked("matrix"):
        st.session_state[KEY] = one


def one_agreement(
    found: Sequence[Agreement], set_: Mapping[str, Standard], about: Titles, leaders: Mapping[str, str]
) -> None:
    """The chosen cell: what the terms are, and a way to agree or take back. leaders: silo -> who leads it."""
    held = {pair(cell.indicator, cell.silo): cell for cell in found}
    if st.session_state.get(KEY) not in held:
        st.session_state.pop(KEY, None)
    picked_ = st.selectbox(
        "Agreement",
        list(held),
        None,
        format_func=lambda one: name(held[one], about),
        key=KEY,
        bind="query-params",
        placeholder="Choose a cell above, or here",
        width=420,
    )
    if picked_:
        cell = held[picked_]
        left, right = st.columns([45, 55], gap="medium")
        with left:
            _terms(cell, set_[cell.indicator], about)
            _agree(cell, set_[cell.indicator], leaders) if cell.word != AGREED else _take_back(cell)
        with right:
            past = edits.history(events.history(desk.store(), "agreement", picked_), _unit(cell, about))
            show.heading("What happened to this agreement", past, "agreement history")
            if past.height:
                show.table(past, "History of the agreement", "past agreement")
            else:
                st.caption("Nobody has agreed or taken back anything here.")


def _unit(cell: Agreement, about: Titles) -> str:
    return about[cell.indicator]["unit"] if cell.indicator in about else ""


def _terms(cell: Agreement, standard: Standard, about: Titles) -> None:
    shape, _ = SHAPES[cell.word]
    by = f" by {literal(cell.agreed_by)} on {words.day(cell.agreed_on)}" if cell.agreed_by else ""
    st.markdown(f"**{literal(name(cell, about))}: {shape} {cell.word}**{by}")
    st.markdown(f"{target(standard, about.get(cell.indicator)).capitalize()}. {literal(standard.promise or '')}")
    if standard.monthly:
        told = edits.value("monthly", dict(standard.monthly), _unit(cell, about))
        st.caption(f"Single months: {told}")


def _agree(cell: Agreement, standard: Standard, leaders: Mapping[str, str]) -> None:
    place = f"agree {cell.indicator} {cell.silo}"
    keys = {field: f"{field} {place} {cell.version}" for field in ("agreed_by", "agreed_on")}
    able = desk.decidable(cell.silo)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Agreed by", leaders.get(cell.silo) or desk.me(), key=keys["agreed_by"], width=220)
        st.date_input("On", desk.today(), max_value=desk.today(), key=keys["agreed_on"], format="YYYY-MM-DD", width=150)

        def write(fields: Mapping[str, Any], seen: int) -> None:
            told = {**fields, "terms": standard.terms, "seen": seen, "by": desk.decider(cell.silo)}
            standards.agree(desk.store(), cell.indicator, cell.silo, **told)

        args = (place, write, keys, cell.version)
        st.button("Agree", type="primary", disabled=not able, on_click=desk.save, args=args, key=f"do {place}")
    desk.answer(place)


def _take_back(cell: Agreement) -> None:
    place = f"agree {cell.indicator} {cell.silo}"
    key = f"why {place} {cell.version}"
    able = desk.decidable(cell.silo)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Why it is taken back", key=key, width=300)

        def write(fields: Mapping[str, Any], seen: int) -> None:
            told = {"reason": fields["reason"] or "", "seen": seen, "by": desk.decider(cell.silo)}
            standards.take_back(desk.store(), cell.indicator, cell.silo, **told)

        args = (place, write, {"reason": key}, cell.version)
        st.button("Take it back", disabled=not able, on_click=desk.save, args=args, key=f"undo {place}")
    desk.answer(place)


def table(found: Sequence[Agreement], about: Titles) -> pl.DataFrame:
    """The matrix as a list in words, for taking along."""
    rows = [
        {
            "Standard": about[cell.indicator]["title"] if cell.indicator in about else cell.indicator,
            "Silo": cell.silo,
            "State": cell.word,
            "Agreed by": cell.agreed_by,
            "Agreed on": cell.agreed_on,
        }
        for cell in found
    ]
    return pl.DataFrame(rows, infer_schema_length=None)

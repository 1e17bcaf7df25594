"""One commitment: how it stands, the next steps, what was declared, what the data say, and all that was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from bellwether.accountability import events, moves
from bellwether.accountability.commitments import (
    ABANDONED,
    AGREED,
    DONE,
    IDEA,
    STARTED,
    Commitment,
    commitments,
)
from bellwether.views import (
    aims,
    commitment_form,
    desk,
    draft,
    edits,
    go,
    judgement,
    look,
    pipeline,
    show,
    talking,
    words,
)
from bellwether.views.board import board
from bellwether.views.commitment_form import Offered
from bellwether.views.plain import literal

NEXT = {IDEA: "agree", AGREED: "start", STARTED: "finish"}
LABELS = {"agree": "Agree to it", "start": "Start", "finish": "Done"}
DAYS = {"start": "Started on", "finish": "Done on"}


def pick(made: Sequence[Commitment]) -> Commitment | None:
    """Choose a commitment by name; the choice stands in the address."""
    twice = {one.title for one in made if sum(other.title == one.title for other in made) > 1}
    titles = {one.id: f"{one.title} ({one.id})" if one.title in twice else one.title for one in made}
    if st.session_state.get(pipeline.KEY) not in titles:
        st.session_state.pop(pipeline.KEY, None)
    picked = st.selectbox(
        "Commitment",
        list(titles),
        None,
        format_func=titles.get,
        placeholder="Choose a card above, or one here",
        key=pipeline.KEY,
        bind="query-params",
        label_visibility="collapsed",
    )
    return next((one for one in made if one.id == picked), None)


def propose(offer: Offered) -> None:
    """The form of a new commitment."""
    with st.popover("New commitment", icon=":material/add:", width="content", key="new", on_change="rerun") as shown:
        if not shown.open:
            return
        place = f"new {st.session_state.setdefault('proposed', 0)}"
        able = desk.writable()
        keys = commitment_form.fields(place, None, offer)
        made = (place, _proposed, keys, 0, commitment_form.shape(offer))
        st.button("Propose it", type="primary", disabled=not able, on_click=desk.save, args=made, key="propose")
        desk.answer(place)


def _proposed(fields: Mapping[str, Any], seen: int) -> None:
    told = {name: value for name, value in fields.items() if value is not None}
    one = moves.propose(desk.store(), by=desk.decider(told.get("silo")), **told)
    st.session_state["proposed"] += 1
    pipeline.choose(one.id)


def head(one: Commitment, verdict: Mapping[str, Any] | None, today: date) -> None:
    """Title, state, owner, day and aim in one glance."""
    due = pipeline.due_line(one, today)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(literal(one.title), anchor=False, width="content")
        if one.state != DONE:
            st.badge(one.state, color="gray")
        shape = f"{due['shape']} " if "shape" in due else ""
        st.badge(f"{shape}{due['text']}", color=look.BADGES.get(due.get("tone", "calm"), "gray"))
        if verdict:
            text, tone = judgement.badge(verdict)
            st.badge(text, color=look.BADGES[tone])
        if one.quick_win:
            st.badge("quick win", color="gray", help="Under 90 days, with a declared indicator")
        if one.declared_afterwards:
            st.badge("declared after it began", color="orange", help="Its indicator was declared after its start")


def facts(one: Commitment, about: Mapping[str, Any]) -> None:
    """What was declared, line by line."""
    row = about.get(one.indicator)
    declared = f", declared on {words.day(one.declared_on)}" if one.declared_on else ""
    lines = {
        "Owner": f"{one.owner or 'nobody yet'}; the silo that answers is {one.silo}",
        "Aim": aims.sentence(one.expected, row) + (f"; better is {row['better']}" if row else ""),
        "Treats": aims.treats(one),
        "Time": f"{words.day(one.start)} to {words.day(one.due)}{declared}" if one.start or one.due else "not given",
        "Cost": words.money(one.cost, one.currency) if one.cost is not None else "not given",
    }
    board(
        [], [{"cells": [{"strong": name, "text": text}]} for name, text in lines.items()], "What was declared", "facts"
    )
    if row:
        go.link(f"{row['title']} at {one.silo}", row["title"], one.silo)


def steps(one: Commitment) -> None:
    """The next steps that are open to it, as buttons; days and reasons are asked for where they are needed."""
    place, able = f"step {one.id}", desk.decides(one.silo)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if name := NEXT.get(one.state):
            _step(one, name, place, able)
        if one.state in (DONE, ABANDONED):
            _reasoned(one, "Reopen", moves.reopen, place, able)
        else:
            _reasoned(one, "Abandon", moves.abandon, place, able)
    desk.answer(place)


def _step(one: Commitment, name: str, place: str, able: bool) -> None:
    keys = {}
    if name in DAYS:
        keys = {"on": f"{name} on {one.id} {one.version}"}
        st.date_input(DAYS[name], desk.today(), max_value=desk.today(), key=keys["on"], format="YYYY-MM-DD", width=160)
    move = getattr(moves, name)

    def write(fields: Mapping[str, Any], seen: int) -> None:
        move(desk.store(), one.id, seen=seen, by=desk.decider(one.silo), **fields)

    args = (place, write, keys, one.version)
    st.button(LABELS[name], type="primary", disabled=not able, on_click=desk.save, args=args, key=f"move {one.id}")


def _reasoned(one: Commitment, label: str, move: Any, place: str, able: bool) -> None:
    key = f"{label} why {one.id} {one.version}"

    def write(fields: Mapping[str, Any], seen: int) -> None:
        move(desk.store(), one.id, seen=seen, by=desk.decider(one.silo), reason=fields["reason"] or "")

    with st.popover(label, key=f"{label} {one.id}"):
        st.text_input("Why", key=key)
        args = (place, write, {"reason": key}, one.version)
        st.button(f"{label} it", disabled=not able, on_click=desk.save, args=args, key=f"{label} it {one.id}")


def written(one: Commitment, offer: Offered) -> None:
    """Edit, talk and history, one open at a time."""
    parts = ("Edit", "Comments and links", "History")
    edit, talk, past = st.tabs(parts, key=f"about {one.id}", on_change="rerun")
    if edit.open:
        with edit:
            _edit(one, offer)
    if talk.open:
        with talk:
            talking.talking(one)
    if past.open:
        with past:
            unit = (offer.about.get(one.indicator) or {}).get("unit", "")
            told = edits.history(events.history(desk.store(), "commitment", one.id), unit)
            show.table(told, f"History of {one.title}", f"history {one.id}")
            show.download(told, f"History of {one.title}")


def _edit(one: Commitment, offer: Offered) -> None:
    place = f"edit {one.id}"
    desk.answer(place)
    able = desk.decidable(one.silo)
    one, seen = draft.opened(place, one, one.version)
    keys = commitment_form.fields(f"{place} {seen}", one, offer)
    draft.drawn(place, keys)
    unit = (offer.about.get(one.indicator) or {}).get("unit", "")

    def write(fields: Mapping[str, Any], seen: int) -> None:
        desk.decider(fields.get("silo", one.silo))  # nobody hands what is theirs to a silo that is not
        moves.change(desk.store(), one.id, fields, seen=seen, by=desk.decider(one.silo))

    args = (place, write, keys, seen, commitment_form.shape(offer), unit)
    st.button("Save", type="primary", disabled=not able, on_click=desk.save, args=args, key=f"save {one.id}")


def every() -> tuple[Commitment, ...]:
    """All commitments as they stand now."""
    return commitments(desk.store())

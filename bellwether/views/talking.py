"""What people say about a commitment: comments, and links to what lies elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bellwether.accountability import talk
from bellwether.accountability.commitments import Commitment
from bellwether.views import desk, edits, words
from bellwether.views.plain import literal


def talking(one: Commitment) -> None:
    """Comments at the left, links at the right; both can be added to."""
    left, right = st.columns([60, 40], gap="medium")
    with left:
        _comments(one)
    with right:
        _links(one)


def _comments(one: Commitment) -> None:
    said = talk.comments(desk.store(), one.id)
    for each in said:
        with st.container(border=True, gap="xxsmall"):
            st.caption(f"{literal(edits.person(each.who))} · {words.moment(each.at)} UTC")
            st.text(each.text)
    if not said:
        st.caption("Nobody has said anything yet.")
    place = f"comment {one.id}"
    key = f"{place} {st.session_state.setdefault(f'next {place}', 0)}"
    able = desk.writable()
    st.text_area("Comment", key=key, height=80)

    def write(fields: Mapping[str, Any], seen: int) -> None:
        talk.comment(desk.store(), one.id, fields["text"] or "", by=desk.me())
        st.session_state[f"next {place}"] += 1

    args = (place, write, {"text": key}, 0)
    st.button("Say it", disabled=not able, on_click=desk.save, args=args, key=f"say {one.id}")
    desk.answer(place)


def _links(one: Commitment) -> None:
    held = talk.links(desk.store(), one.id)
    able = desk.writable()
    place = f"link {one.id}"
    for each in held:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.link_button(literal(each.title), each.address, icon=":material/link:", type="tertiary")
            st.caption(f"{literal(edits.person(each.who))} · {words.day(each.at)}", width="stretch")
            args = (place, _detach, {}, 0, lambda _, id=each.id: {"id": id})
            st.button("Take off", disabled=not able, on_click=desk.save, args=args, type="tertiary", key=each.id)
    if not held:
        st.caption("No link is attached.")
    count = st.session_state.setdefault(f"next {place}", 0)
    keys = {name: f"{name} {one.id} {count}" for name in ("address", "named")}
    st.text_input("Address", key=keys["address"], placeholder="https://")
    st.text_input("What it is", key=keys["named"])

    def write(fields: Mapping[str, Any], seen: int) -> None:
        talk.attach(desk.store(), one.id, fields["address"] or "", title=fields["named"], by=desk.me())
        st.session_state[f"next {place}"] += 1

    args = (place, write, keys, 0)
    st.button("Attach", disabled=not able, on_click=desk.save, args=args, key=f"attach {one.id}")
    desk.answer(place)


def _detach(fields: Mapping[str, Any], seen: int) -> None:
    talk.detach(desk.store(), fields["id"], by=desk.me())

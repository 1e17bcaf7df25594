"""Where people write: the store, who writes, and what becomes of a write that is refused or that comes too late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from bellwether.access.viewer import Viewer
from bellwether.accountability import Conflict, Refused, StoreError
from bellwether.accountability.commitments import commitments
from bellwether.accountability.owners import owners, silos
from bellwether.accountability.standards import Standard, standards
from bellwether.views import draft, edits, guard, signed_in
from bellwether.views.plain import literal
from bellwether.views.stores import store

# Field -> value; then the version that the editor saw.
Write = Callable[[Mapping[str, Any], int], Any]
NAMELESS = "Say who you are at the top of the page; what you write is kept under your name."
LOOKING = "You look through the eyes of another role; to decide something, be yourself again."
READING = "Your role reads this; executives, owners and stewards decide."
WHOLE = "This is for the whole company: executives and stewards decide it."


@dataclass(frozen=True)
class Clash:
    """A write that came after somebody else's: what it wanted, and how to write it all the same."""

    conflict: Conflict
    write: Write
    fields: Mapping[str, Any]
    unit: str = ""


def today() -> date:
    """The company's day."""
    return store().today()


def people() -> list[str]:
    """Everybody who leads, stands in, owns or has promised: names to choose from."""
    named = [name for one in silos(store()) for name in (one.leader, one.deputy)]
    named += [name for one in owners(store()) for name in (one.owner, one.deputy)]
    named += [one.owner for one in commitments(store())]
    return sorted({name for name in named if name})


def leaders() -> dict[str, str]:
    """Silo -> who leads it, where somebody does."""
    return {one.silo: one.leader for one in silos(store()) if one.leader}


def set_standards() -> dict[str, Standard]:
    """Indicator -> its standard."""
    return {one.indicator: one for one in standards(store())}


def me() -> str:
    """Under which name the viewer writes; "" where they may not, or have not said it yet.

    Whoever signed in writes as that person; on one's own machine one says who one is.
    """
    viewer = guard.viewer()
    if not viewer.may_write:
        return ""
    return signature(viewer) if signed_in.configured() else (st.session_state.get("me") or "").strip()


def decides(silo: str | None = None) -> bool:
    """Whether this viewer decides for a silo; without one, for the whole company."""
    return bool(me()) and guard.viewer().may_decide(silo)


def decider(silo: str | None = None) -> str:
    """Under which name they decide for it. Raises Refused where they may not; ask it when the write is made."""
    if not decides(silo):
        raise Refused(_why(silo))
    return me()


def _why(silo: str | None) -> str:
    viewer = guard.viewer()
    if not viewer.may_write:
        return LOOKING if viewer.seen_as else READING
    if not me():
        return NAMELESS
    return WHOLE if silo is None else f"{silo} is not yours: its owner decides, or an executive or a steward."


def signature(viewer: Viewer) -> str:
    """What stands under a decision: the name, and the provider's word for the person, which they can't choose."""
    known = viewer.subject if viewer.name == viewer.subject else f"{viewer.name} ({viewer.subject})"
    return known[:200]


def who() -> None:
    """On one's own machine, ask for the writer's name, once a browser session."""
    if signed_in.configured() or not guard.viewer().may_write:
        return
    with st.popover(f"You are {me()}" if me() else "Say who you are", icon=":material/person:", key="who"):
        st.text_input(
            "Your name", key="me", persist_state="session", max_chars=80, help="What you write is kept under this name"
        )


def save(
    place: str,
    write: Write,
    keys: Mapping[str, str],
    seen: int,
    shape: Callable[[dict[str, Any]], Mapping[str, Any]] = dict,
    unit: str = "",
) -> None:
    """For a button's `on_click`: one write of what stands in a form.

    keys: field -> its widget's key. shape: makes the store's fields from the form's; may raise Refused.
    """
    try:
        fields = shape({name: st.session_state.get(key) for name, key in keys.items()})
    except Refused as no:
        _refused(place, no)
    else:
        said(place, write, fields, seen, unit)


def said(place: str, write: Write, fields: Mapping[str, Any], seen: int, unit: str = "") -> bool:
    """Write, and keep for `answer(place)` what there is to say of it. Runs before the page does, so that it shows.

    write: gets the fields and the version to give as `seen`. A conflict is asked about, and nothing is overwritten.
    unit: of the numbers among the fields, for a conflict's words.
    """
    for kind in ("refusal", "clash"):
        st.session_state.pop(f"{kind} {place}", None)
    try:
        write(fields, seen)
    except Conflict as conflict:
        st.session_state[f"clash {place}"] = Clash(conflict, write, dict(fields), unit)
    except (Refused, StoreError) as no:
        _refused(place, no)
    else:
        st.session_state["written"] = "Saved"
        draft.closed(place)
        return True
    return False


def _refused(place: str, no: Exception) -> None:
    st.session_state[f"refusal {place}"] = f"{str(no)[:1].upper()}{str(no)[1:]}"


def needed(trouble: str) -> None:
    """Where the store can't be used, say what still can be read, and end the page there. trouble: why, else ""."""
    if trouble:
        st.info(
            "Service leadership and Silos show owners, standards and commitments as of the last refresh.",
            title="This page reads and writes the store, which does not answer",
            icon=":material/database_off:",
        )
        st.stop()


def greet() -> None:
    """Say once that the last write was kept."""
    if done := st.session_state.pop("written", None):
        st.toast(done, icon=":material/check:")


def answer(place: str) -> None:
    """What became of the last write at this place, where there is anything to say or to ask."""
    if refusal := st.session_state.get(f"refusal {place}"):
        st.warning(refusal, icon=":material/block:")
    if clash := st.session_state.get(f"clash {place}"):
        _ask(place, clash)


def writable() -> bool:
    """Whether this viewer can write; if not, one sentence says why."""
    if me():
        return True
    st.caption(f":material/lock: {_why(None)}")
    return False


def decidable(silo: str | None = None) -> bool:
    """Whether this viewer can decide for a silo (or for the company); if not, one sentence says why."""
    if decides(silo):
        return True
    st.caption(f":material/lock: {literal(_why(silo))}")
    return False


def _ask(place: str, clash: Clash) -> None:
    """Somebody else was faster: both versions side by side, and the choice."""
    with st.container(border=True, key=f"ask {place}"):
        st.markdown(f"**{edits.clash(clash.conflict)}**")
        st.dataframe(edits.both(clash.conflict, clash.unit), hide_index=True, alt="Theirs and yours", placeholder="–")
        with st.container(horizontal=True):
            st.button("Keep theirs", on_click=_keep, args=(place,), key=f"keep {place}")
            label = "Save yours too" if clash.conflict.mergeable else "Write yours over it"
            st.button(label, on_click=_again, args=(place, clash), key=f"again {place}", type="primary")


def _keep(place: str) -> None:
    st.session_state.pop(f"clash {place}", None)
    draft.closed(place)


def _again(place: str, clash: Clash) -> None:
    """Write what the editor wanted, and leave what only the others changed as they left it."""
    theirs = {one.field: one.after for one in clash.conflict.theirs}
    merged = {**clash.fields, **theirs, **clash.conflict.mine}
    mine = {name: merged[name] for name in clash.fields if name in merged}
    said(place, clash.write, mine, clash.conflict.version, clash.unit)

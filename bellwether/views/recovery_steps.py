"""What can be done about a failure: acknowledge, assign, resolve, reopen; each a write of its own in the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import streamlit as st

from bellwether.accountability import recoveries
from bellwether.accountability.recoveries import OPEN, OUTCOMES, RESOLVED, Recovery
from bellwether.views import desk

# Days that somebody is given, unless whoever assigns says otherwise.
GIVEN = 3


def steps(row: Mapping[str, Any], now: Recovery) -> None:
    """Acknowledge, assign and resolve; or reopen what was resolved."""
    silo = row["silo"]
    desk.decidable(silo)
    with st.container(horizontal=True, gap="small"):
        if now.state == RESOLVED:
            _reopen(now, silo)
        else:
            _acknowledge(now, silo)
            _assign(row, now)
            _resolve(now, silo)
    desk.answer(place(now))


def place(now: Recovery) -> str:
    return f"recovery {now.failure}"


def _button(
    label: str, move: Any, keys: Mapping[str, str], now: Recovery, silo: str | None, primary: bool = True
) -> None:
    """A button that writes one step with what stands in the widgets `keys`."""

    def write(fields: Mapping[str, Any], seen: int) -> None:
        move(desk.store(), now.failure, seen=seen, by=desk.decider(silo), **{name: fields[name] or "" for name in keys})

    kind = "primary" if primary else "secondary"
    args = (place(now), write, dict(keys), now.version)
    st.button(
        label, type=kind, disabled=not desk.decides(silo), on_click=desk.save, args=args, key=f"{label} {now.failure}"
    )


def _acknowledge(now: Recovery, silo: str | None) -> None:
    if now.state == OPEN:
        _button("Acknowledge", recoveries.acknowledge, {}, now, silo)


def _assign(row: Mapping[str, Any], now: Recovery) -> None:
    keys = {name: f"{name} {now.failure} {now.version}" for name in ("to", "due")}
    known = desk.people()
    has = now.assigned_to or row["belongs_to"]
    known = known if has in known or not has else [has, *known]
    with st.popover("Assign", key=f"Assign {now.failure} {now.version}"):
        st.selectbox(
            "To",
            known,
            known.index(has) if has else None,
            key=keys["to"],
            accept_new_options=True,
            placeholder="A name",
        )
        st.date_input(
            "To be put right by",
            max(now.due or desk.today() + timedelta(days=GIVEN), desk.today()),
            min_value=desk.today(),
            key=keys["due"],
            format="YYYY-MM-DD",
        )
        _button("Assign it", recoveries.assign, keys, now, row["silo"])


def _resolve(now: Recovery, silo: str | None) -> None:
    keys = {name: f"{name} {now.failure} {now.version}" for name in ("outcome", "words")}
    with st.popover("Resolve", key=f"Resolve {now.failure} {now.version}"):
        st.selectbox("How it ended", OUTCOMES, key=keys["outcome"])
        st.text_area("What was done", key=keys["words"], height=90)
        _button("Resolve it", recoveries.resolve, keys, now, silo)


def _reopen(now: Recovery, silo: str | None) -> None:
    keys = {"reason": f"reason {now.failure} {now.version}"}
    with st.popover("Reopen", key=f"Reopen {now.failure} {now.version}"):
        st.text_input("Why", key=keys["reason"])
        _button("Reopen it", recoveries.reopen, keys, now, silo)

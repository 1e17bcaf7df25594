"""Who looks, at the top of each page: name and roles, the way out, and for stewards what another role would see."""

from __future__ import annotations

import streamlit as st

from bellwether.access import log
from bellwether.access.viewer import OWNER, ROLES, STEWARD, Viewer
from bellwether.views import guard, signed_in
from bellwether.views.filter_bar import measured_silos
from bellwether.views.plain import literal

LOCAL = (
    "There is no sign-in: whoever sits at this machine sees and changes everything, and nobody else gets in. "
    "`docs/deploy.md` says how to open it to others."
)
MYSELF = "Myself"


def chip() -> None:
    """A small button with who looks; behind it the rest."""
    me = signed_in.standing().viewer
    local = not signed_in.configured()
    label, icon = ("Local mode", ":material/lock_open:") if local else (me.name, ":material/account_circle:")
    with st.popover(literal(label[:60]), icon=icon, type="tertiary", key="you"):
        st.markdown(LOCAL if local else _said(me))
        if STEWARD in me.roles:
            _wear()
        if not local:
            st.button("Sign out", icon=":material/logout:", on_click=signed_in.leave, key="sign out")


def worn() -> None:
    """A line above everything while a steward looks through the eyes of another role."""
    me = guard.viewer()
    if not me.seen_as:
        return
    whose = f" of {', '.join(sorted(me.silos))}" if me.silos else " of no silo" if me.seen_as == OWNER else ""
    with st.container(horizontal=True, vertical_alignment="center", key="worn"):
        article = "an" if me.seen_as[0] in "aeio" else "a"
        st.warning(
            f"You see what {article} {me.seen_as}{whose} sees. Nothing can be written meanwhile.",
            icon=":material/visibility:",
        )
        st.button("Be yourself again", on_click=_off, key="off")


def _said(me: Viewer) -> str:
    owned = f" of {', '.join(sorted(me.silos))}" if me.silos else ""
    told = [f"{role}{owned if role == OWNER else ''}" for role in ROLES if role in me.roles]
    return f"**{literal(me.name)}** ({literal(me.subject)}): {literal(', '.join(told))}."


def _wear() -> None:
    """Choose whose eyes to look through."""
    st.segmented_control(
        "Look as", [MYSELF, *ROLES], default=MYSELF, format_func=str.capitalize, key="look as", on_change=_on
    )
    if st.session_state.get("look as") == OWNER:
        st.multiselect("Owner of", measured_silos(), key="look as owner of", on_change=_on)


def _on() -> None:
    role = st.session_state.get("look as")
    silos = st.session_state.get("look as owner of") or []
    if role in ROLES:
        log.note(signed_in.standing().viewer, log.VIEW_AS, f"{role} of {', '.join(silos)}" if silos else role)
        st.session_state[guard.WORN] = (role, tuple(silos))
    else:
        st.session_state.pop(guard.WORN, None)


def _off() -> None:
    st.session_state.pop(guard.WORN, None)
    st.session_state["look as"] = MYSELF

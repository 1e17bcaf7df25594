"""The door: what somebody sees for whom no sign-in holds, why, and the way in."""

from __future__ import annotations

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section

from bellwether.access import sessions
from bellwether.access.roles import FILE
from bellwether.views import guard, signed_in
from bellwether.views.plain import literal
from bellwether.views.signed_in import Standing

SAID = {
    signed_in.OUT: ("Sign in", "With the account of your organisation. You come back to the page that you asked for."),
    sessions.EXPIRED: ("Your sign-in has run out", "It holds for a limited time. You come back to this page."),
    sessions.ENDED: ("You are signed out", "Here, in another tab, or by whoever looks after this dashboard."),
    sessions.STALE: ("Sign in again", "This sign-in is an older one, and does not hold any more."),
    sessions.UNKNOWN: ("Sign in again", "Your identity provider's answer can't be told from others; if this stays so, "
                       "whoever looks after this dashboard has to let it send a nonce."),
    signed_in.NO_STORE: ("Nobody can be let in just now", "Sign-ins are kept in the store, which does not answer. "
                         "Try again in a minute; the server's log says more."),
    signed_in.BROKEN: ("Nobody can be let in just now", f"The roles in `{FILE}` can't be read; the server's log says "
                       "where and why."),
    signed_in.EXPOSED: ("This dashboard is not open to others", "No sign-in is set up, so it is shown to the machine "
                        "that it runs on, and to nobody else. How to set one up stands in `docs/deploy.md`."),
}  # fmt: skip
AGAIN = (signed_in.OUT, sessions.EXPIRED, sessions.ENDED, sessions.STALE, sessions.UNKNOWN)


def door(standing: Standing) -> None:
    """Draw the door, and end the run here."""
    with st.container(width=560, horizontal_alignment="left"):
        if standing.why == signed_in.NO_ROLE:
            _no_role(standing)
        else:
            title, text = SAID[standing.why]
            st.title(title, anchor=False)
            st.markdown(text)
            if standing.why in AGAIN:
                _ways_in()
    st.stop()


def _no_role(standing: Standing) -> None:
    guard.refused(f"everything: {standing.told} has no role")
    st.title("You have no role here yet", anchor=False)
    st.markdown(
        f"You are signed in as **{literal(standing.told)}**. Whoever looks after this dashboard gives roles to groups "
        f"and people in `{FILE}`; without one there is nothing to see."
    )
    st.button("Sign out", icon=":material/logout:", on_click=signed_in.leave)


def _ways_in() -> None:
    """One button, or one a provider where there are several."""
    auth = get_secrets_auth_section()
    names = [None] if auth.get("client_id") else [name for name, told in auth.items() if hasattr(told, "keys")]
    for name in names:
        label = f"Sign in with {name}" if names[1:] else "Sign in"
        if st.button(label, type="primary", icon=":material/login:", key=f"sign in {name}"):
            st.login(name)

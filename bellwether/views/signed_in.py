"""How whoever looks got here: the one user of this machine, or somebody whom the identity provider vouches for.

Nobody is let in by default: without a provider the app is for the person who sits at this machine, and for nobody else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section

from bellwether.access import roles, sessions
from bellwether.access.viewer import LOCAL, NOBODY, Viewer
from bellwether.accountability import StoreError
from bellwether.serving.exposure import is_loopback
from bellwether.settings import settings
from bellwether.views import stores

log = logging.getLogger("bellwether")

KEPT = "who looks"
# How long one look at the store counts, in seconds: a run of a page asks dozens of questions.
LOOK_SECONDS = 1.0
OUT, EXPOSED, NO_ROLE, NO_STORE, BROKEN = "out", "exposed", "no role", "no store", "broken rules"
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded")


@dataclass(frozen=True)
class Standing:
    """Who looks, and if that is nobody, why: one of sessions' words or of those above. `told`: more of it."""

    viewer: Viewer
    why: str = ""
    told: str = ""


def configured() -> bool:
    """Whether people sign in with an identity provider; without one the app is in local mode."""
    return bool(get_secrets_auth_section())


def standing() -> Standing:
    """Who looks at this page now; looked up again at most once a second."""
    kept = st.session_state.get(KEPT)
    if kept is None or not 0 <= time.monotonic() - kept[0] < LOOK_SECONDS:
        found = of(st.user.to_dict()) if configured() else _local()
        kept = st.session_state[KEPT] = (time.monotonic(), found)
    return kept[1]


def of(claims: Mapping[str, Any]) -> Standing:
    """Who a cookie's claims stand for at this moment: by its sign-in, its time and the rules as they are now."""
    if not claims.get("is_logged_in"):
        return Standing(NOBODY, OUT)
    try:
        rules = roles.read(settings().governance)
        why = sessions.standing(stores.store(), claims, rules)
    except roles.RolesError as error:
        log.error("nobody is let in: %s", error)
        return Standing(NOBODY, BROKEN)
    except (StoreError, OSError) as error:  # a sign-in that the access log can't keep is none
        log.error("nobody is let in: %s", error)
        return Standing(NOBODY, NO_STORE)
    if why != sessions.HOLDS:
        return Standing(NOBODY, why)
    viewer = roles.viewer(claims, rules)
    return Standing(viewer) if viewer.roles else Standing(NOBODY, NO_ROLE, f"{viewer.name} ({viewer.subject})")


def leave() -> None:
    """Sign out: here, in every other tab, and for whoever may have copied the cookie."""
    claims = st.user.to_dict()
    st.session_state.pop(KEPT, None)
    try:
        sessions.end(stores.store(), claims)
    except (StoreError, OSError) as error:  # the cookie goes all the same; nobody is let in until the store answers
        log.error("a sign-out could not be kept: %s", error)
    st.logout()


def hours() -> float:
    """How long a sign-in may hold; the least where the rules can't be read."""
    try:
        return roles.read(settings().governance).hours
    except roles.RolesError:
        return 0


def _local() -> Standing:
    """The one user of this machine; nobody where others could be looking in."""
    headers = st.context.headers
    host = (headers.get("host") or "localhost").rsplit(":", 1)[0]
    near = is_loopback(st.get_option("server.address") or "") and is_loopback(host)
    return Standing(LOCAL) if near and not any(headers.get(one) for one in FORWARDED) else Standing(NOBODY, EXPOSED)

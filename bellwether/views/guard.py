"""Who looks, and whether a page is theirs. Asked by app.py for the menu, by each page for itself, and by each question.

A page that is not theirs is not in the menu; its address answers "not yours", and none of its questions is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from bellwether.access import log
from bellwether.access.viewer import Viewer
from bellwether.views import listing, signed_in

# The page that is open, and the role (with its silos) that a steward has put on.
OPEN, WORN = "open page", "role worn"
# Who was refused what last.
REFUSED = "refused last"


def viewer() -> Viewer:
    """Who looks at this page: nobody, where no sign-in holds."""
    me = signed_in.standing().viewer
    worn = st.session_state.get(WORN)
    if not worn:
        return me
    try:
        return me.as_seen_by(*worn)
    except ValueError:  # no longer a steward: then they are what they are
        return me


def enter(file: str | Path) -> None:
    """The first line of each page: end it here, with a sentence, unless it is the viewer's. Unlisted: nobody's."""
    listed = listing.of(file)
    st.session_state[OPEN] = str(file)
    if not _opens(listed):
        refused(listed.title if listed else Path(file).stem)
        not_yours(listed)
        st.stop()


def still() -> None:
    """Part of a page can run again by itself, without app.py and without the page: is it theirs still?

    If not, everything starts over, which ends at the door. Raises PermissionError where that can't be.
    """
    entered = st.session_state.get(OPEN)
    if not (_opens(listing.of(entered)) if entered else viewer().roles):
        st.rerun()
        raise PermissionError("What is asked for is not the viewer's any more.")


def refused(what: str) -> None:
    """Note who was refused what, once in a row: a page that is refused runs again at each click."""
    if st.session_state.get(REFUSED) != (viewer(), what):
        st.session_state[REFUSED] = (viewer(), what)
        log.note(viewer(), log.REFUSED, what)


def not_yours(listed: listing.Listed | None) -> None:
    """Say that a page is somebody else's, and whose."""
    whose = f"It is for {_any(listed.roles)}. " if listed else ""
    st.info(
        f"{whose}Whoever looks after this dashboard can give you the role, if your work needs it.",
        title="This page is not yours to open",
        icon=":material/lock:",
    )


def reads(silo: str | None) -> bool:
    """Whether rows of a silo are the viewer's to read; of all silos (None): whether any are."""
    me = viewer()
    return me.may_see(silo) or (silo is None and any(me.may_see(one) for one in me.silos))


def ticket() -> Callable[[], None]:
    """For what is handed out later, outside of any page: call it then. Raises PermissionError if it may not be."""
    if not signed_in.configured():
        return lambda: None
    claims, file = st.user.to_dict(), st.session_state.get(OPEN, "")

    def check() -> None:
        listed = listing.of(file)
        if not signed_in.of(claims).viewer.may_open(listed.roles if listed else ()):
            raise PermissionError("The sign-in does not hold any more.")

    return check


def _opens(listed: listing.Listed | None) -> bool:
    return viewer().may_open(listed.roles if listed else ())


def _any(roles: tuple[str, ...]) -> str:
    some = [f"{role}s" for role in roles]
    return " and ".join([", ".join(some[:-1]), some[-1]] if some[1:] else some)

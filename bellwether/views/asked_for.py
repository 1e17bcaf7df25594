"""What an address asks for that no filter offers, written with signs that mean something to a machine alone.

It finds nothing: filters choose among what there is, and values are bound. It is noted all the same, so that whoever
looks after the dashboard sees that somebody tries.
"""

from __future__ import annotations

import re

import streamlit as st

from bellwether.access import log
from bellwether.views import current, filter_bar, guard

SIGNS = re.compile(r"""['"`;\\<>$]|--|/\*|\.\./|\(.*\)|[\x00-\x1f]""", re.DOTALL)
LONGEST = 200
NOTED = "addresses noted"
# Whoever tries more than this in one sitting is known by then.
MOST = 50


def heed() -> None:
    """Note each such value of the address, once a sitting."""
    noted: set[tuple[str, str]] = st.session_state.setdefault(NOTED, set())
    found = {(name, one) for name in st.query_params for one in st.query_params.get_all(name) if SIGNS.search(one)}
    for name, value in sorted(found - noted)[: MOST - len(noted)]:
        noted.add((name, value))
        if value not in _offered():
            log.note(guard.viewer(), log.REFUSED, f"address: {name[:40]}={value[:LONGEST]}")


def _offered() -> set[str]:
    """What filters offer: a silo may be called "O'Brien (North)"."""
    if current.home() is None:
        return set()
    rows = filter_bar.indicators()
    offered = {*filter_bar.measured_silos(), *filter_bar.failure_kinds(), *rows["title"]}
    return offered.union(*filter_bar.members().values())

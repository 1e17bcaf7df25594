"""What stands in a form while somebody fills it: it stays as it was opened, though others write meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Draft:
    """What the form was opened on, and what its widgets held when they were first drawn."""

    thing: Any
    version: int
    keys: Mapping[str, str]
    first: Mapping[str, Any]


def opened(place: str, now: Thing, version: int) -> tuple[Thing, int]:
    """The thing to fill a form from, and the version to give as `seen`: as it is now, unless the form was touched.

    A form that nobody has touched moves on with the store; one that has been is left alone: its save is asked about.
    """
    held = st.session_state.get(_home(place))
    if held is None or not touched(place):
        if held is None or held.version != version:
            st.session_state[_home(place)] = Draft(now, version, {}, {})
        return now, version
    if held.version != version:
        st.caption(
            ":material/sync_problem: Somebody changed this since you opened it. You will be asked when you save."
        )
    return held.thing, held.version


def drawn(place: str, keys: Mapping[str, str]) -> None:
    """Remember what the widgets held when the form was first drawn. keys: field -> key in the session."""
    held = st.session_state[_home(place)]
    first = held.first or {name: st.session_state.get(key) for name, key in keys.items()}
    st.session_state[_home(place)] = Draft(held.thing, held.version, dict(keys), first)


def touched(place: str) -> bool:
    """Whether anything in the form differs from what it was opened with."""
    held = st.session_state.get(_home(place))
    if held is None:
        return False
    there = {name: key for name, key in held.keys.items() if key in st.session_state}
    return any(st.session_state[key] != held.first.get(name) for name, key in there.items())


def closed(place: str) -> None:
    """The form is done with: saved, or given up."""
    st.session_state.pop(_home(place), None)


def _home(place: str) -> str:
    return f"draft {place}"

"""The filters of Explore and its address: what is chosen stands there, and what stands there is chosen.

Streamlit can tie each filter to the address by itself; then a row that leads on makes an entry of history for each of
them, and one step back leads to half of a choice. Here all of them are written at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

# Of the session: the filters in the address as this page wrote it last, and their values as it drew them last.
WRITTEN, DRAWN = "explore address as written", "explore filters as drawn"
Told = Sequence[str]


def key(name: str) -> str:
    """What a filter is called in the session: no other page's filter of that name gets in its way."""
    return f"explore {name}"


class Address:
    """The filters of one run of a page, drawn one after the other, then written.

    names: every filter that the address may hold; what else stands there is left alone. Where the address is not the
    one that was written, somebody has come with it, by a link or by going back, and it has the word; a filter that was
    changed in the same moment has it first.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.found = {name: st.query_params.get_all(name) for name in names if name in st.query_params}
        drawn: Mapping[str, Any] = st.session_state.get(DRAWN, {})
        changed = any(key(name) in st.session_state and st.session_state[key(name)] != drawn[name] for name in drawn)
        self.came = self.found != st.session_state.get(WRITTEN) and not changed
        self.begun: set[str] = set()
        self.drawn: dict[str, Any] = {}
        self.wanted: dict[str, list[str]] = {}

    def one(self, name: str, label: str, options: Sequence[str], default: str, width: int) -> str:
        """A filter of one value; the default is not said in the address."""
        self._begin(
            name, lambda told: told[0] if told and told[0] in options else default, lambda held: held in options
        )
        value = st.selectbox(label, options, key=key(name), width=width)
        return self._drawn(name, value, [] if value == default else [value])

    def several(self, name: str, label: str, options: Sequence[str]) -> list[str]:
        """A filter of any number of values; none: all."""
        self.begin_several(name, options)
        value = st.multiselect(label, options, placeholder="All", width=240, key=key(name))
        return self._drawn(name, value, list(value))

    def begin_several(self, name: str, options: Sequence[str]) -> list[str]:
        """What such a filter holds, before it is drawn."""
        self._begin(name, lambda told: [one for one in told if one in options], lambda held: set(held) <= set(options))
        return st.session_state[key(name)]

    def text(self, name: str, label: str, **how: Any) -> str:
        """A filter that is typed."""
        self._begin(name, lambda told: told[0] if told else "")
        value = st.text_input(label, key=key(name), **how)
        return self._drawn(name, value, [value] if value else [])

    def days(self, name: str, label: str, default: tuple[date, date]) -> tuple[date, ...]:
        """A first and a last day; one of them alone while the reader is choosing."""
        last = default[1]
        self._begin(name, lambda told: _days(told, last) or default)
        value = st.date_input(label, max_value=last, format="YYYY-MM-DD", width=240, key=key(name))
        return self._drawn(name, value, [day.isoformat() for day in value] if len(value) == 2 else [])

    def write(self) -> None:
        """Put all that is chosen into the address, as one entry of history."""
        if self.wanted != self.found:
            others = {name: st.query_params.get_all(name) for name in st.query_params if name not in self.names}
            # Another page's filters hold their names until the first run of this one is over; the next run writes.
            with contextlib.suppress(StreamlitAPIException):
                st.query_params.from_dict(others | self.wanted)
        st.session_state[WRITTEN], st.session_state[DRAWN] = self.wanted, self.drawn

    def _begin(self, name: str, read: Callable[[Told], Any], fits: Callable[[Any], bool] = lambda held: True) -> None:
        """Let a filter hold what the address says, where somebody came with it or the filter is new to the page."""
        held = key(name)
        if name not in self.begun and (self.came or held not in st.session_state or not fits(st.session_state[held])):
            st.session_state[held] = read(self.found.get(name, []))
        self.begun.add(name)

    def _drawn(self, name: str, value: Any, told: list[str]) -> Any:
        self.drawn[name] = value
        if told:
            self.wanted[name] = told
        return value


def _days(told: Told, last: date) -> tuple[date, date] | None:
    """Two days in their order, none of them later than the last one; None where the address does not hold such."""
    try:
        first, end = (date.fromisoformat(day) for day in told)
    except ValueError:
        return None
    return (first, end) if first <= end <= last else None

"""Two periods side by side, and whether they really differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bellwether.trends.compare import Difference
from bellwether.views import words
from bellwether.views.chosen import Chosen
from bellwether.views.reading import Figure, difference, figure


def compared(chosen: Chosen, sums: Mapping[str, Mapping[str, Any]]) -> None:
    """The value now, the value earlier, and whether they really differ. sums: of the periods `now` and `earlier`."""
    about = chosen.about
    now, earlier = (figure(sums.get(name), about) for name in ("now", "earlier"))
    with st.grid(3, min_column_width=230, gap="small"):
        _period(chosen.now.text, now, about)
        _period(chosen.earlier.text, earlier, about)
        with st.container(border=True, height="stretch", gap="xxsmall"):
            _difference(sums, about)


def _period(label: str, found: Figure, about: Mapping[str, Any]) -> None:
    unit, currency = about["unit"], about["currency"]
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(label, words.TOO_FEW_PEOPLE if found.too_few else words.value(found.value, unit, currency))
        if found.too_few:
            st.caption("Fewer than five people: not shown")
        elif found.value is None:
            st.caption("Nothing observed")
        else:
            span = words.interval(found.low, found.high, unit, currency)
            st.caption(f"{span} · {words.count(found.observations, 'observation')}")


def _difference(sums: Mapping[str, Mapping[str, Any]], about: Mapping[str, Any]) -> None:
    unit, currency = about["unit"], about["currency"]
    found = difference(sums.get("earlier"), sums.get("now"), about)
    if found is None:
        st.metric("Difference", words.NOTHING)
        st.caption("Both periods need enough people")
        return
    st.metric("Difference", words.change(found.estimate, unit, currency))
    st.caption(f"**{verdict_of(found, about['better'])}** · {words.changes(found.lower, found.upper, unit, currency)}")


def verdict_of(found: Difference, better: str) -> str:
    """Whether a difference is real, and which way, with the shape that stands for it."""
    if not found.real:
        return "● could be chance"
    return "▲ really better" if (found.estimate > 0) == (better == "higher") else "▼ really worse"

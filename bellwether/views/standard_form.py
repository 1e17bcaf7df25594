"""The form of a standard: its target, targets of single months, the promise in words, and its review date."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from bellwether.accountability import Refused, events, standards
from bellwether.accountability.standards import Standard
from bellwether.views import desk, draft, edits, show
from bellwether.views.matrix import Titles

# How a target is typed: the unit's name, and how many of it make one of the indicator's.
TYPED = {"share": ("%", 100.0), "seconds": ("seconds", 1.0)}
LINE = re.compile(r"\s*(\d{4}-\d\d)\s*[:=]?\s*(-?[\d.]+)\s*%?\s*")


def standard_form(set_: Mapping[str, Standard], about: Titles) -> None:
    """Choose an indicator, and set, change or withdraw its standard. set_: indicator -> its standard."""
    names = sorted(about, key=lambda name: (name not in set_, about[name]["title"]))
    titles = {name: about[name]["title"] + ("" if name in set_ else ", no standard") for name in names}
    picked = st.selectbox("Standard for", names, None, format_func=titles.get, key="set", placeholder="Choose")
    if picked:
        _form(picked, set_.get(picked), about[picked])
        told = edits.history(events.history(desk.store(), "standard", picked), about[picked]["unit"])
        if told.height:
            show.heading(f"History of the standard for {about[picked]['title'].lower()}", told, "past standard")
            show.table(told, "History of the standard", "past standard table")


def typed(about: Mapping[str, Any]) -> tuple[str, float]:
    return TYPED.get(about["unit"], (about["currency"] or "", 1.0) if about["unit"] == "money" else ("", 1.0))


def _form(indicator: str, now: Standard | None, about: Mapping[str, Any]) -> None:
    place = f"standard {indicator}"
    now, version = draft.opened(place, now, now.version if now else _seen(indicator))
    keys = {name: f"{name} {place} {version}" for name in ("target", "review_date", "promise", "monthly")}
    unit, times = typed(about)
    side = "at most" if about["better"] == "lower" else "at least"
    with st.container(horizontal=True):
        value = round(now.target * times, 6) if now else None
        label = f"Target, {side}" + (f" ({unit})" if unit else "")
        st.number_input(label, value=value, key=keys["target"], width=180, placeholder="none")
        day = now.review_date if now else None
        st.date_input("Review on", day, key=keys["review_date"], format="YYYY-MM-DD", width=160)
    st.text_input("The promise, in a customer's words", (now.promise or "") if now else "", key=keys["promise"])
    with st.expander("Targets of single months"):
        lines = "\n".join(f"{month} {round(target * times, 6):g}" for month, target in (now.monthly if now else ()))
        st.text_area("One a line, as 2026-11 90", lines, key=keys["monthly"], height=90)
    st.caption("A change to target, promise or months makes new terms: every silo that agreed is asked again.")
    _buttons(indicator, place, keys, version, now, about)


def _buttons(indicator: str, place: str, keys: Mapping[str, str], version: int, now, about: Mapping[str, Any]) -> None:
    def write(fields: Mapping[str, Any], seen: int) -> None:
        standards.set_standard(desk.store(), indicator, **fields, seen=seen, by=desk.decider())

    def withdraw(fields: Mapping[str, Any], seen: int) -> None:
        standards.withdraw_standard(desk.store(), indicator, seen=seen, by=desk.decider())

    able = desk.decidable()
    draft.drawn(place, keys)
    with st.container(horizontal=True):
        args = (place, write, keys, version, shape(about), about["unit"])
        st.button("Save", type="primary", disabled=not able, on_click=desk.save, args=args, key=f"do {place}")
        if now:
            gone = (place, withdraw, {}, version)
            st.button(
                "Withdraw the standard", disabled=not able, on_click=desk.save, args=gone, key=f"withdraw {indicator}"
            )
    desk.answer(place)


def shape(about: Mapping[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make the store's fields from the form's. Raises Refused."""
    _, times = typed(about)

    def shaped(given: dict[str, Any]) -> dict[str, Any]:
        if given["target"] is None:
            raise Refused("the target is empty: write the number that all silos can agree to.")
        return {
            "target": round(given["target"] / times, 10),
            "promise": given["promise"] or None,
            "review_date": given["review_date"],
            "monthly": months(given["monthly"] or "", times),
        }

    return shaped


def months(text: str, times: float) -> dict[str, float] | None:
    """`2026-11 90` line by line. Raises Refused."""
    told = {}
    for line in filter(str.strip, text.splitlines()):
        found = LINE.fullmatch(line)
        try:
            told[found[1]] = round(float(found[2]) / times, 10)
        except (TypeError, ValueError):
            raise Refused(f'"{line.strip()}" is no target of a month: write it as 2026-11 90.') from None
    return dict(sorted(told.items())) or None


def _seen(indicator: str) -> int:
    past = events.history(desk.store(), "standard", indicator)
    return past[-1].version if past else 0

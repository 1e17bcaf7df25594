"""One customer at a glance: who they are, whether they stay, what is at stake, and what became of people like them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bellwether.views import words


def headline(one: Mapping[str, Any], peers: Mapping[str, Any]) -> None:
    """Four figures. one: answer of `customers/one`; peers: of `customers/peers`."""
    with st.grid(4, min_column_width=170, gap="small"):
        _figure("With us", *standing(one))
        _figure(*outlook(one))
        _figure("At risk", *stake(one))
        _figure("People like them", *alike(peers))


def _figure(label: str, value: str, note: str) -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(label, value)
        st.caption(note)


def standing(one: Mapping[str, Any]) -> tuple[str, str]:
    """Since when, in which segment, with whom they last had to do."""
    about = [one["segment"], one["region"]]
    about = " · ".join(part for part in about if part)
    met = f"{words.count(one['contacts'], 'contact')} with {words.count(one['silos'], 'silo')}"
    last = f", the last with {one['last_silo']} on {words.day(one['last_at'])}" if one["last_at"] else ""
    open_ = f". {words.count(one['failures'], 'failure')} not put right yet" if one["failures"] else ""
    state = f" Now {one['state']}: {one['because']}." if one["state"] and not one["left_at"] else ""
    note = f"{about + '. ' if about else ''}{met}{last}{open_}.{state}"
    if one["left_at"]:
        return f"left {words.day(one['left_at'])}", note
    since = one["joined_at"] or one["first_at"]
    return (f"since {since.year}" if since else "not known"), note


def outlook(one: Mapping[str, Any]) -> tuple[str, str, str]:
    """The chance to stay, or why there is none."""
    label = "Chance to buy again" if one["basis"] == "purchases" else "Chance to stay"
    if one["retained"] is not None:
        return label, words.value(one["retained"], "share", short=True), _window(one)
    if one["left_at"]:
        return label, words.NOTHING, "has left"
    return label, words.NOTHING, one["refusal"] or "no running contract and no purchase within a year"


def _window(one: Mapping[str, Any]) -> str:
    return f"over {one['horizon_weeks']} weeks from {words.day(one['made_at'])}"


def stake(one: Mapping[str, Any]) -> tuple[str, str]:
    """Money a year times the chance that it is lost."""
    if one["risked"] is None:
        paid = words.value(one["paid"], "money", one["currency"]) if one["paid"] else "nothing on record"
        return words.NOTHING, f"paid so far: {paid}"
    worth = words.value(one["worth"], "money", one["currency"])
    return words.value(one["risked"], "money", one["currency"]), f"a year, of {worth} that they pay"


def alike(peers: Mapping[str, Any]) -> tuple[str, str]:
    """How many of the nearest people stayed; nothing of fewer than five."""
    if peers["refusal"]:
        return words.NOTHING, peers["refusal"]
    if peers["observations"] is None and not peers["too_few"]:
        return words.NOTHING, "not among the customers who are compared"
    if peers["too_few"] or peers["value"] is None:
        return words.TOO_FEW_PEOPLE, "fewer than five people were ever like them"
    did = "bought again" if peers["basis"] == "purchases" else "stayed"
    far = " They are unlike most: read it with care." if peers["far"] else ""
    low, high = (round(100 * peers[name]) for name in ("low", "high"))
    return (
        words.value(peers["value"], "share", short=True),
        f"of the {peers['observations']} nearest on {words.day(peers['origin'])} {did} ({low} to {high}%); of all "
        f"{words.value(peers['usual'], 'share', short=True)}.{far}",
    )

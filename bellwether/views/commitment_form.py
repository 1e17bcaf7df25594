"""The form of a commitment, for a new one and for one that is changed; what has started can't be declared anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from bellwether.accountability.commitments import Commitment
from bellwether.views import aims, filter_bar

LISTS = {"stage": "stages", "touchpoint": "touchpoints", "channel": "channels", "mode": "modes", "segment": "segments"}


@dataclass(frozen=True)
class Offered:
    """What can be chosen: indicators (id -> row), silos, people, members of each dimension, the currency."""

    about: Mapping[str, Mapping[str, Any]]
    silos: Sequence[str]
    people: Sequence[str]
    members: Mapping[str, Sequence[str]]
    currency: str


def offered(about: Mapping[str, Any], silos: Sequence[str], people: Sequence[str], currency: str) -> Offered:
    """What the data and the store hold to choose from."""
    found = filter_bar.members()
    lists = {"silo": list(silos), **{name: found.get(many, []) for name, many in LISTS.items()}}
    return Offered(about, silos, people, {name: some for name, some in lists.items() if some}, currency)


def fields(place: str, one: Commitment | None, offer: Offered) -> dict[str, str]:
    """Draw the fields, filled as `one` stands; returns field -> key, without those that are locked."""
    locked = one is not None and one.locked
    if locked:
        st.caption("What it treats, its indicator, expected size and start were declared when it began, and stay.")
    keys = _who(place, one, offer, locked)
    if not locked:
        keys |= _aim(place, one, offer) | _treats(place, one, offer)
    keys |= _when(place, one, offer, locked)
    return keys


def shape(offer: Offered) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make the store's fields from what stands in the form."""

    def shaped(given: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in given.items() if name in KEPT}
        if "size" in given:
            kept["expected"] = expected(given["size"], given["direction"], offer.about.get(given["indicator"]))
            treated = {name: given.get(f"treats {name}") for name in offer.members}
            kept["treats"] = {name: some for name, some in treated.items() if some} or None
        return {name: None if value == "" else value for name, value in kept.items()}

    return shaped


KEPT = ("title", "owner", "silo", "indicator", "start", "due", "cost")


def expected(size: float | None, direction: str, about: Mapping[str, Any] | None) -> float | None:
    """The size as the store keeps it: in the indicator's unit, negative where it falls."""
    if size is None or about is None:
        return None
    return round((1 if direction == aims.RISES else -1) * size / aims.typed(about)[1], 10)


def _with(options: Sequence[str], given: str | None) -> list[str]:
    return list(options) if given is None or given in options else [*options, given]


def _place(options: Sequence[str], given: str | None) -> int | None:
    return options.index(given) if given in options else None


def _who(place: str, one: Commitment | None, offer: Offered, locked: bool) -> dict[str, str]:
    keys = {name: f"{name} {place}" for name in ("title", "owner", *(() if locked else ("silo",)))}
    st.text_input("Title", one.title if one else "", max_chars=200, key=keys["title"])
    people = _with(offer.people, one.owner if one else None)
    silos = _with(offer.silos, one.silo if one else None)
    with st.container(horizontal=True):
        st.selectbox(
            "Owner",
            people,
            _place(people, one.owner if one else None),
            key=keys["owner"],
            accept_new_options=True,
            placeholder="Choose or write a name",
        )
        if not locked:
            st.selectbox(
                "Silo that answers",
                silos,
                _place(silos, one.silo if one else None),
                key=keys["silo"],
                accept_new_options=True,
                placeholder="Choose a silo",
            )
    return keys


def _aim(place: str, one: Commitment | None, offer: Offered) -> dict[str, str]:
    """Which indicator, which way and by how much; the sentence below says it back."""
    keys = {name: f"{name} {place}" for name in ("indicator", "direction", "size")}
    ids = list(offer.about)
    with st.container(horizontal=True):
        picked = st.selectbox(
            "Indicator that it is to move",
            ids,
            _place(ids, one.indicator if one else None),
            format_func=lambda name: offer.about[name]["title"],
            key=keys["indicator"],
            placeholder="Choose an indicator",
        )
        about = offer.about.get(picked)
        ways = [aims.RISES, aims.FALLS]
        start = ways.index(aims.direction(one.expected if one else None, about))
        way = st.selectbox("It", ways, start, key=f"{keys['direction']} {picked}", width=110)
        unit, times = aims.typed(about)
        size = None if one is None or one.expected is None else round(abs(one.expected) * times, 6)
        told = st.number_input(
            f"By how much, {unit}" if unit else "By how much", 0.0, value=size, key=keys["size"], width=200
        )
    meant = expected(told, way, about)
    if about is not None and meant:
        st.caption(f"{aims.sentence(meant, about)}. Better is {about['better']}.")
    if warning := aims.contradicts(meant, about):
        st.warning(warning, icon=":material/swap_vert:")
    return {**keys, "direction": f"{keys['direction']} {picked}"}


def _treats(place: str, one: Commitment | None, offer: Offered) -> dict[str, str]:
    """What it treats: a contact counts if it fits every dimension that is set."""
    held = {part.dimension: part.values for part in one.treats} if one else {}
    keys = {f"treats {name}": f"treats {name} {place}" for name in offer.members}
    st.markdown(
        "What it treats (set at least one before it starts)",
        help="A contact counts if it fits all that is set here; the verdict rests on it",
    )
    with st.grid(3, min_column_width=180, gap="small"):
        for name, members in offer.members.items():
            options = list(dict.fromkeys([*members, *held.get(name, ())]))
            st.multiselect(
                aims.DIMENSIONS[name],
                options,
                list(held.get(name, ())),
                placeholder="All",
                key=keys[f"treats {name}"],
            )
    return keys


def _when(place: str, one: Commitment | None, offer: Offered, locked: bool) -> dict[str, str]:
    keys = {name: f"{name} {place}" for name in ("due", "cost", *(() if locked else ("start",)))}
    with st.container(horizontal=True):
        if not locked:
            st.date_input("Start", one.start if one else None, key=keys["start"], format="YYYY-MM-DD", width=160)
        st.date_input("Due", one.due if one else None, key=keys["due"], format="YYYY-MM-DD", width=160)
        currency = (one.currency if one else None) or offer.currency
        cost = one.cost if one else None
        st.number_input(f"Cost, {currency}", 0.0, value=cost, step=100.0, format="%.0f", key=keys["cost"], width=160)
    return keys

"""Who leads a silo and who owns an indicator: forms, each with the history of what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from bellwether.accountability import events, owners
from bellwether.accountability.owners import Owner, Silo, pair
from bellwether.views import desk, draft, edits, show
from bellwether.views.matrix import Titles

NEW = "Another silo"


def led() -> dict[str, Silo]:
    """Silo -> who leads it and who stands in."""
    return {one.silo: one for one in owners.silos(desk.store())}


def leaders(measured: Sequence[str]) -> None:
    """Who leads a silo. measured: the silos that the data know."""
    held = led()
    names = sorted({*held, *measured})
    silo = st.selectbox(
        "Silo to lead", names, None, key="led", accept_new_options=True, placeholder="Choose or write one", width=320
    )
    if silo:
        _lead(silo, held.get(silo) or Silo(silo, None, None, _seen("silo", silo)))
        _past("silo", silo, f"Who led {silo}")


def _lead(silo: str, now: Silo) -> None:
    place = f"lead {silo}"
    now, _ = draft.opened(place, now, now.version)
    keys = {name: f"{name} {place} {now.version}" for name in ("leader", "deputy")}
    _people({"leader": ("Leader", now.leader), "deputy": ("Deputy", now.deputy)}, keys)

    def write(fields: Mapping[str, Any], seen: int) -> None:
        owners.lead(desk.store(), silo, **fields, seen=seen, by=desk.decider(silo))

    _button("Save", place, silo, write, keys, now.version)


def ownership(pairs: pl.DataFrame, about: Titles, silos: Sequence[str]) -> None:
    """Who owns an indicator in a silo; what nobody owns stands first. pairs: answer of `accountability/pairs`."""
    rows = pairs.sort(pl.col("owner").is_not_null(), "silo", "title").iter_rows(named=True)
    titles = {
        pair(row["indicator"], row["silo"]): f"{row['silo']}: {row['title']}" + ("" if row["owner"] else ", no owner")
        for row in rows
    }
    picked = st.selectbox(
        "Indicator in a silo", list(titles), None, format_func=titles.get, key="owned", placeholder="Choose", width=420
    )
    if picked:
        indicator, silo = picked.split("/", 1)
        now = owners.owner_of(desk.store(), indicator, silo)
        _own(now)
        _past("owner", picked, f"Who owned {about[indicator]['title']} at {silo}")


def _own(now: Owner) -> None:
    place = f"own {now.indicator} {now.silo}"
    now, _ = draft.opened(place, now, now.version)
    keys = {name: f"{name} {place} {now.version}" for name in ("owner", "deputy")}
    _people({"owner": ("Owner", now.owner), "deputy": ("Deputy", now.deputy)}, keys)

    def write(fields: Mapping[str, Any], seen: int) -> None:
        who = {**fields, "owner": fields["owner"] or ""}
        owners.own(desk.store(), now.indicator, now.silo, **who, seen=seen, by=desk.decider(now.silo))

    def release(fields: Mapping[str, Any], seen: int) -> None:
        owners.release(desk.store(), now.indicator, now.silo, seen=seen, by=desk.decider(now.silo))

    _button("Save", place, now.silo, write, keys, now.version)
    if now.owner:
        args = (place, release, {}, now.version)
        label = f"{now.owner} no longer owns it"
        st.button(
            label,
            on_click=desk.save,
            args=args,
            type="tertiary",
            disabled=not desk.decides(now.silo),
            key=f"release {place}",
        )


def _people(roles: Mapping[str, tuple[str, str | None]], keys: Mapping[str, str]) -> None:
    known = desk.people()
    with st.container(horizontal=True):
        for name, (label, given) in roles.items():
            st.selectbox(
                label,
                known,
                known.index(given) if given in known else None,
                key=keys[name],
                accept_new_options=True,
                placeholder="Choose or write a name",
                width=260,
            )


def _button(label: str, place: str, silo: str, write: desk.Write, keys: Mapping[str, str], seen: int) -> None:
    able = desk.decidable(silo)
    draft.drawn(place, keys)
    args = (place, write, keys, seen)
    st.button(label, type="primary", disabled=not able, on_click=desk.save, args=args, key=f"do {place}")
    desk.answer(place)


def _seen(kind: str, subject: str) -> int:
    past = events.history(desk.store(), kind, subject)
    return past[-1].version if past else 0


def _past(kind: str, subject: str, about: str) -> None:
    told = edits.history(events.history(desk.store(), kind, subject))
    if told.height:
        show.heading(about, told, f"past {kind}")
        show.table(told, about, f"past {kind} table")
    else:
        st.caption("Nobody has been named yet.")

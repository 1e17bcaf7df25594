"""Review mode: walk the exceptions since the last review one by one, decide, and close with a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from bellwether.accountability import reviews
from bellwether.accountability.reviews import Decision, Review
from bellwether.views import current, desk, downloads, draft, go, minutes, show, words
from bellwether.views.board import board
from bellwether.views.exceptions import Matter
from bellwether.views.plain import literal

PLACE = "place in the review"
NEW = "review"


def since():
    """The day from which a review that begins now looks back; None: from the beginning."""
    last = reviews.last_closed(desk.store())
    return last.closed_on if last else None


def open_now() -> Review | None:
    """The review that is being held; the youngest where there are several."""
    held = [one for one in reviews.reviews(desk.store()) if not one.closed_on]
    return held[-1] if held else None


def review(held: Review | None, matters: Sequence[Matter], company: str) -> None:
    """The section: begin a review or go on with the one that is open; below it the records of earlier ones."""
    if held:
        _walk(held, matters)
    else:
        _begin(matters)
    _records(company)


def _begin(matters: Sequence[Matter]) -> None:
    last = reviews.last_closed(desk.store())
    told = f"since the review of {words.day(last.closed_on)}" if last else "in all: no review has been closed yet"
    st.markdown(f"**{words.count(len(matters), 'exception')}** {told}.")
    able = desk.decidable()
    args = (NEW, _opened, {}, 0)
    st.button("Begin the review", type="primary", disabled=not able, on_click=desk.save, args=args, key="begin")
    desk.answer(NEW)
    _listed(matters, {})


def _opened(fields: Mapping[str, Any], seen: int) -> None:
    reviews.open_review(desk.store(), by=desk.decider(), since=since(), data_version=current.home().name)
    st.session_state[PLACE] = 0


def _walk(held: Review, matters: Sequence[Matter]) -> None:
    decided = {one.exception: one for one in reviews.decisions(desk.store(), held.id)}
    done = sum(one.name in decided for one in matters)
    place = max(0, min(st.session_state.setdefault(PLACE, 0), len(matters)))
    what = f"exceptions since {words.day(held.since)}" if held.since else "exceptions"
    st.markdown(
        f"**Review opened by {literal(held.opened_by)} on {words.day(held.opened_on)}** · "
        f"{done} of {len(matters)} {what} decided"
    )
    if held.data_version != current.home().name:
        st.caption(f"It was opened on data version {held.data_version}; what is listed comes from the newest data.")
    if place < len(matters):
        st.progress((place + 1) / len(matters), text=f"Exception {place + 1} of {len(matters)}")
        _one(held, matters[place], decided.get(matters[place].name), place)
    else:
        _end(held, matters, decided)


def _one(held: Review, matter: Matter, decision: Decision | None, place: int) -> None:
    """One exception with its decision."""
    at = f"decide {held.id} {matter.name}"
    decision, version = draft.opened(at, decision, decision.version if decision else 0)
    keys = {"decision": f"decision {at} {version}", "decided_by": f"decided by {at} {version}"}
    with st.container(border=True):
        st.badge(matter.kind, color="gray")
        st.markdown(f"#### {literal(matter.sentence)}")
        st.caption(f"Owner: {literal(matter.owner or '')}")
        lead_on(matter)
        able = desk.decidable()
        st.text_area("Decision", decision.decision if decision else "", key=keys["decision"], height=80)
        st.text_input("Decided by", decision.decided_by if decision else desk.me(), key=keys["decided_by"], width=260)
        draft.drawn(at, keys)
        if decision:
            by = literal(decision.decided_by)
            st.caption(f"Decided by {by} on {words.day(decision.decided_on)}; still open to change.")

        def write(fields: Mapping[str, Any], seen: int) -> None:
            told = {"decision": fields["decision"] or "", "decided_by": fields["decided_by"] or desk.me()}
            reviews.decide(
                desk.store(), held.id, matter.name, sentence=matter.sentence, **told, seen=seen, by=desk.decider()
            )
            st.session_state[PLACE] = place + 1

        with st.container(horizontal=True):
            st.button("Back", on_click=_go, args=(place - 1,), disabled=place == 0, key="back")
            args = (at, write, keys, version)
            label = "Record and go on"
            st.button(label, type="primary", disabled=not able, on_click=desk.save, args=args, key="record")
            st.button("Skip", on_click=_go, args=(place + 1,), key="skip")
            st.button("To the end", on_click=_go, args=(10**6,), type="tertiary", key="to the end")
    desk.answer(at)


def _go(place: int) -> None:
    st.session_state[PLACE] = max(0, place)


def lead_on(matter: Matter) -> None:
    """A link to the chart, the evidence, the commitment or the form that it is about."""
    way = matter.way
    if "silo" in way:
        go.link("Its chart", way["title"], way["silo"])
    elif "proof" in way:
        go.to_evidence("Its evidence", way["title"])
    elif "commitment" in way:
        go.commitment_link("The commitment", way["commitment"])
    elif "view" in way:
        go.to_accountability(way["view"], way["view"])


def _end(held: Review, matters: Sequence[Matter], decided: Mapping[str, Decision]) -> None:
    """All exceptions once more, and the end of the review."""
    left = [one for one in matters if one.name not in decided]
    st.markdown(f"**{words.count(len(left), 'exception')} left undecided.** Closing keeps them as undecided.")
    able = desk.decidable()

    def close(fields: Mapping[str, Any], seen: int) -> None:
        for one in left:
            told = {"sentence": one.sentence, "decision": minutes.UNDECIDED}
            reviews.decide(desk.store(), held.id, one.name, **told, by=desk.decider())
        reviews.close_review(desk.store(), held.id, seen=seen, by=desk.decider())

    with st.container(horizontal=True):
        st.button("Back", on_click=_go, args=(len(matters) - 1,), disabled=not matters, key="back")
        args = (f"close {held.id}", close, {}, held.version)
        st.button("Close the review", type="primary", disabled=not able, on_click=desk.save, args=args, key="close")
    desk.answer(f"close {held.id}")
    _listed(matters, decided)


def _listed(matters: Sequence[Matter], decided: Mapping[str, Decision]) -> None:
    """All exceptions, each with what was decided."""
    lines = []
    for one in matters:
        decision = decided.get(one.name)
        sub = f"{decision.decision} ({decision.decided_by})" if decision else f"Owner: {one.owner}"
        shape = "●" if decision else "○"
        lines.append({"cells": [{"shape": shape, "strong": f"{one.kind}:", "text": one.sentence, "sub": sub}]})
    if lines:
        board([], lines, "Exceptions", "exceptions")
    else:
        st.markdown("● Nothing got worse, is late or is without an owner.")


def _records(company: str) -> None:
    """The records of closed reviews, to take along."""
    closed = [one for one in reversed(reviews.reviews(desk.store())) if one.closed_on]
    if not closed:
        return
    show.heading("Closed reviews")
    titles = {one.id: f"{words.day(one.closed_on)}, closed by {one.closed_by}" for one in closed}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.selectbox("Review", list(titles), format_func=titles.get, key="record of", width=320)
        one = next(one for one in closed if one.id == picked)
        told = reviews.decisions(desk.store(), one.id)
        text = minutes.markdown(one, told, company)
        name = f"review-{one.closed_on}"
        st.download_button(
            "Markdown", text, f"{name}.md", "text/markdown", icon=":material/download:", on_click="ignore", key="md"
        )
        downloads.button(minutes.table(one, told), name, "record")
    with st.container(border=True):
        st.markdown(text.replace("# Review", "#### Review", 1).replace("\n## ", "\n##### "))

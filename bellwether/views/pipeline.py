"""The pipeline of commitments: idea > agreed > started > done > verdict, each a card with all that matters on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from bellwether.accountability.commitments import ABANDONED, AGREED, DONE, IDEA, STARTED, Commitment
from bellwether.views import aims, edits, judgement, words
from bellwether.views.board import board
from bellwether.views.board import picked as row_picked
from bellwether.views.lanes import lanes, picked

KEY = "commitment"
LANES = {IDEA: "Idea", AGREED: "Agreed", STARTED: "Started", DONE: "Done", "verdict": "Verdict"}
Rows = Mapping[str, Mapping[str, Any]]


def verdict_rows(verdicts: pl.DataFrame, measure: str = judgement.INDICATOR) -> dict[str, dict[str, Any]]:
    """Commitment -> its verdict on a measure. verdicts: answer of `quick_wins/verdicts`."""
    return {row["commitment"]: row for row in verdicts.filter(measure=measure).iter_rows(named=True)}


def lane_of(one: Commitment, verdict: Mapping[str, Any] | None) -> str:
    """The lane in which it stands: what is done and judged stands under its verdict."""
    judged = verdict is not None and verdict["word"] in judgement.FINAL
    return "verdict" if one.state == DONE and judged else one.state


def pipeline(made: Sequence[Commitment], verdicts: Rows, about: Mapping[str, Any], today: date) -> None:
    """Draw the lanes; a choice is kept in the address. Those that were abandoned are folded away below."""
    live = sorted((one for one in made if one.state != ABANDONED), key=lambda one: (one.due or date.max, one.title))
    columns = [
        {
            "text": text,
            "cards": [
                card(one, verdicts.get(one.id), about.get(one.indicator), today)
                for one in live
                if lane_of(one, verdicts.get(one.id)) == lane
            ],
        }
        for lane, text in LANES.items()
    ]
    lanes(columns, "Commitments from idea to verdict", "lanes", lambda: choose(picked("lanes")))
    _abandoned([one for one in made if one.state == ABANDONED])


def choose(id: str | None) -> None:
    """Open a commitment's part of the page."""
    if id:
        st.session_state[KEY] = id


def address(one: Commitment) -> str:
    """The address at which a commitment is open."""
    return f"quick_wins?{urlencode({KEY: one.title})}"


def card(one: Commitment, verdict: Mapping[str, Any] | None, about: Mapping[str, Any] | None, today: date) -> dict:
    """A commitment's card: title, who and where, what it is to move, by when, and what came of it."""
    due = due_line(one, today)
    return {
        "pick": one.id,
        "href": address(one),
        "label": f"{one.title}: {one.state}, {due['text']}",
        "chosen": st.session_state.get(KEY) == one.id,
        "title": one.title,
        "lines": [
            {"text": f"{one.owner or 'no owner'} · {one.silo}"},
            {"text": aims.sentence(one.expected, about)},
            due,
            *_verdict_lines(one, verdict),
        ],
    }


def due_line(one: Commitment, today: date) -> dict[str, str]:
    """By when, and whether that is over."""
    if one.overdue(today):
        late = words.count((today - one.due).days, "day")
        return {"text": f"overdue by {late}, due {words.day(one.due)}", "shape": "▼", "tone": "bad"}
    if one.state == DONE:
        late = one.days_late(today)
        after = f", {words.count(late, 'day')} late" if late else ""
        return {"text": f"done {words.day(one.done_on)}{after}" if one.done_on else f"done, due {words.day(one.due)}"}
    return {"text": f"due {words.day(one.due)}" if one.due else "no due date"}


def _verdict_lines(one: Commitment, verdict: Mapping[str, Any] | None) -> list[dict[str, str]]:
    if verdict is None:
        return []
    state = judgement.state(verdict)
    reach = judgement.interval(verdict)
    lines = [{"text": state.word, "shape": state.shape, "tone": state.tone}]
    seen = "seen: " if verdict["word"] == judgement.CANNOT_TELL else ""
    return [*lines, {"text": f"{seen}{reach}"}] if reach else lines


def _abandoned(gone: Sequence[Commitment]) -> None:
    if not gone:
        return
    with st.expander(f"{words.count(len(gone), 'commitment')} abandoned", key="abandoned", on_change="rerun") as shown:
        if shown.open:
            rows = [{"cells": [_gone(one)]} for one in gone]
            board([], rows, "Abandoned commitments", "gone", lambda: choose(row_picked("gone")))


def _gone(one: Commitment) -> dict[str, Any]:
    sub = f"{one.owner or 'no owner'} · {one.silo} · abandoned by {edits.person(one.changed_by)}"
    return {"shape": "○", "tone": "faint", "strong": one.title, "sub": sub, "pick": one.id, "href": address(one)}


def table(made: Sequence[Commitment], verdicts: Rows, about: Mapping[str, Any], today: date) -> pl.DataFrame:
    """All commitments in words, for taking along."""
    rows = [
        {
            "Commitment": one.title,
            "State": one.state,
            "Overdue": one.overdue(today),
            "Owner": one.owner,
            "Silo": one.silo,
            "Indicator": about[one.indicator]["title"] if one.indicator in about else one.indicator,
            "Expected": aims.sentence(one.expected, about.get(one.indicator)),
            "Treats": aims.treats(one),
            "Start": one.start,
            "Due": one.due,
            "Done": one.done_on,
            "Cost": one.cost,
            "Currency": one.currency,
            "Verdict": judgement.state(verdicts.get(one.id)).word,
            **{
                word: (verdicts.get(one.id) or {}).get(name)
                for name, word in (("estimate", "Effect"), ("lower", "Effect, low"), ("upper", "Effect, high"))
            },
        }
        for one in made
    ]
    return pl.DataFrame(rows, infer_schema_length=None)

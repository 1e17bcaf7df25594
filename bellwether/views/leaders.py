"""Who answers: one line a person with what they lead, own and promised, and how that stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from bellwether.accountability.commitments import DONE, Commitment
from bellwether.accountability.standing import Standing, standing
from bellwether.views import aims, go, judgement, pipeline, words
from bellwether.views.board import Cell, board, picked
from bellwether.views.plain import literal

KEY = "person"
COLUMNS = (
    {"text": "Who"},
    {"text": "Owns", "sub": "indicators", "align": "right"},
    {"text": "Direction"},
    {"text": "Standard met now"},
    {"text": "As it runs"},
    {"text": "Commitments"},
    {"text": "Verdicts"},
)
CAPABLE = {"always": "always met", "sometimes": "sometimes met", "never": "never met", "moving": "on the move"}
Verdicts = Mapping[str, Mapping[str, Any]]


def leaders(people: pl.DataFrame, made: Sequence[Commitment], verdicts: Verdicts, today: date) -> None:
    """A line a person; without any, where to name one.

    people: answer of `accountability/people`. verdicts: commitment -> its verdict.
    """
    if not people.height:
        st.info(
            "No silo has a leader and no indicator has an owner. Name them under Owners and standards.",
            title="Nobody is named to answer for anything",
            icon=":material/person_off:",
        )
        return
    lines = []
    for row in people.iter_rows(named=True):
        own = [one for one in made if one.owner == row["person"]]
        cells = _cells(row, standing(own, today), [verdicts[one.id]["word"] for one in own if one.id in verdicts])
        lines.append({"cells": cells, "chosen": st.session_state.get(KEY) == row["person"]})
    board(COLUMNS, lines, "Who answers for what", "leaders", _chosen)


def _chosen() -> None:
    if person := picked("leaders"):
        st.session_state[KEY] = person


def _cells(row: Mapping[str, Any], kept: Standing, told: Sequence[str]) -> list[Cell]:
    leads = f"leads {', '.join(row['silos'])}" if row["silos"] else "leads no silo"
    verdicts = tally(told) or ["none yet"]
    return [
        {"head": True, "text": row["person"], "sub": leads, "pick": row["person"], "label": f"{row['person']}: more"},
        {"text": words.count(row["indicators"] or 0), "align": "right"},
        _direction(row),
        {"text": f"{row['met']} of {row['judged']}" if row["judged"] else "none to meet", "tone": _met_tone(row)},
        {"text": capable(row)},
        commitments_cell(kept),
        {"text": verdicts[0], "sub": ", ".join(verdicts[1:])},
    ]


def _met_tone(row: Mapping[str, Any]) -> str:
    return "calm" if row["judged"] else "faint"


def _direction(row: Mapping[str, Any]) -> Cell:
    better, worse = row["improving"] or 0, row["worsening"] or 0
    if not better and not worse:
        return {"text": "no real change" if row["measured"] else "not measured", "tone": "faint"}
    text = " ".join(part for part in (f"▲ {better}" if better else "", f"▼ {worse}" if worse else "") if part)
    tip = f"{better} improving, {worse} worsening"
    return {"text": text, "tone": "bad" if worse else "good", "tip": tip}


def capable(row: Mapping[str, Any]) -> str:
    """Whether the standards are met as the processes run, where that can be said."""
    words_ = {"always": "always", "sometimes": "at times", "never": "never"}
    parts = [f"{word} {row[name]}" for name, word in words_.items() if row[name]]
    rest = (row["with_standard"] or 0) - sum(row[name] or 0 for name in words_)
    parts += [f"too early {rest}"] * (rest > 0)
    return ", ".join(parts) or words.NOTHING


def commitments_cell(kept: Standing) -> Cell:
    """Open, overdue and kept, in words."""
    parts = [f"{kept.open} open"] * (kept.open > 0)
    parts += [f"{kept.overdue} overdue"] * (kept.overdue > 0)
    parts += [f"{kept.done} done" + (f", {kept.late} late" if kept.late else "")] * (kept.done > 0)
    parts += [f"{words.count(kept.ideas, 'idea')}"] * (kept.ideas > 0 and not parts)
    shape = {"shape": "▼", "tone": "bad"} if kept.overdue else {}
    return {"text": ", ".join(parts[:2]) or "none", "sub": ", ".join(parts[2:]), **shape}


def tally(told: Sequence[str]) -> list[str]:
    """`▲ 1 worked`, `● 2 no effect seen`: verdicts counted, the told ones first."""
    counts = Counter(told)
    return [f"{state.shape} {counts[word]} {word}" for word, state in judgement.STATES.items() if counts.get(word)]


def table(people: pl.DataFrame, made: Sequence[Commitment], verdicts: Verdicts, today: date) -> pl.DataFrame:
    """The same in words and numbers, for taking along."""
    rows = []
    for row in people.iter_rows(named=True):
        own = [one for one in made if one.owner == row["person"]]
        kept = standing(own, today)
        rows.append(
            {
                "Who": row["person"],
                "Leads": ", ".join(row["silos"] or []),
                "Owns": row["indicators"] or 0,
                "Improving": row["improving"] or 0,
                "Worsening": row["worsening"] or 0,
                "With a standard": row["with_standard"] or 0,
                "Standard met now": row["met"] or 0,
                "Always met as it runs": row["always"] or 0,
                "Never met as it runs": row["never"] or 0,
                "Commitments open": kept.open,
                "Overdue": kept.overdue,
                "Done in time": kept.in_time,
                "Done late": kept.late,
                "Verdicts": ", ".join(tally([verdicts[one.id]["word"] for one in own if one.id in verdicts])),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def one_person(
    people: pl.DataFrame, pairs: pl.DataFrame, made: Sequence[Commitment], about: Mapping[str, Any], today: date
) -> None:
    """What one person answers for, line by line. pairs: answer of `accountability/pairs`."""
    names = people["person"].to_list()
    if not names:
        return
    if st.session_state.get(KEY) not in names:
        st.session_state.pop(KEY, None)
    person = st.selectbox(
        "Person", names, None, key=KEY, bind="query-params", placeholder="Choose a name above, or here", width=320
    )
    if not person:
        return
    mine, own = pairs.filter(owner=person), [one for one in made if one.owner == person]
    if lines := [{"cells": _pair(row)} for row in mine.iter_rows(named=True)]:
        st.markdown(f"**{literal(person)} answers for {words.count(mine.height, 'measured indicator')}**")
        columns = ({"text": "Indicator"}, {"text": "Direction"}, {"text": "Now"}, {"text": "Standard"})
        go.follow(board(columns, lines, f"What {person} answers for", "owned"))
    if rows := [{"cells": [_promise(one, about, today)]} for one in own]:
        st.markdown(f"**{literal(person)} promised {words.count(len(own), 'thing')}**")
        if title := board([], rows, f"What {person} promised", "promised"):
            go.to_commitment(title)


def _pair(row: Mapping[str, Any]) -> list[Cell]:
    state = words.state(row["verdict"])
    figure = words.TOO_FEW_PEOPLE if row["too_few"] else words.value(row["now"], row["unit"], short=True)
    return [
        {
            "head": True,
            "text": row["title"],
            "sub": row["silo"],
            "label": f"{row['title']}, {row['silo']}: its chart",
            "pick": {"indicator": row["indicator"], "title": row["title"], "silo": row["silo"]},
            "href": go.address(row["title"], row["silo"]),
        },
        {"text": state.word, "shape": state.shape, "tone": state.tone, "tip": state.meaning},
        {"text": figure},
        {
            "text": words.value(row["target"], row["unit"], short=True) if row["target"] is not None else "none",
            "sub": CAPABLE.get(row["capable"] or "", ""),
        },
    ]


def _promise(one: Commitment, about: Mapping[str, Any], today: date) -> Cell:
    due = pipeline.due_line(one, today)
    state = "" if one.state == DONE else f"{one.state}, "
    return {
        "shape": due.get("shape", "◆"),
        "tone": due.get("tone", "calm"),
        "strong": one.title,
        "sub": f"{state}{due['text']} · {aims.sentence(one.expected, about.get(one.indicator))}",
        "pick": one.title,
        "href": pipeline.address(one),
    }

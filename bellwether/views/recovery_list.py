"""The work list: open failures, the oldest first, each with who has it and how far it is; one of them can be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from bellwether.accountability.recoveries import ACKNOWLEDGED, ASSIGNED
from bellwether.views import states, words
from bellwether.views.board import Cell, board
from bellwether.views.board import picked as row_picked

KEY = "failure"
MOST = 200
LOW, HIGH = 470, 830  # pixels
COLUMNS = (
    {"text": "Failure"},
    {"text": "Open for"},
    {"text": "Who has it"},
)
CUSTOMER = {"text": "Customer", "sub": "segment"}
WORDS = {
    "kind": "Failure",
    "silo": "Silo",
    "touchpoint": "Touchpoint",
    "failed_at": "Went wrong",
    "age_days": "Days open",
    "state": "State",
    "assigned_to": "Assigned to",
    "belongs_to": "Belongs to",
    "due": "Due",
    "customer_id": "Customer",
    "segment": "Segment",
    "row_id": "Record",
    "exported_at": "As the export of",
}


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """The list in words, for taking along; columns that nothing fills are left out."""
    known = [name for name in WORDS if rows[name].null_count() < rows.height]
    return rows.select(pl.col(name).alias(WORDS[name]) for name in known)


def listed(rows: pl.DataFrame, of: int, today: date) -> None:
    """Draw the list. rows: answer of `recovery/open`; of: how many there are in all."""
    if not rows.height:
        states.not_theirs("These failures") if of else st.caption("Nothing is open for these filters.")
        return
    named = rows["customer_id"].null_count() < rows.height
    columns = (*COLUMNS, CUSTOMER) if named else COLUMNS
    lines = [
        {"cells": cells(row, today)[: len(columns)], "chosen": st.session_state.get(KEY) == row["failure"]}
        for row in rows.iter_rows(named=True)
    ]
    # Beside a failure that is open there is room for more of the list.
    most = HIGH if st.session_state.get(KEY) else LOW
    with st.container(height=min(most, 70 + 48 * rows.height), border=False):
        board(columns, lines, "Open failures, the oldest first", "failures", lambda: choose(row_picked("failures")))
    more = f"The oldest {words.count(rows.height)} of {words.count(of)}. " if of > rows.height else ""
    last = (
        " An answer that names no silo stands with the silo that dealt with the customer last."
        if rows.filter(kind="detractor's answer").height
        else ""
    )
    st.caption(f"{more}Choose one to see its record, and to say what is done about it.{last}")


def choose(failure: str | None) -> None:
    """Open a failure beside the list."""
    if failure:
        st.session_state[KEY] = failure


def picked(rows: pl.DataFrame, also: pl.DataFrame) -> str | None:
    """The failure that is open beside the list; the choice stands in the address.

    rows, also: answers of `recovery/open` and `recovery/resolved`; one that was just resolved stays open.
    """
    names = {row["failure"]: _name(row) for row in rows.iter_rows(named=True)}
    names |= {row["failure"]: f"{_name(row)} (resolved)" for row in also.iter_rows(named=True)}
    if st.session_state.get(KEY) not in names:
        st.session_state.pop(KEY, None)
    return st.selectbox(
        "One failure",
        list(names),
        None,
        format_func=names.get,
        placeholder="Choose one in the list, or here",
        key=KEY,
        bind="query-params",
        label_visibility="collapsed",
    )


def _name(row: Mapping[str, Any]) -> str:
    """What tells one failure from the others, in words: also what stands in the address."""
    return f"{title(row['kind'])} of {words.day(row['failed_at'])}, record {row['failure'].rsplit('/', 1)[-1]}"


def title(kind: str) -> str:
    """A kind at the beginning of a line."""
    return kind[:1].upper() + kind[1:]


def cells(row: Mapping[str, Any], today: date) -> list[Cell]:
    """One line: what and where, how old against the standard, who has it and how far it is, whom it concerns."""
    where = " · ".join(part for part in (row["silo"], row["touchpoint"]) if part)
    aged = {"shape": "▼", "tone": "bad"} if row["beyond_standard"] else {"shape": "●", "tone": "calm"}
    return [
        {
            "head": True,
            "text": title(row["kind"]),
            "sub": where,
            "pick": row["failure"],
            "href": f"recovery?{urlencode({KEY: _name(row)})}",
            "label": f"{_name(row)}, open for {words.count(row['age_days'], 'day')}",
        },
        {
            "text": words.count(row["age_days"], "day") if row["age_days"] else "less than a day",
            "sub": f"since {words.day(row['failed_at'])}",
            "tip": "beyond the standard" if row["beyond_standard"] else "within the standard",
            **aged,
        },
        {"text": row["assigned_to"] or row["belongs_to"] or "nobody", "sub": progress(row, today)},
        {"text": row["customer_id"] or "not known", "sub": row["segment"] or ""},
    ]


def progress(row: Mapping[str, Any], today: date) -> str:
    """How far it is: not acknowledged, acknowledged, or assigned with its day."""
    if row["state"] == ASSIGNED:
        late = row["due"] is not None and row["due"] < today
        return f"assigned, {'overdue since' if late else 'due'} {words.day(row['due'])}"
    return "acknowledged, not assigned" if row["state"] == ACKNOWLEDGED else "not acknowledged"

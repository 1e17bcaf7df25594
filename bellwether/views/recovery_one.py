"""One failure: how far it is, the record that tells of it, and what people have done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.accountability import events, recoveries
from bellwether.accountability.recoveries import OPEN, RESOLVED, Recovery
from bellwether.views import desk, edits, look, recovery_steps, show, words
from bellwether.views.plain import literal
from bellwether.views.recovery_list import title

FACTS = {
    "failed_at": "Went wrong",
    "started_at": "Began",
    "promised_at": "Promised for",
    "resolved_at": "Settled",
    "silo": "Silo",
    "touchpoint": "Touchpoint",
    "channel": "Channel",
    "reason": "Reason",
    "score": "Answer, from 0 to 10",
    "customer_id": "Customer",
    "row_id": "Record",
    "source_file": "Export",
    "source_line": "Line",
    "exported_at": "As the export of",
    "recovered_at": "Put right, as the exports show",
    "how": "How",
}
TONES = {OPEN: "bad", RESOLVED: "good"}


def one(rows: pl.DataFrame) -> None:
    """All of one failure. rows: answer of `recovery/record`."""
    if not rows.height:
        st.caption("The exports no longer tell of this failure; what people wrote of it is kept.")
        return
    row = rows.row(0, named=True)
    now = recoveries.recovery(desk.store(), row["failure"])
    head(row, now)
    with st.container(gap="xsmall"):
        desk.who()
        recovery_steps.steps(row, now)
    record, past = st.tabs(("The record", "What was done"), key=f"about {now.failure}", on_change="rerun")
    if record.open:
        with record:
            show.table(facts(row), f"The record behind: {row['kind']}", f"record {now.failure}")
    if past.open:
        with past:
            history(now)


def head(row: Mapping[str, Any], now: Recovery) -> None:
    """What it is, how far it is, and whose it is."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(title(row["kind"]), anchor=False, width="content")
        st.badge(now.state, color=look.BADGES[TONES.get(now.state, "calm")])
        if now.overdue(desk.today()):
            st.badge(f"▼ overdue since {words.day(now.due)}", color="orange")
    st.caption(literal(standing(row, now)))


def standing(row: Mapping[str, Any], now: Recovery) -> str:
    """Who has it, in one sentence."""
    if now.state == RESOLVED:
        said = f"Resolved by {now.resolved_by} on {words.day(now.resolved_on)}: {now.outcome}. {now.words}"
        return said
    if now.assigned_to:
        return f"{now.assigned_to} has it, to be put right by {words.day(now.due)}."
    if row["belongs_to"]:
        return f"It belongs to {row['belongs_to']}, who answers for {row['silo']}; nobody has been assigned."
    return "Nobody answers for it yet: assign it."


def facts(row: Mapping[str, Any]) -> pl.DataFrame:
    """The record, a line a fact; what the export leaves open is left out."""
    same = {"started_at"} if row["started_at"] == row["failed_at"] else set()
    told = [
        (word, _fact(name, row[name])) for name, word in FACTS.items() if row[name] is not None and name not in same
    ]
    return pl.DataFrame(told, schema={"Field": pl.String, "Value": pl.String}, orient="row")


def _fact(name: str, given: Any) -> str:
    if name.endswith("_at"):
        return words.moment(given)
    return f"{given:g}" if isinstance(given, float) else str(given)


def history(now: Recovery) -> None:
    """Everything that was written of it, the newest first."""
    told = edits.history(events.history(desk.store(), "recovery", now.failure))
    if not told.height:
        st.caption("Nobody has written anything of it yet.")
        return
    show.table(told, "What was done about it", f"history {now.failure}")
    show.download(told, f"history of record {now.failure.rsplit('/', 1)[-1]}")

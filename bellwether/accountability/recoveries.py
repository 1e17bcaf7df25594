"""Recoveries: what people do about a failure, from having seen it to how it ended. The failure stands in the data.

    open > acknowledged > assigned > resolved, and back by reopening

A failure is named by its id in the mart `failures`; nothing is written of it until somebody acknowledges or assigns it.
Every function gives the recovery as it then stands, and raises Refused or Conflict without having written anything.
`seen` is the `version` that the editor had open (0 while there was none); `by` the person who does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bellwether.accountability import values
from bellwether.accountability.events import Now, all_present, expect, present, record, shaped
from bellwether.accountability.refusals import Refused
from bellwether.accountability.store import Store, Writing, reading, writing

OPEN, ACKNOWLEDGED, ASSIGNED, RESOLVED = "open", "acknowledged", "assigned", "resolved"
OUTCOMES = ("put right", "made good", "explained", "could not be put right", "was no failure")
NAME = "This failure"


@dataclass(frozen=True)
class Recovery:
    """What is done about one failure. `due`: the day by which whoever has it is to have it put right."""

    failure: str
    acknowledged_by: str | None
    acknowledged_on: date | None
    assigned_to: str | None
    due: date | None
    outcome: str | None
    words: str | None
    resolved_by: str | None
    resolved_on: date | None
    version: int
    changed_at: datetime | None
    changed_by: str | None

    @property
    def state(self) -> str:
        return state_of(self.resolved_on, self.assigned_to, self.acknowledged_on)

    def overdue(self, today: date) -> bool:
        """Assigned, not resolved, and the due day is over."""
        return self.state == ASSIGNED and self.due is not None and self.due < today


def recoveries(store: Store) -> tuple[Recovery, ...]:
    """Every failure of which anything has been written, by id."""
    with reading(store) as connection:
        return tuple(_recovery(now) for now in all_present(connection, "recovery"))


def recovery(store: Store, failure: str) -> Recovery:
    """One failure, also one of which nothing has been written yet: with the version to edit it by."""
    with reading(store) as connection:
        return _recovery(present(connection, "recovery", failure))


def acknowledge(store: Store, failure: str, *, seen: int, by: str) -> Recovery:
    """Somebody has seen it; by whom and when is said once."""
    failure = values.text("failure", failure)
    with writing(store, by) as tx:
        now, _ = _opened(tx, failure, seen, {"acknowledged_by": tx.by})
        if now["acknowledged_on"]:
            first = f"{now['acknowledged_by']} on {now['acknowledged_on']}"
            raise Refused(f"{NAME} was acknowledged by {first}: assign it, or resolve it.")
        return _recovery(record(tx, now, ACKNOWLEDGED, _seen_by(tx, now)))


def assign(
    store: Store, failure: str, *, to: str, due: date | str | None, seen: int, by: str, reason: str = ""
) -> Recovery:
    """Give it to somebody, with the day by which it is to be put right; whoever assigns has also seen it."""
    failure = values.text("failure", failure)
    mine = {"assigned_to": values.text("who it is assigned to", to), "due": values.day("due date", due)}
    reason = values.text_or_none("the reason", reason, values.LONG) or ""
    with writing(store, by) as tx:
        now, new = _opened(tx, failure, seen, mine)
        if "due" in new and mine["due"] < tx.today:
            raise Refused(f"due date is {mine['due']}, which is over: give {tx.today} or a later day.")
        return _recovery(record(tx, now, ASSIGNED, {**new, **(_seen_by(tx, now) if new else {})}, reason))


def resolve(
    store: Store, failure: str, *, outcome: str, words: str, seen: int, by: str, on: date | str | None = None
) -> Recovery:
    """Say how it ended, and in words (`on`: today if not said). It is on the list no longer."""
    failure = values.text("failure", failure)
    mine = {"outcome": _outcome(outcome), "words": values.text("what was done", words, values.LONG)}
    on = values.day_or_none("resolved", on)
    with writing(store, by) as tx:
        now, new = _opened(tx, failure, seen, mine)
        ended = on or tx.today
        if ended > tx.today:
            raise Refused(f"resolved is {ended}, which is still to come: give {tx.today} or an earlier day.")
        if not new:
            return _recovery(now)
        told = {**new, "resolved_by": tx.by, "resolved_on": ended, **_seen_by(tx, now)}
        return _recovery(record(tx, now, RESOLVED, told))


def reopen(store: Store, failure: str, *, seen: int, by: str, reason: str) -> Recovery:
    """It was not put right after all, and why. Who had it has it again."""
    failure = values.text("failure", failure)
    reason = values.text("the reason", reason, values.LONG)
    nothing = dict.fromkeys(("outcome", "words", "resolved_by", "resolved_on"))
    with writing(store, by) as tx:
        now, _ = expect(tx, "recovery", failure, seen, nothing, NAME)
        if not now["resolved_on"]:
            raise Refused(f"{NAME} is {_recovery(now).state}, and only what is resolved can be reopened.")
        return _recovery(record(tx, now, "reopened", nothing, reason))


def state_of(resolved_on: date | None, assigned_to: str | None, acknowledged_on: date | None) -> str:
    """How far it is, from what is known of it."""
    if resolved_on:
        return RESOLVED
    return ASSIGNED if assigned_to else ACKNOWLEDGED if acknowledged_on else OPEN


def _opened(tx: Writing, failure: str, seen: int, mine: dict[str, Any]) -> tuple[Now, dict[str, Any]]:
    """The failure as it stands, if it is still open, and what of `mine` is really new."""
    now, new = expect(tx, "recovery", failure, seen, mine, NAME)
    if now["resolved_on"] and new:
        raise Refused(f"{NAME} was resolved by {now['resolved_by']} on {now['resolved_on']}: reopen it first.")
    return now, new


def _seen_by(tx: Writing, now: Now) -> dict[str, Any]:
    return {} if now["acknowledged_on"] else {"acknowledged_by": tx.by, "acknowledged_on": tx.today}


def _outcome(given: str) -> str:
    if given not in OUTCOMES:
        raise Refused(f'outcome is "{given}": choose one of {", ".join(OUTCOMES)}.')
    return given


def _recovery(now: Now) -> Recovery:
    return shaped(Recovery, now, failure=now.subject)

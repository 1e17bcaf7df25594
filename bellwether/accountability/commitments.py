"""Commitments and quick wins: what an owner promised to do by a date, and what it was to move.

This module says what a commitment is and reads it; moves.py makes and changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bellwether.accountability.events import Now, all_present, history, present, read, shaped
from bellwether.accountability.refusals import Refused
from bellwether.accountability.store import Store, reading

IDEA, AGREED, STARTED, DONE, ABANDONED = "idea", "agreed", "started", "done", "abandoned"
STATES = (IDEA, AGREED, STARTED, DONE, ABANDONED)
PROMISED = (AGREED, STARTED)  # somebody waits for it
QUICK_DAYS = 90  # a quick win takes fewer


@dataclass(frozen=True)
class Treated:
    """One dimension of what a commitment treats: a customer's contact counts if it has one of these values."""

    dimension: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Commitment:
    """A commitment as it stands.

    `treats`: a contact is treated if it fits every dimension; () while nobody has said. `expected`: by how much
    `indicator` is to move, in its unit, negative where lower is better. `declared_on`: the day on which scope,
    indicator, expected size and start were locked in the store (if it is later than `start`, they were declared
    afterwards); `declared_due`: what was due then. `abandoned_from`: the state it had. Cost in `currency`.
    """

    id: str
    title: str
    owner: str | None
    silo: str
    treats: tuple[Treated, ...]
    indicator: str | None
    start: date | None
    due: date | None
    expected: float | None
    cost: float | None
    currency: str | None
    state: str
    abandoned_from: str | None
    declared_on: date | None
    declared_due: date | None
    done_on: date | None
    version: int
    changed_at: datetime
    changed_by: str

    @property
    def locked(self) -> bool:
        return is_locked(self.state, self.abandoned_from)

    @property
    def quick_win(self) -> bool:
        """Under 90 days, with a declared indicator; one that started as a quick win stays one when it slips."""
        due = self.declared_due or self.due
        return bool(self.indicator and self.start and due) and (due - self.start).days < QUICK_DAYS

    @property
    def declared_afterwards(self) -> bool:
        """Its indicator was declared after it had started: the verdict should say so."""
        return self.declared_on is not None and self.start is not None and self.declared_on > self.start

    def overdue(self, today: date) -> bool:
        """Promised, not done, and the due day is over. An idea is no promise."""
        return self.state in PROMISED and self.due is not None and self.due < today

    def days_late(self, today: date) -> int | None:
        """Days after the due day at which it was done, or by now; 0 if in time, None if nothing is known of it."""
        until = self.done_on if self.state == DONE else today if self.state in PROMISED else None
        return max(0, (until - self.due).days) if until and self.due else None


@dataclass(frozen=True)
class DueMove:
    """One move of a due date."""

    commitment: str
    before: date
    after: date | None
    who: str
    at: datetime
    reason: str


def commitments(store: Store) -> tuple[Commitment, ...]:
    """All of them, abandoned ones too."""
    with reading(store) as connection:
        return tuple(commitment_of(now) for now in all_present(connection, "commitment"))


def commitment(store: Store, id: str) -> Commitment:
    """One commitment. Raises Refused where there is none."""
    with reading(store) as connection:
        now = present(connection, "commitment", id)
    if not now.exists:
        raise Refused(f'There is no commitment "{id}": choose one that is on the board.')
    return commitment_of(now)


def as_seen(store: Store, id: str, version: int) -> dict[str, object]:
    """The fields of a commitment as they stood at a version, for an editor who has to compare."""
    fields: dict[str, object] = {}
    for event in history(store, "commitment", id):
        if event.version <= version:
            fields |= {change.field: change.after for change in event.changes}
    return fields


def due_moves(store: Store, id: str | None = None) -> tuple[DueMove, ...]:
    """Every move of a due date, of one commitment or of all, oldest first."""
    with reading(store) as connection:
        events = read(connection, "commitment", id)
    return tuple(
        DueMove(event.subject, change.before, change.after, event.who, event.at, event.reason)
        for event in events
        for change in event.changes
        if change.field == "due" and change.before is not None
    )


def commitment_of(now: Now) -> Commitment:
    treats = tuple(Treated(name, tuple(some)) for name, some in (now["treats"] or {}).items())
    return shaped(Commitment, now, id=now.subject, treats=treats)


def is_locked(state: str | None, abandoned_from: str | None) -> bool:
    """It has started, so what it declared stays."""
    return (abandoned_from if state == ABANDONED else state) in (STARTED, DONE)

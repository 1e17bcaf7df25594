"""Events: everything anybody ever decided, appended with who, when and what was there before.

A thing (a commitment, an owner, a standard ...) is its kind and subject; its events are numbered 1, 2, 3 ... and that
number is the version an editor has seen. Whoever writes says which version that was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from bellwether.accountability import replay
from bellwether.accountability.refusals import Change, Conflict, Refused
from bellwether.accountability.store import Store, Writing, reading, writing
from bellwether.accountability.tables import EVENTS, KINDS, META, blank, decode, encode, fields

Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Event:
    """What somebody did to one thing. `at` is UTC; `what` is a verb; `reason` is "" where none was given."""

    number: int
    kind: str
    subject: str
    version: int
    at: datetime
    who: str
    what: str
    reason: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Now:
    """A thing as it stands inside a transaction; version 0: there has never been one."""

    kind: str
    subject: str
    version: int
    fields: Mapping[str, Any]
    changed_at: datetime | None = None
    changed_by: str | None = None

    @property
    def exists(self) -> bool:
        return self.version > 0 and not self.fields["withdrawn"]

    def __getitem__(self, field: str) -> Any:
        return self.fields[field]


def history(store: Store, kind: str, subject: str | None = None) -> tuple[Event, ...]:
    """Every event of a thing, or of all things of a kind, oldest first."""
    with reading(store) as connection:
        return read(connection, kind, subject)


def read(connection: sa.Connection, kind: str, subject: str | None = None, after: int = 0) -> tuple[Event, ...]:
    """As `history`, inside a transaction, and after a version."""
    asked = sa.select(EVENTS).where(EVENTS.c.kind == kind, EVENTS.c.version > after).order_by(EVENTS.c.id)
    if subject is not None:
        asked = asked.where(EVENTS.c.subject == subject)
    return tuple(_event(row) for row in connection.execute(asked).mappings())


def present(connection: sa.Connection, kind: str, subject: str) -> Now:
    """The thing as it stands."""
    row = connection.execute(sa.select(KINDS[kind]).where(KINDS[kind].c.subject == subject)).mappings().first()
    return now_of(kind, row) if row else Now(kind, subject, 0, blank(kind))


def all_present(connection: sa.Connection, kind: str, taken_back: bool = False) -> list[Now]:
    """Every thing of a kind by subject; those that were taken back only where they are asked for."""
    asked = sa.select(KINDS[kind])
    if not taken_back:
        asked = asked.where(KINDS[kind].c.withdrawn.is_(False))
    found = (now_of(kind, row) for row in connection.execute(asked).mappings())
    return sorted(found, key=lambda now: now.subject)  # as Python sorts: databases have collations


def now_of(kind: str, row: Mapping[str, Any]) -> Now:
    own = {name: row[name] for name in fields(kind)}
    return Now(kind, row["subject"], row["version"], own, row["changed_at"], row["changed_by"])


def shaped(form: type[Shape], now: Now, **own: Any) -> Shape:
    """A thing as the frozen dataclass that pages get, filled by name; `own` goes before."""
    held = {"subject": now.subject, "version": now.version, "changed_at": now.changed_at, "changed_by": now.changed_by}
    held = {**now.fields, **held, **own}
    return form(**{name: held[name] for name in form.__dataclass_fields__})


def expect(tx: Writing, kind: str, subject: str, seen: int, mine: Mapping[str, Any], name: str) -> tuple[Now, dict]:
    """The thing as it stands, and what of `mine` is really a change to what the editor saw.

    Raises Conflict where somebody else changed it since, unless all that is wanted is already so. `name`: what to
    call the thing in a sentence.
    """
    now = present(tx.connection, kind, subject)
    if not 0 <= seen <= now.version:
        raise Refused(f"{name} has no version {seen} (the last is {now.version}): open it again.")
    if seen == now.version or (seen == 0 and not now.exists):  # what was taken back may be set anew, unseen
        return now, {field: value for field, value in mine.items() if value != now[field]}
    later = read(tx.connection, kind, subject, after=seen)
    theirs = _collapsed(later)
    before = {**now.fields, **{one.field: one.before for one in theirs}}
    wanted = {field: value for field, value in mine.items() if value != before[field]}
    if not theirs:  # changed, and changed back
        return now, wanted
    if any(value != now[field] for field, value in wanted.items()):
        raise Conflict(name, theirs, wanted, now.version)
    return now, {}


def record(tx: Writing, now: Now, what: str, new: Mapping[str, Any], reason: str = "") -> Now:
    """Append one event with the fields of `new` that differ from `now`; with none, nothing happened."""
    changes = {name: [encode(now[name]), encode(value)] for name, value in new.items() if value != now[name]}
    if not changes:
        return now
    told = {"at": tx.at, "who": tx.by, "what": what, "reason": reason, "changes": changes}
    whose = {"kind": now.kind, "subject": now.subject, "version": now.version + 1}
    tx.connection.execute(sa.insert(EVENTS).values(**whose, **told))
    after = Now(now.kind, now.subject, now.version + 1, {**now.fields, **new}, tx.at, tx.by)
    _project(tx, after)
    return after


def withdraw(tx: Writing, now: Now, reason: str = "") -> Now:
    """Take a thing back: it is no longer shown, and its events stay."""
    return record(tx, now, "withdrawn", {"withdrawn": True}, reason)


def differences(store: Store) -> tuple[str, ...]:
    """Where the present is not what the events say, one sentence each; () is as it should be."""
    with reading(store) as connection:
        return replay.differences_in(connection)


def rebuild(store: Store, *, by: str) -> None:
    """Make the present again from the events."""
    with writing(store, by) as tx:
        replay.rebuild_in(tx.connection)


def _project(tx: Writing, now: Now) -> None:
    table = KINDS[now.kind]
    meta = dict(zip(META, (now.subject, now.version, tx.at, tx.by), strict=True))
    if now.version == 1:
        tx.connection.execute(sa.insert(table).values(**meta, **now.fields))
    else:
        mine = (table.c.subject == now.subject) & (table.c.version == now.version - 1)
        done = tx.connection.execute(sa.update(table).where(mine).values(**meta, **now.fields))
        if done.rowcount != 1:
            raise RuntimeError("the lock did not hold")


def _event(row: Mapping[str, Any]) -> Event:
    changes = tuple(
        Change(field, decode(row["kind"], field, before), decode(row["kind"], field, after), row["who"], row["at"])
        for field, (before, after) in row["changes"].items()
    )
    own = ("kind", "subject", "version", "at", "who", "what", "reason")
    return Event(row["id"], *(row[name] for name in own), changes)


def _collapsed(events: Iterable[Event]) -> tuple[Change, ...]:
    """One entry a field: as it was before the first of the events and after the last; fields put back are left out."""
    found: dict[str, Change] = {}
    for one in (change for event in events for change in event.changes):
        before = found[one.field].before if one.field in found else one.before
        found[one.field] = Change(one.field, before, one.after, one.who, one.at)
    return tuple(one for one in found.values() if one.before != one.after)

"""Reviews: somebody walks the exceptions since the last one and records a decision on each, dated and by name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bellwether.accountability import values
from bellwether.accountability.events import Now, all_present, expect, present, record, shaped
from bellwether.accountability.refusals import Refused
from bellwether.accountability.store import Store, Writing, reading, writing


@dataclass(frozen=True)
class Review:
    """A review of what happened after `since` (None: of everything), on the data of one version; open until closed."""

    id: str
    since: date | None
    opened_on: date
    opened_by: str
    closed_on: date | None
    closed_by: str | None
    data_version: str | None
    version: int


@dataclass(frozen=True)
class Decision:
    """What was decided on one exception. `exception`: its stable name; `sentence`: what the page said of it then."""

    review: str
    exception: str
    sentence: str
    decision: str
    decided_on: date
    decided_by: str
    version: int
    changed_at: datetime


def reviews(store: Store) -> tuple[Review, ...]:
    """All reviews, oldest first."""
    with reading(store) as connection:
        found = [_review(now) for now in all_present(connection, "review")]
    return tuple(sorted(found, key=lambda one: (one.opened_on, one.id)))


def last_closed(store: Store) -> Review | None:
    """The review whose closing day starts the next one."""
    closed = [one for one in reviews(store) if one.closed_on]
    return max(closed, key=lambda one: (one.closed_on, one.id)) if closed else None


def decisions(store: Store, review: str | None = None) -> tuple[Decision, ...]:
    """The decisions of one review, or of all, in the order in which they were last written."""
    with reading(store) as connection:
        found = [shaped(Decision, now) for now in all_present(connection, "decision")]
    mine = (one for one in found if review in (None, one.review))
    return tuple(sorted(mine, key=lambda one: (one.changed_at, one.review, one.exception)))


def open_review(store: Store, *, by: str, since: date | str | None = None, data_version: str | None = None) -> Review:
    """Begin a review; several may be open, one a silo for instance."""
    told = {"since": values.day_or_none("since", since), "data_version": values.text_or_none("version", data_version)}
    with writing(store, by) as tx:
        if told["since"] and told["since"] > tx.today:
            raise Refused(f"since is {told['since']}, which is still to come: give {tx.today} or an earlier day.")
        now = present(tx.connection, "review", f"{tx.today}-{secrets.token_hex(4)}")
        return _review(record(tx, now, "opened", {**told, "opened_on": tx.today, "opened_by": tx.by}))


def decide(
    store: Store,
    review: str,
    exception: str,
    *,
    sentence: str,
    decision: str,
    decided_by: str | None = None,
    seen: int = 0,
    by: str,
) -> Decision:
    """Record a decision on an exception, or change it while the review is open. `decided_by`: `by` if not said."""
    mine: dict[str, Any] = {
        "review": review,
        "exception": values.text("exception", exception),
        "sentence": values.text("what the exception says", sentence, values.LONG),
        "decision": values.text("the decision", decision, values.LONG),
        "decided_by": values.text("who decided", decided_by or by),
    }
    with writing(store, by) as tx:
        _still_open(tx, review)
        subject = f"{review}/{mine['exception']}"
        now, new = expect(tx, "decision", subject, seen, mine, f'The decision on "{exception}"')
        return shaped(Decision, record(tx, now, "decided", {**new, "decided_on": tx.today} if new else {}))


def close_review(store: Store, review: str, *, seen: int, by: str) -> Review:
    """End a review: its decisions are then a record."""
    with writing(store, by) as tx:
        _still_open(tx, review)
        ends = {"closed_on": tx.today, "closed_by": tx.by}
        now, _ = expect(tx, "review", review, seen, ends, "This review")
        return _review(record(tx, now, "closed", ends))


def _still_open(tx: Writing, review: str) -> None:
    now = present(tx.connection, "review", review)
    if not now.exists:
        raise Refused(f'There is no review "{review}": open one first.')
    if now["closed_on"]:
        raise Refused(f"This review was closed on {now['closed_on']} by {now['closed_by']}: open another one.")


def _review(now: Now) -> Review:
    return shaped(Review, now, id=now.subject)

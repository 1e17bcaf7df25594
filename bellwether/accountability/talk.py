"""What people say about a commitment: comments, and links to what lies elsewhere. Neither disturbs an editor."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from bellwether.accountability import values
from bellwether.accountability.events import Now, all_present, expect, present, record, shaped, withdraw
from bellwether.accountability.refusals import Refused
from bellwether.accountability.store import Store, Writing, reading, writing


@dataclass(frozen=True)
class Comment:
    id: str
    commitment: str
    text: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Link:
    """An attachment: an http or https address and what it is."""

    id: str
    commitment: str
    address: str
    title: str
    who: str
    at: datetime
    version: int


def comments(store: Store, commitment: str | None = None) -> tuple[Comment, ...]:
    """Comments on one commitment, or on all, oldest first."""
    return tuple(_comment(now) for now in _about(store, "comment", commitment))


def links(store: Store, commitment: str | None = None) -> tuple[Link, ...]:
    """Links of one commitment, or of all, oldest first; without those that were taken off."""
    return tuple(_link(now) for now in _about(store, "link", commitment))


def comment(store: Store, commitment: str, text: str, *, by: str) -> Comment:
    """Say something."""
    text = values.text("the comment", text, values.LONG)
    with writing(store, by) as tx:
        return _comment(record(tx, _next(tx, "comment", commitment), "said", {"commitment": commitment, "text": text}))


def attach(store: Store, commitment: str, address: str, *, title: str | None = None, by: str) -> Link:
    """Attach a link; without a title its address is shown."""
    address = values.web_address(address)
    told = {"commitment": commitment, "address": address, "title": values.text_or_none("title", title) or address}
    with writing(store, by) as tx:
        return _link(record(tx, _next(tx, "link", commitment), "attached", told))


def detach(store: Store, id: str, *, by: str, reason: str = "") -> None:
    """Take a link off; its history keeps it."""
    with writing(store, by) as tx:
        now = present(tx.connection, "link", id)
        if now.version == 0:
            raise Refused(f'There is no link "{id}": choose one that is attached.')
        withdraw(tx, expect(tx, "link", id, now.version, {"withdrawn": True}, "This link")[0], reason)


def _about(store: Store, kind: str, commitment: str | None) -> list[Now]:
    with reading(store) as connection:
        found = all_present(connection, kind)
    return sorted(
        (now for now in found if commitment in (None, now["commitment"])), key=lambda now: (now.changed_at, now.subject)
    )


def _next(tx: Writing, kind: str, commitment: str) -> Now:
    if not present(tx.connection, "commitment", commitment).exists:
        raise Refused(f'There is no commitment "{commitment}": choose one that is on the board.')
    return present(tx.connection, kind, f"{commitment}/{secrets.token_hex(8)}")


def _comment(now: Now) -> Comment:
    return shaped(Comment, now, id=now.subject, who=now.changed_by, at=now.changed_at)


def _link(now: Now) -> Link:
    return shaped(Link, now, id=now.subject, who=now.changed_by, at=now.changed_at)

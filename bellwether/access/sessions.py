"""Whether a sign-in still holds. A cookie alone proves little: it can be copied, and it outlives a sign-out.

Each sign-in is a row in the store, opened the first time that its cookie is seen and ended by signing out, by whoever
runs the server, or by time. Every run of a page looks it up, so that an open tab and a copied cookie end with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bellwether.access import log
from bellwether.access.roles import Rules, viewer
from bellwether.accountability.store import Store, reading, writing
from bellwether.accountability.tables import SESSIONS

HOLDS, EXPIRED, ENDED, STALE, UNKNOWN = "holds", "expired", "ended", "stale", "unknown"
# A cookie that nobody has seen yet opens a session only this long after the sign-in that it tells of.
FRESH = timedelta(minutes=10)
# By how much an identity provider's clock may run ahead of ours.
AHEAD = timedelta(minutes=2)
# How long a row that ended is kept, so that it can still be told why.
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Session:
    """One sign-in. Times are UTC; `ended_at` None while nobody ended it; `why` says who or what did."""

    key: str
    subject: str
    opened_at: datetime
    until: datetime
    ended_at: datetime | None
    why: str | None


def key(claims: Mapping[str, Any]) -> str:
    """What tells one sign-in from all others: "" where the provider's token holds no nonce or no time of issue."""
    told = [claims.get(name) for name in ("iss", "sub", "nonce", "iat")]
    if not all(told) or _moment(claims, "iat") is None:
        return ""
    return hashlib.sha256("\0".join(map(str, told)).encode()).hexdigest()


def standing(store: Store, claims: Mapping[str, Any], rules: Rules) -> str:
    """HOLDS, or why not; a sign-in that is seen for the first time, soon after it happened, opens its row.

    Raises StoreError where the store does not answer, OSError where a sign-in can't be noted: then nobody is let in.
    """
    name, now = key(claims), store.clock().astimezone(UTC)
    if not name:
        return UNKNOWN
    found = _found(store, name)
    if found is None:
        issued = _moment(claims, "iat")
        if not now - FRESH <= issued <= now + AHEAD:
            return STALE
        found = _opened(store, name, str(claims["sub"]), issued, claims, rules)
    if found.ended_at:
        return ENDED
    # The row's end is as agreed at the sign-in; rules that were tightened since count at once.
    return HOLDS if now < min(found.until, _until(_moment(claims, "iat"), claims, rules)) else EXPIRED


def end(store: Store, claims: Mapping[str, Any], why: str = "signed out") -> None:
    """End a sign-in, also one whose cookie was never seen here."""
    name, now = key(claims), store.clock().astimezone(UTC)
    if not name:
        return
    with writing(store, str(claims["sub"])) as tx:
        if tx.connection.execute(_where(name)).first() is None:
            tx.connection.execute(sa.insert(SESSIONS).values(**_row(name, str(claims["sub"]), now, now)))
        open_ = (SESSIONS.c.key == name) & SESSIONS.c.ended_at.is_(None)
        if tx.connection.execute(sa.update(SESSIONS).where(open_).values(ended_at=now, why=why)).rowcount:
            log.note(viewer(claims, Rules()), log.SIGN_OUT)


def end_all(store: Store, subject: str, *, by: str) -> int:
    """End every sign-in of a person now, wherever they are; the number that were open."""
    now = store.clock().astimezone(UTC)
    with writing(store, by) as tx:
        theirs = (SESSIONS.c.subject == subject) & SESSIONS.c.ended_at.is_(None) & (SESSIONS.c.until > now)
        put_out = sa.update(SESSIONS).where(theirs).values(ended_at=now, why=f"ended by {by}")
        many = tx.connection.execute(put_out).rowcount
        if many:
            log.note(by, log.SIGN_OUT, f"put {subject} out, {many} sign-ins")
        return many


def open_now(store: Store) -> tuple[Session, ...]:
    """Every sign-in that holds, the newest first."""
    now = store.clock().astimezone(UTC)
    holds = SESSIONS.c.ended_at.is_(None) & (SESSIONS.c.until > now)
    asked = sa.select(SESSIONS).where(holds).order_by(SESSIONS.c.opened_at.desc(), SESSIONS.c.key)
    with reading(store) as connection:
        return tuple(Session(**row) for row in connection.execute(asked).mappings())


def _found(store: Store, name: str) -> Session | None:
    with reading(store) as connection:
        row = connection.execute(_where(name)).mappings().first()
    return Session(**row) if row else None


def _opened(store, name: str, subject: str, issued: datetime, claims: Mapping[str, Any], rules: Rules) -> Session:
    """Write its row; two tabs that open at once write one."""
    until = _until(issued, claims, rules)
    with writing(store, subject) as tx:
        row = tx.connection.execute(_where(name)).mappings().first()
        if row is None:
            tx.connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.until < tx.at - KEPT))
            row = _row(name, subject, tx.at, until)
            tx.connection.execute(sa.insert(SESSIONS).values(**row))
            log.note(viewer(claims, rules), log.SIGN_IN)  # what can't be noted is not opened: the transaction falls
        return Session(**row)


def _row(name: str, subject: str, opened_at: datetime, until: datetime) -> dict[str, Any]:
    return {
        **{"key": name, "subject": subject, "opened_at": opened_at, "until": until},
        **{"ended_at": None, "why": None},
    }


def _where(name: str) -> sa.Select:
    return sa.select(SESSIONS).where(SESSIONS.c.key == name)


def _until(issued: datetime, claims: Mapping[str, Any], rules: Rules) -> datetime:
    """Hours after the sign-in; and not past the provider's token, unless the rules say that it may."""
    most = issued + timedelta(hours=rules.hours)
    token = None if rules.beyond_token else _moment(claims, "exp")
    return min(most, token) if token else most


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    """A time of a token (seconds since 1970); None where it is none."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None

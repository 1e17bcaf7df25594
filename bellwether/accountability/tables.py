"""The store's tables: one of events, which alone counts, and one a kind of thing, which can be made again from them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData()


class Utc(sa.types.TypeDecorator):
    """A moment in UTC. SQLite keeps no zones, so they are taken off on the way in and put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=None) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("changes", sa.JSON, nullable=False),  # field -> [before, after]
    sa.UniqueConstraint("kind", "subject", "version", name="events_follow_each_other"),
)

# Who is signed in: no decision, so no event. `key` is a hash of the sign-in, and gives nothing away.
SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("until", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("why", sa.Text),
)

# Of every thing: which event was its last, and whether it has been taken back. The rest is the thing itself.
META = ("subject", "version", "changed_at", "changed_by")


def _present(name: str, **columns: Any) -> sa.Table:
    return sa.Table(
        name,
        METADATA,
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", Utc, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        *(sa.Column(column, kind) for column, kind in columns.items()),
    )


Text, Date, Real, Whole, Json = sa.Text, sa.Date, sa.Double, sa.Integer, sa.JSON(none_as_null=True)

KINDS: dict[str, sa.Table] = {
    "silo": _present("silos", silo=Text, leader=Text, deputy=Text),
    "owner": _present("owners", indicator=Text, silo=Text, owner=Text, deputy=Text),
    "standard": _present(
        "standards", indicator=Text, target=Real, monthly=Json, promise=Text, review_date=Date, terms=Whole
    ),
    "agreement": _present("agreements", indicator=Text, silo=Text, agreed_by=Text, agreed_on=Date, terms=Whole),
    "commitment": _present(
        "commitments",
        title=Text,
        owner=Text,
        silo=Text,
        treats=Json,
        indicator=Text,
        start=Date,
        due=Date,
        expected=Real,
        cost=Real,
        currency=Text,
        state=Text,
        abandoned_from=Text,
        declared_on=Date,
        declared_due=Date,
        done_on=Date,
    ),
    "comment": _present("comments", commitment=Text, text=Text),
    "link": _present("links", commitment=Text, address=Text, title=Text),
    "review": _present(
        "reviews", since=Date, opened_on=Date, opened_by=Text, closed_on=Date, closed_by=Text, data_version=Text
    ),
    "decision": _present(
        "decisions", review=Text, exception=Text, sentence=Text, decision=Text, decided_on=Date, decided_by=Text
    ),
    "recovery": _present(
        "recoveries",
        acknowledged_by=Text,
        acknowledged_on=Date,
        assigned_to=Text,
        due=Date,
        outcome=Text,
        words=Text,
        resolved_by=Text,
        resolved_on=Date,
    ),
}


def fields(kind: str) -> tuple[str, ...]:
    """The fields that events of this kind may change."""
    return tuple(column.name for column in KINDS[kind].columns if column.name not in META)


def blank(kind: str) -> dict[str, Any]:
    """A thing before its first event."""
    return {**dict.fromkeys(fields(kind)), "withdrawn": False}


def encode(value: Any) -> Any:
    """A value as an event's JSON holds it."""
    return value.isoformat() if isinstance(value, date) else value


def decode(kind: str, field: str, value: Any) -> Any:
    """A value as the table of its kind holds it."""
    if isinstance(value, str) and isinstance(KINDS[kind].c[field].type, sa.Date):
        return date.fromisoformat(value)
    return value

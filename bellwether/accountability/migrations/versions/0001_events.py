"""Events that nobody can change, and what they say of silos, owners, standards and commitments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bellwether.accountability.refusals import StoreError

revision, down_revision = "0001", None

MOMENT = sa.DateTime(timezone=True)
TABLES = {
    "silos": {"silo": sa.Text, "leader": sa.Text, "deputy": sa.Text},
    "owners": {"indicator": sa.Text, "silo": sa.Text, "owner": sa.Text, "deputy": sa.Text},
    "standards": {
        **{"indicator": sa.Text, "target": sa.Double, "monthly": sa.JSON, "promise": sa.Text},
        **{"review_date": sa.Date, "terms": sa.Integer},
    },
    "agreements": {
        **{"indicator": sa.Text, "silo": sa.Text, "agreed_by": sa.Text, "agreed_on": sa.Date, "terms": sa.Integer},
    },
    "commitments": {
        **{"title": sa.Text, "owner": sa.Text, "silo": sa.Text, "treats": sa.JSON, "indicator": sa.Text},
        **{"start": sa.Date, "due": sa.Date, "expected": sa.Double, "cost": sa.Double, "currency": sa.Text},
        **{"state": sa.Text, "abandoned_from": sa.Text},
        **{"declared_on": sa.Date, "declared_due": sa.Date, "done_on": sa.Date},
    },
}
REFUSE = "Events are appended, never changed or removed."


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.UniqueConstraint("kind", "subject", "version", name="events_follow_each_other"),
    )
    for name, columns in TABLES.items():
        op.create_table(
            name,
            sa.Column("subject", sa.Text, primary_key=True),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("changed_at", MOMENT, nullable=False),
            sa.Column("changed_by", sa.Text, nullable=False),
            sa.Column("withdrawn", sa.Boolean, nullable=False),
            *(sa.Column(column, kind) for column, kind in columns.items()),
        )
    _guard(op.get_bind().dialect.name)


def _guard(dialect: str) -> None:
    if dialect == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"create trigger events_no_{act} before {act} on events begin select raise(abort, '{REFUSE}'); end"
            )
        return
    op.execute(
        f"create function events_stay() returns trigger language plpgsql as $$ begin raise exception '{REFUSE}'; end $$"
    )
    op.execute(
        "create trigger events_stay before update or delete or truncate on events "
        "for each statement execute function events_stay()"
    )


def downgrade() -> None:
    kept = op.get_bind().scalar(sa.text("select count(*) from events"))
    if kept:
        raise StoreError(f"{kept:,} events would be lost below schema 0001: keep them, or remove the store by hand.")
    for name in ("events", *TABLES):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function events_stay()")

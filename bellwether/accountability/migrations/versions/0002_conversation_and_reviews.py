"""Comments and links on commitments; reviews and the decisions made in them. Their events outlive a downgrade."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"

TABLES = {
    "comments": {"commitment": sa.Text, "text": sa.Text},
    "links": {"commitment": sa.Text, "address": sa.Text, "title": sa.Text},
    "reviews": {
        **{"since": sa.Date, "opened_on": sa.Date, "opened_by": sa.Text},
        **{"closed_on": sa.Date, "closed_by": sa.Text, "data_version": sa.Text},
    },
    "decisions": {
        **{"review": sa.Text, "exception": sa.Text, "sentence": sa.Text},
        **{"decision": sa.Text, "decided_on": sa.Date, "decided_by": sa.Text},
    },
}


def upgrade() -> None:
    for name, columns in TABLES.items():
        op.create_table(
            name,
            sa.Column("subject", sa.Text, primary_key=True),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("changed_by", sa.Text, nullable=False),
            sa.Column("withdrawn", sa.Boolean, nullable=False),
            *(sa.Column(column, kind) for column, kind in columns.items()),
        )


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)

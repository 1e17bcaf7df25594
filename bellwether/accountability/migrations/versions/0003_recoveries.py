"""Recoveries: who has seen a failure, who has it, and how it ended. Their events outlive a downgrade."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"

COLUMNS = {
    **{"acknowledged_by": sa.Text, "acknowledged_on": sa.Date, "assigned_to": sa.Text, "due": sa.Date},
    **{"outcome": sa.Text, "words": sa.Text, "resolved_by": sa.Text, "resolved_on": sa.Date},
}


def upgrade() -> None:
    op.create_table(
        "recoveries",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        *(sa.Column(column, kind) for column, kind in COLUMNS.items()),
    )


def downgrade() -> None:
    op.drop_table("recoveries")

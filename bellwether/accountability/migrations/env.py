"""Alembic's side of a migration: the connection, its transaction and its lock are migrate.py's."""

from __future__ import annotations

from alembic import context

from bellwether.accountability.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()

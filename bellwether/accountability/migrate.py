"""Bring the store's schema up (or down) with Alembic, with the data in it; all or nothing, one process at a time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bellwether.accountability import replay
from bellwether.accountability.refusals import StoreError

FOLDER = Path(__file__).parent / "migrations"
# In the order they follow each other. Alembic knows too, but takes a second to import, and opening a store must not.
REVISIONS = ("0001", "0002", "0003", "0004")
LOCK = 5_301_377  # any number, the same for all


def bring_up(engine: sa.Engine) -> None:
    """To this version's schema. Raises StoreError where the store is of a newer one."""
    if revision_of(engine) != REVISIONS[-1]:
        move(engine, REVISIONS[-1])


def revision_of(engine: sa.Engine) -> str | None:
    """The schema that the store has; None: none yet."""
    with engine.connect() as connection, connection.begin():
        return _revision(connection)


def move(engine: sa.Engine, to: str) -> None:
    """To the schema `to` of REVISIONS, up or down.

    What only a younger schema shows stays in the events, and comes back with it.
    """
    if to not in REVISIONS:
        raise StoreError(f'There is no schema "{to}": choose one of {", ".join(REVISIONS)}.')
    with engine.connect() as connection, connection.execution_options(writes=True).begin():
        lock(connection, 30)
        now = _revision(connection)  # another process may have been faster
        if now is not None and now not in REVISIONS:
            raise StoreError(
                f'The store has schema "{now}", and this version of Bellwether knows those up to {REVISIONS[-1]}: '
                "install the version that wrote it."
            )
        if now != to:
            _run(connection, now, to)


def lock(connection: sa.Connection, patience: int) -> None:
    """Wait for the other writers; on SQLite `begin immediate` has done so already."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"set local lock_timeout = '{int(patience)}s'"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.text("select version_num from alembic_version"))


def _run(connection: sa.Connection, now: str | None, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    step = command.upgrade if now is None or now < to else command.downgrade
    step(config, to)
    if to == REVISIONS[-1]:
        replay.rebuild_in(connection)

"""The store: where people's decisions are kept. One writer at a time, on SQLite and on PostgreSQL alike.

Decisions are rare and must not be lost, so every write takes the one lock (`begin immediate`; an advisory lock), reads
what it is about to change, appends its event and commits; readers are never kept waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bellwether.accountability import migrate, values
from bellwether.accountability.refusals import Refused, StoreError
from bellwether.accountability.tables import EVENTS
from bellwether.settings import settings

# Who stands in the events that come from data/governance; no person may write under this name.
FILES = "data/governance"
PATIENCE = 30  # seconds that a writer waits for the others


@dataclass(frozen=True)
class Store:
    """An open store; give it to the functions of this package and `close` it at the end.

    `where`: its address without the password; `zone`: where days are cut; `currency`: of costs that name none;
    `indicators`: the names that may be used, None for any; `clock`: what time it is, with a zone.
    """

    where: str
    zone: str
    currency: str
    indicators: frozenset[str] | None
    clock: Callable[[], datetime]
    _engine: sa.Engine = field(repr=False, compare=False)

    def today(self) -> date:
        return self.clock().astimezone(ZoneInfo(self.zone)).date()

    def revision(self) -> int:
        """The number of the last event: what has been read stays right until this changes."""
        with reading(self) as connection:
            return connection.scalar(sa.select(sa.func.coalesce(sa.func.max(EVENTS.c.id), 0)))

    def close(self) -> None:
        self._engine.dispose()


@dataclass(frozen=True)
class Writing:
    """One transaction that writes: whose, when (UTC), on which day of the company's."""

    connection: sa.Connection
    by: str
    at: datetime
    today: date


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_store(
    url: str | None = None,
    *,
    zone: str | None = None,
    currency: str | None = None,
    indicators: frozenset[str] | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Store:
    """The store at `url` (`sqlite:///file` or `postgresql://...`), made or brought up to this version's schema.

    Without arguments: `settings().store`, with the company's zone and currency and the indicators under queries/.
    Raises StoreError where it does not answer, is not writable, or is of a newer schema.
    """
    told = settings()
    address = _address(url or told.store)
    known = indicators if url else indicators or frozenset(one.stem for one in told.queries.glob("indicators/*.sql"))
    engine = _engine(address)
    where = address.render_as_string(hide_password=True)
    with _in_plain_words(where):
        migrate.bring_up(engine)
    return Store(where, zone or told.company.zone, currency or told.company.currency, known, clock, engine)


def move_schema(url: str, to: str) -> None:
    """Bring the store at `url` to a schema of `migrate.REVISIONS`, up or down, with its data. Raises StoreError."""
    address = _address(url)
    engine = _engine(address)
    try:
        with _in_plain_words(address.render_as_string(hide_password=True)):
            migrate.move(engine, to)
    finally:
        engine.dispose()


@contextmanager
def reading(store: Store) -> Iterator[sa.Connection]:
    """A connection on which all reads see the same moment."""
    with _in_plain_words(store.where), store._engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def writing(store: Store, by: str, *, from_files: bool = False) -> Iterator[Writing]:
    """A transaction that holds the lock; it is acknowledged when this block ends without an exception."""
    by = values.text("your name", by)
    if by == FILES and not from_files:
        raise Refused(f'"{FILES}" stands for the governance files: write under a person\'s name.')
    with (
        _in_plain_words(store.where),
        store._engine.connect() as connection,
        connection.execution_options(writes=True).begin(),
    ):
        migrate.lock(connection, PATIENCE)
        at = store.clock().astimezone(UTC)
        yield Writing(connection, by, at, at.astimezone(ZoneInfo(store.zone)).date())


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StoreError("BELLWETHER_STORE is no URL: write sqlite:///file or postgresql://user@host/name.") from None
    kind = address.drivername.split("+")[0]
    if kind in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and address.database and address.database != ":memory:":
        return address.set(drivername="sqlite+pysqlite")
    raise StoreError(f'The store can\'t be "{kind}" in memory or elsewhere: use sqlite:///file or postgresql://...')


def _engine(address: sa.URL) -> sa.Engine:
    if address.get_backend_name() == "postgresql":
        return sa.create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    folder = Path(address.database).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The store's folder {folder} can't be made ({error.strerror}): see who may write there."
        ) from error
    engine = sa.create_engine(address, pool_timeout=PATIENCE, connect_args={"timeout": PATIENCE})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection, _record) -> None:
    connection.isolation_level = None  # Python's driver begins late and without "immediate"; we begin ourselves
    for pragma in (f"busy_timeout = {PATIENCE * 1000}", "journal_mode = wal", "synchronous = full"):
        connection.execute(f"pragma {pragma}").close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("begin immediate" if writes else "begin")


@contextmanager
def _in_plain_words(where: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")
        raise StoreError(
            f"The store at {where} can't be used ({said}): nothing was written; see that it runs and can be written to,"
            " or set BELLWETHER_STORE to another."
        ) from error

"""What else remembers a person: the list of those to be forgotten again, the store, and files nobody can parse."""

from __future__ import annotations

import gzip
import json
import os
import re
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bellwether.access import pseudonyms
from bellwether.access.pseudonyms import Naming
from bellwether.accountability import replay, tables
from bellwether.accountability.store import open_store
from bellwether.forgetting.person import Person
from bellwether.settings import Settings

_CHUNK = 1 << 20
# An id of so few letters stands in any file by chance; there it is no sign of a person.
_TELLING = 5


def remember(settings: Settings, naming: Naming, person: Person) -> None:
    """Put the person on the list of those whom later exports may not bring back."""
    file = settings.private / pseudonyms.FORGOTTEN
    same = {customer for _, one, customer in naming.bridges if one in person.ids}
    marks = {pseudonyms.forgotten_mark(naming.key, one) for one in person.ids | same}
    there = set(json.loads(file.read_text())) if file.exists() else set()
    fresh = file.with_name(f".{file.name}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as new:
        json.dump(sorted(there | marks), new)
        new.flush()
        os.fsync(new.fileno())
    os.replace(fresh, file)


def store(settings: Settings, person: Person) -> None:
    """Take the person out of the store, and the free pages that held them.

    What people wrote about their failures goes. Where a commitment, its reason, a comment or a decision names them by
    an id, or by one of `person.words`, another word stands instead, in what is shown and in every event behind it.
    """
    ends = tuple(f"/{record}" for _, record in person.records)
    opened = open_store(settings.store)
    try:
        with opened._engine.execution_options(writes=True).begin() as con:
            recoveries, events = tables.KINDS["recovery"], tables.EVENTS
            subjects = [one for (one,) in con.execute(sa.select(recoveries.c.subject)) if one.endswith(ends)]
            about = sa.and_(events.c.kind == "recovery", events.c.subject.in_(subjects))
            named = _renamed(con, person)
            if subjects or named:
                with _events_may_go(con):
                    con.execute(sa.delete(events).where(about))
                    for number, told in named:
                        con.execute(sa.update(events).where(events.c.id == number).values(**told))
                replay.rebuild_in(con)
        if (subjects or named) and opened._engine.dialect.name == "sqlite":
            raw = opened._engine.raw_connection()
            raw.driver_connection.execute("pragma wal_checkpoint(truncate)")
            raw.driver_connection.execute("vacuum")
            raw.driver_connection.execute("pragma wal_checkpoint(truncate)")
            raw.close()
    finally:
        opened.close()


def _renamed(con: sa.Connection, person: Person) -> list[tuple[int, dict]]:
    """(number of an event, what has to stand in it instead) of each that names the person."""
    events = tables.EVENTS
    own = (events.c.subject, events.c.reason, events.c.changes)
    without = another_word(person)
    found = []
    for number, *told in con.execute(sa.select(events.c.id, *own)):
        new = [without(one) for one in told]
        if new != told:
            found.append((number, dict(zip(("subject", "reason", "changes"), new, strict=True))))
    return found


def another_word(person: Person) -> Callable[[Any], Any]:
    """Puts one word, the same for this call and unlike any other, wherever a value names the person.

    An id is also found with other signs between its letters and digits, as in the name that an address gives to a
    title. One of so few letters that it stands in any text by chance counts only where it is the whole value.
    """
    word = f"forgotten-{secrets.token_hex(3)}"
    names = {one for one in (*person.ids, person.pseudonym) if one}
    parts = [re.findall(r"[^\W_]+", one) for one in (*names, *person.words) if len(one) >= _TELLING]
    either = "|".join(r"[\W_]+".join(map(re.escape, some)) for some in sorted(parts, key=len, reverse=True) if some)
    met = re.compile(rf"(?<![^\W_])(?:{either})(?![^\W_])", re.IGNORECASE) if either else None

    def without(value: Any) -> Any:
        if isinstance(value, str):
            return word if value.strip() in names else met.sub(word, value) if met else value
        if isinstance(value, list):
            return [without(one) for one in value]
        return {key: without(one) for key, one in value.items()} if isinstance(value, dict) else value

    return without


@contextmanager
def _events_may_go(con: sa.Connection) -> Iterator[None]:
    """For a few statements of one transaction; else events are only ever appended, and the store insists on it."""
    if con.dialect.name != "sqlite":
        con.exec_driver_sql("alter table events disable trigger user")
        yield
        con.exec_driver_sql("alter table events enable trigger user")
        return
    found = "select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'events'"
    triggers = con.exec_driver_sql(found).fetchall()
    for name, _ in triggers:
        con.exec_driver_sql(f'drop trigger "{name}"')
    yield
    for _, text in triggers:
        con.exec_driver_sql(text)


def still_named(folder: Path, person: Person) -> list[str]:
    """Files below a folder in whose bytes an id of theirs still stands: what could not be parsed, so not rewritten."""
    wanted = [one.encode() for one in (*person.ids, *person.words) if len(one) >= _TELLING]
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith("."))
    return [str(file.relative_to(folder)) for file in files if wanted and _holds(_chunks(file), wanted)]


def _chunks(file: Path) -> Iterable[bytes]:
    try:
        with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as raw:
            while chunk := raw.read(_CHUNK):
                yield chunk
    except (OSError, EOFError, zlib.error):
        return


def _holds(chunks: Iterable[bytes], wanted: list[bytes]) -> bool:
    longest, before = max(map(len, wanted)), b""
    for chunk in chunks:
        if any(one in before + chunk for one in wanted):
            return True
        before = chunk[-longest:]
    return False

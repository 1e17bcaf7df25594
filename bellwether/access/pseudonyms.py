"""Customers are known by pseudonyms: HMAC-SHA256 of the tool's own id, under a key that lies outside the warehouse.

The same customer has the same pseudonym in every export and every refresh, so histories can be put together; without
the key nobody can try out ids to find whose pseudonym one is. The key is made at first use, readable by its owner alone
(`data/private/pseudonyms.key`), or given as `BELLWETHER_KEY`. Lost, it can't be made again: see `insist`.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bellwether.cells import literal
from bellwether.readers import Refused
from bellwether.settings import Settings

FILE = "pseudonyms.key"
FORGOTTEN = "forgotten.json"
BRIDGE = "identities.csv"
BRIDGE_COLUMNS = ("source", "source_id", "customer")
# Hexadecimal digits of a pseudonym, 80 bits: a collision among 100 million customers has odds of 1 in 240 million.
DIGITS = 20
_BLOCK = 64  # bytes that SHA-256 takes in at a time
_SHORTEST = 16


def key(settings: Settings) -> bytes:
    """The key, made and kept at first use. Raises Refused for one that is too short to be one."""
    given = os.environ.get("BELLWETHER_KEY", "")
    if not given:
        given = _kept(settings.private / FILE)
    if len(given) < _SHORTEST:
        raise Refused(f"The key of the pseudonyms has {len(given)} characters; it needs {_SHORTEST} at least.")
    return given.encode()


def _kept(file: Path) -> str:
    """What the file holds; of two processes that make it at once, one is heard by both."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        fresh = file.with_name(f".{file.name}-{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as new:
            new.write(secrets.token_hex(32) + "\n")
            new.flush()
            os.fsync(new.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
    return file.read_text().strip()


def pseudonym(key: bytes, customer: str) -> str:
    """What a customer is called everywhere behind the import."""
    return hmac.new(key, customer.encode(), hashlib.sha256).hexdigest()[:DIGITS]


def forgotten_mark(key: bytes, customer: str) -> str:
    """What stands on the list for somebody who was forgotten: not the pseudonym, which stands nowhere any more."""
    return pseudonym(key, f"forgotten {customer}")


def of(settings: Settings, typed: str) -> str:
    """The pseudonym of a customer whom somebody names by the tool's own id, or by the pseudonym itself."""
    typed = typed.strip()
    if re.fullmatch(f"[0-9a-f]{{{DIGITS}}}", typed):
        return typed
    same = {source_id: customer for _, source_id, customer in bridged(settings.governance)}
    return pseudonym(key(settings), same.get(typed, typed))


def in_sql(key: bytes, text: str) -> str:
    """The same as an expression of SQL over an expression `text`: HMAC as two rounds of SHA-256 (RFC 2104)."""
    padded = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded).hex() for pad in (0x36, 0x5C))
    once = f"unhex(sha256(unhex('{inner}') || encode({text})))"
    return f"left(sha256(unhex('{outer}') || {once}), {DIGITS})"


def mark_of(key: bytes) -> str:
    """What tells one key from another, and nothing about it."""
    return hmac.new(key, b"which key this is", hashlib.sha256).hexdigest()[:12]


def insist(settings: Settings, known: str) -> None:
    """Raises Refused where the warehouse was made with another key than the one at hand.

    known: the mark of the key that the newest version was made with, "" where there is none.
    """
    if known and known != mark_of(key(settings)):
        raise Refused(
            f"The key of the pseudonyms is not the one that this warehouse was made with: every customer would get a "
            f"second name. Put back {settings.private / FILE} (or BELLWETHER_KEY). If it is lost, nobody can get it "
            f"again: keep the exports, remove {settings.warehouse}, and refresh; all customers then get new names."
        )


def bridged(folder: Path) -> list[tuple[str, str, str]]:
    """Which ids of which sources are which customer, from the governance file `identities.csv`. Raises Refused."""
    file = folder / BRIDGE
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    for place, row in enumerate(rows, start=2):
        if any(not (row.get(name) or "").strip() for name in BRIDGE_COLUMNS):
            raise Refused(
                f"{BRIDGE}, line {place}: lacks one of {', '.join(BRIDGE_COLUMNS)}. Fill it, or remove the line."
            )
    return [tuple(row[name].strip() for name in BRIDGE_COLUMNS) for row in rows]


def prepare(con: duckdb.DuckDBPyConnection, naming: Naming) -> None:
    """What an import finds on its connection: the macro `pseudonym_of`, the bridge, and nobody met yet.

    `known_ids`: id, customer (after the bridge), pseudonym of everybody whom this import meets.
    """
    con.execute(f"create or replace temp macro pseudonym_of(customer) as {in_sql(naming.key, 'customer')}")
    con.execute("create or replace temp table identities (source varchar, source_id varchar, customer varchar)")
    for row in naming.bridges:
        con.execute("insert into identities values (?, ?, ?)", list(row))
    con.execute("create or replace temp table known_ids (id varchar, customer varchar, pseudonym varchar)")


def meet(con: duckdb.DuckDBPyConnection, source: str, ids: str) -> None:
    """Name everybody whom a SELECT of one column `id` finds; each id is hashed once, however often it stands there."""
    con.execute(
        "insert into known_ids select id, coalesce(identities.customer, id) as customer, "
        "pseudonym_of(coalesce(identities.customer, id)) "
        f"from (select distinct id from ({ids}) where id is not null) as met "
        f"left join identities on identities.source = {literal(source)} and identities.source_id = met.id "
        "where id not in (select id from known_ids)"
    )


@dataclass(frozen=True)
class Naming:
    """How customers are named at an import: by which key, and who is who in which tool."""

    key: bytes
    bridges: tuple[tuple[str, str, str], ...] = ()
    # Marks of those who are not to come back.
    forgotten: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        return mark_of(self.key)

    def print_of(self, source: str) -> str:
        """Changes when the customers of a source would be named otherwise."""
        return repr((self.mark, [row for row in self.bridges if row[0] == source]))


def naming(settings: Settings) -> Naming:
    """What the settings say of it. Raises Refused."""
    file = settings.private / FORGOTTEN
    forgotten = frozenset(json.loads(file.read_text())) if file.exists() else frozenset()
    return Naming(key(settings), tuple(bridged(settings.governance)), forgotten)


def met_again(con: duckdb.DuckDBPyConnection, naming: Naming) -> list[tuple[str, str]]:
    """(id, pseudonym) of everybody in `known_ids` who was forgotten before."""
    if not naming.forgotten:
        return []
    by_customer, by_id = (in_sql(naming.key, f"'forgotten ' || {column}") for column in ("customer", "id"))
    return con.execute(
        f"select id, pseudonym from known_ids where list_contains(?, {by_customer}) or list_contains(?, {by_id})",
        [sorted(naming.forgotten)] * 2,
    ).fetchall()

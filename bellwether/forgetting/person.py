"""Who is to be forgotten: every id of theirs, and the records of theirs in each import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from bellwether.access import pseudonyms
from bellwether.mapping import CUSTOMER
from bellwether.settings import Settings
from bellwether.shelves import read
from bellwether.sources import PRIVATE, Import

# What a row of a feed is called; with these a person's record can be found again, so they are traces as well.
RECORDS = {"interactions": "interaction_id", "surveys": "response_id", "loyalty": "event_id"}


@dataclass(frozen=True)
class Person:
    """A customer by all names: `ids` as tools write them, `pseudonym`, and the marks of what is theirs.

    comments: ids of what they wrote. records: (feed, id) of their rows, as far as imports hold any. words: what else
    people may have called them in what they wrote, a name or an e-mail address.
    """

    pseudonym: str
    ids: frozenset[str]
    comments: frozenset[str] = frozenset()
    records: frozenset[tuple[str, str]] = frozenset()
    words: frozenset[str] = frozenset()

    def joined(self, other: Person) -> Person:
        """With what was known of them before their exports were rewritten."""
        comments, records = self.comments | other.comments, self.records | other.records
        return Person(self.pseudonym, self.ids | other.ids, comments, records, self.words | other.words)


def find(con: duckdb.DuckDBPyConnection, settings: Settings, typed: str, homes: list[Path]) -> Person:
    """The person whom somebody names by an id of a tool or by the pseudonym; `homes`: folders of imports."""
    naming = pseudonyms.naming(settings)
    pseudonym = pseudonyms.of(settings, typed)
    ids = set() if typed.strip() == pseudonym else {typed.strip()}
    ids |= {one for _, one, customer in naming.bridges if pseudonyms.pseudonym(naming.key, customer) == pseudonym}
    known = [
        home / PRIVATE / "identities.parquet" for home in homes if (home / PRIVATE / "identities.parquet").exists()
    ]
    if known:
        told = con.execute(f"select id, customer from {read(known)} where pseudonym = ?", [pseudonym]).fetchall()
        ids |= {name for row in told for name in row}
    comments, records = set(), set()
    for home in homes:
        for feed, column in RECORDS.items():
            if files := rows_of(home, feed):
                has_comment = "comment_id" if feed != "loyalty" else "null"
                for record, comment in con.execute(
                    f"select distinct {column}, {has_comment} from {read(files)} where {CUSTOMER} = ?", [pseudonym]
                ).fetchall():
                    records.add((feed, record))
                    comments.update({comment} - {None})
    return Person(pseudonym, frozenset(ids), frozenset(comments), frozenset(records))


def rows_of(home: Path, feed: str) -> list[Path]:
    """The files of one feed in the folder of an import."""
    return sorted((home / feed).glob("month=*/*.parquet"))


def condition(feed: str, person: Person) -> tuple[str, list]:
    """SQL that is true of the person's rows in a feed, and its parameters; "false" where a feed names nobody."""
    if feed == "comments":
        return "list_contains(?, comment_id)", [sorted(person.comments)]
    if feed == "investments":
        return "false", []
    return f"coalesce({CUSTOMER} = ?, false)", [person.pseudonym]


def lines(con: duckdb.DuckDBPyConnection, home: Path, one: Import, person: Person) -> set[int]:
    """The first lines of the person's records in the export that an import was made of."""
    found: set[int] = set()
    for feed in one.rows:
        if files := rows_of(home, feed):
            where, given = condition(feed, person)
            rows = con.execute(f"select distinct source_line from {read(files)} where {where}", given).fetchall()
            found |= {line for (line,) in rows}
    return found | quarantined(con, home, person)


def quarantined(con: duckdb.DuckDBPyConnection, home: Path, person: Person) -> set[int]:
    """Lines of quarantined records that hold an id of theirs, as a cell or in what could not be parsed."""
    file = home / PRIVATE / "quarantine.parquet"
    if not file.exists() or not person.ids:
        return set()
    cells = [f'"{one}"' for one in sorted(person.ids)]
    rows = con.execute(
        f"select distinct source_line from {read([file])}, (select unnest(?) as cell, unnest(?) as bare) as ids "
        "where contains(record, cell) or (not starts_with(record, '{') and contains(record, bare))",
        [cells, sorted(person.ids)],
    ).fetchall()
    return {line for (line,) in rows}

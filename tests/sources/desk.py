"""One export on the desk: a source written for the test, the file imported, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from bellwether import sources, sql
from bellwether.access import pseudonyms
from bellwether.cells import listed
from bellwether.exports import Export, content_of, recognise
from bellwether.rules import rules_of
from bellwether.settings import ROOT, settings

QUERIES = ROOT / "queries"
HEAD = "-- title: A test\n-- tool: a test\n"
# Every cell as it was read, as the text of a comment.
ALL = """
-- feed: comments
select source_line::varchar as comment_id, to_json(export)::varchar as text, source_line from export
"""


@dataclass(frozen=True)
class Brought:
    """An import and the folder that it was written to."""

    done: sources.Import
    home: Path

    def rows(self, feed: str = "comments") -> list[dict]:
        return [row for file in self.files(feed) for row in _read(file)]

    def files(self, feed: str) -> list[Path]:
        return sorted((self.home / feed).glob("*/*.parquet"))

    def cells(self) -> dict[int, dict]:
        """Line -> the typed cells of the row, where the source is `ALL`."""
        return {row["source_line"]: json.loads(row["text"]) for row in self.rows()}

    def quarantine(self) -> list[dict]:
        return _read(self.home / "private" / "quarantine.parquet")

    def reasons(self) -> dict[int, str]:
        """Line -> field and reason."""
        return {row["source_line"]: f"{row['field'] or ''} {row['reason']}".strip() for row in self.quarantine()}


def named(customer: str) -> str:
    """What a customer is called behind the import."""
    return pseudonyms.of(settings(), customer)


def _read(file: Path) -> list[dict]:
    found = duckdb.execute("select * from read_parquet(?) order by source_line", [str(file)])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def plain(folder: Path, header: str, body: str = ALL, format: str = "csv", name: str = "plain") -> sql.Query:
    """A source with these header lines and this body."""
    file = folder / "queries" / "sources" / f"{name}.sql"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"-- {line.strip()}\n" for line in [f"format: {format}", *header.strip().splitlines()])
    file.write_text(HEAD + lines + body, encoding="utf-8")
    return sql.parse(file, folder / "queries")


def real(name: str) -> sql.Query:
    """One of the product's own sources."""
    return sql.parse(QUERIES / "sources" / f"{name}.sql", QUERIES)


def bring(folder: Path, file: Path, source: sql.Query | None = None, others: Iterable[Path] = ()) -> Brought:
    """Import one file; `others` lie beside it. Without a source the product's own are asked. Raises Refused."""
    known = sql.load(QUERIES, "source")
    feeds = {feed.id: feed for feed in sql.load(QUERIES, "feed")}
    beside: dict[str, list[Export]] = {}
    for other in others:
        found = _export(other, recognise(other, known))
        beside.setdefault(found.source.id, []).append(found)
    export = _export(file, source or recognise(file, known))
    beside = {name: beside.get(name, []) for name in listed(export.source, "beside")}
    rules = {name: rules_of(feed) for name, feed in feeds.items()}
    done = sources.bring_in(_connection(), export, beside, feeds, rules, folder / "imports")
    assert done.read == done.accepted + done.quarantined
    return Brought(done, folder / "imports" / done.key)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One for all imports of a test run, as a refresh has one: nothing of a file may stay for the next."""
    con = duckdb.connect(config={"threads": 2})
    con.execute("set TimeZone = 'UTC'")
    return con


def _export(file: Path, source: sql.Query) -> Export:
    return Export(file, file.name, content_of(file), source)

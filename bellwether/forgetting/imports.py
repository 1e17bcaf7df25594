"""An import whose export is no longer there, again without one person's rows."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import duckdb

from bellwether import shelves
from bellwether.cells import literal
from bellwether.forgetting import person as people
from bellwether.forgetting.person import Person
from bellwether.sources import PRIVATE, Import, read_import


def rewrite(con: duckdb.DuckDBPyConnection, folder: Path, one: Import, person: Person) -> Import:
    """The import without the person's rows, in a folder of its own; the same one where it holds none of theirs."""
    home = folder / one.key
    lines = people.lines(con, home, one, person)
    if not lines and not _known(con, home, person):
        return one
    key = hashlib.sha256(f"{one.key} without {person.pseudonym}".encode()).hexdigest()[:24]
    there, work = folder / key, folder / f".{key}-building"
    if there.exists():
        return read_import(there)
    shutil.rmtree(work, ignore_errors=True)
    told = {feed: _feed(con, home, work, feed, months, person) for feed, months in one.rows.items()}
    quarantined = _apart(con, home, work, lines, person)
    done = replace(
        one,
        key=key,
        read=one.read - len(lines),
        accepted=one.accepted - (len(lines) - quarantined),
        quarantined=one.quarantined - quarantined,
        rows={feed: {month: what["rows"] for month, what in months.items()} for feed, months in told.items()},
        sums={feed: {month: what["sum"] for month, what in months.items()} for feed, months in told.items()},
    )
    (work / "import.json").write_text(json.dumps(asdict(done), indent=1), encoding="utf-8")
    work.rename(there)
    return done


def _known(con, home: Path, person: Person) -> bool:
    file = home / PRIVATE / "identities.parquet"
    found = f"select 1 from {shelves.read([file])} where pseudonym = ?"
    return file.exists() and con.execute(found, [person.pseudonym]).fetchone() is not None


def _feed(con, home: Path, work: Path, feed: str, months: dict[str, int], person: Person) -> dict[str, dict]:
    """Write one feed month by month, and tell each month's rows and sum; a month without rows is gone."""
    where, given = people.condition(feed, person)
    told: dict[str, dict] = {}
    for month in months:
        rows = shelves.read(sorted((home / feed / f"month={month}").iterdir()))
        con.execute(f"create or replace temp table kept as select * from {rows} where not ({where})", given)
        found = shelves.sums(con, f"select *, {literal(month)} as month from kept")
        if month in found:
            (work / feed / f"month={month}").mkdir(parents=True)
            con.execute(
                f"copy kept to {literal(str(work / feed / f'month={month}' / 'rows.parquet'))} (format parquet)"
            )
            told[month] = found[month]
    return told


def _apart(con, home: Path, work: Path, lines: set[int], person: Person) -> int:
    """Quarantine and ids without the person. Returns how many quarantined records went."""
    (work / PRIVATE).mkdir(parents=True, mode=0o700)
    count = 0
    for name in ("quarantine.parquet", f"{PRIVATE}/quarantine.parquet"):
        rows, gone = shelves.read([home / name]), sorted(lines)
        count = con.execute(f"select count(*) from {rows} where list_contains(?, source_line)", [gone]).fetchone()[0]
        con.execute(
            f"copy (select * from {rows} where not list_contains({gone or [0]}::bigint[], source_line)) "
            f"to {literal(str(work / name))}"
        )
    ids = shelves.read([home / PRIVATE / "identities.parquet"])
    file = literal(str(work / PRIVATE / "identities.parquet"))
    con.execute(f"copy (select * from {ids} where pseudonym != {literal(person.pseudonym)}) to {file}")
    os.chmod(work / PRIVATE, 0o700)
    return count

"""How long rows are kept: `retention.csv` in the governance folder, one line a feed, in whole months.

    feed,months
    interactions,36
    comments,12
    quarantine,6
    access_log,24

A month that is older is left out of imports and feeds at the next refresh, and with it whatever marts and charts were
made of it; older versions that still hold it go. The exports themselves are yours: nothing is taken out of them.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from bellwether import shelves, warehouse
from bellwether.cells import literal
from bellwether.readers import Refused
from bellwether.sources import PRIVATE, Import, part, read_import

FILE = "retention.csv"
# Feeds whose rows have a month, and what else grows old. Customers stay as long as a tool's export names them.
DATED = ("interactions", "surveys", "loyalty", "investments")
APART = ("comments", "quarantine", "access_log")
# Feeds whose rows may have a comment: it goes with them.
COMMENTED = ("interactions", "surveys")


def months(folder: Path) -> dict[str, int]:
    """Feed -> how many months it is kept; one that is not named is kept for ever. Raises Refused."""
    file = folder / FILE
    if not file.exists():
        return {}
    told: dict[str, int] = {}
    with file.open(encoding="utf-8-sig", newline="") as text:
        for line, row in enumerate(csv.DictReader(text), start=2):
            feed, kept = (row.get("feed") or "").strip(), (row.get("months") or "").strip()
            if feed not in DATED + APART:
                known = ", ".join(DATED + APART)
                raise Refused(f'{FILE}, line {line}: "{feed}" is not kept by months. Known: {known}.')
            if not kept.isdigit() or not int(kept):
                raise Refused(f'{FILE}, line {line}: months is "{kept}". Write a whole number from 1, as 36.')
            told[feed] = int(kept)
    return told


@dataclass(frozen=True)
class Limits:
    """Feed -> the first month that is kept, as 2023-04."""

    first: Mapping[str, str]

    @classmethod
    def of(cls, kept: Mapping[str, int], today: date) -> Limits:
        """Counted back from the month of `today`, which is one of those that are kept."""
        place = today.year * 12 + today.month - 1
        back = {feed: divmod(place - count + 1, 12) for feed, count in kept.items()}
        return cls({feed: f"{year:04}-{month + 1:02}" for feed, (year, month) in back.items()})

    def old(self, feed: str, found: str) -> bool:
        """Whether a month of a feed is to go; rows without a moment, and what has none, stay."""
        return found[:1].isdigit() and found < self.first.get(feed, "")

    def reached(self, one: Import) -> bool:
        """Whether an import holds anything that is to go."""
        dated = any(self.old(feed, month) for feed, found in one.rows.items() for month in found)
        written = bool(one.rows.get("comments")) and self._past("comments", one)
        refused = bool(one.quarantined) and not one.emptied and self._past("quarantine", one)
        return dated or written or refused

    def _past(self, feed: str, one: Import) -> bool:
        return bool(one.exported_at) and self.old(feed, one.exported_at[:7])

    def holds(self, manifest: Mapping) -> bool:
        """Whether a published version, or an import that it keeps alive, holds what is to go."""
        feeds = manifest.get("feeds", {})
        dated = any(self.old(feed, month) for feed in DATED for month in feeds.get(feed, {}))
        return dated or any(self.reached(Import(**one)) for one in manifest.get("imports", {}).values())


def keep(con: duckdb.DuckDBPyConnection, folder: Path, one: Import, limits: Limits) -> Import:
    """The import without what is too old, in a folder of its own; the same one where nothing is."""
    if not limits.reached(one):
        return one
    gone = {feed: sorted(month for month in found if limits.old(feed, month)) for feed, found in one.rows.items()}
    emptied = one.emptied or limits._past("quarantine", one)
    key = hashlib.sha256(f"{one.key} {gone} {emptied} {limits.first.get('comments')}".encode()).hexdigest()[:24]
    there, work = folder / key, folder / f".{key}-building"
    if there.exists():
        return read_import(there)
    shutil.rmtree(work, ignore_errors=True)
    (work / PRIVATE).mkdir(parents=True, mode=0o700)
    home = folder / one.key
    rows = {feed: {m: n for m, n in found.items() if m not in gone[feed]} for feed, found in one.rows.items()}
    sums = {feed: {m: n for m, n in found.items() if m not in gone[feed]} for feed, found in one.sums.items()}
    for feed in rows:
        for month in rows[feed] if feed != "comments" else ():
            warehouse.link(home / feed / f"month={month}", work / feed / f"month={month}")
    if "comments" in rows:
        rows["comments"], sums["comments"] = _comments(con, home, work, gone, limits._past("comments", one))
    _apart(con, home, work, emptied)
    done = replace(one, key=key, rows=rows, sums=sums, origin=one.origin or one.key, emptied=emptied)
    (work / "import.json").write_text(json.dumps(asdict(done), indent=1), encoding="utf-8")
    work.rename(there)
    return done


def _comments(con, home: Path, work: Path, gone: Mapping[str, list[str]], all_of_them: bool) -> tuple[dict, dict]:
    """What people wrote, without what belongs to rows that are gone. Returns month -> rows, month -> sum."""
    files = [file for feed in COMMENTED for month in gone.get(feed, ()) for file in part(home, feed, month)]
    old = f"select comment_id from {shelves.read(files)} where comment_id is not null" if files else "select null"
    there = sorted((home / "comments").glob("month=*/*.parquet"))
    if all_of_them or not there:
        return {}, {}
    con.execute(
        f"create or replace temp table kept as select * from {shelves.read(there)} "
        f"where comment_id not in (select comment_id from ({old}) as old(comment_id) where comment_id is not null)"
    )
    found = shelves.sums(con, "select *, 'all' as month from kept")
    if found:
        (work / "comments" / "month=all").mkdir(parents=True)
        con.execute(f"copy kept to {literal(str(work / 'comments' / 'month=all' / 'rows.parquet'))} (format parquet)")
    return {month: one["rows"] for month, one in found.items()}, {month: one["sum"] for month, one in found.items()}


def _apart(con, home: Path, work: Path, emptied: bool) -> None:
    """Quarantine, empty where it is too old, and the ids behind the pseudonyms."""
    for name in ("quarantine.parquet", f"{PRIVATE}/quarantine.parquet", f"{PRIVATE}/identities.parquet"):
        none = " where false" if emptied and "quarantine" in name else ""
        con.execute(f"copy (select * from {shelves.read([home / name])}{none}) to {literal(str(work / name))}")


def is_old(told: Mapping[str, str], limits: Limits) -> bool:
    """Whether a line of the access log is to go."""
    return limits.old("access_log", datetime.fromisoformat(told["at"]).strftime("%Y-%m"))

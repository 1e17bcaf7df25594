"""The written exports read back with nothing but the standard library: slow, obvious, and none of the writer's code."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEK = timedelta(weeks=1)


def records(file: Path) -> Iterator[list[str]]:
    """The rows of a CSV under its one header row, torn ones as they are."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        yield from rows


def whole(file: Path, header_rows: int = 1) -> Iterator[dict[str, str]]:
    """The rows of a CSV that have as many cells as its header, as dicts."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        header = next(rows)
        for _ in range(header_rows - 1):
            next(rows)
        for row in rows:
            if len(row) == len(header):
                yield dict(zip(header, row, strict=True))


def calls(file: Path) -> Iterator[dict | None]:
    """One record a line; None where the line breaks off."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                yield None


def moment(text: str | None, zone=UTC) -> datetime | None:
    """A moment in UTC, or None for an empty or unreadable cell."""
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(text or "", form).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    return None


def interactions(folder: Path) -> list[dict]:
    """All readable interactions of the three tools, each once, the later export first to speak; sorted by time."""
    found: dict[str, dict] = {}
    for file in sorted(folder.glob("zendesk_tickets_*.csv"), key=lambda file: "later" not in file.name):
        for row in whole(file):
            found.setdefault(row["Id"], ticket(row))
    for file in folder.glob("amazon_connect_*.jsonl"):
        for record in calls(file):
            if record:
                found.setdefault(record["ContactId"], call(record))
    for file in folder.glob("bellwether_interactions_*.csv"):
        for row in whole(file):
            found.setdefault(row["interaction_id"], session(row))
    readable = [row for row in found.values() if row["id"] and row["at"]]
    return sorted(readable, key=lambda row: (row["at"], row["id"]))


def ticket(row: dict[str, str]) -> dict:
    return {
        "id": row["Id"],
        "customer": row["Requester external id"],
        "silo": row["Silo [list]"],
        "channel": row["Channel [list]"],
        "mode": "human",
        "by": row["Initiated by [list]"],
        "reason": row["Ticket Category [list]"],
        "at": moment(row["Created at"], AMSTERDAM),
        "promised": moment(row["Promised at [txt]"], AMSTERDAM),
        "resolved": moment(row["Solved at"], AMSTERDAM),
        "wait": 60 * float(row["First reply time in minutes"]) if row["First reply time in minutes"] else None,
        "switching": row["Switching signal [list]"] != "",
        "failed": False,
        "extra": int(row["Group stations"]) - 1 + int(row["Reopens"]),
    }


def call(record: dict) -> dict:
    told = record["Attributes"]
    outbound = record["InitiationMethod"] == "OUTBOUND"
    return {
        "id": record["ContactId"],
        "customer": told["customerId"] or "",
        "silo": record["Queue"]["Name"].split(" - ")[0],
        "channel": "phone",
        "mode": "human",
        "by": "company" if outbound else "customer",
        "reason": told["reason"],
        "at": moment(record["InitiationTimestamp"]),
        "promised": moment(told["promisedAt"]),
        "resolved": moment(told["resolvedAt"] if told["promisedAt"] else record["DisconnectTimestamp"]),
        "wait": None if outbound else record["Queue"]["Duration"],
        "switching": told["switching"] is not None,
        "failed": False,
        "extra": int(told["transfers"]),
    }


def session(row: dict[str, str]) -> dict:
    return {
        "id": row["interaction_id"],
        "customer": row["customer_id"],
        "silo": row["silo"],
        "channel": row["channel"],
        "mode": "digital",
        "by": row["initiated_by"],
        "reason": row["reason"],
        "at": moment(row["started_at"]),
        "promised": None,
        "resolved": moment(row["resolved_at"]),
        "wait": None,
        "switching": row["switching"] == "true",
        "failed": row["failed"] == "true",
        "extra": 0,
    }


def lapses(folder: Path) -> dict[str, list[datetime]]:
    found = defaultdict(list)
    for row in whole(folder / "billing_events.csv"):
        if row["Event (metadata)"] == "lapse" and (at := moment(row["Created (UTC)"])):
            found[row["Customer ID"]].append(at)
    return found


def episodes(met: list[dict]) -> list[list[dict]]:
    """Contacts of one customer for one reason, none more than 14 days after the one before."""
    threads = defaultdict(list)
    for row in met:
        if row["customer"]:
            threads[row["customer"], row["reason"]].append(row)
    found = []
    for thread in threads.values():
        for before, row in zip([None, *thread], thread, strict=False):
            if before is None or row["at"] - before["at"] > timedelta(days=14):
                found.append([])
            found[-1].append(row)
    return found


def lapse_share(readings: list[tuple[str, datetime]], lapsed: dict, first: int, last: int, end: datetime) -> float:
    """Of the readings whose window of weeks closed before the end: the share whose customer lapses inside it."""
    known = [(customer, at) for customer, at in readings if at + last * WEEK <= end]
    here = [(customer, at) for customer, at in known if not lapsed_between(lapsed, customer, at, at + first * WEEK)]
    gone = [1 for customer, at in here if lapsed_between(lapsed, customer, at + first * WEEK, at + last * WEEK)]
    return len(gone) / len(here)


def lapsed_between(lapsed: dict, customer: str, since: datetime, until: datetime) -> bool:
    return any(since <= at < until for at in lapsed.get(customer, ()))

"""Stores for tests: a clock to turn, a commitment to begin with, and the rows as the databases' drivers see them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import make_url

from bellwether.accountability import Store, commitments, moves, open_store

INDICATORS = frozenset({"promise_kept", "effort", "first_time_right"})
READY = {
    "title": "Answer in a day",
    "silo": "Billing",
    "owner": "Yara",
    "treats": {"silo": ["Billing"]},
    "indicator": "promise_kept",
    "due": "2026-06-30",
    "expected": 0.1,
}
TABLES = {
    **{"silo": "silos", "owner": "owners", "standard": "standards", "agreement": "agreements"},
    **{"commitment": "commitments", "comment": "comments", "link": "links", "review": "reviews"},
    **{"decision": "decisions", "recovery": "recoveries"},
}


class Clock:
    """What time it is in a test: noon in UTC, until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


def opened(url: str, clock: Clock | None = None) -> Store:
    return open_store(url, zone="Europe/Amsterdam", currency="EUR", indicators=INDICATORS, clock=clock or Clock())


def idea(store: Store, **other: Any) -> commitments.Commitment:
    return moves.propose(store, by="Ann", **{**READY, **other})


def started(store: Store, **other: Any) -> commitments.Commitment:
    one = idea(store, **other)
    one = moves.agree(store, one.id, seen=one.version, by="Ann")
    return moves.start(store, one.id, seen=one.version, by="Ann")


def raw(url: str, table: str) -> list[dict[str, Any]]:
    """Every row, read without the package under test."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database)) as con:
            con.row_factory = sqlite3.Row
            return [dict(row) for row in con.execute(f"select * from {table}")]
    with psycopg.connect(url, row_factory=dict_row) as con:
        return con.execute(f"select * from {table}").fetchall()


def disagreements(url: str) -> list[str]:
    """The referee: fold the raw events by hand and compare with the raw tables of the present."""
    things: dict[tuple[str, str], dict[str, Any]] = {}
    for event in sorted(raw(url, "events"), key=lambda row: (row["kind"], row["subject"], row["version"])):
        thing = things.setdefault((event["kind"], event["subject"]), {"version": 0, "withdrawn": False})
        assert event["version"] == thing["version"] + 1, "an event is missing"
        for field, (before, after) in _parsed(event["changes"]).items():
            assert thing.get(field) == before, f"{field}: the event says {before} was there before"
            thing[field] = after
        thing["version"] = event["version"]
    found = []
    for kind, table in TABLES.items():
        held = {row["subject"]: row for row in raw(url, table)}
        told = {subject: thing for (one, subject), thing in things.items() if one == kind}
        found += [f"{kind} {subject}: in one only" for subject in held.keys() ^ told]
        for subject in held.keys() & told:
            for field, value in held[subject].items():
                if field not in ("subject", "changed_at", "changed_by") and _plain(field, value) != told[subject].get(
                    field
                ):
                    found.append(f"{kind} {subject}, {field}: {value} is not {told[subject].get(field)}")
    return found


def _parsed(given: Any) -> Any:
    return json.loads(given) if isinstance(given, str) else given


def _plain(field: str, value: Any) -> Any:
    if field in ("treats", "monthly"):
        return _parsed(value)
    if field == "withdrawn":
        return bool(value)
    return value.isoformat() if isinstance(value, date) else value

"""Small exports in our own plain layout, and a warehouse of one's own to refresh them into."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

from bellwether import asking
from bellwether.access import pseudonyms
from bellwether.refresh import Outcome, refresh
from bellwether.settings import Settings, settings

CONTACT = {
    "interaction_id": "i1",
    "customer_id": "c1",
    "silo": "Support",
    "touchpoint": "help desk",
    "channel": "phone",
    "mode": "human",
    "initiated_by": "customer",
    "reason": "bill",
    "started_at": "2026-01-05 10:00:00",
    "promised_at": "2026-01-08 10:00:00",
    "resolved_at": "2026-01-07 10:00:00",
    "transfers": "0",
}


def named(customer: str) -> str:
    """What a customer is called behind the import."""
    return pseudonyms.of(settings(), customer)


def contacts(*changes: dict[str, str]) -> list[dict[str, str]]:
    """Rows of interactions: the one above with each of `changes`."""
    return [{**CONTACT, **change} for change in changes]


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    """One export as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def at(folder: Path) -> Settings:
    """Settings with exports and warehouse below `folder`."""
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    return dataclasses.replace(settings(), exports=folder / "exports", warehouse=folder / "warehouse")


def refreshed(folder: Path, **told) -> Outcome:
    return refresh(at(folder), **told)


def rows(folder: Path, sql: str) -> list[tuple]:
    """What the newest version answers."""
    engine = asking.open_current(at(folder))
    try:
        return engine.ask(sql).rows()
    finally:
        engine.close()

"""Marts that are made of rows: carried over from the last version, built again where rows changed, or built anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bellwether import increments, marts, roll_ups, shelves, sql
from bellwether.increments import Change
from bellwether.sql import Query

Months = Mapping[str, Mapping[str, dict]]


@dataclass(frozen=True)
class Site:
    """A version that is being built, beside the one before (None for the first) and its manifest.

    `lasting`: what all marts depend on beside their inputs: macros, governance, the company's zone.
    """

    con: duckdb.DuckDBPyConnection
    building: Path
    before: Path | None
    manifest: Mapping[str, Any]
    lasting: str

    def change(self, name: str, kind: str, now: Mapping[str, dict]) -> Change:
        """A feed or a kept mart as it was and as it is."""
        known = self.manifest.get({"feeds": "feeds", "marts": "shelved_marts"}[kind], {}).get(name, {})
        place = f"{kind}/{name}"
        return Change(
            name, shelves.Shelf(place, self.before, None, known), shelves.Shelf(place, self.building, None, now)
        )

    def same(self, query: Query, prints: dict[str, str], *others: str) -> bool:
        """Note what a query is defined by; whether the last version had it defined alike."""
        prints[query.id] = marts.fingerprint(query, self.lasting, *others)
        return self.before is not None and self.manifest.get("prints", {}).get(query.id) == prints[query.id]


def shelve(site: Site, found: list[Query], feeds: Months, prints: dict[str, str], say: Callable) -> list[Change]:
    """The marts kept row by row. Returns every feed and kept mart, as it was and as it is."""
    marts.calendar(site.con, feeds)
    marts.horizons(site.con)
    changes = [site.change(name, "feeds", months) for name, months in feeds.items()]
    for mart in [mart for mart in found if mart.get("month")]:
        say(f"Building the mart {mart.id}", 0, 1)
        told = _shelve(site, mart, [one for one in changes if one.name in sql.reads(mart.sql)], prints)
        changes.append(site.change(mart.id, "marts", told))
    return changes


def _shelve(site: Site, mart: Query, changes: list[Change], prints: dict[str, str]) -> dict[str, dict]:
    known = site.manifest.get("shelved_marts", {}).get(mart.id, {})
    shelf = shelves.Shelf(f"marts/{mart.id}", site.building, site.before, known)
    if not site.same(mart, prints):
        return marts.shelve(site.con, mart, shelf, same=False)
    if not any(one.months for one in changes):
        return marts.shelve(site.con, mart, shelf, same=True)
    if mart.get("by") and known:
        return increments.shelve(site.con, mart, shelf, changes)
    return marts.shelve(site.con, mart, shelf, same=False)


def roll_up(
    site: Site,
    mart: Query,
    indicators: list[Query],
    changes: list[Change],
    found: list[Query],
    prints: dict,
    say: Callable,
) -> None:
    """The mart that is made once for each indicator."""
    known = [one for one in indicators if site.same(one, prints, mart.sql)]
    news = roll_ups.since(site.con, site.before, site.manifest["feeds"], changes, found) if known else None
    for place, indicator in enumerate(indicators):
        say(f"Rolling up {indicator.title}", place, len(indicators))
        if indicator in known:
            roll_ups.roll_up(site.con, mart, indicator, news)
        else:
            marts.roll_up(site.con, mart, indicator)
    site.con.execute(f"create view {mart.id} as select * from sums.{mart.id}")

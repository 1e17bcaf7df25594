"""Exports in, version out: the steps of a refresh in order, published whole or not at all.

Imports that are there already are not read again, so a refresh that was stopped goes on where it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from bellwether import clock, feeds, inbox, retention, sources, warehouse
from bellwether.access import pseudonyms
from bellwether.accountability import published
from bellwether.building import Building
from bellwether.house import House
from bellwether.intake import Intake, imports_in
from bellwether.readers import Refused
from bellwether.records import Told
from bellwether.settings import VERSIONS_KEPT, Settings
from bellwether.steps import Say, Steps

LAST = "last_refresh.json"


@dataclass(frozen=True)
class Outcome:
    """How a refresh ended. `published` is False when nothing changed or a contract was broken (`stopped`)."""

    version: str | None
    published: bool
    stopped: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    files: tuple[Told, ...] = ()
    seconds: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)


def refresh(
    settings: Settings,
    only: str | None = None,
    withdraw: Iterable[str] = (),
    say: Say = lambda step, done, of: None,
    building: type[Building] = Building,
) -> Outcome:
    """Bring the warehouse up to what lies in the exports folder. Raises Busy, Refused, QueryError, GovernanceError.

    only: take in files of this source alone. withdraw: names of files whose rows are to be taken out. building:
    another way to build than by every step.
    """
    began = time.monotonic()
    house = House.read(settings.queries)
    with at_work(settings.warehouse):
        outcome = Refresh(settings, house, Steps(say), building).run(only, set(withdraw))
        outcome = replace(outcome, seconds=round(time.monotonic() - began, 2))
        _remember(settings.warehouse, outcome)
        return outcome


@contextlib.contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Hold the warehouse; of a refresh that breaks off nothing is left but one sentence. Raises Busy, Refused."""
    try:
        with warehouse.locked(folder):
            try:
                yield
            finally:
                for left in (folder / "versions").glob(".building-*"):
                    shutil.rmtree(left, ignore_errors=True)
    except (OSError, duckdb.Error) as error:
        first = getattr(error, "strerror", None) or next(iter(str(error).splitlines()), type(error).__name__)
        raise Refused(
            f"The refresh of {folder} broke off: {first}. The last version stays as it was. "
            "Look at the room on that disk and at who may write there, then refresh again."
        ) from error


def rebuild(
    settings: Settings, house: House, instead: dict[str, sources.Import], gone: frozenset[str], say: Say
) -> Outcome:
    """Refresh with other imports than those that stand, for who holds the warehouse already (`at_work`).

    instead: import -> what stands in its place. gone: contents of exports that stand no longer.
    """
    outcome = Refresh(settings, house, Steps(say), Building, instead, gone).run(None, set())
    _remember(settings.warehouse, outcome)
    return outcome


def _remember(folder: Path, outcome: Outcome) -> None:
    """Keep how the last refresh ended beside the versions, for the Data page."""
    told = {**asdict(outcome), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    fresh = folder / f".{LAST}"
    fresh.write_text(json.dumps(told, indent=1), encoding="utf-8")
    os.replace(fresh, folder / LAST)


class Refresh:
    """One refresh at work: what the last one left, what comes in, and what is made of it.

    The newest version tells what stands. What did not change is carried from the version `before`: the newest one, or
    an older one where the newest can't be read (`spoilt`).
    """

    def __init__(
        self,
        settings: Settings,
        house: House,
        steps: Steps,
        building: type[Building],
        instead: dict[str, sources.Import] | None = None,
        gone: frozenset[str] = frozenset(),
    ) -> None:
        self.settings, self.house, self.steps = settings, house, steps
        self.newest = warehouse.newest(settings.warehouse)
        self.manifest = warehouse.read_manifest(self.newest)
        self.before, self.spoilt = warehouse.readable(settings.warehouse)
        self.carried = warehouse.read_manifest(self.before)
        self.naming = pseudonyms.naming(settings)
        pseudonyms.insist(settings, self.manifest.get("naming", ""))
        self.limits = retention.Limits.of(retention.months(settings.governance), clock.today(settings.company.zone))
        self.decided = published.taken_in(settings)
        self.intake = Intake(settings, house, self.naming, self.limits, self.manifest, steps, instead or {}, gone)
        self.building = building(settings, house, steps, self.before, self.carried)

    def run(self, only: str | None, withdraw: set[str]) -> Outcome:
        """From the exports folder (or the files of one source in it) to a version, if anything is new."""
        exports, told = inbox.find(self.settings.exports, self.house.sources, only)
        withdrawn = self.intake.withdrawn(withdraw)
        stock = self.intake.stock([one for one in exports if one.content not in withdrawn], withdrawn, told)
        fingerprint = self.house.fingerprint(self.settings) + self.decided.fingerprint() + self.naming.mark
        unchanged = self.newest and stock.now == stock.before and self.manifest["fingerprint"] == fingerprint
        if unchanged and not self.spoilt:
            return Outcome(self.newest.name, False, files=tuple(told), steps=self.steps.seconds)
        if not stock.now:
            nothing = "No file could be taken in, so there is nothing to publish."
            return Outcome(None, False, (nothing,), files=tuple(told))
        carried = replace(stock, before=tuple(imports_in(self.carried)))
        return self._publish(carried, withdrawn, told, fingerprint)

    def _publish(self, stock: feeds.Stock, withdrawn: set[str], told: list[Told], fingerprint: str) -> Outcome:
        built = self.building.build(stock, told, self.decided.tables)
        if built.broken:
            stopped = tuple(one.sentence for one in built.broken)
            return Outcome(self.newest.name if self.newest else None, False, stopped, (), tuple(told))
        manifest = {
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "company": asdict(self.settings.company),
            "fingerprint": fingerprint,
            "imports": {one.key: asdict(one) for one in stock.now},
            "withdrawn": sorted(withdrawn),
            "naming": self.naming.mark,
            "feeds": built.feeds,
            "shelved_marts": built.marts,
            "prints": built.prints,
        }
        home = warehouse.publish(built.home, manifest)
        # Versions from before customers had pseudonyms, or under another key, still hold what nobody may open.
        # So may those that hold what is kept no longer.
        warehouse.prune(self.settings.warehouse, VERSIONS_KEPT, self._outdated)
        mentions = (*self.spoilt, *(one.sentence for one in built.results if not one.kept), *self.decided.refused)
        return Outcome(home.name, True, (), mentions, tuple(told), steps=self.steps.seconds)

    def _outdated(self, manifest: dict) -> bool:
        return manifest.get("naming") != self.naming.mark or self.limits.holds(manifest)

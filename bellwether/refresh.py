"""Exports in, version out: the steps of a refresh in order, published whole or not at all.

Imports that are there already are not read again, so a refresh that was stopped goes on where it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from bellwether import (
    clock,
    contracts,
    feeds,
    governance,
    inbox,
    mart_steps,
    marts,
    records,
    recovery_marts,
    relationship_marts,
    retention,
    segment_marts,
    shelves,
    sources,
    verdict_marts,
    warehouse,
)
from bellwether.access import bundles, log, pseudonyms
from bellwether.accountability import published
from bellwether.cells import listed, literal
from bellwether.engine.duckdb import prepare
from bellwether.forgetting import exports as rewriting
from bellwether.house import House
from bellwether.increments import Change
from bellwether.outlook import satisfaction
from bellwether.outlook.before import Before
from bellwether.outlook.marts import Asked
from bellwether.outlook.step import look_ahead
from bellwether.readers import Refused
from bellwether.records import Told
from bellwether.settings import VERSIONS_KEPT, Settings

LAST = "last_refresh.json"
Say = Callable[[str, int, int], None]


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
    steps: type[Refresh] | None = None,
) -> Outcome:
    """Bring the warehouse up to what lies in the exports folder. Raises Busy, Refused, QueryError, GovernanceError.

    only: take in files of this source alone. withdraw: names of files whose rows are to be taken out. steps: another
    way through them than `Refresh`.
    """
    began = time.monotonic()
    house = House.read(settings.queries)
    with at_work(settings.warehouse):
        outcome = (steps or Refresh)(settings, house, say).run(only, set(withdraw))
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
    outcome = Refresh(settings, house, say, instead, gone).run(None, set())
    _remember(settings.warehouse, outcome)
    return outcome


def _remember(folder: Path, outcome: Outcome) -> None:
    """Keep how the last refresh ended beside the versions, for the Data page."""
    told = {**asdict(outcome), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    fresh = folder / f".{LAST}"
    fresh.write_text(json.dumps(told, indent=1), encoding="utf-8")
    os.replace(fresh, folder / LAST)


class Refresh:
    """One refresh at work: what it found before, and the connection it builds with."""

    def __init__(
        self,
        settings: Settings,
        house: House,
        say: Say,
        instead: dict[str, sources.Import] | None = None,
        gone: frozenset[str] = frozenset(),
    ) -> None:
        self.settings, self.house, self.say = settings, house, say
        self.instead, self.gone = instead or {}, gone
        self.folder = settings.warehouse / "imports"
        self.before = warehouse.current(settings.warehouse)
        self.manifest = warehouse.read_manifest(self.before)
        self.steps: dict[str, float] = {}
        self.naming = pseudonyms.naming(settings)
        pseudonyms.insist(settings, self.manifest.get("naming", ""))
        self.limits = retention.Limits.of(retention.months(settings.governance), clock.today(settings.company.zone))
        self.decided = published.taken_in(settings)

    def run(self, only: str | None, withdraw: set[str]) -> Outcome:
        exports, told = inbox.find(self.settings.exports, self.house.sources, only)
        withdrawn = self._withdrawn(withdraw)
        exports = [one for one in exports if one.content not in withdrawn]
        imports = self._bring_in(exports, told)
        self._insist_on_pseudonyms(imports, withdrawn)
        stock = feeds.Stock(self.folder, tuple(self._kept(imports, withdrawn)), tuple(self._known()))
        told += [
            Told(one.file, "withdrawn", one.source) for one in self._known() if one.content in withdrawn - self.gone
        ]
        fingerprint = self.house.fingerprint(self.settings) + self.decided.fingerprint() + self.naming.mark
        if self.before and stock.now == stock.before and self.manifest["fingerprint"] == fingerprint:
            return Outcome(self.before.name, False, files=tuple(told), steps=self.steps)
        if not stock.now:
            nothing = "No file could be taken in, so there is nothing to publish."
            return Outcome(None, False, (nothing,), files=tuple(told))
        return self._build(stock, withdrawn, told, fingerprint)

    # Files

    def _known(self) -> list[sources.Import]:
        return [sources.Import(**one) for one in self.manifest.get("imports", {}).values()]

    def _withdrawn(self, names: set[str]) -> set[str]:
        """Contents that are taken out, now or earlier. Raises Refused for a name that no import bears."""
        known = self._known()
        for name in names - {one.file for one in known}:
            raise Refused(
                f"{name}: no file of that name is in the warehouse. Known: {', '.join(sorted(o.file for o in known))}."
            )
        return set(self.manifest.get("withdrawn", [])) | self.gone | {one.content for one in known if one.file in names}

    def _insist_on_pseudonyms(self, fresh: list[sources.Import], withdrawn: set[str]) -> None:
        """Raises Refused where what stands was taken in before customers had pseudonyms, and is not read again."""
        raw = [one.file for one in self._stock(fresh, withdrawn) if one.naming != self.naming.mark]
        if raw:
            raise Refused(
                f"{', '.join(sorted(raw))}: taken in before customers had pseudonyms, not read again now. Put what is "
                f"missing back into {self.settings.exports} and refresh all of it, or: bellwether withdraw FILE."
            )

    def _bring_in(self, exports: list[sources.Export], told: list[Told]) -> list[sources.Import]:
        done = []
        if {one.content for one in exports} - {one.content for one in self._known()}:
            contracts.warm()
        with self._timed("imports"), duckdb.connect(config=limits(self.settings)) as con:
            con.execute("set TimeZone = 'UTC'")
            for place, export in enumerate(exports):
                self.say(f"Reading {export.name}", place, len(exports))
                with inbox.telling(told, export.name, export.source.id):
                    beside = {
                        name: [e for e in exports if e.source.id == name] for name in listed(export.source, "beside")
                    }
                    one = self._import(con, export, beside)
                    done.append(one)
                    told.append(Told(export.name, "taken in", one.source, one.read, one.accepted, one.quarantined))
        return done

    def _import(self, con, export: sources.Export, beside: dict[str, list[sources.Export]]) -> sources.Import:
        """One export in; who was forgotten before is taken out of the file first."""
        given = (self.house.feeds, self.house.rules, self.folder, self.naming)
        key = sources.key_of(export, beside, self.house.feeds, self.naming)
        if cut := next((one for one in self._known() if one.origin == key), None):
            return cut
        try:
            return sources.bring_in(con, export, beside, *given)
        except sources.Forgotten as met:
            wanted = rewriting.Wanted(met.lines, met.ids, rewriting.columns_of(export.source))
            if not rewriting.rewrite(export.file, export.source, wanted):
                raise
        content, seen = sources.content_of(export.file), sources.state_of(export.file)
        return sources.bring_in(con, replace(export, content=content, seen=seen), beside, *given)

    def _kept(self, fresh: list[sources.Import], withdrawn: set[str]) -> list[sources.Import]:
        """What stands, without what is older than it may be kept."""
        log.without(lambda told: retention.is_old(told, self.limits))
        with duckdb.connect() as con:
            return [retention.keep(con, self.folder, one, self.limits) for one in self._stock(fresh, withdrawn)]

    def _stock(self, fresh: list[sources.Import], withdrawn: set[str]) -> list[sources.Import]:
        """What stood before and still stands, then what is new. A changed source replaces what it read before."""
        keys = {one.key for one in fresh}
        again = {one.content for one in fresh}
        kept = [
            one
            for one in (self.instead.get(there.key, there) for there in self._known())
            if one.content not in withdrawn and (one.key in keys or one.content not in again)
        ]
        there = {one.key for one in kept}
        return kept + [one for one in fresh if one.key not in there]

    # The version

    def _build(self, stock: feeds.Stock, withdrawn: set[str], told: list[Told], fingerprint: str) -> Outcome:
        contracts.warm()
        building = warehouse.begin(self.settings.warehouse)
        company = self.settings.company
        con = duckdb.connect(config=limits(self.settings))
        prepare(con, self.settings.queries / "macros.sql", company)
        con.execute(f"attach {literal(str(building / 'marts.duckdb'))} as marts")
        con.execute(f"attach {literal(str(building / marts.SUMS))} as sums")
        governance.create(con)
        governance.load(con, self.settings.governance)
        governance.decide(con, self.decided.tables)
        shelved_feeds = self._feeds(con, stock, building)
        with self._timed("contracts"):
            self.say("Checking the contracts", 0, 1)
            results = contracts.judge(con, self.house.rules, self._rows_before())
        if broken := contracts.stops(results):
            con.close()
            return Outcome(
                self.before.name if self.before else None, False, tuple(one.sentence for one in broken), (), tuple(told)
            )
        prints, shelved_marts = self._marts(con, building, shelved_feeds, company.zone)
        with self._timed("trends"):
            self.say("Reading the trends", 0, 1)
            marts.small(con, self.house.marts, self.house.indicators)
        with self._timed("recovery"):
            self._recovery(con)
        with self._timed("relationship"):
            self.say("Following who moves from state to state", 0, 1)
            relationship_marts.build(con, self.house.foresight, self.house.indicators)
            segment_marts.build(con, self.house.foresight, Before(con, self.before))
        with self._timed("foresight"):
            asked = Asked(self.house.foresight, self.house.indicators, company.horizon_weeks)
            prints |= look_ahead(con, asked, self.before, self.manifest, shelved_feeds, self.say)
        with self._timed("verdicts"):
            self.say("Judging the commitments", 0, 1)
            prints |= self._verdicts(con, prints.get("outlook", ""))
        records.write(con, stock, told, results, shelved_feeds)
        con.close()
        manifest = {
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "company": asdict(company),
            "fingerprint": fingerprint,
            "imports": {one.key: asdict(one) for one in stock.now},
            "withdrawn": sorted(withdrawn),
            "naming": self.naming.mark,
            "feeds": shelved_feeds,
            "shelved_marts": shelved_marts,
            "prints": prints,
        }
        home = warehouse.publish(building, manifest)
        # Versions from before customers had pseudonyms, or under another key, still hold what nobody may open.
        # So may those that hold what is kept no longer.
        warehouse.prune(self.settings.warehouse, VERSIONS_KEPT, self._outdated)
        mentions = (*(one.sentence for one in results if not one.kept), *self.decided.refused)
        return Outcome(home.name, True, (), mentions, tuple(told), steps=self.steps)

    def _recovery(self, con) -> None:
        self.say("Following what went wrong", 0, 1)
        recovery_marts.build(con, self.house.foresight)

    def _outdated(self, manifest: dict) -> bool:
        return manifest.get("naming") != self.naming.mark or self.limits.holds(manifest)

    def _verdicts(self, con, made_from: str) -> dict[str, str]:
        before, known = Before(con, self.before), self.manifest.get("prints", {})
        return verdict_marts.build(con, self.house.verdicts, self.house.indicators, before, known, made_from)

    def _feeds(self, con, stock: feeds.Stock, building: Path) -> dict[str, dict]:
        done = {}
        with self._timed("feeds"):
            for place, (name, feed) in enumerate(self.house.feeds.items()):
                self.say(f"Building the feed {name}", place, len(self.house.feeds))
                known = self.manifest.get("feeds", {}).get(name, {})
                done[name] = feeds.build(
                    con, feed, stock, shelves.Shelf(feeds.place_of(name), building, self.before, known)
                )
        return done

    def _rows_before(self) -> dict[str, int]:
        feeds_before = self.manifest.get("feeds", {})
        return {name: sum(one["rows"] for one in months.values()) for name, months in feeds_before.items()}

    def _marts(self, con, building: Path, inputs: dict[str, dict], zone: str) -> tuple[dict, dict]:
        """Row-level marts, then every indicator's roll-up. Returns what each was defined by, and the shelves."""
        prints: dict[str, str] = {}
        macros = (self.settings.queries / "macros.sql").read_text(encoding="utf-8")
        lasting = "\n".join([macros, governance.fingerprint(self.settings.governance), zone])
        site = mart_steps.Site(con, building, self.before, self.manifest, lasting)
        with self._timed("marts"):
            changes = mart_steps.shelve(site, self.house.marts, inputs, prints, self.say)
        with self._timed("satisfaction"):
            changes.append(self._satisfaction(site, changes, prints))
        with self._timed("indicators"):
            for mart in [mart for mart in self.house.marts if mart.get("each")]:
                mart_steps.roll_up(site, mart, self.house.indicators, changes, self.house.marts, prints, self.say)
        with self._timed("small groups"):
            self.say("Putting small groups together", 0, 1)
            bundles.build(con, self.settings.company)
        return prints, {one.name: one.new.known for one in changes if one.name not in inputs}

    def _satisfaction(self, site: mart_steps.Site, changes: list[Change], prints: dict[str, str]) -> Change:
        self.say("Foretelling satisfaction", 0, 1)
        made_from = {one.name: one.new.known for one in changes}
        place = (site.building, site.before, site.manifest, site.lasting)
        shelf = satisfaction.build(site.con, self.house.foresight, *place, made_from, prints)
        return site.change(satisfaction.NAME, "marts", shelf.known)

    def _timed(self, step: str):
        return _Timed(self.steps, step)


class _Timed:
    def __init__(self, steps: dict[str, float], step: str) -> None:
        self.steps, self.step = steps, step

    def __enter__(self) -> None:
        self.began = time.monotonic()

    def __exit__(self, *_) -> None:
        self.steps[self.step] = round(self.steps.get(self.step, 0) + time.monotonic() - self.began, 2)


def limits(settings: Settings) -> dict:
    """What a refresh may use of the machine; what doesn't fit in memory goes to a folder in the warehouse."""
    scratch = settings.warehouse / ".scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    return {"memory_limit": "3GB", "temp_directory": str(scratch), "threads": os.cpu_count() or 2}

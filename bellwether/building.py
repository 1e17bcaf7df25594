"""One version at work: feeds, contracts, marts, then all that is read from marts, in this order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from bellwether import (
    contracts,
    feeds,
    governance,
    mart_steps,
    marts,
    records,
    recovery_marts,
    relationship_marts,
    segment_marts,
    shelves,
    verdict_marts,
    warehouse,
)
from bellwether.access import bundles, suppression
from bellwether.cells import literal
from bellwether.engine.duckdb import prepare
from bellwether.house import House
from bellwether.increments import Change
from bellwether.journey import marts as journey_marts
from bellwether.matters import marts as matters_marts
from bellwether.outlook import satisfaction
from bellwether.outlook.before import Before
from bellwether.outlook.marts import Asked
from bellwether.outlook.step import look_ahead
from bellwether.records import Told
from bellwether.settings import Settings
from bellwether.steps import Steps, limits


@dataclass(frozen=True)
class Built:
    """A version that nobody sees yet. With a contract broken that stops it, it goes no further than its feeds.

    `feeds` and `marts`: the months of each that stand on shelves; `prints`: what each mart was defined by.
    """

    home: Path
    results: list[contracts.Result]
    feeds: dict[str, dict] = field(default_factory=dict)
    marts: dict[str, dict] = field(default_factory=dict)
    prints: dict[str, str] = field(default_factory=dict)

    @property
    def broken(self) -> list[contracts.Result]:
        """The contracts that stop its publication."""
        return contracts.stops(self.results)


class Building:
    """What a version is built with. Months that did not change come from the one `before`, told by its `manifest`."""

    def __init__(self, settings: Settings, house: House, steps: Steps, before: Path | None, manifest: Mapping) -> None:
        self.settings, self.house, self.steps = settings, house, steps
        self.before, self.manifest = before, manifest

    def build(self, stock: feeds.Stock, told: list[Told], decided: Mapping) -> Built:
        """A version from these imports; what people `decided` in the app counts as governance does."""
        contracts.warm()
        home = warehouse.begin(self.settings.warehouse)
        company = self.settings.company
        con = self._connect(home, decided)
        shelved = self._feeds(con, stock, home)
        with self.steps.timed("contracts", "Checking the contracts"):
            built = Built(home, contracts.judge(con, self.house.rules, self._rows_before()), shelved)
        if built.broken:
            con.close()
            return built
        prints, shelved_marts = self._marts(con, home, shelved, company.zone)
        with self.steps.timed("trends", "Reading the trends"):
            marts.small(con, self.house.marts, self.house.indicators)
        self.depth(con)
        with self.steps.timed("foresight"):
            asked = Asked(self.house.foresight, self.house.indicators, company.horizon_weeks)
            prints |= look_ahead(con, asked, self.before, self.manifest, shelved, self.steps.say)
        with self.steps.timed("verdicts", "Judging the commitments"):
            prints |= self._verdicts(con, prints.get("outlook", ""))
        records.write(con, stock, told, built.results, shelved)
        con.close()
        return Built(home, built.results, shelved, shelved_marts, prints)

    def depth(self, con: duckdb.DuckDBPyConnection) -> None:
        """What the pages under *Experience* show, and neither the outlook nor a verdict stands on."""
        with self.steps.timed("recovery", "Following what went wrong"):
            recovery_marts.build(con, self.house.foresight)
        with self.steps.timed("relationship", "Following who moves from state to state"):
            relationship_marts.build(con, self.house.foresight, self.house.indicators)
            segment_marts.build(con, self.house.foresight, Before(con, self.before))
        with self.steps.timed("journey", "Following the journey"):
            journey_marts.build(con, self.house.foresight, self.house.indicators)
        with self.steps.timed("matters", "Weighing what matters"):
            matters_marts.build(con, self.house.foresight)

    def _connect(self, home: Path, decided: Mapping) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect(config=limits(self.settings.warehouse))
        prepare(con, self.settings.queries / "macros.sql", self.settings.company)
        con.execute(f"attach {literal(str(home / 'marts.duckdb'))} as marts")
        con.execute(f"attach {literal(str(home / marts.SUMS))} as sums")
        governance.create(con)
        governance.load(con, self.settings.governance)
        governance.decide(con, decided)
        return con

    def _verdicts(self, con, made_from: str) -> dict[str, str]:
        before, known = Before(con, self.before), self.manifest.get("prints", {})
        least = suppression.fewest(self.settings.company)
        return verdict_marts.build(con, self.house.verdicts, self.house.indicators, before, known, made_from, least)

    def _feeds(self, con, stock: feeds.Stock, building: Path) -> dict[str, dict]:
        done = {}
        with self.steps.timed("feeds"):
            for place, (name, feed) in enumerate(self.house.feeds.items()):
                self.steps.say(f"Building the feed {name}", place, len(self.house.feeds))
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
        with self.steps.timed("marts"):
            changes = mart_steps.shelve(site, self.house.marts, inputs, prints, self.steps.say)
        with self.steps.timed("satisfaction"):
            changes.append(self._satisfaction(site, changes, prints))
        with self.steps.timed("indicators"):
            for mart in [mart for mart in self.house.marts if mart.get("each")]:
                mart_steps.roll_up(site, mart, self.house.indicators, changes, self.house.marts, prints, self.steps.say)
        with self.steps.timed("small groups", "Putting small groups together"):
            bundles.build(con, self.settings.company)
        return prints, {one.name: one.new.known for one in changes if one.name not in inputs}

    def _satisfaction(self, site: mart_steps.Site, changes: list[Change], prints: dict[str, str]) -> Change:
        self.steps.say("Foretelling satisfaction", 0, 1)
        made_from = {one.name: one.new.known for one in changes}
        place = (site.building, site.before, site.manifest, site.lasting)
        shelf = satisfaction.build(site.con, self.house.foresight, *place, made_from, prints)
        return site.change(satisfaction.NAME, "marts", shelf.known)

"""Which exports stand: what is new in the folder, what was taken in before, and what is withdrawn or kept no longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb

from bellwether import contracts, feeds, inbox, retention, sources
from bellwether.access import log
from bellwether.access.pseudonyms import Naming
from bellwether.cells import listed
from bellwether.exports import Export, content_of, state_of
from bellwether.forgetting import exports as rewriting
from bellwether.house import House
from bellwether.readers import Refused
from bellwether.records import Told
from bellwether.settings import Settings
from bellwether.steps import Steps, limits


def imports_in(manifest: Mapping) -> list[sources.Import]:
    """The imports that a version was made from, in the order in which they came."""
    return [sources.Import(**one) for one in manifest.get("imports", {}).values()]


class Intake:
    """One look at the exports folder, beside what the current version (its `manifest`) was made from.

    instead: import -> what stands in its place. gone: contents of exports that stand no longer.
    """

    def __init__(
        self,
        settings: Settings,
        house: House,
        naming: Naming,
        limits: retention.Limits,
        manifest: Mapping,
        steps: Steps,
        instead: Mapping[str, sources.Import],
        gone: frozenset[str],
    ) -> None:
        self.settings, self.house, self.naming, self.limits = settings, house, naming, limits
        self.manifest = manifest
        self.steps, self.instead, self.gone = steps, instead, gone
        self.folder = settings.warehouse / "imports"

    def stock(self, exports: list[Export], withdrawn: set[str], told: list[Told]) -> feeds.Stock:
        """Bring in these exports. What stands now and what stood before; how each file fared is added to `told`."""
        fresh = self._bring_in(exports, told)
        self._insist_on_pseudonyms(fresh, withdrawn)
        known = self._known()
        told += [Told(one.file, "withdrawn", one.source) for one in known if one.content in withdrawn - self.gone]
        return feeds.Stock(self.folder, tuple(self._kept(fresh, withdrawn)), tuple(known))

    def withdrawn(self, names: set[str]) -> set[str]:
        """Contents that are taken out, now or earlier. Raises Refused for a name that no import bears."""
        known = self._known()
        for name in names - {one.file for one in known}:
            raise Refused(
                f"{name}: no file of that name is in the warehouse. Known: {', '.join(sorted(o.file for o in known))}."
            )
        return set(self.manifest.get("withdrawn", [])) | self.gone | {one.content for one in known if one.file in names}

    def _known(self) -> list[sources.Import]:
        return imports_in(self.manifest)

    def _insist_on_pseudonyms(self, fresh: list[sources.Import], withdrawn: set[str]) -> None:
        """Raises Refused where what stands was taken in before customers had pseudonyms, and is not read again."""
        raw = [one.file for one in self._standing(fresh, withdrawn) if one.naming != self.naming.mark]
        if raw:
            raise Refused(
                f"{', '.join(sorted(raw))}: taken in before customers had pseudonyms, not read again now. Put what is "
                f"missing back into {self.settings.exports} and refresh all of it, or: bellwether withdraw FILE."
            )

    def _bring_in(self, exports: list[Export], told: list[Told]) -> list[sources.Import]:
        done = []
        if {one.content for one in exports} - {one.content for one in self._known()}:
            contracts.warm()
        with self.steps.timed("imports"), duckdb.connect(config=limits(self.settings.warehouse)) as con:
            con.execute("set TimeZone = 'UTC'")
            for place, export in enumerate(exports):
                self.steps.say(f"Reading {export.name}", place, len(exports))
                with inbox.telling(told, export.name, export.source.id):
                    beside = {
                        name: [e for e in exports if e.source.id == name] for name in listed(export.source, "beside")
                    }
                    one = self._import(con, export, beside)
                    done.append(one)
                    told.append(Told(export.name, "taken in", one.source, one.read, one.accepted, one.quarantined))
        return done

    def _import(self, con, export: Export, beside: dict[str, list[Export]]) -> sources.Import:
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
        content, seen = content_of(export.file), state_of(export.file)
        return sources.bring_in(con, replace(export, content=content, seen=seen), beside, *given)

    def _kept(self, fresh: list[sources.Import], withdrawn: set[str]) -> list[sources.Import]:
        """What stands, without what is older than it may be kept."""
        log.without(lambda told: retention.is_old(told, self.limits))
        with duckdb.connect() as con:
            return [retention.keep(con, self.folder, one, self.limits) for one in self._standing(fresh, withdrawn)]

    def _standing(self, fresh: list[sources.Import], withdrawn: set[str]) -> list[sources.Import]:
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

"""The steps of forgetting, in an order in which any may be the last that is done: begin again, and it goes on.

1. The person goes on the list of those who asked to be forgotten, by a mark that only the key can make of an id; a
   later export that names them is rewritten before it is taken in.
2. Their records are found in each import, also of exports that no version has seen yet, and the exports are rewritten.
3. What people wrote about their failures goes, and in all else that they wrote another word stands for the person; a
   new version is built from imports without them, and published.
4. All older versions and imports go, and the lines of the access log.

Until 3 is done the version before stays up, whole.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from bellwether import inbox, sources, warehouse
from bellwether.access import log, pseudonyms
from bellwether.cells import listed
from bellwether.exports import Export
from bellwether.forgetting import exports, imports, traces
from bellwether.forgetting import person as people
from bellwether.forgetting.person import Person
from bellwether.house import House
from bellwether.readers import Refused
from bellwether.records import Told
from bellwether.settings import Settings
from bellwether.steps import Say, limits

JOURNAL = "forgetting.json"


@dataclass(frozen=True)
class Forgotten:
    """What was done. `left`: exports and governance files in which a name of theirs still stands, not rewritten."""

    pseudonym: str
    version: str | None
    records: int
    files: tuple[str, ...]
    left: tuple[str, ...]


def forget(
    settings: Settings, typed: str, by: str, say: Say = lambda step, done, of: None, also: Iterable[str] = ()
) -> Forgotten:
    """Forget the customer whom somebody names by an id as a tool writes it. Raises Busy, Refused, what refresh raises.

    by: who asks for it, for the access log; the log does not say whom. also: a name or an e-mail address that people
    may have used for them in commitments, comments and decisions.
    """
    from bellwether import refresh

    with refresh.at_work(settings.warehouse):
        # Another refresh may have been at it until now: everything is read below the lock.
        return _Forgetting(settings, say).run(typed, by, frozenset(filter(None, map(str.strip, also))))


class _Forgetting:
    def __init__(self, settings: Settings, say: Say) -> None:
        self.settings, self.say = settings, say
        self.house, self.folder = House.read(settings.queries), settings.warehouse / "imports"
        self.manifest = warehouse.read_manifest(warehouse.newest(settings.warehouse))
        self.naming = pseudonyms.naming(settings)
        pseudonyms.insist(settings, self.manifest.get("naming", ""))

    def run(self, typed: str, by: str, also: frozenset[str]) -> Forgotten:
        from bellwether import refresh

        with duckdb.connect(config=limits(self.settings.warehouse)) as con:
            con.execute("set TimeZone = 'UTC'")
            known = [sources.Import(**one) for one in self.manifest.get("imports", {}).values()]
            person, files, records = self._in_exports(con, typed, known)
            instead = {one.key: imports.rewrite(con, self.folder, one, person) for one in known if self._stays(one)}
        records += sum(one.read - instead[one.key].read for one in known if one.key in instead)
        person = replace(person, words=also)
        traces.store(self.settings, person)
        outcome = refresh.rebuild(self.settings, self.house, instead, frozenset(self._journal()), self.say)
        if outcome.stopped:
            raise Refused(
                f"The exports are rewritten, but no version without this person could be published: "
                f"{outcome.stopped[0]} Mend that, then forget again."
            )
        left = self._clear(person)
        log.note(by, log.FORGET, f"{records} records in {len(files)} exports")
        return Forgotten(person.pseudonym, outcome.version, records, tuple(files), tuple(left))

    def _in_exports(self, con, typed: str, known: list[sources.Import]) -> tuple[Person, list[str], int]:
        """Rewrite what lies in the folder until nothing there names them. Returns them, the files, how many records."""
        names: dict[str, None] = {}
        records, person, again = 0, Person("", frozenset()), True
        while again:
            told: list[Told] = []
            found, _ = inbox.find(self.settings.exports, self.house.sources)
            brought = self._brought_in(con, found, told)
            homes = {one.key: self.folder / one.key for one in (*known, *brought.values())}
            seen = people.find(con, self.settings, typed, [home for home in homes.values() if home.exists()])
            if not seen.ids:
                raise Refused(f"No import knows {typed}. Name the customer by the id that the tool uses for them.")
            person = seen.joined(person)
            traces.remember(self.settings, self.naming, person)
            # A source that reads another one's rows finds its customers there: it comes first.
            ordered = sorted(found, key=lambda export: not listed(export.source, "beside"))
            files, gone = self._exports(con, ordered, brought, person)
            # One content under two names is one export: the other name is found once the first is another one.
            again, records = bool(files), records + gone
            names |= dict.fromkeys(files)
        return person, list(names), records

    def _brought_in(self, con, found: list[Export], told: list[Told]) -> dict[str, sources.Import]:
        """The import of every export that lies there, by content; most of them are there already."""
        done = {}
        for place, export in enumerate(found):
            self.say(f"Looking at {export.name}", place, len(found))
            with inbox.telling(told, export.name, export.source.id):
                beside = {name: [e for e in found if e.source.id == name] for name in listed(export.source, "beside")}
                done[export.content] = sources.bring_in(
                    con, export, beside, self.house.feeds, self.house.rules, self.folder, self.naming, forgotten=False
                )
        return done

    def _exports(self, con, found: list[Export], brought: dict, person: Person) -> tuple[list[str], int]:
        """Rewrite every export that names the person. Returns their names, and how many records went."""
        files, records = [], 0
        for place, export in enumerate(found):
            self.say(f"Taking them out of {export.name}", place, len(found))
            one = brought.get(export.content)
            lines = people.lines(con, self.folder / one.key, one, person) if one else set()
            wanted = exports.Wanted(lines, person.ids, exports.columns_of(export.source))
            self._write_journal(export.content)
            gone = exports.rewrite(export.file, export.source, wanted)
            if gone:
                files.append(export.name)
                records += gone
            else:
                self._write_journal(export.content, keep=False)
        return files, records

    def _stays(self, one: sources.Import) -> bool:
        return one.content not in self._journal()

    def _journal(self) -> list[str]:
        """Contents that have been rewritten, or were about to be, by this forgetting or one that was stopped."""
        file = self.settings.warehouse / JOURNAL
        there = json.loads(file.read_text()) if file.exists() else []
        now = {one.content for one in inbox.find(self.settings.exports, self.house.sources)[0]} if there else set()
        return [content for content in there if content not in now]

    def _write_journal(self, content: str, keep: bool = True) -> None:
        file = self.settings.warehouse / JOURNAL
        there = json.loads(file.read_text()) if file.exists() else []
        there = [one for one in there if one != content] + [content] * keep
        fresh = file.with_name(f".{JOURNAL}")
        fresh.write_text(json.dumps(there))
        os.replace(fresh, file)

    def _clear(self, person: Person) -> list[str]:
        """What is older than the new version, and what lies beside it. Returns files that still name them."""
        warehouse.prune(self.settings.warehouse, 1)
        for left in (*exports.leftovers(self.settings.exports), self.settings.warehouse / JOURNAL):
            left.unlink(missing_ok=True)
        shutil.rmtree(self.settings.warehouse / ".scratch", ignore_errors=True)
        names = (*person.ids, person.pseudonym, *person.words)
        log.without(lambda line: any(one in line["about"] for one in names))
        folders = (self.settings.exports, self.settings.governance)
        return [name for folder in folders for name in traces.still_named(folder, person)]

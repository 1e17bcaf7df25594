"""Every file under `queries/` that shapes a version, by kind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bellwether import governance, marts, rules, sql
from bellwether.outlook.ground import digest
from bellwether.settings import Settings
from bellwether.sql import Query

# Rooms that make marts, beside those of foresight: when they change, a version is built again.
ROOMS = ("journey", "matters")


@dataclass(frozen=True)
class House:
    """Every file under `queries/`, by kind and id, parsed once for a refresh."""

    sources: list[Query]
    feeds: dict[str, Query]
    marts: list[Query]
    indicators: list[Query]
    foresight: dict[str, Query]
    verdicts: dict[str, Query]
    rules: dict[str, list[rules.Rule]]

    @classmethod
    def read(cls, folder: Path) -> House:
        found = {feed.id: feed for feed in sql.load(folder, "feed")}
        # Customers come last: whoever the other feeds name is a customer too.
        ordered = {name: found[name] for name in sorted(found, key=lambda name: name == "customers")}
        return cls(
            sql.load(folder, "source"),
            ordered,
            marts.in_order(sql.load(folder, "mart")),
            sql.load(folder, "indicator"),
            {one.id: one for one in sql.load(folder, "foresight")},
            {one.id: one for one in sql.load(folder, "verdict")},
            {name: rules.rules_of(feed) for name, feed in ordered.items()},
        )

    def fingerprint(self, settings: Settings) -> str:
        """Changes with any SQL that shapes a version, with its governance files, and with the code behind its marts."""
        asked = (*self.feeds.values(), *self.foresight.values(), *self.verdicts.values())
        files = [query.file for query in (*self.sources, *self.marts, *self.indicators, *asked)]
        texts = [file.read_bytes() for file in [*files, settings.queries / "macros.sql"]]
        here = Path(__file__).parent
        code = [file.read_bytes() for room in ROOMS for file in sorted((here / room).glob("*.py"))]
        lasting = governance.fingerprint(settings.governance) + digest()
        return hashlib.sha256(b"".join([*texts, *code]) + lasting.encode()).hexdigest()

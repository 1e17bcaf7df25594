"""What a refresh would make of an export with a proposed source: taken in whole, in a folder that is thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bellwether import rules, sources, sql
from bellwether.cells import literal
from bellwether.engine.duckdb import prepare
from bellwether.exports import Export, content_of
from bellwether.readers import Refused
from bellwether.settings import Settings
from bellwether.sql import QueryError

MOST_REASONS = 8


@dataclass(frozen=True)
class Preview:
    """Rows read, accepted and quarantined; why, as (rows, column, reason, first line, its value). said: why refused."""

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    reasons: tuple[tuple[int, str, str, int, str], ...] = ()
    said: str = ""


def preview(settings: Settings, name: str, text: str, file: Path) -> Preview:
    """Take an export in with the text of a source, and throw away what came of it. Nothing is published."""
    feeds = {feed.id: feed for feed in sql.load(settings.queries, "feed")}
    promises = {feed: rules.rules_of(query) for feed, query in feeds.items()}
    with TemporaryDirectory() as folder, duckdb.connect(config={"threads": 2}) as con:
        place = Path(folder) / "queries" / "sources" / f"{name}.sql"
        place.parent.mkdir(parents=True)
        place.write_text(text, encoding="utf-8")
        prepare(con, settings.queries / "macros.sql", settings.company)
        try:
            source = sql.parse(place, Path(folder) / "queries")
            export = Export(file, file.name, content_of(file), source)
            done = sources.bring_in(con, export, {}, feeds, promises, Path(folder) / "imports")
        except duckdb.Error as error:
            return Preview(said=f"{file.name} can't be taken in so: {sql.first_line(error)}")
        except (Refused, QueryError) as error:
            return Preview(said=f"{file.name} {error}" if isinstance(error, Refused) else str(error))
        found = con.execute(
            "select count(*), coalesce(field, 'the whole row'), reason, min(source_line), "
            "coalesce(first(value order by source_line), '') from "
            f"read_parquet({literal(str(Path(folder) / 'imports' / done.key / 'quarantine.parquet'))}) "
            f"group by all order by 1 desc, 4 limit {MOST_REASONS}"
        ).fetchall()
        return Preview(done.read, done.accepted, done.quarantined, tuple(found))

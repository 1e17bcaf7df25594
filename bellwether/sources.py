"""One export in: read as text, typed cell by cell, mapped to feeds; what can't be used is quarantined.

The result is a folder under the warehouse's `imports/`, named by what went into it (the file's content, the source,
the feeds' promises), so the same file twice costs nothing. For every file: rows read = accepted + quarantined.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from bellwether import judging, mapping, shelves
from bellwether.access import pseudonyms
from bellwether.cells import listed, literal, quoted
from bellwether.exports import Export, state_of
from bellwether.readers import Reading, Refused
from bellwether.rules import Rule
from bellwether.settings import MOST_QUARANTINED, settings
from bellwether.sql import Query

# The part of an import that names people.
PRIVATE = "private"
_ADDRESS = r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+"
# What a source leaves out on purpose says nothing against the file.
_BAD = f"not starts_with(reason, {literal(judging.LEFT_OUT)})"


@dataclass(frozen=True)
class Import:
    """What came of one export. `rows`: feed -> month (or "all") -> rows; `sums`: the same -> their checksum."""

    key: str
    source: str
    file: str
    content: str
    read: int
    accepted: int
    quarantined: int
    exported_at: str | None
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    sums: dict[str, dict[str, str]] = field(default_factory=dict)
    # Of the key that its customers were named by; "": it was taken in before customers had pseudonyms.
    naming: str = ""
    # The import of which this is what may still be kept (retention.py), and whether its quarantine was emptied.
    origin: str = ""
    emptied: bool = False


def key_of(
    export: Export, beside: Mapping[str, list[Export]], feeds: Mapping[str, Query], naming: pseudonyms.Naming
) -> str:
    """What an import is known by: everything that could change its rows."""
    parts = [_code(), export.content, _text(export.source), naming.print_of(export.source.id)]
    for name in listed(export.source, "beside"):
        parts += [name, *(other.content + _text(other.source) for other in beside.get(name, []))]
    parts += [_text(feeds[name]) for name in mapping.feeds_of(export.source)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _text(query: Query) -> str:
    return query.file.read_text(encoding="utf-8")


@cache
def _code() -> str:
    """The importer's own code: a defect that is mended must not live on in what was imported with it."""
    here = Path(__file__).parent
    files = [here / name for name in ("cells.py", "judging.py", "mapping.py", "rules.py", "sources.py")]
    files.append(Path(pseudonyms.__file__))
    texts = [file.read_bytes() for file in [*files, *sorted((here / "readers").glob("*.py"))]]
    return hashlib.sha256(b"".join(texts)).hexdigest()


def bring_in(
    con: duckdb.DuckDBPyConnection,
    export: Export,
    beside: Mapping[str, list[Export]],
    feeds: Mapping[str, Query],
    rules: Mapping[str, list[Rule]],
    folder: Path,
    naming: pseudonyms.Naming | None = None,
    forgotten: bool = True,
) -> Import:
    """Import one export into `folder/<key>/`; a key that is there already is only read back. Raises Refused.

    naming: how customers get their pseudonyms; what the settings say, where it is not given. Raises Forgotten where the
    export names somebody who is to stay forgotten, unless that is not asked.
    """
    naming = naming or pseudonyms.naming(settings())
    key = key_of(export, beside, feeds, naming)
    home, work = folder / key, folder / f".{key}-building"
    if there := _there(home):
        return there
    shutil.rmtree(work, ignore_errors=True)
    (work / "import").mkdir(parents=True)
    try:
        for name in listed(export.source, "beside"):
            _judge_beside(con, name, beside.get(name, []), work)
        pseudonyms.prepare(con, naming)
        reading = judging.judge(con, export.file, export.source, work)
        _stamp(con, export.source)
        mapping.fill_feeds(con, export.source, feeds, export.name)
        if forgotten:
            _insist_on_forgetting(con, export, naming)
        mapping.quarantine_breaches(con, export.source, rules)
        done = _write(con, export, key, work / "import", reading, feeds, naming)
        _insist_unchanged([export, *(other for others in beside.values() for other in others)])
        shutil.rmtree(home, ignore_errors=True)
        (work / "import").rename(home)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return done


class Forgotten(Refused):
    """An export that names people who were forgotten: their ids, and the first lines of their records."""

    def __init__(self, ids: frozenset[str], lines: set[int]) -> None:
        super().__init__("names somebody who was forgotten, and could not be rewritten without them.")
        self.ids, self.lines = ids, lines


def _insist_on_forgetting(con, export: Export, naming: pseudonyms.Naming) -> None:
    met = pseudonyms.met_again(con, naming)
    if not met:
        return
    lines: set[int] = set()
    for feed in mapping.feeds_of(export.source):
        if feed not in ("comments", "investments"):
            theirs = f"select distinct source_line from mapped_{feed} where list_contains(?, {mapping.CUSTOMER})"
            lines |= {line for (line,) in con.execute(theirs, [[name for _, name in met]]).fetchall()}
    raise Forgotten(frozenset(one for one, _ in met), lines)


def _insist_unchanged(exports: Iterable[Export]) -> None:
    """What was read is what was hashed; rows of a half-copied file would stay under a content that no file has."""
    for one in exports:
        if one.seen and (not one.file.exists() or state_of(one.file) != one.seen):
            raise Refused(f"{one.name} changed while it was being read. Refresh again once it is complete.")


def _there(home: Path) -> Import | None:
    """The import, if it is there and its record can be read: a power cut may leave a record without its text."""
    try:
        return read_import(home)
    except (OSError, ValueError, TypeError):
        return None


def read_import(home: Path) -> Import:
    """The record of an import that is already there."""
    return Import(**json.loads((home / "import.json").read_text(encoding="utf-8")))


def _judge_beside(con, name: str, exports: Iterable[Export], work: Path) -> None:
    """The typed rows of another source's files as one table named after that source."""
    if not exports:
        raise Refused(f"needs the rows of {name} beside it, and no file of that source is here. Export that one too.")
    for place, export in enumerate(exports):
        try:
            judging.judge(con, export.file, export.source, work)
        except Refused as refusal:
            raise Refused(f"needs the rows of {name} beside it, and {export.name} {refusal}") from None
        verb = f"insert into {quoted(name)} by name" if place else f"create or replace temp table {quoted(name)} as"
        con.execute(f"{verb} select * from export")


def _stamp(con, source: Query) -> None:
    """Set the moment of the export: the latest in the columns that the header names (`table.column` for one beside)."""
    places = [name.rpartition(".") for name in listed(source, "exported_at")]
    moments = [f"(select max({quoted(column)}) from {quoted(table or 'export')})" for table, _, column in places]
    latest = f"greatest({', '.join(moments)})" if moments else "null::timestamp"
    con.execute(f"set variable exported_at = {latest}")
    alone = places and not source.get("fold") and not any(table for table, *_ in places)
    _stamp_last(con, [quoted(column) for *_, column in places] if alone else [])


def _stamp_last(con, columns: list[str]) -> None:
    """Set the line of the one row that the export's end was read from, and the end as all other rows tell it.

    A late case moves the end past its own promise, a kept one never does: its own end must not say that it was due.
    """
    found = (0, None, None)
    if columns:
        found = con.execute(
            f"with moments as (select source_line, greatest({', '.join(columns)}) as moment from export), "
            "ends as (select max(moment) as last from moments) "
            "select count(*) filter (where moment = last), min(source_line) filter (where moment = last), "
            "max(moment) filter (where moment < last) from moments cross join ends"
        ).fetchone()
    rows, line, before = found
    known = rows == 1 and before is not None
    con.execute("set variable last_line = ?::bigint", [line if known else None])
    con.execute("set variable before_last = ?::timestamp", [before if known else None])


def _write(
    con,
    export: Export,
    key: str,
    folder: Path,
    reading: Reading,
    feeds: Mapping[str, Query],
    naming: pseudonyms.Naming,
) -> Import:
    """Write feeds and quarantine beside each other. Raises Refused when too little of the file can be used."""
    read, quarantined = _reconciled(con, export, reading)
    told = {name: _write_feed(con, feeds[name], folder) for name in mapping.feeds_of(export.source)}
    _write_quarantine(con, reading, folder)
    moment = con.execute("select getvariable('exported_at')::timestamp").fetchone()[0]
    said = moment.isoformat() if moment else None
    counts = (read, read - quarantined, quarantined)
    sums = (_of(told, "rows"), _of(told, "sum"))
    done = Import(key, export.source.id, export.name, export.content, *counts, said, *sums, naming.mark)
    (folder / "import.json").write_text(json.dumps(asdict(done), indent=1), encoding="utf-8")
    return done


def _reconciled(con, export: Export, reading: Reading) -> tuple[int, int]:
    """(rows read, rows quarantined), after checking that every row that was read went to exactly one side."""
    read = con.execute("select count(*) from judged").fetchone()[0] + len(reading.broken)
    quarantined = con.execute("select count(*) from quarantined").fetchone()[0]
    accepted = con.execute("select count(*) from export anti join quarantined using (source_line)").fetchone()[0]
    if read != accepted + quarantined:
        raise Refused(
            f"does not add up: {read:,} rows read, {accepted:,} accepted, {quarantined:,} quarantined. "
            "This is a defect of the importer; please report it with the file."
        )
    bad = con.execute(f"select count(*) from quarantined where {_BAD}").fetchone()[0]
    if read and bad / read > MOST_QUARANTINED:
        raise Refused(_mostly_bad(con, export.source, read, bad))
    return read, quarantined


def _of(told: Mapping[str, Mapping[str, dict]], what: str) -> dict[str, dict]:
    return {feed: {month: one[what] for month, one in months.items()} for feed, months in told.items()}


def _write_feed(con, feed: Query, folder: Path) -> dict[str, dict]:
    """The feed's rows by month, each in files of its own. Returns month -> {rows, sum}."""
    some = con.execute("select count(*) from quarantined").fetchone()[0]
    good = " anti join quarantined using (source_line)" if some else ""
    select = f"select * exclude (misfit), {shelves.month_of(feed)} as month from mapped_{feed.id}{good}"
    con.execute(f"copy ({select}) to {literal(str(folder / feed.id))} (format parquet, partition_by (month))")
    return dict(sorted(shelves.sums(con, select).items()))


def part(home: Path, feed: str, month: str) -> list[Path]:
    """The files that hold one month of a feed in the folder of an import."""
    return sorted((home / feed / f"month={month}").iterdir())


def _write_quarantine(con, reading: Reading, folder: Path) -> None:
    """Every quarantined row: what is told of it, and apart from that its record as it stands in the export.

    A record names people in whatever columns the tool has, so it lies with the ids behind the pseudonyms, under
    `private/`; what is told holds neither ids nor addresses.
    """
    apart = folder / PRIVATE
    apart.mkdir(mode=0o700)
    cells = ", ".join(f"{literal(name)}: {quoted(name)}" for name in reading.columns)
    wanted = f"select * from {reading.numbered} semi join quarantined using (source_line)"
    raw = f"select source_line, to_json({{{cells}}})::varchar as text from ({wanted})"
    some = con.execute("select count(*) from quarantined where record is null").fetchone()[0]
    found = f"left join ({raw}) using (source_line)" if some else "cross join (select null as text)"
    con.execute(
        f"copy (select source_line, field, value, reason, coalesce(record, text) as record from quarantined {found} "
        f"order by source_line) to {literal(str(apart / 'quarantine.parquet'))}"
    )
    con.execute(
        "copy (select source_line, field, case when record is null then "
        f"regexp_replace(coalesce(pseudonym, value), '{_ADDRESS}', '(an e-mail address)', 'g') end as value, reason "
        "from quarantined left join known_ids on known_ids.id = value order by source_line) "
        f"to {literal(str(folder / 'quarantine.parquet'))}"
    )
    con.execute(f"copy (from known_ids order by all) to {literal(str(apart / 'identities.parquet'))}")


def _mostly_bad(con, source: Query, read: int, bad: int) -> str:
    field_, value, reason, line = con.execute(
        "select field, first(value order by source_line), reason, min(source_line) from quarantined "
        f"where {_BAD} group by all order by count(*) desc, min(source_line) limit 1"
    ).fetchone()
    what = f'"{field_}" {reason}' if field_ else reason
    shown = "" if value is None else f': "{value}"'
    return (
        f"has {bad:,} rows of {read:,} that can't be used (more than {MOST_QUARANTINED:.0%}); "
        f"most often {what}, as in line {line:,}{shown}. Mend the export, or the header of {source.id}."
    )

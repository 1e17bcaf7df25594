"""One export in: recognised, read as text, typed cell by cell, mapped to feeds; what can't be used is quarantined.

The result is a folder under the warehouse's `imports/`, named by what went into it (the file's content, the source,
the feeds' promises), so the same file twice costs nothing. For every file: rows read = rows accepted + rows quarantined.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from bellwether import readers
from bellwether.cells import Cell, cleaned, declared, listed, literal, quoted
from bellwether.readers import Reading, Refused
from bellwether.rules import ROW, Rule
from bellwether.settings import MOST_QUARANTINED
from bellwether.sql import Query, QueryError, Statement


@dataclass(frozen=True)
class Export:
    """A file in the exports folder: its path, its name below that folder, its content's hash and its source."""

    file: Path
    name: str
    content: str
    source: Query


@dataclass(frozen=True)
class Import:
    """What came of one export. `rows`: feed -> month (or "all") -> rows."""

    key: str
    source: str
    file: str
    content: str
    read: int
    accepted: int
    quarantined: int
    exported_at: str | None
    rows: dict[str, dict[str, int]] = field(default_factory=dict)


def content_of(file: Path) -> str:
    """The hash of a file's bytes."""
    with file.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def recognise(file: Path, sources: list[Query]) -> Query:
    """The source whose telling columns the file has; of several the one that asks for most. Raises Refused."""
    format = readers.format_of(file)
    if not format:
        raise Refused("is no kind of file that Bellwether reads. Bring CSV, JSON, Parquet or Excel, gzipped or not.")
    able = [source for source in sources if source.get("format") == format]
    found = [(source, _missing(file, source)) for source in able]
    fitting = sorted((s for s, missing in found if not missing), key=lambda s: -len(listed(s, "recognise")))
    if fitting:
        return fitting[0]
    raise Refused(_strange(file, format, found))


def _missing(file: Path, source: Query) -> list[str]:
    """The telling columns that a file doesn't have."""
    try:
        there = set(readers.columns_of(file, source.get("format"), source.get("records")))
    except UnicodeDecodeError:
        there = set(readers.header_of(file, encoding=source.get("encoding", "latin-1"))[0])
    except (Refused, OSError, EOFError, duckdb.Error):
        there = set()
    return [name for name in listed(source, "recognise") if name not in there]


def _strange(file: Path, format: str, found: list[tuple[Query, list[str]]]) -> str:
    """Why no source takes the file: the nearest one, what it misses, and whether the file itself is damaged."""
    said = f"is of no known source: its columns fit none of the {len(found)} sources that read {format}."
    near = min(found, key=lambda pair: len(pair[1]) / max(1, len(listed(pair[0], "recognise"))), default=None)
    if near and len(near[1]) < len(listed(near[0], "recognise")):
        said += f" Nearest is {near[0].id}, which also wants {', '.join(near[1])}."
    if format == "csv" and (damage := readers.damage(file)):
        return f"{said} Also, the file {damage}"
    return f"{said} Describe it in queries/sources/ (see queries/README.md)."


def key_of(export: Export, beside: Mapping[str, list[Export]], feeds: Mapping[str, Query]) -> str:
    """What an import is known by: everything that could change its rows."""
    parts = [export.content, export.source.file.read_text(encoding="utf-8")]
    for name in listed(export.source, "beside"):
        parts += [
            name,
            *(other.content + other.source.file.read_text(encoding="utf-8") for other in beside.get(name, [])),
        ]
    parts += [feeds[statement.feed].file.read_text(encoding="utf-8") for statement in export.source.statements]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def bring_in(
    con: duckdb.DuckDBPyConnection,
    export: Export,
    beside: Mapping[str, list[Export]],
    feeds: Mapping[str, Query],
    rules: Mapping[str, list[Rule]],
    folder: Path,
) -> Import:
    """Import one export into `folder/<key>/`; a key that is there already is only read back. Raises Refused."""
    key = key_of(export, beside, feeds)
    home = folder / key
    if (home / "import.json").exists():
        return read_import(home)
    for name in listed(export.source, "beside"):
        _type_beside(con, name, beside.get(name, []))
    reading = _type(con, export, "export")
    _stamp(con, export)
    for statement in export.source.statements:
        _map(con, statement, feeds[statement.feed], export)
    _quarantine_breaches(con, export, rules)
    return _write(con, export, key, home, reading, feeds)


def read_import(home: Path) -> Import:
    """The record of an import that is already there."""
    return Import(**json.loads((home / "import.json").read_text(encoding="utf-8")))


def _type(con, export: Export, table: str) -> readers.Reading:
    """Fill `table` with the typed rows that stand, and `quarantined` with those that don't."""
    source = export.source
    cells = declared(source)
    reading = readers.read(con, export.file, source, list(cells))
    absent = [name for name in cells if name not in reading.columns]
    if absent:
        raise Refused(
            f"lacks the column {', '.join(absent)}, which {source.id} types. Export it again with that column."
        )
    con.execute(f"create or replace temp table judged as {_judging(source, cells, reading.columns)}")
    con.execute(
        f"create or replace temp table {quoted(table)} as select * exclude (problem) from judged where problem is null"
    )
    con.execute(
        "create or replace temp table quarantined as select source_line, problem.field as field, "
        "problem.value as value, problem.reason as reason, to_json(raw)::varchar as record "
        "from judged join raw on raw.line = judged.source_line where problem is not null"
    )
    for one in reading.broken:
        row = [one.line, None, one.value[:200], one.reason, one.value]
        con.execute("insert into quarantined values (?, ?, ?, ?, ?)", row)
    return reading


def _judging(source: Query, cells: Mapping[str, Cell], columns: list[str]) -> str:
    """The SELECT that turns `raw` into typed rows with the first problem of each, if any."""
    clean = ", ".join(f"{cleaned(source, name)} as {quoted(name)}" for name in columns)
    typed = ", ".join(f"{cells[name].sql if name in cells else quoted(name)} as {quoted(name)}" for name in columns)
    refused = [_refusal(source, value) for value in source.header.get("refuse", ())]
    later = f"coalesce(cell_problem, case {' '.join(refused)} end)" if refused else "cell_problem"
    return (
        f"with clean as (select line, {clean} from raw), "
        f"typed as (select line as source_line, {typed}, {_problem(source, cells)} as cell_problem from clean) "
        f"select * exclude (cell_problem), {later} as problem from typed"
    )


def _problem(source: Query, cells: Mapping[str, Cell]) -> str:
    """The first cell of a row that can't be used, as a struct; null for a row that stands."""
    whens = [f"when {quoted(name)} is null then {_told(name, 'is empty')}" for name in listed(source, "required")]
    for name, cell in cells.items():
        if cell.sql != quoted(name):
            reason = _told(name, f"is not {cell.expected}")
            whens.append(f"when {quoted(name)} is not null and ({cell.sql}) is null then {reason}")
    return (
        f"case {' '.join(whens)} end" if whens else "cast(null as struct(field varchar, value varchar, reason varchar))"
    )


def _told(name: str, reason: str) -> str:
    return f"{{'field': {literal(name)}, 'value': {quoted(name)}, 'reason': {literal(reason)}}}"


def _refusal(source: Query, value: str) -> str:
    condition, because, reason = value.partition(" because ")
    if not because:
        raise source.complain("refuse", f'"{value}" gives no reason. Write: condition because reason.')
    return f"when {condition} then {{'field': null, 'value': null, 'reason': {literal('left out: ' + reason)}}}"


def _type_beside(con, name: str, exports: list[Export]) -> None:
    """The typed rows of another source's files as one table named after that source."""
    if not exports:
        raise Refused(f"needs the rows of {name} beside it, and no file of that source is here. Export that one too.")
    for place, export in enumerate(exports):
        _type(con, export, "beside")
        verb = f"insert into {quoted(name)} by name" if place else f"create or replace temp table {quoted(name)} as"
        con.execute(f"{verb} select * from beside")


def _stamp(con, export: Export) -> None:
    """Set the moment of the export: the latest in the columns that the source's header names, else unknown."""
    moments = [f"max({quoted(name)})" for name in listed(export.source, "exported_at")]
    latest = f"greatest({', '.join(moments)})" if moments else "null::timestamp"
    con.execute(f"set variable exported_at = (select {latest} from export)")


def _map(con, statement: Statement, feed: Query, export: Export) -> None:
    """Run one statement of the source into `mapped_<feed>`, which has exactly the feed's columns."""
    con.execute(f"create or replace temp table mapped_{feed.id} as {feed.sql}")
    stamps = f"{literal(export.source.id)} as source, {literal(export.name)} as source_file"
    try:
        con.execute(
            f"insert into mapped_{feed.id} by name select rows.*, {stamps}, "
            f"getvariable('exported_at')::timestamp as exported_at from ({statement.sql}) rows"
        )
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise QueryError(export.source.file, statement.line, f"does not fill the feed {feed.id}. {said}") from None


def _quarantine_breaches(con, export: Export, rules: Mapping[str, list[Rule]]) -> None:
    """Move the rows that break a row-level promise of their feed out of every feed, with all lines of their record."""
    feeds = [statement.feed for statement in export.source.statements]
    con.execute(
        "create or replace temp table breaches (source_line bigint, field varchar, value varchar, reason varchar)"
    )
    for feed in feeds:
        for rule in [rule for rule in rules[feed] if rule.reach == ROW]:
            con.execute(
                f"insert into breaches select source_line, ?, {quoted(rule.columns[0])}::varchar, ? "
                f"from mapped_{feed} where {rule.breach}",
                [rule.columns[0], f"breaks the promise of {feed}: {rule.says}"],
            )
        _mark_repeats(con, feed, rules[feed][0])
    if con.execute("select count(*) from breaches").fetchone()[0]:
        _move_breaches(con, export, feeds)


def _mark_repeats(con, feed: str, key: Rule) -> None:
    """A natural key that stands twice in one file: the last line is kept, the others are breaches."""
    columns = ", ".join(map(quoted, key.columns))
    shown = " || ' ' || ".join(f"{quoted(name)}::varchar" for name in key.columns[1:])
    con.execute(
        f"insert into breaches select source_line, ?, {shown}, 'stands again in line ' || last_line || ' of the same file' "
        f"from (select *, max(source_line) over (partition by {columns}) as last_line from mapped_{feed}) "
        "where source_line < last_line",
        [key.columns[1]],
    )


def _move_breaches(con, export: Export, feeds: list[str]) -> None:
    fold = export.source.get("fold")
    record = quoted(fold) if fold else "source_line"
    con.execute(
        "create or replace temp table first_breach as "
        "select source_line, first(field) as field, first(value) as value, first(reason) as reason "
        "from breaches group by source_line"
    )
    con.execute(
        f"insert into quarantined select export.source_line, breach.field, breach.value, breach.reason, "
        f"to_json(raw)::varchar from export join (select {record} as record, first_breach.* exclude (source_line) "
        f"from first_breach join export using (source_line)) breach on export.{record} = breach.record "
        "join raw on raw.line = export.source_line"
    )
    for feed in feeds:
        con.execute(f"delete from mapped_{feed} where source_line in (select source_line from quarantined)")


def _write(con, export: Export, key: str, home: Path, reading: Reading, feeds: Mapping[str, Query]) -> Import:
    """Write feeds and quarantine beside each other, then show them under their final name in one step."""
    building = home.with_name(f".{key}-building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    rows = {name: _write_feed(con, feeds[name], building) for name in _feeds_of(export.source)}
    con.execute(
        f"copy (select * from quarantined order by source_line) to {literal(str(building / 'quarantine.parquet'))}"
    )
    read = con.execute("select count(*) from raw").fetchone()[0] + len(reading.broken)
    quarantined = con.execute("select count(*) from quarantined").fetchone()[0]
    if read and quarantined / read > MOST_QUARANTINED:
        raise Refused(_mostly_bad(con, export, read, quarantined))
    moment = con.execute("select getvariable('exported_at')::timestamp").fetchone()[0]
    done = Import(
        key,
        export.source.id,
        export.name,
        export.content,
        read,
        read - quarantined,
        quarantined,
        moment.isoformat() if moment else None,
        rows,
    )
    (building / "import.json").write_text(json.dumps(asdict(done), indent=1), encoding="utf-8")
    shutil.rmtree(home, ignore_errors=True)
    building.rename(home)
    return done


def _feeds_of(source: Query) -> list[str]:
    return [statement.feed for statement in source.statements]


def _write_feed(con, feed: Query, folder: Path) -> dict[str, int]:
    month = month_of(feed)
    file = literal(str(folder / f"{feed.id}.parquet"))
    con.execute(f"copy (select *, {month} as month from mapped_{feed.id}) to {file}")
    return dict(con.execute(f"select {month}, count(*) from mapped_{feed.id} group by all order by all").fetchall())


def month_of(query: Query) -> str:
    """The SQL that names a row's month, `2026-03`, or `all` for what is kept whole."""
    moment = query.get("month")
    return f"coalesce(strftime({moment}, '%Y-%m'), 'none')" if moment else "'all'"


def _mostly_bad(con, export: Export, read: int, quarantined: int) -> str:
    field, value, reason, line = con.execute(
        "select field, any_value(value), reason, min(source_line) from quarantined group by all order by count(*) desc"
    ).fetchone()
    return (
        f"has {quarantined:,} rows of {read:,} that can't be used (more than {MOST_QUARANTINED:.0%}); most often "
        f'"{field}" {reason}, as in line {line:,}: "{value}". Mend the export, or {export.source.id}\'s header.'
    )

"""An export's cells, cleaned and typed: `export` holds the rows that stand, `quarantined` the others and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from bellwether import readers
from bellwether.cells import STATED, Cell, cleaned, declared, listed, literal, quoted
from bellwether.readers import Reading, Refused
from bellwether.sql import Query

LEFT_OUT = "left out: "
# Of more columns DuckDB looks for common expressions in a time that grows with their square.
_MANY_COLUMNS = 200
_WRITERS_FAULT = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)


def judge(con: duckdb.DuckDBPyConnection, file: Path, source: Query, work: Path) -> Reading:
    """Make the view `export` and the table `quarantined` (source_line, field, value, reason, record) of one file.

    `record` is filled only for records without cells. Raises Refused and QueryError.
    """
    reading = readers.read(con, file, source, list(declared(source)), work)
    source = _in_zone(source, reading)
    cells = declared(source)
    _insist(source, cells, reading)
    if not _judged(con, source, cells, reading):
        reading = readers.read_carefully(file, source, work)
        _judged(con, source, cells, reading)
    lined = "(select rowid + 2 as source_line, * from judged)" if reading.must else "judged"
    con.execute(f"create or replace temp view lined as from {_with_absent(lined, cells, reading)}")
    con.execute(
        "create or replace temp table quarantined as select source_line, problem.field as field, "
        "problem.value as value, problem.reason as reason, null::varchar as record from lined where problem is not null"
    )
    if reading.broken:
        con.execute(
            "insert into quarantined select source_line::bigint, null, left(value, 200), reason, coalesce(value, '') "
            f"from {readers.broken_rows(reading, work)}"
        )
    _stand(con, source)
    return reading


def _in_zone(source: Query, reading: Reading) -> Query:
    """The source with the zone that the file states, where its header leaves it to the file."""
    if source.get("zone") != STATED:
        return source
    return replace(source, header={**source.header, "zone": (reading.zone or "UTC",)})


def _insist(source: Query, cells: Mapping[str, Cell], reading: Reading) -> None:
    needed = [name for name in cells if name not in listed(source, "optional")]
    absent = [name for name in needed if name not in reading.columns]
    if absent:
        raise Refused(f"lacks the column {', '.join(absent)}, which {source.id} needs. Export it again with it.")


def _judged(con, source: Query, cells: Mapping[str, Cell], reading: Reading) -> bool:
    """Fill `judged`; False when the file was taken as one record a line and isn't."""
    spared = "common_subexpressions" if len(reading.columns) > _MANY_COLUMNS else ""
    con.execute(f"set disabled_optimizers = {literal(spared)}")
    try:
        con.execute(f"create or replace temp table judged as {_judging(source, cells, reading)}")
    except _WRITERS_FAULT as error:
        raise source.complain("refuse", f"does not fit the export. {_first(error)}") from None
    except duckdb.Error as error:
        if reading.must:
            return False
        raise Refused(f"can't be read: {_first(error)}. Export it again.") from None
    return reading.must is None or con.execute("select count(*), sum(cell_bytes) from judged").fetchone() == (
        reading.must.rows,
        reading.must.cells if reading.must.rows else None,
    )


def _judging(source: Query, cells: Mapping[str, Cell], reading: Reading) -> str:
    """The SELECT that turns text into typed rows, each with its first problem, if any."""
    line = "" if reading.must else "source_line, "
    weighed = reading.must and reading.must.cells is not None
    weight = f"strlen(replace(concat({_all(reading.columns)}), '\"', ''))" if weighed else "null::bigint"
    clean = [f"{cleaned(source, name)} as {quoted(name)}" for name in reading.columns]
    typed = {name: cells[name].sql for name in reading.columns if name in cells and cells[name].sql != quoted(name)}
    final = [f"{quoted(_typed(name))} as {quoted(name)}" if name in typed else quoted(name) for name in reading.columns]
    reads = "".join(f", {sql} as {quoted(_typed(name))}" for name, sql in typed.items())
    select = (
        f"with clean as (select {line}{weight} as cell_bytes, {', '.join(clean)} from {reading.relation}), "
        f"read as (select *{reads} from clean), "
        f"typed as (select {line}cell_bytes, {', '.join(final)}, "
        f"{_problem(source, cells, typed)} as problem from read) "
    )
    refused = " ".join(_refusal(source, value) for value in source.header.get("refuse", ()))
    if not refused:
        return f"{select} from typed"
    absent = ["problem", *(name for name in cells if name not in reading.columns)]
    later = f"coalesce(problem, case {refused} end) as problem"
    return f"{select} select * exclude ({_all(absent)}), {later} from {_with_absent('typed', cells, reading)}"


def _with_absent(table: str, cells: Mapping[str, Cell], reading: Reading) -> str:
    """A table with the columns that the file may lack, and does: empty, of their type, and kept nowhere."""
    absent = [name for name in cells if name not in reading.columns]
    if not absent:
        return table
    texts = ", ".join(f"null::varchar as {quoted(name)}" for name in absent)
    typed = ", ".join(f"{cells[name].sql} as {quoted(name)}" for name in absent)
    return f"(select * replace ({typed}) from (select *, {texts} from {table}))"


def _typed(name: str) -> str:
    """What a column is called while its text and its value stand side by side; no file's name begins with a blank."""
    return f" {name}"


def _all(names: list[str]) -> str:
    return ", ".join(map(quoted, names))


def _problem(source: Query, cells: Mapping[str, Cell], typed: Mapping[str, str]) -> str:
    """The first cell of a row that can't be used, as a struct; null for a row that stands."""
    whens = [f"when {quoted(name)} is null then {_told(name, 'is empty')}" for name in _required(source)]
    for name in typed:
        reason = _told(name, f"is not {cells[name].expected}")
        whens.append(f"when {quoted(name)} is not null and {quoted(_typed(name))} is null then {reason}")
        if within := cells[name].within:
            outside = _told(name, "lies outside the years 1900 to 2199")
            whens.append(f"when not {quoted(_typed(name))} {within} then {outside}")
    for name in [name for name in listed(source, "exported_at") if name in typed]:
        ahead = f"{quoted(_typed(name))} > make_timestamp(epoch_us(now())) + interval 1 day"
        whens.append(f"when {ahead} then {_told(name, 'lies ahead of today')}")
    return (
        f"case {' '.join(whens)} end" if whens else "cast(null as struct(field varchar, value varchar, reason varchar))"
    )


def _required(source: Query) -> list[str]:
    """A record that is folded of several rows can't do without its name."""
    return list(dict.fromkeys([*listed(source, "required"), *listed(source, "fold")]))


def _told(name: str, reason: str) -> str:
    return f"{{'field': {literal(name)}, 'value': {quoted(name)}, 'reason': {literal(reason)}}}"


def _refusal(source: Query, value: str) -> str:
    condition, because, reason = value.partition(" because ")
    if not because:
        raise source.complain("refuse", f'"{value}" gives no reason. Write: condition because reason.')
    return f"when {condition} then {{'field': null, 'value': null, 'reason': {literal(LEFT_OUT + reason)}}}"


def _stand(con, source: Query) -> None:
    """Make `export`. Where several rows make up a record, a bad cell in one takes all of them along."""
    rows = "select * exclude (problem, cell_bytes) from lined where problem is null"
    if fold := source.get("fold"):
        record = quoted(fold)
        con.execute(
            f"create or replace temp table spoilt as select {record}, min(source_line) as bad_line from lined "
            f"where problem.field is not null and {record} is not null group by {record}"
        )
        con.execute(
            "insert into quarantined select source_line, null, null, "
            f"'belongs to the same {fold} as line ' || bad_line || ', which can''t be used', null "
            f"from lined join spoilt using ({record}) where problem is null"
        )
        rows += f" and ({record} is null or {record} not in (select {record} from spoilt))"
    con.execute(f"create or replace temp view export as {rows}")


def _first(error: Exception) -> str:
    return str(error).splitlines()[0]

"""Rows of an export to rows of feeds: each statement fills one feed, and what breaks a feed's promise is taken out."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache

import duckdb

from bellwether.access import pseudonyms
from bellwether.cells import literal, quoted
from bellwether.rules import ROW, Rule
from bellwether.sql import Query, QueryError, Statement

STAMPS = {
    "exported_at": "getvariable('exported_at')",
    "due_until": "case when source_line = getvariable('last_line') then getvariable('before_last') "
    "else getvariable('exported_at') end",
}
CUSTOMER = "customer_id"
TOLD = ("source", "source_file", *STAMPS)
# What makes a body more than picking and renaming: it must not be worked out twice, nor come out differently.
_COSTLY = ("AggFunc", "Distinct", "Join", "Limit", "Pivot", "Rand", "Subquery", "Unnest", "Uuid", "Window", "With")


def fill_feeds(con: duckdb.DuckDBPyConnection, source: Query, feeds: Mapping[str, Query], file: str) -> None:
    """Make `mapped_<feed>` of every feed that the source fills: the feed's columns and `misfit`. Raises QueryError.

    Customers get their pseudonyms on the way: what a source calls `customer_id` is in no feed.
    A value that the feed's column can't hold (money of twenty digits) becomes null, and `misfit` names the column.
    """
    for name in feeds_of(source):
        parts = [
            _select(con, source, place, feeds[name], file)
            for place, statement in enumerate(source.statements)
            if statement.feed == name
        ]
        con.execute(f"create or replace temp view mapped_{name} as {' union all '.join(parts)}")


def feeds_of(source: Query) -> list[str]:
    """The feeds that a source fills, each once."""
    return list(dict.fromkeys(statement.feed for statement in source.statements))


def _select(con, source: Query, place: int, feed: Query, file: str) -> str:
    """The SELECT of a statement with exactly the feed's columns and `misfit`."""
    statement = source.statements[place]
    wanted, given = _kinds(con, feed.sql), _given(con, source, statement, feed)
    _insist(source, statement, feed, wanted, given)
    body = _worked_out(con, source, place)
    stamps = {"source": literal(source.id), "source_file": literal(file), **STAMPS}
    texts = {name: stamps.get(name, f"body.{quoted(name)}" if name in given else "null") for name, _ in wanted}
    met = ""
    if CUSTOMER in given:
        try:
            pseudonyms.meet(con, source.id, f"select {CUSTOMER}::varchar as id from ({body})")
        except duckdb.Error as error:
            raise _complaint(source, statement, error) from None
        texts[CUSTOMER] = "known_ids.pseudonym"
        met = f" left join known_ids on known_ids.id = body.{CUSTOMER}::varchar"
    cells = [f"try_cast({texts[name]} as {kind}) as {quoted(name)}" for name, kind in wanted]
    misfits = [
        f"when body.{quoted(name)} is not null and try_cast(body.{quoted(name)} as {kind}) is null then {literal(name)}"
        for name, kind in wanted
        if given.get(name, kind) != kind
    ]
    misfit = f"case {' '.join(misfits)} end" if misfits else "null::varchar"
    return f"select {', '.join(cells)}, {misfit} as misfit from ({body}) as body{met}"


def _worked_out(con, source: Query, place: int) -> str:
    """A body that only picks and renames is read as it stands; any other is worked out once, whatever it costs."""
    statement = source.statements[place]
    if _is_plain(statement.sql):
        return statement.sql
    try:
        con.execute(f"create or replace temp table worked_{place} as {statement.sql}")
    except duckdb.Error as error:
        raise _complaint(source, statement, error) from None
    return f"from worked_{place}"


@cache
def _is_plain(sql: str) -> bool:
    import sqlglot  # slow to load, and a check of files has no need of it
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except sqlglot.errors.SqlglotError:
        return False
    return isinstance(tree, exp.Select) and tree.find(*(getattr(exp, name) for name in _COSTLY)) is None


def _kinds(con, select: str) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in con.execute(f"describe {select}").fetchall()]


def _given(con, source: Query, statement: Statement, feed: Query) -> dict[str, str]:
    """Column -> type of what the body gives. `Amount as amount` keeps its capital in DuckDB, so names are lowered."""
    try:
        return {name.lower(): kind for name, kind in _kinds(con, statement.sql)}
    except duckdb.Error as error:
        raise _complaint(source, statement, error) from None


def _insist(source: Query, statement: Statement, feed: Query, wanted: list, given: Mapping[str, str]) -> None:
    """The body gives columns of the feed, and the line that a row comes from."""
    known = [name for name, _ in wanted if name not in TOLD]
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else f"Columns: {', '.join(known)}."
            raise QueryError(source.file, statement.line, f'"{name}" is not a column of the feed {feed.id}. {hint}')
    if "source_line" not in given:
        raise QueryError(source.file, statement.line, 'gives no "source_line". Select it, so that a row can be traced.')


def _complaint(source: Query, statement: Statement, error: Exception) -> QueryError:
    said = str(error).splitlines()[0]
    return QueryError(source.file, statement.line, f"does not fill the feed {statement.feed}. {said}")


def quarantine_breaches(con: duckdb.DuckDBPyConnection, source: Query, rules: Mapping[str, list[Rule]]) -> None:
    """Quarantine the rows that break a row-level promise of their feed, with all lines of their record."""
    con.execute(
        "create or replace temp table breaches (source_line bigint, field varchar, value varchar, reason varchar)"
    )
    for feed in feeds_of(source):
        try:
            _mark_breaches(con, feed, [rule for rule in rules[feed] if rule.reach == ROW])
        except duckdb.Error as error:
            first = next(statement for statement in source.statements if statement.feed == feed)
            raise _complaint(source, first, error) from None
        _mark_repeats(con, feed, rules[feed][0])
    if con.execute("select count(*) from breaches").fetchone()[0]:
        _spread(con, source)


def _mark_breaches(con, feed: str, rules: list[Rule]) -> None:
    """One look at all promises; a second at those that were broken."""
    counts = ", ".join(f"count(*) filter (where {rule.breach})" for rule in rules) or "0"
    misfits, *broken = con.execute(f"select count(misfit), {counts} from mapped_{feed}").fetchone()
    if misfits:
        con.execute(
            f"insert into breaches select source_line, misfit, null, 'is more than the feed {feed} can hold' "
            f"from mapped_{feed} where misfit is not null"
        )
    for rule, rows in zip(rules, broken, strict=False):
        if rows:
            con.execute(
                f"insert into breaches select source_line, ?, {quoted(rule.columns[0])}::varchar, ? "
                f"from mapped_{feed} where {rule.breach}",
                [rule.columns[0], f"breaks the promise of {feed}: {rule.says}"],
            )


def _mark_repeats(con, feed: str, key: Rule) -> None:
    """A natural key that stands twice in one file: the last line is kept, the others are breaches."""
    columns = ", ".join(map(quoted, key.columns))
    con.execute(
        f"create or replace temp table repeats as select {columns}, max(source_line) as last_line "
        f"from mapped_{feed} group by {columns} having count(*) > 1"
    )
    if not con.execute("select count(*) from repeats").fetchone()[0]:
        return
    shown = " || ' ' || ".join(f"{quoted(name)}::varchar" for name in key.columns[1:])
    con.execute(
        f"insert into breaches select source_line, ?, {shown}, "
        "'stands again in line ' || last_line || ' of the same file' "
        f"from mapped_{feed} join repeats using ({columns}) where source_line < last_line",
        [key.columns[1]],
    )


def _spread(con, source: Query) -> None:
    """To the quarantine with all lines of a record of which one is a breach."""
    record = quoted(source.get("fold", "source_line"))
    con.execute(f"create or replace temp table places as select source_line as line, {record} as record from export")
    con.execute(
        "create or replace temp table breached as select record, first(field order by line) as field, "
        "first(value order by line) as value, first(reason order by line) as reason "
        "from breaches join places on source_line = line group by record"
    )
    con.execute(
        "insert into quarantined select line, field, value, reason, null from places join breached using (record)"
    )

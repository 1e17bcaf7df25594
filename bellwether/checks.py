"""Check every file under `queries/` without any data, against an empty warehouse that is built in memory.

A file passes when its header and parameters are known, its SQL binds to tables that are there, and it gives the columns
that its kind owes. Each complaint names file, line, value and fix.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from bellwether import (
    allowed,
    asking,
    cells,
    exploring,
    filters,
    governance,
    marts,
    records,
    recovery_marts,
    rehearsal,
    relationship_marts,
    rules,
    schemas,
    segment_marts,
    shelves,
    source_checks,
    sql,
    verdict_marts,
)
from bellwether import style as styles
from bellwether.access import bundles
from bellwether.engine.duckdb import prepare
from bellwether.journey import marts as journey_marts
from bellwether.matters import marts as matters_marts
from bellwether.outlook import ground, people, proof, satisfaction
from bellwether.outlook import marts as ahead
from bellwether.passed import Passed
from bellwether.settings import Settings
from bellwether.sql import Query, QueryError


@dataclass(frozen=True)
class Complaint:
    """One thing to mend."""

    file: str
    line: int
    sentence: str


@dataclass(frozen=True)
class Checked:
    """How many files were looked at, what is to be mended in them, and what else was found out."""

    files: int
    complaints: tuple[Complaint, ...]
    told: tuple[str, ...] = ()


def check(
    settings: Settings, path: Path | None = None, style: bool = False, data: bool = False, memory: Path | None = None
) -> Checked:
    """Check all files; complain of those at or below `path`.

    style: how their SQL is written as well. data: ask questions to explore of the newest version, where there is one.
    memory: where to remember what passed; what has not changed since is then not judged again.
    """
    found: list[QueryError] = []
    files = [file for file in sql.find(settings.queries) if _within(file, path)]
    passed = Passed(settings, memory)
    mine = _parsed(files, settings.queries, found)
    fresh = [query for query in mine if query.file not in passed]
    if fresh or found:
        with empty(settings, found) as house:
            for query in fresh:
                _gather(found, lambda query=query: _look(house, query, found))
    standing = _unbroken(mine, found)  # a case that comes out otherwise is no reason not to ask a version too
    rehearsal.on_their_cases(settings, [query for query in standing if query in fresh], found)
    passed.add(query.file for query in _unbroken(fresh, found))
    told = rehearsal.on_newest(settings, standing, found) if data else []
    if style:
        found += styles.complaints(mine)
    complaints = (Complaint(sql.shown(one.file), one.line, str(one)) for one in found if one.file in files)
    return Checked(len(files), tuple(dict.fromkeys(complaints)), tuple(told))


def _unbroken(queries: Iterable[Query], found: Iterable[QueryError]) -> list[Query]:
    broken = {one.file for one in found}
    return [query for query in queries if query.file not in broken]


@contextlib.contextmanager
def empty(settings: Settings, found: list[QueryError]) -> Iterator[House]:
    """Every file that can be read, and the empty warehouse that they make. found: what is wrong with the others."""
    queries = _parsed(sql.find(settings.queries), settings.queries, found)
    with duckdb.connect() as con:
        _build(con, settings, queries, found)
        con.execute("set enable_external_access = false")
        yield House(con, settings, queries)


def _within(file: Path, path: Path | None) -> bool:
    return path is None or file.resolve().is_relative_to(path)


def _gather(found: list[QueryError], step: Callable[[], object]) -> None:
    try:
        step()
    except QueryError as error:
        found.append(error)


def _parsed(files: Iterable[Path], folder: Path, found: list[QueryError]) -> list[Query]:
    queries: list[Query] = []
    for file in files:
        _gather(found, lambda file=file: queries.append(sql.parse(file, folder)))
    return queries


def _build(con: duckdb.DuckDBPyConnection, settings: Settings, queries: list[Query], found: list[QueryError]) -> None:
    """The empty warehouse: feeds, governance, marts and records, as a refresh would make them."""
    prepare(con, settings.queries / "macros.sql", settings.company)
    con.execute("attach ':memory:' as marts")
    con.execute("attach ':memory:' as sums")
    governance.create(con)
    records.create(con)
    for feed in _of(queries, "feed"):
        _gather(found, lambda feed=feed: marts.run(con, feed, f"create table {feed.id} as {feed.sql}"))
    marts.calendar(con, {})
    marts.horizons(con)
    indicators = _of(queries, "indicator")
    _gather(found, lambda: _build_marts(con, marts.in_order(_of(queries, "mart")), indicators, found))


def _build_marts(con, found_marts: list[Query], indicators: list[Query], found: list[QueryError]) -> None:
    for mart in [mart for mart in found_marts if mart.get("month")]:
        nowhere = shelves.Shelf(f"marts/{mart.id}", Path(), None, {})
        _gather(found, lambda mart=mart, shelf=nowhere: marts.shelve(con, mart, shelf, same=False))
    satisfaction.nothing(con)
    for mart in [mart for mart in found_marts if mart.get("each")]:
        for indicator in indicators:
            _gather(found, lambda mart=mart, one=indicator: marts.roll_up(con, mart, one))
        con.execute(f"create view {mart.id} as select * from sums.{mart.id}")
    bundles.nothing(con)
    marts.small(con, found_marts, indicators)
    recovery_marts.nothing(con)
    relationship_marts.nothing(con)
    segment_marts.nothing(con)
    relationship_marts.beside(con, indicators)
    journey_marts.nothing(con)
    matters_marts.nothing(con)
    ground.make_tables(con)
    proof.nothing(con)
    ahead.nothing(con)
    people.nothing(con)
    verdict_marts.nothing(con)


def _of(queries: Iterable[Query], kind: str) -> list[Query]:
    return [query for query in queries if query.kind == kind]


@dataclass(frozen=True)
class House:
    """The empty warehouse, and every file that could be read."""

    con: duckdb.DuckDBPyConnection
    settings: Settings
    queries: list[Query]

    @cached_property
    def leave(self) -> allowed.Leave:
        return allowed.leave(self.con)

    @cached_property
    def schema(self) -> dict[str, dict[str, str]]:
        """table -> column -> type."""
        return schemas.schema_of(self.con)

    def ids(self, kind: str) -> list[str]:
        return [one.id for one in _of(self.queries, kind)]


def _look(house: House, query: Query, found: list[QueryError]) -> None:
    """What a file of this kind owes."""
    con = house.con
    if query.kind == "source":
        known = {one.id: one for one in _of(house.queries, "source")}
        source_checks.fills(con, query, {name: known[name] for name in cells.listed(query, "beside") if name in known})
    elif query.kind == "feed":
        rules.rules_of(query)
    elif query.kind == "mart":
        marts.run(con, query, f"select * from {query.id} limit 0")
    elif query.kind == "indicator":
        _indicator(con, query)
    elif query.kind == "explore":
        _explored(house, query, found)
    else:
        _described(house, query)


def _described(house: House, query: Query) -> dict[str, str]:
    """The columns that a question gives, and their types."""
    text = asking.text_of(house.settings, query, {})
    described = marts.run(house.con, query, f"describe {text}", filters.values(query.parameters, {}))
    return dict(row[:2] for row in described.fetchall())


def _explored(house: House, query: Query, found: list[QueryError]) -> None:
    """First whether it may be asked at all; then whether it gives what is drawn; then everything else."""
    from bellwether import questions  # loads the second parser, which a check of what has not changed can do without

    refused = list(questions.may(query, house.leave))
    found += refused
    if refused:
        return
    described = _described(house, query)
    for rule in (
        lambda: exploring.owed(query, described, house.ids("explore"), house.ids("answer")),
        lambda: found.extend(exploring.grained(query, described)),
        lambda: found.extend(exploring.budget(query)),
        lambda: found.extend(questions.complaints(query, house.schema)),
    ):
        _gather(found, rule)


def _indicator(con, indicator: Query) -> None:
    """Exactly the columns of an observation, in any order, each of its type."""
    described = dict(row[:2] for row in marts.run(con, indicator, f"describe {indicator.sql}").fetchall())
    for name in marts.OBSERVATION:
        if name not in described:
            raise indicator.complain(
                "title", f'lacks the column "{name}". An observation has {", ".join(marts.OBSERVATION)}.'
            )
    for name, kind in described.items():
        if name not in marts.OBSERVATION:
            raise indicator.complain("title", f'"{name}" is no column of an observation. Take it out.')
        wanted = marts.OBSERVATION[name]
        if wanted and kind not in (wanted, '"NULL"'):
            raise indicator.complain("title", f"{name} is {kind.lower()}; it has to be {wanted.lower()}. Cast it.")

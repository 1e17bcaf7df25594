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
    marts,
    rehearsal,
    rules,
    schemas,
    source_checks,
    sql,
)
from bellwether import style as styles
from bellwether.access import suppression
from bellwether.engine.duckdb import prepare
from bellwether.passed import QUESTIONS, Passed
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
        questions = all(query.kind in QUESTIONS for query in fresh)
        with _house(settings, passed, found, questions) as house:
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
    from bellwether import blank  # loads all that makes marts, which a check of a question can do without

    with duckdb.connect() as con:
        prepare(con, settings.queries / "macros.sql", settings.company)
        blank.build(con, queries, lambda step: _gather(found, step))
        con.execute("set enable_external_access = false")
        yield House(con, settings)


@contextlib.contextmanager
def standing(settings: Settings, memory: Path | None = None) -> Iterator[House]:
    """As `empty`, but as it was when it was last built from the same files, if that is remembered."""
    with _house(settings, Passed(settings, memory), [], questions=True) as house:
        yield house


@contextlib.contextmanager
def _house(settings: Settings, passed: Passed, found: list[QueryError], questions: bool) -> Iterator[House]:
    """The empty warehouse; for `questions` as it was when it was last built from the same files, if it ever was."""
    if questions and passed.tables is not None:
        with duckdb.connect() as con:
            prepare(con, settings.queries / "macros.sql", settings.company)
            schemas.draw(con, passed.tables)
            con.execute("set enable_external_access = false")
            yield House(con, settings)
        return
    broken = len(found)
    with empty(settings, found) as house:
        if len(found) == broken:
            passed.tables = house.schema
        yield house


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


@dataclass(frozen=True)
class House:
    """The empty warehouse, and the files beside the one that is looked at."""

    con: duckdb.DuckDBPyConnection
    settings: Settings

    @cached_property
    def leave(self) -> allowed.Leave:
        return allowed.leave(self.con)

    @cached_property
    def schema(self) -> dict[str, dict[str, str]]:
        """table -> column -> type."""
        return schemas.schema_of(self.con)

    @cached_property
    def queries(self) -> list[Query]:
        """Every file that can be read."""
        found: list[QueryError] = []
        return _parsed(sql.find(self.settings.queries), self.settings.queries, found)

    def ids(self, kind: str) -> list[str]:
        return [sql.id_of(file, self.settings.queries) for file in sql.find(self.settings.queries, kind)]


def _look(house: House, query: Query, found: list[QueryError]) -> None:
    """What a file of this kind owes."""
    con = house.con
    if query.kind == "source":
        known = {one.id: one for one in sql.of_kind(house.queries, "source")}
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
        _owns(query, _described(house, query))


def _owns(query: Query, described: dict[str, str]) -> None:
    """What an answer calls the company's own is one of its columns, and no figure of people."""
    for name in cells.listed(query, "own"):
        if name not in described:
            raise query.complain("own", f'"{name}" is no column of the answer. {sql.nearest(name, described)}')
        if name in suppression.COUNTS:
            raise query.complain("own", f'"{name}" tells of people, and is emptied for small groups. Take it out.')


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

"""Test cases of questions as data: feeds as CSV go in, the rows that must come out stand beside them.

    tests/cases/explore/contacts/repeat_contacts/one_repeat/interactions.csv, expected.csv, and maybe filters.csv

Feeds that a case does not name are empty. Marts that the question reads are built from them, those kept row by row
and those made by SQL alone; roll-ups of indicators and what foresight makes are not, and a question that reads them
can't have a case.
"""

from __future__ import annotations

import contextlib
import csv
import threading
from collections.abc import Iterator
from math import isclose
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bellwether import filters, governance, marts, records, sql
from bellwether.cells import literal
from bellwether.engine.duckdb import frame, prepare
from bellwether.settings import Company, Settings
from bellwether.sql import Query, QueryError

EXPECTED, FILTERS = "expected.csv", "filters.csv"
COMPANY = Company(zone="UTC")


def folder(settings: Settings) -> Path:
    """Where test cases lie: beside the `queries/` that they are of."""
    return settings.queries.parent / "tests" / "cases"


def answer(settings: Settings, query: Query, case: Path, seconds: float = 60) -> pl.DataFrame:
    """What a question answers to a case. Raises QueryError where it, or a mart that it reads, can't be run.

    seconds: how long it may take.
    """
    with stage(settings) as con:
        return answer_on(con, settings, query, case, seconds)


@contextlib.contextmanager
def stage(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty company, for one case after the other."""
    with duckdb.connect() as con:
        prepare(con, settings.queries / "macros.sql", COMPANY)
        con.execute("attach ':memory:' as marts")
        governance.create(con)
        records.create(con)
        for feed in sql.load(settings.queries, "feed"):
            marts.run(con, feed, f"create table {feed.id} as {feed.sql}")
        con.execute(f"create view horizons as {marts.HORIZONS}")
        yield con


def answer_on(con, settings: Settings, query: Query, case: Path, seconds: float = 60) -> pl.DataFrame:
    """The same on a stage, which is left as empty as it was."""
    con.execute("begin")
    try:
        for feed in sql.load(settings.queries, "feed"):
            _fill(con, feed.id, case / f"{feed.id}.csv")
        for mart in _needed(query, marts.in_order(sql.load(settings.queries, "mart"))):
            marts.run(con, mart, f"create table {mart.id} as {mart.sql}")
        return _asked(con, query, case, seconds)
    finally:
        con.execute("rollback")


def _asked(con: duckdb.DuckDBPyConnection, query: Query, case: Path, seconds: float) -> pl.DataFrame:
    bound = filters.values(query.parameters, given(case))
    timer = threading.Timer(seconds, con.interrupt)
    timer.start()
    try:
        return frame(con, query.sql, bound)
    except duckdb.InterruptException:
        said = f'takes more than {seconds:g} seconds with the few rows of its case "{case.name}": it doesn\'t end. '
        raise query.complain("title", f"{said}Give its joins a condition.") from None
    except duckdb.Error as error:
        line = query.statements[0].line + sql.line_within(error)
        raise QueryError(query.file, line, sql.first_line(error)) from None
    finally:
        timer.cancel()


def _fill(con: duckdb.DuckDBPyConnection, feed: str, file: Path) -> None:
    """The rows of a CSV into a feed; an empty cell is no value, and a row that names no source gets one."""
    if not file.exists():
        return
    con.execute(f"insert into {feed} by name select * from read_csv({literal(str(file))}, all_varchar = true)")
    con.execute(f"update {feed} set source = coalesce(source, 'case')")


def _needed(query: Query, ordered: list[Query]) -> list[Query]:
    """The marts that a question reads, and those behind them, each after what it reads."""
    wanted = set(sql.reads(query.sql))
    for mart in reversed(ordered):
        if mart.id in wanted:
            wanted |= sql.reads(mart.sql)
    return [mart for mart in ordered if mart.id in wanted and not mart.get("each")]


def given(case: Path) -> dict[str, Any]:
    """The filters of a case: lines `name,value` in filters.csv, values as on the command line."""
    file = case / FILTERS
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["name"]: filters.parse(row["name"], row["value"]) for row in csv.DictReader(lines)}


def differences(found: pl.DataFrame, expected: Path) -> list[str]:
    """What an answer has otherwise than the file says, one sentence a cell; empty when all is as it should be."""
    with expected.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    wanted = list(rows[0]) if rows else found.columns
    if wanted != found.columns:
        return [f"columns: {', '.join(wanted)} expected, {', '.join(found.columns)} found"]
    if len(rows) != found.height:
        return [f"{len(rows)} rows expected, {found.height} found"]
    return [
        f"row {number}, {name}: {row[name] or 'nothing'} expected, {'nothing' if cell is None else cell} found"
        for number, (row, cells) in enumerate(zip(rows, found.iter_rows(named=True), strict=True), 1)
        for name, cell in cells.items()
        if not _same(row[name], cell)
    ]


def _same(text: str, cell: Any) -> bool:
    if cell is None or not text:
        return cell is None and not text
    if isinstance(cell, str):
        return cell == text
    if isinstance(cell, bool):
        return text == str(cell).lower()
    try:
        return isclose(float(text), float(cell), rel_tol=1e-6, abs_tol=1e-9)
    except (TypeError, ValueError):
        return text == str(cell)

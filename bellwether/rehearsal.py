"""Questions tried on rows: on their own test cases always, and on the newest version where there is one.

A case answers in milliseconds, so every check runs it. A version tells what no case can: whether a row is what the
grain says among all rows that came in, whether anything is left when no filter is chosen, and how long it takes.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl

from bellwether import asking, cases, exploring, filters, sql
from bellwether.engine.duckdb import Engine, frame
from bellwether.settings import Settings
from bellwether.sql import Query, QueryError

# A case holds a handful of rows; what takes longer than this never ends.
SLOWEST_CASE = 2.0  # seconds
# A version is asked for at most so many times what the question may take.
PATIENCE = 5


def on_their_cases(settings: Settings, queries: Iterable[Query], found: list[QueryError]) -> None:
    """Try questions and indicators on their test cases; adds to `found` what is to be mended."""
    tried = [query for query in queries if query.kind in ("explore", "indicator")]
    if tried and cases.folder(settings).is_dir():
        with cases.stage(settings) as con:
            for query in tried:
                found += on_cases(con, settings, query)


def on_newest(settings: Settings, queries: Iterable[Query], found: list[QueryError]) -> list[str]:
    """Ask questions of the newest version; adds to `found` what is to be mended.

    Returns what else there is to tell, one line a question.
    """
    asked = [query for query in queries if query.kind == "explore"]
    if not asked:
        return []
    try:
        with closing(asking.open_current(settings)) as engine:
            return [line for query in asked for line in on_version(engine, query, found)]
    except asking.NothingYet:
        return ["There is no data version yet, so nothing was asked of one."]


def on_cases(con, settings: Settings, query: Query) -> Iterator[QueryError]:
    """What its test cases find. con: a stage for them."""
    folder = cases.folder(settings) / query.kind / query.id
    there = sorted(file.parent for file in folder.glob(f"*/{cases.EXPECTED}"))
    if not there and query.kind == "explore":
        said = (
            f"has no test case. Write tests/cases/{query.kind}/{query.id}/first/: what comes in, as interactions.csv,"
        )
        yield query.complain("title", f"{said} and what must come out, as {cases.EXPECTED}.")
    for case in there:
        yield from _on_case(con, settings, query, case)


def _on_case(con, settings: Settings, query: Query, case: Path) -> Iterator[QueryError]:
    try:
        rows = cases.answer_on(con, settings, query, case, SLOWEST_CASE)
    except QueryError as error:
        yield error
        return
    except (duckdb.Error, ValueError) as error:
        yield query.complain("title", f'its case "{case.name}" can\'t be read. {sql.first_line(error)}')
        return
    wrong = cases.differences(rows, case / cases.EXPECTED)
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if wrong[1:] else ""
        place = f"tests/cases/{query.kind}/{query.id}/{case.name}/{cases.EXPECTED}"
        said = f'its case "{case.name}" comes out otherwise: {wrong[0]}{more}. Mend the SQL, or {place}.'
        yield query.complain("title", said)
    yield from _of_rows(query, rows, f'in its case "{case.name}"')


def on_version(engine: Engine, query: Query, found: list[QueryError]) -> Iterator[str]:
    """Ask a version with no filter chosen; adds what is to be mended to `found`, and says how long it took."""
    budget = exploring.budget_of(query)
    try:
        rows, took = _timed(engine, query, budget)
    except duckdb.InterruptException:
        said = f"was stopped after {PATIENCE * budget:,} ms; its budget is {budget:,}. {_QUICKER}"
        found.append(query.complain("budget", said))
        return
    except duckdb.Error as error:
        line = query.statements[0].line + sql.line_within(error)
        found.append(QueryError(query.file, line, f"{sql.first_line(error)} (asked of version {engine.version})"))
        return
    if took > budget:
        found.append(query.complain("budget", f"took {took:,.0f} ms of its budget of {budget:,}. {_QUICKER}"))
    if not rows.height:
        said = "gives no row at all when no filter is chosen. Look at its `where`: which condition leaves nothing?"
        found.append(query.complain("title", said))
    found += _of_rows(query, rows, "of the newest version")
    yield f"{query.id}: {rows.height:,} rows in {took:,.0f} ms of {budget:,}, asked of version {engine.version}"


_QUICKER = 'Ask a mart instead of a feed, join on a key, or allow it more: "-- budget: 5000".'


def _timed(engine: Engine, query: Query, budget: int) -> tuple[pl.DataFrame, float]:
    """The rows, and the milliseconds; asked again where it was too slow: the first time also reads the files.

    By the clock, or by the work that it took where that is less: on a busy machine the clock tells of others.
    """
    cursor = engine.con.cursor()
    best, rows = math.inf, pl.DataFrame()
    for _ in range(2):
        begun, worked = time.perf_counter(), time.process_time()
        rows = limited(cursor, query, filters.values(query.parameters, {}), PATIENCE * budget / 1000)
        best = min(best, 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - worked))
        if best <= budget:
            break
    return rows, best


def limited(con: duckdb.DuckDBPyConnection, query: Query, bound: dict, seconds: float) -> pl.DataFrame:
    """The rows of a question that may take so many seconds; DuckDB's InterruptException when it takes longer."""
    timer = threading.Timer(seconds, con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        return frame(con, query.sql, bound)
    finally:
        timer.cancel()


def _of_rows(query: Query, rows: pl.DataFrame, where: str) -> Iterator[QueryError]:
    """A row is what the grain says, and no figure is infinite."""
    keys = [name for name in exploring.grain(query) if name in rows.columns]
    if keys and rows.height:
        repeated = rows.group_by(keys).len().filter(pl.col("len") > 1).sort("len", descending=True)
        if repeated.height:
            first = repeated.row(0, named=True)
            shown = ", ".join(f"{name} {'not known' if first[name] is None else first[name]}" for name in keys)
            said = f"{shown} has {first['len']} rows {where}; the grain says one. Group by {', '.join(keys)} alone"
            yield query.complain("grain", f"{said}, or name in the grain what tells them apart.")
    for name, kind in rows.schema.items():
        if kind.is_float() and (rows[name].is_infinite() | rows[name].is_nan()).any():
            said = f"{name} is infinite in a row {where}: something was divided by 0. Write rate(total, weight)."
            yield query.complain("y", said)

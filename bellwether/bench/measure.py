"""What `make bench` measures, each against something that anyone can run on the same machine."""

from __future__ import annotations

import dataclasses
import resource
import shutil
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from bellwether import asking, sql
from bellwether.bench import exports
from bellwether.cells import literal
from bellwether.engine.duckdb import Engine
from bellwether.refresh import refresh
from bellwether.settings import Settings, settings

PAGES = ("leadership", "silos", "data")
TIMES = 5


@dataclass(frozen=True)
class Figure:
    """One line of the report: what was measured, against what, and both in seconds."""

    what: str
    seconds: float
    against: str = ""
    reference: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.reference if self.reference else None


def clock(step: Callable[[], object]) -> float:
    """Seconds that a step takes."""
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def median(step: Callable[[], object]) -> float:
    """The median of a few runs, after one that warms up."""
    step()
    return statistics.median(clock(step) for _ in range(TIMES))


def at(folder: Path, exports: Path) -> Settings:
    """Settings that touch nothing but the benchmark's own folders."""
    store = f"sqlite:///{folder / 'store.db'}"
    return dataclasses.replace(settings(), exports=exports, warehouse=folder / "warehouse", store=store)


def refreshes(folder: Path, rows: int, say: Callable[[str], None]) -> tuple[list[Figure], Settings]:
    """The bare copy, the full refresh, and the refresh after one new day; foresight apart."""
    source = folder / "exports"
    say(f"Writing {rows:,} interactions as CSV")
    files = exports.write(source, rows)
    where = at(folder, source)
    shutil.rmtree(where.warehouse, ignore_errors=True)
    say("Bare copy of the same files to Parquet")
    bare = sum(clock(lambda file=file: _bare_copy(file, folder / "bare.parquet")) for file in files)
    say("Full refresh")
    full, proof = _refreshed(where)
    day = folder / "with-day"
    shutil.rmtree(day, ignore_errors=True)
    day.mkdir()
    for file in [*source.iterdir(), *(folder / "exports-day").iterdir()]:
        (day / file.name).hardlink_to(file)
    say("Refresh after one new day")
    new, new_proof = _refreshed(dataclasses.replace(where, exports=day))
    again, _ = _refreshed(dataclasses.replace(where, exports=day))
    return [
        Figure(f"full refresh, {rows:,} interactions", full, "bare COPY of the same CSV to Parquet", bare, "2.5"),
        Figure("refresh after one new day", new, "full refresh", full, "0.05"),
        Figure("refresh with nothing new", again, "full refresh", full),
        Figure("foresight, at the full refresh", proof, "the rest of it", full),
        Figure("foresight, after one new day", new_proof, "the rest of it", new),
    ], where


def _refreshed(where: Settings) -> tuple[float, float]:
    """Seconds of a refresh without its foresight, and of its foresight, which is work of another kind."""
    outcome = refresh(where)
    foresight = outcome.steps.get("foresight", 0.0)
    return outcome.seconds - foresight, foresight


def _bare_copy(file: Path, target: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"copy (select * from read_csv({literal(str(file))})) to {literal(str(target))}")


def page_queries(where: Settings) -> list[Figure]:
    """Every answer of every page on the marts; the sum per page against the roll-up of one indicator from raw rows."""
    engine = asking.open_current(where)
    raw = median(lambda: _from_rows(engine, where))
    figures = []
    for page in PAGES:
        answers = [query for query in sql.load(where.queries, "answer") if query.id.startswith(f"{page}/")]
        # Origins are never asked on their own: they are joined to the fifty rows that are shown.
        asked = [query for query in answers if "/origins_" not in query.id]
        times = {query.id: median(lambda query=query: _ask(engine, where, query)) for query in asked}
        slowest = max(times, key=times.get)
        figures.append(
            Figure(
                f"queries of {page} ({len(asked)})", sum(times.values()), "one chart from the raw rows", raw, "0.15 s"
            )
        )
        figures.append(
            Figure(f"slowest of them, {slowest}", times[slowest], "one chart from the raw rows", raw, "0.03 s")
        )
    engine.close()
    return figures


def _ask(engine: Engine, where: Settings, query: sql.Query) -> None:
    given = {"indicator": "promise_kept", "silo": "Support", "since": date(2025, 11, 3), "until": date(2025, 12, 1)}
    asking.ask(engine, where, query.id, given)


def _from_rows(engine: Engine, where: Settings) -> None:
    """Promises kept by silo and week, computed from the interactions themselves."""
    text = asking.known_indicator(where, "promise_kept").sql
    engine.ask(
        "select silo, week_of(observed_at) as week, sum(value * weight) / sum(weight) as value "
        f"from ({text}) group by all"
    )


def memory() -> float:
    """The most memory that this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def lines(figures: Iterable[Figure]) -> list[str]:
    """The report's table, in Markdown."""
    head = ["| measured | seconds | against | seconds | ratio | aim |", "|---|---|---|---|---|---|"]
    return head + [
        f"| {one.what} | {one.seconds:,.3f} | {one.against} | "
        + (f"{one.reference:,.3f} | {one.ratio:,.3f}" if one.reference else " | ")
        + f" | {one.aim} |"
        for one in figures
    ]

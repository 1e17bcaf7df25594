"""The marts that SQL can't make: limits and verdicts of every chart, and the false alarms that the grid allows itself.

Reads `silo_weeks`; writes `trend_points`, `trend_verdicts` and `grid_control`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bellwether.cells import literal
from bellwether.engine.duckdb import frame
from bellwether.sql import Query
from bellwether.trends import compare, false_alarms, spc
from bellwether.trends.signals import FEWEST
from bellwether.trends.verdict import capability, verdict

MADE = ("trend_points", "trend_verdicts", "grid_control")
WHOLE = "All silos"
# "Now" on the pages: the newest so many full weeks together, and the same number before them.
RECENT_WEEKS = 4
FALSE_DISCOVERIES = 0.05
VERDICTS = {
    "indicator": pl.String,
    "silo": pl.String,
    "drawn_verdict": pl.String,
    "drawn_rule": pl.String,
    "drawn_since": pl.Date,
    "settled": pl.Date,
    "level": pl.String,
    "direction": pl.Int64,
    "centre": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "capability": pl.String,
    "now": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "before": pl.Float64,
    "observations_now": pl.Int64,
    "last_week": pl.Date,
}


def indicators(con: duckdb.DuckDBPyConnection, found: list[Query]) -> None:
    """The table `indicators`: what each one's header says."""
    con.execute(
        "create table marts.indicators (indicator varchar, title varchar, question varchar, unit varchar, "
        "better varchar, lens varchar, kind varchar, feed varchar, notes varchar, file varchar)"
    )
    for one in found:
        told = [one.get(key) for key in ("title", "question", "unit", "better", "lens", "kind", "feed")]
        notes = " ".join(f"{note[0].upper()}{note[1:]}." for note in one.header.get("note", ()))
        row = [one.id, *told, notes, f"queries/indicators/{one.id}.sql"]
        con.execute("insert into marts.indicators values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    con.execute("create view indicators as select * from marts.indicators")


def build(con: duckdb.DuckDBPyConnection, found: list[Query]) -> None:
    """Charts, verdicts and the grid's control for every indicator and silo that has been measured."""
    weeks = frame(con, "select * from silo_weeks order by indicator, silo, week")
    steps = _steps(frame(con, "select indicator, silo, week from steps"))
    targets = dict(con.execute("select indicator, target from standards where target is not null").fetchall())
    about = {one.id: one for one in found}
    points, verdicts = [], []
    for (indicator, silo), series in weeks.partition_by("indicator", "silo", as_dict=True, maintain_order=True).items():
        drawn = draw(series, about[indicator].get("unit"), steps.get((indicator, silo), ()))
        points.append(drawn)
        verdicts.append(_verdict(drawn, about[indicator], targets.get(indicator)))
    controlled, control = _control(weeks, about, steps)
    told = pl.DataFrame(verdicts, schema=VERDICTS).join(controlled, on=["indicator", "silo"], how="left")
    put(con, "trend_points", pl.concat(points) if points else draw(weeks, "score", ()))
    put(con, "trend_verdicts", told)
    put(con, "grid_control", control)


def draw(series: pl.DataFrame, unit: str, steps: tuple[date, ...]) -> pl.DataFrame:
    """One series of weekly sums with the limits and special causes of its chart; no causes in a phase too short for a
    verdict: too few weeks to tell what is usual are too few to tell what is not."""
    named = series.rename({"week": "period"})
    drawn = spc.chart(named, spc.kind_for(unit, named), steps).rename({"period": "week"})
    enough = pl.col("value").is_not_null().sum().over("phase") >= FEWEST
    quiet = [(pl.col(name) & enough).alias(name) for name in spc.FLAGS]
    return drawn.with_columns(*quiet, direction=pl.when(enough).then("direction").otherwise(pl.lit(0, pl.Int8)))


def _steps(declared: pl.DataFrame) -> dict[tuple[str, str], tuple[date, ...]]:
    groups = declared.partition_by("indicator", "silo", as_dict=True)
    return {key: tuple(rows["week"].sort()) for key, rows in groups.items()}


def _verdict(points: pl.DataFrame, about: Query, target: float | None) -> dict[str, Any]:
    """The chart's own word, its limits, what it means for the standard, and the value now with its interval."""
    named = points.rename({"week": "period"})
    said = verdict(named, about.get("better"))
    last = points.row(-1, named=True)
    able = capability(named, target, about.get("better")) if target is not None else None
    return {
        "indicator": about.id,
        "silo": last["silo"],
        "drawn_verdict": said.word,
        "drawn_rule": said.rule,
        "drawn_since": said.since,
        "settled": said.settled,
        "level": said.level,
        "direction": said.direction,
        **{name: last[name] for name in ("centre", "lower", "upper")},
        "capability": able,
        **_now(points, about),
        "last_week": last["week"],
    }


def _now(points: pl.DataFrame, about: Query) -> dict[str, Any]:
    """The newest weeks together with a 95% interval, and the weeks before them."""
    sums = ("observations", "weight", "total", "squares", "weight_squares")
    recent = points.filter(pl.col("weeks_ago") <= RECENT_WEEKS).select(sums).sum().row(0, named=True)
    earlier = points.filter(pl.col("weeks_ago").is_between(RECENT_WEEKS + 1, 2 * RECENT_WEEKS)).select(sums).sum()
    before = earlier["total"][0] / earlier["weight"][0] if earlier["weight"][0] else None
    told = {"now": None, "low": None, "high": None, "before": before, "observations_now": recent["observations"]}
    return {**told, **interval(recent, about.get("unit"), about.id)} if recent["weight"] else told


def interval(sums: Mapping[str, float], unit: str, indicator: str) -> dict[str, float]:
    """now, low and high (95%) of a group from its sums; weights count at their effective size."""
    moments = compare.from_sums(sums["weight"], sums["total"], sums["squares"], sums["weight_squares"])
    scale = moments.n / sums["weight"]
    if unit == "share":
        found = compare.wilson(min(moments.mean * moments.n, moments.n), moments.n)
    elif indicator == "net_promoter":
        found = compare.nps_interval(*(max(0.0, scale * count) for count in _classes(sums)))
    else:
        found = compare.mean_interval(moments)
    return {"now": found.estimate, "low": found.lower, "high": found.upper}


def _classes(sums: Mapping[str, float]) -> tuple[float, float, float]:
    return compare.nps_counts(sums["weight"], sums["total"], sums["squares"])


def _control(weeks: pl.DataFrame, about: Mapping[str, Query], steps) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Which charts of the grid are called a change, and the false alarms that the grid allows itself."""
    charts = weeks.with_columns(
        chart=pl.concat_str("indicator", "silo", separator="\t"),
        period=pl.col("week"),
        unit=pl.col("indicator").replace_strict({one.id: one.get("unit") for one in about.values()}, default=""),
        better=pl.col("indicator").replace_strict({one.id: one.get("better") for one in about.values()}, default=""),
    )
    named = {"\t".join(key): weeks for key, weeks in steps.items()}
    judged = false_alarms.control(charts, FALSE_DISCOVERIES, named)
    expected = pl.DataFrame(
        [{"rate": FALSE_DISCOVERIES, **asdict(false_alarms.expected_false(judged, FALSE_DISCOVERIES))}]
    )
    expected = expected.with_columns(called=judged["called"].sum())
    parts = judged["chart"].str.split_exact("\t", 1).struct.rename_fields(["indicator", "silo"]).struct.unnest()
    return pl.concat([parts, judged.drop("chart")], how="horizontal"), expected


def put(con: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    """A frame as a table of the version; by way of Parquet, because DuckDB reads frames wrongly at times."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        rows.write_parquet(file)
        con.execute(f"create table marts.{name} as select * from read_parquet({literal(str(file))})")
    con.execute(f"create view {name} as select * from marts.{name}")

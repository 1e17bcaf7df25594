"""The verdict on each commitment, as marts of a version: on the indicator that it declared, and on loyalty.

| mart | one row |
|---|---|
| `verdicts` | a commitment and what is measured: `indicator` or `loyalty` |
| `verdict_checks` | one check of a verdict's comparison, in its place |
| `verdict_blocks` | four weeks of its event study |
| `verdict_points` | a week of the gap between treated and comparison units |

Which units are compared is decided here; what the comparison says is decided by `verdicts/`, which knows no SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from threadpoolctl import threadpool_limits

from bellwether import marts, trend_marts
from bellwether.outlook.before import Before
from bellwether.outlook.ground import digest
from bellwether.outlook.shapes import DAY, B, D, Kinds, N, T, fitted
from bellwether.settings import FEWEST_PEOPLE
from bellwether.sql import Query
from bellwether.verdicts import CANNOT_TELL, NOT_YET, Verdict, verdict
from bellwether.verdicts.checks import Check
from bellwether.verdicts.gap import LONGEST_BASE, SET_ASIDE

INDICATOR, LOYALTY = "indicator", "loyalty"
# Two points of a quarter's staying: less than that nobody would change a plan for.
EXPECTED_LOYALTY = 0.02
# A unit of which another commitment treats more than this is no comparison any more.
UNTOUCHED = 0.1

_WHICH = {"commitment": T, "measure": T}
MARTS: dict[str, Kinds] = {
    "verdicts": {
        **_WHICH,
        **{"indicator": T, "word": T, "why": T, "estimate": D, "lower": D, "upper": D, "unit": T, "better": T},
        **{"expected": D, "ruled_out": D, "detectable": D, "design": T, "comparison": T},
        **{"weeks_before": N, "weeks_after": N, "weeks_needed": N, "until": DAY, "told_on": DAY},
        **{"treated_before": D, "treated_after": D, "compared_before": D, "compared_after": D, "started": DAY},
    },
    "verdict_checks": {**_WHICH, "place": N, "name": T, "passed": B, "result": T},
    "verdict_blocks": {**_WHICH, "from_week": N, "to_week": N, "side": T, "estimate": D, "lower": D, "upper": D},
    "verdict_points": {**_WHICH, "week": N, "side": T, "gap": D},
}


@dataclass(frozen=True)
class Case:
    """One commitment and one measure: what is expected, and the weeks of its units and of all others.

    weeks: unit, treated, week, weight, total, people. overlaps: unit, other, start, share. least: of fewer treated
    people in a week nothing is told.
    """

    commitment: str
    measure: str
    indicator: str | None
    started: date
    expected: float
    better: str
    unit: str
    weeks: pl.DataFrame
    overlaps: pl.DataFrame
    least: int = FEWEST_PEOPLE


def build(
    con: duckdb.DuckDBPyConnection,
    queries: Mapping[str, Query],
    indicators: Sequence[Query],
    before: Before,
    known: Mapping[str, str],
    made_from: str,
    least: int = FEWEST_PEOPLE,
) -> dict[str, str]:
    """Make every mart of the list above, or carry them over where nothing behind them has changed.

    queries: those of `queries/verdicts/`; known: prints of the version before; made_from: changes with any row of the
    feeds and any indicator. least: how many people a figure needs. Returns the new print. Raises QueryError.
    """
    make_tables(con)
    con.execute(f"insert into scopes {queries['scopes'].sql}")
    scopes = marts.rows(con, queries["scopes"])
    texts = [one.file.read_text("utf-8") for one in (*queries.values(), *indicators)]
    promised = con.sql("select id, expected from commitments order by id").fetchall()
    steps = con.sql("select * from steps order by all").fetchall()
    now = digest(made_from, least, scopes.rows(), promised, steps, *texts, *_code())
    if known.get("verdicts") == now and before.has(*MARTS):
        before.carry(*MARTS)
    else:
        about = {one.id: one for one in indicators}
        with threadpool_limits(1):
            _put(con, [(case, judged(case)) for case in _cases(con, queries, about, scopes, dict(promised), least)])
    return {"verdicts": now}


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart of the list above, empty, and what the files under `queries/verdicts/` read beside them."""
    make_tables(con)
    _put(con, [])


def make_tables(con: duckdb.DuckDBPyConnection) -> None:
    """`scopes`, empty, and `observations`."""
    listed = ", ".join(f"{name} varchar[]" for name in ("silos", "stages", "touchpoints", "channels", "modes"))
    con.execute(
        "create or replace temp table scopes (commitment varchar, indicator varchar, start date, "
        f"{listed}, segments varchar[], customers varchar[])"
    )


def judged(case: Case) -> Verdict:
    """The verdict on one case; what can't even be compared is "cannot tell", with the reason."""
    ours, others, noted = _sides(case)
    last = case.weeks["week"].max()
    if last and case.started > last + timedelta(weeks=1):
        why = f"It started on {case.started}; the weeks on record end before that."
        return Verdict(NOT_YET, why, "", "", abs(case.expected), case.better, case.unit)
    if not ours.height:
        why = f"In no week does it treat {case.least} people or more, and of fewer nothing is told."
        return Verdict(CANNOT_TELL, why, "", "", abs(case.expected), case.better, case.unit)
    try:
        told = verdict(ours, others, case.started, expected=case.expected, better=case.better, unit=case.unit)
    except ValueError as error:
        return Verdict(CANNOT_TELL, f"{error}.", "", "", abs(case.expected), case.better, case.unit)
    return replace(told, checks=(*told.checks, *noted))


def _sides(case: Case) -> tuple[pl.DataFrame, pl.DataFrame, list[Check]]:
    """The treated units' weeks, those of the units to compare with, and what else happened to the treated ones."""
    since = case.started - timedelta(weeks=SET_ASIDE + LONGEST_BASE)
    meanwhile = case.overlaps.filter(pl.col("share") > UNTOUCHED, pl.col("start") > since)
    # A week of fewer people is no part of the comparison: what its average hides, its other weeks can't give away.
    enough = (
        case.weeks.filter("treated").group_by("week").agg(pl.col("people").max()).filter(pl.col("people") >= case.least)
    )
    ours = case.weeks.filter("treated", pl.col("week").is_in(enough["week"].implode())).drop("treated", "people")
    touched = meanwhile.filter(~pl.col("unit").is_in(ours["unit"].unique().implode()))["unit"]
    others = case.weeks.filter(~pl.col("treated"), ~pl.col("unit").is_in(touched.implode())).drop("treated", "people")
    also = meanwhile.filter(pl.col("unit").is_in(ours["unit"].unique().implode())).unique("other").sort("other")
    noted = [
        Check("other commitments", None, f"{other} treats it as well, since {start}: what each did can't be told apart")
        for other, start in also.select("other", "start").iter_rows()
    ]
    left_out = sorted(set(touched))
    if left_out:
        names = ", ".join(left_out)
        noted.append(Check("left out", None, f"{names}: another commitment treats it in the same time"))
    return ours, others, noted


def _cases(con, queries, about: Mapping[str, Query], scopes: pl.DataFrame, expected, least) -> Iterator[Case]:
    weeks = marts.rows(con, queries["weeks"])
    overlaps = marts.rows(con, queries["overlaps"])
    [(basis,)] = con.sql("select basis from evidence_basis").fetchall()
    for scope in scopes.iter_rows(named=True):
        one, start, name = scope["commitment"], scope["start"], scope["indicator"]
        mine = pl.col("commitment") == one
        _alone(con, queries, one)
        if name in about:
            header = about[name]
            measured = _of_customers(con, queries, header) if scope["customers"] else weeks.filter(mine)
            told = (start, expected[one], header.get("better"), header.get("unit"))
            yield Case(one, INDICATOR, name, *told, measured.drop("commitment"), overlaps.filter(mine), least)
        if basis and not scope["customers"]:
            told = (start, EXPECTED_LOYALTY, "higher", "share")
            stayed = marts.rows(con, queries["loyalty"])
            yield Case(one, LOYALTY, None, *told, stayed.drop("commitment"), overlaps.filter(mine), least)


def _alone(con, queries: Mapping[str, Query], commitment: str) -> None:
    """Let `scopes` hold one commitment: what is asked row by row would not fit into memory for all of them at once."""
    con.execute("delete from scopes")
    con.execute(f"insert into scopes select * from ({queries['scopes'].sql}) where commitment = ?", [commitment])


def _of_customers(con, queries: Mapping[str, Query], indicator: Query) -> pl.DataFrame:
    con.execute(f"create or replace temp view observations as {indicator.sql}")
    return marts.rows(con, queries["customers"])


def _put(con: duckdb.DuckDBPyConnection, told: Sequence[tuple[Case, Verdict]]) -> None:
    made = {
        "verdicts": [_row(case, said) for case, said in told],
        "verdict_checks": [
            {**_which(case), "place": place, **vars(check)}
            for case, said in told
            for place, check in enumerate(said.checks)
        ],
    }
    frames = {name: pl.DataFrame(found, infer_schema_length=None) for name, found in made.items()}
    for name, part in (("verdict_blocks", "events"), ("verdict_points", "points")):
        parts = [(case, getattr(said, part)) for case, said in told]
        there = [found.with_columns(**_literals(case)) for case, found in parts if found is not None]
        frames[name] = pl.concat(there) if there else None
    for name, kinds in MARTS.items():
        trend_marts.put(con, name, fitted(frames[name], kinds))


def _row(case: Case, said: Verdict) -> dict[str, Any]:
    plain = {name: getattr(said, name) for name in MARTS["verdicts"] if hasattr(said, name)}
    sides = {
        f"{side}_{when}": getattr(getattr(said, side), when)
        for side in ("treated", "compared")
        for when in ("before", "after")
    }
    told_on = _first_week(case.started) + timedelta(weeks=said.weeks_after) if said.told else None
    return {**_which(case), "indicator": case.indicator, "started": case.started, **plain, **sides, "told_on": told_on}


def _first_week(started: date) -> date:
    """The Monday of the first full week."""
    return started + timedelta(days=-started.weekday() % 7)


def _which(case: Case) -> dict[str, str]:
    return {"commitment": case.commitment, "measure": case.measure}


def _literals(case: Case) -> dict[str, pl.Expr]:
    return {name: pl.lit(value) for name, value in _which(case).items()}


def _code() -> list[str]:
    """The code of the verdicts: a mended defect must not live on in what is carried over."""
    here = Path(__file__)
    return [file.read_text("utf-8") for file in (here, *sorted((here.parent / "verdicts").glob("*.py")))]

"""Predicted satisfaction for every interaction of a version, and what everyone would say beside what the survey says.

| mart | one row |
|---|---|
| `satisfaction` | an interaction that was foretold: predicted, low, high (0 to 100), what was said; kept by month |
| `satisfaction_model` | how it was learned, how far to trust it, or why there is none |
| `satisfaction_silos` | a silo, and all: what the survey says, what everyone would say, how far the survey flatters |
| `satisfaction_quarters` | a quarter that was foretold: how far off it was, beside the mean |
| `satisfaction_calibration` | scores that were foretold alike: what came |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from bellwether import shelves
from bellwether.cells import literal
from bellwether.engine.duckdb import frame
from bellwether.foresight import satisfaction as foresight
from bellwether.foresight import satisfaction_everyone, satisfaction_silence
from bellwether.foresight.satisfaction_judged import calibration, judged, quarters
from bellwether.foresight.satisfaction_rules import CannotTell, Rules
from bellwether.outlook.before import Before
from bellwether.outlook.ground import digest, rows
from bellwether.outlook.shapes import MOMENT, B, D, Kinds, N, T, fitted
from bellwether.sql import Query
from bellwether.trend_marts import put

NAME = "satisfaction"
ROW: dict[str, str] = {
    **{"source": "varchar", "interaction_id": "varchar", "customer_id": "varchar", "silo": "varchar"},
    **{"stage": "varchar", "touchpoint": "varchar", "channel": "varchar", "mode": "varchar"},
    **{"ended_at": "timestamp", "known_at": "timestamp", "learned_until": "timestamp", "said": "double"},
    **{"foretold": "double", "predicted": "double", "low": "double", "high": "double"},
}
_FIGURES = ("survey", "seen", "everyone", "flatters")
MARTS: dict[str, Kinds] = {
    "satisfaction_model": {
        **{"refusal": T, "item": T, "interactions": N, "foretold": N, "answers": N, "named": N, "unanswered": N},
        **{"more_answers": N, "from_day": MOMENT, "until": MOMENT, "window_weeks": N, "judged": N, "people": N},
        **{"r2": D, "r2_low": D, "r2_high": D, "off": D, "off_naive": D, "slope": D, "slope_low": D, "slope_high": D},
        **{"nominal": N, "inside": D, "inside_all": D, "width": D, "silence": T, "repeated": N, "more_repeated": N},
        **{"pull": D, "pull_low": D, "pull_high": D, "corrected": B, "earns_its_place": B},
    },
    "satisfaction_silos": {
        **{"silo": T, "interactions": N, "contacts": N, "answers": N, "observations": N},
        **{f"{name}{end}": D for name in _FIGURES for end in ("", "_low", "_high")},
        **{"effective": D, "off": D, "inside": D, "judged": N, "word": T, "more_answers": N},
    },
    "satisfaction_quarters": {
        **{"begins": MOMENT, "ends": MOMENT, "taught": N, "answers": N, "observations": N},
        **{"off": D, "off_naive": D, "inside": D},
    },
    "satisfaction_calibration": {
        **{"bin": N, "observations": N, "expected": D, "observed": D, "lower": D, "upper": D},
    },
}
_TEMP = "satisfaction_ended"


def build(
    con: duckdb.DuckDBPyConnection,
    queries: Mapping[str, Query],
    building: Path,
    home: Path | None,
    manifest: Mapping[str, Any],
    lasting: str,
    inputs: Mapping[str, Mapping],
    prints: dict[str, str],
) -> shelves.Shelf:
    """Make or carry all of the list above. inputs: every feed and kept mart -> its months. Raises QueryError.

    lasting: what beside files and rows it depends on (governance, zone). Returns the shelf of `satisfaction`, filled.
    """
    mine = sorted((name, one.file.read_text("utf-8")) for name, one in queries.items() if name.startswith(NAME))
    prints[NAME] = digest(lasting, mine, sorted((name, sorted(one.items())) for name, one in inputs.items()))
    known = manifest.get("shelved_marts", {}).get(NAME, {})
    shelf = shelves.Shelf(f"marts/{NAME}", building, home, known)
    before = Before(con, home)
    same = manifest.get("prints", {}).get(NAME) == prints[NAME] and before.has(*MARTS)
    con.execute(f"create or replace table staged ({_columns()}, month varchar)")
    if same:
        before.carry(*MARTS)
        return _shelved(con, shelf, set())
    with threadpool_limits(1):
        made = _made(con, queries, building)
    for name, kinds in MARTS.items():
        put(con, name, fitted(made.get(name), kinds))
    return _shelved(con, shelf, None)


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart of the list above, empty."""
    con.execute(f"create table marts.empty_{NAME} ({_columns()})")
    con.execute(f"create or replace view {NAME} as select * from marts.empty_{NAME}")
    for name, kinds in MARTS.items():
        put(con, name, fitted(None, kinds))


def _columns() -> str:
    return ", ".join(f"{name} {kind}" for name, kind in ROW.items())


def _shelved(con: duckdb.DuckDBPyConnection, shelf: shelves.Shelf, months: set[str] | None) -> shelves.Shelf:
    told = shelves.keep(con, shelf, "staged", months)
    con.execute(f"create or replace table marts.empty_{NAME} ({_columns()})")
    con.execute("drop table staged")
    shelves.view(con, NAME, shelf.home, shelf.name, told, f"select * from marts.empty_{NAME}")
    return shelves.Shelf(shelf.name, shelf.home, None, told)


# What is made


def _made(con, queries: Mapping[str, Query], building: Path) -> dict[str, pl.DataFrame]:
    rules = Rules()
    card = rows(con, queries["satisfaction_basis"]).row(0, named=True) | {"nominal": rules.nominal}
    if refusal := _refusal(card, rules):
        return {"satisfaction_model": pl.DataFrame([card | refusal])}
    con.execute(f"create or replace temp table {_TEMP} as {queries['satisfaction_rows'].sql}")
    try:
        return _learned(con, queries, building, card, rules)
    finally:
        con.execute(f"drop table {_TEMP}")


def _refusal(card: Mapping[str, Any], rules: Rules) -> dict[str, Any] | None:
    """Why nothing can be foretold, in a sentence for the page, and how many more answers it takes."""
    said = None
    if not card["interactions"]:
        said = "No export holds interactions, so there is nothing to foretell satisfaction of."
    elif not card["answers"]:
        said = "No export holds survey answers, so nothing can be learned of what customers would say."
    elif not card["named"]:
        said = f"Of {card['answers']:,} survey answers none names the contact it is about (a column interaction_id)."
    elif card["named"] < rules.least_answers:
        said = f"Only {card['named']:,} survey answers name the contact they are about; it takes {rules.least_answers}."
    return said and {"refusal": f"Cannot tell yet. {said}", "more_answers": rules.least_answers - card["named"]}


def _learned(con, queries, building: Path, card: dict, rules: Rules) -> dict[str, pl.DataFrame]:
    until = frame(con, f"select max(ended_at) as until from {_TEMP}")["until"][0] + timedelta(seconds=1)
    answers = frame(con, f"select * from {_TEMP} where said is not null")
    invitations = rows(con, queries["satisfaction_invitations"])
    walked = foresight.walk(answers, invitations, until, rules)
    if isinstance(walked, CannotTell):
        said = f"Cannot tell yet. The {card['named']:,} answers that name their contact came too late to learn from."
        return {"satisfaction_model": pl.DataFrame([card | {"refusal": said, "more_answers": walked.missing}])}
    _foretell(con, walked, building)
    heard = satisfaction_silence.fit(invitations, rules)
    silos = _everyone(con, walked, heard, until, rules)
    about = judged(walked.past, rules)
    card |= about.of_all | {"until": until, "from_day": walked.quarters[0].begins, "window_weeks": rules.window}
    card |= {"foretold": frame(con, "select count(*) as n from staged")["n"][0]} | _silence(heard)
    return {
        "satisfaction_model": pl.DataFrame([card]),
        "satisfaction_silos": silos.join(about.of_silo, on="silo", how="left") if silos.height else silos,
        "satisfaction_quarters": quarters(walked),
        "satisfaction_calibration": calibration(walked.past),
    }


def _silence(heard: satisfaction_silence.Silence | CannotTell) -> dict[str, Any]:
    if isinstance(heard, CannotTell):
        return {"silence": heard.sentence, "repeated": heard.there, "more_repeated": heard.missing, "corrected": False}
    pull = dict(zip(("pull", "pull_low", "pull_high"), heard.pull, strict=True))
    return {"silence": "", "repeated": heard.repeated, "corrected": True, **pull}


def _foretell(con, walked: foresight.Walk, building: Path) -> None:
    """Fill `staged`, a month at a time: rows that are alike are foretold once, and no more than a month is in memory."""
    months = frame(con, f"select distinct strftime(ended_at, '%Y-%m') as month from {_TEMP} order by month")["month"]
    folder = building / ".foretold"
    folder.mkdir()
    for month in months:
        some = frame(con, f"select * from {_TEMP} where strftime(ended_at, '%Y-%m') = $month", {"month": month})
        told = [part for part in (_of_quarter(quarter, some) for quarter in walked.quarters) if part.height]
        if told:
            file = folder / f"{month}.parquet"
            pl.concat(told).with_columns(month=pl.lit(month)).write_parquet(file)
            con.execute(f"insert into staged by name select * from read_parquet({literal(str(file))})")
            file.unlink()
    folder.rmdir()


def _of_quarter(quarter: foresight.Quarter, rows: pl.DataFrame) -> pl.DataFrame:
    mine = rows.filter(pl.col("ended_at") >= quarter.begins, pl.col("ended_at") < quarter.ends)
    alike = mine.select(foresight.NEEDED).unique()
    told = quarter.foretell(alike)
    found = mine.join(told, on=foresight.NEEDED, how="left", nulls_equal=True, maintain_order="left")
    return found.with_columns(learned_until=pl.lit(quarter.begins)).select(ROW)


def _everyone(con, walked: foresight.Walk, heard, until, rules: Rules) -> pl.DataFrame:
    """Survey and everyone over the last year; of very many contacts a random part of the customers stands for all."""
    since = until - timedelta(weeks=rules.window)
    inside = f"from {_TEMP} where ended_at >= $since"
    count = frame(con, f"select count(*) as n {inside}", {"since": since})["n"][0]
    one_in = max(-(-count // MOST), 1)
    where = f"{inside} and hash(coalesce(customer_id, interaction_id)) % $one_in = 0"
    window = frame(con, f"select * {where}", {"since": since, "one_in": one_in})
    parts = [
        quarter.foretell(mine)
        for quarter in walked.quarters
        if (mine := window.filter(pl.col("ended_at") >= quarter.begins, pl.col("ended_at") < quarter.ends)).height
    ]
    if not parts:
        return pl.DataFrame()
    told = pl.concat(parts)
    found = satisfaction_everyone.everyone(told, satisfaction_everyone.chances(told, rules), heard, rules)
    return found.rename({"people": "observations"})


MOST = 400_000

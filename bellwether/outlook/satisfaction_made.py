"""What the marts of predicted satisfaction hold: gathered by SQL, reckoned by foresight, scored a month at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from bellwether import marts
from bellwether.cells import literal
from bellwether.engine.duckdb import frame
from bellwether.foresight import satisfaction as foresight
from bellwether.foresight import satisfaction_everyone, satisfaction_silence
from bellwether.foresight.satisfaction_judged import calibration, judged, quarters
from bellwether.foresight.satisfaction_rules import CannotTell, Rules
from bellwether.outlook.shapes import SCORED
from bellwether.sql import Query

TABLE = "satisfaction_ended"
# Contacts of the last year that survey and everyone are compared by; more would make the answer later, not other.
MOST = 400_000


def make(con, queries: Mapping[str, Query], building: Path) -> dict[str, pl.DataFrame]:
    """The small marts as frames; fills the table `staged` with the rows of `satisfaction`. Raises QueryError."""
    rules = Rules()
    card = marts.rows(con, queries["satisfaction_basis"]).row(0, named=True) | {"nominal": rules.nominal}
    if refusal := _refusal(card, rules):
        return {"satisfaction_model": pl.DataFrame([card | refusal])}
    con.execute(f"create or replace temp table {TABLE} as {queries['satisfaction_rows'].sql}")
    try:
        return _learned(con, queries, building, card, rules)
    finally:
        con.execute(f"drop table {TABLE}")


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
    # Without a single contact no number of answers would do.
    more = rules.least_answers - card["named"] if card["interactions"] else None
    return said and {"refusal": f"Cannot tell yet. {said}", "more_answers": more}


def _learned(con, queries, building: Path, card: dict, rules: Rules) -> dict[str, pl.DataFrame]:
    until = frame(con, f"select max(ended_at) as until from {TABLE}")["until"][0] + timedelta(seconds=1)
    answers = frame(con, f"select * from {TABLE} where said is not null")
    invitations = marts.rows(con, queries["satisfaction_invitations"])
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
    """Fill `staged` a month at a time: rows that are alike are foretold once, only a month is in memory."""
    months = frame(con, f"select distinct strftime(ended_at, '%Y-%m') as month from {TABLE} order by month")["month"]
    folder = building / ".foretold"
    folder.mkdir()
    for month in months:
        begins = "($month || '-01')::timestamp"
        inside = f"ended_at >= {begins} and ended_at < {begins} + interval 1 month"
        some = frame(con, f"select * from {TABLE} where {inside}", {"month": month})
        told = [_foretold(quarter, mine) for quarter in walked.quarters if (mine := _within(quarter, some)).height]
        if told:
            file = folder / f"{month}.parquet"
            pl.concat(told).with_columns(month=pl.lit(month)).write_parquet(file)
            con.execute(f"insert into staged by name select * from read_parquet({literal(str(file))})")
            file.unlink()
    folder.rmdir()


def _within(quarter: foresight.Quarter, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("ended_at") >= quarter.begins, pl.col("ended_at") < quarter.ends)


def _foretold(quarter: foresight.Quarter, mine: pl.DataFrame) -> pl.DataFrame:
    alike = mine.select(foresight.NEEDED).unique()
    told = quarter.foretell(alike)
    found = mine.join(told, on=foresight.NEEDED, how="left", nulls_equal=True, maintain_order="left")
    return found.with_columns(learned_until=pl.lit(quarter.begins)).select(*SCORED)


def _everyone(con, walked: foresight.Walk, heard, until: datetime, rules: Rules) -> pl.DataFrame:
    """Survey and everyone over the last year; of very many contacts a random part of the customers stands for all."""
    since = until - timedelta(weeks=rules.window)
    inside = f"from {TABLE} where ended_at >= $since"
    count = frame(con, f"select count(*) as n {inside}", {"since": since})["n"][0]
    one_in = max(-(-count // MOST), 1)
    where = f"{inside} and hash(coalesce(customer_id, interaction_id)) % $one_in = 0"
    window = frame(con, f"select * {where}", {"since": since, "one_in": one_in})
    parts = [quarter.foretell(mine) for quarter in walked.quarters if (mine := _within(quarter, window)).height]
    if not parts:
        return pl.DataFrame()
    told = pl.concat(parts)
    found = satisfaction_everyone.everyone(told, satisfaction_everyone.chances(told, rules), heard, rules)
    return found.rename({"people": "observations"})

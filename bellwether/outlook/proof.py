"""The proof, as marts of a version: which indicators run ahead of loyalty, and who gained or lost the badge.

Writes `evidence` (indicator and gap), `evidence_basis` (one row: on what it stands) and `badges` (every change of a
verdict, ever). Evidence is made anew when an origin's window has closed, or when what it stands on has changed; until
then it is carried from version to version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import duckdb
import polars as pl

from bellwether import trend_marts
from bellwether.foresight.evidence import evidence
from bellwether.foresight.evidence_figures import SCHEMA
from bellwether.foresight.evidence_protocol import Leak, Protocol
from bellwether.outlook.before import Before
from bellwether.outlook.ground import Ground, Subjects, digest, features
from bellwether.sql import Query, QueryError

MADE = ("evidence", "evidence_basis", "badges")
EVIDENCE = SCHEMA | {
    **dict.fromkeys(("origins_missing", "events_missing"), pl.Int64),
    **dict.fromkeys(("q", "between_q"), pl.Float64),
    **dict.fromkeys(("passes", "between_passes"), pl.Boolean),
    **{"missing": pl.String, "lead_weeks": pl.Int32, "verdict": pl.String},
}
BADGES = {
    "indicator": pl.String,
    "was": pl.String,
    "is_now": pl.String,
    "was_leading": pl.Boolean,
    "is_leading": pl.Boolean,
    "changed_on": pl.Date,
}


def fingerprint(
    ground: Ground, horizon: int, queries: Mapping[str, Query], indicators: Sequence[Query], months: Mapping[str, dict]
) -> str:
    """Changes when the evidence has to be made anew.

    months: feed -> its months. The newest month of what was seen is left out: its rows count from the next origin on.
    """
    newest = f"{ground.seen_until:%Y-%m}" if ground.seen_until else ""
    settled = {feed: {m: told for m, told in held.items() if m < newest} for feed, held in sorted(months.items())}
    closed = [origin for origin in ground.origins if _closes(origin, horizon) < (ground.seen_until or origin)]
    texts = [query.file.read_text(encoding="utf-8") for query in (*queries.values(), *indicators)]
    return digest(horizon, ground.basis, closed, settled, *texts)


def _closes(origin: datetime, weeks: int) -> datetime:
    return origin + timedelta(weeks=weeks)


def build(
    con: duckdb.DuckDBPyConnection,
    ground: Ground,
    queries: Mapping[str, Query],
    indicators: Sequence[Query],
    horizon: int,
    before: Before,
    workers: int = 2,
) -> pl.DataFrame:
    """Try every candidate on the history and put down what came of it. Returns the evidence.

    Raises QueryError where an indicator's file lets the future in.
    """
    candidates = [one for one in indicators if one.get("kind") == "candidate"]
    told, people = pl.DataFrame(schema=EVIDENCE), 0
    if not ground.lacks:
        subjects = Subjects.gather(con, queries, ground, ground.origins, horizon)
        people = subjects.customers["customer_id"].n_unique()
        told = _try(subjects, candidates, Protocol(horizon=horizon), workers) if people else told
    _write(con, told, _basis(ground, horizon, people), _badges(told, before))
    return told


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """The three marts without a row of evidence."""
    nowhere = Ground(None, None, 0, (), None)
    _write(con, pl.DataFrame(schema=EVIDENCE), _basis(nowhere, 0, 0), pl.DataFrame(schema=BADGES))


def _write(con: duckdb.DuckDBPyConnection, *marts: pl.DataFrame) -> None:
    for name, rows in zip(MADE, marts, strict=True):
        trend_marts.put(con, name, rows)


def _try(subjects: Subjects, candidates: Sequence[Query], protocol: Protocol, workers: int) -> pl.DataFrame:
    outcomes = subjects.outcomes(protocol.gaps, protocol.horizon)
    if outcomes.is_empty():
        return pl.DataFrame(schema=EVIDENCE)
    better = {one.id: one.get("better") for one in candidates}
    observed = subjects.observations(candidates)
    try:
        found = evidence(observed, features(subjects.customers), outcomes, protocol, workers, better)
    except Leak as leak:
        raise of_its_file(leak, candidates) from None
    return found.select(*EVIDENCE).cast(EVIDENCE)


def of_its_file(leak: Leak, candidates: Sequence[Query]) -> Exception:
    """A leak that an indicator lets in is said of its file."""
    name = str(leak).split()[0].rstrip(":")
    guilty = [one for one in candidates if one.id == name]
    return QueryError(guilty[0].file, 1, str(leak)) if guilty else leak


def _basis(ground: Ground, horizon: int, people: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "basis": [ground.basis],
            "lacks": [ground.lacks or None],
            "currency": [ground.currency],
            "horizon_weeks": [horizon],
            "customers": [ground.customers],
            "studied": [people],
            "first_origin": [ground.origins[0] if ground.origins else None],
            "last_origin": [ground.origins[-1] if ground.origins else None],
            "seen_until": [ground.seen_until],
            "made_at": [datetime.now(UTC).replace(tzinfo=None, microsecond=0)],
        },
        schema_overrides={
            **dict.fromkeys(("basis", "lacks", "currency"), pl.String),
            **dict.fromkeys(("first_origin", "last_origin", "seen_until"), pl.Datetime("us")),
        },
    )


def _badges(told: pl.DataFrame, before: Before) -> pl.DataFrame:
    """Every change of a verdict since the first evidence, the newest last."""
    then, earlier = _said(before.table("evidence", pl.DataFrame(schema=EVIDENCE))), before.table("badges", None)
    now = _said(told)
    both = then.join(now, on="indicator", how="inner", suffix="_now").filter(pl.col("verdict") != pl.col("verdict_now"))
    fresh = both.select(
        "indicator",
        was="verdict",
        is_now="verdict_now",
        was_leading=pl.col("lead_weeks").is_not_null(),
        is_leading=pl.col("lead_weeks_now").is_not_null(),
        changed_on=pl.lit(datetime.now(UTC).date()),
    )
    return fresh.cast(BADGES) if earlier is None else pl.concat([earlier, fresh.cast(BADGES)])


def _said(told: pl.DataFrame) -> pl.DataFrame:
    return told.select("indicator", "verdict", "lead_weeks").unique().sort("indicator")

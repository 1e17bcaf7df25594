"""Of single customers, beyond their outlook: the need most likely next, and what became of people like them.

| mart | one row |
|---|---|
| `customer_needs` | a customer and one of their likeliest next reasons |
| `needs_model` | how often that was right in the past, beside the base rate, or why there is none (one row) |
| `customer_peers` | a customer: how many people once looked like them, and the share that stayed |
| `peers_model` | when those people were looked at (one row) |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import duckdb
import polars as pl
from threadpoolctl import threadpool_limits

from bellwether import marts, trend_marts
from bellwether.engine.duckdb import frame
from bellwether.outlook import ground as grounds
from bellwether.outlook.before import Before
from bellwether.outlook.ground import CONTRACTS, Subjects
from bellwether.outlook.shapes import MOMENT, B, D, Kinds, N, T, fitted
from bellwether.sql import Query

NAME = "people"
MOST_THEN, MOST_NOW = 30_000, 300_000
# What makes people alike, as far as the basis has it.
ALIKE = ("frequency", "frequency_lately", "recency", "tenure", "value", "renewals", "upgrades", "long_term", "contacts")
MARTS: dict[str, Kinds] = {
    "customer_needs": {
        **{"customer_id": T, "rank": N, "reason": T, "chance": D, "of_next": D, "base": D},
        **{"any_need": D},
    },
    "needs_model": {
        **{"refusal": T, "horizon_weeks": N, "origins": N, "judged": N, "observations": N, "until": MOMENT},
        **{"hit": D, "guess": D, "hit_three": D, "guess_three": D, "gain": D, "gain_low": D, "gain_high": D},
        **{"saved": D, "saved_low": D, "saved_high": D, "any_said": D, "any_came": D, "better": B},
    },
    "customer_peers": {"customer_id": T, "observations": N, "stayed": D, "low": D, "high": D, "far": B},
    "peers_model": {"refusal": T, "origin": MOMENT, "closes": MOMENT, "observations": N, "stayed": D},
}


def build(
    con: duckdb.DuckDBPyConnection,
    queries: Mapping[str, Query],
    horizon: int,
    before: Before,
    known: Mapping,
    made: str,
) -> dict[str, str]:
    """Make or carry all of the list above. made: what the outlook was made from. Returns the same of this."""
    prints = {NAME: grounds.digest(made, horizon, *(queries[name].file.read_text("utf-8") for name in ("needs",)))}
    if known.get(NAME) == prints[NAME] and before.has(*MARTS):
        before.carry(*MARTS)
        return prints
    with threadpool_limits(1):
        found = _needs(con, queries, horizon) | _peers(con, queries, horizon)
    for name, kinds in MARTS.items():
        trend_marts.put(con, name, fitted(found.get(name), kinds))
    return prints


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart of the list above, empty."""
    for name, kinds in MARTS.items():
        trend_marts.put(con, name, fitted(None, kinds))


def _needs(con, queries: Mapping[str, Query], horizon: int) -> dict[str, pl.DataFrame]:
    from bellwether.foresight import needs

    until = frame(con, "select max(started_at) as until from contacts")["until"][0]
    if until is None:
        return {"needs_model": pl.DataFrame([{"refusal": "No export holds interactions."}])}
    found = needs.foretell(marts.rows(con, queries["needs"]), until + timedelta(seconds=1), horizon)
    return {"customer_needs": found.customers, "needs_model": pl.DataFrame([found.card | {"until": until}])}


def _peers(con, queries: Mapping[str, Query], horizon: int) -> dict[str, pl.DataFrame]:
    from bellwether.foresight.peers import peers

    ground = grounds.ground(con, queries)
    window = timedelta(weeks=horizon)
    closed = [origin for origin in ground.origins if ground.seen_until and origin + window < ground.seen_until]
    if ground.lacks or not closed:
        lacks = ground.lacks or "No window of the past has closed yet."
        return {"peers_model": pl.DataFrame([{"refusal": lacks}])}
    then = Subjects.gather(con, queries, ground, [closed[-1]], horizon, MOST_THEN)
    people = then.customers.join(_stayed(then, horizon), on=["origin", "customer_id"], how="left").drop_nulls("stayed")
    now = Subjects.gather(con, queries, ground, [ground.seen_until], horizon, MOST_NOW).customers
    alike = [name for name in ALIKE if name in people.columns]
    card: dict[str, Any] = {"refusal": "", "origin": closed[-1], "closes": closed[-1] + window}
    card |= {"observations": people.height, "stayed": people["stayed"].mean()}
    return {"customer_peers": peers(now, people, alike), "peers_model": pl.DataFrame([card])}


def _stayed(subjects: Subjects, horizon: int) -> pl.DataFrame:
    """Who neither left nor stepped down; without contracts, who bought again."""
    if subjects.ground.basis != CONTRACTS:
        return subjects.outcomes((0,), horizon).select("origin", "customer_id", stayed="y")
    ended = subjects.rows("windows").select("origin", "customer_id", stayed=pl.lit(0))
    people = subjects.customers.select("origin", "customer_id")
    return people.join(ended, on=["origin", "customer_id"], how="left").with_columns(pl.col("stayed").fill_null(1))

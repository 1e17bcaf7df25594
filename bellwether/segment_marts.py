"""The marts of segments: those that people have named, and those found, with what each is like and what matters to it.

| mart | one row |
|---|---|
| `segment_members` | a customer: the segment that was found for them; empty where none is |
| `segment_profiles` | a segment, named or found: size, state, value, what its customers are like |
| `segment_drivers` | a segment and an item: how much of the answers goes with it, drawn towards the whole |
| `segment_search` | a number of groups that was tried, and what spoke for or against it |
| `segment_verdict` | one row: whether segments were found, or why not, and how far they agree with the version before |
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

from bellwether import marts, trend_marts
from bellwether.foresight import drivers_segments, segments
from bellwether.outlook.before import Before
from bellwether.outlook.shapes import B, D, Kinds, N, T, fitted
from bellwether.sql import Query

NAMED, FOUND = "named", "found"
STATES = ("advocate", "content", "indifferent", "at risk", "silent")
# What customers are told apart by, and what its high and its low side are called.
FEATURES = {
    "digital": ("often online", "seldom online"),
    "human": ("often with people", "seldom with people"),
    "failures": ("often let down", "seldom let down"),
    "attempts_failed": ("often stuck online", "never stuck online"),
    "answers": ("speak their mind", "never answer"),
    "value": ("high value", "low value"),
    "purchases": ("buy often", "buy seldom"),
    "tenure": ("long with us", "new with us"),
}
ITEMS = ("understood", "respected", "valued", "empathy", "surprised", "ease")
LEAST_ANSWERS = 60  # a segment, below which it has no figure of its own
MOST_ANSWERS = 6_000
TIMES = 40  # resamples of the customers

_LIKE = dict.fromkeys((*FEATURES, *(f"{state}_share".replace(" ", "_") for state in STATES)), D)
MARTS: dict[str, Kinds] = {
    "segment_members": {"customer_id": T, "segment": T},
    "segment_profiles": {"kind": T, "segment": T, "customers": N, "share": D, "state": T, **_LIKE},
    "segment_drivers": {
        **{"kind": T, "segment": T, "item": T, "answers": N, "customers": N},
        **{"own": D, "value": D, "low": D, "high": D, "whole": D, "drawn": D},
    },
    "segment_search": {
        **{"groups": N, "stability": D, "tightness": D, "gap": D, "error": D, "chance": D, "kept": B},
    },
    "segment_verdict": {"customers": N, "groups": N, "why": T, "agreement": D, "kept_names": N},
}


def build(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query], before: Before) -> None:
    """Make every mart of the list above. queries: those of `queries/foresight/`. Raises QueryError."""
    people = marts.rows(con, queries["segment_features"])
    known = [one for one in FEATURES if one in people.columns and people[one].n_unique() > 1]
    found = segments.find(people, known)
    members, verdict = _members(people, found, known, before)
    answers = marts.rows(con, queries["segment_answers"]).head(MOST_ANSWERS)
    both = ((NAMED, people.select("customer_id", "segment")), (FOUND, members))
    made = {
        "segment_members": members,
        "segment_profiles": pl.concat([_profiles(people.drop("segment"), of, kind) for kind, of in both]),
        "segment_drivers": pl.concat([_drivers(answers.drop("segment"), of, kind) for kind, of in both]),
        "segment_search": found.tried,
        "segment_verdict": verdict,
    }
    _put(con, made)


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart of the list above, empty."""
    _put(con, {})


def _put(con: duckdb.DuckDBPyConnection, made: Mapping[str, pl.DataFrame]) -> None:
    for name, kinds in MARTS.items():
        trend_marts.put(con, name, fitted(made.get(name), kinds))


def _members(
    people: pl.DataFrame, found: segments.Found, known: list[str], before: Before
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who belongs to which segment, and one row on what was found. Names last over versions."""
    told = {"customers": people.height, "groups": found.groups, "why": found.why, "agreement": None, "kept_names": 0}
    if not found.groups:
        return pl.DataFrame(schema=dict(MARTS["segment_members"])), pl.DataFrame([told], infer_schema_length=None)
    names = segments.described(people, found.label, {one: FEATURES[one] for one in known})
    now = people.select("customer_id", group=pl.Series(found.label))
    earlier = before.table("segment_members")
    if earlier is not None and earlier.height:
        shared = now.join(earlier, on="customer_id", how="inner")
        if shared.height:
            told["agreement"] = segments.agreement(shared["group"].to_list(), shared["segment"].to_list())
        fresh = segments.renamed(names, now, earlier)
        told["kept_names"] = len(set(fresh) & set(earlier["segment"]))
        names = fresh
    members = now.select("customer_id", segment=pl.col("group").replace_strict(dict(enumerate(names)), return_dtype=T))
    return members, pl.DataFrame([told], infer_schema_length=None)


def _profiles(people: pl.DataFrame, of: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Each segment: how many, in which state, and the mean of every feature."""
    there = people.join(of.drop_nulls("segment"), on="customer_id", how="inner")
    states = {f"{state}_share".replace(" ", "_"): (pl.col("state") == state).mean() for state in STATES}
    told = there.group_by("segment").agg(
        customers=pl.len().cast(pl.Int64),
        share=pl.len() / max(people.height, 1),
        state=pl.col("state").mode().sort().first(),
        **states,
        **{name: pl.col(name).mean() for name in FEATURES},
    )
    return fitted(told.with_columns(kind=pl.lit(kind)).sort("segment"), MARTS["segment_profiles"])


def _drivers(answers: pl.DataFrame, of: pl.DataFrame, kind: str) -> pl.DataFrame:
    """What goes with the answers in each segment, pooled; nothing where fewer than two segments have enough."""
    shape = MARTS["segment_drivers"]
    there = answers.join(of.drop_nulls("segment"), on="customer_id", how="inner")
    items = [one for one in ITEMS if there.height and there[one].null_count() < there.height / 2]
    enough = there.drop_nulls(items).filter(pl.len().over("segment") >= LEAST_ANSWERS)["segment"].n_unique()
    if len(items) < 2 or enough < 2:
        return fitted(None, shape)
    found = drivers_segments.importance_by(there, "outcome", items, ["segment"], customer="customer_id", times=TIMES)
    names = {"driver": "item", "used": "answers", "pooled": "value", "lower": "low", "upper": "high"}
    return fitted(found.rename(names).with_columns(kind=pl.lit(kind)), shape)

"""The marts of the relationship that SQL can't make: transitions, stays, what precedes a move, gaps, manners.

| mart | one row |
|---|---|
| `state_chances` | from a state to a state: the chance a month, or that it is so a quarter on |
| `state_stays` | a state: how long a customer stays in it, and how the fit holds over a quarter |
| `state_signs` | a destination and a sign: how often it came before such a move, and before none |
| `intimacy_gaps` | a silo: what customers said, what we did, the gap |
| `silo_manners` | a silo and quarter: how efficient, how personal, and who stayed |
| `manner_loyalty` | an index: what later loyalty did where it moved |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from bellwether import marts, trend_marts
from bellwether.foresight import manner, precedes, said_done, transitions
from bellwether.outlook.shapes import DAY, B, D, Kinds, N, T, fitted
from bellwether.sql import Query

STATES = ("advocate", "content", "indifferent", "at risk", "silent", "lapsed")
MONTHS = (1, 3)
QUARTER = 3  # months
LEAST_SEEN = 100  # months of customers' lives, below which no transitions are told
INTIMACY = ("intimacy_said", "intimacy_done")
# Where a move goes to, and the signs that are tried: not those that the state is made of.
DESTINATIONS = ("at risk", "lapsed", "advocate")
SIGNS = (
    "in touch",
    "in touch three times or more",
    "a digital attempt failed",
    "waited longer than the standard",
    "was not recognised",
    "was not helped the first time",
    "a promise was broken",
    "complained, or a case was reopened",
)

MARTS: dict[str, Kinds] = {
    "state_chances": {"months": N, "before": T, "after": T, "value": D, "low": D, "high": D},
    "state_stays": {
        **{"state": T, "value": D, "low": D, "high": D, "customers": N, "expected": D, "happened": D, "seen": N},
    },
    "state_signs": {
        **{"after": T, "sign": T, "movers": N, "stayers": N, "with_sign": N},
        **{"among_movers": D, "among_stayers": D, "ratio": D, "low": D, "high": D, "p": D, "is_real": B},
    },
    "intimacy_gaps": {
        **{"silo": T, "answered": N, "served": N, "said": D, "said_low": D, "said_high": D},
        **{"done": D, "done_low": D, "done_high": D, "gap": D, "low": D, "high": D},
        **{"beyond": D, "beyond_low": D, "beyond_high": D, "p": D, "word": T},
    },
    "silo_manners": {
        **{"silo": T, "quarter": DAY, "contacts": N, "cost": D, "handle_seconds": D, "alike": D},
        **{"cost_ratio": D, "time_ratio": D, "efficient": D, "efficient_low": D, "efficient_high": D},
        **{"recognised": D, "adapted": D, "empathy": D, "answers": N},
        **{"personal": D, "personal_low": D, "personal_high": D, "usual": D, "word": T, "is_over": B},
        **{"customers": N, "loyal": D},
    },
    "manner_loyalty": {"index": T, "value": D, "low": D, "high": D, "p": D, "observations": N, "silos": N},
}


def build(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query], indicators: Sequence[Query]) -> None:
    """Make every mart of the list above. queries: those of `queries/foresight/`. Raises QueryError."""
    chances, stays = _transitions(marts.rows(con, queries["state_steps"]), marts.rows(con, queries["state_quarter"]))
    manners = _manners(marts.rows(con, queries["manner"]))
    made = {
        "state_chances": chances,
        "state_stays": stays,
        "state_signs": _signs(marts.rows(con, queries["before_moves"])),
        "intimacy_gaps": _gaps(con, queries["said_and_done"], indicators),
        "silo_manners": manners,
        "manner_loyalty": _loyalty(manners),
    }
    _put(con, made)


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart of the list above, empty."""
    _put(con, {})


def _put(con: duckdb.DuckDBPyConnection, made: Mapping[str, pl.DataFrame | None]) -> None:
    for name, kinds in MARTS.items():
        trend_marts.put(con, name, fitted(made.get(name), kinds))


def _transitions(steps: pl.DataFrame, quarter: pl.DataFrame) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """The chances after a month and after a quarter, and the stays. steps: answer of `state_steps`."""
    if steps.is_empty() or steps["times"].sum() < LEAST_SEEN:
        return None, None
    states = [one for one in STATES if one in set(steps["before"]) | set(steps["after"])]
    many = steps["group"].n_unique() >= transitions.FEWEST_GROUPS
    found = transitions.panel(steps if many else steps.drop("group"), states)
    chances = pl.concat(
        transitions.chances(found, months).with_columns(months=pl.lit(months, pl.Int64)) for months in MONTHS
    )
    held = transitions.told_apart(found, quarter.filter(pl.col("before").is_in(states)), QUARTER)
    stays = transitions.stays(found).join(held, on="state", how="left", maintain_order="left")
    return chances, stays.with_columns(seen=pl.lit(found.seen))


def _signs(rows: pl.DataFrame) -> pl.DataFrame | None:
    """Every destination by every sign, and which differences survive all of them together."""
    told = []
    for after in DESTINATIONS:
        here = rows.filter((pl.col("after_state") == after) | (pl.col("after_state") == pl.col("before_state")))
        here = here.filter(pl.col("before_state") != after).with_columns(moved=pl.col("after_state") == after)
        told.append(precedes.precedes(here, SIGNS).with_columns(after=pl.lit(after)))
    found = pl.concat(told)
    return found.with_columns(is_real=pl.Series(precedes.survivors(found["p"].to_list()), dtype=pl.Boolean))


def _gaps(con: duckdb.DuckDBPyConnection, query: Query, indicators: Sequence[Query]) -> pl.DataFrame | None:
    """What was said beside what was done in the last year. The two indicators are asked as they are defined."""
    beside(con, indicators)
    return said_done.gaps(marts.rows(con, query))


def beside(con: duckdb.DuckDBPyConnection, indicators: Sequence[Query]) -> None:
    """The two indicators of intimacy as views, under their own names."""
    for one in indicators:
        if one.id in INTIMACY:
            con.execute(f"create or replace temp view {one.id} as {one.sql}")


def _manners(rows: pl.DataFrame) -> pl.DataFrame | None:
    return manner.standing(rows) if rows.height else None


def _loyalty(manners: pl.DataFrame | None) -> pl.DataFrame | None:
    """What became of customers where a silo's index moved, by ten points of it."""
    if manners is None:
        return None
    told = manners.with_columns(weight=pl.col("customers").fill_null(0))
    found = {index: manner.slope(told, index, "loyal") for index in ("efficient", "personal")}
    rows = [
        {
            "index": index,
            **{name: 10 * getattr(one, name) for name in ("value", "low", "high")},
            **{"p": one.p, "observations": one.rows, "silos": one.silos},
        }
        for index, one in found.items()
        if one
    ]
    return pl.DataFrame(rows, infer_schema_length=None) if rows else None

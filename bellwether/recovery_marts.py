"""The marts of recovery that SQL can't make: how long it takes, and whether customers stay who were put right in time.

| mart | one row |
|---|---|
| `recovery_waits` | a kind of failure in a silo, or in all: how many, put right in time, by which day a half |
| `recovery_curves` | a week of the curve of one group after a landmark |
| `recovery_loyalty` | a group after a landmark: how many, how many left, still there a year on, and the comparison |

A landmark is a number of days after the failure: groups are what was known then (`foresight/survival.py` says why).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl

from bellwether import marts, trend_marts
from bellwether.engine.duckdb import frame
from bellwether.foresight import survival
from bellwether.outlook.shapes import D, Kinds, N, T, fitted
from bellwether.sql import Query

ALL_KINDS, ALL_SILOS = "all kinds", "All silos"
LATE_LANDMARK = 28  # days: by then "later" and "not yet" can be told apart
YEAR = 364  # days: 52 weeks
LONGEST = 156  # weeks
LEAST_AT_RISK = 20  # fewer, and a step of the curve is one customer's doing
LEAST_CUSTOMERS, LEAST_LEFT = 20, 10  # in a group, and over all groups: below, nothing is compared
CHANCE = 0.05
# What a comparison says of those who were put right in time.
TOO_FEW, ALIKE, STAY, GO = "too few", "no difference beyond chance", "stay longer", "stay less long"

MARTS: dict[str, Kinds] = {
    "recovery_waits": {
        **{"kind": T, "silo": T, "observations": N, "put_right": N, "median_days": D, "value": D},
    },
    "recovery_curves": {
        **{"landmark": N, "kind": T, "standing": T, "observations": N, "week": N},
        **{"value": D, "low": D, "high": D, "followed": N},
    },
    "recovery_loyalty": {
        **{"landmark": N, "kind": T, "standing": T, "observations": N, "lapses": N},
        **{"value": D, "low": D, "high": D, "word": T, "chance": D},
    },
}


def build(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> None:
    """Make every mart of the list above. queries: those of `queries/foresight/`. Raises QueryError."""
    standard = frame(con, "select epoch(recovery_standard())::bigint // 86400 as days").item()
    followed = marts.rows(con, queries["failures_followed"])
    curves, loyalty = _loyalty(followed, standard)
    made = {"recovery_waits": _waits(marts.rows(con, queries["recovery_days"]), standard)}
    _put(con, made | {"recovery_curves": curves, "recovery_loyalty": loyalty})


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart of the list above, empty."""
    _put(con, {})


def _put(con: duckdb.DuckDBPyConnection, made: Mapping[str, pl.DataFrame | None]) -> None:
    for name, kinds in MARTS.items():
        trend_marts.put(con, name, fitted(made.get(name), kinds))


# How long it takes


def _waits(days: pl.DataFrame, standard: int) -> pl.DataFrame | None:
    """Every kind and all kinds, in every silo and in all of them. days: answer of `recovery_days`."""
    told = days.select("kind", "silo", "days", ended="put_right", times="failures")
    whole = {"kind": pl.lit(ALL_KINDS), "silo": pl.lit(ALL_SILOS)}
    levels = [{}, {"kind": whole["kind"]}, {"silo": whole["silo"]}, whole]
    groups = pl.concat(told.with_columns(**one) for one in levels).partition_by(
        "kind", "silo", as_dict=True, maintain_order=True
    )
    found = [{"kind": kind, "silo": silo, **_wait(rows, standard)} for (kind, silo), rows in groups.items()]
    return pl.DataFrame(found, infer_schema_length=None) if found else None


def _wait(rows: pl.DataFrame, standard: int) -> dict[str, Any]:
    return {
        "observations": int(rows["times"].sum()),
        "put_right": int(rows.filter("ended")["times"].sum()),
        "median_days": survival.median(rows),
        "value": 1 - survival.curve(rows, [standard])["still"][0],
    }


# Whether customers stay


def _loyalty(followed: pl.DataFrame, standard: int) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """From each landmark the curves of each kind with their comparison, and one word for all kinds.

    Kinds differ in how long they take and in who stays, so all of them in one curve would say nothing: the word for
    all kinds compares each kind with its own.
    """
    curves, loyalty = [], []
    for landmark in (standard, LATE_LANDMARK):
        rows = survival.landmarked(followed, landmark, standard)
        kinds = {kind: one for (kind,), one in rows.partition_by("kind", as_dict=True, maintain_order=True).items()}
        compared = sum(_comparable(one) is not None for one in kinds.values())
        for kind, one in kinds.items():
            said = {"landmark": landmark, "kind": kind, **_compared(one, times=compared)}
            for (group,), some in one.sort("group").partition_by("group", as_dict=True, maintain_order=True).items():
                curves.append(_curve(some, {"landmark": landmark, "kind": kind, "standing": group}))
                loyalty.append({**said, "standing": group, **_stayed(some)})
        loyalty += [{"landmark": landmark, "kind": ALL_KINDS, **_all_kinds(rows)}] if kinds else []
    if not loyalty:
        return None, None
    return pl.concat(curves), pl.DataFrame(loyalty, infer_schema_length=None)


def _curve(rows: pl.DataFrame, own: Mapping[str, Any]) -> pl.DataFrame:
    """The curve by week since the landmark, as far as it can be read."""
    told = survival.curve(rows, [7 * week for week in range(LONGEST + 1)])
    seen = told.filter((pl.col("at_risk") >= LEAST_AT_RISK) | (pl.col("day") == 0))
    weeks = seen.select(week=pl.col("day") // 7, value="still", low="lower", high="upper", followed="at_risk")
    return weeks.with_columns(observations=pl.lit(rows.height), **{name: pl.lit(value) for name, value in own.items()})


def _stayed(rows: pl.DataFrame) -> dict[str, Any]:
    """How many, how many left, and the share still there a year after the landmark where that can be read."""
    at = survival.curve(rows, [YEAR]).row(0, named=True)
    share = {"value": at["still"], "low": at["lower"], "high": at["upper"]}
    told = share if at["at_risk"] >= LEAST_AT_RISK else dict.fromkeys(share)
    return {"observations": rows.height, "lapses": int(rows["ended"].sum()), **told}


def _all_kinds(rows: pl.DataFrame) -> dict[str, Any]:
    """Each customer once, by the first failure of all, compared within its kind."""
    first = rows.sort("failed_at", "kind").unique("customer_id", keep="first", maintain_order=True)
    return {"observations": first.height, "lapses": int(first["ended"].sum()), **_compared(first, "kind")}


def _comparable(rows: pl.DataFrame) -> pl.DataFrame | None:
    """The groups that are large enough, where that leaves those put right in time and another to compare with."""
    some = rows.filter(pl.len().over("group") >= LEAST_CUSTOMERS)
    enough = survival.IN_TIME in some["group"] and some["group"].n_unique() > 1 and some["ended"].sum() >= LEAST_LEFT
    return some if enough else None


def _compared(rows: pl.DataFrame, stratum: str | None = None, times: int = 1) -> dict[str, Any]:
    """What the comparison says. times: over how many comparisons chance is spread (Bonferroni)."""
    some = _comparable(rows)
    found = None if some is None else survival.difference(some, stratum)
    if found is None:
        return {"word": TOO_FEW, "chance": None}
    chance = min(1.0, found.p * times)
    beyond = GO if found.excess[survival.IN_TIME] > 0 else STAY
    return {"word": ALIKE if chance >= CHANCE else beyond, "chance": chance}

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
from pathlib import Path
from typing import Any

import duckdb
from threadpoolctl import threadpool_limits

from bellwether import shelves
from bellwether.outlook.before import Before
from bellwether.outlook.ground import digest
from bellwether.outlook.shapes import MOMENT, SCORED, B, D, Kinds, N, T, fitted
from bellwether.sql import Query
from bellwether.trend_marts import put

NAME = "satisfaction"
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
    from bellwether.outlook import satisfaction_made  # models are slow to import, and not needed to check a query

    with threadpool_limits(1):
        made = satisfaction_made.make(con, queries, building)
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
    return ", ".join(f"{name} {kind}" for name, kind in SCORED.items())


def _shelved(con: duckdb.DuckDBPyConnection, shelf: shelves.Shelf, months: set[str] | None) -> shelves.Shelf:
    told = shelves.keep(con, shelf, "staged", months)
    con.execute(f"create or replace table marts.empty_{NAME} ({_columns()})")
    con.execute("drop table staged")
    shelves.view(con, NAME, shelf.home, shelf.name, told, f"select * from marts.empty_{NAME}")
    return shelves.Shelf(shelf.name, shelf.home, None, told)

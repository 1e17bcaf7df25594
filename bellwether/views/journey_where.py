"""Where on the journey: an indicator at each stage in each silo, with what lies apart from the rest beyond chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from bellwether.trends import among
from bellwether.trends.verdict import sign_of
from bellwether.views import go, reading, states, words
from bellwether.views.board import Cell, Row, board
from bellwether.views.chosen import ALL_SILOS
from bellwether.views.plain import literal

ALL_STAGES = "All stages"
SUMS = ("weight", "total", "squares", "weight_squares")
STATES = {1: ("▲", "good"), -1: ("▼", "bad"), 0: ("●", "calm")}
SAID = {1: "better than the rest", -1: "worse than the rest", 0: "no different from the rest beyond chance"}


def judged(rows: pl.DataFrame, about: Mapping[str, Any]) -> pl.DataFrame:
    """Each row with its figure, interval and `apart`: 1 better, -1 worse than all the rest, 0 no difference told.

    rows: answer of `journey/cells`, small groups included. Controlled for the number of cells on the page.
    """
    whole = next(iter(rows.filter("is_all_stages", "is_all_silos").iter_rows(named=True)), None)
    told = []
    for row in rows.iter_rows(named=True):
        found = reading.figure(row, about)
        rest = None if row is whole or whole is None else {name: whole[name] - row[name] for name in SUMS}
        far = None
        if rest and rest["weight"] > 0 and found.value is not None:
            rest["observations"] = whole["observations"] - row["observations"]
            far = reading.difference(rest, row, about)
        told.append((row["stage"], row["silo"], row["is_all_stages"], row["is_all_silos"], found, far))
    cells = [place for place, one in enumerate(told) if not one[2] and not one[3]]
    called = dict(zip(cells, among.apart([told[place][5] for place in cells]), strict=True))
    sign = sign_of(about["better"])
    return pl.DataFrame(
        [
            {
                **{"stage": stage, "silo": silo, "is_all_stages": all_stages, "is_all_silos": all_silos},
                **{"value": found.value, "low": found.low, "high": found.high, "observations": found.observations},
                **{"too_few": found.too_few, "apart": sign * called.get(place, 0)},
            }
            for place, (stage, silo, all_stages, all_silos, found, _) in enumerate(told)
        ],
        infer_schema_length=None,
    )


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The cells as a table, for taking along. rows: of `judged`."""
    if rows.is_empty():
        return rows
    said = pl.col("apart").replace_strict(SAID, return_dtype=pl.String)
    inner = ~pl.col("is_all_stages") & ~pl.col("is_all_silos")
    return rows.select(
        Stage=pl.when("is_all_stages").then(pl.lit(ALL_STAGES)).otherwise(pl.col("stage").fill_null("no stage")),
        Silo=pl.when("is_all_silos").then(pl.lit(ALL_SILOS)).otherwise(pl.col("silo").fill_null("no silo")),
        Value="value",
        Low="low",
        High="high",
        Observations="observations",
        Verdict=pl.when(inner & pl.col("value").is_not_null()).then(said),
    )


def heat_map(rows: pl.DataFrame, about: Mapping[str, Any]) -> None:
    """The table of stages by silos; a cell opens the silo. rows: of `judged`."""
    if rows.is_empty():
        states.no_rows("Nothing was observed")
        return
    sized = rows.filter("is_all_stages", ~pl.col("is_all_silos")).sort("observations", descending=True, nulls_last=True)
    silos = sized["silo"].to_list()[:MOST]
    cells = {_key(row): row for row in rows.iter_rows(named=True)}
    digits = words.alike(rows["low"], rows["high"], about["unit"])
    columns = [{"text": "Stage"}, {"text": ALL_SILOS}, *({"text": silo or "no silo"} for silo in silos)]
    lines: list[Row] = []
    for stage in [None, *rows.filter(~pl.col("is_all_stages"))["stage"].unique(maintain_order=True).to_list()]:
        first = not lines
        keys = [(stage, first, None, True), *((stage, first, silo, False) for silo in silos)]
        name = ALL_STAGES if first else (stage or "no stage").capitalize()
        lines.append({"cells": [{"head": True, "text": name}, *(_cell(cells.get(key), about, digits) for key in keys)]})
    go.follow(board(columns, lines, f"{about['title']} by stage and silo", "stage by silo", narrow="scroll"))


MOST = 10


def _key(row: Mapping[str, Any]) -> tuple:
    return (row["stage"], row["is_all_stages"], row["silo"], row["is_all_silos"])


def _cell(row: Mapping[str, Any] | None, about: Mapping[str, Any], digits: int) -> Cell:
    if row is None:
        return {"text": "not measured", "tone": "faint", "tip": words.STATES["not measured"].meaning}
    if row["too_few"] or row["value"] is None:
        return {"text": words.TOO_FEW_PEOPLE, "tone": "faint", "tip": "Fewer than five people"}
    shape, tone = STATES[row["apart"]]
    value, sure = words.estimate(row["value"], row["low"], row["high"], about["unit"], about["currency"], digits=digits)
    whole = row["is_all_stages"] or row["is_all_silos"]
    said = "" if whole else f"; {SAID[row['apart']]}"
    cell: Cell = {
        **{"text": value, "sub": sure, "tip": f"{words.count(row['observations'], 'observation')}{said}"},
        **({} if whole else {"shape": shape, "tone": tone}),
    }
    if row["silo"]:
        cell |= {
            "pick": {"indicator": about["indicator"], "title": about["title"], "silo": row["silo"]},
            "href": go.address(about["title"], row["silo"]),
            "label": f"{row['silo']}, {row['stage'] or ALL_STAGES}: {value}{said}",
        }
    return cell


def sentence(rows: pl.DataFrame, about: Mapping[str, Any]) -> str:
    """Where it stands worst and best, and how much of that is chance."""
    inner = rows.filter(~pl.col("is_all_stages"), ~pl.col("is_all_silos")) if rows.height else rows
    shown, called = inner.drop_nulls("value") if inner.height else inner, 0
    if not shown.height:
        return "Nothing to compare for this indicator and period."
    called = shown.filter(pl.col("apart") != 0).height
    worse = shown.filter(pl.col("apart") < 0).sort("value", descending=about["better"] == "lower")
    more = int(inner["too_few"].sum())
    hidden = f" {words.count(more, 'cell')} of fewer than five people hidden." if more else ""
    if shown.height < 2:
        return f"Only one place was observed, so there is nothing to compare it with.{hidden}"
    if not called:
        return f"No place differs from the rest beyond chance, of {words.count(shown.height, 'place')}.{hidden}"
    first = worse.row(0, named=True) if worse.height else None
    where = (
        f"Furthest behind: **{literal(first['silo'] or 'no silo')}, {literal(first['stage'] or 'no stage')}** "
        f"({words.value(first['value'], about['unit'], about['currency'])}). "
        if first
        else ""
    )
    return (
        f"{where}{words.count(called, 'place')} of {shown.height} differ from the rest, with at most one in twenty of "
        f"those by chance.{hidden}"
    )

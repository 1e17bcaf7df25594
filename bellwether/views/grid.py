"""The silo by indicator grid: a verdict and an owner in every cell, and a way to its chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import fresh, go, states, words
from bellwether.views.board import Cell, Row, board
from bellwether.views.chosen import ALL_SILOS
from bellwether.views.plain import literal

WORDS = {
    "title": "Indicator",
    "silo": "Silo",
    "verdict": "Verdict",
    "since": "Since",
    "rule": "Rule",
    "now": "Now",
    "low": "Low",
    "high": "High",
    "observations": "Observations",
    "target": "Standard",
    "capability": "Standard met",
    "owner": "Owner",
}
MOVING = ("worsening", "improving")
NONE_LATELY = "none lately"
LENSES = {
    "inside-out": "What we did (inside-out)",
    "outside-in": "What customers said or did (outside-in)",
    "management": "What we invest and ask (management)",
}


def verdict_grid(rows: pl.DataFrame, silos: pl.DataFrame) -> None:
    """Draw the grid from the answer of `leadership/grid`; a choice opens the silo with the indicator chosen.

    silos: answer of `shared/silos`; those from which nothing came are named below, or they would look perfect.
    """
    shown = moving_first(rows.filter(pl.col("verdict").is_not_null().any().over("indicator")))
    if shown.height:
        columns = [{"text": "Indicator"}, *({"text": silo} for silo in shown["silo"].unique(maintain_order=True))]
        go.follow(board(columns, _rows(shown), "Verdict of each indicator in each silo", "grid", narrow="scroll"))
    else:
        states.no_rows("Nothing was measured")
    absent = rows.join(shown, on="indicator", how="anti")["title"].unique(maintain_order=True).to_list()
    if absent:
        st.caption(f"Not measured anywhere: {', '.join(absent)}.")
    if silent := silos.filter(~pl.col("measured"))["silo"].to_list():
        _say_silent(silent)


def _say_silent(silos: list[str]) -> None:
    """Silos of this company from which nothing came; those of another company are nobody's gap."""
    if not fresh.governance_of():
        st.caption(f"Silos without any data: {literal(', '.join(silos))}.")


def moving_first(rows: pl.DataFrame) -> pl.DataFrame:
    """The lines as they are, the silos in another order: all together, then those where most changes, by name."""
    moves = pl.col("verdict").is_in(MOVING).fill_null(False).sum().over("silo")
    ordered = rows.with_row_index("line").with_columns(line=pl.col("line").min().over("indicator"), moves=moves)
    whole = pl.col("silo") != ALL_SILOS
    return ordered.sort("line", whole, -pl.col("moves").cast(pl.Int64), "silo").drop("line", "moves")


def grid_rows(rows: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """The outcomes and the grid as one table in words, for taking along."""
    above = outcomes.with_columns(silo=pl.lit("All silos"), capability=pl.lit(None, pl.String))
    told = pl.concat([frame.select(list(WORDS)) for frame in (above, rows)], how="vertical_relaxed")
    return told.filter(pl.col("verdict").is_not_null()).rename(WORDS)


def say_false_alarms(rows: pl.DataFrame) -> None:
    """What the grid calls a change, and how many of those are expected to be chance."""
    st.caption(f"{false_alarms(rows)} Figures are of the last four weeks.")


def false_alarms(rows: pl.DataFrame) -> str:
    """In words; rows: answer of `leadership/false_alarms`."""
    if not rows.height or not rows["charts"][0]:
        return "No chart has the 12 weeks yet that a verdict needs."
    one = rows.row(0, named=True)
    charts, plain = words.count(one["charts"], "chart"), round(one["expected_plain"])
    alone = f" Each chart read by itself, there would be about {words.count(plain, 'false alarm')}." if plain else ""
    if not one["called"]:
        return f"No real change on {charts}.{alone}"
    chance = round(one["expected"])
    luck = f"about {words.count(chance, 'false alarm')}" if chance else "fewer than one false alarm"
    return f"{words.count(one['called'], 'real change')} on {charts}, with {luck} expected.{alone}"


def called(rows: pl.DataFrame) -> int:
    """How many changes the grid calls."""
    return rows["called"][0] if rows.height else 0


def legend() -> str:
    """The states in words and shapes, each with what it means."""
    return "  \n".join(f"{state.shape} {state.word}: {state.meaning}" for state in words.STATES.values())


def _rows(shown: pl.DataFrame) -> list[Row]:
    told: list[Row] = []
    for (lens,), group in shown.partition_by("lens", as_dict=True, maintain_order=True).items():
        told.append({"group": LENSES.get(lens, lens)})
        for line in group.partition_by("indicator", maintain_order=True):
            cells = _folded(line) or [_cell(row) for row in line.iter_rows(named=True)]
            told.append({"cells": [{"head": True, "text": line["title"][0]}, *cells]})
    return told


def _folded(line: pl.DataFrame) -> list[Cell]:
    """One cell for the whole line where the last four weeks hold nothing anywhere; none where there is more to say."""
    moving = line["verdict"].is_in(MOVING).fill_null(False)
    quiet = (line["observations"].fill_null(0) == 0) & ~line["too_few"] & ~moving
    if line.height < 2 or not quiet.all():
        return []
    first = line.filter(pl.col("verdict").is_not_null()).row(0, named=True)
    label = f"{first['title']}, {first['silo']}: {NONE_LATELY}"
    said = {"text": f"{NONE_LATELY}, in any silo", "sub": "", "shape": "", "tone": "faint"}
    return [{**_cell(first), **said, "label": label, "span": line.height}]


def _cell(row: Mapping[str, Any]) -> Cell:
    state = words.state(row["verdict"])
    if row["verdict"] is None:
        return {"text": "not measured", "shape": state.shape, "tone": state.tone, "tip": state.meaning}
    figure = words.TOO_FEW_PEOPLE if row["too_few"] else words.value(row["now"], row["unit"], short=True)
    figure = NONE_LATELY if figure == words.NOTHING else figure
    owner = row["owner"] or ("no owner" if row["silo"] != "All silos" else "")
    return {
        "text": state.word,
        "shape": state.shape,
        "tone": state.tone,
        "sub": " · ".join(part for part in (figure, owner) if part),
        "tip": tip(row),
        "label": f"{row['title']}, {row['silo']}: {state.word}",
        "href": go.address(row["title"], row["silo"]),
        "pick": {"indicator": row["indicator"], "title": row["title"], "silo": row["silo"]},
    }


def tip(row: Mapping[str, Any]) -> str:
    """What stands behind a cell, for those who hover."""
    lines = [
        f"{row['title']}, {row['silo']}",
        f"{words.value(row['now'], row['unit'])} ({words.interval(row['low'], row['high'], row['unit'])}) "
        f"from {words.count(row['observations'], 'observation')} in four weeks"
        if row["now"] is not None
        else "Too few people to show a figure",
        f"{words.state(row['verdict']).word} since {words.day(row['since'])}: {row['rule']}" if row["since"] else "",
        f"Standard {words.value(row['target'], row['unit'])}: {row['capability']} met as it runs today"
        if row["capability"] and row["verdict"] == "no real change"
        else "",
        f"Owner: {row['owner']}" if row["owner"] else "Nobody owns it yet",
    ]
    return "\n".join(line for line in lines if line)

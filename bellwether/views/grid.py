"""The silo by indicator grid: a verdict and an owner in every cell, and a way to its chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import go, words
from bellwether.views.board import Cell, Row, board

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
LENSES = {
    "inside-out": "What we did (inside-out)",
    "outside-in": "What customers said or did (outside-in)",
    "management": "What we invest and ask (management)",
}


def verdict_grid(rows: pl.DataFrame, silos: pl.DataFrame) -> None:
    """Draw the grid from the answer of `leadership/grid`; a choice opens the silo with the indicator chosen.

    silos: answer of `shared/silos`; those from which nothing came are named below, or they would look perfect.
    """
    shown = rows.filter(pl.col("verdict").is_not_null().any().over("indicator"))
    columns = [{"text": "Indicator"}, *({"text": silo} for silo in shown["silo"].unique(maintain_order=True))]
    go.follow(board(columns, _rows(shown), "Verdict of each indicator in each silo", "grid"))
    absent = rows.join(shown, on="indicator", how="anti")["title"].unique(maintain_order=True).to_list()
    if absent:
        st.caption(f"Not measured anywhere: {', '.join(absent)}.")
    if silent := silos.filter(~pl.col("measured"))["silo"].to_list():
        st.caption(f"Silos without any data: {', '.join(silent)}.")


def grid_rows(rows: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """The outcomes and the grid as one table in words, for taking along."""
    above = outcomes.with_columns(silo=pl.lit("All silos"), capability=pl.lit(None, pl.String))
    told = pl.concat([frame.select(list(WORDS)) for frame in (above, rows)], how="vertical_relaxed")
    return told.filter(pl.col("verdict").is_not_null()).rename(WORDS)


def say_false_alarms(rows: pl.DataFrame) -> None:
    """How many of the called changes are expected to be chance."""
    if not rows.height:
        return
    one = rows.row(0, named=True)
    charts = words.count(one["charts"], "chart")
    false = f"; expected false among them: {one['expected']:.1f}" if one["called"] else ""
    st.caption(
        f"{words.count(one['called'], 'change').capitalize()} called on {charts}{false}. Reading each chart on its own "
        f"would raise about {words.count(round(one['expected_plain']), 'false alarm')} here."
    )


def called(rows: pl.DataFrame) -> int:
    """How many changes the grid calls."""
    return rows["called"][0] if rows.height else 0


def legend() -> str:
    """The states in words and shapes."""
    return " · ".join(f"{state.shape} {state.word}" for state in words.STATES.values())


def _rows(shown: pl.DataFrame) -> list[Row]:
    told: list[Row] = []
    for (lens,), group in shown.partition_by("lens", as_dict=True, maintain_order=True).items():
        told.append({"group": LENSES.get(lens, lens)})
        for line in group.partition_by("indicator", maintain_order=True):
            cells = [_cell(row) for row in line.iter_rows(named=True)]
            told.append({"cells": [{"head": True, "text": line["title"][0]}, *cells]})
    return told


def _cell(row: Mapping[str, Any]) -> Cell:
    state = words.state(row["verdict"])
    if row["verdict"] is None:
        return {"text": "not measured", "shape": state.shape, "tone": state.tone, "tip": state.meaning}
    figure = words.TOO_FEW_PEOPLE if row["too_few"] else words.value(row["now"], row["unit"], short=True)
    figure = "none lately" if figure == words.NOTHING else figure
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

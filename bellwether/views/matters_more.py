"""What only hurts and what only delights; what matters for whom; and how far to trust what is said of importance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import states, words
from bellwether.views.board import Cell, board
from bellwether.views.matters_words import DIMENSIONS, INDIVIDUAL, driver, named

MOST_COLUMNS = 8
ASYMMETRY = {"hurts only": ("▼", "bad"), "delights only": ("▲", "good"), "both": ("●", "calm")}


def sections():
    """The tabs below the drivers; the chosen one is in the address."""
    names = ["What only hurts, what only delights", "For whom", "How far to trust this"]
    return st.tabs(names, on_change="rerun", key="more", bind="query-params")


# Only hurts, only delights


def asymmetry_table(rows: pl.DataFrame) -> pl.DataFrame:
    """The same, for taking along."""
    names = {"word": "Verdict", "penalty": "A low answer takes", "penalty_low": "Low", "penalty_high": "High"}
    names |= {"reward": "A high answer gives", "reward_low": "From", "reward_high": "To"}
    told = rows.filter(~pl.col("too_few")) if rows.height else rows
    return told.select(named().alias("Item"), *(pl.col(name).alias(word) for name, word in names.items()))


def asymmetry(rows: pl.DataFrame, model: Mapping[str, Any]) -> None:
    """A line an item. rows: one model of `what_matters/asymmetry`."""
    if not rows.height:
        st.caption(
            "Only answers on a scale have a middle to fall below or rise above; what happened or did not can only hurt."
            if model["kind"] == "operations"
            else "Too few answers to tell low ones and high ones from those in between."
        )
        return
    reach = max(rows.select(pl.max_horizontal(pl.col("penalty_low", "reward_high").abs())).to_series().max() or 1, 1e-9)
    lines = [{"cells": _asymmetry(row, reach)} for row in rows.iter_rows(named=True)]
    columns = [
        {"text": "Item"},
        {"text": "A low answer takes", "sub": "points of the outcome", "align": "right"},
        {"text": "", "align": "wide"},
        {"text": "A high answer gives", "sub": "against one in between", "align": "right"},
        {"text": "So"},
    ]
    board(columns, lines, "What a low answer takes and a high one gives", "asymmetry")
    st.caption(
        "Low: the worst third of the scale; high: its top. The outcome counts from 0 to 100. All intervals hold "
        "together. “Hurts only” says that no reward was seen beyond chance; only “more than” says that the two differ."
    )


def _asymmetry(row: Mapping[str, Any], reach: float) -> list[Cell]:
    name: Cell = {"head": True, "text": driver(row["driver"])}
    if row["penalty"] is None or row["reward"] is None or row["too_few"]:
        return [name, {"text": "too few low, middle or high answers", "tone": "faint", "span": 4}]
    shape, tone = ASYMMETRY.get(row["word"], ("○", "faint"))
    more = ""
    if row["is_asymmetric"]:
        more = "hurts more than it delights" if row["tilt"] > 0 else "delights more than it hurts"
    spot = {"low": 50 + 48 * row["penalty"] / reach, "high": 50 + 48 * row["reward"] / reach, "target": 50}
    return [
        name,
        {**_points(row, "penalty")},
        {"bar": {**spot, "at": 50}, "tip": more},
        {**_points(row, "reward")},
        {"text": row["word"], "sub": more, "shape": shape, "tone": tone},
    ]


def _points(row: Mapping[str, Any], name: str) -> Cell:
    ends = words.changes(row[f"{name}_low"], row[f"{name}_high"], "score")
    return {"text": words.change(row[name], "score").removesuffix(" points"), "sub": ends, "align": "right"}


# For whom


def dimension(rows: pl.DataFrame) -> str | None:
    """Which segment or context to look at; None where there is none."""
    offered = [name for name in DIMENSIONS if name in set(rows["dimension"])]
    if not offered:
        return None
    picked = st.segmented_control(
        "For whom",
        offered,
        default=offered[0],
        format_func=DIMENSIONS.get,
        required=True,
        key="whom",
        bind="query-params",
        label_visibility="collapsed",
    )
    return picked if picked in offered else offered[0]


def segment_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Every segment and context, for taking along; those of too few people are left out."""
    told = rows.filter(~pl.col("too_few"))
    return told.select(
        By=pl.col("dimension").replace(DIMENSIONS),
        Member="member",
        Driver=named(),
        Customers="observations",
        **{"Importance, drawn to the whole": "value", "Low": "low", "High": "high", "Own": "own", "Drawn": "drawn"},
    )


def segments(rows: pl.DataFrame, by: str | None) -> None:
    """Drivers by members of one dimension: importance as points of explained variance, drawn towards the whole."""
    shown = rows.filter(dimension=by) if by else rows.head(0)
    if not shown.height:
        states.no_rows("No segment or context is large enough to be told apart")
        return
    sized = shown.group_by("member", maintain_order=True).agg(
        pl.col("observations").first(), pl.col("too_few").first(), pl.col("drawn").mean(), pl.col("own").count()
    )
    members = sized.head(MOST_COLUMNS).rows(named=True)
    order = shown.group_by("driver").agg(pl.col("whole").first()).sort("whole", descending=True)["driver"]
    found = {(row["driver"], row["member"]): row for row in shown.iter_rows(named=True)}
    columns = [
        {"text": "Driver"},
        {"text": "Everybody", "align": "right"},
        *({"text": one["member"], "sub": _size(one), "align": "right"} for one in members),
    ]
    lines = [
        {
            "cells": [
                {"head": True, "text": driver(name)},
                {"text": _r2(next(row for (of, _), row in found.items() if of == name)["whole"]), "align": "right"},
                *(_member(found.get((name, one["member"]))) for one in members),
            ]
        }
        for name in order
    ]
    board(columns, lines, f"Importance by {DIMENSIONS.get(by, by).lower()}", "segments", narrow="scroll")
    kind = "who the customer is" if by in INDIVIDUAL else "the situation"
    st.caption(
        f"By {kind}: points of variance explained, less what chance gives, with 95% intervals. Each is drawn to the "
        "whole as far as its own rows cannot carry it, so that a small group does not shout. ▲ ▼: its interval leaves "
        "out the whole."
    )


def _size(one: Mapping[str, Any]) -> str:
    if one["too_few"]:
        return words.TOO_FEW_PEOPLE
    own = f", {words.value(one['drawn'], 'share', short=True)} drawn" if one["own"] else ", no figure of its own"
    return f"{words.count(one['observations'])}{own}"


def _r2(value: float | None) -> str:
    return words.NOTHING if value is None else f"{100 * value:.1f}"


def _member(row: Mapping[str, Any] | None) -> Cell:
    if row is None or row["value"] is None:
        return {"text": words.TOO_FEW_PEOPLE if row else words.NOTHING, "align": "right", "tone": "faint"}
    above, below = row["low"] > row["whole"], row["high"] < row["whole"]
    shape = "▲" if above else "▼" if below else ""
    ends = f"{_r2(row['low'])} to {_r2(row['high'])}"
    return {"text": _r2(row["value"]), "sub": ends, "align": "right", **({"shape": shape} if shape else {})}


# How far to trust it


def trust(model: Mapping[str, Any], rows: pl.DataFrame, missing: pl.DataFrame) -> None:
    """Rows given, used and lost; what was left out; orderings; what importance does not say."""
    lost = model["given"] - model["used"]
    said = [
        f"**{words.count(model['used'])}** of {words.count(model['given'])} rows hold every answer that is needed"
        + (f"; {words.count(lost)} ({words.value(lost / model['given'], 'share')}) were dropped." if lost else ".")
    ]
    if model["of"] > model["given"]:
        said.append(f"The rows are a sample of {words.count(model['of'])}, the same at every refresh.")
    if missing.height:
        each = [
            f"{driver(one['driver'])} ({words.count(one['missing'])})" for one in missing.head(5).iter_rows(named=True)
        ]
        said.append(f"Unanswered most often: {', '.join(each)}. Who left an item out may differ from who did not.")
    if model["left_out"]:
        names = [driver(one) for one in model["left_out"].split(", ")]
        said.append(f"Left aside, as too few answered them or they never varied: {', '.join(names)}.")
    if model["exact"]:
        said.append("All orderings of the drivers were taken, so the shares carry no error of their own.")
    else:
        error = rows["sampling_error"].max() / max(rows["importance"].sum(), 1e-9)
        said.append(
            f"With {rows.height} drivers {words.count(model['orderings'])} orderings were drawn by lot; that adds an "
            f"error of at most {words.value(error, 'share')} to a share, beside its interval."
        )
    said.append(
        "An association: what goes with the outcome, not what would happen if we changed it. Items that go "
        "together share what they explain together. Intervals: whole customers drawn again, with chance taken off."
    )
    st.markdown("\n".join(f"- {one}" for one in said))

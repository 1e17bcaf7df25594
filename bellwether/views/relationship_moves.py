"""Where customers go from each state, how long they stay, who moved this month, and what came before a move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.trends.compare import wilson
from bellwether.views import words
from bellwether.views.board import Cell, Row, board
from bellwether.views.relationship import STATES, capital, month

AHEAD = {1: "in a month", 3: "in a quarter"}
NOTEWORTHY = 0.02  # a chance above which a move is marked as one for the better or the worse
DIRECTIONS = {"stays": ("", "calm"), "better": ("▲", "good"), "worse": ("▼", "bad")}
TOWARDS = {"at risk": "fell into risk", "lapsed": "left", "advocate": "became advocates"}
FEWEST_MOVERS = 20


# Where they go


def chances_table(rows: pl.DataFrame) -> pl.DataFrame:
    """The matrix as a list in words, for taking along. rows: answer of `relationship/chances`."""
    return rows.select(
        **{"Months ahead": "months", "From": "before", "To": "after", "Chance": "value", "Low": "low", "High": "high"}
    )


def chances(rows: pl.DataFrame, stays: pl.DataFrame) -> None:
    """A line a state: the chance to be in each state later, with its interval, and how long one stays.

    rows: answer of `relationship/chances`. stays: of `relationship/stays`.
    """
    if rows.is_empty():
        st.info(
            "It takes customers who are seen at the ends of two months.",
            title="How customers move can't be told yet",
            icon=":material/hourglass_empty:",
        )
        return
    months = st.segmented_control(
        "How far ahead",
        list(AHEAD),
        default=1,
        format_func=AHEAD.get,
        required=True,
        key="ahead",
        bind="query-params",
        label_visibility="collapsed",
    )
    here = rows.filter(months=months or 1)
    there = [state for state in STATES if state in set(here["after"])]
    columns = [
        {"text": "From", "sub": "stays, on average"},
        *({"text": capital(state), "align": "right"} for state in there),
    ]
    held = {row["state"]: row for row in stays.iter_rows(named=True)}
    digits = words.alike(here["low"], here["high"], "share")
    lines = [
        {"cells": _from(here.filter(before=state), state, there, held, digits)}
        for state in there
        if state in set(here["before"])
    ]
    board(columns, lines, f"From state to state {AHEAD[months or 1]}", "chances", narrow="scroll")
    st.caption(_small_print(stays))


def _from(
    rows: pl.DataFrame, state: str, there: list[str], held: Mapping[str, Mapping[str, Any]], digits: int
) -> list[Cell]:
    found = {row["after"]: row for row in rows.iter_rows(named=True)}
    return [
        {"head": True, "text": capital(state), "sub": _stay(held.get(state)), "tip": capital(STATES[state][1])},
        *(_chance(found[after], state, digits) for after in there),
    ]


def _chance(row: Mapping[str, Any], state: str, digits: int) -> Cell:
    """A chance with its interval; for the better or the worse it has a shape, where it is worth one."""
    if not row["value"] or row["value"] < 0.0005:
        return {
            "text": words.NOTHING,
            "align": "right",
            "tone": "faint",
            "tip": f"Nobody was seen to move there from {state}",
        }
    shape, tone = DIRECTIONS[row["direction"]] if row["value"] >= NOTEWORTHY else ("", "calm")
    if row["direction"] == "stays" and row["value"] > 0.9995:  # no interval: nobody left, so nothing varied
        return {"strong": "100%", "sub": "nobody was seen to leave", "align": "right"}
    value, sure = words.estimate(row["value"], row["low"], row["high"], "share", digits=digits)
    told = f"{capital(state)}, then {row['after']}: {value} ({sure})" if row["low"] is not None else f"{value}"
    sub = "" if row["low"] is None else sure
    strong = {"strong": value} if row["direction"] == "stays" else {"text": value}
    return {**strong, "sub": sub, "shape": shape, "tone": tone, "align": "right", "tip": told}


def _stay(row: Mapping[str, Any] | None) -> str:
    """How long one stays, on average, with its interval."""
    if row is None or row["value"] is None:
        return "not known: nobody was seen to leave"
    if row["value"] > 60:
        return f"for {row['value'] / 12:.0f} years"
    sure = f" ({row['low']:.1f} to {row['high']:.1f})" if row["low"] is not None else ""
    return f"{row['value']:.1f} months{sure}"


def _small_print(stays: pl.DataFrame) -> str:
    """What the figures stand on, and whether they hold over a quarter."""
    enough = pl.col("happened").is_not_null() & (pl.col("customers") >= 100)
    told = stays.filter(enough & (pl.col("state") != "lapsed"))
    parts = [
        f"From {words.count(stays['seen'][0], 'customer-month')} of the last year, by a model in continuous time; "
        "below each figure its 95% interval. ▲ a move for the better, ▼ for the worse."
    ]
    off = told.with_columns(gap=(pl.col("happened") - pl.col("expected")).abs()).sort("gap", descending=True)
    if off.height:
        row = off.row(0, named=True)
        expected, happened = (words.value(row[name], "share", short=True) for name in ("expected", "happened"))
        parts.append(
            f"Held against the last quarter it is furthest off for {row['state']}: {expected} expected to be so again, "
            f"{happened} were. Some states end by the calendar, when an answer or a warning grows old."
        )
    return " ".join(parts)


# Who moved


def movers_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Movers by silo in words. rows: answer of `relationship/movers`."""
    return rows.select(
        Silo="silo",
        **{"Touched last": "observations", "Moved for the better": "better", "Moved for the worse": "worse"},
        **{"By time alone": "by_time", "Into risk": "to_risk", "Lapsed": "to_lapsed"},
    )


def movers(rows: pl.DataFrame, moves: pl.DataFrame) -> None:
    """The movers of the newest month, by the silo that touched them last.

    rows: answer of `relationship/movers`. moves: of `relationship/moves`.
    """
    if rows.is_empty():
        st.markdown("It takes two months' ends to see who moved.")
        return
    st.markdown(moved_sentence(rows, moves))
    columns = (
        {"text": "Silo that touched them last"},
        {"text": "Customers", "align": "right"},
        {"text": "For the better", "align": "right"},
        {"text": "For the worse", "align": "right", "sub": "of those touched"},
        {"text": "Into risk", "align": "right"},
        {"text": "Left", "align": "right"},
    )
    everywhere = rows.filter(pl.col("silo") != "Nobody")
    usual = everywhere["worse"].sum() / max(everywhere["observations"].drop_nulls().sum(), 1)
    lines: list[Row] = [{"cells": _mover(row, usual)} for row in rows.iter_rows(named=True)]
    board(columns, lines, "Movers of the month by silo", "movers")
    st.caption(
        f"▼ more than all silos together ({words.value(usual, 'share')}), ▲ fewer: the 95% interval leaves it out. "
        "Who was touched last did not make a customer move by that. “Nobody”: no contact in the half year before, "
        "so that many of them fall silent."
    )


def moved_sentence(rows: pl.DataFrame, moves: pl.DataFrame) -> str:
    better, worse, by_time = (rows[name].drop_nulls().sum() for name in ("better", "worse", "by_time"))
    top = moves.drop_nulls("observations").filter(~pl.col("is_better")).head(1)
    most = (
        f" Most often: {top['before_state'][0]} to {top['after_state'][0]} ({words.count(top['observations'][0])})."
        if top.height
        else ""
    )
    return (
        f"In {month(rows['month'][0])} {words.count(better, 'customer')} moved for the better and "
        f"{words.count(worse)} for the worse; for {words.count(by_time)} of them nothing happened, an answer or a "
        f"warning only grew old.{most}"
    )


def _mover(row: Mapping[str, Any], usual: float) -> list[Cell]:
    name = {"head": True, "text": row["silo"]}
    if row.get("too_few"):
        return [
            name,
            {"text": words.TOO_FEW_PEOPLE, "align": "right"},
            *({"text": words.NOTHING, "align": "right"},) * 4,
        ]
    found = wilson(row["worse"], row["observations"])
    beyond = "bad" if found.lower > usual else "good" if found.upper < usual else "calm"
    beyond = "calm" if row["silo"] == "Nobody" else beyond
    mark = {"bad": "▼", "good": "▲", "calm": "●"}[beyond]
    value, sure = words.estimate(found.estimate, found.lower, found.upper, "share")
    return [
        name,
        *({"text": words.count(row[key]), "align": "right"} for key in ("observations", "better")),
        {
            "text": f"{words.count(row['worse'])} · {value}",
            "sub": sure,
            "shape": mark,
            "tone": beyond,
            "align": "right",
        },
        *({"text": words.count(row[key]), "align": "right"} for key in ("to_risk", "to_lapsed")),
    ]


# What came before


def signs_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Signs in words. rows: answer of `relationship/signs`."""
    return rows.select(
        Move="after",
        Sign="sign",
        **{"Among those who moved": "among_movers", "Among those who stayed": "among_stayers", "Times": "ratio"},
        **{"Low": "low", "High": "high", "More than chance": "is_real", "Moved": "movers"},
    )


def signs(rows: pl.DataFrame) -> None:
    """The signs of the eight weeks before a move, against those who stayed. rows: answer of `relationship/signs`."""
    offered = [after for after in TOWARDS if rows.filter(after=after).height]
    if not offered:
        st.markdown(f"Fewer than {FEWEST_MOVERS} customers moved in a year, too few to compare what came before.")
        return
    after = st.segmented_control(
        "Move",
        offered,
        default=offered[0],
        format_func=lambda one: f"Who {TOWARDS[one]}",
        required=True,
        key="move",
        bind="query-params",
        label_visibility="collapsed",
    )
    after = after if after in offered else offered[0]
    here = rows.filter(after=after)
    st.markdown(signs_sentence(here, after))
    columns = (
        {"text": "In the eight weeks before"},
        {"text": "Moved", "align": "right"},
        {"text": "Stayed", "align": "right"},
        {"text": "Odds", "align": "right", "sub": "95% interval"},
        {"text": ""},
    )
    lines = [{"cells": _sign(row)} for row in here.iter_rows(named=True)]
    board(columns, lines, f"What came before customers {TOWARDS[after]}", "signs")
    left_out = (
        " Those at risk because of failures are left out here: the failures make the state."
        if after == "at risk"
        else ""
    )
    st.caption(
        f"Customers who {TOWARDS[after]} in a month of the last year, against those who were in the same state "
        f"when that month began and stayed. An association; signs come together.{left_out} Called more or less only "
        "where it survives that all signs are tried at once (false discovery rate 5%)."
    )


def signs_sentence(rows: pl.DataFrame, after: str) -> str:
    real = rows.filter("is_real", pl.col("ratio") > 1)
    if real.is_empty():
        return f"Nothing came before more often among those who {TOWARDS[after]} than chance explains."
    top = real.row(0, named=True)
    moved, stayed = (words.value(top[name], "share", short=True) for name in ("among_movers", "among_stayers"))
    return (
        f"What stands out before customers {TOWARDS[after]}: **{top['sign']}**, {moved} of them against {stayed} of "
        f"those who stayed."
    )


def _sign(row: Mapping[str, Any]) -> list[Cell]:
    name = {"head": True, "text": capital(row["sign"])}
    if row.get("too_few") or row["ratio"] is None:
        return [name, *({"text": words.NOTHING, "align": "right"},) * 3, {"text": "too few to say", "tone": "faint"}]
    # Before a move for the worse more of it is bad; before one for the better, good.
    more = row["ratio"] > 1
    toned = ("bad" if more == (row["after"] != "advocate") else "good") if row["is_real"] else "calm"
    word = ("more often" if more else "less often") if row["is_real"] else "no more than chance"
    return [
        name,
        *(
            {"text": words.value(row[key], "share", short=True), "align": "right"}
            for key in ("among_movers", "among_stayers")
        ),
        {"text": f"{row['ratio']:.2f}", "sub": f"{row['low']:.2f} to {row['high']:.2f}", "align": "right"},
        {"text": word, "shape": {"bad": "▼", "good": "▲", "calm": "●"}[toned], "tone": toned},
    ]

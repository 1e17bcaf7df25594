"""Hand-offs: from where to where matters go, whether they arrive, how long they wait, what a broken one goes with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.trends import among, compare
from bellwether.views import journey_touch, look, show, words
from bellwether.views.board import Cell, board
from bellwether.views.figures import Figure
from bellwether.views.plain import literal

LEVELS = {"silos": "Between silos", "teams": "Between teams"}
FLOW = {1: "rgba(11,122,102,0.45)", -1: "rgba(185,72,14,0.45)", 0: "rgba(91,104,118,0.22)"}
SAID = {1: "arrives more often than the rest", -1: "arrives less often than the rest", 0: "no different from the rest"}
SHAPES = {1: ("▲", "good"), -1: ("▼", "bad"), 0: ("●", "calm")}
MOST_PAIRS = 12
# Columns of the table that a log without times of waiting leaves empty, by their place.
WAITED = {3: "stalled", 5: "half_within"}
WORDS = {
    **{"level": "Between", "sender": "From", "taker": "To", "observations": "Hand-offs", "value": "Held", "low": "Low"},
    **{"high": "High", "stalled": "Stalled", "fell_back": "Fell back", "left_open": "Left open"},
    **{"half_within": "Half wait up to (seconds)", "verdict": "Verdict"},
}


def level(rows: pl.DataFrame) -> str:
    """Whether hand-offs between silos or between teams are shown; only what there is can be chosen."""
    offered = [one for one in LEVELS if one in set(rows["level"])]
    if len(offered) < 2:
        return offered[0] if offered else "silos"
    picked = st.segmented_control(
        "Hand-offs between",
        offered,
        default=offered[0],
        format_func=LEVELS.get,
        required=True,
        key="between",
        bind="query-params",
        label_visibility="collapsed",
    )
    return picked or offered[0]


def judged(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds low, high and `apart`: 1 where a pair holds more often than the rest of its level, -1 less, 0 not told.

    rows: answer of `journey/hand_offs`, small groups emptied. Controlled for the number of pairs of the level.
    """
    return (
        pl.concat([_judged(one) for one in rows.partition_by("level", maintain_order=True)])
        if rows.height
        else (rows.with_columns(low=pl.lit(None), high=pl.lit(None), apart=pl.lit(0), verdict=pl.lit(None)))
    )


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    known = rows["observations"].fill_null(0).to_list()
    kept = [round((share or 0) * count) for share, count in zip(rows["value"], known, strict=True)]
    limits = [compare.wilson(k, n) if n else None for k, n in zip(kept, known, strict=True)]
    every = sum(known), sum(kept)
    far = [
        compare.shares(every[1] - k, every[0] - n, k, n) if n and every[0] > n else None
        for k, n in zip(kept, known, strict=True)
    ]
    apart = among.apart(far)
    return rows.with_columns(
        pl.Series("low", [one and one.lower for one in limits], pl.Float64),
        pl.Series("high", [one and one.upper for one in limits], pl.Float64),
        pl.Series("apart", apart, pl.Int64),
        pl.Series("verdict", [SAID[one] for one in apart], pl.String),
    )


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Every pair in words, for taking along. rows: of `judged`."""
    return rows.select(pl.col(name).alias(word) for name, word in WORDS.items())


def flows(rows: pl.DataFrame, of: str) -> None:
    """The Sankey of one level. rows: of `judged`."""
    shown = rows.filter(pl.col("level") == of).drop_nulls("observations")
    if not shown.height:
        nothing(of)
        return
    show.chart(sankey(shown), f"Hand-offs between {of}", sentence(rows, of), f"flows {of}")
    st.caption(small_print(rows, of))


def nothing(of: str) -> None:
    """Why there is no flow."""
    st.info(
        "It takes contacts of one customer for one reason in more than one silo, or a tool that follows a case from "
        "group to group (`case_id` in `queries/feeds/interactions.sql`).",
        title=f"No hand-off between {of} was seen in this period",
        icon=":material/conversion_path:",
    )


def sankey(rows: pl.DataFrame) -> Figure:
    """From senders on the left to takers on the right, as wide as their number; coloured where more or fewer arrive."""
    rows = rows.drop_nulls("observations")  # how many are behind a small group is not told
    left, right = (
        rows["sender"].unique(maintain_order=True).to_list(),
        rows["taker"].unique(maintain_order=True).to_list(),
    )
    told = [
        f"{row['sender']} to {row['taker']}: {words.count(row['observations'])}<br>"
        f"<b>{words.value(row['value'], 'share')}</b> held; {row['verdict']}"
        for row in rows.iter_rows(named=True)
    ]
    figure = {
        "type": "sankey",
        "arrangement": "snap",
        "node": {
            **{"label": [*left, *right], "color": look.ACCENT, "pad": 12, "thickness": 10, "line": {"width": 0}},
            "hovertemplate": "%{label}: %{value:,.0f} hand-offs<extra></extra>",
        },
        "link": {
            "source": [left.index(one) for one in rows["sender"]],
            "target": [len(left) + right.index(one) for one in rows["taker"]],
            "value": rows["observations"].cast(pl.Float64).to_list(),
            "color": [FLOW[one] for one in rows["apart"]],
            "customdata": told,
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    }
    return {"data": [figure], "layout": look.layout(max(300, min(520, 34 * max(len(left), len(right)))))}


def sentence(rows: pl.DataFrame, of: str) -> str:
    """How many hand-offs, how many held, and where it breaks most."""
    shown = rows.filter(pl.col("level") == of).drop_nulls("observations")
    if not shown.height:
        return ""
    total = int(shown["observations"].sum())
    held = round(float((shown["value"] * shown["observations"]).sum()))
    told = compare.wilson(held, total)
    share, sure = words.estimate(told.estimate, told.lower, told.upper, "share")
    worst = shown.filter(pl.col("apart") < 0).with_columns(lost=(1 - pl.col("value")) * pl.col("observations"))
    where = ""
    if worst.height:
        one = worst.sort("lost", descending=True).row(0, named=True)
        stalled = f", {words.value(one['stalled'], 'share')} stalled" if one["stalled"] is not None else ""
        where = (
            f" Most break from **{literal(one['sender'])} to {literal(one['taker'])}**: "
            f"{words.value(one['value'], 'share')} held; {words.value(one['fell_back'], 'share')} fell back{stalled}."
        )
    return f"**{share}** ({sure}) of {words.count(total, 'hand-off')} held.{where}"


def small_print(rows: pl.DataFrame, of: str) -> str:
    """What the colours mean, what was put together, what was hidden."""
    mine = rows.filter(pl.col("level") == of)
    parts = int(mine["parts"].max() or 0)
    lumped = (
        f" {words.count(parts - 11)} of {words.count(parts)} {of} are put together as “all others”."
        if parts > 11
        else ""
    )
    few = int(mine["too_few"].sum())
    hidden = f" {words.count(few, 'pair')} of fewer than five people hidden." if few else ""
    return (
        "As wide as their number. Orange: fewer arrive than of all other hand-offs; green: more; grey: no difference "
        "beyond chance. Held: it neither fell back to where it had been, nor waited more than 7 days, nor was left "
        f"open.{lumped}{hidden}"
    )


def pairs(rows: pl.DataFrame, of: str, loyalty: pl.DataFrame) -> None:
    """The largest pairs: held, stalled, fell back, the wait, and later loyalty of held against broken ones."""
    shown = rows.filter(pl.col("level") == of).drop_nulls("observations").head(MOST_PAIRS)
    if not shown.height:
        return
    later = {row["part"]: row for row in loyalty.filter(topic="hand-off", standing="held").iter_rows(named=True)}
    seen = of == "silos" and bool(later)
    absent = [place for place, name in WAITED.items() if shown[name].null_count() == shown.height]
    columns = [
        {"text": "From, to"},
        {"text": "Hand-offs", "align": "right"},
        {"text": "Held", "sub": "95% interval", "align": "right"},
        {"text": "Stalled", "align": "right"},
        {"text": "Fell back", "align": "right"},
        {"text": "Half wait up to", "align": "right"},
        *([{"text": "Stay, held less broken", "sub": "half a year on", "align": "right"}] if seen else []),
    ]
    lines = []
    for row in shown.iter_rows(named=True):
        cells = _pair(row)
        cells += [_gap(later.get(f"{row['sender']} > {row['taker']}"))] if seen else []
        lines.append({"cells": [cell for place, cell in enumerate(cells) if place not in absent]})
    columns = [column for place, column in enumerate(columns) if place not in absent]
    board(columns, lines, "The largest pairs", f"pairs {of}")
    if absent:
        st.caption("How long they waited is not on record.")


def _pair(row: Mapping[str, Any]) -> list[Cell]:
    shape, tone = SHAPES[row["apart"]]
    value, sure = words.estimate(row["value"], row["low"], row["high"], "share")
    wait = words.duration(row["half_within"]) if row["half_within"] is not None else "not known"
    return [
        {"head": True, "text": f"{row['sender']} → {row['taker']}"},
        {"text": words.count(row["observations"]), "align": "right"},
        {"text": value, "sub": sure, "shape": shape, "tone": tone, "tip": row["verdict"], "align": "right"},
        {"text": "not known" if row["stalled"] is None else words.value(row["stalled"], "share"), "align": "right"},
        {"text": words.value(row["fell_back"], "share"), "align": "right"},
        {"text": wait, "align": "right"},
    ]


def _gap(row: Mapping[str, Any] | None) -> Cell:
    if row is None or row["gap"] is None:
        return {"text": words.TOO_FEW_PEOPLE if row else words.NOTHING, "align": "right", "tone": "faint"}
    shape, tone = {"stay longer": ("▼", "bad"), "stay less long": ("▲", "good")}.get(row["word"], ("●", "calm"))
    said = {"▼": "broken ones leave more often", "▲": "broken ones stay more often"}.get(shape, "may well be chance")
    return {
        **{"text": words.change(row["gap"], "share"), "sub": words.changes(row["gap_low"], row["gap_high"], "share")},
        **{"shape": shape, "tone": tone if shape != "▲" else "calm", "tip": said, "align": "right"},
    }


def later(of: str, loyalty: pl.DataFrame) -> None:
    """What a broken hand-off goes with, all pairs together. loyalty: answer of `journey/loyalty`."""
    rows = loyalty.filter(topic="hand-off", part="all")
    if of == "silos" and rows.height:
        st.markdown(journey_touch.sentence(rows))
        st.caption(
            "Each customer once, by their first hand-off, followed from 14 days after its last contact; compared "
            "within the same pair of silos. In the table, chance is shared out over the pairs. An association."
        )
    elif of == "silos":
        st.caption(journey_touch.NEEDS)

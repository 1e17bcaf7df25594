"""Factory and servitude: how efficient and how personal each silo is, its path by quarter, and what that did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import look, show, words
from bellwether.views.board import Cell, board
from bellwether.views.figures import Figure, note
from bellwether.views.relationship_gaps import listed

MARKS = {
    "both at once": ("▲", "good"),
    "efficient": ("●", "calm"),
    "personal": ("▲", "good"),
    "factory": ("▼", "bad"),
    "servitude": ("▼", "bad"),
    "neither": ("▼", "bad"),
    "less personal": ("▼", "bad"),
    "less efficient": ("●", "calm"),
    "as usual": ("●", "calm"),
}
MEANING = {
    "both at once": "cheaper and quicker than such contacts usually are, and more personal than the others",
    "factory": "cheaper and quicker than usual, and less personal than the others",
    "servitude": "more personal than the others, at more cost and time than usual",
    "neither": "costlier and slower than usual, and less personal than the others",
    "as usual": "neither differs by more than chance",
}
INDICES = {"efficient": "more efficient", "personal": "more personal"}


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Every silo and quarter in words. rows: answer of `relationship/manners`."""
    return rows.select(
        Silo="silo",
        Quarter="quarter",
        Contacts="contacts",
        **{"Cost a contact": "cost", "Seconds a contact": "handle_seconds", "Handled alike": "alike"},
        **{"Efficiency": "efficient", "Efficiency, low": "efficient_low", "Efficiency, high": "efficient_high"},
        **{"Recognised": "recognised", "Put right after a digital failure": "adapted", "Empathy said": "empathy"},
        **{"Personal": "personal", "Personal, low": "personal_low", "Personal, high": "personal_high"},
        **{"In words": "word", "Customers followed": "customers", "Still there half a year on": "loyal"},
    )


def manner(rows: pl.DataFrame, loyalty: pl.DataFrame) -> None:
    """The path of every silo, the table of the newest quarter, and what the manner did to loyalty.

    rows: answer of `relationship/manners`. loyalty: of `relationship/manner_loyalty`.
    """
    if rows["efficient"].null_count() == rows.height and rows["personal"].null_count() == rows.height:
        cannot_tell()
        return
    newest = rows.filter(pl.col("quarter") == pl.col("quarter").max().over("silo"))
    st.markdown(sentence(newest))
    drawn = rows.filter(pl.col("efficient").is_not_null() & pl.col("personal").is_not_null())
    if drawn.height:
        left, right = st.columns([46, 54], gap="medium")
        with left:
            show.chart(paths(drawn), "Factory and servitude", _alt(drawn), "manners")
        with right:
            table(newest)
    else:
        table(newest)
    st.markdown(loyalty_sentence(loyalty))
    st.caption(
        "Efficiency: what contacts of the same channel and reason usually cost and take here, over what they did; 100 "
        "is as usual, more is cheaper and quicker. Personal, 0 to 100: the mean of recognised, put right after a "
        "digital failure, and empathy said; it takes two of them. A word is given only where the 95% interval leaves "
        "the reference out: 100, and what all silos together are."
    )


def cannot_tell() -> None:
    st.info(
        "It takes contacts with their cost or handling time, and contacts that tell whether the customer was "
        "recognised, or answers to the item empathy that name a silo.",
        title="Efficient or personal can't be told from these exports",
        icon=":material/hourglass_empty:",
    )


def sentence(rows: pl.DataFrame) -> str:
    """Which silo is a factory, which a servitude, in the newest quarter."""
    told = {word: rows.filter(word=word)["silo"].to_list() for word in MARKS}
    parts = [
        f"**{listed(told[word])}**: {word}, {MEANING[word]}."
        for word in ("factory", "servitude", "neither", "both at once")
        if told[word]
    ]
    if not parts:
        some = [
            f"{listed(told[word])} {word}"
            for word in ("personal", "less personal", "efficient", "less efficient")
            if told[word]
        ]
        also = f" Beyond chance are only {'; '.join(some)}." if some else ""
        return f"No silo is a factory or a servitude: none leaves the usual on both sides by more than chance.{also}"
    return " ".join(parts)


def table(rows: pl.DataFrame) -> None:
    columns = (
        {"text": "Silo"},
        {"text": "A contact costs", "align": "right", "sub": "and takes"},
        {"text": "Handled alike", "align": "right"},
        {"text": "Efficiency", "align": "right", "sub": "100 is as usual"},
        {"text": "Personal", "align": "right", "sub": "0 to 100"},
        {"text": "In words"},
    )
    board(columns, [{"cells": _line(row)} for row in rows.iter_rows(named=True)], "Manner by silo", "manner table")


def _line(row: Mapping[str, Any]) -> list[Cell]:
    shape, tone = MARKS.get(row["word"], ("–", "faint"))
    parts = {"recognised": "recognised", "adapted": "put right after a digital failure", "empathy": "empathy"}
    tip = "; ".join(
        f"{word} {words.value(row[name], 'share', short=True)}" for name, word in parts.items() if row[name] is not None
    )
    takes = words.duration(row["handle_seconds"]) if row["handle_seconds"] is not None else ""
    cost = words.money(row["cost"], row["currency"]) if row["cost"] is not None else words.NOTHING
    return [
        {"head": True, "text": row["silo"]},
        {"text": cost, "sub": takes, "align": "right"},
        {"text": words.value(row["alike"], "share", short=True), "align": "right"},
        _index(row, "efficient"),
        {**_index(row, "personal"), "tip": tip},
        {"text": row["word"] or "not told", "shape": shape, "tone": tone},
    ]


def _index(row: Mapping[str, Any], name: str) -> Cell:
    if row[name] is None:
        return {"text": words.NOTHING, "align": "right"}
    value, sure = words.estimate(row[name], row[f"{name}_low"], row[f"{name}_high"], "score", most=0)
    return {"text": value, "sub": sure, "align": "right"}


def loyalty_sentence(rows: pl.DataFrame) -> str:
    """What became of customers where a silo changed its manner."""
    if rows.is_empty():
        return "Whether it kept customers can't be told: it takes four silos, four quarters and half a year after each."
    parts = []
    for row in rows.iter_rows(named=True):
        points = words.change(row["value"], "share")
        reach = words.changes(row["low"], row["high"], "share")
        sure = "more than chance explains" if row["low"] * row["high"] > 0 else "no more than chance explains"
        parts.append(
            f"ten points {INDICES[row['index']]} went with {points} of customers still there half a year on ({reach}), "
            f"{sure}"
        )
    return (
        f"**What it did to loyalty:** within a silo, {'; '.join(parts)}. An association over "
        f"{words.count(rows['observations'].max(), 'silo-quarter')}."
    )


# The figure


def _alt(rows: pl.DataFrame) -> str:
    last = rows.filter(pl.col("quarter") == pl.col("quarter").max().over("silo"))
    told = "; ".join(
        f"{silo}: efficiency {efficient:.0f}, personal {personal:.0f}"
        for silo, efficient, personal in last.select("silo", "efficient", "personal").iter_rows()
    )
    return f"Efficiency across and personal upward, each silo's path by quarter; now {told}"


def paths(rows: pl.DataFrame, height: int = 400) -> Figure:
    """Each silo's last five quarters as a line that ends in a named dot."""
    data: list[Figure] = []
    names: list[Figure] = []
    ends = rows.filter(pl.col("quarter") == pl.col("quarter").max().over("silo")).sort("personal")["silo"].to_list()
    for (silo,), path in rows.partition_by("silo", as_dict=True, maintain_order=True).items():
        # Neighbours are named on opposite sides, so that names don't lie on each other.
        aside = -1 if ends.index(silo) % 2 else 1
        recent = path.tail(5)
        last = recent.row(-1, named=True)
        tone = look.TONES[MARKS.get(last["word"], ("", "calm"))[1]]
        data += [_path(recent), _end(last, tone)]
        names.append(
            {
                **note(silo, x=last["efficient"], y=last["personal"], yanchor="middle"),
                "xanchor": "left" if aside > 0 else "right",
                "xshift": 8 * aside,
                "font": {"size": 12, "color": look.INK},
            }
        )
    usual = rows.filter(pl.col("quarter") == rows["quarter"].max())["usual"].drop_nulls()
    middle = usual[0] if len(usual) else rows["personal"].mean()
    frame = look.layout(
        height,
        xaxis=look.axis(
            title={"text": "Efficiency (100: as such contacts usually are)", "font": {"size": 12}}, nticks=6
        ),
        yaxis=look.axis(title={"text": "Personal (0 to 100)", "font": {"size": 12}}, nticks=6),
        shapes=[
            {
                "type": "line",
                "x0": 100,
                "x1": 100,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": "#b4c0cc", "width": 1},
            },
            {
                "type": "line",
                "y0": middle,
                "y1": middle,
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "line": {"color": "#b4c0cc", "width": 1},
            },
        ],
        annotations=[*names, *_corners()],
    )
    frame["margin"] = {"l": 8, "r": 40, "t": 8, "b": 8}
    return {"data": data, "layout": frame}


def _path(rows: pl.DataFrame) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": rows["efficient"].to_list(),
        "y": rows["personal"].to_list(),
        "line": {"color": "#a9bdd3", "width": 1.4, "shape": "linear"},
        "marker": {"size": 4, "color": "#a9bdd3"},
        "customdata": [
            f"{silo}, quarter from {words.day(quarter)}<br>efficiency {efficient:.1f}, personal {personal:.1f}"
            for silo, quarter, efficient, personal in rows.select(
                "silo", "quarter", "efficient", "personal"
            ).iter_rows()
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _end(row: Mapping[str, Any], colour: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row["efficient"]],
        "y": [row["personal"]],
        "marker": {"size": 10, "color": colour, "line": {"color": look.PAPER, "width": 1}},
        "customdata": [f"<b>{row['silo']}</b>: {row['word'] or 'not told'}"],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _corners() -> list[Figure]:
    places = {"servitude": (0, 1), "both at once": (1, 1), "neither": (0, 0), "factory": (1, 0)}
    return [
        {
            **note(
                word,
                xref="paper",
                x=x,
                yref="paper",
                y=y,
                xanchor="right" if x else "left",
                yanchor="top" if y else "bottom",
            ),
            "font": {"size": 12, "color": look.TONES["faint"]},
        }
        for word, (x, y) in places.items()
    ]

"""A line by week with limits and a verdict, where the header asks for one."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from bellwether.exploring import Drawing
from bellwether.trends.verdict import TOO_FEW
from bellwether.views import figures, multiples, show, states, words
from bellwether.views.explore_reading import WHOLE, called, trends
from bellwether.views.look import BADGES
from bellwether.views.reading import Reading
from bellwether.views.summary import CAPABLE, MOVING, steady

MOST = 12


def trend(rows: pl.DataFrame, wanted: Drawing, currency: str | None, title: str) -> None:
    """Draw the chart with limits, its verdict above. rows: with small groups emptied."""
    found = trends(rows, wanted)
    judged = called(found, wanted)
    about = {"unit": wanted.unit, "better": wanted.better, "target": wanted.target, "currency": currency}
    if WHOLE in found:
        _one(found[WHOLE], judged[WHOLE], about, title)
    else:
        _several(found, judged, about, title)


def _one(one: Reading, word: str, about: dict[str, Any], title: str) -> None:
    state = words.state(word)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(f"{state.shape} {state.word}", color=BADGES[state.tone], help=f"{state.meaning}.".capitalize())
        if one.capability:
            told, colour, meaning = CAPABLE[one.capability] if steady(one) else MOVING
            st.badge(f"target {told}", color=colour, help=meaning.replace("standard", "target"))
        if one.verdict.since:
            st.caption(f"since {words.day(one.verdict.since)}: {one.verdict.rule}", width="content")
    figure = figures.control_chart(one.points, about)
    for name in figure["layout"]["annotations"]:
        name["text"] = name["text"].replace("standard", "target", 1)
    show.chart(figure, title, f"{title} by week, with its usual range: {state.word}", f"explore chart {title}")
    st.caption(_below(one))


def _below(one: Reading) -> str:
    """What is drawn, and what to know before trusting it."""
    if one.verdict.word == TOO_FEW:
        return "Line: the value of each week. Fewer than 12 weeks: too early for marks and for a verdict."
    told = ["Line: the value of each week. Band: the usual range."]
    if one.points.filter(pl.col("special") & pl.col("value").is_not_null()).height:
        told.append("▲ ▼ weeks that stand out, for the better or the worse. The verdict is about the last weeks.")
    if one.verdict.settled:
        told.append(f"A level {one.verdict.level} than before has held since {words.day(one.verdict.settled)}.")
    return " ".join(told)


def _several(found: dict[str, Reading], judged: dict[str, str], about: dict[str, Any], title: str) -> None:
    """Small multiples on one scale; a change is only called where it survives the number of charts."""
    known = [(name, one) for name, one in found.items() if one.points["value"].drop_nulls().len()]
    shown = dict(known[:MOST])
    if not shown:
        states.too_few("any one week")
        return
    titles = {name: f"{name} · {_stated(judged[name])}" for name in shown}
    figure = multiples.small_multiples({name: one.points for name, one in shown.items()}, about, titles)
    show.chart(
        figure, title, f"{title} by week in {words.count(len(shown), 'panel')} on one scale", f"explore chart {title}"
    )
    more = f" {len(shown)} of {len(found)} are drawn." if len(found) > len(shown) else ""
    st.caption(
        f"One scale. Band: the usual range. A change is called only where so many charts don't make it chance.{more}"
    )


def _stated(word: str) -> str:
    state = words.state(word)
    return f"{state.shape} {state.word}"

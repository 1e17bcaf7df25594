"""The charts of the Silos page: every silo on one scale, and one silo with limits, special causes and what was done."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from bellwether.views import figures, multiples, show, states, words
from bellwether.views.chosen import ALL_SILOS, Chosen
from bellwether.views.reading import Reading

POINT_WORDS = {
    "silo": "Silo",
    "week": "Week from",
    "value": "Value",
    "observations": "Observations",
    "centre": "Centre line",
    "lower": "Lower limit",
    "upper": "Upper limit",
    "special": "Special cause",
}


def points_table(found: Mapping[str, Reading], only: str | None = None) -> pl.DataFrame:
    """The points of all charts (or of one silo's) in one table, headings in words, for taking along."""
    kept = {silo: one for silo, one in found.items() if only in (None, silo)}
    rows = [one.points.with_columns(silo=pl.lit(silo)) for silo, one in kept.items()]
    if not rows:
        return pl.DataFrame()
    return pl.concat(rows).select(pl.col(name).alias(word) for name, word in POINT_WORDS.items())


WEEKLY = "A chart needs them week by week; the figures above count all weeks of the period together."
# Said wherever a mark stands beside a verdict of no real change.
MARKS = "▲ ▼ weeks that stand out, for the better or the worse."
NO_TREND = "Among so many charts some weeks stand out by chance, so a mark alone is not called a change."


def all_silos(found: Mapping[str, Reading], chosen: Chosen, said: Mapping[str, str]) -> None:
    """Small multiples, one panel a silo, all on one scale. said: silo -> the word that the page shows of it."""
    panels = {silo: one.points for silo, one in found.items() if one.points["value"].drop_nulls().len()}
    if not panels:
        states.no_rows() if not found else states.too_few("any one week", WEEKLY)
        return
    titles = {silo: _panel_title(silo, found[silo], chosen) for silo in panels}
    figure = multiples.small_multiples(panels, chosen.about, titles)
    alt = f"{chosen.about['title']} by week in {words.count(len(panels), 'panel')} on one scale"
    show.chart(figure, f"{chosen.about['title']} in all silos", alt, "all silos")
    told = [about_marks(one, said[silo]) for silo, one in found.items()]
    st.caption(" ".join(part for part in ("One scale. Band: the usual range.", max(told, key=len)) if part))


def about_marks(one: Reading, word: str) -> str:
    """What the marks on a chart mean, and why they are no trend where the verdict is that nothing really changed."""
    if not one.points.filter(pl.col("special") & pl.col("value").is_not_null()).height:
        return ""
    return f"{MARKS} {NO_TREND}" if word == "no real change" else MARKS


def _panel_title(silo: str, one: Reading, chosen: Chosen) -> str:
    last = one.points["value"].drop_nulls().tail(1)
    value = words.value(last[0], chosen.about["unit"], chosen.about["currency"], short=True) if last.len() else ""
    # The chosen silo is not marked: the figure would then be drawn anew at each choice, which takes half a second.
    return f"{silo} <span style='color:#5b6876'>{value}</span>"


def one_silo(one: Reading | None, chosen: Chosen, marks: pl.DataFrame, said: Mapping[str, str]) -> None:
    """The chart of the chosen silo. said: silo -> the word that the page shows of it."""
    if one is None:
        states.no_rows(f"{chosen.about['title']} is not measured at {chosen.place}")
        return
    if not one.points["value"].drop_nulls().len():
        states.too_few("any one week", WEEKLY)
        return
    drawn = marks.filter(silo=chosen.silo).to_dicts() if chosen.silo != ALL_SILOS else []
    figure = figures.control_chart(one.points, chosen.about, drawn)
    state = words.state(said[chosen.silo])
    alt = f"{chosen.about['title']} at {chosen.place} by week, with its usual range: {state.word}"
    show.chart(figure, f"{chosen.about['title']} {chosen.place}", alt, "one silo")
    st.caption(_said(one, said[chosen.silo]))


def _said(one: Reading, word: str) -> str:
    """What the drawing means, and what to know before trusting it."""
    if one.verdict.word == "too few points":
        return "Line: the value of each week. Fewer than 12 weeks so far: too early for marks and for a verdict."
    parts = ["Line: the value of each week. Band: the usual range."]
    if marks := about_marks(one, word):
        parts.append(marks)
    if one.verdict.settled:
        parts.append(
            f"A level {one.verdict.level} than before has held since {words.day(one.verdict.settled)} though nobody "
            "declared a step; the verdict is about the time after it."
        )
    return " ".join(parts)

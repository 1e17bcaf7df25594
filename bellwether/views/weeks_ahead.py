"""Weeks ahead: where outcomes and leading indicators are heading, with intervals that have been tried on the past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import current, fans, show, words
from bellwether.views.chosen import ALL_SILOS

BOUND = {"bind": "query-params"}
LEGEND = (
    "Line: the weeks so far. Dashed: the forecast; its bands hold 80 and 95% of what earlier forecasts were off. "
    "Dotted: the naive forecast, which is the last value or the same week a year before."
)
WORDS = {
    "week": "Week from",
    "value": "Forecast",
    "naive": "Naive",
    "lower_inner": "80%, low",
    "upper_inner": "80%, high",
    "lower": "95%, low",
    "upper": "95%, high",
}


def weeks_ahead(series: pl.DataFrame) -> None:
    """The outcomes, then any series that the reader chooses. series: answer of `outlook/series`."""
    if not series.height:
        st.info(
            "A forecast needs about half a year of full weeks of an outcome or of an indicator that runs ahead. Import "
            "more of the past, or come back later.",
            title="Nothing can be forecast yet",
            icon=":material/hourglass_empty:",
        )
        return
    outcomes = series.filter("is_outcome", silo=ALL_SILOS)
    past, ahead = _told(None)
    with st.grid(2, min_column_width=320, gap="medium"):
        for row in outcomes.iter_rows(named=True):
            with st.container():
                _one(row, past, ahead, "outcome")
    st.caption(LEGEND)
    _chosen(series)


def _told(silo: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    return current.ask("outlook/history", {"silo": silo}), current.ask("outlook/ahead", {"silo": silo})


@st.fragment
def _chosen(series: pl.DataFrame) -> None:
    """Any indicator in any silo that has been tried."""
    titles = dict(series.select("indicator", "title").unique(maintain_order=True).iter_rows())
    leading = series.filter(~pl.col("is_outcome"))["indicator"].unique(maintain_order=True).to_list()
    ids = [*leading, *(one for one in titles if one not in leading)]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        picked = st.selectbox("Indicator", ids, format_func=titles.get, width=280, key="series", **BOUND)
        silos = series.filter(indicator=picked)["silo"].to_list()
        silo = st.selectbox("Silo", silos, width=180, key="place", **BOUND)
    row = series.filter(indicator=picked, silo=silo).row(0, named=True)
    _one(row, *_told(None if silo == ALL_SILOS else silo), "chosen")


def _one(row: Mapping[str, Any], past: pl.DataFrame, ahead: pl.DataFrame, key: str) -> None:
    """One chart with what is said of the quarter; or why there is none."""
    history, weeks = (rows.filter(indicator=row["indicator"]) for rows in (past, ahead))
    place = "" if row["silo"] == ALL_SILOS else f", {row['silo']}"
    table = weeks.select(pl.col(name).alias(word) for name, word in WORDS.items())
    key = f"{key} {row['indicator']}"
    show.heading(f"{row['title']}{place}", table, key)
    if not weeks.height:
        st.info(reason(row), icon=":material/hourglass_empty:")
        return
    figure = fans.fan(history, weeks, row)
    show.chart(figure, f"{row['title']}{place} ahead", f"{row['title']}{place}: {quarter(row)}", f"fan {key}")
    st.caption(quarter(row))


def quarter(row: Mapping[str, Any]) -> str:
    """The coming quarter's mean with its interval, and how good such forecasts have been; the naive one if better."""
    unit, currency, ratio = row["unit"], row["currency"], row["beats_naive"]
    now, reach = words.estimate(row["heading"], row["heading_low"], row["heading_high"], unit, currency)
    said = f"{now}{f' (95%: {reach})' if row['heading_low'] is not None else ''}"
    if ratio is None or ratio <= 1 or row["heading_naive"] is None:
        return f"Next quarter {said}. {beating(ratio)}"
    naive = words.value(row["heading_naive"], unit, currency)
    better = f"The naive forecast did better here, so go by that: next quarter {naive}."
    return f"{better} This one says {said}. {beating(ratio)}"


def beating(ratio: float | None) -> str:
    """How the forecast's past errors compare with the naive one's."""
    if ratio is None:
        return "It has not been held against the past yet."
    percent = round(100 * abs(1 - ratio))
    if percent < 1:
        return "In the past it was as far off as the naive forecast."
    return f"In the past it was {percent}% {'less' if ratio < 1 else 'further'} off than the naive forecast."


def reason(row: Mapping[str, Any]) -> str:
    """Why a series is not forecast, and what it takes."""
    why = f": {row['reason']}" if row["reason"] else ""
    more = f" {words.count(row['more_weeks'], 'more week')} would do." if row["more_weeks"] else ""
    return f"No forecast yet{why}.{more}"

"""Promptness over time: prompt recovery by week, with the verdict that the grid gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bellwether.views import current, figures, go, look, reading, show, silo_charts, states, summary, words
from bellwether.views.chosen import ALL_SILOS, Chosen

INDICATOR = "recovery_prompt"


def silo_of(chosen: Chosen) -> str:
    """The silo whose chart is drawn: the one that is chosen, else all of them."""
    silos = chosen.given.get("silos") or []
    return silos[0] if len(silos) == 1 else ALL_SILOS


def pace(chosen: Chosen) -> None:
    """The chart of the chosen silo (of all, where none or several are chosen), its state and its standard."""
    about = current.ask("shared/indicators").filter(indicator=INDICATOR).row(0, named=True)
    given = {"indicator": INDICATOR}
    marks = current.ask("silos/marks", given)
    found = reading.readings(current.ask("silos/weeks", given, few=False), about, reading.steps_of(marks))
    silo = silo_of(chosen)
    show.heading(f"Is it getting quicker? {silo}", silo_charts.points_table(found, silo), "pace")
    one = found.get(silo)
    if one is None or not one.points["value"].drop_nulls().len():
        states.no_rows("No failure was old enough to be judged") if one is None else states.too_few(silo)
        return
    verdicts = current.ask("silos/verdicts", given).filter(silo=silo)
    _line(about, verdicts.row(0, named=True) if verdicts.height else {}, one)
    drawn = marks.filter(silo=silo).to_dicts()
    alt = f"{about['title']} by week, {silo}"
    show.chart(figures.control_chart(one.points, about, drawn), f"{about['title']} {silo}", alt, "pace chart")
    st.caption(
        "Share of broken promises, reopened cases and failed attempts online that were put right inside the standard, "
        "by the week in which they went wrong."
    )


def _line(about: Mapping[str, Any], row: Mapping[str, Any], one: reading.Reading) -> None:
    state = words.state(row.get("verdict") or one.verdict.word)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(f"{state.shape} {state.word}", color=look.BADGES[state.tone], help=state.meaning)
        if row.get("now") is not None:
            now, sure = words.estimate(row["now"], row["low"], row["high"], about["unit"])
            st.caption(f"{now} over the last four weeks ({sure})", width="content")
        if about["target"] is not None:
            st.badge(f"standard: at least {words.value(about['target'], about['unit'], short=True)}", color="gray")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        summary.definition(about)
        go.link(f"{about['title']} in every silo", about["title"])

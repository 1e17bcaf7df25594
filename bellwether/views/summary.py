"""What is said of the chosen silo in one line: state, standard, owner, and how it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import current, words
from bellwether.views.chosen import ALL_SILOS, Chosen
from bellwether.views.look import BADGES
from bellwether.views.plain import literal
from bellwether.views.reading import Reading

CAPABLE = {
    "always": ("always met", "green", "As the process runs today, it meets the standard every week."),
    "sometimes": ("sometimes met", "gray", "As the process runs today, some weeks meet the standard and some do not."),
    "never": (
        "never met",
        "orange",
        "As the process runs today, it misses the standard: the process must change.",
    ),
}
MOVING = ("too early to say if met", "gray", "The process is changing; its limits still speak of how it ran before.")


def summary(chosen: Chosen, reading: Reading | None, verdicts: pl.DataFrame, agreed: pl.DataFrame) -> None:
    """What is said of the chosen silo: state, rule, standard, owner, definition."""
    about, row = chosen.about, _of(verdicts, chosen.silo)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if reading:
            _state(reading, row, bool(chosen.narrowed))
        _standard(about, agreed, reading)
        if chosen.silo != ALL_SILOS:
            owner = row.get("owner")
            st.badge(f"owner: {literal(owner)}" if owner else "no owner", color="gray" if owner else "orange")
        elif open_ := unowned(verdicts):
            silos = words.count(open_, "silo")
            st.badge(f"no owner in {literal(silos)}", color="orange", help="Name owners on the page Accountability.")
        definition(about)


def _state(reading: Reading, row: Mapping[str, Any], narrowed: bool) -> None:
    """The grid's word where it speaks of the same figures, else the chart's own."""
    own = reading.verdict
    gridded = bool(row) and not narrowed
    _, rule, since = (row["verdict"], row["rule"], row["since"]) if gridded else (own.word, own.rule, own.since)
    state = words.state(word_of(reading, row, narrowed))
    st.badge(f"{state.shape} {state.word}", color=BADGES[state.tone])
    if since:
        st.caption(f"since {words.day(since)}: {rule}", width="content")
    elif gridded and own.rule:
        st.caption(
            f"This chart alone would say {own.word} ({own.rule}). Among so many charts that is often chance.",
            width="content",
        )


def word_of(reading: Reading, row: Mapping[str, Any], narrowed: bool) -> str:
    """The verdict's word that the page shows: the grid's where it speaks of the same figures, else the chart's own."""
    return row["verdict"] if row and not narrowed else reading.verdict.word


def shown_words(found: Mapping[str, Reading], verdicts: pl.DataFrame, chosen: Chosen) -> dict[str, str]:
    """Silo -> the word that the page shows of its chart. verdicts: answer of `silos/verdicts`."""
    return {silo: word_of(one, _of(verdicts, silo), bool(chosen.narrowed)) for silo, one in found.items()}


def _standard(about: Mapping[str, Any], agreed: pl.DataFrame, reading: Reading | None) -> None:
    if not agreed.height or about["target"] is None:
        st.badge("no standard", color="gray")
        return
    one = agreed.row(0, named=True)
    side = "at least" if about["better"] == "higher" else "at most"
    st.badge(
        f"standard: {side} {words.value(about['target'], about['unit'], about['currency'], short=True)}",
        color="gray",
        help=f"{one['promise'] or 'No promise is written down.'} Agreed by {one['agreed']} of {one['silos']} silos.",
    )
    if one["agreed"] < one["silos"]:
        missing = words.count(one["silos"] - one["agreed"], "silo")
        st.badge(f"not agreed by {missing}", color="orange", help="The page Accountability says by which.")
    if reading and reading.capability:
        word, color, meaning = CAPABLE[reading.capability] if steady(reading) else MOVING
        st.badge(word, color=color, help=meaning)


def unowned(verdicts: pl.DataFrame) -> int:
    """In how many silos nobody owns the indicator. verdicts: answer of `silos/verdicts`."""
    return verdicts.filter(pl.col("silo") != ALL_SILOS, pl.col("owner").is_null()).height


def steady(reading: Reading) -> bool:
    """Whether the limits still speak for the process: on the move, they straddle what was and what is."""
    return reading.verdict.word == "no real change" and reading.verdict.settled is None


def definition(about: Mapping[str, Any]) -> None:
    """Where the number is defined, in its own words and lines."""
    with st.popover("How it is measured", icon=":material/function:", type="tertiary", on_change="rerun") as shown:
        if shown.open:
            st.markdown(f"**{about['title']}** · {about['question']}")
            st.caption(about["notes"] or "No notes.")
            st.caption(f"{about['lens']} · better when {about['better']} · defined once, in `{about['file']}`")
            st.code(current.indicator(about["indicator"]).sql, language="sql")


def _of(verdicts: pl.DataFrame, silo: str) -> dict[str, Any]:
    rows = verdicts.filter(silo=silo)
    return rows.row(0, named=True) if rows.height else {}

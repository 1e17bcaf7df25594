"""What the survey says and what everyone would say: the figures at the top, and the words beside the charts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import states, words
from bellwether.views.chosen import ALL_SILOS
from bellwether.views.plain import literal

WORDS = {
    "silo": "Silo",
    "answers": "Answers",
    "contacts": "Contacts it speaks for",
    "before": "What the survey says",
    "seen": "Corrected for what is seen of a contact",
    "value": "What everyone would say",
    "low": "Low",
    "high": "High",
    "flatters": "The survey flatters by",
    "flatters_low": "By at least",
    "flatters_high": "By at most",
}
WHY = {
    "too few answers": "too few answers",
    "too wide": "cannot tell yet",
    "silence not on record": "silence not on record",
}


def told_or_stopped(model: Mapping[str, Any]) -> None:
    """Where nothing can be foretold, end the page with why and what would help. model: `silent_majority/model`."""
    if not model["refusal"] and model["foretold"]:
        return
    more = model["more_answers"]
    wants = f" It takes {words.count(more, 'more answer')} that name their contact." if more and more > 0 else ""
    said = model["refusal"] or "Cannot tell yet. Nothing on record could be foretold."
    st.info(
        f"{said}{wants} Bring a survey export whose rows hold the id of the contact (`interaction_id`), and the "
        "invitations that were not answered: then this page says what those would have said who stayed silent.",
        title="What everyone would say can't be told from these exports",
        icon=":material/hearing_disabled:",
    )
    st.stop()


def score(value: float | None) -> str:
    """A score of 100 as people read it."""
    return words.NOTHING if value is None else f"{value:.0f}"


def reach(low: float | None, high: float | None, digits: int = 0) -> str:
    """The limits of a 95% interval of scores."""
    return "" if low is None or high is None else f"{low:.{digits}f} to {high:.{digits}f}"


def headline(model: Mapping[str, Any], silos: pl.DataFrame) -> None:
    """Four figures: the survey, everyone, the difference, and who answers."""
    row = silos.filter(silo=ALL_SILOS).row(0, named=True) if silos.filter(silo=ALL_SILOS).height else None
    if row is None or row["too_few"]:
        states.too_few("the survey", "More people have to answer first.")
        st.stop()
    with st.grid(4, min_column_width=170, gap="small"):
        _figure("What the survey says", score(row["before"]), survey_note(row))
        _figure("What everyone would say", *everyone_words(row, model))
        _figure("The survey flatters by", *flatters_words(row))
        _figure("Who answers", *answers_words(model))


def _figure(label: str, value: str, note: str) -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(label, value)
        st.caption(note)


def survey_note(row: Mapping[str, Any]) -> str:
    """How sure the survey's mean is, and of how many."""
    limits = reach(row["survey_low"], row["survey_high"], 1)
    return f"of 100: {limits}, from {words.count(row['answers'], 'answer')} in 52 weeks"


def everyone_words(row: Mapping[str, Any], model: Mapping[str, Any]) -> tuple[str, str]:
    """What everyone would say, or why it can't be told."""
    if row["value"] is not None:
        return score(
            row["value"]
        ), f"{reach(row['low'], row['high'], 1)}, for {words.count(row['contacts'], 'contact')}"
    if row["word"] == "silence not on record" and row["seen"] is not None:
        limits = reach(row["seen_low"], row["seen_high"], 1)
        return f"{score(row['seen'])}?", f"{limits} if the silent are like those who answer: {model['silence']}"
    return "cannot tell yet", more_words(row)


def flatters_words(row: Mapping[str, Any]) -> tuple[str, str]:
    """How far the survey flatters, with its interval; a minus where it is too harsh."""
    if row["flatters"] is None:
        if row["word"] == "silence not on record" and row["seen"] is not None:
            return f"{row['before'] - row['seen']:.1f}?", "points, by what is seen of a contact; more can't be told"
        return "cannot tell yet", more_words(row)
    sure = "" if row["flatters_low"] > 0 or row["flatters_high"] < 0 else "; it may as well not flatter at all"
    return f"{row['flatters']:.1f}".replace("-", words.MINUS), (
        f"points of 100: {reach(row['flatters_low'], row['flatters_high'], 1)}{sure}"
    )


def more_words(row: Mapping[str, Any]) -> str:
    """About how many more answers it takes."""
    more = row["more_answers"]
    return f"it takes about {words.count(more, 'more answer')}" if more else "too little to go by"


def answers_words(model: Mapping[str, Any]) -> tuple[str, str]:
    """The share that answers, and what the unhappy do."""
    asked, replied = model["asked"], model["replied"]
    share = f"{100 * replied / asked:.0f}%" if asked and replied < asked else "not known"
    if not model["corrected"]:
        return share, f"of those asked. What silence tells can't be said: {model['silence']}"
    return share, f"of those asked; {pull_words(model)}"


def pull_words(model: Mapping[str, Any]) -> str:
    """How much less the unhappy answer, as odds."""
    if model["pull_low"] <= 0:
        return "whether the unhappy answer less can't be told apart from chance"
    times = 2.718281828 ** model["pull"]
    return f"somebody happier by one step of three answers {times:.1f} times as readily as the one below"


def period(model: Mapping[str, Any]) -> str:
    """The days that are compared."""
    until = model["until"]
    return words.span((until - timedelta(weeks=model["window_weeks"])).date(), until.date()) if until else ""


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The silos with headings in words, for taking along; figures with one decimal."""
    told = rows.with_columns(pl.col(pl.Float64).round(1), silo=pl.col("silo"))
    return told.select(pl.col(name).alias(word) for name, word in WORDS.items())


def reading(rows: pl.DataFrame, model: Mapping[str, Any]) -> None:
    """What the chart leaves out: silos that can't be told, contacts that nobody was ever asked about."""
    said = []
    for word, text in WHY.items():
        some = rows.filter(pl.col("silo") != ALL_SILOS, (pl.col("word") == word) | pl.col("too_few"))
        some = some.filter(pl.col("word") == word)
        if some.height and word != "silence not on record":
            told = [_needs(row) for row in some.sort("silo").iter_rows(named=True)]
            said.append(f"{text.capitalize()}: {', '.join(told)}.")
    whole = rows.filter(silo=ALL_SILOS).row(0, named=True)
    if unasked := whole["interactions"] - whole["contacts"]:
        share = f"{100 * unasked / whole['interactions']:.0f}%"
        said.append(
            f"Nobody ever answered about {words.count(unasked, 'contact')} ({share}) of kinds that are not asked."
        )
    st.caption(" ".join(said) or "Every silo can be told.")


def _needs(row: Mapping[str, Any]) -> str:
    more = f" ({words.count(row['more_answers'], 'more answer')})" if row["more_answers"] else ""
    return f"{literal(row['silo'])}{more}"

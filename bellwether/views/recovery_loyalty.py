"""What being quick earns: who is still a customer, by whether a failure was put right in time, later or not yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import show, states, words
from bellwether.views.recovery import MANY
from bellwether.views.recovery_curves import survival

SAID = {
    "too few": "Too few customers, or too few who left, to compare.",
    "no difference beyond chance": "The difference may well be chance.",
    "stay longer": "Those who were put right in time stay longer, by more than chance explains.",
    "stay less long": "Those who were put right in time stay less long, by more than chance explains.",
}
ALL_KINDS = "all kinds"
WORDS = {
    "kind": "Kind",
    "landmark": "Followed from day",
    "standing": "Standing",
    "observations": "Customers",
    "week": "Weeks after",
    "value": "Still a customer",
    "low": "Low",
    "high": "High",
    "followed": "Followed so far",
}


def in_words(curves: pl.DataFrame) -> pl.DataFrame:
    """Every curve in words, for taking along; those of too few people are left out."""
    return curves.filter(~pl.col("too_few")).select(pl.col(name).alias(word) for name, word in WORDS.items())


def loyalty(rows: pl.DataFrame, curves: pl.DataFrame, kinds: Sequence[str]) -> None:
    """The curves of one kind from one landmark, with one sentence; or why there are none.

    rows, curves: answers of `recovery/loyalty` and `recovery/curves`. kinds: those chosen above; none means all.
    """
    told = rows.filter(pl.col("kind") != ALL_KINDS)
    offered = [kind for kind in MANY if kind in set(told["kind"]) and (kind in kinds or not kinds)]
    if not offered:
        cannot_tell(bool(rows.height))
        return
    kind, landmark = _choice(offered, sorted(told["landmark"].unique()))
    here = told.filter(kind=kind, landmark=landmark)
    left, right = st.columns([56, 44], gap="medium")
    with right:
        st.markdown(sentence(here))
        st.caption(_small_print(here, rows.filter(kind=ALL_KINDS, landmark=landmark)))
    with left:
        drawn = curves.filter(~pl.col("too_few"), kind=kind, landmark=landmark)
        show.chart(survival(drawn), f"Still a customer after a {kind}", _alt(here), "survival")


def cannot_tell(others: bool) -> None:
    """Why there is no curve, and what would show it."""
    if others:
        states.no_rows("Nobody can be followed")
        return
    st.info(
        "It takes failures that name the customer, and an export that says who left and when: "
        "`queries/feeds/loyalty.sql` says how.",
        title="What being quick earns can't be told from these exports",
        icon=":material/hourglass_empty:",
    )


def _choice(kinds: Sequence[str], landmarks: Sequence[int]) -> tuple[str, int]:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kind = st.segmented_control(
            "Kind",
            kinds,
            default=kinds[0],
            format_func=lambda one: MANY[one][:1].upper() + MANY[one][1:],
            required=True,
            key="loyalty kind",
            label_visibility="collapsed",
        )
        landmark = st.segmented_control(
            "Followed from",
            landmarks,
            default=landmarks[0],
            format_func=lambda days: f"from day {days}",
            required=True,
            key="loyalty landmark",
            label_visibility="collapsed",
            help="Customers are sorted by what was known on this day after the failure, and followed from it",
        )
    return kind if kind in kinds else kinds[0], landmark or landmarks[0]


def sentence(rows: pl.DataFrame) -> str:
    """What the curves say a year on, in one plain sentence, and whether chance explains it."""
    row = rows.row(0, named=True)
    parts = [_part(one) for one in rows.iter_rows(named=True) if one["value"] is not None]
    if len(parts) < 2:
        return f"**{SAID['too few']}**"
    listed = "; ".join(parts)
    return f"Still customers a year later: {listed}. **{SAID[row['word']]}**"


def _part(row: Mapping[str, Any]) -> str:
    share, sure = words.estimate(row["value"], row["low"], row["high"], "share", most=0)
    return f"{share} ({sure}) of the {words.count(row['observations'])} {row['standing']}"


def _alt(rows: pl.DataFrame) -> str:
    said = [f"{one['standing']}: {words.value(one['value'], 'share')}" for one in rows.iter_rows(named=True)]
    return f"Share still a customer by week; a year on, {'; '.join(said)}"


def _small_print(rows: pl.DataFrame, whole: pl.DataFrame) -> str:
    row = rows.row(0, named=True)
    few = rows.filter("too_few")["standing"].to_list()
    parts = [
        f"In time means within {words.count(row['standard_days'], 'day')}. Followed from day {row['landmark']} after "
        "each customer's first failure of this kind, so that nobody counts as quick merely for having stayed; who left "
        "before is left out. Bands: 95% intervals. An association: who is put right quickly may differ otherwise."
    ]
    if few:
        parts.append(f"Too few to show: {' and '.join(few)}.")
    if whole.height:
        parts.append(f"All kinds together, each compared with its own: {whole['word'][0]}.")
    return " ".join(parts)

"""The accountability strip: what nobody owns, what not all have agreed to, what is late."""

from __future__ import annotations

import polars as pl
import streamlit as st

from bellwether.views import show, words


def strip(
    unowned: pl.DataFrame, unagreed: pl.DataFrame, overdue: pl.DataFrame, told: pl.DataFrame, of: pl.DataFrame
) -> None:
    """Three counts with their denominators, and the verdicts since the review; each opens its list.

    The frames are the answers of the same names; of: `leadership/standards`.
    """
    pairs, standards, commitments = of.row(0)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _item(
            f"{_done(unowned.height)} {unowned.height} of {words.count(pairs, 'measured pair')} without owner"
            if pairs
            else "○ nothing measured yet that needs an owner",
            "An indicator in a silo is a pair. Name owners on the page Accountability.",
            unowned.select(Indicator="title", Silo="silo", **{"Leader of the silo": "leader"}),
            "Indicators without owner",
        )
        _item(
            f"{_done(unagreed.height)} {unagreed.height} of {words.count(standards, 'standard')} not agreed by all"
            if standards
            else "○ no standard set yet",
            "A standard binds every silo in which its indicator is measured. Agree on the page Accountability.",
            _standards(unagreed),
            "Standards not agreed by all silos",
        )
        _item(
            f"{_done(overdue.height)} {overdue.height} of {words.count(commitments, 'commitment')} overdue"
            if commitments
            else "○ no commitment made yet",
            "Promised, not done, and the day is over. All commitments are on the page Quick wins.",
            overdue.select(
                Commitment="commitment", Owner="owner", Silo="silo", Due="due", **{"Days late": "days_late"}
            ),
            "Overdue commitments",
        )
        _item(
            f"● {words.count(told.height, 'verdict')} since the review"
            if told.height
            else "○ no verdict since the review",
            "What the data say a commitment did to its indicator. All of them are on the page Quick wins.",
            told.select(Commitment="commitment", Owner="owner", Silo="silo", Told="told_on", Verdict="word", Why="why"),
            "Verdicts since the review",
        )


def _done(open_: int) -> str:
    return "▼" if open_ else "●"


def _standards(unagreed: pl.DataFrame) -> pl.DataFrame:
    told = [words.value(target, unit, short=True) for target, unit in unagreed.select("target", "unit").iter_rows()]
    return unagreed.select(
        Standard="title", Target=pl.Series(told, dtype=pl.String), Agreed="agreed", Of="silos", Missing="missing"
    )


def _item(label: str, note: str, rows: pl.DataFrame, title: str) -> None:
    with st.popover(label, key=f"strip {title}", on_change="rerun") as shown:
        if shown.open:
            st.markdown(f"**{title}**")
            st.caption(note)
            _listed(rows, title)


def _listed(rows: pl.DataFrame, title: str) -> None:
    if not rows.height:
        st.markdown("None.")
        return
    show.table(rows, title, f"table {title}")
    show.download(rows, title)

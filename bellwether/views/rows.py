"""The observations behind a figure, each with the file and line of the export that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import current, go, guard, listing, show, states, words
from bellwether.views.chosen import Chosen

ROW_WORDS = {
    "observed_at": "When",
    "result": "Result",
    "customer_id": "Customer",
    "silo": "Silo",
    "stage": "Stage",
    "touchpoint": "Touchpoint",
    "channel": "Channel",
    "segment": "Segment",
    "about": "About",
    "row_id": "Record",
    "source_file": "Export",
    "source_line": "Line",
}


LISTS = {"latest": "Latest", "worst": "Worst first"}


def row_table(rows: pl.DataFrame, about: Mapping[str, Any], which: str) -> pl.DataFrame:
    """The rows of one list, in words: what, who, where, and where in which export it stands; empty columns left out."""
    kept = rows.filter(list=which)
    results = [_result(value, about) for value in kept["result"]]
    told = kept.with_columns(result=pl.Series(results, dtype=pl.String))
    known = [name for name in ROW_WORDS if told[name].null_count() < told.height]
    return told.select(pl.col(name).alias(ROW_WORDS[name]) for name in known)


def _result(value: float | None, about: Mapping[str, Any]) -> str:
    if about["unit"] == "share" and value in (0, 1):
        return "✓ yes" if value else "✗ no"
    if about["unit"] == "count" and value is not None and value == int(value):
        return words.count(int(value))
    return words.value(value, about["unit"], about["currency"])


@st.fragment
def rows_behind(chosen: Chosen) -> None:
    """The observations behind the figure: the latest or the worst, with the file and line each came from."""
    with states.explained():
        _rows_behind(chosen, current.ask("silos/rows", chosen.given))


def _rows_behind(chosen: Chosen, rows: pl.DataFrame) -> None:
    if not rows.height:
        (states.no_rows if guard.reads(chosen.given["silo"]) else states.not_theirs)()
        return
    if rows["too_few"].any():
        states.too_few(chosen.place)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        which = st.segmented_control(
            "Which rows",
            list(LISTS),
            default="latest",
            format_func=LISTS.get,
            label_visibility="collapsed",
            key="list",
            required=True,
        )
        told = row_table(rows, chosen.about, which or "latest")
        st.caption(
            f"{told.height} of {words.count(rows['observations'][0], 'observation')}, {chosen.now.text}, "
            f"{chosen.place}. The result answers: {chosen.about['question']}",
            width="stretch",
        )
        show.download(told, f"rows behind {chosen.about['title']}")
    formats = {
        "When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
        "Line": st.column_config.NumberColumn(format="%d", help="The line of the export on which the record begins"),
    }
    shown, links = with_links(told)
    show.table(shown, "The rows behind the figure", "rows", {**formats, **links}, height=388)


def with_links(told: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The rows, each customer a way to their page for those who may open it; what is taken along stays plain."""
    listed = listing.of(listing.FOLDER / "customers" / "customers.py")
    if "Customer" not in told.columns or not guard.viewer().may_open(listed.roles):
        return told, {}
    ways = [one and go.customer_address(one) for one in told["Customer"]]
    column = st.column_config.LinkColumn(display_text=r"customer=([^&]+)$", help="Open this customer")
    return told.with_columns(Customer=pl.Series(ways, dtype=pl.String)), {"Customer": column}

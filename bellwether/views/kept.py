"""What is kept how long, and who looked at what names people: for stewards, on the Data page."""

from __future__ import annotations

import polars as pl
import streamlit as st

from bellwether import retention
from bellwether.access import log
from bellwether.access.viewer import STEWARD
from bellwether.readers import Refused
from bellwether.settings import VERSIONS_KEPT, settings
from bellwether.views import guard, show, words

MOST_LINES = 500
NAMES = {"quarantine": "quarantined records", "access_log": "access log"}


def kept_table(feeds: pl.DataFrame) -> None:
    """Each feed with how long it is kept, and from which month on it holds anything."""
    try:
        months = retention.months(settings().governance)
    except Refused as error:
        st.error(str(error), icon=":material/block:")
        return
    there = {row["feed"]: row for row in feeds.iter_rows(named=True)}
    told = pl.DataFrame(
        [
            {
                "What": NAMES.get(name, name),
                "Kept for": _span(name, months),
                "Rows": there.get(name, {}).get("rows"),
                "From month": there.get(name, {}).get("first_month"),
            }
            for name in ("customers", *retention.DATED, *retention.APART)
        ],
        schema={"What": pl.String, "Kept for": pl.String, "Rows": pl.Int64, "From month": pl.String},
    )
    show.heading("What is kept how long", told, "kept", "Set in retention.csv of the governance folder")
    show.table(told, "What is kept how long", "kept table", {"Rows": st.column_config.NumberColumn(format="localized")})
    st.caption(
        f"Older months go at the next refresh, from imports, feeds, charts and versions; of versions the newest "
        f"{VERSIONS_KEPT} are kept. Exports stay as they are. One person: bellwether forget CUSTOMER."
    )


def _span(name: str, months: dict[str, int]) -> str:
    if name == "customers":
        return "as long as an export names them"
    return words.count(months[name], "month") if name in months else "no limit set"


def access_table() -> None:
    """The access log, newest first; stewards alone see it."""
    if STEWARD not in guard.viewer().roles:
        st.info("Stewards see here who opened a customer, comments or a download.", icon=":material/lock:")
        return
    lines = log.entries(MOST_LINES)
    if not lines:
        st.info(
            "Nobody has opened a customer, comments or a download yet.",
            title="The access log is empty",
            icon=":material/visibility:",
        )
        return
    told = pl.DataFrame(lines).select(
        pl.col("at").str.to_datetime(time_zone="UTC").dt.replace_time_zone(None).alias("When (UTC)"),
        pl.col("who").alias("Who"),
        pl.col("what").replace(log.WORDS).alias("Did"),
        pl.col("about").alias("About"),
    )
    note = "Who opened what of people; only added to. Customers stand here by their pseudonym"
    show.heading("Access log", told, "access", note)
    formats = {"When (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")}
    show.table(told, "Access log, newest first", "access table", formats)
    if len(lines) == MOST_LINES:
        st.caption(f"The newest {MOST_LINES} lines of {log.file()}.")

"""What if: a leading indicator moved inside the range where it has really been, and who would be expected to stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import show, words

ASSOCIATION = (
    "An association: what staying looked like for customers with such readings. It does not say what moving the "
    "indicator would do; the verdict on a commitment does."
)
TABLE = {
    "value": "Stands at",
    "retained": "Expected to stay",
    "lower": "Low",
    "upper": "High",
    "difference": "Difference from now",
    "customers": "Customers",
}


def what_if(rows: pl.DataFrame, indicator: str) -> None:
    """Choose where the indicator stands; see how many would be expected to stay.

    rows: answer of `outlook/what_if`; of an indicator that is not among them nothing is shown.
    """
    mine = rows.filter(indicator=indicator)
    if mine.is_empty():
        return
    told = mine.row(0, named=True)
    show.heading(
        "What if", mine.select(pl.col(name).alias(word) for name, word in TABLE.items()), "what_if", ASSOCIATION
    )
    left, right = st.columns([58, 42], gap="medium")
    with left:
        places = range(mine.height)
        place = st.select_slider(
            f"{told['title']}, within the range of the last year (now {words.value(told['now'], told['unit'])})",
            places,
            value=_other_end(mine),
            format_func=lambda at: words.value(mine["value"][at], told["unit"]),
            key=f"what if {indicator}",
        )
        st.caption(ASSOCIATION)
    with right:
        row = mine.row(place, named=True)
        st.metric("Difference in who stays", difference(row), help=ASSOCIATION)
        st.caption(customers(row))


def _other_end(rows: pl.DataFrame) -> int:
    """The better end of the range, or the worse one where the indicator already stands at the better."""
    ends = (rows.height - 1, 0) if rows["better"][0] == "higher" else (0, rows.height - 1)
    return ends[0] if rows["customers"][ends[0]] else ends[1]


def difference(row: Mapping[str, Any]) -> str:
    """The difference from now in points, to the second decimal: these are small."""
    points = 100 * row["difference"]
    return f"{'+' if points >= 0 else words.MINUS}{abs(points):.2f} points"


def customers(row: Mapping[str, Any]) -> str:
    """The same as customers, with its interval."""
    if row["customers"] == row["customers_low"] == row["customers_high"] == 0:
        return "That is where it stands now, or too near to it to count in customers."
    more = "more" if row["customers"] >= 0 else "fewer"
    low, high = sorted(abs(row[name]) for name in ("customers_low", "customers_high"))
    if row["customers_low"] < 0 < row["customers_high"]:
        return f"{words.count(abs(row['customers']), 'customer')} {more}; the 95% interval holds no change at all."
    return f"{words.count(abs(row['customers']), 'customer')} {more} (95%: {low:,} to {high:,})"

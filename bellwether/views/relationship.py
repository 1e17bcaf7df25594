"""The relationship at a glance: how many customers are in which state, since when, and what says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import look, show, words
from bellwether.views.board import Cell, Row, board
from bellwether.views.figures import Figure, note

# Best first; colour, and what the state means in a few words.
STATES: dict[str, tuple[str, str]] = {
    "advocate": ("#0b7a66", "would recommend us, or has"),
    "content": ("#7fb8a8", "pleased, or took more of us"),
    "indifferent": ("#c3ccd6", "neither fond of us nor angry"),
    "silent": ("#8a97a6", "no sign of life though one was due"),
    "at risk": ("#d98a5b", "cross, let down or about to leave"),
    "lapsed": ("#5b6876", "left"),
}
FIRST = ("indifferent", "silent", "at risk", "advocate")
ANSWERED = "said so"
NOTHING_TELLS = "nothing tells"
WORDS = {"month": "Month", "state": "State", "observations": "Customers", "value": "Share"}


def month(day: date) -> str:
    """`Aug 2026`."""
    return f"{words.MONTHS[day.month - 1]} {day.year}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def cannot_tell(tells: Mapping[str, Any]) -> None:
    """Why there are no states, and what would show them. tells: answer of `relationship/tells`."""
    if not tells["known_contacts"] and not tells["answers"] and not tells["loyalty_events"]:
        lacks = "No export names the customers: contacts, answers and purchases have to carry a `customer_id`."
    else:
        lacks = (
            f"It takes {tells['silent_days']} days of contacts, answers or purchases before silence can be told from "
            "no record, and then the end of a month; these exports hold less."
        )
    st.info(
        f"{lacks} What makes a state stands in `queries/marts/customer_states.sql`.",
        title="In which state customers are can't be told from these exports",
        icon=":material/hourglass_empty:",
    )


def missing(tells: Mapping[str, Any]) -> None:
    """What the states can't say with these exports, in one line each."""
    absent = []
    if not tells["answers"]:
        absent.append(
            "what customers said (no answers with a customer): nobody is an advocate or at risk by their word"
        )
    if not tells["loyalty_events"]:
        absent.append("who left (no lapses or purchases): nobody lapses")
    if tells["contacts"] and tells["known_contacts"] < tells["contacts"] / 2:
        share = words.value(tells["known_contacts"] / tells["contacts"], "share", short=True)
        absent.append(f"who was in touch: only {share} of the contacts name their customer, so silence is overstated")
    if absent:
        st.caption(f"**Not told by these exports:** {'; '.join(absent)}.")


def headline(rows: pl.DataFrame) -> None:
    """Four states as figures, the indifferent first. rows: answer of `relationship/now`."""
    everybody, newest = rows["everybody"][0], rows["month"][0]
    with st.grid(4, min_column_width=190, gap="small"):
        for state in FIRST:
            _figure(state, rows.filter(state=state), everybody, newest)


def _figure(state: str, rows: pl.DataFrame, everybody: int, newest: date) -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        if rows.is_empty():
            st.metric(capital(state), words.value(0, "share"))
            st.caption(f"of {words.count(everybody, 'customer')}, end of {month(newest)}")
            return
        row = rows.row(0, named=True)
        st.metric(capital(state), words.value(row["share"], "share"), help=capital(STATES[state][1]) + ".")
        st.caption(" · ".join([*_year(row), *_because(rows)]))


def _year(row: Mapping[str, Any]) -> list[str]:
    if row["year_ago"] is None:
        return []
    return [f"{words.change(row['share'] - row['year_ago'], 'share')} in a year"]


def _because(rows: pl.DataFrame) -> list[str]:
    """The reason that puts most of them there, with its part of them."""
    told = rows.drop_nulls("observations").sort("observations", descending=True)
    if told.height < 2:
        return []
    top = told.row(0, named=True)
    return [f"{words.value(top['observations'] / told['observations'].sum(), 'share', short=True)}: {top['because']}"]


def sentence(rows: pl.DataFrame) -> str:
    """What the newest month says, in one plain sentence or two."""
    shares = dict(rows.select("state", "share").iter_rows())
    said = rows.filter(because=ANSWERED)["value"].drop_nulls().sum()
    loose = rows.filter(state="indifferent", because=NOTHING_TELLS)["value"].drop_nulls().sum()
    most = max(shares, key=lambda state: shares[state])
    parts = [
        f"At the end of {month(rows['month'][0])}, of {words.count(rows['everybody'][0], 'customer')} "
        f"**{words.value(shares.get('indifferent', 0), 'share', short=True)} are indifferent**"
        + (", more than in any other state." if most == "indifferent" else f"; most are {most}.")
    ]
    if loose:
        parts.append(
            f"For {words.value(loose, 'share', short=True)} nothing that they said or did tells either way; "
            f"{words.value(said, 'share', short=True)} are where they are by their own word."
        )
    return " ".join(parts)


def reasons(rows: pl.DataFrame) -> pl.DataFrame:
    """Every state with what puts customers there, in words."""
    return rows.select(
        State=pl.col("state").map_elements(capital, return_dtype=pl.String),
        Because=pl.col("because").map_elements(capital, return_dtype=pl.String),
        Customers="observations",
        Share="value",
    )


def because(rows: pl.DataFrame) -> None:
    """A line a state: how many, and what puts them there. rows: answer of `relationship/now`."""
    columns = ({"text": "State"}, {"text": "Customers", "align": "right"}, {"text": "Because"})
    lines: list[Row] = []
    for state in STATES:
        mine = rows.filter(state=state)
        if mine.height:
            lines.append({"cells": _why(state, mine)})
    board(columns, lines, "What puts customers into a state", "because")
    st.caption(
        "The first that holds counts, in this order: lapsed, silent, at risk, advocate, content, indifferent. What "
        "people said holds for a time, what they did too; the limits stand in `data/governance/state_rules.csv` and "
        "`state_items.csv`. Only what was known at the end of the month counts."
    )


def _why(state: str, rows: pl.DataFrame) -> list[Cell]:
    told = rows.drop_nulls("observations")
    parts = [
        f"{one['because']} {words.count(one['observations'])} ({words.value(one['value'], 'share', short=True)})"
        for one in told.iter_rows(named=True)
    ]
    hidden = [
        f"{because}: {words.TOO_FEW_PEOPLE}" for because in rows.filter(pl.col("observations").is_null())["because"]
    ]
    return [
        {"head": True, "text": capital(state), "sub": STATES[state][1]},
        {"text": words.count(int(told["observations"].sum())) if not hidden else words.NOTHING, "align": "right"},
        {"text": " · ".join(parts + hidden)},
    ]


# Over the months


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """States by month, for taking along. rows: answer of `relationship/months`."""
    return rows.select(pl.col(name).alias(word) for name, word in WORDS.items())


def over_months(rows: pl.DataFrame) -> None:
    """The shares of the states, month by month, one upon the other."""
    show.chart(stacked(rows), "States over the months", _alt(rows), "state months")


def _alt(rows: pl.DataFrame) -> str:
    last = rows.filter(pl.col("month") == rows["month"].max())
    told = "; ".join(
        f"{state}: {words.value(value, 'share')}" for state, value in last.select("state", "value").iter_rows()
    )
    return f"Share of the customers in each state by month; in {month(rows['month'].max())} {told}"


def stacked(rows: pl.DataFrame, height: int = 340) -> Figure:
    """Areas that fill the whole, the best state on top, each named at its right end."""
    months = sorted(rows.drop_nulls("value")["month"].unique())  # a month of too few people is no month of nobody
    order = [state for state in reversed(STATES) if state != "lapsed"]
    found = {(day, state): value for day, state, value in rows.select("month", "state", "value").iter_rows()}
    data, names, below = [], [], 0.0
    for state in order:
        values = [found.get((day, state)) or 0.0 for day in months]
        data.append(_area(state, months, values))
        if values[-1] >= 0.03:
            names.append(_name(state, values[-1], below + values[-1] / 2))
        below += values[-1]
    frame = look.layout(
        height,
        xaxis=look.axis(type="date", tickformat="%b\n%Y", nticks=7, showgrid=False),
        yaxis=look.scale("share", range=[0, 1], nticks=5),
        annotations=names,
    )
    frame["margin"] = {"l": 8, "r": 124, "t": 10, "b": 8}
    return {"data": data, "layout": frame}


def _area(state: str, months: list[date], values: list[float]) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": state,
        "x": [day.isoformat() for day in months],
        "y": values,
        "stackgroup": "one",
        "fillcolor": STATES[state][0],
        "line": {"color": look.PAPER, "width": 1},
        "customdata": [
            f"<b>{words.value(value, 'share')}</b> {state}, end of {month(day)}"
            for day, value in zip(months, values, strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _name(state: str, value: float, at: float) -> Figure:
    text = f"{capital(state)} <b>{words.value(value, 'share', short=True)}</b>"
    return {
        **note(text, xref="paper", x=1.01, y=at, xanchor="left", yanchor="middle"),
        "font": {"size": 12, "color": look.INK},
    }

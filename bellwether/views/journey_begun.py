"""Digital and human, and who begins a contact: how the journey is shared out, and how that moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.trends import compare
from bellwether.views import look, show, states, words
from bellwether.views.board import Cell, Row, board
from bellwether.views.explore_charts import SERIES
from bellwether.views.figures import Figure

ALL_STAGES = "All stages"
WHO = {"customer": "Customers", "company": "We", "third_party": "Third parties"}
WHAT = {
    "customer": "customer-controlled",
    "company": "intended by us",
    "third_party": "review sites, the press, friends, comparison sites",
}


# Digital and human


def balance_chart(rows: pl.DataFrame) -> None:
    """The digital share by month, a line a stage. rows: answer of `journey/balance`."""
    if not rows.height:
        states.no_rows("No contact says whether it was digital or human")
        return
    data = [_line(*one, place) for place, one in enumerate(_stages(rows))][: len(SERIES)]
    frame = look.layout(
        300,
        xaxis=look.axis(type="date", tickformat="%b\n%Y", nticks=8, showgrid=False),
        yaxis=look.scale("share", rangemode="tozero"),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}},
    )
    frame["margin"] = {"l": 8, "r": 8, "t": 52, "b": 8}
    show.chart(
        {"data": data, "layout": frame}, "Digital share by month", "Share of contacts that are digital", "balance"
    )


def _stages(rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """All stages, then those with digital and human contacts both, the largest first; others are no balance."""
    named = rows.with_columns(place=pl.when("is_all").then(pl.lit(ALL_STAGES)).otherwise(pl.col("stage")))
    groups = named.drop_nulls("place").partition_by("place", as_dict=True, maintain_order=True)
    mixed = [
        (place, one) for (place,), one in groups.items() if place == ALL_STAGES or 0 < (one["value"].mean() or 0) < 1
    ]
    return sorted(mixed, key=lambda one: (one[0] != ALL_STAGES, -(one[1]["observations"].sum() or 0)))


def _line(place: str, rows: pl.DataFrame, number: int) -> Figure:
    colour, shape, dash = SERIES[number % len(SERIES)]
    return {
        **{"type": "scatter", "mode": "lines+markers", "name": place.capitalize() if place.islower() else place},
        **{"x": [one.isoformat() for one in rows["month"]], "y": rows["value"].to_list(), "connectgaps": False},
        "line": {"color": colour, "width": 3 if place == ALL_STAGES else 1.6, "dash": dash},
        "marker": {"symbol": shape, "color": colour, "size": 6, "maxdisplayed": 12},
        "customdata": [words.count(one) for one in rows["observations"]],
        "hovertemplate": f"<b>%{{y:.1%}}</b> digital, {place}<br>%{{x|%b %Y}}, of %{{customdata}}<extra></extra>",
    }


def balance_table(rows: pl.DataFrame) -> pl.DataFrame:
    """The same, for taking along."""
    return rows.select(
        Stage=pl.when("is_all").then(pl.lit(ALL_STAGES)).otherwise("stage"),
        Month="month",
        Contacts="observations",
        **{"Digital share": "value"},
    )


def balance_now(rows: pl.DataFrame) -> None:
    """The last twelve full months against the twelve before, with the interval of the difference."""
    lines: list[Row] = []
    for place, one in _stages(rows):
        known = one.drop_nulls("observations")
        now, before = known.tail(12), known.head(max(known.height - 12, 0)).tail(12)
        if now["observations"].sum():
            lines.append({"cells": [{"head": True, "text": place.capitalize()}, *_shares(now, before)]})
    columns = [
        {"text": "Stage"},
        {"text": "Digital", "sub": "last 12 months", "align": "right"},
        {"text": "A year before", "align": "right"},
        {"text": "Change", "sub": "95% interval", "align": "right"},
    ]
    if lines:
        board(columns, lines, "Digital share by stage", "balance now")


def _shares(now: pl.DataFrame, before: pl.DataFrame) -> list[Cell]:
    k2, n2, k1, n1 = (float(part[name].sum() or 0) for part in (now, before) for name in ("total", "observations"))
    share: Cell = {"text": words.value(k2 / n2, "share"), "sub": f"of {words.count(int(n2))}", "align": "right"}
    if n1 < 5:
        return [share, {"text": words.NOTHING, "align": "right"}, {"text": words.NOTHING, "align": "right"}]
    far = compare.shares(k1, n1, k2, n2)
    return [
        share,
        {"text": words.value(k1 / n1, "share"), "align": "right"},
        {
            "text": words.change(far.estimate, "share"),
            "sub": words.changes(far.lower, far.upper, "share"),
            "align": "right",
        },
    ]


# Who begins


def begun(rows: pl.DataFrame, loyalty: pl.DataFrame) -> None:
    """Who begins contacts, and what that goes with. rows, loyalty: answers of `journey/begun`, `journey/loyalty`."""
    whole = rows.filter("is_all")
    if not whole.height:
        states.no_rows("No contact says who began it")
        return
    now, before = (int(whole[name].sum() or 0) for name in ("observations", "earlier"))
    columns = [
        {"text": "Begun by"},
        {"text": "Contacts", "sub": "last 12 months", "align": "right"},
        {"text": "Share", "align": "right"},
        {"text": "Still customers half a year on", "sub": "met such contacts; did not", "align": "right"},
        {"text": "Like for like", "sub": "95% interval", "align": "right"},
    ]
    lines = [{"cells": _who(row, now, before, loyalty)} for row in whole.iter_rows(named=True)]
    board(columns, lines, "Contacts by who began them", "begun")
    st.caption(
        "Like for like: customers who met a contact begun by them in half a year against who met none, of the "
        "same half year and with as many other contacts; then the next half year. An association: who is contacted, "
        "complains or reads reviews may differ otherwise."
        if loyalty.filter(topic="begun by").height
        else "What they go with in later loyalty needs an export that says who left and when."
    )


def _who(row: Mapping[str, Any], now: int, before: int, loyalty: pl.DataFrame) -> list[Cell]:
    who = row["initiated_by"]
    name: Cell = {"head": True, "text": WHO.get(who, who), "sub": WHAT.get(who, "")}
    if row["too_few"]:
        return [name, {"text": words.TOO_FEW_PEOPLE, "align": "right", "tone": "faint"}, *({"text": ""} for _ in "abc")]
    earlier = f"{words.value(row['earlier'] / before, 'share')} a year before" if before else ""
    return [
        name,
        {"text": words.count(row["observations"]), "align": "right"},
        {"text": words.value(row["observations"] / now, "share"), "sub": earlier, "align": "right"},
        *_later(loyalty.filter(topic="begun by", part=who)),
    ]


def _later(rows: pl.DataFrame) -> list[Cell]:
    sides = {one["standing"]: one for one in rows.iter_rows(named=True)}
    if len(sides) < 2 or any(one["value"] is None for one in sides.values()):
        return [{"text": words.NOTHING, "align": "right"}, {"text": words.NOTHING, "align": "right"}]
    both = [words.value(sides[one]["value"], "share") for one in ("met", "not met")]
    one = sides["met"]
    if one["gap"] is None:
        return [{"text": " · ".join(both), "align": "right"}, {"text": "too few left", "align": "right"}]
    shape, tone = {"stay longer": ("▲", "good"), "stay less long": ("▼", "bad")}.get(one["word"], ("●", "calm"))
    return [
        {"text": " · ".join(both), "sub": f"{words.count(one['observations'])} met one", "align": "right"},
        {
            **{
                "text": words.change(one["gap"], "share"),
                "sub": words.changes(one["gap_low"], one["gap_high"], "share"),
            },
            **{"shape": shape, "tone": tone, "align": "right"},
        },
    ]


def begun_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Contacts by stage and who began them, for taking along."""
    return rows.select(
        Stage=pl.when("is_all").then(pl.lit(ALL_STAGES)).otherwise("stage"),
        **{"Begun by": pl.col("initiated_by").replace(WHO)},
        **{"Contacts, last 12 months": "observations", "Twelve months before": "earlier"},
    )


def by_stage(rows: pl.DataFrame) -> None:
    """The shares at each stage."""
    lines: list[Row] = []
    for (stage,), one in (
        rows.filter(~pl.col("is_all")).partition_by("stage", as_dict=True, maintain_order=True).items()
    ):
        total = one["observations"].sum() or 0
        counts = dict(one.select("initiated_by", "observations").iter_rows())
        cells = [
            {"text": words.value(counts[who] / total, "share", short=True), "align": "right"}
            if total and counts.get(who)
            else {"text": words.NOTHING, "align": "right", "tone": "faint"}
            for who in WHO
        ]
        name: Cell = {"head": True, "text": (stage or "no stage").capitalize()}
        lines.append({"cells": [name, *cells, {"text": words.count(total), "align": "right"}]})
    columns = [{"text": "Stage"}, *({"text": one, "align": "right"} for one in WHO.values())]
    if lines:
        board([*columns, {"text": "Contacts", "align": "right"}], lines, "Who begins, by stage", "begun by stage")

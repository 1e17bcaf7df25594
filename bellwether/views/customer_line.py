"""One customer's line: a lane a silo, and what they said and what they bought beside it, on one scale of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import look, show, words
from bellwether.views.figures import Figure, note

MOST = 400
LANE, AIR = 34, 70
LAST = ("Surveys", "Loyalty")
# What is drawn: what it is called, its shape by tone, its size.
KINDS = {
    "contact": ("contact", {"calm": "circle", "bad": "x"}, 9),
    "promise": ("promise", {"good": "triangle-up", "bad": "triangle-down"}, 10),
    "answer": ("answer", {"good": "diamond", "calm": "diamond", "bad": "diamond"}, 11),
    "silence": ("asked, no answer", {"calm": "diamond-open"}, 9),
    "loyalty": ("loyalty", {"good": "star", "calm": "square", "bad": "square-x-open"}, 10),
}
STATE_TONES = {"advocate": "good", "content": "good", "at risk": "bad", "silent": "faint", "lapsed": "bad"}
WORDS = {
    "moment": "When",
    "lane": "Where",
    "what": "What",
    "told": "In words",
    "mode": "Digital or human",
    "said": "Said, of 100",
    "predicted": "Would say, of 100",
    "amount": "Amount",
    "currency": "Currency",
}


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The events with headings in words, for taking along."""
    known = [name for name in WORDS if rows[name].null_count() < rows.height]
    return rows.with_columns(pl.col("said", "predicted").round(0)).select(
        pl.col(name).alias(WORDS[name]) for name in known
    )


def line(rows: pl.DataFrame, states: pl.DataFrame) -> None:
    """Draw the line, the newest at the right; and as a list below. rows: `customers/line`; states: theirs."""
    if not rows.height:
        st.caption("Nothing is on record of this customer but that there is one.")
        return
    events = rows["events"][0]
    show.chart(figure(rows, states), "one customer's line", alt(rows), "customer line")
    more = f"The newest {words.count(rows.height)} of {words.count(events, 'event')}. " if events > rows.height else ""
    st.caption(f"{more}Shapes: {legend(rows)}.")
    with st.expander(
        f"The same as a list ({words.count(rows.height, 'event')})", key="customer list", on_change="rerun"
    ) as box:
        if box.open:
            formats = {"When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")}
            show.table(
                in_words(rows), "Everything that happened, the newest first", "customer events", formats, height=320
            )


def alt(rows: pl.DataFrame) -> str:
    """What the figure shows, for those who can't see it: the newest events in words."""
    newest = "; ".join(
        f"{words.day(row['moment'])} {row['lane']}: {row['told']}" for row in rows.head(5).iter_rows(named=True)
    )
    lanes = rows["lane"].drop_nulls().n_unique()
    return f"{words.count(rows.height, 'event')} in {words.count(lanes, 'lane')}. The newest: {newest}"


def legend(rows: pl.DataFrame) -> str:
    """The shapes that occur, in words."""
    said = {
        ("contact", "calm"): "● contact",
        ("contact", "bad"): "✕ contact that failed, was reopened or talked of leaving",
        ("promise", "good"): "▲ promise kept",
        ("promise", "bad"): "▼ promise broken",
        ("answer", "calm"): "◆ answer",
        ("silence", "calm"): "◇ asked, no answer",
        ("loyalty", "calm"): "■ bought or renewed",
        ("loyalty", "good"): "★ took more, came back or brought somebody",
        ("loyalty", "bad"): "⊠ left or stepped down",
    }
    there = set(rows.select("what", "tone").unique().iter_rows())
    there |= {("answer", "calm")} if any(what == "answer" for what, _ in there) else set()
    return ", ".join(text for key, text in said.items() if key in there)


def lanes(rows: pl.DataFrame) -> list[str]:
    """Silos in the order of their first event, then surveys and loyalty."""
    named = rows.with_columns(pl.col("lane").fill_null("No silo"))
    first = named.group_by("lane").agg(pl.col("moment").min()).sort("moment", "lane")["lane"].to_list()
    return [*(name for name in first if name not in LAST), *(name for name in LAST if name in first)]


def stretches(rows: pl.DataFrame, states: pl.DataFrame) -> tuple[list[Figure], list[Figure]]:
    """Bands over the lanes, one a state of the time that is drawn, each with its word where there is room for it."""
    first, last = rows["moment"].min(), rows["moment"].max()
    whole = max((last - first).total_seconds(), 1)
    bands, names = [], []
    for row in states.filter(pl.col("until") > first, pl.col("since") < last).iter_rows(named=True):
        begins, ends = max(row["since"], first), min(row["until"], last)
        band = {"type": "rect", "xref": "x", "x0": begins.isoformat(), "x1": ends.isoformat(), "yref": "paper"}
        tone = look.FILLS[STATE_TONES.get(row["state"], "calm")]
        bands.append({**band, "y0": 0, "y1": 1, "layer": "below", "fillcolor": tone, "line": {"width": 0}})
        # About seven pixels a letter on a line of seven hundred.
        if (ends - begins).total_seconds() / whole > len(row["state"]) / 100:
            place = {"x": begins.isoformat(), "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
            names.append(note(row["state"], **place))
    return bands, names


def figure(rows: pl.DataFrame, states: pl.DataFrame | None = None) -> Figure:
    """The line as a plain dict: one trace a kind of event, over the customer's states."""
    order = lanes(rows)
    bands, names = stretches(rows, states) if states is not None and states.height else ([], [])
    frame = look.layout(
        LANE * len(order) + AIR,
        shapes=bands,
        annotations=names,
        xaxis=look.axis(type="date", nticks=8, tickformat="%-d %b\n%Y"),
        yaxis=look.axis(
            categoryorder="array",
            categoryarray=order[::-1],
            tickfont={"size": 12, "color": look.INK},
            range=[-0.6, len(order) - 0.4],
        ),
    )
    frame["margin"] = {**frame["margin"], "t": 22 if names else 8}
    data = [_trace(part, *KINDS[what]) for what in KINDS if (part := rows.filter(what=what)).height]
    return {"data": data, "layout": frame}


def _trace(rows: pl.DataFrame, name: str, shapes: Mapping[str, str], size: int) -> Figure:
    tones = rows["tone"].to_list()
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [moment.isoformat() for moment in rows["moment"]],
        "y": rows["lane"].fill_null("No silo").to_list(),
        "marker": {
            "symbol": [shapes.get(tone, "circle") for tone in tones],
            "color": [look.ACCENT if tone == "calm" else look.TONES[tone] for tone in tones],
            "size": size,
            "opacity": 0.85,
            "line": {"width": 0.6, "color": look.PAPER},
        },
        "customdata": [hover(row) for row in rows.iter_rows(named=True)],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def hover(row: Mapping[str, Any]) -> str:
    """One event in words."""
    parts = [f"<b>{words.moment(row['moment'])}</b>", row["told"][:1].upper() + row["told"][1:]]
    if row["amount"]:
        parts.append(words.money(row["amount"], row["currency"]))
    if row["predicted"] is not None:
        parts.append(f"a customer like this would say {row['predicted']:.0f} of 100")
    return "<br>".join(parts)

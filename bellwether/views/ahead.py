"""What runs ahead: the indicators that have proven it, and apart from them the candidates that have not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.views import go, proofs, words
from bellwether.views.board import Cell, Row, board

COLUMNS = (
    {"text": "Indicator"},
    {"text": "Now", "sub": "last four weeks"},
    {"text": "Direction"},
    {"text": "Runs ahead by"},
    {"text": "Evidence", "sub": "how much better the forecast gets"},
    {"text": "Next quarter", "sub": "forecast, 95% interval"},
    {"text": "Standard"},
    {"text": "Owner"},
    {"text": "Worst silo"},
    {"text": "Last year"},
)
NOTE = (
    "An indicator stands here only if a worse reading warned that a customer would go, beyond all that was known of "
    "the customer anyway, at past dates whose future it had not seen. It loses its place when the evidence decays."
)


def runs_ahead(rows: pl.DataFrame, weeks: pl.DataFrame, basis: pl.DataFrame) -> None:
    """One row a leading indicator; below, folded away, those that have not proven it.

    rows: answer of `outlook/proofs`. weeks: of `leadership/leading_weeks`. basis: of `outlook/basis`.
    """
    proven = rows.filter(pl.col("lead_weeks").is_not_null())
    if not rows.height:
        nothing_tried(basis)
        return
    if proven.height:
        go.follow(board(COLUMNS, table_rows(proven, weeks), "Indicators that run ahead of loyalty", "ahead"))
    else:
        _none_proven(rows)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if said := proofs.placebos(rows):
            st.caption(f"Placebo check: {said[:1].lower()}{said[1:]}", width="stretch")
        go.to_outlook("How far to trust this", go.TRUST)
    looks_back(rows.filter(pl.col("lead_weeks").is_null()))


def nothing_tried(basis: pl.DataFrame) -> None:
    """Why nothing could be tried, and what to do about it."""
    lacks = basis["lacks"][0] if basis.height else None
    contacts = "Loyalty is on record, but no contact or answer that could have warned. Bring exports of those, too"
    loyalty = f"{lacks} Bring an export with renewals, lapses or purchases that reaches half a year back or more"
    st.info(
        f"{loyalty if lacks else contacts}; until then every indicator looks back.",
        title="No indicator could be tried yet",
        icon=":material/hourglass_empty:",
    )


def _none_proven(rows: pl.DataFrame) -> None:
    st.info(
        f"{words.count(rows.height, 'candidate')} tried. {proofs.tally(rows)} New data try them again.",
        title="No indicator has proven yet that it runs ahead",
        icon=":material/hourglass_empty:",
    )


def looks_back(rows: pl.DataFrame) -> None:
    """The candidates that have not proven that they run ahead, each with why; folded away."""
    if not rows.height:
        return
    label = f"Looks back: {words.count(rows.height, 'candidate')} without proof that they run ahead"
    with st.expander(label, on_change="rerun", key="looks back") as shown:
        if shown.open:
            st.caption(f"Read these as what has been, not as what comes. {proofs.tally(rows)}")
            go.follow(proofs.failed(rows, "failed"))


def table_rows(rows: pl.DataFrame, weeks: pl.DataFrame) -> list[Row]:
    """The cells of each leading indicator."""
    widest = max(rows["upper"].drop_nulls().to_list(), default=0) or 1
    lines = weeks.group_by("indicator", maintain_order=True).agg("value")
    year = dict(lines.iter_rows())
    return [{"cells": _cells(row, widest, year.get(row["indicator"], []))} for row in rows.iter_rows(named=True)]


def _cells(row: Mapping[str, Any], widest: float, year: list[float | None]) -> list[Cell]:
    unit, currency = row["unit"], row["currency"]
    few = row["too_few"]
    now, reach = words.estimate(row["now"], row["low"], row["high"], unit, currency)
    return [
        {"head": True, "text": row["title"], "tip": row["question"], **_to_silo(row, "All silos")},
        {
            "text": words.TOO_FEW_PEOPLE if few else now,
            "sub": "" if few else reach,
            "tip": f"Over four full weeks, from {words.count(row['observations'], 'observation')}; 95% interval",
        },
        _direction(row),
        {"text": proofs.lead(row["lead_weeks"])},
        {
            "bar": proofs.bar(row, widest),
            "sub": proofs.skill(row),
            "label": f"{row['title']}: its evidence",
            "pick": {"proof": row["indicator"], "title": row["title"]},
            "href": go.proof_address(row["title"]),
            "tip": proofs.told(row),
        },
        heading(row),
        _standard(row),
        {"text": row["owner"]} if row["owner"] else {"text": "nobody yet", "tone": "faint"},
        _worst(row),
        {"spark": year, "tip": "The last 52 weeks, each on a scale of its own"},
    ]


def heading(row: Mapping[str, Any]) -> Cell:
    """What is forecast for the coming quarter; the naive forecast instead where that one was nearer in the past."""
    unit, currency = row["unit"], row["currency"]
    if row["heading"] is None:
        return {"text": words.NOTHING, "tone": "faint"}
    if row["beats_naive"] is not None and row["beats_naive"] > 1:
        other = words.value(row["heading"], unit, currency)
        said = f"In the past the naive forecast was nearer, so it stands here. The model's would be {other}."
        return {"text": words.value(row["heading_naive"], unit, currency), "sub": "naive did better", "tip": said}
    text, reach = words.estimate(row["heading"], row["heading_low"], row["heading_high"], unit, currency)
    return {"text": text, "sub": reach}


def _direction(row: Mapping[str, Any]) -> Cell:
    state = words.state(row["verdict"])
    since = f"since {words.day(row['since'])}" if row["since"] else ""
    return {"text": state.word, "shape": state.shape, "tone": state.tone, "sub": since, "tip": row["rule"] or ""}


def _standard(row: Mapping[str, Any]) -> Cell:
    if row["target"] is None:
        return {"text": "none agreed", "tone": "faint"}
    side = "at least" if row["better"] == "higher" else "at most"
    # On the move, the limits straddle what was and what is, and say nothing of what will be met.
    able = (
        f"{row['capability']} met" if row["verdict"] == "no real change" and row["capability"] else "too early to say"
    )
    return {"text": f"{side} {words.value(row['target'], row['unit'], row['currency'], short=True)}", "sub": able}


def _worst(row: Mapping[str, Any]) -> Cell:
    if not row["worst_silo"]:
        return {"text": words.NOTHING, "tone": "faint"}
    value = words.value(row["worst_now"], row["unit"], row["currency"], short=True)
    return {
        "text": row["worst_silo"],
        "sub": f"{value} · {row['worst_owner'] or 'no owner'}",
        **_to_silo(row, row["worst_silo"]),
    }


def _to_silo(row: Mapping[str, Any], silo: str) -> Cell:
    pick = {"indicator": row["indicator"], "title": row["title"], "silo": silo}
    return {"pick": pick, "href": go.address(row["title"], silo), "label": f"{row['title']}, {silo}: its chart"}

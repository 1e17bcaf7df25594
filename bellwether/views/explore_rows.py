"""The rows of an explored answer: as a table in which each row leads on, and as a file to take along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from bellwether.exploring import Drawing
from bellwether.views import explore_ways, words
from bellwether.views.board import Cell, Row, board
from bellwether.views.board import picked as row_picked
from bellwether.views.explore_reading import FEW, HIGH, LOW, said, word

MOST = 100
TALL = 430  # pixels
NAMES = {LOW: "95% from", HIGH: "95% to"}
KEY = "explore rows"


def in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with headings in words, for taking along."""
    return rows.select(pl.col(name).alias(NAMES.get(name, word(name))) for name in rows.columns if name != FEW)


def listed(rows: pl.DataFrame, wanted: Drawing, currency: str | None, onward: Mapping[str, Any] | None) -> None:
    """Draw the rows, the newest first where they run along time.

    onward: where a row leads: `title` and `names` (the filters) of the other question, and `given` (those on screen).
    """
    ordered = rows.reverse() if wanted.x and rows.schema[wanted.x].is_temporal() else rows
    shown = columns_of(rows, wanted)
    digits = words.alike(rows[LOW], rows[HIGH], wanted.unit) if LOW in rows.columns else None
    lines = [_line(row, shown, wanted, currency, digits, onward) for row in ordered.head(MOST).iter_rows(named=True)]
    texts = {name for name in shown if name in wanted.groups or rows.schema[name] == pl.String} | {shown[0]}
    heads = [{"text": word(name), **({} if name in texts else {"align": "right"})} for name in shown]
    with st.container(height=TALL if len(lines) > 8 else "content", border=False):
        board(
            heads,
            lines,
            f"Rows: {', '.join(word(name).lower() for name in shown)}",
            KEY,
            lambda: explore_ways.open_(row_picked(KEY)),
        )
    if told := _below(rows, onward):
        st.caption(told)


def columns_of(rows: pl.DataFrame, wanted: Drawing) -> list[str]:
    """What a row is called first, then the figure, then the rest; limits stand under their figure."""
    names = [name for name, kind in rows.schema.items() if kind == pl.String and name not in wanted.groups]
    groups = (*names, *wanted.groups) if wanted.chart == "scatter" else (*wanted.groups, *names)
    first = [*dict.fromkeys((*groups, *((wanted.value,) if wanted.value else ())))]
    return [*first, *(name for name in rows.columns if name not in (*first, LOW, HIGH, FEW))]


def _line(row: Mapping[str, Any], shown: list[str], wanted: Drawing, currency, digits, onward) -> Row:
    cells = [_cell(name, row, wanted, currency, digits) for name in shown]
    cells[0] = {**cells[0], "head": True, "align": ""}
    if onward:
        told = explore_ways.address(wanted.opens, explore_ways.row_filters(row, onward["given"], onward["names"]))
        label = f"Open {onward['title']} for {cells[0]['text']}"
        cells[0] |= {"pick": told, "href": explore_ways.href(told), "label": label}
    return {"cells": cells}


def _cell(name: str, row: Mapping[str, Any], wanted: Drawing, currency: str | None, digits: int | None) -> Cell:
    value = row[name]
    if name in wanted.groups:
        return {"text": "not known" if value is None else said(value)}
    if value is None and row.get(FEW):
        return {"text": words.TOO_FEW_PEOPLE, "align": "right", "tone": "faint", "tip": "Fewer than five"}
    if name != wanted.value:
        return {"text": said(value), "align": "left" if isinstance(value, str) else "right"}
    if row.get(LOW) is None:
        return {"text": said(value, wanted.unit, currency), "align": "right"}
    at, reach = words.estimate(value, row[LOW], row[HIGH], wanted.unit, currency, digits=digits)
    return {"text": at, "sub": reach, "align": "right"}


def _below(rows: pl.DataFrame, onward: Mapping[str, Any] | None) -> str:
    """What to know of the list."""
    told = []
    if rows.height > MOST:
        told.append(f"{MOST} of {rows.height:,} rows; the CSV holds all.")
    if LOW in rows.columns:
        told.append("Small: the 95% interval.")
    if onward:
        told.append(f"Choose a row to open “{onward['title']}” for it.")
    return " ".join(told)

"""What is on screen, to take along: CSV with headings in words, safe to open in a spreadsheet."""

from __future__ import annotations

import re
import secrets

import polars as pl
import streamlit as st

from bellwether.access import log
from bellwether.views import current, guard

# A cell that begins so is run as a formula by spreadsheets.
FORMULA = r"^[=+\-@\t\r]"


def csv(rows: pl.DataFrame) -> bytes:
    """The rows as CSV in UTF-8 with a mark that spreadsheets understand; text that would run as a formula is quoted."""
    flat = [name for name, kind in rows.schema.items() if isinstance(kind, pl.List)]
    words = [name for name, kind in rows.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
    safe = rows.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(", ") for name in flat).with_columns(
        pl.when(pl.col(name).cast(pl.String).str.contains(FORMULA))
        .then("'" + pl.col(name).cast(pl.String))
        .otherwise(pl.col(name).cast(pl.String))
        .alias(name)
        for name in (*words, *flat)
    )
    return b"\xef\xbb\xbf" + safe.rename({name: _harmless(name) for name in rows.columns}).write_csv().encode()


def _harmless(text: str) -> str:
    return f"'{text}" if re.match(FORMULA, text) else text


def stem(about: str) -> str:
    """The beginning of a file's name: what it is, and of which version."""
    words = re.sub(r"[^a-z0-9]+", "-", about.lower()).strip("-")[:120].rstrip("-")
    return f"{words}-version-{current.number()}"


def file_name(about: str) -> str:
    """A name for what the server hands out; nobody can guess it, so nobody else can fetch it."""
    return f"{stem(about)}-{secrets.token_hex(6)}.csv"


def button(rows: pl.DataFrame, about: str, key: str) -> None:
    """A small button that hands out the rows; they are written, and noted, only when somebody presses it."""
    check, viewer = guard.ticket(), guard.viewer()
    noted = f"{about}, {rows.height} rows, version {current.number()}"

    def handed() -> bytes:
        check()
        log.note(viewer, log.EXPORT, noted)
        return csv(rows)

    st.download_button(
        "CSV",
        handed,
        file_name=file_name(about),
        mime="text/csv",
        key=f"download {key}",
        help=f"Download “{about}” as CSV",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )

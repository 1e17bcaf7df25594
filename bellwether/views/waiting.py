"""What the data have not judged as it stands, because people changed it after the last refresh."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl
import streamlit as st

from bellwether.accountability.commitments import Commitment
from bellwether.views import words


def unjudged(made: Sequence[Commitment], changed: pl.DataFrame) -> list[Commitment]:
    """The commitments among `changed`, the answer of `quick_wins/changed`."""
    later = set(changed["commitment"])
    return [one for one in made if one.id in later]


def say_unjudged(made: Sequence[Commitment], changed: pl.DataFrame, built: datetime) -> None:
    """Name them, and say when they will be judged. built: when the version on screen was."""
    if found := unjudged(made, changed):
        names = ", ".join(f"“{one.title}”" for one in found)
        they = "it stands" if len(found) == 1 else "they stand"
        st.caption(
            f"◌ Begun or changed after the last refresh, so not judged as {they} now: {names}. "
            f"The data on screen were built on {words.moment(built)} UTC; the next refresh judges what changed."
        )

"""Single contacts and customers: whoever may read only some silos' gets those rows alone, whatever was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from bellwether.access.viewer import Viewer

# An answer with one of these columns tells of one person or of one contact, not of a group.
SINGLE = frozenset(
    ("customer_id", "customer", "interaction_id", "response_id", "respondent", "row_id", "failure", "source_line")
)


def single(rows: pl.DataFrame) -> bool:
    """Whether an answer tells of single people or contacts."""
    return not SINGLE.isdisjoint(rows.columns)


def theirs(rows: pl.DataFrame, viewer: Viewer) -> pl.DataFrame:
    """The rows of an answer that a viewer may read: all of a roll-up, of single rows those of their silos.

    Single rows that don't say their silo are only for those who read all.
    """
    if viewer.reads_all or not single(rows):
        return rows
    if "silo" not in rows.columns:
        return rows.clear()
    return rows.filter(pl.col("silo").map_elements(viewer.may_see, return_dtype=pl.Boolean, skip_nulls=False))


def narrowed(given: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """Filters that ask for the viewer's silos alone, so that a list of the first hundred holds a hundred of theirs."""
    told, owned = dict(given), sorted(viewer.silos)
    if "silos" in told:
        told["silos"] = [silo for silo in owned if silo in (told["silos"] or owned)] or told["silos"]
    if "silo" in told and told["silo"] is None and len(owned) == 1:
        told["silo"] = owned[0]
    return told

"""From figures to words: does the indicator lead, does it only sort, does it look back, or can't we tell?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from bellwether.foresight.evidence_interval import benjamini_hochberg
from bellwether.foresight.evidence_protocol import CANNOT_TELL, LOOKS_BACK, SORTS, Protocol


def with_verdicts(rows: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Add q, between_q, origins_missing, events_missing, passes, lead_weeks, verdict and missing.

    `rows`: one an indicator and gap, with p, between_p, lower, upper, share_positive, origins, events. The verdict
    is the indicator's and the same at each of its gaps.
    """
    rows = rows.with_columns(origins_missing=(protocol.least_origins - pl.col("origins")).clip(0))
    rows = _with_q_values(rows)
    rows = rows.with_columns(passes=_passes("", protocol), between_passes=_passes("between_", protocol))
    rows = rows.with_columns(events_missing=_events_missing(protocol))
    said = [_verdict(group) for _, group in rows.sort("gap").group_by("indicator", maintain_order=True)]
    verdicts = pl.DataFrame(
        said, schema={"indicator": pl.String, "lead_weeks": pl.Int32, "verdict": pl.String}, orient="row"
    )
    missing = pl.struct("origins_missing", "events_missing").map_elements(_sentence, return_dtype=pl.String)
    return rows.with_columns(missing=missing).join(verdicts, on="indicator", maintain_order="left")


def _events_missing(protocol: Protocol) -> pl.Expr:
    """How many more until the answer would be one, at the rate at which intervals narrow: the root of the events."""
    too_few = protocol.least_events - pl.col("events")
    width = (pl.col("upper") - pl.col("lower")) / protocol.worth_having
    told = pl.col("passes") | (pl.col("origins_missing") > 0)
    undecided = ~told & (pl.col("upper") >= protocol.worth_having) & (width > 1)
    more = pl.when(undecided).then((pl.col("events") * (width**2 - 1)).ceil()).otherwise(0)
    return pl.when(too_few > 0).then(too_few).otherwise(more).cast(pl.Int64)


def _with_q_values(rows: pl.DataFrame) -> pl.DataFrame:
    """One family over candidates and gaps for each of the two questions; rows too thin to tell aren't asked."""
    asked = (rows["p"].is_not_null() & (rows["origins_missing"] == 0)).to_numpy()
    columns = {}
    for p, q in (("p", "q"), ("between_p", "between_q")):
        values = np.full(rows.height, np.nan)
        values[asked] = benjamini_hochberg(rows[p].to_numpy()[asked])
        columns[q] = pl.Series(values).fill_nan(None)
    return rows.with_columns(**columns)


def _passes(step: str, protocol: Protocol) -> pl.Expr:
    return (
        (pl.col("origins_missing") == 0)
        & (pl.col("events") >= protocol.least_events)
        & (pl.col(f"{step}lower") > 0)
        & (pl.col(f"{step}q") <= protocol.false_discoveries)
        & (pl.col(f"{step}share_positive") >= protocol.least_positive)
        & (_agrees(protocol) if step == "" else True)
    ).fill_null(False)


def _agrees(protocol: Protocol) -> pl.Expr:
    """Whether a better reading goes with staying; a "warning" that praises the bad reading is a defect, not a lead."""
    return (pl.col("share_agreeing") >= protocol.least_positive).fill_null(True)


def _verdict(gaps: pl.DataFrame) -> tuple[str, int | None, str]:
    indicator, nearest = gaps["indicator"][0], gaps.row(0, named=True)
    lead = _longest_lead(gaps["gap"].to_list(), gaps["passes"].to_list())
    if lead is not None:
        return indicator, lead, f"leads by {lead} week{'' if lead == 1 else 's'}"
    if nearest["origins_missing"] or nearest["events_missing"]:
        return indicator, None, CANNOT_TELL
    return indicator, None, SORTS if gaps["between_passes"].any() else LOOKS_BACK


def _longest_lead(gaps: Sequence[int], passes: Sequence[bool]) -> int | None:
    """The largest gap that passes with every gap before it."""
    lead = None
    for gap, passed in zip(gaps, passes, strict=True):
        if not passed:
            break
        lead = gap
    return lead


def _sentence(missing: dict[str, int]) -> str | None:
    parts = [(missing["origins_missing"], "origin"), (_rounded(missing["events_missing"]), "event")]
    words = [f"{count:,} more {noun}{'' if count == 1 else 's'}" for count, noun in parts if count]
    return " and ".join(words) or None


def _rounded(count: int) -> int:
    """Two digits: more would pretend to know."""
    scale = 10 ** max(int(math.log10(count)) - 1, 0) if count else 1
    return math.ceil(count / scale) * scale

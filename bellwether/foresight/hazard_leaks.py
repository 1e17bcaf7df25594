"""What must not be used to foretell: a feature that knows the end, a row from after its origin."""

from __future__ import annotations

import numpy as np
import polars as pl
import scipy

from bellwether.foresight.evidence_protocol import Leak
from bellwether.foresight.hazard_rows import NO_END, Panel
from bellwether.foresight.hazard_rules import Rules
from bellwether.foresight.origins import as_moment

SAMPLE = 20_000


def refuse_late_rows(rows: pl.DataFrame) -> None:
    """Raises `Leak` where `known_at`, if given, is not before the origin."""
    if "known_at" not in rows.columns:
        return
    late = rows.filter(as_moment(rows["known_at"]) >= as_moment(rows["origin"]))
    if late.height:
        row = late.row(0, named=True)
        raise Leak(
            f"{late.height:,} rows use what was not known before their origin; the first is customer "
            f"{row['customer_id']}, origin {row['origin']}, known at {row['known_at']}. Build features from rows "
            "with known_at < origin"
        )


def refuse_perfect_features(panel: Panel, rules: Rules) -> None:
    """Raises `Leak` where a feature's value, or that it has one, sorts all who end (in one way) from all others."""
    rng = np.random.default_rng(rules.seed)
    stayed = _some(np.flatnonzero(panel.end == NO_END), rng)
    for number, end in enumerate(panel.ends):
        left = _some(np.flatnonzero(panel.end == number), rng)
        happened = np.r_[np.ones(len(left), bool), np.zeros(len(stayed), bool)]
        for column, feature in enumerate(panel.features):
            values = panel.values[np.r_[left, stayed], column]
            known = ~np.isnan(values)
            sorts = max(_sorts(values[known], happened[known], rules), _sorts(known * 1.0, happened, rules))
            if sorts > rules.perfect:
                raise Leak(
                    f"feature {feature} foretells {end} perfectly (AUC {sorts:.4f}): it was written down when the end "
                    "was known. Take it as it stood before the origin, or leave it out"
                )


def _some(rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rows if len(rows) <= SAMPLE else rng.choice(rows, SAMPLE, replace=False)


def _sorts(values: np.ndarray, happened: np.ndarray, rules: Rules) -> float:
    """AUC in whichever direction, ties counted half; .5 with too few to accuse anyone."""
    left, stayed = int(happened.sum()), int((~happened).sum())
    if min(left, stayed) < rules.least_to_accuse:
        return 0.5
    above = scipy.stats.rankdata(values)[happened].sum() - left * (left + 1) / 2
    area = float(above / (left * stayed))
    return max(area, 1 - area)

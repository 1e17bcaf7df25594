"""Placebos: the same indicator handed to the wrong customers, through the same machinery."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bellwether.foresight.evidence_challenge import WITHIN_GAIN, challenge, cluster_count
from bellwether.foresight.evidence_folds import Fold, walk_forward
from bellwether.foresight.evidence_interval import resampling_weights, skill_with_interval
from bellwether.foresight.evidence_protocol import Protocol
from bellwether.foresight.evidence_study import Study, sample_customers

# Customers of like activity: neighbours in a ranking, this many at a time.
ALIKE = 50


@dataclass(frozen=True)
class Ward:
    """A sample of customers on whom placebos are tried, and their rows in the whole study."""

    study: Study
    rows: np.ndarray
    folds: dict[int, list[Fold]]
    ranked: list[np.ndarray]
    draws: np.ndarray


def placebo_ward(study: Study, protocol: Protocol) -> Ward:
    """A random sample of customers with all their rows: many small placebos tell a rate better than few large."""
    small, rows = sample_customers(study, protocol.placebo_customers)
    modest = replace(protocol, training_rows=protocol.placebo_training_rows)
    folds = {gap: list(walk_forward(small, modest, gap)) for gap in protocol.gaps}
    activity = small.baseline[:, small.columns.index(protocol.activity)]
    draws = resampling_weights(cluster_count(small, protocol), protocol.resamples, protocol.seed)
    return Ward(small, rows, folds, rank_alike(small, activity), draws)


def placebo_values(ward: Ward, values: np.ndarray, protocol: Protocol) -> list[np.ndarray]:
    """The indicator (`values` of `Readings`, for the whole study) as each placebo hands it out."""
    rngs = [np.random.default_rng([protocol.seed, 3, number]) for number in range(protocol.placebos)]
    values = values[ward.rows]
    return [np.asfortranarray(values[shuffle_among_alike(ward.ranked, rng)]) for rng in rngs]


def placebo_rate(ward: Ward, gap: int, placebos: list[np.ndarray], protocol: Protocol) -> float | None:
    """The share of placebos that "lead" at this gap: the lower bound of *within* is above zero.

    Held to `Protocol.nominal_placebo_rate`; with 10 placebos a single one that passes by chance reads .1, so
    judge the rate over many indicators. None where the gap can't be scored.
    """
    if not ward.folds[gap] or not placebos:
        return None
    tallies = challenge(ward.study, ward.folds[gap], placebos, protocol, with_auc=False)
    intervals = [skill_with_interval(tally.clusters, WITHIN_GAIN, ward.draws, protocol.confidence) for tally in tallies]
    return float(np.mean([lower > 0 for _, lower, _, _ in intervals]))


def rank_alike(study: Study, activity: np.ndarray) -> list[np.ndarray]:
    """The rows of each origin, ranked by `activity` (one value a row)."""
    spans = [np.arange(rows.start, rows.stop) for rows in study.rows]
    return [rows[np.argsort(activity[rows], kind="stable")] for rows in spans]


def shuffle_among_alike(ranked: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """For each row, the row whose readings it is given.

    Inside an origin, and among `ALIKE` neighbours in activity, customers swap all that is known of the indicator
    (whether, when, what): a placebo keeps its link with activity and loses any with the customer.
    """
    donor = np.empty(sum(len(rows) for rows in ranked), np.int64)
    for rows in ranked:
        # A random offset moves the borders between neighbourhoods from one placebo to the next.
        hood = (np.arange(len(rows)) + rng.integers(ALIKE)) // ALIKE
        donor[rows] = rows[np.lexsort((rng.random(len(rows)), hood))]
    return donor

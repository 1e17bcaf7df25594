"""The challengers: what the indicator adds to the baseline, one step after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bellwether.foresight.evidence_folds import Fold, gather
from bellwether.foresight.evidence_protocol import Protocol
from bellwether.foresight.evidence_study import Study
from bellwether.foresight.features import BETWEEN, READ, WITHIN
from bellwether.foresight.skill import area_under_curve, fit_nested, learn_scaling, log_losses, with_ones

# Each step keeps the columns of those before it. Whether, when and how much there was to read comes first, so that
# merely having answered passes neither for a good opinion nor for a warning.
STEPS = {"presence": READ + 1, "between": BETWEEN + 1, "within": WITHIN + 1}
LOSS, PRESENCE_GAIN, BETWEEN_GAIN, WITHIN_GAIN = range(4)


@dataclass(frozen=True)
class Tally:
    """How one candidate did at one gap: the baseline's log-loss, and the drop of it at each of the three steps."""

    clusters: np.ndarray  # float64, groups of customers by 4: sums over all foretold rows
    origins: np.ndarray  # float64, scored origins by 4: sums over their rows
    auc: np.ndarray  # float64, scored origins by 4: of the baseline, and after each step; nan where all fared alike
    slopes: np.ndarray  # float64, scored origins: of *within*, in log-odds of being retained a standard deviation


def cluster_count(study: Study, protocol: Protocol) -> int:
    """One cluster a customer; in a large population, a random group of customers."""
    return min(protocol.clusters, study.customers.height)


def challenge(
    study: Study, folds: Sequence[Fold], candidates: Sequence[np.ndarray], protocol: Protocol, with_auc: bool = True
) -> list[Tally]:
    """Fit and score the three challengers of each candidate on every fold of one gap.

    `candidates`: each as the values of `Readings`. All of them meet the same baseline, so it is laid out once.
    """
    size = cluster_count(study, protocol)
    scored = len(folds)
    tallies = [
        Tally(np.zeros((size, 4)), np.zeros((scored, 4)), np.zeros((scored, 4)), np.zeros(scored)) for _ in candidates
    ]
    for number, fold in enumerate(folds):
        group = study.code[fold.foretells] % size
        y = study.outcomes[fold.gap][fold.foretells]
        for tally, (linears, slope) in zip(tallies, _foretell(study, fold, candidates, protocol.penalty), strict=True):
            tally.slopes[number] = slope
            losses = [fold.losses, *(log_losses(linear, y) for linear in linears)]
            drops = [losses[0], *(before - after for before, after in pairwise(losses))]
            sums = np.stack([np.bincount(group, weights=drop, minlength=size) for drop in drops], axis=1)
            tally.clusters[:] += sums
            tally.origins[number] = sums.sum(axis=0)
            if with_auc:
                tally.auc[number] = [fold.auc, *(area_under_curve(linear, y) for linear in linears)]
    return tallies


def _foretell(study: Study, fold: Fold, candidates: Sequence[np.ndarray], penalty: float):
    """For each candidate, the linear predictor of the foretold rows at each step, and the slope of *within*."""
    width = len(fold.weights)
    y = gather(study.outcomes[fold.gap], fold.taught_by)
    taught = with_ones(fold.scaling.apply(gather(study.baseline, fold.taught_by)), room=WITHIN + 1)
    asked = with_ones(fold.scaling.apply(study.baseline[fold.foretells]), room=WITHIN + 1)
    for values in candidates:
        past = gather(values, fold.taught_by)
        scaling = learn_scaling(past)
        taught[:, width:] = scaling.apply(past)
        asked[:, width:] = scaling.apply(values[fold.foretells])
        weights = fit_nested(taught, y, fold.weights, [width + columns for columns in STEPS.values()], penalty)
        yield [asked @ column for column in weights.T.astype(np.float32)], weights[-1, -1]

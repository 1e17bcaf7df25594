"""The evidence: does an indicator run ahead of loyalty?

A walk-forward backtest. At each origin the population is fixed, a model that knows the past of loyalty (the
baseline) foretells who will be retained, and a challenger that also knows the indicator must do better on outcomes
that neither has seen. Three steps, entered one after the other:

    presence   whether there is a reading, how old the last one is, how much was read lately
    between    the customer's own mean before the origin: who they are
    within     what the readings of late were against that mean: what has changed

Only *within* can warn. An indicator that gains by *between* alone sorts customers, and moving it moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from bellwether.foresight.evidence_challenge import challenge, cluster_count
from bellwether.foresight.evidence_figures import SCHEMA, moments_of, reach_of, skill_of
from bellwether.foresight.evidence_folds import Fold, walk_forward
from bellwether.foresight.evidence_interval import resampling_weights
from bellwether.foresight.evidence_protocol import Leak, Protocol
from bellwether.foresight.evidence_study import Study, lay_out
from bellwether.foresight.evidence_verdict import with_verdicts
from bellwether.foresight.features import Readings, readings_at_origins
from bellwether.foresight.placebo import Ward, placebo_rate, placebo_values, placebo_ward

# Nothing honest foretells this well: a column holds the future.
TOO_GOOD = 0.999


def evidence(
    observations: Mapping[str, pl.DataFrame] | Iterable[tuple[str, pl.DataFrame]],
    baseline: pl.DataFrame,
    outcomes: pl.DataFrame,
    protocol: Protocol | None = None,
    workers: int = 2,
    better: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """One row an indicator and gap.

    `observations`: by indicator, customer_id, observed_at, known_at, value, weight; pairs from a generator are
    read one at a time. `baseline`: origin, customer_id, numbers (nulls allowed), and known_at if it is to be
    checked; its rows are the population. `outcomes`: origin, gap in weeks, customer_id, y (1 is retained),
    closed_at (the end of the window). Times are dates or times, a time without a zone is UTC.

    Skill (`presence`, `between`, `within`) is the drop in log-loss as a share of the baseline's; `lower` and
    `upper` belong to `within`. `better`: by indicator, "higher" or "lower"; where it is said, a lead must also point
    that way (`share_agreeing`: in how many origins the `slope` of *within* does). `events`: customers with the rarer
    outcome and at least two readings. `naive_correlation` is what a dashboard would have shown, for contrast only.
    `verdict`, `lead_weeks` and, where we cannot tell yet, `missing` are the indicator's; `passes` says which gaps hold.

    Raises `Leak` where the future is used, ValueError where the frames don't fit. Don't read skill as effect: it
    says that the indicator warns, not that moving it would help. "Leads by g weeks" means that a reading still tells
    who is retained g weeks later, not that nobody leaves sooner. Don't trust it when the outcome is recorded
    late, or when a shock hit all customers at once (intervals are over customers; look at `share_positive`).
    """
    trial = _prepare(baseline, outcomes, protocol or Protocol())
    signs = {name: {"higher": 1, "lower": -1}[way] for name, way in (better or {}).items()}
    pairs = observations.items() if isinstance(observations, Mapping) else observations
    rows = []
    with ThreadPoolExecutor(workers) as pool:
        for name, frame in pairs:
            readings = readings_at_origins(frame, trial.study, trial.protocol.half_life, name)
            placebos = placebo_values(trial.ward, readings.values, trial.protocol)
            rows += pool.map(partial(_row, trial, name, readings, placebos, signs.get(name)), trial.protocol.gaps)
    return with_verdicts(pl.DataFrame(rows, schema=SCHEMA).fill_nan(None), trial.protocol)


@dataclass(frozen=True)
class _Trial:
    """What all candidates share: people, outcomes, and how well the baseline foretells them."""

    protocol: Protocol
    study: Study
    folds: dict[int, list[Fold]]
    ward: Ward
    draws: np.ndarray


def _prepare(baseline: pl.DataFrame, outcomes: pl.DataFrame, protocol: Protocol) -> _Trial:
    study = lay_out(baseline, outcomes, protocol)
    folds = {gap: list(walk_forward(study, protocol, gap)) for gap in protocol.gaps}
    for gap in protocol.gaps:
        _refuse_foresight("the baseline", gap, [fold.auc for fold in folds[gap]])
    draws = resampling_weights(cluster_count(study, protocol), protocol.resamples, protocol.seed)
    return _Trial(protocol, study, folds, placebo_ward(study, protocol), draws)


def _row(trial: _Trial, name: str, readings: Readings, placebos: list[np.ndarray], sign: int | None, gap: int) -> dict:
    protocol, study, folds = trial.protocol, trial.study, trial.folds[gap]
    (tally,) = challenge(study, folds, [readings.values], protocol)
    row = skill_of(tally, trial.draws, protocol, sign)
    row |= reach_of(study, folds, readings) | moments_of(study, folds, protocol)
    _refuse_foresight(name, gap, tally.auc[:, -1])
    # What does not lead at the nearest gap leads at none, so that is where placebos are tried.
    tried = placebos if gap == min(protocol.gaps) else []
    rate = placebo_rate(trial.ward, gap, tried, protocol)
    return {"indicator": name, "gap": gap, "placebo_rate": rate, "placebos": len(tried)} | row


def _refuse_foresight(name: str, gap: int, by_origin: Sequence[float]) -> None:
    """Judged by the median origin: one of them may do too well by chance."""
    told = [auc for auc in by_origin if not np.isnan(auc)]
    auc = float(np.median(told)) if told else 0.0
    if auc > TOO_GOOD:
        raise Leak(
            f"{name} foretells the outcome at gap {gap} with an AUC of {auc:.4f}, too good to be true: look for a "
            "column made from the outcome, or a known_at that is earlier than the value really was"
        )

"""The walk forward: which rows teach, which are foretold, and how well the baseline alone does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bellwether.foresight.evidence_protocol import Leak, Protocol
from bellwether.foresight.evidence_study import NEVER, Study
from bellwether.foresight.features import WITHIN
from bellwether.foresight.skill import Scaling, area_under_curve, fit_logistic, learn_scaling, log_losses, with_ones


@dataclass(frozen=True)
class Fold:
    """One origin at one gap: foretold from the origins whose windows had closed."""

    gap: int
    origin: int
    taught_by: tuple[slice, ...]
    foretells: slice
    scaling: Scaling
    weights: np.ndarray
    losses: np.ndarray  # the baseline's, one a foretold row
    auc: float


def walk_forward(study: Study, protocol: Protocol, gap: int) -> Iterator[Fold]:
    """A fold for every origin that has an outcome and enough closed windows before it to learn from.

    Where that leaves too few origins, the last ones are foretold from fewer windows.
    """
    told = np.flatnonzero(study.closed[gap] < NEVER).tolist()
    enough = _rows_to_learn_from(study, protocol, gap) if told else 0
    able = [(origin, _teachers(study, gap, origin, enough)) for origin in told]
    able = [(origin, taught_by) for origin, taught_by in able if _enough_events(study, gap, taught_by, protocol)]
    firm = [(origin, taught_by) for origin, taught_by in able if len(taught_by) >= protocol.least_taught]
    for origin, taught_by in firm if len(firm) >= protocol.least_origins else able[-protocol.least_origins :]:
        yield _fit_baseline(study, protocol, gap, origin, taught_by)


def _teachers(study: Study, gap: int, origin: int, enough: int) -> tuple[slice, ...]:
    """About `enough` rows of the origins whose windows closed before this one."""
    spans = [study.rows[past] for past in np.flatnonzero(study.closed[gap] < study.origins[origin])]
    each = -(-enough // max(len(spans), 1))
    # The first rows of an origin are a random sample of it.
    return tuple(slice(span.start, min(span.stop, span.start + each)) for span in spans)


def _rows_to_learn_from(study: Study, protocol: Protocol, gap: int) -> int:
    retained = float(np.nanmean(study.outcomes[gap], dtype=np.float64))
    return max(protocol.training_rows, int(protocol.training_events / max(min(retained, 1 - retained), 1e-6)))


def _enough_events(study: Study, gap: int, taught_by: tuple[slice, ...], protocol: Protocol) -> bool:
    if not taught_by:
        return False
    y = gather(study.outcomes[gap], taught_by)
    parameters = 1 + len(study.columns) + WITHIN + 1
    return min(y.sum(), len(y) - y.sum()) >= protocol.events_per_parameter * parameters


def _fit_baseline(study: Study, protocol: Protocol, gap: int, origin: int, taught_by: tuple[slice, ...]) -> Fold:
    refuse_open_windows(study, gap, origin, taught_by)
    past, now = gather(study.baseline, taught_by), study.baseline[study.rows[origin]]
    scaling = learn_scaling(past)
    weights = fit_logistic(with_ones(scaling.apply(past)), gather(study.outcomes[gap], taught_by), protocol.penalty)
    linear, y = with_ones(scaling.apply(now)) @ weights.astype(np.float32), study.outcomes[gap][study.rows[origin]]
    losses, auc = log_losses(linear, y), area_under_curve(linear, y)
    return Fold(gap, origin, taught_by, study.rows[origin], scaling, weights, losses, auc)


def refuse_open_windows(study: Study, gap: int, origin: int, taught_by: tuple[slice, ...]) -> None:
    """Raise `Leak` if a row that teaches has an outcome that was not known before the origin."""
    starts = [rows.start for rows in study.rows]
    for span in taught_by:
        past = int(np.searchsorted(starts, span.start, side="right")) - 1
        if study.closed[gap][past] >= study.origins[origin]:
            raise Leak(f"gap {gap}: the fit at origin {origin} was taught by origin {past}, whose window was open")


def gather(values: np.ndarray, slices: tuple[slice, ...]) -> np.ndarray:
    """The rows of all slices, one after the other."""
    return np.concatenate([values[rows] for rows in slices])

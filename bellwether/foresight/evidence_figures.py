"""The figures of one row of the evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from bellwether.foresight.evidence_challenge import BETWEEN_GAIN, LOSS, PRESENCE_GAIN, WITHIN_GAIN, Tally
from bellwether.foresight.evidence_folds import Fold, gather
from bellwether.foresight.evidence_interval import skill_with_interval
from bellwether.foresight.evidence_protocol import Protocol
from bellwether.foresight.evidence_study import WEEK, Study
from bellwether.foresight.features import Readings
from bellwether.foresight.origins import origins_apart

FLOATS = [
    *("baseline_log_loss", "baseline_auc", "presence"),
    *("between", "between_lower", "between_upper", "between_p", "between_share_positive"),
    *("within", "lower", "upper", "p", "share_positive", "slope", "share_agreeing"),
    *("delta_auc", "delta_auc_between", "delta_auc_within"),
    *("speaks_for", "naive_correlation", "placebo_rate"),
]
COUNTS = ["customers", "events", "origins", "origins_apart", "placebos"]
SCHEMA = {"indicator": pl.String, "gap": pl.Int32} | dict.fromkeys(FLOATS, pl.Float64) | dict.fromkeys(COUNTS, pl.Int64)


def skill_of(tally: Tally, draws: np.ndarray, protocol: Protocol, sign: int | None = None) -> dict[str, float | None]:
    """What each step adds, with interval, p-value and share of origins in which it helped; nothing without origins.

    `sign`: 1 where a higher value should keep customers, -1 where a lower one should; None: not said.
    """
    if not tally.origins.size:
        return {}
    sums, auc = tally.clusters, _mean_over_origins(tally.auc)
    within, lower, upper, p = skill_with_interval(sums, WITHIN_GAIN, draws, protocol.confidence)
    between, between_lower, between_upper, between_p = skill_with_interval(
        sums, BETWEEN_GAIN, draws, protocol.confidence
    )
    return {
        "baseline_auc": auc[LOSS],
        "presence": sums[:, PRESENCE_GAIN].sum() / sums[:, LOSS].sum(),
        "between": between,
        "between_lower": between_lower,
        "between_upper": between_upper,
        "between_p": between_p,
        "between_share_positive": (tally.origins[:, BETWEEN_GAIN] > 0).mean(),
        "within": within,
        "lower": lower,
        "upper": upper,
        "p": p,
        "share_positive": (tally.origins[:, WITHIN_GAIN] > 0).mean(),
        "slope": tally.slopes.mean(),
        "share_agreeing": None if sign is None else (np.sign(tally.slopes) == sign).mean(),
        "delta_auc": auc[WITHIN_GAIN] - auc[LOSS],
        "delta_auc_between": auc[BETWEEN_GAIN] - auc[PRESENCE_GAIN],
        "delta_auc_within": auc[WITHIN_GAIN] - auc[BETWEEN_GAIN],
    }


def _mean_over_origins(auc: np.ndarray) -> np.ndarray:
    told = ~np.isnan(auc).any(axis=1)
    return auc[told].mean(axis=0) if told.any() else np.full(auc.shape[1], np.nan)


def reach_of(study: Study, folds: Sequence[Fold], readings: Readings) -> dict[str, float | int | None]:
    """For whom the indicator speaks, on how many events the answer rests, and what a naive eye would see."""
    if not folds:
        return {"customers": 0, "events": 0}
    spans = tuple(fold.foretells for fold in folds)
    y, code = gather(study.outcomes[folds[0].gap], spans), gather(study.code, spans)
    latest, count = gather(readings.latest, spans), gather(readings.count, spans)
    size = study.customers.height
    events = min(_different(code[(count > 1) & (y == side)], size) for side in (0, 1))
    return {
        "baseline_log_loss": np.concatenate([fold.losses for fold in folds]).mean(dtype=np.float64),
        "customers": _different(code, size),
        "events": events,
        "speaks_for": (count > 0).mean(),
        "naive_correlation": _correlation(latest[count > 0], y[count > 0]),
    }


def _different(code: np.ndarray, size: int) -> int:
    return int(np.count_nonzero(np.bincount(code, minlength=size)))


def _correlation(latest: np.ndarray, y: np.ndarray) -> float | None:
    if not len(y) or np.ptp(latest) == 0 or np.ptp(y) == 0:
        return None
    away, apart = latest - latest.mean(dtype=np.float64), y - y.mean(dtype=np.float64)
    return float(away @ apart / np.sqrt((away @ away) * (apart @ apart)))


def moments_of(study: Study, folds: Sequence[Fold], protocol: Protocol) -> dict[str, int]:
    """How many origins were foretold, and how many of them have windows that don't overlap."""
    scored = study.origins[[fold.origin for fold in folds]]
    return {"origins": len(scored), "origins_apart": origins_apart(scored, protocol.horizon * WEEK)}

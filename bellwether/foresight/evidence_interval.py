"""How sure: intervals by resampling customers, p-values, and the price of looking at many candidates."""

from __future__ import annotations

import numpy as np
import scipy

from bellwether.foresight.evidence_challenge import LOSS


def resampling_weights(clusters: int, resamples: int, seed: int) -> np.ndarray:
    """How often each cluster is drawn in each resample: float32, resamples by clusters."""
    rng = np.random.default_rng([seed, 2])
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples).astype(np.float32)


def skill_with_interval(sums: np.ndarray, step: int, draws: np.ndarray, confidence: float) -> tuple[float, ...]:
    """Skill at one step (share of the baseline's log-loss), lower, upper, and the one-sided p of "no skill".

    `sums`: as `Tally.clusters`, `draws`: from `resampling_weights`. All rows of a customer are in one cluster, so
    they are drawn together (cluster bootstrap, percentile interval). Don't trust it below some 50 customers.
    """
    total = sums.sum(axis=0)
    resampled = draws @ sums[:, [step, LOSS]].astype(np.float32)
    skills = resampled[:, 0] / resampled[:, 1]
    skill, spread = total[step] / total[LOSS], float(skills.std(ddof=1))
    lower, upper = np.quantile(skills, [(1 - confidence) / 2, (1 + confidence) / 2])
    p_value = float(scipy.stats.norm.sf(skill / spread)) if spread > 0 else 1.0
    return float(skill), float(lower), float(upper), p_value


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """q-values: reject those at or below q and at most that share of the rejections is expected to be false.

    Benjamini & Hochberg 1995, adjusted p-values. Valid for independent or positively dependent tests, which
    neighbouring gaps of one indicator are.
    """
    p_values = np.asarray(p_values, float)
    order = np.argsort(p_values)
    size = len(p_values)
    raised = p_values[order] * size / np.arange(1, size + 1)
    q_values = np.empty(size)
    q_values[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    return q_values

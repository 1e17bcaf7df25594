"""Is what was said to happen in 20% of cases happening in 20% of them?

Sources: Cox 1958 (Biometrika 45) for intercept and slope; Van Calster and others 2019 (BMC Medicine 17) for how to
read them: intercept 0 and slope 1 are right, a slope below 1 says that forecasts are too extreme; Wilson 1927 for the
intervals of the curve. Rows of one customer are no independent cases: errors are clustered by customer (Liang & Zeger
1986), and the curve's intervals use the number of independent cases that would vary as much.

When not to trust it: below 100 events and 100 non-events (`enough` is then False); on the data that taught the
forecast, where everything looks calibrated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy

from bellwether.foresight.skill import fit_logistic, log_losses, probability

LEAST = 100  # events, and non-events: Collins, Ogundimu & Altman 2016 (Stat. Med.)
TINY = 1e-6
NOTHING = (float("nan"),) * 3


@dataclass(frozen=True)
class Calibration:
    """Triples are estimate, lower, upper. `ratio`: observed by expected. `curve`: a row a bin of like forecasts."""

    forecasts: int
    events: int
    expected: float
    ratio: tuple[float, float, float]
    intercept: tuple[float, float, float]
    slope: tuple[float, float, float]
    curve: pl.DataFrame  # bin, forecasts, expected, observed, lower, upper (shares)
    log_loss: float
    enough: bool


def calibrate(
    chance: np.ndarray,
    happened: np.ndarray,
    customers: np.ndarray | None = None,
    bins: int = 10,
    confidence: float = 0.95,
) -> Calibration:
    """Compare forecast probabilities with what happened (0 or 1), one entry a forecast.

    `customers`: whose forecast it is, any hashable; without, all are taken for independent. `intercept` is that at
    slope 1 (calibration in the large), on the logit scale. Raises ValueError where lengths differ or a probability
    is none.
    """
    chance, y = np.asarray(chance, float), np.asarray(happened, float)
    if chance.shape != y.shape or not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("chance and happened need one entry each a forecast, chance between 0 and 1")
    cluster = np.arange(len(y)) if customers is None else np.unique(customers, return_inverse=True)[1]
    z = scipy.stats.norm.ppf((1 + confidence) / 2)
    logit = _logit(chance)
    both = 0 < y.sum() < len(y)
    return Calibration(
        forecasts=len(y),
        events=int(y.sum()),
        expected=float(chance.sum()),
        ratio=_ratio(chance, y, cluster, z) if chance.sum() > 0 else NOTHING,
        intercept=_intercept(logit, y, cluster, z) if both else NOTHING,
        slope=_slope(logit, y, cluster, z) if both and np.ptp(logit) > TINY else NOTHING,
        curve=_curve(chance, y, cluster, bins, z),
        log_loss=float(log_losses(logit, y).mean()) if len(y) else float("nan"),
        enough=bool(min(y.sum(), len(y) - y.sum()) >= LEAST),
    )


def _logit(chance: np.ndarray) -> np.ndarray:
    chance = np.clip(chance, TINY, 1 - TINY)
    return np.log(chance / (1 - chance))


def _ratio(chance: np.ndarray, y: np.ndarray, cluster: np.ndarray, z: float) -> tuple[float, float, float]:
    ratio = y.sum() / chance.sum()
    spread = np.sqrt((_sums(y - chance, cluster) ** 2).sum()) / max(y.sum(), 0.5)
    return float(ratio), float(ratio * np.exp(-z * spread)), float(ratio * np.exp(z * spread))


def _intercept(logit: np.ndarray, y: np.ndarray, cluster: np.ndarray, z: float) -> tuple[float, float, float]:
    level = 0.0
    for _ in range(100):
        p = probability(logit + level)
        step = float((y - p).sum() / (p * (1 - p)).sum())
        level += np.clip(step, -1, 1)
        if abs(step) < 1e-10:
            break
    spread = np.sqrt((_sums(y - p, cluster) ** 2).sum()) / (p * (1 - p)).sum()
    return float(level), float(level - z * spread), float(level + z * spread)


def _slope(logit: np.ndarray, y: np.ndarray, cluster: np.ndarray, z: float) -> tuple[float, float, float]:
    design = np.column_stack([np.ones(len(y)), logit])
    weights = fit_logistic(design, y, penalty=0.0)
    p = probability(design @ weights)
    bread = np.linalg.inv(design.T @ (design * (p * (1 - p))[:, None]) + 1e-9 * np.eye(2))
    pulls = np.column_stack([_sums(column * (y - p), cluster) for column in design.T])
    spread = np.sqrt((bread @ (pulls.T @ pulls) @ bread)[1, 1])
    return float(weights[1]), float(weights[1] - z * spread), float(weights[1] + z * spread)


def _curve(chance: np.ndarray, y: np.ndarray, cluster: np.ndarray, bins: int, z: float) -> pl.DataFrame:
    rows = []
    edges = np.unique(np.quantile(chance, np.linspace(0, 1, bins + 1)[1:-1])) if len(y) else np.empty(0)
    cell = np.searchsorted(edges, chance, side="left")
    for number, name in enumerate(np.unique(cell)):
        inside = cell == name
        lower, upper = _wilson(y[inside], cluster[inside], z)
        shares = float(chance[inside].mean()), float(y[inside].mean())
        rows.append((number + 1, int(inside.sum()), *shares, lower, upper))
    return pl.DataFrame(rows, ["bin", "forecasts", "expected", "observed", "lower", "upper"], orient="row")


def _wilson(y: np.ndarray, cluster: np.ndarray, z: float) -> tuple[float, float]:
    share, size = y.mean(), len(y)
    spread = (_sums(y - share, cluster) ** 2).sum()
    if spread > 0:  # as many independent cases as would vary as much
        size = min(size, size**2 * share * (1 - share) / spread)
    centre = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    return float(max(centre - half, 0)), float(min(centre + half, 1))


def _sums(values: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    return np.bincount(np.unique(cluster, return_inverse=True)[1], weights=values)

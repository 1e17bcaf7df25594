"""How strong the recent signal on a chart is: graded, so that charts can be compared and their number allowed for.

The four rules say yes or no. Each has a graded sister here that grows with the strength of the same pattern:

outside         the farthest of the last 4 points from the centre line
two_of_three    the same for "two of three, both at least so far out on one side", over the triples that end there
shift           the last 7 to 20 points against all before them
trend           a straight drift that is still going on, over the whole chart or its last 13, 26 or 52 points

The first two are measured in units of the three farthest *earlier* points, not in sigma: that ratio hardly depends on
autocorrelation, and a chart with a habit of freak values has to beat its own freaks. The last two are t-statistics of
least squares, which averaging makes robust against odd shapes of noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

FEWEST = 12
# Four points: a month of weeks. A blip older than that is history, not news.
RECENT = 4
# A level that has held for more than 20 points has enough of them for limits of its own (Wheeler asks for 17 to 20).
SHORTEST_SHIFT, LONGEST_SHIFT = 7, 20
DRIFTS = (13, 26, 52)
# |t| of an old step, allowing for autocorrelation, above which the level before it no longer counts.
STEP = 4.5
# Twice the log-likelihood that each step must gain on the best drift, because a drift is news and mustn't be mistaken
# for history. At 6, of simulated drifts of 3 sigma over 60 points one in twenty is, and of steps of 2 sigma in the
# middle nine in ten are found.
CLEARLY = 6.0
RULES = ("outside", "two_of_three", "shift", "trend")


@dataclass(frozen=True)
class Signals:
    """Signed strength and index of the first point of each pattern (charts x 4, in the order of RULES), and the raw
    lag-1 autocorrelation of what the best-fitting pattern leaves over (charts,)."""

    strength: np.ndarray
    start: np.ndarray
    autocorrelation: np.ndarray


@dataclass(frozen=True)
class _Shapes:
    rows: np.ndarray
    kind: np.ndarray
    start: np.ndarray


def measure(values: np.ndarray, floor: np.ndarray | float = 0.0) -> Signals:
    """Grade the recent signals of charts of equal length.

    values: charts x points (at least 12), no nulls, of equal noise along a chart (see `scale.even_noise`).
    floor: the least standard deviation that the noise can have (charts,); keeps a chart that has never moved from
        making a sensation of its first rounding step. A chart without any movement has strength 0.

    The autocorrelation is taken after the best shift, drift or old step is removed, because a step that is left in
    passes for autocorrelation and so hides itself. It is raw: biased downwards by the fit. The null tables are built
    on the same raw figure, so nothing is lost.
    """
    charts, points = values.shape
    floor = np.broadcast_to(np.asarray(floor, dtype=float), (charts,))
    shapes = _shapes(points)
    centred = values - values.mean(axis=1, keepdims=True)
    # the mean of thirty times 0.1 is not 0.1 in floating point
    centred[np.abs(centred) < 1e-12 * np.abs(values).max(axis=1, keepdims=True)] = 0
    scores, left = _fit(centred, shapes.rows, floor)
    recent = [_strongest(scores, shapes, kind) for kind in ("shift", "trend")]
    strength, start = zip(*_excursions(centred, floor), *recent, strict=True)
    return Signals(np.column_stack(strength), np.column_stack(start), _lag_one(left))


def in_force(values: np.ndarray, floor: float = 0.0) -> int:
    """Index of the first point of the level that is in force: 0, or the latest step that is more than 20 points old.

    values: one chart (points,). Steps are sought by halving: the split that explains most, then the best split of
    either part, as long as its t is above 4.5 and parts keep 7 points. They count unless a straight drift explains the
    chart nearly as well, or autocorrelation r of what is left shrinks the last step's t, by sqrt((1 - r) / (1 + r)),
    below 4.5. What came before is history: the recent past is judged against the level in force, otherwise a step of
    last year is called a change today. Not for drawing limits, which change at declared steps only.
    """
    edges = [0, *_splits(values, floor), values.size]
    old = [place for place in range(1, len(edges) - 1) if values.size - edges[place] > LONGEST_SHIFT]
    if not old:
        return 0
    levels = [values[start:end].mean() for start, end in pairwise(edges)]
    left = values - np.repeat(levels, np.diff(edges))
    if _drifts(values, float(left @ left) * np.exp(CLEARLY * (len(edges) - 2) / values.size)):
        return 0
    last = old[-1]
    lengths = np.diff(edges)[last - 1 : last + 1]
    noise = max(float(np.sqrt(left @ left / (values.size - len(levels)))), floor)
    # every level that was fitted takes some autocorrelation with it
    lag = np.clip(_lag_one(left[None])[0] + (2 + 2 * len(levels)) / values.size, 0, 0.95)
    reach = noise * np.sqrt((1 / lengths).sum() * (1 + lag) / (1 - lag))
    return edges[last] if abs(levels[last] - levels[last - 1]) >= STEP * reach else 0


def _splits(values: np.ndarray, floor: float) -> list[int]:
    """Where the level changes, by binary segmentation (Scott and Knott 1974)."""
    before = np.arange(SHORTEST_SHIFT, values.size - SHORTEST_SHIFT + 1)
    if not before.size:
        return []
    gaps = values - values.mean()
    gain = np.cumsum(gaps)[before - 1] ** 2 * values.size / (before * (values.size - before))
    best = int(gain.argmax())
    total = float(gaps @ gaps)
    variance = max((total - gain[best]) / (values.size - 2), floor**2, 1e-16 * total)
    if gain[best] <= STEP**2 * variance:
        return []
    place = int(before[best])
    return [*_splits(values[:place], floor), place, *(place + later for later in _splits(values[place:], floor))]


def _drifts(values: np.ndarray, left: float) -> bool:
    """Whether some straight drift leaves less than `left` (a sum of squares) unexplained."""
    shapes = _shapes(values.size)
    gaps = values - values.mean()
    return float(gaps @ gaps - ((shapes.rows[shapes.kind == "trend"] @ gaps) ** 2).max()) < left


@lru_cache(maxsize=256)
def _shapes(points: int) -> _Shapes:
    """Unit-length, mean-free shapes that a chart's mean may follow: recent shifts, drifts, and old steps."""
    clock = np.arange(points)
    shifts = range(SHORTEST_SHIFT, min(LONGEST_SHIFT, points - 5) + 1)
    drifts = [last for last in DRIFTS if last <= points - 3] + [points]
    old = range(LONGEST_SHIFT + 1, points - SHORTEST_SHIFT + 1)
    lasts = np.array([*shifts, *drifts, *old])
    kind = np.array(["shift"] * len(shifts) + ["trend"] * len(drifts) + ["old"] * len(old))
    start = points - lasts
    ramp = np.maximum(clock - start[:, None], 0).astype(float)
    rows = np.where((kind == "trend")[:, None], ramp, (clock >= start[:, None]).astype(float))
    rows -= rows.mean(axis=1, keepdims=True)
    return _Shapes(rows / np.linalg.norm(rows, axis=1, keepdims=True), kind, start)


def _fit(centred: np.ndarray, rows: np.ndarray, floor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """t of every shape on every chart, and what the best one leaves over."""
    size = centred @ rows.T
    total = np.einsum("ij,ij->i", centred, centred)[:, None]
    variance = np.maximum(total - size**2, 0) / (centred.shape[1] - 2)
    # a perfect fit still has rounding noise
    noise = np.sqrt(np.maximum(variance, np.maximum(floor[:, None] ** 2, 1e-16 * total)))
    scores = np.divide(size, noise, out=np.zeros_like(size), where=noise > 0)
    best = np.abs(scores).argmax(axis=1)
    left = centred - np.take_along_axis(size, best[:, None], axis=1) * rows[best]
    return scores, left


def _strongest(scores: np.ndarray, shapes: _Shapes, kind: str) -> tuple[np.ndarray, np.ndarray]:
    columns = np.flatnonzero(shapes.kind == kind)
    best = columns[np.abs(scores[:, columns]).argmax(axis=1)]
    return np.take_along_axis(scores, best[:, None], axis=1)[:, 0], shapes.start[best]


def _excursions(centred: np.ndarray, floor: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The outside and the two-of-three pattern: signed ratio to the farthest earlier points, and where it starts."""
    points = centred.shape[1]
    farthest = np.partition(np.abs(centred[:, :-RECENT]), -3, axis=1)[:, -3:].mean(axis=1)
    unit = np.maximum(farthest, 2 * floor)
    singles = centred[:, -RECENT:]
    # the median of three is the second farthest on the side where two of them lie
    triples = np.median(sliding_window_view(centred[:, -RECENT - 2 :], 3, axis=1), axis=2)
    found = []
    for pattern, first in ((singles, points - RECENT), (triples, points - RECENT - 2)):
        best = np.abs(pattern).argmax(axis=1)
        far = np.take_along_axis(pattern, best[:, None], axis=1)[:, 0]
        found.append((np.divide(far, unit, out=np.zeros_like(far), where=unit > 0), first + best))
    return found


def _lag_one(left: np.ndarray) -> np.ndarray:
    power = np.einsum("ij,ij->i", left, left)
    product = np.einsum("ij,ij->i", left[:, 1:], left[:, :-1])
    return np.divide(product, power, out=np.zeros_like(power), where=power > 0)

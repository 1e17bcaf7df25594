"""The four rules by which a point on a process-behaviour chart is a special cause.

After Western Electric (1956), Nelson (1984) and the NHS's Making Data Count. Nothing here knows about dates or frames:
arrays in, arrays of booleans out, so that one chart and twenty thousand simulated ones go through the same lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rules:
    """Which pattern counts as a special cause; the defaults are the product's.

    shift: points in a row on one side of the centre line.
    trend: points in a row, each above (or each below) the one before.
    screen: leave out moving ranges above 3.267 times their mean before the limits are set. One freak value then does
        not widen the limits; a process that often jumps gets limits that are too narrow.
    strict: two of three in the NHS's narrower sense: all three points on the same side, and a point that is already
        outside the limits doesn't count towards it.
    """

    shift: int = 7
    trend: int = 6
    screen: bool = False
    strict: bool = False


PRODUCT = Rules()
# What the R package NHSRplotthedots draws: seven points (six rises) make a trend.
NHS = Rules(shift=7, trend=7, screen=True, strict=True)


@dataclass(frozen=True)
class SpecialCauses:
    """Booleans of the shape of the values, and `direction` (int8: -1, 0, +1)."""

    outside: np.ndarray
    shift: np.ndarray
    trend: np.ndarray
    two_of_three: np.ndarray
    direction: np.ndarray


def special_causes(
    values: np.ndarray, centre: np.ndarray | float, sigma: np.ndarray | float, rules: Rules = PRODUCT
) -> SpecialCauses:
    """Apply the four rules along the last axis of `values` (no nulls; `centre` and `sigma` broadcast to it).

    `direction` follows the NHS order where several rules meet in one point: outside, trend, two of three, shift;
    so a point inside a falling run above the centre line points down. A point *on* the centre line or level with the
    one before breaks a run. Not to be trusted as a test: on pure noise the four together mark one chart in five at 24
    points and two in five at 52 (see `false_alarms`).
    """
    values = np.asarray(values, dtype=float)
    gap = _flush(values - centre, values)
    side = np.sign(gap)
    outside = np.abs(gap) > 3 * np.asarray(sigma)
    shift = in_run(side > 0, rules.shift) | in_run(side < 0, rules.shift)
    rising = np.sign(_flush(np.diff(values), values[..., 1:]))
    up, down = _along(rising > 0, rules.trend), _along(rising < 0, rules.trend)
    near = np.abs(gap) > 2 * np.asarray(sigma)
    two = _two_of_three(near & ~outside if rules.strict else near, side, rules.strict)
    direction = np.select([outside, up, down, two, shift], [side, 1, -1, side, side], 0)
    return SpecialCauses(outside, shift, up | down, two, direction.astype(np.int8))


def in_run(hit: np.ndarray, length: int) -> np.ndarray:
    """Which positions lie in an unbroken run of at least `length` hits along the last axis."""
    return _reach(_windows(hit, length) == length, length, hit.shape[-1])


def _windows(hit: np.ndarray, length: int) -> np.ndarray:
    """Number of hits in every window of `length` along the last axis; no window, where it is too short, fits none."""
    total = np.zeros((*hit.shape[:-1], hit.shape[-1] + 1), dtype=np.int32)
    np.cumsum(hit, axis=-1, out=total[..., 1:])
    # a length beyond the axis leaves an empty answer, not a negative slice
    return total[..., length:] - total[..., : max(total.shape[-1] - length, 0)]


def _reach(starts: np.ndarray, length: int, points: int) -> np.ndarray:
    """Spread each start over the `length` positions that begin there; `points` long."""
    padded = np.zeros((*starts.shape[:-1], starts.shape[-1] + 2 * (length - 1)), dtype=bool)
    padded[..., length - 1 : padded.shape[-1] - length + 1] = starts
    return (_windows(padded, length) > 0)[..., :points]


def _along(rising: np.ndarray, points: int) -> np.ndarray:
    """Points of a monotone stretch; `rising` is about the steps between points, one fewer than there are points."""
    return _reach(_windows(rising, points - 1) == points - 1, points, rising.shape[-1] + 1)


def _two_of_three(near: np.ndarray, side: np.ndarray, strict: bool) -> np.ndarray:
    """Points beyond two sigma that have at least one fellow, on the same side, among three in a row."""
    found = np.zeros(near.shape, dtype=bool)
    for sign in (-1, 1):
        beyond = near & (side == sign)
        triple = _windows(beyond, 3) >= 2
        if strict:
            triple &= _windows(side == sign, 3) == 3
        found |= beyond & _reach(triple, 3, near.shape[-1])
    return found


def _flush(gap: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Zero for differences that are rounding only: the mean of twenty times 0.1 is not 0.1 in floating point."""
    return np.where(np.abs(gap) <= 1e-9 * np.abs(values), 0.0, gap)

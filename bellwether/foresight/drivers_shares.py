"""R2 shared out among drivers that go together: LMG (Shapley shares) and Johnson's relative weights.

LMG asks in every ordering of the drivers how much R2 each adds when its turn comes, and takes the mean (Lindeman,
Merenda & Gold 1980, p. 120; Groemping 2006, JSS 17(1), equation 2; the Shapley value of R2). Relative weights go by
way of the orthogonal columns that lie nearest to the drivers (Johnson 2000, Multivariate Behavioral Research 35).

Every function takes covariances, resamples by columns by columns, with the outcome as the last column and all columns
scaled to a spread of about 1.

When not to trust them: as effects. Both share what correlated drivers explain together, so a driver without any effect
of its own gets a part of what its neighbour does.
"""

from __future__ import annotations

from math import comb

import numpy as np

RIDGE = 1e-9  # of a variance: keeps a driver that repeats another from dividing by zero; moves R2 by less than 1e-7
ROOM = 4_000_000  # figures held at a time


def weighted_covariances(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The covariances of the columns of `values` under one weight a row: columns by columns."""
    share = weights / weights.sum()
    away = values - share @ values
    return (away * share[:, None]).T @ away


def explained(covariances: np.ndarray) -> np.ndarray:
    """R2 of every subset of drivers: subsets by resamples; driver j is in subset s where bit j of s is set."""
    left = _with_ridge(covariances)[None]
    whole = left[0, :, -1, -1]
    for _ in range(covariances.shape[-1] - 1):
        rest, pull = left[..., 1:, 1:], left[..., 1:, :1]
        left = np.concatenate([rest, rest - pull * np.swapaxes(pull, -1, -2) / left[..., :1, :1]])
    return 1 - left[..., 0, 0] / whole


def lmg(covariances: np.ndarray) -> np.ndarray:
    """LMG over all orderings, by way of all subsets: resamples by drivers, in units of R2, adding up to R2.

    Time and memory double with each driver: not for more than some 15.
    """
    drivers = covariances.shape[-1] - 1
    size = max(1, ROOM // (3 << drivers))
    parts = [covariances[start : start + size] for start in range(0, len(covariances), size)]
    return np.concatenate([_shapley(explained(part), drivers) for part in parts])


def _shapley(r2: np.ndarray, drivers: int) -> np.ndarray:
    others = np.array([mask.bit_count() for mask in range(1 << (drivers - 1))])
    weight = np.array([1 / (drivers * comb(drivers - 1, int(size))) for size in others])
    found = np.empty((r2.shape[1], drivers))
    for driver in range(drivers):
        split = r2.reshape(1 << (drivers - driver - 1), 2, 1 << driver, -1)
        gain = (split[:, 1] - split[:, 0]).reshape(len(others), -1)
        found[:, driver] = weight @ gain
    return found


def orderings(drivers: int, number: int, seed: int) -> np.ndarray:
    """At least `number` random orderings, in blocks: blocks by (2 x drivers) by drivers.

    A block is one ordering, all its rotations and the reverse of each, so that every driver stands in every place
    equally often: most of the error lies between places (Castro and others 2017, Computers & Operations Research 82).
    There are at least 10 blocks, as their means tell the error that is left.
    """
    rng = np.random.default_rng([seed, 4])
    blocks = max(10, -(-number // (2 * drivers)))
    first = rng.permuted(np.tile(np.arange(drivers), (blocks, 1)), axis=1)
    turned = np.stack([np.roll(first, place, axis=1) for place in range(drivers)], axis=1)
    return np.concatenate([turned, turned[:, :, ::-1]], axis=1)


def gains(covariance: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """What each driver adds to R2, as a mean over each block of `orderings`: blocks by drivers. Estimates LMG."""
    blocks, size, drivers = orders.shape
    flat = orders.reshape(-1, drivers)
    columns = np.concatenate([flat, np.full((len(flat), 1), drivers)], axis=1)
    covariance = _with_ridge(covariance)
    # The last row of the Cholesky factor, squared, is what each column adds when its turn comes.
    factor = np.linalg.cholesky(covariance[columns[:, :, None], columns[:, None, :]])
    found = np.empty(flat.shape)
    np.put_along_axis(found, flat, factor[:, -1, :-1] ** 2 / covariance[-1, -1], axis=1)
    return found.reshape(blocks, size, drivers).mean(axis=1)


def relative_weights(covariances: np.ndarray) -> np.ndarray:
    """Johnson's relative weights: resamples by drivers, in units of R2, adding up to R2."""
    spread = np.sqrt(np.einsum("bii->bi", _with_ridge(covariances)))
    correlations = covariances / (spread[:, :, None] * spread[:, None, :])
    sizes, turn = np.linalg.eigh(correlations[:, :-1, :-1])
    root = np.sqrt(np.maximum(sizes, 0))
    known = sizes > RIDGE
    loading = (turn * root[:, None, :]) @ np.swapaxes(turn, 1, 2)
    back = (turn * np.where(known, 1 / np.where(known, root, 1), 0)[:, None, :]) @ np.swapaxes(turn, 1, 2)
    slopes = back @ correlations[:, :-1, -1:]
    return (loading**2 @ slopes**2)[..., 0]


def _with_ridge(covariances: np.ndarray) -> np.ndarray:
    return covariances + RIDGE * np.eye(covariances.shape[-1])

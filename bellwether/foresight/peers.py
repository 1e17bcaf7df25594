"""People like this customer: those who once looked like them, and what became of them.

The nearest of the customers at a past moment whose window has closed, by Euclidean distance over features that are each
scaled to a spread of 1 (k nearest neighbours: Fix & Hodges 1951; Cover & Hart 1967). As many as `PEERS`, so that a
share means something; none is told apart from the others.

When not to trust it: for somebody unlike all others the nearest are far: `far` says so. What became of them is no
forecast: the outlook is, and it knows more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

PEERS = 50
AT_ONCE = 50_000  # customers whose peers are looked for at a time
LEAST = 5  # fewer customers than this are spoken of nowhere
FAR = 0.99  # beyond this quantile of everybody's distance


def peers(now: pl.DataFrame, then: pl.DataFrame, features: Sequence[str], most: int = PEERS) -> pl.DataFrame:
    """One row a customer of `now`: observations (how many peers), stayed (share), low, high (95%, Wilson), far.

    then: customers at a past moment: customer_id, features, stayed (0 or 1). A customer is no peer of their own. Empty
    with fewer than `LEAST` others.
    """
    if then.height <= LEAST or now.is_empty():
        return pl.DataFrame(schema={**_KINDS})
    from scipy.spatial import cKDTree

    used = [name for name in features if then[name].cast(pl.Float64).fill_null(0).std() > 0]
    middle = [float(then[name].median() or 0) for name in used]
    spread = [float(then[name].cast(pl.Float64).fill_null(at).std()) for name, at in zip(used, middle, strict=True)]
    there, here = (_scaled(frame, used, middle, spread) for frame in (then, now))
    tree, asked = cKDTree(there), min(most + 1, then.height)
    names, stayed = then["customer_id"].to_numpy(), then["stayed"].to_numpy().astype(float)
    count, share, reach = np.zeros(now.height, int), np.zeros(now.height), np.zeros(now.height)
    for low in range(0, now.height, AT_ONCE):
        rows = slice(low, low + AT_ONCE)
        distance, found = tree.query(here[rows], k=asked)
        other = names[found] != now["customer_id"][rows].to_numpy()[:, None]
        # The farthest is left out where the customer is not among them.
        other &= np.cumsum(other, axis=1) <= most
        count[rows] = other.sum(axis=1)
        share[rows] = (stayed[found] * other).sum(axis=1) / count[rows]
        reach[rows] = np.where(other, distance, 0).max(axis=1)
    low, high = _wilson(share, count)
    return pl.DataFrame(
        {
            "customer_id": now["customer_id"],
            "observations": count,
            "stayed": share,
            "low": low,
            "high": high,
            "far": reach > np.quantile(reach, FAR) + 1e-9,
        }
    ).cast(_KINDS)


_KINDS = {
    **{"customer_id": pl.String, "observations": pl.Int64, "stayed": pl.Float64},
    **{"low": pl.Float64, "high": pl.Float64, "far": pl.Boolean},
}


def _scaled(rows: pl.DataFrame, names: Sequence[str], middle: Sequence[float], spread: Sequence[float]) -> np.ndarray:
    columns = [
        (rows[name].cast(pl.Float64).fill_null(at).to_numpy() - at) / width
        for name, at, width in zip(names, middle, spread, strict=True)
    ]
    return np.column_stack(columns) if columns else np.zeros((rows.height, 1))


def _wilson(share: np.ndarray, count: np.ndarray, z: float = 1.959964) -> tuple[np.ndarray, np.ndarray]:
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)

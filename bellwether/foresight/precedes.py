"""What comes before a move: signs in the weeks before it, among those who moved and those who did not.

Customers who moved in a month are compared with customers who were in the same state when it began and stayed in it
(sampled risk sets; Prentice & Breslow 1978, Biometrika 65). Within each stratum (month and state before) the odds of
having the sign are compared; the strata are combined after Mantel & Haenszel 1959 with the variance of Robins, Breslow
& Greenland 1986 (Biometrics 42). As the strata are short, the ratio of odds is the ratio of the rates of moving. Many
signs are tried, so what is called a difference survives Benjamini & Hochberg 1995 over all of them.

When not to trust it: as a cause. Who is about to move may be in touch because of it, and signs come together: a broken
promise is also a contact. A sign that the state itself is made of says nothing at all. Customers who stand in several
months as one who stayed are taken for several; there are many, and they weigh little in the variance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import scipy

FEWEST = 20  # customers who moved, and who did not, below which nothing is compared


def precedes(
    rows: pl.DataFrame, signs: Sequence[str], *, confidence: float = 0.95, fewest: int = FEWEST
) -> pl.DataFrame:
    """One row a sign: sign, movers, stayers, with_sign, among_movers, among_stayers, ratio, low, high, p.

    rows: stratum, moved (bool) and a bool column a sign. `among_stayers` is the share among those who stayed, strata
    weighted as those who moved. Empty where fewer than `fewest` moved or stayed in strata that hold both.
    Raises ValueError for a sign that is no column.
    """
    lacking = [one for one in signs if one not in rows.columns]
    if lacking:
        raise ValueError(f"{', '.join(lacking)}: no column; there are {', '.join(rows.columns)}")
    both = pl.col("moved").any().over("stratum") & ~pl.col("moved").all().over("stratum")
    kept = rows.filter(both)
    movers = int(kept["moved"].sum())
    if min(movers, kept.height - movers) < fewest:
        return pl.DataFrame(schema=_SHAPE)
    counts = {"movers": movers, "stayers": kept.height - movers}
    told = [{"sign": sign, **counts, **_one(kept, sign, confidence)} for sign in signs]
    return pl.DataFrame(told, schema=_SHAPE)


_SHAPE = {
    "sign": pl.String,
    **dict.fromkeys(("movers", "stayers", "with_sign"), pl.Int64),
    **dict.fromkeys(("among_movers", "among_stayers", "ratio", "low", "high", "p"), pl.Float64),
}


def survivors(p: Sequence[float | None], rate: float = 0.05) -> list[bool]:
    """Which of several tests stay a difference at a false discovery rate (Benjamini & Hochberg); None never does."""
    known = sorted((one, at) for at, one in enumerate(p) if one is not None)
    kept = max((place for place, (one, _) in enumerate(known, 1) if one <= rate * place / len(known)), default=0)
    chosen = {at for _, at in known[:kept]}
    return [at in chosen for at in range(len(p))]


def _one(rows: pl.DataFrame, sign: str, confidence: float) -> dict[str, float | int | None]:
    """The combined ratio of one sign, from the table of every stratum."""
    tables = rows.group_by("stratum", maintain_order=True).agg(
        a=(pl.col("moved") & pl.col(sign)).sum(),
        b=(pl.col("moved") & ~pl.col(sign)).sum(),
        c=(~pl.col("moved") & pl.col(sign)).sum(),
        d=(~pl.col("moved") & ~pl.col(sign)).sum(),
    )
    a, b, c, d = (tables[name].to_numpy().astype(float) for name in "abcd")
    shares = {
        "with_sign": int(a.sum()),
        "among_movers": float(a.sum() / (a + b).sum()),
        "among_stayers": float(np.sum((a + b) * c / (c + d)) / (a + b).sum()),
    }
    total = a + b + c + d
    for_it, against = a * d / total, b * c / total
    if not for_it.sum() or not against.sum():
        return {**shares, "ratio": None, "low": None, "high": None, "p": None}
    ratio, spread = for_it.sum() / against.sum(), _spread(a + d, b + c, for_it, against, total)
    reach = scipy.stats.norm.ppf((1 + confidence) / 2) * spread
    return {
        **shares,
        "ratio": float(ratio),
        "low": float(ratio * np.exp(-reach)),
        "high": float(ratio * np.exp(reach)),
        "p": float(2 * scipy.stats.norm.sf(abs(np.log(ratio)) / spread)),
    }


def _spread(like: np.ndarray, unlike: np.ndarray, for_it: np.ndarray, against: np.ndarray, total: np.ndarray) -> float:
    """The standard error of the logarithm of the ratio (Robins, Breslow & Greenland 1986)."""
    like, unlike = like / total, unlike / total
    up, down = for_it.sum(), against.sum()
    variance = (like * for_it).sum() / (2 * up**2)
    variance += (like * against + unlike * for_it).sum() / (2 * up * down)
    return float(np.sqrt(variance + (unlike * against).sum() / (2 * down**2)))

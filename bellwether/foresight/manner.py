"""Factory or servitude: how efficient and how personal each silo is, and whether becoming so kept customers.

`standing` puts the parts together, with the error of sampling. A silo is called efficient or personal only where its
interval leaves the reference out: what such contacts usually take here, and what all silos together are.

Did a silo that became more personal, or more efficient, keep more of its customers? Within silos, over quarters.

The slope of later loyalty on a silo's index, with an effect of its own for each silo and each quarter: what a silo
always is, and what a quarter was for everybody, count for nothing (two-way fixed effects). The error is clustered by
silo with the usual correction for few clusters, and held against Student's t with one degree less than there are silos
(Cameron & Miller 2015, J Hum Resour 50).

When not to trust it: as an effect. A silo changes its manner for reasons, and customers meet several silos in a
quarter. With fewer than eight silos the interval is rough, and in truth wider.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy

FEWEST_SILOS, FEWEST_QUARTERS = 4, 4


@dataclass(frozen=True)
class Slope:
    """Change of loyalty for one unit of the index, with its interval; `rows` used, over `silos`."""

    value: float
    low: float
    high: float
    p: float
    rows: int
    silos: int


EFFICIENT_PARTS, PERSONAL_PARTS = ("cost", "time"), ("recognised", "adapted", "empathy")
FEWEST_PERSONAL = 2  # parts known, below which a silo has no index of being personal
WORDS = {
    (1, 1): "both at once",
    (1, 0): "efficient",
    (1, -1): "factory",
    (0, 1): "personal",
    (0, 0): "as usual",
    (0, -1): "less personal",
    (-1, 1): "servitude",
    (-1, 0): "less efficient",
    (-1, -1): "neither",
}
REACH = 1.959964  # of a 95% interval, in standard errors


def standing(rows: pl.DataFrame) -> pl.DataFrame:
    """The two indices of each row, with 95% intervals, and the word for both.

    rows: silo, quarter, contacts; cost_ratio, time_ratio (1 is what such contacts usually take) with cost_error,
    time_error; recognised, adapted, empathy (shares) with `<name>_variance`. Adds efficient (100 is as usual, more is
    cheaper and quicker), efficient_low, efficient_high, personal (0 to 100), personal_low, personal_high, `usual` (what
    all silos of the quarter are, by their contacts) and word; null where nothing tells.
    """
    ratio = pl.mean_horizontal(*(f"{name}_ratio" for name in EFFICIENT_PARTS))
    # What is cheap is quick: the parts go together, so the larger error is taken for both.
    error = pl.max_horizontal(*(f"{name}_error" for name in EFFICIENT_PARTS))
    known = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int64) for name in PERSONAL_PARTS)
    enough = known >= FEWEST_PERSONAL
    variance = pl.sum_horizontal(pl.col(f"{name}_variance").fill_null(0) for name in PERSONAL_PARTS)
    told = rows.with_columns(
        efficient=100 / ratio,
        efficient_low=100 / (ratio + REACH * error),
        efficient_high=100 / (ratio - REACH * error),
        personal=pl.when(enough).then(100 * pl.mean_horizontal(*PERSONAL_PARTS)),
        reach=pl.when(enough).then(100 * REACH * variance.sqrt() / known),
    )
    behind = pl.col("contacts").filter(pl.col("personal").is_not_null())
    usual = (pl.col("personal") * pl.col("contacts")).sum() / behind.sum()
    told = told.with_columns(
        personal_low=pl.col("personal") - pl.col("reach"),
        personal_high=pl.col("personal") + pl.col("reach"),
        usual=usual.over("quarter"),
    )
    sides = pl.struct(_side("efficient", pl.lit(100.0)).alias("one"), _side("personal", pl.col("usual")).alias("two"))
    word = sides.map_elements(lambda both: WORDS.get((both["one"], both["two"])), return_dtype=pl.String)
    return told.with_columns(word=word).drop("reach")


def _side(name: str, reference: pl.Expr) -> pl.Expr:
    """1 where the whole interval lies above the reference, -1 below it, else 0; null where nothing tells."""
    above, below = pl.col(f"{name}_low") > reference, pl.col(f"{name}_high") < reference
    return pl.when(above).then(1).when(below).then(-1).when(pl.col(name).is_not_null()).then(0)


def slope(rows: pl.DataFrame, index: str, loyalty: str = "loyal", confidence: float = 0.95) -> Slope | None:
    """None with fewer than four silos or quarters, or where the index never moves.

    rows: silo, quarter, the column `index`, the column `loyalty` (a share), weight (customers behind it).
    """
    kept = rows.drop_nulls([index, loyalty]).filter(pl.col("weight") > 0)
    kept = kept.filter(pl.len().over("silo") > 1)
    silos, quarters = kept["silo"].n_unique(), kept["quarter"].n_unique()
    if silos < FEWEST_SILOS or quarters < FEWEST_QUARTERS:
        return None
    weight = kept["weight"].to_numpy().astype(float)
    weight = weight / weight.mean()
    effects = _effects(kept)
    x, y = (_without(effects, kept[name].to_numpy().astype(float), weight) for name in (index, loyalty))
    spread = float(weight @ x**2)
    if spread < 1e-9:
        return None
    value = float(weight @ (x * y) / spread)
    pull = pl.Series(weight * x * (y - value * x)) / spread
    pulls = kept.select("silo", pull=pull).group_by("silo").agg(pl.col("pull").sum())
    size, used = kept.height, effects.shape[1] + 1
    correction = silos / (silos - 1) * (size - 1) / max(size - used, 1)
    error = float(np.sqrt(correction * (pulls["pull"] ** 2).sum()))
    reach = scipy.stats.t.ppf((1 + confidence) / 2, silos - 1) * error
    chance = float(2 * scipy.stats.t.sf(abs(value) / error, silos - 1)) if error else 1.0
    return Slope(value, value - reach, value + reach, chance, size, silos)


def _effects(rows: pl.DataFrame) -> np.ndarray:
    """One column a silo, one a quarter but the first."""
    parts = [rows[name].to_dummies(drop_first=name == "quarter").to_numpy() for name in ("silo", "quarter")]
    return np.hstack(parts).astype(float)


def _without(effects: np.ndarray, values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """What the effects leave of the values."""
    root = np.sqrt(weight)
    found, *_ = np.linalg.lstsq(effects * root[:, None], values * root, rcond=None)
    return values - effects @ found

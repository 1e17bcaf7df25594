"""What customers said beside what we did, silo by silo, and the gap between the two with its interval.

Both are scores from 0 to 100, but of different things, so a gap of ten says little by itself. What tells is where a
silo's gap is another than everywhere else: there we think that we are closer than customers feel, or the other way
round. A customer who answers five items, or calls five times, counts as one: every figure is a ratio of sums over
customers, and its error is that of a cluster sample (Cochran 1977, chapter 6), the gap's with what both sides share.

When not to trust it: answers come from those who answer. A silo whose customers are surveyed at other moments differs
for that as well.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import scipy

from bellwether.foresight.precedes import survivors

FEWEST = 20  # customers on either side, below which a silo is not compared
CLOSER, FARTHER, ALIKE, TOO_FEW = "we think we are closer", "they feel closer", "as elsewhere", "too few to say"


def gaps(rows: pl.DataFrame, confidence: float = 0.95) -> pl.DataFrame:
    """One row a silo: silo, said, said_low, said_high, done, done_low, done_high, gap, low, high, beyond, p, word,
    answered, served (customers on either side).

    rows: one a silo and customer: silo, customer_id, said (sum), said_times, done (sum), done_times; 0 for nothing.
    `gap`: done less said. `beyond`: that gap less the gap of all other silos together. `word` survives Benjamini and
    Hochberg over the silos.
    """
    told = [_one(rows, silo, confidence) for silo in sorted(rows["silo"].unique())]
    if not told:
        return pl.DataFrame(schema=_SHAPE)
    real = survivors([one["p"] for one in told])
    said = [_word(one, beyond) for one, beyond in zip(told, real, strict=True)]
    return pl.DataFrame(told, schema={name: kind for name, kind in _SHAPE.items() if name != "word"}).with_columns(
        word=pl.Series(said, dtype=pl.String)
    )


_SHAPE = {
    "silo": pl.String,
    **dict.fromkeys(("answered", "served"), pl.Int64),
    **dict.fromkeys(("said", "said_low", "said_high", "done", "done_low", "done_high"), pl.Float64),
    **dict.fromkeys(("gap", "low", "high", "beyond", "beyond_low", "beyond_high", "p"), pl.Float64),
    "word": pl.String,
}


def _word(one: dict, real: bool) -> str:
    if one["p"] is None:
        return TOO_FEW
    return ALIKE if not real else CLOSER if one["beyond"] > 0 else FARTHER


def _one(rows: pl.DataFrame, silo: str, confidence: float) -> dict:
    mine, others = rows.filter(silo=silo), rows.filter(pl.col("silo") != silo)
    told: dict = dict.fromkeys(_SHAPE)
    del told["word"]
    reach = scipy.stats.norm.ppf((1 + confidence) / 2)
    parts = {name: _mean(mine, name) for name in ("said", "done")}
    told |= {"silo": silo, "answered": parts["said"][1].height, "served": parts["done"][1].height}
    for name, (mean, pulls) in parts.items():
        if pulls.height >= FEWEST:
            spread = float(np.sqrt((pulls["pull"] ** 2).sum()))
            told |= {name: mean, f"{name}_low": mean - reach * spread, f"{name}_high": mean + reach * spread}
    if min(told["answered"], told["served"]) < FEWEST:
        return told
    gap, pulls = _gap(mine)
    spread = float(np.sqrt((pulls["pull"] ** 2).sum()))
    told |= {"gap": gap, "low": gap - reach * spread, "high": gap + reach * spread}
    if min(_mean(others, name)[1].height for name in ("said", "done")) < FEWEST:
        return told
    rest, theirs = _gap(others)
    both = pulls.join(theirs, on="customer_id", how="full", coalesce=True).fill_null(0)
    spread = float(np.sqrt(((both["pull"] - both["pull_right"]) ** 2).sum()))
    beyond = gap - rest
    return told | {
        "beyond": beyond,
        "beyond_low": beyond - reach * spread,
        "beyond_high": beyond + reach * spread,
        "p": float(2 * scipy.stats.norm.sf(abs(beyond) / spread)) if spread else None,
    }


def _mean(rows: pl.DataFrame, name: str) -> tuple[float, pl.DataFrame]:
    """The mean over all observations, and how far each customer pulls it: customer_id, pull."""
    there = rows.filter(pl.col(f"{name}_times") > 0)
    total, times = there[name].sum(), there[f"{name}_times"].sum()
    mean = total / times if times else float("nan")
    pull = (pl.col(name) - mean * pl.col(f"{name}_times")).sum() / times
    return mean, there.group_by("customer_id").agg(pull=pull)


def _gap(rows: pl.DataFrame) -> tuple[float, pl.DataFrame]:
    """Done less said, and how far each customer pulls it."""
    (done, up), (said, down) = _mean(rows, "done"), _mean(rows, "said")
    both = up.join(down, on="customer_id", how="full", coalesce=True).fill_null(0)
    return done - said, both.select("customer_id", pull=pl.col("pull") - pl.col("pull_right"))

"""Why a customer's risk is what it is: contributions that add up on the log-hazard scale.

The hazard of an end over the whole window is the sum of its weekly hazards r_w, and log sum r_w = sum s_w log r_w +
H(s), where s_w is week w's share of that sum and H the entropy of the shares. Each week's log r_w is a sum of
contributions of the features: SHAP values for trees (Lundberg and others 2020, Nature Machine Intelligence 2), slopes
times centred values for the regression. So a feature's contribution is its mean over the weeks, weighted by s_w, and
what is left is due to time and the end of the term. exp(contribution) multiplies the risk.

When not to trust them: they are reasons of the forecast, not causes in the world. Features that go together share what
they know in a way that says little about either.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from bellwether.foresight.hazard_model import Model
from bellwether.foresight.hazard_rows import lay_out

BASE, TIMING, REST = "base", "time and term", "everything else"


def reasons(model: Model, rows: pl.DataFrame, top: int = 5) -> pl.DataFrame:
    """The `top` contributions of each customer to each end, largest first, as rows.

    `rows` as in `forecast`. Returns origin, customer_id, end, rank, feature, value (null for what is no feature),
    contribution (natural log of a factor on the risk). Rank 0 is "base", what is said of an average customer; the
    last is "everything else"; "time and term" (week of the window, end of the term) is ranked among the features.
    The contributions of a customer and end sum to the log of the end's hazard over the window, and
    retained = exp(-sum over ends of exp(sum)). Trees take about a second for 1,000 customers.
    """
    panel = lay_out(rows, model.features, model.horizon, told=False)
    frames = [_of_end(model, panel, number, top) for number in range(len(model.ends))]
    return pl.concat(frames).sort("origin", "customer_id", "end", "rank")


def contributions(model: Model, panel, number: int) -> tuple[float, np.ndarray]:
    """Base, and rows by (features, time and term) for one end; base plus a row is the log hazard over the window."""
    level, slope = model.recalibration[number]
    base, by_feature, timing = model.parts[number].contributions(panel.values, panel.due, model.horizon)
    weekly = level + slope * (base + by_feature.sum(axis=2) + timing)
    hazard = np.exp(weekly)
    share = hazard / hazard.sum(axis=1, keepdims=True)
    full = np.broadcast_to(by_feature, (*share.shape, by_feature.shape[2]))
    by_feature = slope * np.einsum("rw,rwf->rf", share, full)
    evenness = -np.where(share > 0, share * np.log(np.maximum(share, 1e-300)), 0).sum(axis=1) - np.log(model.horizon)
    when = slope * (share * timing).sum(axis=1) + evenness
    return level + slope * base + float(np.log(model.horizon)), np.column_stack([by_feature, when])


def _of_end(model: Model, panel, number: int, top: int) -> pl.DataFrame:
    base, shares = contributions(model, panel, number)
    names = np.array([*model.features, TIMING], object)
    values = np.column_stack([panel.values, np.full(len(shares), np.nan)])
    order = np.argsort(-np.abs(shares), axis=1)[:, :top]
    row = np.arange(len(shares))[:, None]
    largest = shares[row, order]
    rest = shares.sum(axis=1) - largest.sum(axis=1)
    count, width = order.shape
    blank = np.full((count, 1), np.nan)
    columns = {
        "rank": np.tile(np.arange(width + 2), count),
        "feature": np.column_stack([np.full(count, BASE), names[order], np.full(count, REST)]).ravel(),
        "value": np.column_stack([blank, values[row, order], blank]).ravel(),
        "contribution": np.column_stack([np.full(count, base), largest, rest]).ravel(),
    }
    keys = panel.keys[np.repeat(np.arange(count), width + 2)].with_columns(end=pl.lit(model.ends[number]))
    found = keys.with_columns(pl.Series(name, column, strict=False) for name, column in columns.items())
    return found.with_columns(pl.col("feature").cast(pl.String), pl.col("value").fill_nan(None))

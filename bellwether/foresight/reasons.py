"""Why a customer's risk is what it is: contributions that add up on the log-hazard scale.

The hazard of an end over the whole window is the sum of its weekly hazards. The log of a week's hazard is a sum of
contributions of the features: SHAP values for trees (Lundberg and others 2020, Nature Machine Intelligence 2), slopes
times centred values for the regression. They are read in the week in which the customer's own risk is highest (for a
regression they are the same in all weeks); what is left of the log of the whole window's hazard is due to time and
the end of the term. exp(contribution) multiplies the risk.

When not to trust them: they are reasons of the forecast, not causes in the world. Features that go together share what
they know in a way that says little about either.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    retained = exp(-sum over ends of exp(sum)).
    """
    panel = lay_out(rows, model.features, model.horizon, told=False)
    frames = [_of_end(model, panel, number, top) for number in range(len(model.ends))]
    return pl.concat(frames).sort("origin", "customer_id", "end", "rank")


def contributions(model: Model, panel, number: int) -> tuple[float, np.ndarray]:
    """Base, and rows by (features, time and term) for one end; base plus a row is the log hazard over the window."""
    (level, slope), part = model.recalibration[number], model.parts[number]
    weekly = level + slope * part.log_hazards(panel.values, panel.due, model.horizon)
    base, by_feature = part.contributions(panel.values, panel.due, weekly.argmax(axis=1) + 1)
    base, by_feature = level + slope * base + float(np.log(model.horizon)), slope * by_feature
    when = np.log(np.exp(weekly).sum(axis=1)) - base - by_feature.sum(axis=1)
    return base, np.column_stack([by_feature, when])


def _of_end(model: Model, panel, number: int, top: int) -> pl.DataFrame:
    base, shares = contributions(model, panel, number)
    values = np.column_stack([panel.values, np.full(len(shares), np.nan)])
    found = ranked(panel.keys, (*model.features, TIMING), values, base, shares, top)
    return found.with_columns(end=pl.lit(model.ends[number]))


def ranked(
    keys: pl.DataFrame, features: Sequence[str], values: np.ndarray, base: float, shares: np.ndarray, top: int
) -> pl.DataFrame:
    """The columns of `keys`, rank, feature, value and contribution: "base", the `top` largest shares of each row (rows
    by features), and "everything else"."""
    names = np.array(features, object)
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
    found = keys[np.repeat(np.arange(count), width + 2)]
    found = found.with_columns(pl.Series(name, column, strict=False) for name, column in columns.items())
    return found.with_columns(pl.col("feature").cast(pl.String), pl.col("value").fill_nan(None))

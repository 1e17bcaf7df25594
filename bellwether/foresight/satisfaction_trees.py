"""What a customer would say of a contact, 0 to 100: boosted trees with few leaves, a low rate and early stopping.

LightGBM (Ke and others 2017, NeurIPS 30); words as categories (Fisher 1958's grouping, as LightGBM does it). How many
rounds is decided on the newest quarter of the answers, then all are fitted with that number.

When not to trust it: below some hundred answers it says little more than the mean; it knows those who answer only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.foresight.boosters import booster
from bellwether.foresight.satisfaction_rules import Rules


@dataclass(frozen=True)
class Trees:
    """`text`: the model as LightGBM writes it; `words`: feature -> word -> its number; `numbers`: other features."""

    text: str
    start: float
    words: Mapping[str, Mapping[str, int]]
    numbers: tuple[str, ...]
    chance: bool

    def foretell(self, rows: pl.DataFrame) -> np.ndarray:
        """A figure a row: the score expected (0 to 100), or a chance (0 to 1). Words that it never saw are unknown."""
        found = booster(self.text).predict(_columns(rows, self.words, self.numbers), num_threads=1)
        return found if self.chance else np.clip(found, 0, 100)


def fit_trees(
    rows: pl.DataFrame,
    y: np.ndarray,
    words: Sequence[str],
    numbers: Sequence[str],
    rules: Rules,
    weight: np.ndarray | None = None,
    chance: bool = False,
) -> Trees:
    """Fit scores, or with `chance` a yes or no. rows: the features, the oldest first."""
    known = {name: {word: at for at, word in enumerate(rows[name].drop_nulls().unique().sort())} for name in words}
    columns = _columns(rows, known, numbers)
    weight = np.ones(len(y)) if weight is None else weight
    options = {
        "objective": "binary" if chance else "regression",
        "num_leaves": rules.leaves,
        "learning_rate": rules.rate,
        "min_data_in_leaf": rules.least_in_leaf,
        "min_data_per_group": rules.least_in_leaf,
        "cat_smooth": 20.0,
        "lambda_l2": 1.0,
        "num_threads": 1,
        "deterministic": True,
        "force_col_wise": True,
        "seed": rules.seed,
        "verbose": -1,
    }
    rounds = _rounds(columns, y, weight, len(words), options, rules)
    booster = _train(columns, y, weight, len(words), options, rounds)
    return Trees(booster.model_to_string(), float(np.average(y, weights=weight)), known, tuple(numbers), chance)


def _rounds(columns, y, weight, words: int, options: dict, rules: Rules) -> int:
    import lightgbm

    cut = int(len(y) * (1 - rules.held_out))
    judge = _data(columns[cut:], y[cut:], weight[cut:], words)
    stop = lightgbm.early_stopping(rules.patience, verbose=False)
    data = _data(columns[:cut], y[:cut], weight[:cut], words)
    booster = lightgbm.train(options, data, rules.most_rounds, valid_sets=[judge], callbacks=[stop])
    return max(booster.best_iteration, 1)


def _train(columns, y, weight, words: int, options: dict, rounds: int):
    import lightgbm

    return lightgbm.train(options, _data(columns, y, weight, words), rounds)


def _data(columns, y, weight, words: int):
    import lightgbm

    return lightgbm.Dataset(
        columns, y, weight=weight, categorical_feature=list(range(words)), params={"verbose": -1, "max_bin": 63}
    )


def _columns(rows: pl.DataFrame, words: Mapping[str, Mapping[str, int]], numbers: Sequence[str]) -> np.ndarray:
    """Features as numbers, words first; what is unknown is not a number."""
    coded = [
        pl.col(name).cast(pl.String).replace_strict(dict(known), default=None, return_dtype=pl.Float64).alias(name)
        if known
        else pl.lit(None, pl.Float64).alias(name)
        for name, known in words.items()
    ]
    return rows.select(*coded, *(pl.col(name).cast(pl.Float64) for name in numbers)).to_numpy().astype(np.float64)

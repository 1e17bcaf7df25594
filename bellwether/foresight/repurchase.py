"""No contracts: who will buy again within the window, by a purchase model alone or by a regression that knows more.

The regression is taught the purchase model's own log-odds beside what else is known of a customer, so it must beat the
model that knows nothing but purchases. Both foretell past origins, taught by nothing but windows that had closed
before; the lower log-loss is used. Logistic regression with a ridge penalty (`skill.fit_logistic`).

When not to trust it: it sees one window length; where a season or a sale drives purchases that the past origins did
not hold, `past` flatters it. A forecast says who will come back, not whom a call would bring back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from bellwether.foresight.hazard_rules import CannotTell, Rules
from bellwether.foresight.origins import microseconds
from bellwether.foresight.reasons import ranked
from bellwether.foresight.skill import (
    Scaling,
    area_under_curve,
    fit_logistic,
    learn_scaling,
    log_losses,
    probability,
    with_ones,
)

MODEL_ALONE, REGRESSION = "purchase model", "regression"
ODDS = "likely_to_buy"
DEFAULT = Rules()


@dataclass(frozen=True)
class Model:
    """What `forecast` needs. Without `weights` the purchase model speaks alone."""

    family: str
    features: tuple[str, ...]
    scaling: Scaling | None = None
    weights: np.ndarray | None = None


@dataclass(frozen=True)
class Learned:
    """The model, how each family did (`families`: family, origins, customers, log_loss, log_loss_naive, auc), and its
    forecasts at past origins (`past`: origin, customer_id, weeks, chance of not buying, ended)."""

    model: Model
    families: pl.DataFrame
    past: pl.DataFrame


def learn(rows: pl.DataFrame, features: Sequence[str], rules: Rules = DEFAULT) -> Learned | CannotTell:
    """Try both families on the past and keep the better.

    `rows`, one a customer and origin: origin, customer_id, `features` (numbers, nulls allowed; `likely_to_buy` among
    them: log-odds by a purchase model) and y: 1 bought inside the window, 0 did not, null where it is still open.
    """
    closed = _closed(rows)
    events, needed = _events(closed), max(rules.least_events, _needed(features, rules))
    if events < needed:
        said = f"Cannot tell yet: {events:,} customers came back or stayed away in windows that have closed, and "
        said += f"a forecast from {len(features)} features needs {needed:,} of each."
        return CannotTell(said, events, needed)
    folds = [_fold(closed, features, origin, rules) for origin in _scored(closed, features, rules)]
    if not folds:
        return CannotTell("Cannot tell yet: no window had closed before a past origin whose own has closed.", 0, needed)
    figures = pl.DataFrame([_figures(folds, family) for family in (MODEL_ALONE, REGRESSION)])
    best = figures.sort("log_loss")["family"][0]
    past = pl.concat([fold[best] for fold in folds]).with_columns(weeks=pl.lit(rules.horizon))
    model = _fit(closed, features, rules) if best == REGRESSION else Model(MODEL_ALONE, (ODDS,))
    return Learned(model, figures, past.select("origin", "customer_id", "weeks", "chance", "ended"))


def origins_to_score(rows: pl.DataFrame, features: Sequence[str], rules: Rules = DEFAULT) -> np.ndarray:
    """The origins (microseconds) that `learn` would be tried on; none where it would say that it cannot tell."""
    closed = _closed(rows)
    enough = _events(closed) >= max(rules.least_events, _needed(features, rules))
    return microseconds(pl.Series("origin", _scored(closed, features, rules) if enough else [], pl.Datetime("us")))


def forecast(model: Model, rows: pl.DataFrame) -> pl.Series:
    """The chance that each customer buys inside the window, one entry a row."""
    return pl.Series("retained", probability(_linear(model, rows)))


def reasons(model: Model, rows: pl.DataFrame, top: int = 5) -> pl.DataFrame:
    """Why each chance is what it is: the `top` contributions of each customer, largest first, as rows.

    `rows` as in `forecast`. Returns customer_id, rank, feature, value (null for what is no feature), contribution: the
    log of a factor on the odds of *not* buying, so that above zero is a risk. Rank 0 is "base", the last is "everything
    else"; those of a customer sum to the log odds of not buying inside the window. Reasons of the forecast, not causes.
    """
    columns = _columns(rows, model.features).astype(float)
    if model.weights is None:
        base, shares = 0.0, -np.nan_to_num(columns)
    else:
        base, shares = -float(model.weights[0]), -model.scaling.apply(columns) * model.weights[1:]
    return ranked(rows.select("customer_id"), model.features, columns, base, shares, top)


def _closed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("y").is_not_null()).sort("origin", "customer_id")


def _events(rows: pl.DataFrame) -> int:
    """How many came back or how many stayed away, whichever is less."""
    return int(min(rows["y"].sum(), rows.height - rows["y"].sum())) if rows.height else 0


def _needed(features: Sequence[str], rules: Rules) -> int:
    return rules.events_per_parameter * (len(features) + 1)


def _scored(closed: pl.DataFrame, features: Sequence[str], rules: Rules) -> list:
    """Some origins, spread over the history, before which enough had closed."""
    origins = closed["origin"].unique().sort().to_list()
    apart = max(len(origins) // rules.scored_origins, 1)
    spread = origins[::-1][::apart][: rules.scored_origins][::-1]
    return [one for one in spread if _events(_before(closed, one, rules)) >= _needed(features, rules)]


def _before(closed: pl.DataFrame, origin, rules: Rules) -> pl.DataFrame:
    return closed.filter(pl.col("origin") + timedelta(weeks=rules.horizon) < origin)


def _fold(closed: pl.DataFrame, features: Sequence[str], origin, rules: Rules) -> dict[str, pl.DataFrame]:
    """What both families would have said at one past origin."""
    taught, asked = _before(closed, origin, rules), closed.filter(pl.col("origin") == origin)
    models = (Model(MODEL_ALONE, (ODDS,)), _fit(taught, features, rules))
    keys = asked.select("origin", "customer_id", ended=1 - pl.col("y").cast(pl.Int8))
    return {model.family: keys.with_columns(chance=1 - forecast(model, asked)) for model in models}


def _fit(taught: pl.DataFrame, features: Sequence[str], rules: Rules) -> Model:
    columns = _columns(taught, features)
    scaling = learn_scaling(columns)
    y = taught["y"].cast(pl.Float32).to_numpy()
    weights = fit_logistic(with_ones(scaling.apply(columns)), y, rules.penalty)
    return Model(REGRESSION, tuple(features), scaling, weights)


def _linear(model: Model, rows: pl.DataFrame) -> np.ndarray:
    columns = _columns(rows, model.features)
    if model.weights is None:
        return np.nan_to_num(columns[:, 0].astype(float))
    return with_ones(model.scaling.apply(columns)) @ model.weights


def _columns(rows: pl.DataFrame, features: Sequence[str]) -> np.ndarray:
    return rows.select(pl.col(name).cast(pl.Float32).fill_null(float("nan")) for name in features).to_numpy()


def _figures(folds: list[dict[str, pl.DataFrame]], family: str) -> dict:
    told = pl.concat([fold[family] for fold in folds])
    odds = np.log(told["chance"].to_numpy().clip(1e-6, 1 - 1e-6)) - np.log1p(
        -told["chance"].to_numpy().clip(1e-6, 1 - 1e-6)
    )
    ended = told["ended"].to_numpy().astype(float)
    naive = np.full(len(ended), np.log(ended.mean() / (1 - ended.mean())))
    return {
        "family": family,
        "origins": len(folds),
        "customers": told.height,
        "log_loss": float(log_losses(odds, ended).mean()),
        "log_loss_naive": float(log_losses(naive, ended).mean()),
        "auc": area_under_curve(odds, ended),
    }

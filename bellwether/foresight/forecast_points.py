"""One series, one origin: what the weeks ahead will bring, on the working scale, and the bar to beat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from bellwether.foresight.forecast_plan import WEEK, YEAR, Plan
from bellwether.foresight.forecast_scale import RECENT, Scale, scale_of, steadied, usual_move_of_means, usual_moves
from bellwether.foresight.forecast_season import yearly_season
from bellwether.foresight.forecast_series import Array, Series


@dataclass(frozen=True)
class Points:
    """A series from `origin` on, by weeks ahead, all (horizon,): `worked` and `naive` on the working scale, `moves`
    the usual moves; `quarter_move` that of the quarter's mean; `weight` the observations to expect."""

    known: Series
    origin: date
    scale: Scale
    method: str
    worked: Array
    naive: Array
    moves: Array
    quarter_move: float
    weight: Array


def points_at(known: Series, origin: date, plan: Plan) -> Points:
    """The forecast of a series that is cut off at `origin` and long enough (see `shortfall`)."""
    known = _recent(known, plan.window)
    scale = scale_of(known)
    past = steadied(known, scale)
    season = yearly_season(past, origin - timedelta(days=WEEK * len(past)), plan.horizon) if plan.season else None
    swing = np.zeros(len(past) + plan.horizon) if season is None else season
    rest, ahead = past - swing[: len(past)], swing[len(past) :]
    naive = naive_ahead(past, plan.horizon)
    worked, method = (naive, "naive") if plan.method == "naive" else _fitted(rest, ahead, naive, plan)
    return Points(
        known=known,
        origin=origin,
        scale=scale,
        method=f"{method}, yearly season" if season is not None and method != "naive" else method,
        worked=worked,
        naive=naive,
        moves=usual_moves(past, plan.horizon),
        quarter_move=usual_move_of_means(past, plan.horizon),
        weight=expected_weight(known.weight, plan.horizon),
    )


def naive_ahead(past: Array, horizon: int) -> Array:
    """The last value, or the same week a year ago: whichever was nearer in the series' own past; (horizon,)."""
    last = np.full(horizon, past[-1])
    if len(past) < YEAR + horizon:
        return last
    year_ago = past[len(past) - YEAR + np.arange(horizon) % YEAR]
    recent = past[-RECENT:] if len(past) > RECENT else past
    by_last = np.mean([np.abs(recent[ahead:] - recent[:-ahead]).mean() for ahead in range(1, horizon + 1)])
    return year_ago if np.abs(past[YEAR:] - past[:-YEAR])[-YEAR:].mean() < by_last else last


def expected_weight(weight: Array, length: int) -> Array:
    """Observations to expect in the `length` weeks ahead: last year's, at this quarter's level; else a quarter's mean.

    Raises nothing; without any weight the weeks count alike.
    """
    recent = weight[-length:].mean() if len(weight) else 0.0
    if len(weight) >= YEAR + length and length <= YEAR:
        then, ahead = weight[-YEAR - length : -YEAR], weight[len(weight) - YEAR :][:length]
        if then.sum() > 0 and ahead.min() > 0:
            return ahead * recent / then.mean()
    return np.full(length, recent if recent > 0 else 1.0)


def _recent(known: Series, window: int) -> Series:
    cut = max(len(known.value) - window, 0)
    start = known.start + timedelta(days=WEEK * cut)
    return Series(known.key, known.unit, known.pool, start, known.value[cut:], known.weight[cut:])


def _fitted(rest: Array, ahead: Array, naive: Array, plan: Plan) -> tuple[Array, str]:
    """The models' forecast (horizon,) and its name; naive where none of them can be fitted."""
    if np.ptp(rest) <= 1e-12 * max(np.abs(rest).max(), 1e-300):
        return rest[-1] + ahead, "constant"
    names = ("ets", "theta") if plan.method == "mean" else (plan.method,)
    found = [one for one in (_model(name, rest, plan.horizon) for name in names) if one is not None]
    return (np.mean(found, axis=0) + ahead, plan.method) if found else (naive, "naive")


def _model(name: str, rest: Array, horizon: int) -> Array | None:
    """One model's forecast, or None where it cannot be fitted (a line without any noise has no likelihood)."""
    # Five seconds to import: only who forecasts pays for it.
    from statsforecast.models import AutoETS, DynamicOptimizedTheta

    # Additive errors alone: the working scale has already seen to proportions, and it halves the time.
    models = {"ets": lambda: AutoETS(season_length=1, model="AZN"), "theta": lambda: DynamicOptimizedTheta(1)}
    try:
        ahead = models[name]().forecast(np.ascontiguousarray(rest), h=horizon)["mean"]
    except Exception as error:
        if "no model able to be fitted" not in str(error):
            raise
        return None
    return ahead if np.isfinite(ahead).all() else None

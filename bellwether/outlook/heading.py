"""Where the outcomes and the leading indicators are heading, week by week and over the quarter, and how that has gone.

Writes `forecasts` (what lies ahead), `forecast_standing` (one row a series: told or why not) and `forecast_track`
(every forecast ever made, as it was said).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from bellwether.foresight.forecast import FORECAST, STANDING, Forecasts, Plan, actuals, forecast
from bellwether.foresight.track_record import TRACK, record, score
from bellwether.sql import Query

BETWEEN = "\t"
WHOLE = "All silos"
_DATES, _COUNTS, _FLAGS = (
    {"made_at", "week"},
    {"horizon", "nominal", "errors", "weeks", "more_weeks", "origins"},
    {"told"},
)
_NUMBERS = {"value", "naive", "lower", "upper", "beats_naive"}
_NO_ACTUALS = pl.DataFrame(schema={"series": pl.String, "target": pl.String, "week": pl.Date, "actual": pl.Float64})


def _kind(name: str) -> pl.DataType:
    kinds = {pl.Date: _DATES, pl.Int64: _COUNTS, pl.Boolean: _FLAGS, pl.Float64: _NUMBERS}
    return next((kind for kind, names in kinds.items() if name in names), pl.String)


NOTHING = Forecasts(
    *(pl.DataFrame(schema={name: _kind(name) for name in names}) for names in (FORECAST, FORECAST, STANDING))
)


@dataclass(frozen=True)
class Heading:
    """`ahead`, `standing`, `track` and `scores`, each with the columns indicator and silo where it has a series."""

    ahead: pl.DataFrame
    standing: pl.DataFrame
    track: pl.DataFrame
    scores: pl.DataFrame


def head(
    weeks: pl.DataFrame,
    about: Mapping[str, Query],
    wanted: Iterable[str],
    horizon: int,
    version: str,
    earlier: pl.DataFrame,
) -> Heading:
    """Forecasts of the indicators `wanted`, in all silos and in each; empty frames where there is nothing to go by.

    weeks: indicator, silo, week, value, weight; `earlier`: the track record of the version before (or an empty one).
    """
    history = _history(weeks.filter(pl.col("indicator").is_in(list(wanted))), about)
    if history["value"].null_count() == history.height:
        return Heading(apart(NOTHING.ahead), apart(NOTHING.standing), earlier, apart(_scores(earlier, _NO_ACTUALS)))
    plan = Plan(horizon=horizon)
    found = forecast(history, plan)
    track = record(found.past, version, "backtest", earlier)
    track = record(found.ahead, version, "published", track)
    happened = actuals(history, plan)
    return Heading(
        ahead=apart(found.ahead),
        standing=apart(found.standing),
        track=track,
        scores=apart(_scores(track, happened)),
    )


def _scores(track: pl.DataFrame, happened: pl.DataFrame) -> pl.DataFrame:
    return score(track, happened, by=("series",))


def _history(weeks: pl.DataFrame, about: Mapping[str, Query]) -> pl.DataFrame:
    """The weeks as series. Errors are pooled over shares, and over all other measures: few series stand alone."""
    units = {name: one.get("unit") for name, one in about.items()}
    return weeks.select(
        series=pl.concat_str("indicator", "silo", separator=BETWEEN),
        week="week",
        value="value",
        weight="weight",
        unit=pl.col("indicator").replace_strict(units, default=None),
    ).with_columns(pool=pl.when(pl.col("unit") == "share").then(pl.lit("shares")).otherwise(pl.lit("means")))


def apart(rows: pl.DataFrame) -> pl.DataFrame:
    """A series' name as the two that it is made of."""
    parts = pl.col("series").str.split_exact(BETWEEN, 1)
    named = rows.with_columns(indicator=parts.struct.field("field_0"), silo=parts.struct.field("field_1"))
    return named.select("indicator", "silo", pl.exclude("indicator", "silo", "series"))


def no_track() -> pl.DataFrame:
    """A track record without an entry."""
    return pl.DataFrame(schema=TRACK)

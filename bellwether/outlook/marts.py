"""What lies ahead, as marts of a version: the outlook of loyalty, the forecasts, and how earlier ones have done.

| mart | one row |
|---|---|
| `outlook_customers` | a customer with a running contract, or who bought within the year |
| `outlook_reasons` | one reason of one customer; with the base and the rest they add up to the forecast |
| `outlook_groups` | a group of customers: all, by segment, by the silo that touched or failed them last |
| `outlook_curve` | a week ahead |
| `outlook_model` | the model (one): data, period, skill, calibration, notes, or why there is none |
| `outlook_families` | a way of forecasting that was tried |
| `outlook_calibration`, `outlook_drift` | a bin of like forecasts; a band of weeks since the fit |
| `outlook_what_if` | a point of the range where a leading indicator has really been |
| `outlook_track` | a past outlook of all customers, as it was said or would have been, with what happened |
| `forecasts`, `forecast_standing`, `forecast_track`, `forecast_scores` | see `heading` |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import polars as pl

from bellwether import trend_marts
from bellwether.engine.duckdb import frame
from bellwether.foresight import hazard_outlook
from bellwether.foresight.calibration import calibrate
from bellwether.outlook import buyers, contracts, heading, shapes
from bellwether.outlook.before import Before
from bellwether.outlook.contracts import GROUPS, Foretold
from bellwether.outlook.ground import CONTRACTS, Ground, Subjects
from bellwether.sql import Query

ALWAYS = ("retained", "bought_again", "value", "net_promoter")


@dataclass(frozen=True)
class Asked:
    """What an outlook is made from: files by kind, and how far it looks."""

    queries: Mapping[str, Query]
    indicators: Sequence[Query]
    horizon: int

    @property
    def about(self) -> dict[str, Query]:
        return {one.id: one for one in self.indicators}


def build(con: duckdb.DuckDBPyConnection, ground: Ground, asked: Asked, before: Before) -> None:
    """Make every mart of the list above. Raises QueryError, Leak."""
    found = "select indicator, max(within) from evidence where lead_weeks is not null group by all order by 2 desc, 1"
    proven = frame(con, found)["indicator"].to_list()
    leading = [asked.about[name] for name in proven if name in asked.about]
    said = _foretell(con, ground, asked, leading)
    made = {**_loyalty(said, ground, asked.horizon), **_heading(con, asked, proven, before)}
    made["outlook_track"] = _track(con, ground, asked, said, made.get("outlook_groups"), before)
    for name, kinds in shapes.MARTS.items():
        trend_marts.put(con, name, shapes.fitted(made.get(name), kinds))


def nothing(con: duckdb.DuckDBPyConnection) -> None:
    """Every mart of the list above, empty."""
    for name, kinds in shapes.MARTS.items():
        trend_marts.put(con, name, shapes.fitted(None, kinds))


def _foretell(con, ground: Ground, asked: Asked, leading: Sequence[Query]) -> Foretold:
    if ground.lacks:
        return Foretold(**{**contracts.NOTHING.__dict__, "refusal": ground.lacks})
    way = contracts.foretell if ground.basis == CONTRACTS else buyers.foretell
    return way(con, asked.queries, ground, leading, asked.horizon)


def _loyalty(said: Foretold, ground: Ground, horizon: int) -> dict[str, pl.DataFrame]:
    card = {"basis": ground.basis, "horizon_weeks": horizon, "made_at": ground.seen_until, "refusal": said.refusal}
    card |= {"currency": ground.currency}
    if said.refusal:
        return {"outlook_model": pl.DataFrame([card])}
    past = said.past
    how_true = calibrate(past["chance"].to_numpy(), past["ended"].to_numpy(), past["customer_id"].to_numpy())
    chosen = said.families.row(by_predicate=pl.col("family") == said.family, named=True)
    card |= {name: chosen.get(name) for name in ("family", "origins", "log_loss", "log_loss_naive", "auc")}
    card |= {"customers": past["customer_id"].n_unique(), "events": how_true.events, "notes": "\n".join(said.notes)}
    card |= {"first_origin": past["origin"].min(), "last_origin": past["origin"].max()}
    for name in ("ratio", "slope"):
        card |= dict(zip((name, f"{name}_lower", f"{name}_upper"), getattr(how_true, name), strict=True))
    return {
        "outlook_customers": said.customers.with_columns(
            as_of=pl.lit(ground.seen_until), until=pl.lit(ground.seen_until + timedelta(weeks=horizon))
        ),
        "outlook_reasons": said.reasons,
        "outlook_groups": _groups(said),
        "outlook_curve": said.curve,
        "outlook_model": pl.DataFrame([card]),
        "outlook_families": said.families,
        "outlook_calibration": how_true.curve,
        "outlook_drift": said.drift,
        "outlook_what_if": said.what_if,
    }


def _groups(said: Foretold) -> pl.DataFrame:
    """The outlook of all customers and of each group, with its interval, and the money in it."""
    found = []
    for by in (None, *GROUPS):
        people, past = said.customers, said.past
        if by:
            people, past = people.filter(pl.col(by).is_not_null()), past.filter(pl.col(by).is_not_null())
        if people.is_empty() or past.is_empty():
            continue
        key = by or "all"
        people = people.with_columns(pl.lit("all").alias("all"))
        money = people.group_by(key).agg(pl.col("value", "at_risk").sum())
        told = hazard_outlook.outlook(people, past, by)
        told = told if by else told.with_columns(pl.lit("all").alias("all"))
        # One past window says nothing about how far forecasts are off.
        told = told.with_columns(pl.when(pl.col("past_windows") > 1).then(pl.col("lower", "upper")))
        found.append(told.join(money, on=key).rename({key: "member"}).with_columns(dimension=pl.lit(key)))
    return pl.concat(found, how="diagonal") if found else pl.DataFrame()


def _heading(con, asked: Asked, proven: Sequence[str], before: Before) -> dict[str, pl.DataFrame]:
    weeks = frame(con, asked.queries["series"].sql)
    wanted = [name for name in dict.fromkeys([*ALWAYS, *proven]) if name in asked.about]
    earlier = before.table("forecast_track", heading.no_track())
    said = heading.head(weeks, asked.about, wanted, asked.horizon, _today().isoformat(), earlier)
    return {
        "forecasts": said.ahead,
        "forecast_standing": said.standing,
        "forecast_track": said.track,
        "forecast_scores": said.scores,
    }


def _track(con, ground: Ground, asked: Asked, said: Foretold, groups: pl.DataFrame | None, before: Before):
    """Outlooks of all customers: those that were published, as they were said, and those a backtest would have said."""
    published = shapes.fitted(before.table("outlook_track"), shapes.TRACK).filter(pl.col("kind") == "published")
    if said.refusal or groups is None:
        return published
    window = timedelta(weeks=asked.horizon)
    now = groups.filter(pl.col("dimension") == "all").select("customers", "retained", "lower", "upper")
    fresh = now.with_columns(origin=pl.lit(ground.seen_until), kind=pl.lit("published"), made_on=pl.lit(_today()))
    published = pl.concat([published, shapes.fitted(fresh, shapes.TRACK)]).unique("origin", keep="first")
    tried = hazard_outlook.hits(said.past)
    tried = shapes.fitted(tried.with_columns(kind=pl.lit("backtest")) if tried.width else None, shapes.TRACK)
    track = pl.concat([published, tried]).with_columns(closes=pl.col("origin") + window)
    return _with_what_happened(con, ground, asked, track).sort("kind", "origin")


def _with_what_happened(con, ground: Ground, asked: Asked, track: pl.DataFrame) -> pl.DataFrame:
    """The share that stayed, for published outlooks whose window has closed by now."""
    closed = track.filter(pl.col("kind") == "published", pl.col("closes") < ground.seen_until)
    if closed.is_empty():
        return track
    subjects = Subjects.gather(con, asked.queries, ground, closed["origin"].to_list(), asked.horizon)
    happened = _stayed(subjects, asked.horizon).group_by("origin").agg(now=pl.col("y").mean())
    told = track.join(happened, on="origin", how="left").with_columns(
        happened=pl.when(pl.col("kind") == "published").then("now").otherwise("happened")
    )
    inside = pl.col("happened").is_between(pl.col("lower"), pl.col("upper"))
    return told.with_columns(inside=inside).drop("now")


def _stayed(subjects: Subjects, horizon: int) -> pl.DataFrame:
    """What the outlook foretold of each customer: with a contract neither to leave nor to step down, else to buy."""
    if subjects.ground.basis != CONTRACTS:
        return subjects.outcomes((0,), horizon)
    ended = subjects.rows("windows").select("origin", "customer_id", y=pl.lit(0))
    people = subjects.customers.select("origin", "customer_id")
    return people.join(ended, on=["origin", "customer_id"], how="left").with_columns(pl.col("y").fill_null(1))


def _today():
    return datetime.now(UTC).date()

"""What was forecast, kept as it was said; what happened; and how often the one lay inside the other.

A forecast that has been recorded never changes: a later version adds its own, and a second one made from the same
data for the same target is not taken. What a backtest would have said and what was really published stand apart in
every figure.
"""

from __future__ import annotations

from collections import Counter
from statistics import NormalDist

import polars as pl

from bellwether.foresight.forecast_plan import WEEK

KINDS = ("backtest", "published")
KEY = ["kind", "series", "target", "week", "nominal", "made_at"]
TRACK = {
    "kind": pl.String,
    "version": pl.String,
    "series": pl.String,
    "target": pl.String,
    "made_at": pl.Date,
    "week": pl.Date,
    "horizon": pl.Int32,
    "method": pl.String,
    "value": pl.Float64,
    "naive": pl.Float64,
    "nominal": pl.Int32,
    "lower": pl.Float64,
    "upper": pl.Float64,
}
CONFIDENCE = NormalDist().inv_cdf(0.975)
COMPARED = ["series", "target", "week", "value", "value_before", "made_before", "version_before", "weeks_in_common"]
# Fewer forecasts that do not overlap say nothing about a share inside.
FEWEST_APART = 5


def record(forecasts: pl.DataFrame, version: str, kind: str, earlier: pl.DataFrame | None = None) -> pl.DataFrame:
    """The track record with these forecasts in it: columns of `TRACK`, one row a forecast and nominal.

    `forecasts`: `ahead` or `past` of `forecast`. `kind`: "published" for what people were shown, "backtest" for what
    would have been said. `earlier`: the record so far; its rows come back as they are. A forecast of the same kind
    for the same series, target and nominal, made from data up to the same day (`made_at`), is there already and
    keeps its place, whatever the new one says. Raises ValueError for an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is not known: use {' or '.join(KINDS)}.")
    named = forecasts.with_columns(kind=pl.lit(kind), version=pl.lit(version))
    new = named.select(pl.col(name).cast(dtype) for name, dtype in TRACK.items()).unique(KEY, keep="first")
    if earlier is None:
        return new.sort(KEY)
    kept = earlier.select(pl.col(name).cast(dtype) for name, dtype in TRACK.items())
    return pl.concat([kept, new.join(kept, on=KEY, how="anti")]).sort(KEY)


def judged(track: pl.DataFrame, actuals: pl.DataFrame) -> pl.DataFrame:
    """The track record with what happened: actual, inside (null without an interval), missed and naive_missed
    (absolute errors); all null where it has not happened yet.

    `actuals`: series, target, week, actual, one row each (see `forecast.actuals`).
    """
    actual = pl.col("actual")
    found = actuals.select("series", "target", "week", "actual")
    return track.join(found, on=["series", "target", "week"], how="left", validate="m:1").with_columns(
        inside=actual.is_between("lower", "upper"),
        missed=(pl.col("value") - actual).abs(),
        naive_missed=(pl.col("naive") - actual).abs(),
    )


def score(track: pl.DataFrame, actuals: pl.DataFrame, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """How the forecasts did: one row a kind, target and nominal, and each of `by` (series, horizon, method, version).

    Returns forecasts (made), happened, with_interval (happened, and had an interval), inside (of those),
    share_inside with its Wilson interval inside_lower and inside_upper, apart (what that interval counts), verdict,
    error and naive_error (mean absolute, in the unit of the values: read it by series or like series) and
    beats_naive (their ratio, below 1 is better).

    Forecasts whose spans overlap are not independent: `apart` counts, series by series, the origins that lie so far
    from each other that they do not overlap, and the Wilson interval (1927) is that of `share_inside` on so many.
    Verdict: "keeps its word" if the nominal share lies in the interval, "too narrow" or "too wide" if not, "cannot
    tell yet" with fewer than five apart. **When not to trust it**: series that move together count as if each were
    on its own.
    """
    keys = ["kind", "target", "nominal", *by]
    rows = judged(track, actuals)
    figures = rows.group_by(keys).agg(
        forecasts=pl.len().cast(pl.Int64),
        happened=pl.col("actual").count().cast(pl.Int64),
        with_interval=pl.col("inside").count().cast(pl.Int64),
        inside=pl.col("inside").sum().cast(pl.Int64),
        share_inside=pl.col("inside").mean(),
        error=pl.col("missed").mean(),
        naive_error=pl.col("naive_missed").filter(pl.col("missed").is_not_null()).mean(),
    )
    with_apart = figures.join(_apart(rows, keys), on=keys, how="left").with_columns(pl.col("apart").fill_null(0))
    beats = pl.when(pl.col("naive_error") > 0).then(pl.col("error") / pl.col("naive_error"))
    return _with_verdict(with_apart.with_columns(_wilson(), beats_naive=beats)).sort(keys)


def change_since(forecasts: pl.DataFrame, track: pl.DataFrame, kind: str = "published") -> pl.DataFrame:
    """What has changed since the last forecast, one row a series, target and week of `forecasts` (the `ahead` of
    `forecast`).

    The last forecast is a series' latest of this `kind` in the record that was made from less data. A week is held
    against the same week. A quarter that begins later than the last one did is held against it over the weeks that
    both foretell, by their plain means. Returns series, target, week, value and value_before (of what is compared),
    change, made_before, version_before and weeks_in_common; nulls and 0 where the last forecast does not reach.
    """
    targets = forecasts.select("series", "target", "made_at", "week", "horizon", "value").unique()
    weekly = targets.filter(pl.col("target") == "week").join(_last(targets, track, kind), on=["series", "week"])
    weeks = weekly.with_columns(weeks_in_common=pl.lit(1))
    span = pl.col("week").min(), pl.col("value", "value_before").mean(), pl.len().alias("weeks_in_common")
    by = ["series", "made_before", "version_before"]
    quarters = weekly.group_by(by).agg(*span).with_columns(target=pl.lit("quarter"))
    start = targets.filter(pl.col("target") == "quarter").select("series", "target", "week")
    quarters = quarters.drop("week").join(start, on=["series", "target"])
    found = pl.concat([frame.select(COMPARED) for frame in (weeks.cast({"weeks_in_common": pl.UInt32}), quarters)])
    keys = ["series", "target", "week"]
    changes = targets.select(keys).join(found, on=keys, how="left").with_columns(pl.col("weeks_in_common").fill_null(0))
    return changes.with_columns(change=pl.col("value") - pl.col("value_before")).sort(keys)


def _last(targets: pl.DataFrame, track: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The weeks of each series' last earlier forecast: series, week, value_before, made_before, version_before."""
    names = {"value": "value_before", "made_at": "made_before", "version": "version_before"}
    weeks = track.filter(pl.col("kind") == kind, pl.col("target") == "week")
    mine = weeks.select("series", "week", *names).rename(names)
    made = targets.group_by("series").agg(pl.col("made_at").max())
    earlier = mine.unique().join(made, on="series").filter(pl.col("made_before") < pl.col("made_at")).drop("made_at")
    return earlier.filter(pl.col("made_before") == pl.col("made_before").max().over("series"))


def _apart(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """How many origins lie so far apart that nothing of their spans overlaps, added up over the series."""
    span = pl.duration(days=WEEK) * pl.when(target="week").then(1).otherwise(pl.col("horizon"))
    held = rows.filter(pl.col("inside").is_not_null()).with_columns(end=pl.col("week") + span)
    each = list(dict.fromkeys([*keys, "series"]))
    spans = held.group_by([*each, "made_at"]).agg(pl.col("week").min(), pl.col("end").max())
    # The most spans without overlap: take the one that ends first, again and again.
    count, free_from = Counter(), {}
    for *key, begins, ends in spans.sort("end").select(*each, "week", "end").rows():
        if begins >= free_from.get(tuple(key), begins):
            count[tuple(key)] += 1
            free_from[tuple(key)] = ends
    kinds = {name: rows.schema[name] for name in each} | {"apart": pl.Int64}
    counted = pl.DataFrame([(*key, apart) for key, apart in count.items()], kinds, orient="row")
    return counted.group_by(keys).agg(pl.col("apart").sum())


def _wilson() -> list[pl.Expr]:
    share, n, z2 = pl.col("share_inside"), pl.col("apart"), CONFIDENCE**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = CONFIDENCE / (1 + z2 / n) * (share * (1 - share) / n + z2 / (4 * n * n)).sqrt()
    some = pl.when(n > 0)
    return [
        some.then((middle - half).clip(0, 1)).alias("inside_lower"),
        some.then((middle + half).clip(0, 1)).alias("inside_upper"),
    ]


def _with_verdict(rows: pl.DataFrame) -> pl.DataFrame:
    share = pl.col("nominal") / 100
    verdict = (
        pl.when(pl.col("apart") < FEWEST_APART)
        .then(pl.lit("cannot tell yet"))
        .when(pl.col("inside_upper") < share)
        .then(pl.lit("too narrow"))
        .when(pl.col("inside_lower") > share)
        .then(pl.lit("too wide"))
        .otherwise(pl.lit("keeps its word"))
    )
    return rows.with_columns(verdict=verdict)

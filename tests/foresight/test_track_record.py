"""The track record: what was said stays said, backtest and published stand apart, and shares inside have intervals."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from forecast_worlds import scores, week
from polars.testing import assert_frame_equal

from bellwether.foresight.forecast import actuals, forecast
from bellwether.foresight.forecast_plan import Plan
from bellwether.foresight.track_record import change_since, judged, record, score

NAIVE = Plan(method="naive", origins=6)
WORLD = scores(7, series=6, weeks=120)


def ahead_at(at: int) -> pl.DataFrame:
    return forecast(WORLD, NAIVE, origin=week(at)).ahead


def single(values: list[float], made: list[int] | None = None, **columns: object) -> pl.DataFrame:
    """One forecast a row: a week each, from -1 to 1, about 0."""
    rows = [
        {"series": "one", "target": "week", "made_at": week((made or range(len(values)))[at]), "week": week(at)}
        for at in range(len(values))
    ]
    told = {"horizon": 1, "method": "mean", "value": 0.0, "naive": 2.0, "nominal": 95, "lower": -1.0, "upper": 1.0}
    return pl.DataFrame([row | told | columns for row in rows])


def happened(values: list[float]) -> pl.DataFrame:
    rows = [("one", "week", week(at), float(value)) for at, value in enumerate(values)]
    return pl.DataFrame(rows, ["series", "target", "week", "actual"], orient="row")


def test_a_forecast_once_recorded_never_changes():
    first = record(ahead_at(100), "v1", "published")
    other = ahead_at(100).with_columns(pl.col("value", "lower", "upper") + 5)
    assert_frame_equal(record(other, "v2", "published", first), first)
    both = record(ahead_at(104), "v2", "published", first)
    assert both.height == 2 * first.height
    assert_frame_equal(both.filter(pl.col("version") == "v1"), first)


def test_recording_twice_doubles_nothing():
    once = record(ahead_at(100), "v1", "published")
    assert_frame_equal(record(ahead_at(100), "v1", "published", once), once)
    doubled = pl.concat([ahead_at(100), ahead_at(100)])
    assert_frame_equal(record(doubled, "v1", "published"), once)


def test_a_backtest_is_never_counted_as_published():
    told = forecast(WORLD, NAIVE, origin=week(100))
    track = record(told.past, "v1", "backtest", record(told.ahead, "v1", "published"))
    figures = score(track, actuals(WORLD))
    assert set(figures["kind"]) == {"backtest", "published"}
    for kind, frame in (("published", told.ahead), ("backtest", told.past)):
        rows = figures.filter(pl.col("kind") == kind)
        assert rows["forecasts"].sum() == frame.height
        alone = score(record(frame, "v1", kind), actuals(WORLD))
        assert_frame_equal(rows, alone)
    with pytest.raises(ValueError, match="backtest or published"):
        record(told.ahead, "v1", "real")


# Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3
@pytest.mark.parametrize(
    ("inside", "of", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_share_inside_has_wilsons_interval(inside, of, lower, upper):
    values = [0.5] * inside + [3.0] * (of - inside)
    figures = score(record(single(values), "v1", "published"), happened(values)).row(0, named=True)
    assert (figures["inside"], figures["with_interval"], figures["apart"]) == (inside, of, of)
    assert figures["inside_lower"] == pytest.approx(lower, abs=5e-5)
    assert figures["inside_upper"] == pytest.approx(upper, abs=5e-5)
    assert figures["verdict"] == "too narrow"


@pytest.mark.parametrize(
    ("inside", "of", "nominal", "verdict"),
    [
        (4, 4, 80, "cannot tell yet"),
        (40, 50, 80, "keeps its word"),
        (20, 50, 80, "too narrow"),
        (50, 50, 80, "too wide"),
    ],
)
def test_the_verdict_holds_the_share_against_what_was_promised(inside, of, nominal, verdict):
    values = [0.5] * inside + [3.0] * (of - inside)
    figures = score(record(single(values, nominal=nominal), "v1", "published"), happened(values))
    assert figures["verdict"].item() == verdict


def test_errors_stand_beside_naives():
    values = [0.5, -3.0]
    figures = score(record(single(values), "v1", "published"), happened(values)).row(0, named=True)
    assert figures["error"] == pytest.approx(1.75)  # 0.5 and 3 from 0
    assert figures["naive_error"] == pytest.approx(3.25)  # 1.5 and 5 from 2
    assert figures["beats_naive"] == pytest.approx(1.75 / 3.25)


def test_what_has_not_happened_counts_nowhere():
    track = record(single([0.5] * 8), "v1", "published")
    figures = score(track, happened([0.5] * 6)).row(0, named=True)
    assert (figures["forecasts"], figures["happened"], figures["inside"]) == (8, 6, 6)
    assert judged(track, happened([0.5] * 6))["inside"].null_count() == 2
    none = score(track, happened([0.5]).clear()).row(0, named=True)
    assert (none["share_inside"], none["inside_lower"], none["verdict"]) == (None, None, "cannot tell yet")


def test_a_forecast_without_interval_is_neither_inside_nor_outside():
    track = record(single([0.5] * 6, lower=None, upper=None), "v1", "published").with_columns(
        pl.col("lower", "upper").cast(pl.Float64)
    )
    figures = score(track, happened([0.5] * 6)).row(0, named=True)
    assert (figures["happened"], figures["with_interval"], figures["share_inside"]) == (6, 0, None)


def most_apart(spans: list[tuple[int, int]]) -> int:
    """The most spans without overlap, by trying every choice."""
    best = 0
    for choice in range(2 ** len(spans)):
        taken = sorted(span for at, span in enumerate(spans) if choice >> at & 1)
        if all(one[1] <= two[0] for one, two in pairwise(taken)):
            best = max(best, len(taken))
    return best


@pytest.mark.parametrize("target", ["week", "quarter"])
def test_overlapping_origins_do_not_count_apart(target):
    """Origins every four weeks, each of thirteen: of six, two do not overlap; six series, so twelve."""
    told = forecast(WORLD, Plan(method="naive", origins=8))
    past = told.past.filter(pl.col("lower").is_not_null(), pl.col("target") == target, pl.col("nominal") == 80)
    figures = score(record(past, "v1", "backtest"), actuals(WORLD))
    made = [(at - week(0)).days // 7 for at in past["made_at"].unique()]
    spans = [(at, at + 13) for at in made]
    if target == "week":  # early origins have intervals for their first weeks alone
        ends = dict(past.group_by("made_at").agg(pl.col("horizon").max()).rows())
        spans = [((at - week(0)).days // 7, (at - week(0)).days // 7 + weeks) for at, weeks in ends.items()]
    assert figures["apart"].item() == 6 * most_apart(spans) > 0


def test_the_change_since_the_last_forecast_is_of_the_same_weeks():
    track = record(ahead_at(96), "v1", "published")
    track = record(ahead_at(100), "v2", "published", track)
    track = record(ahead_at(102), "test", "backtest", track)
    now = ahead_at(104)
    changes = change_since(now, record(now, "v3", "published", track))
    weeks = changes.filter(pl.col("target") == "week", pl.col("series") == "s0").sort("week")
    assert weeks["weeks_in_common"].to_list() == [1] * 9 + [0] * 4
    assert weeks["version_before"].to_list() == ["v2"] * 9 + [None] * 4
    told = {
        at: ahead_at(at).filter(pl.col("target") == "week", pl.col("series") == "s0", pl.col("nominal") == 80)
        for at in (100, 104)
    }
    new, old = (dict(told[at].select("week", "value").rows()) for at in (104, 100))
    assert weeks["change"][0] == pytest.approx(new[week(104)] - old[week(104)])
    quarter = changes.filter(pl.col("target") == "quarter", pl.col("series") == "s0").row(0, named=True)
    common = [week(at) for at in range(104, 113)]
    assert (quarter["weeks_in_common"], quarter["week"]) == (9, week(104))
    assert quarter["change"] == pytest.approx(sum(new[at] - old[at] for at in common) / 9)


def test_without_an_earlier_forecast_there_is_no_change():
    now = ahead_at(104)
    changes = change_since(now, record(now, "v1", "published"))
    assert changes.height == 6 * 14
    assert changes["change"].null_count() == changes.height
    assert changes["weeks_in_common"].sum() == 0

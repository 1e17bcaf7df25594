"""No forecast from the future, none from too little, and a sentence that says what to mend."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hazard_worlds import FEATURES, START, as_of, contracts, snapshot, week

from bellwether.foresight.evidence_protocol import Leak
from bellwether.foresight.hazard import CannotTell, Model, Rules, fit, forecast, learn
from bellwether.foresight.hazard_cloglog import Rate

FEW = Rules(training_weeks=20_000, walking_weeks=8_000, most_rounds=100)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return as_of(contracts(21, 500, 10), week(44))


@pytest.mark.parametrize(
    "knows",
    [
        pl.col("end_week").is_not_null().cast(pl.Float64) + pl.col("noise") / 100,  # the end itself
        -pl.col("end_week").fill_null(99),  # earlier is higher, whoever stays lowest
        pl.when(pl.col("end_week").is_not_null()).then("noise"),  # a field filled in when the customer leaves
        pl.col("end_kind").eq_missing("downgrade"),  # one of the ends only
    ],
)
def test_a_feature_that_knows_the_end_is_a_leak(rows, knows):
    with pytest.raises(Leak, match="feature hindsight foretells"):
        learn(rows.with_columns(hindsight=knows), [*FEATURES, "hindsight"])


def test_a_good_feature_is_no_leak(rows):
    # All but certain, as the notice a customer has given.
    notice = pl.col("end_week").is_not_null() & (pl.col("customer_id") % 20 > 0)
    assert isinstance(fit(rows.with_columns(notice=notice), [*FEATURES, "notice"], "regression"), Model)


def test_a_row_from_after_its_origin_is_a_leak(rows):
    before = rows.with_columns(known_at=pl.col("origin") - timedelta(seconds=1))
    assert isinstance(fit(before, FEATURES, "regression"), Model)
    after = before.with_columns(known_at=pl.when(pl.int_range(pl.len()) == 77).then("origin").otherwise("known_at"))
    with pytest.raises(Leak, match="1 rows use what was not known before their origin"):
        learn(after, FEATURES)
    with pytest.raises(Leak, match="known_at < origin"):
        forecast(fit(rows, FEATURES, "regression"), after)


def test_too_few_ends_are_told_and_how_many_are_missing():
    rows, _ = snapshot(1, 200)
    ends = rows["end_kind"].value_counts()["count"].drop_nulls()
    told = learn(rows, FEATURES)
    assert isinstance(told, CannotTell)
    assert told.needed == 100  # three features and five terms of time at ten ends each are fewer
    assert told.missing == told.needed - told.events > 0
    assert f"{told.missing:,} more are missing" in told.sentence
    assert told.events <= ends.sum()
    assert isinstance(fit(rows, FEATURES, "trees"), CannotTell)


def test_more_features_ask_for_more_ends(rows):
    many = rows.with_columns(**{f"x{number}": pl.col("noise") * number for number in range(60)})
    told = fit(many, [*FEATURES, *(f"x{number}" for number in range(60))], "regression")
    assert told.needed == 10 * (63 + 5)


def test_the_same_end_seen_from_many_origins_is_not_many_ends():
    rows = as_of(contracts(3, 95, 10), week(44))
    told = learn(rows, FEATURES)
    assert rows["end_week"].is_not_null().sum() > 150
    assert isinstance(told, CannotTell)
    assert told.events < 100


def test_a_history_too_short_to_check_a_forecast_is_told():
    rows, _ = snapshot(2, 5000)
    told = learn(rows, FEATURES)
    assert isinstance(told, CannotTell)
    assert "The history is too short" in told.sentence


def test_nobody_who_stays_is_told(rows):
    gone = rows.filter(pl.col("end_week").is_not_null())
    told = fit(gone, FEATURES, "regression", Rules(least_events=50, events_per_parameter=1))
    assert "seen to stay" in told.sentence


def test_rare_ends_are_pooled_and_said():
    rows, _ = snapshot(5, 12_000)
    number = pl.int_range(pl.len())
    rare = pl.when(number < 150).then(pl.lit("moved")).when(number < 300).then(pl.lit("died")).otherwise("end_kind")
    rows = rows.with_columns(end_kind=pl.when(pl.col("end_kind").is_not_null()).then(rare))
    model = fit(rows, FEATURES, "regression")
    assert model.ends == ("downgrade", "lapse", "other")
    found = forecast(model, rows.head(100))
    # Too few for a model of their own: the same risk for everybody, and still part of the sum.
    assert isinstance(model.parts[2], Rate)
    assert found["p_other"].mean() == pytest.approx(
        rows["end_kind"].is_in(["moved", "died"]).fill_null(False).mean(), rel=0.1
    )
    assert found.select(pl.sum_horizontal("retained", "p_lapse", "p_downgrade", "p_other")).to_series().to_list() == (
        pytest.approx([1] * 100)
    )


def test_a_forecast_that_knows_nothing_says_so():
    rows = contracts(6, 500, 12)
    noise = pl.Series(np.random.default_rng(1).normal(size=rows.height))
    found = learn(rows.with_columns(noise=noise).drop("due_week"), ["noise"], FEW, ("trees",))
    assert any("no better than one rate" in note for note in found.notes) or found.families["auc"][0] < 0.55


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"end_week": pl.lit(0)}, "end_week is below 1"),
        ({"end_week": pl.col("seen_weeks") + 1}, "nobody could know that end"),
        ({"seen_weeks": pl.lit(None, pl.Int64)}, "seen_weeks is empty"),
        ({"customer_id": pl.lit(1)}, "repeat a customer at an origin"),
        ({"noise": pl.lit("high")}, "feature noise holds String"),
        ({"noise": pl.lit(float("inf"))}, "feature noise is infinite"),
    ],
)
def test_rows_that_cannot_be_are_refused(rows, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        learn(rows.with_columns(**change), FEATURES)


def test_missing_columns_and_no_rows_are_named(rows):
    with pytest.raises(ValueError, match="rows lack seen_weeks"):
        learn(rows.drop("seen_weeks"), FEATURES)
    with pytest.raises(ValueError, match="rows lack failures"):
        forecast(fit(rows, FEATURES, "regression"), rows.drop("failures"))
    with pytest.raises(ValueError, match="nobody was under contract"):
        learn(rows.head(0), FEATURES)


def test_money_is_not_mistaken_for_a_feature(rows):
    model = fit(rows.rename({"noise": "value"}), ["failures", "tenure", "value"], "regression")
    today = rows.head(10).rename({"noise": "value"}).with_columns(weekly=pl.lit(3.0))
    with pytest.raises(ValueError, match="value is a feature of this model"):
        forecast(model, today)
    assert forecast(model, today, money="weekly")["value"].to_list() == [3.0] * 10


def test_unknown_values_are_no_crash_and_may_tell():
    rows, _ = snapshot(8, 12_000)
    # Who never answers leaves more often: that a value is missing is what the value tells.
    silent = pl.col("failures") > 1
    rows = rows.with_columns(answer=pl.when(~silent).then("noise"), nothing=pl.lit(None, pl.Float64))
    for family in ("regression", "trees"):
        found = forecast(fit(rows, ["answer", "nothing"], family, FEW), rows)
        lapse = found.group_by(silent=rows["answer"].is_null()).agg(pl.col("p_lapse").mean()).sort("silent")["p_lapse"]
        assert lapse[1] > 1.8 * lapse[0], family


def test_dates_and_zones_of_origins_are_one_clock(rows):
    dated = rows.with_columns(pl.col("origin").dt.date())
    zoned = rows.with_columns(pl.col("origin").dt.replace_time_zone("UTC"))
    plain = fit(rows, FEATURES, "regression")
    assert plain.fitted_at >= START
    for other in (dated, zoned):
        assert forecast(fit(other, FEATURES, "regression"), rows).equals(forecast(plain, rows))

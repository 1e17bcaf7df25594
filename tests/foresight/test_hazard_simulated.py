"""Contracts whose true hazards are known: found again, in time, with open windows, with intervals that hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hazard_worlds import FEATURES, as_of, contracts, snapshot, week

from bellwether.foresight.hazard import Rules, fit, forecast, learn, origins_to_score
from bellwether.foresight.hazard_model import incidence, with_recalibration
from bellwether.foresight.hazard_outlook import forecast_error, hits, outlook
from bellwether.foresight.hazard_recalibration import learn_recalibration
from bellwether.foresight.hazard_rows import NO_END, WEEK, lay_out
from bellwether.foresight.origins import microseconds

QUICK = Rules(horizon=4, least_events=50, walking_weeks=4000, training_weeks=6000)
FEW = Rules(training_weeks=20_000, walking_weeks=8_000, most_rounds=150)
FEWER = Rules(training_weeks=8_000, walking_weeks=8_000, most_rounds=100, scored_origins=3)


@pytest.fixture(scope="module")
def learned():
    rows = contracts(11, 1500, 16)
    return rows, learn(as_of(rows, week(60)), FEATURES, FEW)


@pytest.mark.parametrize(("family", "error"), [("regression", 0.015), ("trees", 0.045)])
def test_known_chances_of_each_end_are_found_again(family, error):
    rows, hazards = snapshot(1, 12_000)
    stay, lost = incidence(np.log(hazards))
    found = forecast(fit(rows, FEATURES, family, FEW), rows)
    truth = {"retained": stay[:, -1], "p_lapse": lost[:, -1, 0], "p_downgrade": lost[:, -1, 1]}
    for name, chance in truth.items():
        assert (found[name] - pl.Series(chance)).abs().mean() < error, name
        assert found[name].mean() == pytest.approx(chance.mean(), abs=0.01), name


def test_known_effects_are_found_again_with_ends_that_compete():
    # So many leave that a week taken for whole, where it was cut short by the other end, would show.
    rows, _ = snapshot(2, 40_000, level=3.0)
    model = fit(rows, FEATURES, "regression", Rules(training_weeks=200_000))
    for end, truth, error in (("lapse", (0.7, -0.4, -1.6), 0.04), ("downgrade", (-0.5, 0.6, -2.2), 0.04)):
        part = model.parts[model.ends.index(end)]
        usual = part.log_hazards(np.zeros((1, 3), np.float32), np.array([np.nan]), 13)[0, :6].mean()
        assert (*part.slopes[:2] / part.scaling.spread[:2], usual) == pytest.approx(truth, abs=error), end


def test_the_end_of_a_term_is_found_in_its_week():
    rows, _ = snapshot(3, 12_000)
    for family, error in (("regression", 0.3), ("trees", 0.6)):
        model = fit(rows, FEATURES, family, FEW)
        panel = lay_out(rows.filter(pl.col("due_week") == 6), FEATURES, 13, told=False)
        lapse = model.log_hazards(panel)[:, :, model.ends.index("lapse")].mean(axis=0)
        assert lapse.argmax() == 5, family
        assert lapse[5] - np.median(lapse) == pytest.approx(1.6, abs=error), family


def test_open_windows_are_no_loyalty():
    rows, hazards = snapshot(4, 12_000)
    truth = incidence(np.log(hazards))[0][:, -1].mean()
    seen = pl.Series(np.random.default_rng(4).integers(1, 14, rows.height))
    late = rows["end_week"] > seen
    ends = [pl.when(~late).then(pl.col(name)).alias(name) for name in ("end_week", "end_kind")]
    cut = rows.with_columns(*ends, seen_weeks=seen)
    right = forecast(fit(cut, FEATURES, "regression"), rows)["retained"].mean()
    wrong = forecast(fit(cut.with_columns(seen_weeks=13), FEATURES, "regression"), rows)["retained"].mean()
    assert right == pytest.approx(truth, abs=0.015)
    assert wrong > truth + 0.06


def test_trees_are_chosen_where_a_line_is_wrong():
    rows = contracts(5, 1500, 11)
    # What drives is how far a customer is from the usual, on either side.
    bent = rows.with_columns(side=pl.Series(np.random.default_rng(5).choice([-1.0, 1.0], rows.height)))
    bent = bent.with_columns(away=pl.col("side") * (pl.col("failures") - 3))
    assert learn(bent, ["away", "tenure"], FEWER).model.family == "trees"


def test_the_line_is_chosen_where_it_is_right(learned):
    _, found = learned
    assert found.model.family == "regression"
    assert found.families["family"].to_list() == ["regression", "trees"]
    losses = dict(found.families.select("family", "log_loss").iter_rows())
    assert losses["regression"] < losses["trees"] < found.families["log_loss_naive"][0]


def test_past_forecasts_are_what_happened_and_calibrated(learned):
    rows, found = learned
    joined = found.past.join(rows, on=["origin", "customer_id"])
    assert joined.height == found.past.height
    assert (joined["ended"] == joined["end_week"].is_not_null()).all()
    assert found.calibration_raw.slope[1] < 1 < found.calibration_raw.slope[2] + 0.15
    assert found.calibration_raw.ratio[0] == pytest.approx(1, abs=0.1)
    assert found.past["recalibrated"].any()
    assert found.drift["weeks_since_fit"].is_sorted()
    assert found.drift["ratio"][0] == pytest.approx(1, abs=0.12)


def test_what_would_be_scored_is_told_without_fitting(learned, monkeypatch):
    rows, found = learned
    monkeypatch.setattr("bellwether.foresight.hazard.fit_model", None)
    told = origins_to_score(as_of(rows, week(60)), FEATURES, FEW)
    assert told.tolist() == sorted(set(microseconds(found.past["origin"]).tolist()))
    asking_too_much = replace(FEW, least_events=10**6)
    assert origins_to_score(as_of(rows, week(60)), FEATURES, asking_too_much).tolist() == []


def test_past_forecasts_used_only_what_had_been_seen():
    """What happens after an origin changes nothing that was foretold at it, in windows that were open then, too."""
    rows = contracts(6, 700, 12, horizon=8)
    rules = replace(QUICK, horizon=8, scored_origins=99)
    told = learn(rows, FEATURES, rules, ("regression",)).past
    moment = week(32)
    passed = (pl.lit(moment) - pl.col("origin")).dt.total_days() // 7
    later = (pl.col("end_week").fill_null(99) > passed) & (pl.col("seen_weeks") > passed)
    rewritten = pl.when(pl.col("customer_id") % 2 == 0).then(pl.max_horizontal(passed, 0) + 1)
    changed = rows.with_columns(
        end_week=pl.when(later).then(rewritten).otherwise("end_week"),
        end_kind=pl.when(later).then(pl.lit("lapse")).otherwise("end_kind"),
    )
    assert (
        changed.filter(pl.col("origin") < moment)["end_week"]
        .ne_missing(rows.filter(pl.col("origin") < moment)["end_week"])
        .any()
    )
    again = learn(changed, FEATURES, rules, ("regression",)).past
    before = [past.filter(pl.col("origin") <= moment).drop("ended", "end") for past in (told, again)]
    assert moment in before[0]["origin"]
    assert before[0].equals(before[1])
    assert not told.equals(again)


def test_the_newest_weeks_teach():
    """At an origin the panel holds earlier origins alone, and their windows as far as they have passed."""
    rows = contracts(6, 300, 6, horizon=8)
    panel = lay_out(rows, FEATURES, 8, told=True)
    moment = 20 * WEEK + int(panel.origin.min())
    then = panel.as_of(moment)
    assert (then.origin < moment).all()
    assert (then.at_risk <= (moment - then.origin) // WEEK).all()
    both = then.keys.with_columns(seen=then.seen, at_risk=then.at_risk, ended=then.end != NO_END).join(
        rows, on=["origin", "customer_id"]
    )
    passed = (pl.col("origin") - pl.lit(rows["origin"].min())).dt.total_days() // 7
    both = both.with_columns(passed=20 - passed)
    assert both.select((pl.col("seen") == pl.min_horizontal("passed", 8)).all()).item()
    assert both.select((pl.col("ended") == (pl.col("end_week") <= pl.col("passed")).fill_null(False)).all()).item()
    assert both.filter("ended").select((pl.col("at_risk") == pl.col("end_week")).all()).item()


def test_the_level_follows_customers_who_grow_safer():
    """Customers are older from origin to origin, and the old stay: trees alone expect too many ends of the newest."""
    rng, frames = np.random.default_rng(21), []
    for number in range(12):
        age = 0.4 * number + rng.gamma(2.0, 0.5, 900)
        rate = np.exp(-2.6 - 0.45 * age)
        end = np.ceil(rng.exponential(1 / rate))
        told = {"origin": [week(4 * number)] * 900, "customer_id": np.arange(900) + 1000 * number, "age": age}
        frames.append(pl.DataFrame(told | {"noise": rng.normal(size=900), "end_week": np.where(end > 4, np.nan, end)}))
    rows = pl.concat(frames).with_columns(pl.col("end_week").fill_nan(None).cast(pl.Int64), seen_weeks=pl.lit(4))
    before, newest = (rows.filter(kept) for kept in (pl.col("origin") < week(44), pl.col("origin") == week(44)))
    rules = replace(QUICK, most_rounds=40)
    model = fit(before, ["age", "noise"], "trees", rules)
    truth = (1 - np.exp(-4 * np.exp(-2.6 - 0.45 * newest["age"].to_numpy()))).sum()
    said = (1 - forecast(model, newest)["retained"]).sum()
    alone = (1 - forecast(replace(model, recalibration=((0.0, 1.0),)), newest)["retained"]).sum()
    assert alone > 1.25 * truth
    assert said == pytest.approx(truth, rel=0.2)
    twice = with_recalibration(model, [(0.1, 0.9)])
    panel = lay_out(newest, ["age", "noise"], 4, told=False)
    assert twice.log_hazards(panel) == pytest.approx(0.1 + 0.9 * model.log_hazards(panel))


def test_forecasts_that_were_off_are_corrected():
    rng = np.random.default_rng(8)
    truth = np.repeat(rng.normal(-3.5, 0.8, (6000, 1, 1)), 6, axis=1)
    left = (rng.random((6000, 6)) < -np.expm1(-np.exp(truth[:, :, 0]))) * np.arange(6, 0, -1)
    end = np.where(left.max(axis=1) > 0, 0, -1)
    at_risk = np.where(end == 0, 7 - left.max(axis=1), 6)
    said = truth * 2 + 3.0  # too extreme, and at another level
    ((level, slope),) = learn_recalibration(said, at_risk, end, 100)
    assert (level, slope) == pytest.approx((-1.5, 0.5), abs=0.12)
    assert learn_recalibration(truth, at_risk, end, 100) == [(0.0, 1.0)]
    assert learn_recalibration(truth[:100], at_risk[:100], end[:100], 100) is None
    # Off by less than three quarters may differ by: no proof that the next one will be.
    nearly = truth + 0.12
    assert learn_recalibration(nearly, at_risk, end, 100)[0][0] == pytest.approx(-0.12, abs=0.06)
    assert learn_recalibration(nearly, at_risk, end, 100, 3, 3) == [(0.0, 1.0)]
    assert learn_recalibration(said, at_risk, end, 100, 3, 3) == [(level, slope)]


def test_the_interval_of_a_group_holds_what_happens():
    """Whole forecasts, made anew in small worlds with a shock to all in each quarter."""
    inside, width = [], []
    for seed in range(16):
        rows = contracts(100 + seed, 400, 12, horizon=4, shocks=0.2)
        now = rows["origin"].max()
        found = learn(as_of(rows, now), FEATURES, QUICK, ("regression",))
        today = rows.filter(pl.col("origin") == now)
        said = outlook(forecast(found.model, today), found.past)
        inside.append(said["lower"][0] <= today["end_week"].is_null().mean() <= said["upper"][0])
        width.append(said["upper"][0] - said["lower"][0])
    assert sum(inside) >= 14
    assert np.mean(width) < 0.2  # and it is no empty promise


@pytest.mark.parametrize("tau", [0.0, 0.15])
def test_the_interval_covers_as_often_as_it_says(tau):
    """Forecasts off by a known error, over and over: 95% hold 95%, whatever the size of the group."""
    rng, inside = np.random.default_rng(9), []
    for _ in range(150):
        past, now = (_forecasts(rng, tau, origins) for origins in (8, 1))
        customers = now.select("customer_id", "weeks", "group", retained=1 - pl.col("chance"))
        said = outlook(customers, past, by="group")
        happened = now.group_by("group").agg(kept=1 - pl.col("ended").mean())
        inside.append(said.join(happened, on="group").select(pl.col("kept").is_between("lower", "upper")).to_series())
    assert 0.93 <= np.concatenate(inside).mean() <= 0.985


def test_the_error_of_past_forecasts_is_measured_beyond_chance():
    rng = np.random.default_rng(10)
    for tau in (0.0, 0.1, 0.3):
        found = np.mean([forecast_error(_forecasts(rng, tau, 12), "group") for _ in range(30)])
        assert found**0.5 == pytest.approx(tau, rel=0.25, abs=0.05)


def _forecasts(rng: np.random.Generator, tau: float, origins: int, customers: int = 600) -> pl.DataFrame:
    """Past forecasts of two groups whose ends came out exp(normal(0, tau)) times as many as was said."""
    size = origins * customers
    origin, group = np.repeat(np.arange(origins), customers), rng.integers(0, 2, size)
    off = np.exp(rng.normal(0, tau, (origins, 2)))[origin, group]
    chance = rng.uniform(0.05, 0.3, size)
    moments = pl.Series([week(13 * at) for at in range(origins)])[origin]
    columns = {"origin": moments, "customer_id": np.arange(size), "weeks": np.full(size, 13)}
    return pl.DataFrame(columns | {"group": group, "chance": chance, "ended": rng.random(size) < chance * off})


def test_past_intervals_are_judged_by_what_was_known_before():
    rng = np.random.default_rng(12)
    past = _forecasts(rng, 0.1, 10)
    judged = hits(past, by="group")
    assert judged["origin"].min() == week(26)  # two windows apart: the first had closed before
    assert judged.height == 2 * 8
    assert judged["inside"].mean() > 0.8
    known = past.filter(pl.col("origin") < week(9 * 13) - (week(13) - week(0)))
    last = past.filter(pl.col("origin") == week(9 * 13)).with_columns(retained=1 - pl.col("chance"))
    assert (
        judged.filter(pl.col("origin") == week(9 * 13))
        .select("lower", "upper")
        .equals(outlook(last, known, "group").select("lower", "upper"))
    )


def test_small_groups_have_wide_intervals_and_money_adds_up(learned):
    rows, found = learned
    today = rows.filter(pl.col("origin") == rows["origin"].max()).with_columns(value=pl.lit(5.0))
    customers = forecast(found.model, today).with_columns(small=pl.int_range(pl.len()) < 30)
    past = found.past.with_columns(small=pl.col("customer_id") % 2 == 0)
    whole, parts = outlook(customers, found.past), outlook(customers, past, by="small")
    assert parts["customers"].sum() == whole["customers"][0]
    assert parts["loyalty_at_risk"].sum() == pytest.approx(customers["loyalty_at_risk"].sum())
    width = dict(parts.select("small", pl.col("upper") - pl.col("lower")).iter_rows())
    assert width[True] > 1.3 * width[False]
    with pytest.raises(ValueError, match="past forecasts were for 13 weeks"):
        outlook(customers.with_columns(weeks=4), found.past)
    with pytest.raises(ValueError, match="no past forecasts"):
        outlook(customers, found.past.head(0))


def test_a_forecast_for_the_same_customers_is_the_same_twice(learned):
    rows, _ = learned
    again, same = (fit(as_of(rows, week(60)), FEATURES, "trees", FEWER) for _ in range(2))
    assert forecast(again, rows.tail(200)).equals(forecast(same, rows.tail(200)))

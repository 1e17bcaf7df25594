"""Slow and obvious referees: incidence, likelihood, the weeks at risk, what reasons add up to."""

from __future__ import annotations

import lightgbm
import numpy as np
import polars as pl
import pytest
from hazard_worlds import FEATURES, as_of, contracts, snapshot, week
from polars.testing import assert_frame_equal
from scipy.optimize import minimize

from bellwether.foresight import hazard
from bellwether.foresight.hazard import Rules, curve, fit, forecast
from bellwether.foresight.hazard_cloglog import fit_cloglog
from bellwether.foresight.hazard_model import course_log_losses, incidence
from bellwether.foresight.hazard_rows import events_of, lay_out, person_weeks
from bellwether.foresight.reasons import BASE, REST, TIMING, reasons

SMALL = Rules(most_rounds=60)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return as_of(contracts(4, 600, 10), week(44))


@pytest.fixture(scope="module", params=["regression", "trees"])
def model(request, rows):
    return fit(rows, FEATURES, request.param, SMALL)


def by_hand(hazards):
    """One customer's course, in small steps of time: who is still here moves out at the rate of each end."""
    here, gone, course = 1.0, np.zeros(hazards.shape[1]), []
    for rates in hazards:
        for _ in range(1000):
            leaving = here * rates / 1000
            here, gone = here - leaving.sum(), gone + leaving
        course.append((here, *gone))
    return np.array(course)


def test_incidence_is_what_small_steps_give():
    hazards = np.random.default_rng(1).uniform(0.001, 0.4, (3, 13, 3))
    stay, lost = incidence(np.log(hazards))
    for customer in range(3):
        course = by_hand(hazards[customer])
        assert stay[customer] == pytest.approx(course[:, 0], abs=4e-4)
        assert lost[customer] == pytest.approx(course[:, 1:], abs=4e-4)
    assert stay + lost.sum(axis=2) == pytest.approx(np.ones((3, 13)), abs=1e-12)


def test_the_log_likelihood_of_a_course_is_the_log_of_its_incidence():
    log_hazards = np.log(np.random.default_rng(2).uniform(0.01, 0.3, (3, 4, 2)))
    stay, lost = incidence(log_hazards)
    found = course_log_losses(log_hazards, np.array([4, 3, 1]), np.array([-1, 1, 0]))
    chances = [stay[0, 3], lost[1, 2, 1] - lost[1, 1, 1], lost[2, 0, 0]]
    assert found == pytest.approx(-np.log(chances))


def test_the_regression_is_maximum_likelihood():
    rng = np.random.default_rng(3)
    design = np.column_stack([np.ones(400), rng.normal(size=(400, 2))])
    weight = rng.uniform(0.5, 2, 400)
    y = (rng.random(400) < 0.3).astype(float)

    def cost(found):
        hazard = np.exp(design @ found)
        chance = np.where(y > 0, 1 - np.exp(-hazard), np.exp(-hazard))
        return -(weight @ np.log(np.maximum(chance, 1e-300))) + 2.0 * (found[1:] ** 2).sum() / 2

    assert fit_cloglog(design, y, weight, 2.0) == pytest.approx(minimize(cost, np.zeros(3)).x, abs=1e-4)


def test_weeks_at_risk_are_all_weeks_until_the_end(rows):
    panel = lay_out(rows, FEATURES, 13, told=True)
    weeks = person_weeks(panel, np.arange(rows.height), 10**7, np.random.default_rng(0))
    expected = [
        (number, at, row["end_kind"] if at == row["end_week"] else None)
        for number, row in enumerate(rows.iter_rows(named=True))
        for at in range(1, (row["end_week"] or row["seen_weeks"]) + 1)
    ]
    ends = [panel.ends[end] if end >= 0 else None for end in weeks.end]
    found = zip(weeks.row.tolist(), weeks.week.tolist(), ends, strict=True)
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert (weeks.weight == 1).all()


def test_a_sample_of_weeks_stands_for_all_of_them(rows):
    panel = lay_out(rows, FEATURES, 13, told=True)
    everyone = np.arange(rows.height)
    whole = person_weeks(panel, everyone, 10**7, np.random.default_rng(0))
    some = person_weeks(panel, everyone, 6000, np.random.default_rng(0))
    assert len(some.row) <= 6000 < len(whole.row) / 3
    for measure in (
        lambda weeks: weeks.weight.sum(),
        lambda weeks: weeks.weight @ weeks.week,
        lambda weeks: weeks.weight @ (weeks.end >= 0),
        lambda weeks: weeks.weight @ (panel.due[weeks.row] == weeks.week),
        lambda weeks: weeks.weight @ panel.values[weeks.row, 0] ** 2,
    ):
        assert measure(some) == pytest.approx(measure(whole), rel=0.05)
    assert len(set(zip(some.row, some.week, strict=True))) == len(some.row)


def test_an_end_seen_from_four_origins_is_one_event():
    row = {"customer_id": 1, "x": 0.0, "seen_weeks": 13, "end_kind": "lapse"}
    seen = [{"origin": week(4 * at), "end_week": 13 - 4 * at, **row} for at in range(4)]
    again = {"origin": week(20), "end_week": 2, **row}  # came back, left again
    assert events_of(lay_out(pl.DataFrame([*seen, again]), ["x"], 13, told=True)).tolist() == [2]


def test_trees_are_asked_about_every_week():
    rows, _ = snapshot(9, 6000)
    # A hazard that falls from week to week, and jumps where the term ends.
    soon = pl.when(pl.col("end_week") > 6).then(1 + pl.col("end_week") % 2).otherwise("end_week")
    early = rows.with_columns(end_week=soon)
    model = fit(early, FEATURES, "trees", SMALL)
    panel = lay_out(rows.head(300), FEATURES, 13, told=False)
    for part in model.parts:
        booster = lightgbm.Booster(model_str=part.text)
        customers = list(zip(panel.values, panel.due, strict=True))
        asked = [[*values, at, due - at] for values, due in customers for at in range(1, 14)]
        slow = booster.predict(np.array(asked)).reshape(300, 13) + part.start
        assert part.log_hazards(panel.values, panel.due, 13) == pytest.approx(slow)
        worst = slow.argmax(axis=1)
        base, by_feature = part.contributions(panel.values, panel.due, worst + 1)
        asked = [[*values, at + 1, due - at - 1] for (values, due), at in zip(customers, worst, strict=True)]
        shares = booster.predict(np.array(asked), pred_contrib=True)
        assert base == pytest.approx(shares[0, -1] + part.start)
        assert by_feature == pytest.approx(shares[:, :-3])
        assert np.ptp(slow[:, 12] - slow[:, 0]) > 0


def test_forecasts_sum_to_one_and_value_follows(model, rows):
    today = rows.filter(pl.col("origin") == rows["origin"].max()).with_columns(value=pl.lit(20.0))
    found = forecast(model, today)
    assert found.select(pl.sum_horizontal("retained", "p_lapse", "p_downgrade")).to_series().to_list() == pytest.approx(
        [1] * today.height
    )
    assert (found["loyalty_at_risk"] - 20 * (1 - found["retained"])).abs().max() < 1e-9
    stay, _ = incidence(model.log_hazards(lay_out(today, FEATURES, 13, told=False)))
    slow = [sum(20 * (before + after) / 2 for before, after in zip([1, *row], row, strict=False)) for row in stay]
    assert found["expected_value"].to_list() == pytest.approx(slow)
    shorter = forecast(model, today, weeks=4)
    assert shorter["retained"].to_list() == pytest.approx(stay[:, 3].tolist())
    with pytest.raises(ValueError, match="foretells 1 to 13"):
        forecast(model, today, weeks=14)


def test_a_curve_is_the_mean_of_its_customers(model, rows):
    today = rows.filter(pl.col("origin") == rows["origin"].max()).with_columns(half=pl.col("customer_id") % 2)
    found = curve(model, today, by="half")
    assert found.columns == ["half", "week", "customers", "retained", *(f"p_{end}" for end in model.ends)]
    at_end = found.filter(half=1, week=13)["retained"].item()
    assert at_end == pytest.approx(forecast(model, today.filter(half=1))["retained"].mean())
    assert curve(model, today)["week"].to_list() == list(range(1, 14))


def test_how_many_are_foretold_at_a_time_makes_no_difference(model, rows, monkeypatch):
    today = rows.filter(pl.col("origin") == rows["origin"].max()).with_columns(half=pl.col("customer_id") % 2)
    whole, means = forecast(model, today), curve(model, today, by="half")
    monkeypatch.setattr(hazard, "AT_ONCE", 7)
    assert today.height % 7 and forecast(model, today).equals(whole)
    assert_frame_equal(curve(model, today, by="half"), means)


def test_reasons_add_up_to_the_forecast(model, rows):
    today = rows.filter(pl.col("origin") == rows["origin"].max()).with_columns(
        pl.when(pl.col("customer_id") % 3 > 0).then("failures").alias("failures")
    )
    why = reasons(model, today, top=2)
    hazard = why.group_by("customer_id", "end").agg(pl.col("contribution").sum().exp())
    total = hazard.group_by("customer_id").agg(pl.col("contribution").sum())
    both = forecast(model, today).join(total, on="customer_id")
    assert (-both["contribution"]).exp().to_list() == pytest.approx(both["retained"].to_list(), rel=1e-6)


def test_reasons_come_in_order_and_name_what_they_are(model, rows):
    why = reasons(model, rows.head(50), top=3)
    assert set(why["feature"]) <= {*FEATURES, BASE, REST, TIMING}
    one = why.filter(customer_id=rows["customer_id"][0], end="lapse")
    assert one["feature"][0] == BASE
    assert one["feature"][-1] == REST
    sizes = one["contribution"][1:-1].abs()
    assert sizes.is_sorted(descending=True)
    told = one.filter(feature="failures")["value"]
    assert told.to_list() == pytest.approx([rows["failures"][0]] * len(told), rel=1e-6)


def test_what_drives_is_the_reason_and_noise_is_none():
    rows, _ = snapshot(7, 6000)
    model = fit(rows, FEATURES, "regression")
    why = reasons(model, rows.head(500), top=9).filter(end="lapse")
    told = why.filter(feature="failures")
    slope = np.polyfit(told["value"].to_numpy(), told["contribution"].to_numpy(), 1)[0]
    assert slope == pytest.approx(0.7, abs=0.08)
    assert why.filter(feature="noise")["contribution"].abs().mean() < 0.1
    due = rows.head(500).filter(pl.col("due_week").is_not_null())["customer_id"].implode()
    timing = why.filter(feature=TIMING).group_by(pl.col("customer_id").is_in(due)).agg(pl.col("contribution").mean())
    assert np.diff(timing.sort("customer_id")["contribution"])[0] > 0.1

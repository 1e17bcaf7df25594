"""The future can't get in: what is refused, and what changes nothing because it isn't looked at."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from evidence_worlds import small_inputs, weekly

from bellwether.foresight.evidence import evidence
from bellwether.foresight.evidence_challenge import challenge
from bellwether.foresight.evidence_folds import refuse_open_windows, walk_forward
from bellwether.foresight.evidence_protocol import Leak
from bellwether.foresight.evidence_study import lay_out
from bellwether.foresight.features import BETWEEN, WITHIN, readings_at_origins

WEEK = timedelta(weeks=1)


@pytest.fixture
def inputs():
    return small_inputs()


def test_known_before_observed_is_refused(inputs):
    observations, baseline, outcomes = inputs
    early = observations["shock"].with_columns(known_at=pl.col("observed_at") - timedelta(seconds=1))
    with pytest.raises(Leak, match=r"shock: known before it was observed.*4,200 such observations"):
        evidence({"shock": early}, baseline, outcomes, weekly())


def test_a_baseline_row_known_at_its_origin_or_later_is_refused(inputs):
    observations, baseline, outcomes = inputs
    late = baseline.with_columns(known_at=pl.col("origin"))
    with pytest.raises(Leak, match=r"not known before their origin.*known_at < origin"):
        evidence(observations, late, outcomes, weekly())


def test_a_baseline_column_made_from_the_outcome_is_refused(inputs):
    observations, baseline, outcomes = inputs
    planted = baseline.join(
        outcomes.select("origin", "customer_id", next="y"), on=["origin", "customer_id"], how="left"
    )
    with pytest.raises(Leak, match=r"the baseline foretells the outcome at gap 0 with an AUC of 1\.0000"):
        evidence(observations, planted, outcomes, weekly())


def test_an_indicator_made_from_the_outcome_is_refused(inputs):
    _, baseline, outcomes = inputs
    planted = outcomes.select(
        "customer_id",
        observed_at=pl.col("origin") - timedelta(hours=1),
        known_at=pl.col("origin") - timedelta(hours=1),
        value=pl.col("y"),
        weight=1,
    )
    with pytest.raises(Leak, match="planted foretells the outcome at gap 0 with an AUC of"):
        evidence({"planted": planted}, baseline, outcomes, weekly())


def test_an_outcome_that_closed_before_its_window_opened_is_refused(inputs):
    observations, baseline, outcomes = inputs
    hasty = outcomes.with_columns(closed_at=pl.col("origin"))
    with pytest.raises(Leak, match="a window closed before it opened"):
        evidence(observations, baseline, hasty, weekly())


def test_outcomes_of_survivors_only_are_refused(inputs):
    observations, baseline, outcomes = inputs
    first = outcomes["origin"].min()
    survivors = outcomes.filter(~((pl.col("origin") == first) & (pl.col("customer_id") < 7)))
    with pytest.raises(ValueError, match=r"7 of the 300 customers of one origin have none. The population is fixed"):
        evidence(observations, baseline, survivors, weekly())


def test_a_fit_on_an_open_window_is_refused(inputs):
    _, baseline, outcomes = inputs
    study = lay_out(baseline, outcomes, weekly())
    refuse_open_windows(study, 0, 3, study.rows[:3])
    with pytest.raises(Leak, match="the fit at origin 3 was taught by origin 3, whose window was open"):
        refuse_open_windows(study, 0, 3, study.rows[:4])


def test_folds_learn_from_all_closed_windows_and_no_others():
    _, baseline, outcomes = small_inputs(gaps=(0, 2))
    study = lay_out(baseline, outcomes, weekly((0, 2)))
    for gap in (0, 2):
        folds = list(walk_forward(study, weekly((0, 2)), gap))
        assert folds
        for fold in folds:
            # Periods: the window of origin s at this gap closes in period s + gap + 1, seen at origin s + gap + 1.
            assert fold.taught_by == study.rows[: fold.origin - gap]
            assert fold.foretells == study.rows[fold.origin]


def test_a_window_that_closes_at_the_origin_is_still_open():
    _, baseline, outcomes = small_inputs()
    at_next_origin = outcomes.with_columns(closed_at=pl.col("origin") + WEEK)
    for told, first_taught in ((outcomes, 1), (at_next_origin, 2)):
        study = lay_out(baseline, told, weekly())
        assert next(walk_forward(study, weekly(least_taught=1), 0)).origin == first_taught


def test_the_first_forecast_waits_for_six_closed_windows_where_six_origins_remain():
    for periods, first, folds in ((30, 6, 19), (17, 6, 6), (14, 3, 6), (9, 1, 3)):
        _, baseline, outcomes = small_inputs(periods=periods)
        found = list(walk_forward(lay_out(baseline, outcomes, weekly()), weekly(), 0))
        assert (found[0].origin, len(found)) == (first, folds), periods


def test_scaling_is_learned_on_the_rows_that_teach(inputs):
    _, baseline, outcomes = inputs
    last = outcomes["origin"].max()
    wild = baseline.with_columns(recency=pl.when(pl.col("origin") == last).then(1000).otherwise(pl.col("recency")))
    for fold, other in zip(
        *(walk_forward(lay_out(b, outcomes, weekly()), weekly(), 0) for b in (baseline, wild)), strict=True
    ):
        assert np.array_equal(fold.scaling.centre, other.scaling.centre)
        assert np.array_equal(fold.scaling.spread, other.scaling.spread)
        assert np.array_equal(fold.weights, other.weights)


def test_what_is_known_late_changes_nothing_known_before(inputs):
    """Shift all known_at by the gap: each origin then knows just what the origin a gap earlier knew."""
    observations, baseline, outcomes = inputs
    study = lay_out(baseline, outcomes, weekly())
    plain = observations["shock"]
    late = plain.with_columns(known_at=pl.col("known_at") + 4 * WEEK)
    now, later = (readings_at_origins(frame, study, 3.0) for frame in (plain, late))
    for number in range(4, len(study.origins)):
        here, before = study.rows[number], study.rows[number - 4]
        order, order_before = np.argsort(study.code[here]), np.argsort(study.code[before])
        assert (later.count[here][order] == now.count[before][order_before]).all()
        assert np.array_equal(later.latest[here][order], now.latest[before][order_before])
        # The time since the last reading has of course grown, and what has changed has faded.
        assert np.array_equal(later.values[here][order][:, BETWEEN], now.values[before][order_before][:, BETWEEN])


def test_what_an_origin_knows_is_what_was_known_before_it(inputs):
    """Without all that became known later, the readings at an origin are the same to the last bit."""
    observations, baseline, outcomes = inputs
    study = lay_out(baseline, outcomes, weekly())
    late = observations["shock"].with_columns(known_at=pl.col("known_at") + pl.col("customer_id") % 3 * WEEK)
    whole = readings_at_origins(late, study, 3.0).values
    assert np.abs(whole[:, WITHIN]).max() > 0.1
    for number in (1, 4, 7):
        known = late.filter(pl.col("known_at").cast(pl.Datetime("us")).to_physical() < study.origins[number])
        assert known.height < late.height
        here = study.rows[number]
        assert np.array_equal(readings_at_origins(known, study, 3.0).values[here], whole[here])


def test_observations_known_after_the_last_foretold_origin_change_nothing(inputs):
    observations, baseline, outcomes = inputs
    last = outcomes["origin"].max()
    absurd = observations["shock"].with_columns(
        value=pl.when(pl.col("known_at") >= last).then(1e6).otherwise(pl.col("value"))
    )
    once = evidence(observations, baseline, outcomes, weekly())
    assert once.equals(evidence({"shock": absurd}, baseline, outcomes, weekly()))


def test_an_outcome_changes_no_forecast_made_before_its_window_closed(inputs):
    """Turn every outcome of the last foretold origin around: what was foretold for the others stays."""
    observations, baseline, outcomes = inputs
    last = outcomes["origin"].max()
    turned = outcomes.with_columns(y=pl.when(pl.col("origin") == last).then(1 - pl.col("y")).otherwise(pl.col("y")))
    sums = []
    for told in (outcomes, turned):
        study = lay_out(baseline, told, weekly())
        folds = list(walk_forward(study, weekly(), 0))
        values = readings_at_origins(observations["shock"], study, 3.0).values
        sums.append(challenge(study, folds, [values], weekly())[0].origins)
    assert np.array_equal(sums[0][:-1], sums[1][:-1])
    assert not np.allclose(sums[0][-1], sums[1][-1])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (pl.lit(None, pl.Datetime("us")).alias("observed_at"), "observed_at is empty"),
        (pl.lit(float("inf")).alias("value"), "value is not a finite number"),
        (pl.lit(-1.0).alias("weight"), "weight is not above zero"),
        (pl.col("customer_id").cast(pl.String), "customer_id is String in one frame and Int64 in the baseline"),
    ],
)
def test_observations_that_make_no_sense_are_refused(inputs, change, sentence):
    observations, baseline, outcomes = inputs
    with pytest.raises(ValueError, match=sentence):
        evidence({"shock": observations["shock"].with_columns(change)}, baseline, outcomes, weekly())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda b, o: (pl.concat([b, b.head(3)]), o), "3 rows repeat a customer at an origin"),
        (lambda b, o: (b.with_columns(last_at=pl.col("origin")), o), "baseline column last_at holds Datetime"),
        (lambda b, o: (b.with_columns(rate=pl.lit(float("inf"))), o), "baseline column rate is infinite"),
        (lambda b, o: (b.drop("frequency"), o), "baseline lacks frequency"),
        (lambda b, o: (b.head(0), o), "nobody was active"),
        (lambda b, o: (b, pl.concat([o, o.head(1)])), "two outcomes at an origin"),
        (lambda b, o: (b, o.with_columns(y=pl.col("y") + 1)), "y must be 0 or 1"),
        (lambda b, o: (b, o.drop("closed_at")), "outcomes lacks closed_at"),
    ],
)
def test_frames_that_do_not_fit_are_refused(inputs, change, sentence):
    observations, baseline, outcomes = inputs
    with pytest.raises(ValueError, match=sentence):
        evidence(observations, *change(baseline, outcomes), weekly())

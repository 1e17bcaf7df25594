"""What silence tells: planted, and found again with intervals that cover; and when it says that it cannot tell."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from satisfaction_worlds import make

from bellwether.foresight import satisfaction_silence as silence
from bellwether.foresight.satisfaction_rules import CannotTell, Rules


@pytest.fixture(scope="module")
def worlds():
    return [make(seed, customers=800, contacts=8) for seed in range(24)]


def test_everyone_is_found_again_where_the_survey_flatters(worlds):
    inside, biased = [], []
    for world in worlds:
        at, low, high = silence.fit(world.invitations).everyone
        inside.append(low <= world.truth <= high)
        biased.append(world.answers["said"].mean() - world.truth)
        assert abs(at - world.truth) < 6
    assert min(biased) > 3  # the survey is wrong each time
    assert sum(inside) >= 20  # of 24: a 95% interval does worse once in 1,000 tries


def test_the_pull_is_found_again(worlds):
    found = [silence.fit(world.invitations).pull for world in worlds]
    assert sum(low <= 0.6 <= high for _, low, high in found) >= 20
    assert np.mean([at for at, *_ in found]) == pytest.approx(0.6, abs=0.06)


def test_where_all_answer_alike_nothing_is_found():
    worlds = [make(seed, customers=800, contacts=8, pull=0.0) for seed in range(100, 116)]
    found = [(world, silence.fit(world.invitations)) for world in worlds]
    told = [(world, one) for world, one in found if isinstance(one, silence.Silence)]
    assert sum(one.everyone[1] <= world.truth <= one.everyone[2] for world, one in told) >= len(told) - 2
    assert sum(one.pull[1] > 0.15 for _, one in told) <= 2


def test_the_tilt_is_what_many_customers_like_that_would_show():
    """The slow way: draw customers, keep those with this past, and see who of them answers the next time."""
    theta = np.array([-1.0, -1.0, 0.7, 1.1, 1.0, 15.0, 0.0, 0.0, 100.0])
    past = pl.DataFrame([dict.fromkeys(silence.PAST, 0.0) | {"silent": 2.0, "answered": 1.0, "answered_else": 1.0}])
    rng = np.random.default_rng(1)
    u = rng.standard_normal(2_000_000)
    chance = 1 / (1 + np.exp(-(theta[0] + theta[2] * u)))
    like = rng.random(len(u)) < chance**2 * (1 - chance) ** 2 / 0.1  # which is 1/16 at most
    says = 100 / (1 + np.exp(-(theta[3] + theta[4] * u)))
    answers = rng.random(len(u)) < chance
    slow = says[like & answers].mean() - says[like].mean()
    assert silence.tilt(theta, past)[0] == pytest.approx(slow, abs=0.15)


def test_who_answers_stands_for_more_the_less_they_are_likely_to():
    theta = np.array([-1.0, -1.0, 0.8, 1.1, 1.2, 12.0, 0.0, 0.0, 100.0])
    past = pl.DataFrame([dict.fromkeys(silence.PAST, 0.0)] * 2)
    cross, glad = silence.standing_for(theta, past, np.array([0.0, 100.0]))
    assert cross > 1.5 * glad > 1.5


def test_influence_sums_to_nought_and_matches_leaving_customers_out(worlds):
    world = worlds[0]
    found = silence.fit(world.invitations)
    assert np.abs(found.influence.sum(axis=0)).max() < 0.05
    # The jackknife in 20 groups of customers, as a second way to the same error.
    group = world.invitations["customer_id"].hash(seed=1) % 20
    left = [silence.fit(world.invitations.filter(group != one)).everyone[0] for one in range(20)]
    jackknife = np.sqrt(19 / 20 * ((np.array(left) - np.mean(left)) ** 2).sum())
    _, low, high = found.everyone
    assert (high - low) / 3.92 == pytest.approx(jackknife, rel=0.45)


def test_without_silence_on_record_it_cannot_tell(worlds):
    answered = worlds[0].invitations.filter(pl.col("answered") == 1)
    found = silence.fit(answered)
    assert isinstance(found, CannotTell) and "did not answer" in found.sentence


def test_with_few_asked_twice_it_cannot_tell_and_says_how_many_are_missing(worlds):
    few = worlds[0].invitations.filter(pl.col("customer_id").is_in([f"c{one}" for one in range(40)]))
    found = silence.fit(few)
    assert isinstance(found, CannotTell) and found.missing > 0


def test_an_interval_too_wide_to_act_on_is_none(worlds):
    found = silence.fit(worlds[0].invitations, Rules(widest=0.5))
    assert isinstance(found, CannotTell) and found.missing > 0


def test_a_customer_asked_two_thousand_times_breaks_nothing(worlds):
    many = pl.DataFrame({"customer_id": ["x"] * 2000, "kind": [0] * 2000, "answered": [1, 0] * 1000})
    many = many.with_columns(said=pl.when(pl.col("answered") == 1).then(50.0), known_at=worlds[0].rows["ended_at"][0])
    same = worlds[0].invitations.select(many.columns).cast(many.schema)
    found = silence.fit(pl.concat([same, many]))
    assert np.isfinite(found.everyone).all()
    past = pl.DataFrame([dict.fromkeys(silence.PAST, 0.0) | {"silent": 1000.0, "answered": 1000.0, "sayings": 1000.0}])
    assert np.isfinite(silence.tilt(found.theta, past.with_columns(said_before=pl.lit(50_000.0)))).all()

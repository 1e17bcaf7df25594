"""Predicted satisfaction walks forward, is calibrated, holds what it says, and corrects for who answers."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from satisfaction_worlds import UNTIL, make

from bellwether.foresight import satisfaction, satisfaction_everyone, satisfaction_judged
from bellwether.foresight import satisfaction_silence as silence
from bellwether.foresight.satisfaction_reach import reach
from bellwether.foresight.satisfaction_rules import CannotTell, Rules

RULES = Rules(every=26)
YEAR = timedelta(weeks=52)


@pytest.fixture(scope="module")
def world():
    return make(7)


@pytest.fixture(scope="module")
def walked(world):
    return satisfaction.walk(world.answers, world.invitations, UNTIL, RULES)


@pytest.fixture(scope="module")
def foretold(world, walked):
    """Every contact of the last year, asked or not."""
    parts = [
        quarter.foretell(world.rows.filter(pl.col("ended_at") >= quarter.begins, pl.col("ended_at") < quarter.ends))
        for quarter in walked.quarters
    ]
    return pl.concat(parts).filter(pl.col("ended_at") >= UNTIL - YEAR)


def test_no_quarter_is_taught_by_what_came_later(world, walked):
    assert all(quarter.answers == (world.answers["answer_at"] < quarter.begins).sum() for quarter in walked.quarters)
    last = walked.quarters[-1]
    late = pl.col("answer_at") >= last.begins
    changed = world.answers.with_columns(said=pl.when(late).then(0.0).otherwise("said"))
    invitations = world.invitations.with_columns(
        answered=pl.when(pl.col("known_at") >= last.begins).then(0).otherwise("answered")
    )
    again = satisfaction.walk(changed, invitations, UNTIL, RULES)
    some = world.rows.head(500)
    assert again.quarters[-1].foretell(some).equals(last.foretell(some))


def test_it_knows_more_than_the_mean_and_is_calibrated(walked):
    told = satisfaction_judged.judged(walked.past, RULES).of_all
    said, foretold, naive = (np.array(walked.past[name]) for name in ("said", "foretold", "naive"))
    slow = 1 - ((said - foretold) ** 2).sum() / ((said - naive) ** 2).sum()
    assert told["r2"] == pytest.approx(slow)
    assert told["earns_its_place"] and told["r2_low"] > 0.1 and told["off"] < told["off_naive"]
    assert told["slope_low"] - 0.1 < 1 < told["slope_high"] + 0.1
    bins = satisfaction_judged.calibration(walked.past)
    assert bins["observed"][-1] > bins["observed"][0] + 25 and bins["observations"].sum() == walked.past.height


def test_noise_earns_nothing(world):
    rng = np.random.default_rng(3)
    shuffled = world.answers.with_columns(said=pl.Series(rng.permutation(world.answers["said"].to_numpy())))
    shuffled = shuffled.with_columns(sayings=0.0, said_before=0.0)
    past = satisfaction.walk(shuffled, world.invitations, UNTIL, RULES).past
    assert not satisfaction_judged.judged(past, RULES).of_all["earns_its_place"]


def test_the_interval_holds_for_everyone_also_for_the_silent(foretold):
    inside = foretold.select(pl.col("would_say").is_between("low", "high"), "said").drop_nulls("would_say")
    assert inside["would_say"].mean() == pytest.approx(RULES.nominal / 100, abs=0.05)
    assert inside.filter(pl.col("said").is_null())["would_say"].mean() > RULES.nominal / 100 - 0.05


def test_errors_of_those_who_stand_for_many_weigh_more():
    came = pl.DataFrame(
        {"silo": ["a"] * 200, "said": [50.0] * 200, "predicted": [50.0] * 100 + [80.0] * 100, "stands_for": [1.0] * 200}
    )
    assert reach(came, RULES).of_all == 30
    light = came.with_columns(stands_for=pl.Series([9.0] * 100 + [1.0] * 100))
    assert reach(light, RULES).of_all == 0
    assert reach(came.head(50), RULES).of_all is None


def test_what_everyone_would_say_is_found_again_by_silo(world, foretold):
    heard = silence.fit(world.invitations, RULES)
    told = satisfaction_everyone.everyone(foretold, satisfaction_everyone.chances(foretold, RULES), heard, RULES)
    truth = dict(foretold.group_by("silo").agg(pl.col("would_say").mean()).iter_rows())
    truth["All silos"] = foretold["would_say"].mean()
    for row in told.iter_rows(named=True):
        assert row["survey_low"] > truth[row["silo"]]  # the survey is wrong, and sure of itself
        assert row["everyone_low"] <= truth[row["silo"]] <= row["everyone_high"]
        assert row["flatters_low"] > 0
        assert row["survey"] > row["seen"] > row["everyone"]


def test_the_mean_of_what_is_seen_is_doubly_robust(world):
    """With a wrong forecast and the right chance, and the other way round, it is right; with both wrong it isn't."""
    rng = np.random.default_rng(5)
    n = 20_000
    wait = rng.integers(0, 4, n).astype(float)
    says, chance = 80 - 12 * wait, 0.6 - 0.15 * wait
    answered = rng.random(n) < chance
    rows = (
        world.rows.head(1).select(pl.exclude("said", "interaction_id", "customer_id")).sample(n, with_replacement=True)
    )
    rows = rows.with_columns(
        interaction_id=pl.Series([f"i{one}" for one in range(n)]),
        customer_id=pl.Series([f"c{one}" for one in range(n)]),
        said=pl.Series(np.where(answered, says + rng.normal(0, 5, n), np.nan)).fill_nan(None),
    )
    nobody = CannotTell("not asked")

    def seen(foretold: np.ndarray, chances: np.ndarray) -> dict:
        given = rows.with_columns(foretold=pl.Series(foretold))
        return satisfaction_everyone.everyone(given, chances, nobody, RULES).row(0, named=True)

    flat, even = np.full(n, 50.0), np.full(n, answered.mean())
    for found in (seen(flat, chance), seen(says, even), seen(says, chance)):
        assert found["seen_low"] - 0.3 <= says.mean() <= found["seen_high"] + 0.3
        assert found["word"] == "silence not on record"
    assert seen(flat, even)["seen"] > says.mean() + 4


def test_a_small_silo_is_not_spoken_of(foretold, world):
    few = foretold.with_columns(silo=pl.when(pl.int_range(pl.len()) < 60).then(pl.lit("Tiny")).otherwise("silo"))
    heard = silence.fit(world.invitations, RULES)
    told = satisfaction_everyone.everyone(few, satisfaction_everyone.chances(few, RULES), heard, RULES)
    row = told.filter(silo="Tiny").row(0, named=True)
    assert row["word"] == "too few answers" and row["survey"] is None and row["everyone"] is None
    assert row["more_answers"] == RULES.least_answers // 4 - row["answers"]


def test_contacts_that_nobody_was_asked_about_are_counted_apart(foretold):
    odd = foretold.head(200).with_columns(touchpoint=pl.lit("press"), said=pl.lit(None, pl.Float64))
    both = pl.concat([foretold, odd])
    told = satisfaction_everyone.everyone(both, np.full(both.height, 0.1), CannotTell("no"), RULES).row(0, named=True)
    assert told["interactions"] - told["contacts"] == 200


def test_too_few_answers_are_none(world):
    found = satisfaction.walk(world.answers.head(50), world.invitations, UNTIL, RULES)
    assert isinstance(found, CannotTell) and found.missing == RULES.least_answers - 50
    nothing = satisfaction.walk(world.answers.head(0), world.invitations, UNTIL, RULES)
    assert isinstance(nothing, CannotTell)


def test_words_that_no_answer_knew_are_unknown_not_wrong(world, walked):
    strange = world.rows.head(20).with_columns(silo=pl.lit("Space"), reason=pl.lit("meteor"))
    told = walked.quarters[-1].foretell(strange)
    assert told["predicted"].is_between(0, 100).all() and told["low"].null_count() == 0

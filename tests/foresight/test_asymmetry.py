"""Penalty and reward: known truth, a referee, and words that say no more than the intervals."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bellwether.foresight.asymmetry import BOTH, DELIGHTS, HURTS, LEAST, NEITHER, UNKNOWN, asymmetry

ITEMS = ["clean", "surprise", "wait", "colour"]
PENALTY, REWARD = np.array([-1, 0, -1, 0]), np.array([0, 1, 1, 0])


def answers(size: int, seed: int, strength: float = 1.0) -> pl.DataFrame:
    """Scores 1 to 5 that go together; clean only hurts, surprise only delights, wait does both, colour neither."""
    rng = np.random.default_rng(seed)
    scores = np.clip(np.round(rng.normal(3.3, 1, (size, 4)) + 0.7 * rng.normal(size=(size, 1))), 1, 5)
    moved = (scores <= 2) @ PENALTY + (scores >= 5) @ REWARD
    return pl.DataFrame(np.column_stack([scores, strength * moved + rng.normal(size=size)]), [*ITEMS, "y"])


def words(found) -> dict[str, str]:
    return dict(found.table.select("driver", "word").iter_rows())


def test_words_are_those_of_the_truth():
    found = asymmetry(answers(3000, 1), "y", ITEMS, low=2, high=5)
    assert words(found) == {"clean": HURTS, "surprise": DELIGHTS, "wait": BOTH, "colour": NEITHER}
    assert found.table["penalty"].to_numpy() == pytest.approx(PENALTY, abs=0.2)
    assert found.table["reward"].to_numpy() == pytest.approx(REWARD, abs=0.2)
    assert found.table["tilt"].to_numpy() == pytest.approx([1, -1, 0, 0], abs=0.3)
    assert found.table["asymmetric"].to_list() == [True, True, False, False]


def test_an_outcome_turned_round_turns_the_effects_round_and_earns_no_word():
    found = asymmetry(answers(3000, 1).with_columns(-pl.col("y")), "y", ITEMS, low=2, high=5)
    assert set(words(found).values()) == {NEITHER}
    assert found.table["penalty_lower"][0] > 0


def test_all_intervals_of_a_table_hold_together():
    held, worlds = 0, 150
    for seed in range(worlds):
        table = asymmetry(answers(400, 100 + seed), "y", ITEMS, low=2, high=5, times=200, seed=seed).table
        for name, truth in (("penalty", PENALTY), ("reward", REWARD)):
            lower, upper = table[f"{name}_lower"].to_numpy(), table[f"{name}_upper"].to_numpy()
            inside = (lower <= truth) & (truth <= upper)
            held += inside.all() / 2
    assert 0.92 <= held / worlds <= 0.995


def test_noise_seldom_earns_a_word():
    clean = 0
    for seed in range(150):
        found = asymmetry(answers(300, 400 + seed, strength=0), "y", ITEMS, low=2, high=5, times=200, seed=seed)
        clean += set(words(found).values()) == {NEITHER}
    assert clean / 150 > 0.93


def test_one_driver_is_a_comparison_of_means():
    rows = answers(200, 2).with_columns(weight=pl.Series([1.0, 2.5] * 100))

    def mean(keep: pl.Expr) -> float:
        kept = rows.filter(keep)
        return (kept["y"] * kept["weight"]).sum() / kept["weight"].sum()

    item = pl.col("clean")
    found = asymmetry(rows, "y", ["clean"], low=2, high=5, weight="weight", times=20).table
    assert found["penalty"][0] == pytest.approx(mean(item <= 2) - mean((item > 2) & (item < 5)), abs=1e-6)
    assert found["reward"][0] == pytest.approx(mean(item >= 5) - mean((item > 2) & (item < 5)), abs=1e-6)
    assert found.select("low", "middle", "high").row(0) == tuple(
        rows.filter(keep).height for keep in (item <= 2, item.is_between(3, 4), item == 5)
    )


def test_many_drivers_are_a_least_squares_fit():
    rows = answers(300, 3).with_columns(weight=pl.Series(np.random.default_rng(3).uniform(0.1, 4, 300)))
    root = np.sqrt(rows["weight"].to_numpy())
    columns = [end for item in ITEMS for end in (rows[item].to_numpy() <= 2, rows[item].to_numpy() >= 5)]
    design = np.column_stack([np.ones(300), *columns]) * root[:, None]
    slopes = np.linalg.lstsq(design, rows["y"].to_numpy() * root)[0][1:].reshape(4, 2)
    found = asymmetry(rows, "y", ITEMS, low=2, high=5, weight="weight", times=20).table
    assert found.select("penalty", "reward").to_numpy() == pytest.approx(slopes, abs=1e-6)


def test_the_same_customer_asked_again_makes_nothing_surer():
    once = answers(300, 4).with_columns(who=pl.int_range(300))
    alone = asymmetry(once, "y", ITEMS, low=2, high=5, customer="who")
    known = asymmetry(pl.concat([once] * 4), "y", ITEMS, low=2, high=5, customer="who")
    assert known.table["penalty_lower"].to_numpy() == pytest.approx(alone.table["penalty_lower"].to_numpy())
    assert known.table["low"].equals(alone.table["low"])  # customers, not rows
    assert (known.used, known.customers) == (1200, 300)


@pytest.mark.parametrize(
    ("score", "kept", "known"),
    [
        (1, LEAST - 1, (False, True)),  # too few low answers: a reward, but no penalty
        (5, LEAST - 1, (True, False)),
        (3, LEAST - 1, (False, False)),  # too few in between to compare with
        (3, 0, (False, False)),  # nobody in between
        (1, LEAST, (True, True)),
    ],
)
def test_an_end_with_too_few_customers_is_not_judged(score, kept, known):
    size = 300
    colour = np.random.default_rng(5).permuted(np.repeat([1.0, 3.0, 5.0], size // 3))
    scarce = np.cumsum(colour == score) > kept
    colour[(colour == score) & scarce] = 4.0 if score == 3 else (3.0 if score == 1 else 1.0)
    if score == 3:
        colour[colour == 4.0] = 5.0
    rows = answers(size, 5).with_columns(colour=pl.Series(colour))
    found = asymmetry(rows, "y", ITEMS, low=2, high=5)
    last = found.table.row(3, named=True)
    assert (last["penalty"] is not None, last["reward"] is not None) == known
    assert (last["word"] == UNKNOWN) == (known != (True, True))
    assert (last["tilt"] is not None) == all(known)
    assert found.table["penalty"].head(3).to_numpy() == pytest.approx(PENALTY[:3], abs=0.5)


def test_each_driver_may_have_limits_of_its_own():
    rows = answers(600, 6)
    ten = rows.with_columns(pl.col("clean") * 2)
    limits = {"low": dict.fromkeys(ITEMS, 2) | {"clean": 4}, "high": dict.fromkeys(ITEMS, 5) | {"clean": 10}}
    assert asymmetry(ten, "y", ITEMS, **limits).table.equals(asymmetry(rows, "y", ITEMS, low=2, high=5).table)


def test_rows_that_are_lost_are_counted():
    rows = answers(100, 7).with_columns(wait=pl.when(pl.int_range(100) >= 30).then("wait"))
    found = asymmetry(rows, "y", ITEMS, low=2, high=5, times=20)
    assert (found.given, found.used, found.lost, found.missing["wait"]) == (100, 70, 30, 30)


def test_limits_that_leave_no_middle_are_refused():
    with pytest.raises(ValueError, match="clean: low answers end at 4, high ones begin at 4"):
        asymmetry(answers(100, 8), "y", ITEMS, low=4, high=4)


@pytest.mark.parametrize(("size", "message"), [(30, "30 of 30 rows are complete, too few"), (0, "0 of 0 rows")])
def test_fewer_rows_than_the_regression_needs_are_refused(size, message):
    rng = np.random.default_rng(9)
    many = {f"item_{place}": rng.permuted(np.repeat([1.0, 3.0, 5.0], size // 3)) for place in range(15)}
    with pytest.raises(ValueError, match=message):
        asymmetry(pl.DataFrame(many | {"y": rng.normal(size=size)}), "y", list(many), low=2, high=5)

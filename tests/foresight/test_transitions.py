"""Transitions from states seen far apart: closed forms, a slow second likelihood, a planted process, and its traps."""

from __future__ import annotations

from math import exp, factorial, log

import numpy as np
import polars as pl
import pytest
from scipy.linalg import expm, logm

from bellwether.foresight import transitions

STATES = ("fond", "lukewarm", "sour")
PLANTED = np.array([[-0.20, 0.15, 0.05], [0.06, -0.10, 0.04], [0.02, 0.18, -0.20]])


def life(dice: np.random.Generator, rates: np.ndarray, first: int, months: float) -> list[tuple[float, int]]:
    """One path, move by move: when it came into which state."""
    path, at, state = [(0.0, first)], 0.0, first
    while rates[state, state] < 0:
        at += dice.exponential(-1 / rates[state, state])
        if at >= months:
            break
        odds = np.where(np.arange(len(rates)) == state, 0, rates[state])
        state = int(dice.choice(len(rates), p=odds / odds.sum()))
        path.append((at, state))
    return path


def seen(seed: int, customers: int = 800, months: float = 30, gap: float = 3.0, rates: np.ndarray = PLANTED):
    """Answers at irregular moments: before, after, gap in months, group. Each customer asked at a pace of their own."""
    dice, rows = np.random.default_rng(seed), []
    for customer in range(customers):
        path = life(dice, rates, int(dice.integers(len(rates))), months)
        moments = np.cumsum(dice.exponential(gap, 60) + 0.2)
        moments = moments[moments < months]
        starts = np.array([at for at, _ in path])
        held = [path[np.searchsorted(starts, moment, side="right") - 1][1] for moment in moments]
        for place in range(1, len(held)):
            step = round(moments[place] - moments[place - 1], 1)
            rows.append((STATES[held[place - 1]], STATES[held[place]], max(step, 0.1), customer % 25))
    return pl.DataFrame(rows, schema=["before", "after", "gap", "group"], orient="row")


def counts(table: list[list[int]], gap: float = 1.0) -> pl.DataFrame:
    rows = [
        (STATES[before], STATES[after], gap, times)
        for before, row in enumerate(table)
        for after, times in enumerate(row)
        if times
    ]
    return pl.DataFrame(rows, schema=["before", "after", "gap", "times"], orient="row")


# Known answers


@pytest.mark.parametrize("gap", [1.0, 2.5])
def test_equal_gaps_have_a_closed_form(gap):
    """With one gap, exp(Q gap) is the table of shares itself, so that Q is its logarithm (Kalbfleisch & Lawless)."""
    table = [[800, 150, 50], [60, 900, 40], [20, 180, 800]]
    fitted = transitions.panel(counts(table, gap), STATES)
    shares = np.array(table) / np.sum(table, axis=1, keepdims=True)
    assert np.allclose(fitted.rates, logm(shares).real / gap, atol=2e-4)
    assert np.allclose(expm(fitted.rates * gap), shares, atol=2e-4)


def test_two_states_by_hand():
    """Up a, down b: the chance to be up again after t is (b + a' ) / ... with a + b = -log(1 - p - q) / t."""
    up, down, gap = 0.3, 0.1, 2.0
    table = [[700, 300, 0], [100, 900, 0], [0, 0, 0]]
    fitted = transitions.panel(counts(table, gap), STATES)
    total = -log(1 - up - down) / gap
    assert fitted.rates[0, 1] == pytest.approx(total * up / (up + down), rel=1e-3)
    assert fitted.rates[1, 0] == pytest.approx(total * down / (up + down), rel=1e-3)


def test_known_paths_are_moves_over_time():
    moves = pl.DataFrame({"before": ["fond", "sour"], "after": ["sour", "fond"], "times": [12, 6]})
    months = pl.DataFrame({"before": ["fond", "sour"], "months": [240.0, 30.0]})
    fitted = transitions.observed(moves, months, STATES)
    assert fitted.rates[0].tolist() == pytest.approx([-0.05, 0, 0.05])
    assert fitted.rates[2].tolist() == pytest.approx([0.2, 0, -0.2])


def slow_power(rates: np.ndarray, gap: float) -> list[list[float]]:
    """exp(rates x gap) by its series, halved and squared, in plain Python."""
    size, halvings = len(rates), 6
    small = [[value * gap / 2**halvings for value in row] for row in rates.tolist()]
    one = [[float(a == b) for b in range(size)] for a in range(size)]

    def times(left, right):
        return [[sum(left[a][c] * right[c][b] for c in range(size)) for b in range(size)] for a in range(size)]

    total, power = [row[:] for row in one], one
    for term in range(1, 18):
        power = times(power, small)
        total = [[total[a][b] + power[a][b] / factorial(term) for b in range(size)] for a in range(size)]
    for _ in range(halvings):
        total = times(total, total)
    return total


def slow_likelihood(rows: pl.DataFrame, rates: np.ndarray) -> float:
    place = {state: at for at, state in enumerate(STATES)}
    told = rows.select("before", "after", "gap").iter_rows()
    return sum(log(slow_power(rates, gap)[place[before]][place[after]]) for before, after, gap in told)


def test_the_likelihood_is_that_of_a_slow_second_implementation_and_no_neighbour_is_likelier():
    rows = seen(4, customers=30)
    fitted = transitions.panel(rows, STATES)
    best = slow_likelihood(rows, fitted.rates)
    assert fitted.log_likelihood == pytest.approx(best, rel=1e-6)
    for before, after in [(0, 1), (1, 0), (1, 2), (2, 1)]:
        for factor in (0.85, 1.18):
            moved = fitted.rates.copy()
            moved[before, after] *= factor
            moved[before, before] = -(moved[before].sum() - moved[before, before])
            assert slow_likelihood(rows, moved) < best


# A planted process


def test_a_planted_process_is_recovered_and_intervals_cover():
    inside = total = 0
    for seed in range(6):
        fitted = transitions.panel(seen(seed, customers=400), STATES)
        for before, after, value, low, high in transitions.rates(fitted).iter_rows():
            truth = PLANTED[STATES.index(before), STATES.index(after)]
            inside, total = inside + (low <= truth <= high), total + 1
            assert value == pytest.approx(truth, rel=0.8)
    assert total == 36 and inside >= 31  # 95% of 36 is 34.2; 30 or fewer come by chance once in a hundred


def test_counting_between_answers_is_what_goes_wrong():
    """The trap: of those who were fond, so many were not at the next answer; taken for a month's chance, it is not."""
    rows = seen(1, customers=1500, gap=6.0)
    moved = rows.filter(before="fond").select((pl.col("after") != "fond").mean()).item()
    told = transitions.chances(transitions.panel(rows, STATES), 1.0)
    month = 1 - told.filter(before="fond", after="fond")["value"][0]
    truth = 1 - expm(PLANTED)[0, 0]
    assert moved > 2 * truth
    assert month == pytest.approx(truth, abs=0.02)


def test_stays_and_chances_follow_from_the_rates():
    fitted = transitions.panel(seen(2, customers=400), STATES)
    stays = transitions.stays(fitted)
    assert stays["value"].to_list() == pytest.approx((-1 / np.diag(fitted.rates)).tolist())
    assert ((stays["low"] < stays["value"]) & (stays["value"] < stays["high"])).all()
    told = transitions.chances(fitted, 12)
    assert told.group_by("before").agg(pl.col("value").sum())["value"].to_list() == pytest.approx([1, 1, 1])
    assert ((told["low"] <= told["value"]) & (told["value"] <= told["high"])).all()


def test_long_chances_are_held_against_what_happened():
    """Half of the customers never move: one rate for all is too even over a long time, and it is told."""
    moving = seen(3, customers=400, gap=1.0)
    still = moving.with_columns(after="before")
    fitted = transitions.panel(pl.concat([moving, still]), STATES)
    share = 0.5 + 0.5 * expm(PLANTED * 24)[0, 0]
    later = pl.DataFrame(
        {"before": ["fond"] * 2, "after": ["fond", "sour"], "times": [share * 1000, 1000 - share * 1000]}
    )
    told = transitions.told_apart(fitted, later, 24).row(0, named=True)
    assert told["happened"] > told["expected"] + 0.1


def test_two_ways_to_the_slopes_agree():
    """Eigenvectors are quick and blocks are safe; where eigenvalues coincide only blocks are right."""
    allowed = np.argwhere(PLANTED > 0)
    each, gaps = PLANTED[allowed[:, 0], allowed[:, 1]], np.array([0.3, 1.0, 7.0])
    quick = transitions._powers(PLANTED, each, gaps, allowed)
    safe = transitions._by_blocks(PLANTED, each, gaps, allowed)
    assert np.allclose(quick[0], safe[0], atol=1e-10) and np.allclose(quick[1], safe[1], atol=1e-10)
    chain = np.array([[-0.2, 0.2, 0.0], [0.0, -0.2, 0.2], [0.0, 0.0, 0.0]])  # no full set of eigenvectors
    pairs = np.argwhere(chain > 0)
    powers, _ = transitions._powers(chain, chain[pairs[:, 0], pairs[:, 1]], gaps, pairs)
    assert np.allclose(powers[2], slow_power(chain, 7.0), atol=1e-9)


# What is refused or left out


def test_a_pair_that_nobody_moved_between_has_no_rate():
    fitted = transitions.panel(counts([[90, 10, 0], [10, 80, 10], [0, 0, 100]]), STATES)
    assert fitted.rates[0, 2] == fitted.rates[2].sum() == 0
    told = transitions.stays(fitted)
    assert told["value"][2] is None and told["low"].null_count() == 3


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"before": ["fond"], "after": ["gone"], "gap": [1.0]}, "gone: no state"),
        ({"before": ["fond"], "after": ["sour"], "gap": [0.0]}, "not above zero"),
        ({"before": ["fond"] * 3, "after": ["sour"] * 3, "gap": [1.0] * 3, "group": [1, 2, 3]}, "3 groups"),
    ],
)
def test_what_cannot_be_read_is_refused(rows, says):
    with pytest.raises(ValueError, match=says):
        transitions.panel(pl.DataFrame(rows), STATES)


def test_nothing_seen_is_refused():
    empty = pl.DataFrame(schema={"before": pl.String, "after": pl.String, "gap": pl.Float64})
    with pytest.raises(ValueError, match="no transition"):
        transitions.panel(empty, STATES)


def test_the_slow_power_is_right_where_it_can_be_written_down():
    told = slow_power(np.array([[-0.5, 0.5], [0.0, 0.0]]), 2.0)
    assert told[0] == pytest.approx([exp(-1), 1 - exp(-1)])

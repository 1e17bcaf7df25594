"""A small, seeded version of the benchmark: where the truth is known, verdicts may not cry wolf."""

from dataclasses import replace

import numpy as np
import pytest

from bellwether.verdicts import benchmark
from bellwether.verdicts.benchmark import EXPECTED, FEW, WORLDS, judge, run
from bellwether.verdicts.simulate import simulate


@pytest.mark.parametrize("name", ["few silos", "four silos"])
def test_no_effect_is_seldom_told_an_effect(name):
    found = run(WORLDS[name], 20, seed=1)
    assert found.false <= 2
    assert found.covered >= 0.85
    assert found.words["no effect seen"] >= 10


def test_effects_are_found():
    found = run(FEW, 20, seed=2, effect=EXPECTED)
    assert found.words["worked"] >= 10
    assert found.words["made it worse"] == 0
    assert found.covered >= 0.86


def test_a_bad_month_is_no_success():
    """The unit that fell furthest is picked: against its last month alone, most would have "worked"."""
    slow = replace(FEW, own=0.02, own_fading=0.8, usual=800.0)
    naive, told = 0, []
    for number in range(16):
        company = simulate(np.random.default_rng([3, number]), slow, bad_month=True)
        week = (company.treated["week"] - company.started).dt.total_days() // 7
        shares = (company.treated["total"] / company.treated["weight"]).to_numpy()
        naive += shares[(week >= 0) & (week < 8)].mean() - shares[(week >= -4) & (week < 0)].mean() > 0.01
        told.append(judge(company))
    assert naive >= 10
    assert sum(one.word == "worked" for one in told) <= 1
    assert benchmark.score(told, 0.0).covered >= 0.8


def test_staggered_starts():
    world = replace(WORLDS["touchpoints"], units=12)
    found = run(world, 8, seed=4, effect=EXPECTED, stagger=4)
    assert found.words["made it worse"] + found.words["no effect seen"] <= 2
    assert found.covered >= 0.75


def test_the_same_seed_gives_the_same_score(capsys):
    one, other = (run(FEW, 2, seed=5) for _ in range(2))
    assert one == other
    benchmark.report("few silos", one)
    assert "few silos: covered" in capsys.readouterr().out

"""How often verdicts are right where the truth is known: `python -m bellwether.verdicts.benchmark [runs] [seed]`."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from bellwether.verdicts.result import WORDS, WORKED, WORSE, Verdict
from bellwether.verdicts.simulate import Simulated, World, simulate
from bellwether.verdicts.verdict import verdict

RUNS, SEED = 200, 20261122
EXPECTED = 0.04
FEW = World()
WORLDS = {
    "few silos": FEW,
    "slow shocks": replace(FEW, own_fading=0.85),
    "independent weeks": replace(FEW, own=0.0),
    "small silos": replace(FEW, usual=80.0, spread=1.0),
    "four silos": replace(FEW, units=4),
    "two kinds of silos": replace(FEW, units=11, level=0.6, drift=0.001),
    "touchpoints": replace(FEW, units=24, treated=3, usual=150.0),
    "many segments": replace(FEW, units=40, treated=15, usual=100.0),
}


@dataclass(frozen=True)
class Score:
    """words: how often each; covered: share of intervals that hold the truth; width: their mean half width."""

    words: dict[str, int]
    covered: float
    intervals: int
    width: float

    @property
    def false(self) -> int:
        return self.words.get(WORKED, 0) + self.words.get(WORSE, 0)


def run(world: World, runs: int, seed: int, effect: float = 0.0, alone: bool = False, **chosen) -> Score:
    """Verdicts on `runs` companies; alone: without comparison units. chosen: see `simulate.simulate`."""
    found = []
    for number in range(runs):
        company = simulate(np.random.default_rng([seed, number]), world, effect, **chosen)
        found.append(judge(company, alone))
    return score(found, effect)


def judge(company: Simulated, alone: bool = False) -> Verdict:
    compared = None if alone else company.comparisons
    return verdict(company.treated, compared, company.started, expected=EXPECTED, better="higher")


def score(found: list[Verdict], effect: float) -> Score:
    known = [one for one in found if one.estimate is not None]
    covered = np.mean([one.lower <= effect <= one.upper for one in known]) if known else float("nan")
    width = np.mean([(one.upper - one.lower) / 2 for one in known]) if known else float("nan")
    counted = Counter(one.word for one in found)
    return Score({word: counted[word] for word in WORDS}, float(covered), len(known), float(width))


def report(title: str, found: Score) -> None:
    words = ", ".join(f"{count} {word}" for word, count in found.words.items() if count)
    print(
        f"{title}: covered {found.covered:.3f} of {found.intervals}, half width {found.width:.3f}; {words}", flush=True
    )


def main(runs: int = RUNS, seed: int = SEED) -> None:
    for name, world in WORLDS.items():
        report(f"{name}, no effect", run(world, runs, seed))
        report(f"{name}, effect of {EXPECTED}", run(world, runs, seed + 1, EXPECTED))
    touchpoints = WORLDS["touchpoints"]
    report("staggered starts, no effect", run(touchpoints, runs, seed + 2, stagger=4))
    report(f"staggered starts, effect of {EXPECTED}", run(touchpoints, runs, seed + 3, EXPECTED, stagger=4))
    report("picked after a bad month, no effect", run(FEW, runs, seed + 4, bad_month=True))
    report("picked after a bad month, slow shocks", run(WORLDS["slow shocks"], runs, seed + 5, bad_month=True))
    report("nothing to compare with, no effect", run(FEW, runs, seed + 6, alone=True))
    report("nothing to compare with, bad month", run(FEW, runs, seed + 7, alone=True, bad_month=True))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

"""What a comparison must pass before its effect is believed: parallel before, and no effect where nothing was done."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy

from bellwether.verdicts import contrast
from bellwether.verdicts.gap import Gap
from bellwether.verdicts.noise import Effect, Noise

Array = np.ndarray
LEVEL, RARE, DRIFTING = 0.05, 0.01, 0.1
# A fake start needs this many weeks before it and after it; with fewer its interval says nothing.
FEWEST_BEFORE, FEWEST_AFTER, MOST_AFTER = 20, 6, 13
# So many placebos make it possible to be beyond 95% of them.
FEWEST_RANKED = 19


@dataclass(frozen=True)
class Check:
    """One check in words. passed: None when there is too little to check with."""

    name: str
    passed: bool | None
    result: str


def pre_trend(gap: Gap) -> Check:
    """Did the gap already drift in the base? A straight line through it, tested at 10%.

    Not 5%, for the test misses drifts that matter: passing does not prove that the gap would have stayed parallel
    (Roth 2022, AER: Insights 4), and short bases hide more.
    """
    clock = gap.weeks - gap.weeks[gap.base].mean()
    wandering = contrast.noise(gap, extra=clock)
    weight = np.where(gap.base, contrast.importance(gap), 0)
    centred = clock - (weight @ clock) / weight.sum()
    slope = weight * centred / (weight @ centred**2)
    found = wandering.effect(slope, gap.values, gap.weeks, gap.sizes)
    passed = found.p >= DRIFTING
    told = "no drift" if passed else "it was drifting already"
    return Check("pre-trend", passed, f"{told} in the {gap.base.sum()} weeks of the base (p {found.p:.2f})")


def fake_starts(gap: Gap, wandering: Noise, weeks: int) -> list[Effect]:
    """The same estimate at starts that never were, in windows of the base that don't overlap, newest first."""
    length = min(weeks, MOST_AFTER)
    newest = int(gap.weeks[gap.base].max()) + 1 if gap.base.any() else 0
    effects = []
    for last in range(newest, int(gap.weeks[0]), -length):
        after = gap.window(last - length, last)
        before = gap.weeks < last - length - 1
        if after.sum() < min(FEWEST_AFTER, length) or before.sum() < FEWEST_BEFORE:
            break
        effects.append(contrast.predict(gap, wandering, before, after).effect(wandering, gap.values))
    return effects


def placebo_dates(found: list[Effect]) -> Check:
    """None of the fake starts may show an effect, at 5% over all of them (Bonferroni)."""
    if not found:
        return Check("placebo dates", None, "the base is too short for a fake start")
    least = min(one.p for one in found)
    shown = sum(one.p < LEVEL for one in found)
    result = f"{shown} of {len(found)} fake starts show an effect (smallest p {least:.2f})"
    return Check("placebo dates", least * len(found) >= LEVEL, result)


def fake_units(gap: Gap, wandering: Noise, after: Array) -> list[Effect]:
    """The same estimate at the real start for each comparison unit against the others."""
    if gap.siblings is None:
        return []
    prediction = contrast.predict(gap, wandering, gap.before, after)
    noises = [replace(wandering, variances=variances) for variances in wandering.siblings.T]
    pairs = zip(noises, gap.siblings.T, strict=True)
    return [prediction.effect(noise, column) for noise, column in pairs]


def placebo_units(found: list[Effect]) -> Check:
    """No more untreated units may show an effect than chance allows (binomial, 1%).

    Not 5%: each is compared with the others, so one that jumped pulls all others the other way.
    """
    if not found:
        return Check("placebo units", None, "fewer than 3 comparison units")
    shown = sum(one.p < LEVEL for one in found)
    passed = scipy.stats.binom.sf(shown - 1, len(found), LEVEL) >= RARE
    return Check(
        "placebo units", bool(passed), f"{shown} of {len(found)} untreated units show an effect at the same date"
    )


def rank(real: Effect, fakes: list[Effect]) -> Check:
    """An effect must stand out from those where nothing was done: beyond 95% of them, sized by their errors."""
    if len(fakes) < FEWEST_RANKED:
        return Check("rank", None, f"{len(fakes)} placebos are too few to rank the effect among")
    larger = sum(abs(one.estimate / one.error) >= abs(real.estimate / real.error) for one in fakes)
    passed = (larger + 1) / (len(fakes) + 1) <= LEVEL
    return Check("rank", passed, f"{larger} of {len(fakes)} placebos are as large, sized by their noise")

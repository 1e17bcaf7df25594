"""What a verdict is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from bellwether.verdicts.checks import Check

WORKED, NO_EFFECT, WORSE = "worked", "no effect seen", "made it worse"
CANNOT_TELL, NOT_YET = "cannot tell", "cannot tell yet"
WORDS = (WORKED, NO_EFFECT, WORSE, CANNOT_TELL, NOT_YET)


@dataclass(frozen=True)
class Side:
    """Observations (sums of weights) of one side in the base and in the window after the start, and its units."""

    units: int
    before: float
    after: float


@dataclass(frozen=True)
class Verdict:
    """What the data say a commitment did.

    word: one of WORDS. estimate, lower, upper: the change in the indicator's own unit with its 95% interval, None while
    there is too little to estimate from; before a verdict is due it is a look on the way and no verdict.
    why: one sentence, with the numbers. comparison: what it was compared with, in plain words. design: "difference-in-
    differences", "synthetic control" or "interrupted series".
    expected: the declared size, always positive; ruled_out: with "no effect seen", the smallest improvement that the
    interval leaves out, 0 when any is. detectable: the smallest effect that the window had a 90% chance to show.
    weeks_before, weeks_after: weeks in the base and in the window; weeks_needed: the length the window must have, None
    when a year isn't enough. until: when the verdict is due, None when it is there or never will be.
    treated, compared: observations on each side. checks: with their results. events: the event study, one row each four
    weeks (see `events.study`). points: the gap week by week (see `events.points`).
    """

    word: str
    why: str
    comparison: str
    design: str
    expected: float
    better: str
    unit: str
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    ruled_out: float | None = None
    detectable: float | None = None
    weeks_before: int = 0
    weeks_after: int = 0
    weeks_needed: int | None = None
    until: date | None = None
    treated: Side = Side(0, 0, 0)
    compared: Side = Side(0, 0, 0)
    checks: tuple[Check, ...] = ()
    events: pl.DataFrame | None = None
    points: pl.DataFrame | None = None

    @property
    def told(self) -> bool:
        """Does it say something about the commitment (and not only about the data)?"""
        return self.word in (WORKED, NO_EFFECT, WORSE)

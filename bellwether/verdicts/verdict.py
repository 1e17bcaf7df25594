"""Did a commitment work? One verdict from weekly roll-ups of what it treated and of what it didn't."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isfinite

import polars as pl

from bellwether.verdicts import checks, comparison, contrast, events, power, result, words
from bellwether.verdicts.clusters import widened
from bellwether.verdicts.comparison import Comparison
from bellwether.verdicts.gap import on_clock
from bellwether.verdicts.noise import Effect
from bellwether.verdicts.panel import Panel, panel
from bellwether.verdicts.result import Side, Verdict

# Fewer weeks after the start than this give no estimate, not even on the way.
FEWEST_AFTER = 4


@dataclass(frozen=True)
class Reading:
    """How far the weeks reach: after the start there are `there`, the window is `read` of the `needed`."""

    there: int
    needed: int | None
    read: int
    over: bool
    due: date


def verdict(
    treated: pl.DataFrame,
    comparisons: pl.DataFrame | None,
    started: date,
    ended: date | None = None,
    *,
    expected: float,
    better: str,
    unit: str = "share",
    until: date | None = None,
    covariates: pl.DataFrame | None = None,
) -> Verdict:
    """What the data say the commitment did to its declared indicator.

    treated, comparisons: one row a unit and week: unit, week (its first day), weight, total (sum of value * weight);
    `treated` may say `started` for each unit. comparisons None or empty: an interrupted series. ended: the day from
    which it was no longer done. expected: the declared size, in the indicator's unit (.03 is three points of a share);
    better: "higher" or "lower"; unit: as in the indicator's header. until: the day to which the data are complete, and
    weeks that end later are left out. covariates: for an interrupted series only, see `comparison.interrupted`.

    The verdict is read once, over as many weeks as the expected size needs (8 to 52), and does not move afterwards:
    who looks every week until it "worked" will see that in the end. The week in which it starts belongs to neither side
    and the 8 before the start are set aside, so that a bad month that led to the commitment earns it nothing.

    Not to be trusted when the comparison units felt the commitment too (customers moved, staff was lent), or when
    something else befell only the treated units on the same day: no check can see that.
    Raises ValueError for a better, an expected size or columns that aren't right.
    """
    if better not in ("higher", "lower"):
        raise ValueError(f'better "{better}": choose higher or lower')
    if not isfinite(expected) or expected == 0:
        raise ValueError(f"expected {expected}: a size other than zero is needed to know how long it must run")
    whole = panel(treated, comparisons, started, until)
    chosen = comparison.choose(whole, covariates)
    blank = Verdict(
        result.CANNOT_TELL, "", words.compared_with(whole, chosen), chosen.design, abs(expected), better, unit
    )
    blank = replace(blank, weeks_before=int(chosen.gap.base.sum()), checks=chosen.checks)
    if not comparison.long_enough(chosen.gap):
        return replace(blank, why=words.too_short(blank.weeks_before, comparison.FEWEST_BASE))
    return _told(_measured(blank, whole, chosen, _reading(whole, chosen, ended, abs(expected))), whole, chosen)


def _reading(whole: Panel, chosen: Comparison, ended: date | None, expected: float) -> Reading:
    start = int(whole.starts[whole.treated].max())
    first = whole.weeks[0] + timedelta(weeks=start)
    there = max(0, len(whole.weeks) - start)
    lasted = there if ended is None else max(0, (ended - first).days // 7)
    needed = power.weeks_needed(chosen.gap, chosen.noise, expected)
    asked = needed or power.MOST_WEEKS
    over = min(there, lasted) >= asked or (ended is not None and there >= lasted)
    length = min(asked, lasted) if ended is not None else asked
    return Reading(there, needed, min(there, length), over, first + timedelta(weeks=length))


def _measured(blank: Verdict, whole: Panel, chosen: Comparison, reading: Reading):
    """The verdict's numbers, with the effect and all that it must stand out from."""
    after = chosen.gap.window(0, reading.read)
    filled = replace(
        blank,
        weeks_after=int(after.sum()),
        weeks_needed=reading.needed,
        treated=_side(whole, chosen, after, True),
        compared=_side(whole, chosen, after, False),
    )
    if after.sum() < FEWEST_AFTER:
        study = events.study(chosen.gap, chosen.noise)
        return replace(filled, events=study, points=events.points(chosen.gap)), None, reading
    found, wandering = contrast.between(chosen.gap, 0, reading.read)
    if chosen.design == comparison.DIFFERENCE:
        found, _ = widened(whole, found, reading.read)
    units = checks.fake_units(chosen.gap, wandering, after)
    told = (*chosen.checks, checks.placebo_units(units), checks.rank(found, [*units, *chosen.fakes]))
    return (
        replace(
            filled,
            estimate=found.estimate,
            lower=found.lower,
            upper=found.upper,
            detectable=power.detectable(chosen.gap, chosen.noise, reading.read),
            checks=told,
            events=events.study(chosen.gap, wandering),
            points=events.points(chosen.gap),
        ),
        found,
        reading,
    )


def _told(measured: tuple[Verdict, Effect | None, Reading], whole: Panel, chosen: Comparison) -> Verdict:
    """The word and the sentence, in the order in which a careful reader would ask."""
    filled, found, reading = measured
    size = words.size(filled.expected, filled.unit)
    broken = [check for check in filled.checks if check.passed is False and check.name != "rank"]
    if not chosen.sound or broken:
        return replace(filled, why=words.failed([f"{check.name}, {check.result}" for check in broken]))
    if not reading.over:
        return _waiting(filled, chosen, reading, size)
    if found is None:
        return replace(filled, why=words.cut_short(reading.read, "any size", size))
    return _decided(filled, found, reading, size)


def _waiting(filled: Verdict, chosen: Comparison, reading: Reading, size: str) -> Verdict:
    if reading.needed is None:
        most = power.detectable(chosen.gap, chosen.noise, power.MOST_WEEKS)
        return replace(filled, why=words.never(size, words.size(most, filled.unit)))
    why = words.not_yet(size, reading.needed, reading.due)
    return replace(filled, word=result.NOT_YET, until=reading.due, why=why)


def _decided(filled: Verdict, found: Effect, reading: Reading, size: str) -> Verdict:
    good = 1 if filled.better == "higher" else -1
    told = words.interval(found.estimate, found.lower, found.upper, filled.unit)
    if found.lower > 0 or found.upper < 0:
        faint = [check for check in filled.checks if check.name == "rank" and check.passed is False]
        if faint:
            return replace(filled, why=words.failed([check.result for check in faint]))
        word = result.WORKED if found.estimate * good > 0 else result.WORSE
        return replace(filled, word=word, why=words.seen(told, filled.weeks_after))
    if filled.detectable > filled.expected and reading.read < (reading.needed or 0):
        why = words.cut_short(reading.read, words.size(filled.detectable, filled.unit), size)
        return replace(filled, why=why)
    ruled_out = max(0.0, found.upper if good > 0 else -found.lower)
    why = words.unseen(told, ruled_out, filled.expected, filled.unit)
    return replace(filled, word=result.NO_EFFECT, ruled_out=ruled_out, why=why)


def _side(whole: Panel, chosen: Comparison, after, treated: bool) -> Side:
    units = whole.treated if treated else ~whole.treated
    if not units.any():
        return Side(0, 0, 0)
    counts = on_clock(whole, chosen.gap.weeks, treated)
    return Side(int(units.sum()), float(counts[chosen.gap.base].sum()), float(counts[after].sum()))

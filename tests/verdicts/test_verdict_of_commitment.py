"""Words, refusals and sentences, on companies with a known truth."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from bellwether.verdicts import verdict
from bellwether.verdicts.contrast import between
from bellwether.verdicts.gap import difference
from bellwether.verdicts.panel import panel
from bellwether.verdicts.simulate import World, simulate

CLEAR = World(own=0.006, common=0.02, loading=0.05, usual=1500.0)


def company(seed=1, world=CLEAR, effect=0.0, **chosen):
    return simulate(np.random.default_rng(seed), world, effect, **chosen)


def told(one, compared=True, **asked):
    asked = {"expected": 0.04, "better": "higher", "unit": "share"} | asked
    return verdict(one.treated, one.comparisons if compared else None, one.started, **asked)


def check(found, name):
    return next(one for one in found.checks if one.name == name)


def test_worked():
    found = told(company(effect=0.05))
    assert found.word == "worked"
    assert found.lower < 0.05 < found.upper
    assert "points" in found.why and "[" in found.why
    assert found.design == "difference-in-differences"
    assert found.comparison.startswith("6 units where nothing was done: unit 01")
    assert found.weeks_after == found.weeks_needed == 8
    assert found.weeks_before == 62


def test_observations_on_each_side():
    one = company(effect=0.05)
    found = told(one)
    for frame, side in ((one.treated, found.treated), (one.comparisons, found.compared)):
        week = (frame["week"] - one.started).dt.total_days() // 7
        assert side.before == frame.filter(week < -8)["weight"].sum()
        assert side.after == frame.filter((week >= 0) & (week < 8))["weight"].sum()
        assert side.units == frame["unit"].n_unique()


def test_made_it_worse():
    assert told(company(effect=-0.05)).word == "made it worse"


def test_lower_is_better():
    assert told(company(effect=-0.05), better="lower").word == "worked"
    assert told(company(effect=0.05), better="lower").word == "made it worse"


def test_no_effect_says_what_is_ruled_out():
    found = told(company(3))
    assert found.word == "no effect seen"
    assert found.ruled_out == pytest.approx(max(0, found.upper))
    assert "can be ruled out, so the expected 4 points" in found.why
    lower = told(company(3), better="lower")
    assert lower.ruled_out == pytest.approx(max(0, -lower.lower))


def test_cannot_tell_yet_until():
    one = company(effect=0.05)
    early = told(one, until=one.started + timedelta(weeks=5))
    assert early.word == "cannot tell yet"
    assert early.until == one.started + timedelta(weeks=8)
    assert str(early.until) in early.why
    due = told(one, until=early.until)
    assert due.word == "worked"
    assert told(one, until=early.until - timedelta(days=1)).word == "cannot tell yet"


def test_not_started_yet():
    one = company()
    found = told(one, until=one.started)
    assert (found.word, found.estimate, found.weeks_after) == ("cannot tell yet", None, 0)
    assert found.until == one.started + timedelta(weeks=found.weeks_needed)
    assert "fake start" in check(found, "placebo dates").result


def test_the_verdict_does_not_move_once_told():
    one = company(effect=0.05)
    due = told(one, until=one.started + timedelta(weeks=8))
    later = told(one, until=one.started + timedelta(weeks=25))
    assert (due.word, due.estimate, due.lower) == (later.word, later.estimate, later.lower)
    assert later.events["to_week"].max() > due.events["to_week"].max()


def test_smaller_effects_take_longer():
    needed = [told(company(), expected=size).weeks_needed for size in (0.05, 0.02, 0.013)]
    assert needed == sorted(needed) and needed[0] < needed[-1]


def test_too_small_to_see_in_a_year():
    found = told(company(), expected=0.001)
    assert (found.word, found.weeks_needed, found.until) == ("cannot tell", None, None)
    assert "Even a year" in found.why


def test_ended_too_soon():
    one = company(4)
    found = verdict(
        one.treated, one.comparisons, one.started, one.started + timedelta(weeks=9), expected=0.012, better="higher"
    )
    assert found.weeks_needed > 9
    assert found.word == "cannot tell" and "ended after 9 weeks" in found.why


def test_short_history():
    found = told(company(world=replace(CLEAR, before=30)))
    assert found.word == "cannot tell"
    assert "22 weeks" in found.why and "26" in found.why


def test_drift_before_the_start_is_refused():
    one = company()
    week = (pl.col("week") - one.started).dt.total_days() / 7
    drifting = one.treated.with_columns(total=pl.col("total") + 0.002 * week * pl.col("weight"))
    found = told(replace(one, treated=drifting))
    assert found.word == "cannot tell"
    assert check(found, "pre-trend").passed is False
    assert check(found, "fit before the start").passed is False
    assert "drifting" in found.why and "does not hold" in found.why


def test_mixture_where_a_few_units_ran_alongside():
    found = told(company(5, replace(CLEAR, units=11, level=0.6, common=0.01, loading=0.02, drift=0.003), effect=0.05))
    assert found.design == "synthetic control"
    assert found.word == "worked"
    assert found.lower < 0.05 < found.upper
    alike = {f"{number:02d}" for number in range(2, 11, 2)}
    named = [part.rsplit(" ", 1) for part in found.comparison.split(": ")[1].split(", ")]
    assert sum(int(share.strip("%")) for unit, share in named if unit.split()[-1] in alike) > 85


def test_what_befell_everyone_is_no_effect():
    """A recession at the date of the start: the series alone would say that it made it worse."""
    one = company(6, replace(CLEAR, common=0.003, season=0.0))
    hit = pl.when(pl.col("week") >= one.started).then(pl.col("total") - 0.08 * pl.col("weight")).otherwise("total")
    both = replace(one, treated=one.treated.with_columns(hit), comparisons=one.comparisons.with_columns(hit))
    assert told(both).word == "no effect seen"
    assert told(both, compared=False).word == "made it worse"


def test_when_untreated_units_jumped_too():
    one = company(7)
    jumped = pl.col("unit").is_in(["unit 01", "unit 02"]) & (pl.col("week") >= one.started)
    odd = one.comparisons.with_columns(
        total=pl.when(jumped).then(pl.col("total") + 0.1 * pl.col("weight")).otherwise("total")
    )
    found = told(replace(one, comparisons=odd))
    assert found.word == "cannot tell"
    assert check(found, "placebo units").passed is False


def test_nothing_to_compare_with_says_so():
    found = told(company(3, replace(CLEAR, common=0.003, season=0.0), effect=0.08), compared=False)
    assert (found.word, found.design) == ("worked", "interrupted series")
    assert found.comparison.startswith("Nothing was comparable")
    assert found.compared.units == 0
    assert "season" in found.comparison


def test_many_units_are_clustered():
    """Fifteen treated units that do not agree: the weeks alone are sure, the units are not."""
    one = company(9, replace(CLEAR, units=30, treated=15))
    apart = pl.when(pl.col("week") >= pl.col("started")).then(
        pl.col("weight")
        * pl.col("unit").str.slice(5).cast(pl.Int64).replace_strict({7: 0.9}, default=0.0, return_dtype=pl.Float64)
    )
    spread = one.treated.with_columns(total=pl.col("total") + apart.fill_null(0))
    found = told(replace(one, treated=spread))
    assert found.word == "no effect seen"
    by_weeks, _ = between(difference(panel(spread, one.comparisons, one.started)), 0, found.weeks_after)
    assert by_weeks.lower > 0


def test_event_study_shape():
    found = told(company(effect=0.05)).events
    assert found.columns == ["from_week", "to_week", "side", "estimate", "lower", "upper"]
    assert found["from_week"].is_sorted()
    after = found.filter(pl.col("side") == "after")["estimate"]
    before = found.filter(pl.col("side") == "before")["estimate"]
    assert after.mean() == pytest.approx(0.05, abs=0.015)
    assert before.mean() == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("asked", [{"better": "up"}, {"expected": 0.0}, {"expected": float("nan")}])
def test_refuses(asked):
    with pytest.raises(ValueError):
        told(company(), **asked)

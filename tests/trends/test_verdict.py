"""What a chart says in words, and whether it can meet its standard."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from bellwether.trends.spc import Verdict, capability, chart, verdict

START = date(2024, 1, 1)
# forty weeks of a process that nobody touched: alternating, no run, no rule
CALM = [50 + 2 * ((-1) ** week) + 0.3 * ((week * 7) % 5 - 2) for week in range(40)]


def drawn(values, steps=(), weights=None, kind="xmr") -> pl.DataFrame:
    periods = [START + timedelta(weeks=week) for week in range(len(values))]
    series = pl.DataFrame({"period": periods, "value": pl.Series(values, dtype=pl.Float64)})
    return chart(series if weights is None else series.with_columns(weight=pl.Series(weights)), kind, steps)


def week(number: int) -> date:
    return START + timedelta(weeks=number)


def test_a_calm_process_has_not_changed():
    assert verdict(drawn(CALM), "higher") == Verdict("no real change")


@pytest.mark.parametrize(("better", "word"), [("higher", "improving"), ("lower", "worsening")])
def test_a_shift_is_named_with_its_start(better: str, word: str):
    found = verdict(drawn(CALM[:32] + [value + 6 for value in CALM[:8]]), better)
    assert (found.word, found.since, found.direction) == (word, week(32), 1)
    assert found.rule == "seven or more in a row on one side of the centre line"


def test_a_trend_is_named_with_its_start():
    values = [*CALM[:34], 52.5, 51.5, 50.5, 49.5, 48.6, 47.6]
    found = verdict(drawn(values), "higher")
    assert (found.word, found.direction) == ("worsening", -1)
    assert found.rule == "six or more in a row, each below the one before"
    assert found.since == week(34)


def test_a_trend_is_named_where_limits_breathe():
    """The last week rises, but it had few customers, so in sigma it falls."""
    values = [0.5 + 0.02 * (-1) ** number for number in range(30)] + [0.49, 0.495, 0.5, 0.505, 0.51, 0.515, 0.52]
    points = drawn(values, weights=[2000.0] * 36 + [30.0], kind="p")
    assert points["trend"][-1] and not points["shift"][-1]
    found = verdict(points, "higher")
    assert (found.word, found.since, found.direction) == ("improving", week(29), 1)


def test_a_single_point_speaks_for_four_weeks_only():
    for last, word in [(0, "improving"), (3, "improving"), (4, "no real change")]:
        values = CALM.copy()
        values[39 - last] = 75
        found = verdict(drawn(values), "higher")
        assert found.word == word, last
        assert found.since == (week(39 - last) if word == "improving" else None)


def test_two_of_three_is_named():
    found = verdict(drawn([*CALM[:37], 40.5, 50, 40.5]), "lower")
    assert (found.word, found.rule) == ("improving", "two of three points beyond two sigma")
    assert found.since == week(37)


def test_the_latest_signal_speaks():
    values = [*CALM[:37], 70, 50, 30]
    assert verdict(drawn(values), "higher").word == "worsening"


def test_eleven_points_are_too_few():
    assert verdict(drawn(CALM[:11]), "higher").word == "too few points"
    assert verdict(drawn(CALM[:12]), "higher").word == "no real change"
    assert verdict(drawn([*CALM[:11], None, None]), "higher").word == "too few points"
    assert verdict(drawn([]), "higher").word == "too few points"


def test_after_a_declared_step_only_the_new_phase_counts():
    stepped = CALM[:25] + [value + 9 for value in CALM[:15]]
    assert verdict(drawn(stepped), "higher").word == "improving"
    assert verdict(drawn(stepped, steps=[week(25)]), "higher").word == "no real change"
    assert verdict(drawn(stepped, steps=[week(30)]), "higher").word == "too few points"


def test_an_old_step_that_nobody_declared_is_not_news():
    new = [value + 9 for value in CALM[:30]]
    found = verdict(drawn(CALM[:30] + new), "higher")
    assert (found.word, found.settled, found.level) == ("no real change", week(30), "better")
    assert verdict(drawn(CALM[:30] + new), "lower").level == "worse"


def test_what_follows_an_old_step_is_judged_on_its_own_level():
    fallen = [value + 9 for value in CALM[:30]] + [value + 4 for value in CALM[:8]]
    found = verdict(drawn(CALM[:30] + fallen), "higher")
    assert (found.word, found.settled) == ("worsening", week(30))
    assert found.since in (week(59), week(60))  # the last week before happens to lie low as well
    assert found.level == "better"


def test_a_share_that_settled():
    weights = [80.0 + 10 * (number % 4) for number in range(60)]
    values = [0.6 + 0.02 * (-1) ** number + (0.25 if number >= 30 else 0) for number in range(60)]
    found = verdict(drawn(values, weights=weights, kind="p"), "higher")
    assert (found.word, found.settled) == ("no real change", week(30))


def test_a_gentle_drift_is_seen_while_it_goes_on():
    chance = np.random.default_rng(6)
    words = [verdict(drawn(chance.normal(size=52) + 4 * np.arange(52) / 52), "higher").word for _ in range(60)]
    assert words.count("improving") >= 40
    assert words.count("worsening") <= 1


def test_noise_rarely_gets_a_word():
    chance = np.random.default_rng(7)
    words = [verdict(drawn(chance.normal(size=52)), "higher").word for _ in range(300)]
    assert words.count("no real change") >= 270


def test_every_verdict_names_its_rule():
    chance = np.random.default_rng(8)
    for _ in range(300):
        values = np.round(np.cumsum(chance.normal(size=30)) * 0.6 + chance.normal(size=30), 1)
        points = drawn(values)
        found = verdict(points, "higher")
        assert bool(found.rule) == (found.word in ("improving", "worsening")) == (found.direction != 0)
        if found.since:
            assert points["period"][0] <= found.since <= points["period"][-1]


@pytest.mark.parametrize(
    ("target", "better", "word"),
    [
        (0, "higher", "always"),
        (50, "higher", "sometimes"),
        (100, "higher", "never"),
        (0, "lower", "never"),
        (50, "lower", "sometimes"),
        (100, "lower", "always"),
        (None, "lower", None),
    ],
)
def test_capability(target, better, word):
    assert capability(drawn(CALM), target, better) == word


def test_capability_is_that_of_the_current_phase():
    points = drawn(CALM[:20] + [value + 40 for value in CALM[:20]], steps=[week(20)])
    assert capability(points, 70, "higher") == "always"
    assert capability(drawn(CALM[:11]), 70, "higher") is None
    assert capability(drawn([1.0] * 15, weights=[30.0] * 15, kind="p"), 1.0, "higher") == "always"


def test_better_must_be_a_direction():
    with pytest.raises(ValueError, match='must be "higher" or "lower"'):
        verdict(drawn(CALM), "up")

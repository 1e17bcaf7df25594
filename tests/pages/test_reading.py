"""What is drawn live is what the refresh would have said, and comparisons hold small groups back."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from bellwether import asking
from bellwether.settings import settings
from bellwether.trends.verdict import Verdict
from bellwether.views import reading, silo_charts, summary
from bellwether.views.chosen import ALL_SILOS

SHARE = {"indicator": "promise_kept", "unit": "share", "better": "higher", "target": 0.9, "currency": None}


@pytest.fixture(scope="module")
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


@pytest.mark.parametrize("indicator", ["promise_kept", "effort", "net_promoter"])
def test_the_live_chart_is_the_refreshs_own(engine, indicator):
    about = asking.ask(engine, settings(), "shared/indicators").filter(indicator=indicator).row(0, named=True)
    weeks = asking.ask(engine, settings(), "silos/weeks", {"indicator": indicator}, few=False)
    marks = asking.ask(engine, settings(), "silos/marks", {"indicator": indicator})
    found = reading.readings(weeks, about, reading.steps_of(marks))
    kept = engine.ask("select * from trend_points where indicator = $indicator", {"indicator": indicator})
    told = engine.ask("select * from trends where indicator = $indicator", {"indicator": indicator})
    assert set(found) == set(kept["silo"])
    for silo, one in found.items():
        stored = kept.filter(silo=silo).sort("week")
        assert one.points["week"].to_list() == stored["week"].to_list()
        assert one.points["special"].to_list() == stored["special"].to_list()
        assert one.points["centre"].to_list() == pytest.approx(stored["centre"].to_list())
        row = told.filter(silo=silo).row(0, named=True)
        assert (one.verdict.word, one.capability) == (row["drawn_verdict"], row["capability"])


WEEKS = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(16)]


def drawn(weeks: int, steps: tuple[date, ...] = ()) -> reading.Reading:
    """A share that leaps from three in ten to nine in ten halfway: marked by every rule once there are weeks enough."""
    rows = [
        {"silo": "Billing", "week": WEEKS[week], **sums(50, hits), "value": hits / 50}
        for week, hits in enumerate([15.0] * (weeks // 2) + [45.0] * (weeks - weeks // 2))
    ]
    return reading.readings(pl.DataFrame(rows), SHARE, {"Billing": steps})["Billing"]


def test_below_twelve_weeks_there_is_a_line_but_no_mark_and_no_verdict():
    short, long = drawn(11), drawn(12)
    assert short.points["value"].null_count() == 0
    assert not short.points["special"].any() and (short.points["direction"] == 0).all()
    assert short.verdict.word == "too few points" and short.capability is None
    assert long.points["special"].any() and long.verdict.word == "improving"
    assert "too early for marks and for a verdict" in silo_charts._said(short, "too few points")


def test_after_a_declared_step_marks_wait_for_twelve_weeks_too():
    points = drawn(16, (WEEKS[10],)).points
    assert set(points["phase"]) == {0, 1}
    assert not points["special"].any()  # ten weeks before the step, six after


def test_a_mark_beside_no_real_change_is_explained_where_it_stands():
    one = drawn(12)
    assert silo_charts.about_marks(one, "no real change").endswith("so a mark alone is not called a change.")
    assert silo_charts.about_marks(one, "improving") == silo_charts.MARKS
    assert silo_charts.about_marks(drawn(11), "no real change") == ""


def sums(observations: int, hits: float) -> dict[str, float]:
    return {
        "observations": observations,
        "weight": float(observations),
        "total": hits,
        "squares": hits,
        "weight_squares": float(observations),
    }


def test_a_difference_of_shares_is_newcombes():
    # Newcombe (1998), table II, case (a): 56/70 against 48/80, 0.0524 to 0.3339
    found = reading.difference(sums(80, 48), sums(70, 56), SHARE)
    assert (found.estimate, found.lower, found.upper) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert found.real


@pytest.mark.parametrize(
    ("first", "second"), [(sums(4, 2), sums(70, 56)), (sums(70, 56), sums(4, 2)), (None, sums(9, 3))]
)
def test_too_few_people_are_not_compared(first, second):
    assert reading.difference(first, second, SHARE) is None


def test_a_figure_over_too_few_people_hides_its_count():
    found = reading.figure(sums(4, 2), SHARE)
    assert found.too_few and found.value is None and found.observations is None


def test_the_groups_of_every_dimension_add_up_to_the_whole(engine):
    given = {"indicator": "promise_kept", "since": None, "until": None, "earlier_since": None, "earlier_until": None}
    groups = asking.ask(engine, settings(), "silos/groups", given, few=False)
    whole = reading.sums_of(groups)["now"]["observations"]
    added = groups.filter(period="now").group_by("dimension").agg(pl.col("observations").sum())
    assert set(added["observations"]) == {whole}
    assert ALL_SILOS not in groups["member"].to_list()


@pytest.mark.parametrize(("word", "settled", "speaks"), [("no real change", None, True), ("improving", None, False)])
def test_capability_is_said_of_a_steady_process_only(word, settled, speaks):
    """Limits that straddle a step answer for a process that no longer runs."""
    read = reading.Reading(pl.DataFrame(), Verdict(word, settled=settled), "never")
    assert summary.steady(read) is speaks

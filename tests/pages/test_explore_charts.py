"""Each chart that a header can ask for is what Plotly takes, and shows what the rows hold and no more."""

from __future__ import annotations

import random
from datetime import date, timedelta

import plotly.graph_objects as go
import polars as pl
import pytest

from bellwether.exploring import Drawing
from bellwether.trends.compare import wilson
from bellwether.views import explore_charts, explore_filters, explore_reading, explore_ways
from bellwether.views.explore_reading import with_interval

FIRST = date(2026, 1, 5)
ROWS = pl.DataFrame(
    {
        "channel": ["phone", "phone", "chat", "chat"],
        "reason": ["bill", "move", "bill", "move"],
        "week": [FIRST, FIRST + timedelta(weeks=1)] * 2,
        "share": [0.5, 0.25, None, 1.0],
        "wait": [10.0, 20.0, 30.0, 40.0],
        "contacts": [20, 40, None, 8],
        "too_few": [False, False, True, False],
    }
)
KINDS = {
    "line": Drawing("line", "week", "share", count="contacts", unit="share", colour="channel", target=0.6),
    "panels": Drawing("line", "week", "share", count="contacts", unit="share", facet="channel", target=0.6),
    "bar": Drawing("bar", "reason", "share", count="contacts", unit="share", colour="channel", target=0.6),
    "bars by week": Drawing("bar", "week", "wait", count="contacts", unit="seconds", facet="channel"),
    "scatter": Drawing("scatter", "wait", "share", count="contacts", unit="share", colour="reason"),
    "heat": Drawing("heat", "channel", "reason", "share", count="contacts", unit="share"),
    "funnel": Drawing("funnel", "reason", "wait", count="contacts", unit="count"),
    "sankey": Drawing("sankey", "channel", "reason", count="contacts"),
}


def drawn(kind: str, rows: pl.DataFrame = ROWS) -> dict:
    """The figure, looked at by Plotly itself: the app leaves that out because it costs more than the chart."""
    figure = explore_charts.figure(with_interval(rows, KINDS[kind]), KINDS[kind], "EUR")
    go.Figure(figure)
    return figure


@pytest.mark.parametrize("kind", KINDS)
def test_plotly_takes_it(kind):
    assert drawn(kind)["data"]


@pytest.mark.parametrize("kind", ["line", "bar", "scatter"])
def test_series_are_told_apart_by_more_than_colour(kind):
    traces = drawn(kind)["data"]
    assert len(traces) == 2 and all(trace["name"] for trace in traces)
    marks = [trace["marker"].get("symbol") or trace["marker"]["pattern"]["shape"] for trace in traces]
    assert len(set(map(str, marks))) == 2


def test_a_panel_for_each_member_on_one_scale():
    figure = drawn("panels")
    assert [trace["yaxis"] for trace in figure["data"]] == ["y", "y2"]
    assert figure["layout"]["yaxis"]["range"] == figure["layout"]["yaxis2"]["range"]
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["phone", "chat"]


def test_bars_over_names_lie_down_and_bars_over_weeks_stand():
    assert drawn("bar")["data"][0]["orientation"] == "h"
    assert drawn("bars by week")["data"][0]["orientation"] == "v"


def test_the_interval_of_a_share_is_wilsons_from_its_count():
    trace = drawn("panels")["data"][0]
    found = wilson(10, 20)
    assert trace["error_y"]["array"][0] == pytest.approx(found.upper - 0.5)
    assert trace["error_y"]["arrayminus"][0] == pytest.approx(0.5 - found.lower)


def test_several_lines_have_no_whiskers_but_say_their_intervals():
    trace = drawn("line")["data"][0]
    assert "error_y" not in trace and "95% interval" in trace["customdata"][0]


def test_a_point_says_what_it_is_called():
    rows = ROWS.with_columns(touchpoint=pl.lit("Help line"))
    assert drawn("scatter", rows)["data"][0]["customdata"][0].startswith("bill, phone, Help line")


def test_an_interval_that_the_answer_brings_is_kept():
    rows = ROWS.with_columns(low=pl.lit(0.1), high=pl.lit(0.9))
    assert with_interval(rows, KINDS["line"]).equals(rows)


def test_a_hidden_cell_of_a_heat_map_has_a_mark_and_no_figure():
    figure = drawn("heat")
    assert figure["data"][0]["z"] == [[0.5, None], [0.25, 1.0]]
    assert [(one["x"], one["y"]) for one in figure["layout"]["annotations"]] == [("chat", "bill")]
    assert figure["data"][0]["customdata"][0][1] == "too few people to show"


def test_a_funnel_says_the_share_of_its_first_step():
    assert drawn("funnel")["data"][0]["text"] == ["10 · 100%", "20 · 200%", "30 · 300%", "40 · 400%"]


def test_flows_go_from_x_to_y_and_hidden_ones_are_left_out():
    link = drawn("sankey")["data"][0]["link"]
    assert list(zip(link["source"], link["target"], link["value"], strict=True)) == [(0, 2, 20), (0, 3, 40), (1, 3, 8)]


def test_nothing_is_drawn_where_all_is_hidden():
    assert explore_charts.figure(ROWS.with_columns(share=None), KINDS["line"]) is None


QUIET = [0.20, 0.21, 0.19, 0.20, 0.22, 0.18, 0.20, 0.21, 0.19, 0.20, 0.21, 0.19]


def weekly(values: list[float], channel: str = "chat") -> pl.DataFrame:
    weeks = [FIRST + timedelta(weeks=place) for place in range(len(values))]
    return pl.DataFrame({"week": weeks, "share": values, "contacts": [400] * len(values), "channel": channel})


ALONE = Drawing("line", "week", "share", count="contacts", unit="share", better="lower", trend=True)


@pytest.mark.parametrize(("last", "word"), [(0.35, "worsening"), (0.05, "improving"), (0.20, "no real change")])
def test_a_trend_gets_the_verdict_of_the_house(last, word):
    found = explore_reading.trends(weekly([*QUIET, last, last]), ALONE)
    assert explore_reading.called(found, ALONE) == {"": word}


def test_a_week_without_a_row_is_a_gap():
    rows = weekly(QUIET)
    points = explore_reading.trends(rows.filter(pl.col("week") != FIRST + timedelta(weeks=5)), ALONE)[""].points
    assert points.height == 12 and points["value"].null_count() == 1


def test_among_several_lines_only_what_survives_chance_is_called():
    wanted = Drawing("line", "week", "share", colour="channel", count="contacts", unit="share", better="lower")
    rows = pl.concat([weekly(QUIET * 2, "phone"), weekly([*QUIET, *[0.4] * 12], "chat")])
    said = explore_reading.called(explore_reading.trends(rows, wanted), wanted)
    assert said == {"phone": "no real change", "chat": "worsening"}


def test_a_mark_on_one_of_many_noisy_lines_is_not_called():
    noise = random.Random(0)
    lines = [weekly([noise.gauss(0.2, 0.02) for _ in range(30)], f"channel {place}") for place in range(12)]
    wanted = Drawing("line", "week", "share", colour="channel", count="contacts", unit="share", better="lower")
    found = explore_reading.trends(pl.concat(lines), wanted)
    assert {one.verdict.word for one in found.values()} == {"no real change", "improving"}
    assert set(explore_reading.called(found, wanted).values()) == {"no real change"}


@pytest.mark.parametrize(
    ("row", "names", "told"),
    [
        ({"channel": "chat"}, {"channels"}, {"channels": ["chat"]}),
        ({"silo": "Billing"}, {"silo"}, {"silo": "Billing"}),
        ({"silo": "Billing"}, {"silos", "silo"}, {"silos": ["Billing"]}),
        ({"channel": None}, {"channels"}, {}),
        ({"channel": "chat"}, {"silos"}, {}),
        ({"week": FIRST}, {"since", "until"}, {"since": FIRST, "until": FIRST + timedelta(days=7)}),
        ({"month": date(2026, 12, 1)}, {"since"}, {"since": date(2026, 12, 1), "until": date(2027, 1, 1)}),
        ({"quarter": date(2026, 10, 1)}, {"until"}, {"since": date(2026, 10, 1), "until": date(2027, 1, 1)}),
    ],
)
def test_what_a_row_becomes(row, names, told):
    assert explore_ways.row_filters(row, {}, names) == told


def test_filters_on_screen_go_along_where_they_are_known():
    told = explore_ways.row_filters({"channel": "chat"}, {"silos": ["Sales"], "stages": ["use"]}, {"silos", "channels"})
    assert told == {"silos": ["Sales"], "channels": ["chat"]}


def test_an_address_names_the_days():
    until = FIRST + timedelta(weeks=1)
    told = explore_ways.address("a/b", {"silos": [], "rows": 200, "since": FIRST, "until": until})
    assert told == {
        "question": "a/b",
        "rows": "At most 200 rows",
        explore_filters.SPAN: "Choose dates",
        explore_filters.DAYS: ["2026-01-05", "2026-01-11"],
    }

"""The figures are what Plotly takes, and say what the charts found."""

from __future__ import annotations

from datetime import date, timedelta

import plotly.graph_objects as go
import polars as pl
import pytest

from bellwether.trends import spc
from bellwether.views import figures, look, multiples

ABOUT = {"unit": "share", "better": "higher", "target": 0.9, "currency": None}
FIRST = date(2025, 9, 1)


def points(values: list[float | None]) -> pl.DataFrame:
    weeks = [FIRST + timedelta(weeks=place) for place in range(len(values))]
    series = pl.DataFrame({"period": weeks, "value": values, "weight": [200.0] * len(values)})
    return spc.chart(series, "p").rename({"period": "week"}).with_columns(observations=pl.lit(200))


QUIET = [0.80, 0.81, 0.79, 0.80, 0.82, 0.78, 0.80, 0.81, 0.79, 0.80, 0.81, 0.79]


def checked(figure: dict) -> dict:
    """Plotly's own check, which the app leaves out because it costs more than the chart."""
    go.Figure(figure)
    return figure


@pytest.mark.parametrize(("last", "shape", "tone"), [(0.99, "triangle-up", "good"), (0.55, "triangle-down", "bad")])
def test_a_special_cause_has_a_shape_of_its_own(last, shape, tone):
    marker = checked(figures.control_chart(points([*QUIET, last]), ABOUT))["data"][-1]["marker"]
    assert marker["symbol"][-1] == shape and marker["color"][-1] == look.TONES[tone]
    assert set(marker["symbol"][:5]) == {"circle"}


def test_up_is_worse_where_lower_is_better():
    lower = {**ABOUT, "better": "lower", "target": None}
    marker = checked(figures.control_chart(points([*QUIET, 0.99]), lower))["data"][-1]["marker"]
    assert marker["symbol"][-1] == "triangle-down"


def test_the_hover_says_value_week_denominator_and_usual_range():
    hover = figures.control_chart(points(QUIET), ABOUT)["data"][-1]["customdata"][0]
    assert "80.0%" in hover and "1 Sep 2025" in hover and "200 observations" in hover and "usual range" in hover


def test_steps_commitments_and_the_standard_are_drawn():
    named = {"who": "A", "due": None}
    marks = [
        {"day": FIRST + timedelta(weeks=4), "kind": "step", "label": "New telephone system", **named},
        {
            "day": FIRST + timedelta(weeks=9),
            "kind": "commitment",
            "label": "Call back",
            "who": "B",
            "due": FIRST + timedelta(weeks=10),
        },
        {"day": FIRST - timedelta(weeks=9), "kind": "commitment", "label": "Long ago", **named},
    ]
    drawn = checked(figures.control_chart(points(QUIET), ABOUT, marks))["layout"]
    texts = [note["text"] for note in drawn["annotations"]]
    assert texts == ["standard 90%", "Step: New telephone system", "Commitment: Call back"]
    lines = [shape["line"]["dash"] for shape in drawn["shapes"] if shape["type"] == "line"]
    assert lines == ["dash", "solid", "dot"]
    (band,) = [shape for shape in drawn["shapes"] if shape["type"] == "rect"]
    assert (band["x0"], band["x1"]) == ("2025-11-03", "2025-11-10")


def test_small_multiples_share_one_scale_and_one_trace_a_panel():
    panels = {"All silos": points(QUIET), "Billing": points([*QUIET[:11], 0.4]), "Sales": points([None, *QUIET[1:]])}
    figure = checked(multiples.small_multiples(panels, ABOUT, {silo: silo for silo in panels}))
    assert len(figure["data"]) == len(panels)
    ranges = {tuple(axis["range"]) for name, axis in figure["layout"].items() if name.startswith("yaxis")}
    assert len(ranges) == 1 and next(iter(ranges))[0] < 0.4  # nothing is cut off
    assert [note["text"] for note in figure["layout"]["annotations"]] == list(panels)


def test_a_week_without_figure_is_a_gap():
    trace = figures.control_chart(points([*QUIET[:5], None, *QUIET[6:]]), ABOUT)["data"][-1]
    assert trace["y"][5] is None and trace["connectgaps"] is False

"""The What matters page: every model, its quadrants, its small segments, and why one can't be told."""

from __future__ import annotations

import polars as pl
import pytest

from bellwether import asking
from bellwether.settings import settings
from bellwether.views import matters, matters_more
from bellwether.views.matters_words import driver, in_charge


@pytest.fixture
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


@pytest.mark.parametrize("outcome", ["satisfaction", "loyalty"])
@pytest.mark.parametrize("drivers", ["items", "operations"])
def test_every_model_is_drawn(sample_warehouse, app, outcome, drivers):
    at = app("what_matters/what_matters.py", outcome=outcome, drivers=drivers, more="How far to trust this")
    assert not at.exception and not at.error
    said = " ".join(one.value for one in at.markdown)
    assert "comes first with" in said and "An association" in said and "rows hold every answer" in said


def test_the_quadrants_are_those_of_the_figures(engine):
    rows = asking.ask(engine, settings(), "what_matters/drivers")
    for _, one in rows.group_by("model"):
        even, middle = 1 / one.height, one["value"].mean()
        for row in one.iter_rows(named=True):
            much, well = row["share"] >= even, row["value"] >= middle - 1e-9
            words = {(True, False): "fix first", (True, True): "keep it up", (False, False): "watch"}
            assert row["quadrant"] == words.get((much, well), "leave as it is")
            clear = row["share_low"] > even or row["share_high"] < even
            assert row["is_clear"] == clear
    late = rows.filter(driver="late_answer").row(0, named=True)
    assert late["indicator"] == "answered_promptly" and len(late["people_in_charge"]) > 2
    assert in_charge(late["people_in_charge"]).endswith("others") and in_charge(None) == "nobody yet"


FIRST = {"share": 0.3, "share_low": 0.2, "share_high": 0.4, "driver": "late_answer", "quadrant": "fix first"}
MODEL = {"value": 0.4, "low": 0.3, "high": 0.5, "rated": "csat"}


@pytest.mark.parametrize(
    ("clear", "said"),
    [
        ([], "What to fix first is not clear."),
        (["ease"], "Fix first: **Ease**."),
        (["ease", "valued", "kept_informed", "a fourth"], "Fix first: **Ease, Valued and Kept informed**."),
    ],
)
def test_only_what_is_clear_is_named_to_be_fixed_first(clear, said):
    rows = [{**FIRST, "driver": name, "is_clear": True} for name in clear] + [{**FIRST, "is_clear": False}]
    named = said.replace("Ease", driver("ease")).replace("Valued", driver("valued"))
    assert named in matters.sentence(MODEL, pl.DataFrame(rows))
    assert "Fix first" not in matters.sentence(MODEL, pl.DataFrame([{**FIRST, "quadrant": "watch", "is_clear": True}]))


def test_each_driver_is_a_point_of_the_map(engine):
    rows = asking.ask(engine, settings(), "what_matters/drivers").filter(model="satisfaction items")
    figure = matters.map_of(rows, {"kind": "items"})
    assert sum(len(one["x"]) for one in figure["data"]) == rows.height
    assert {shape["type"] for shape in figure["layout"]["shapes"]} == {"line"}


def test_a_segment_of_few_people_tells_nothing():
    rows = pl.DataFrame(
        {
            "member": ["small"],
            "observations": [None],
            "too_few": [True],
            "value": [None],
            "low": [None],
            "high": [None],
            "whole": [0.1],
        }
    )
    assert matters_more._member(rows.row(0, named=True))["text"] == "too few"
    assert matters_more._size({"too_few": True, "observations": None, "own": 0, "drawn": 1.0}) == "too few"


def test_why_nothing_can_be_weighed_is_said():
    from streamlit.testing.v1 import AppTest

    def nothing():
        from bellwether.views import matters

        matters.cannot_tell({"lacks": "No survey with an overall rating (csat or nps) was answered."})

    at = AppTest.from_function(nothing).run()
    assert "No survey" in at.info[0].value


def test_a_surveys_own_item_is_called_by_its_name():
    assert driver("signs_on_roads") == "Signs on roads" and driver("wifi") == "Wi-Fi"

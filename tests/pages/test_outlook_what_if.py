"""What if, in words: the difference, the customers, and an interval that holds nothing."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bellwether.views import current, what_if

ROW = {"difference": 0.0005, "customers": 6, "customers_low": 2, "customers_high": 10}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "6 customers more (95%: 2 to 10)"),
        ({"customers": -6, "customers_low": -10, "customers_high": -2}, "6 customers fewer (95%: 2 to 10)"),
        ({"customers_low": -3}, "6 customers more; the 95% interval holds no change at all."),
        (
            {"customers": 0, "customers_low": 0, "customers_high": 0},
            "That is where it stands now, or too near to it to count in customers.",
        ),
    ],
)
def test_customers(change, said):
    assert what_if.customers(ROW | change) == said


def test_a_difference_keeps_the_decimals_that_it_needs():
    assert what_if.difference(ROW) == "+0.05 points"
    assert what_if.difference(ROW | {"difference": -0.0123}) == "−1.23 points"


def drawn():
    import polars as pl

    from bellwether.views import what_if

    rows = pl.DataFrame(
        {
            "indicator": ["kept"] * 3,
            "title": ["Promises kept"] * 3,
            "unit": ["share"] * 3,
            "better": ["higher"] * 3,
            "value": [0.7, 0.75, 0.8],
            "now": [0.72] * 3,
            "retained": [0.93, 0.931, 0.932],
            "lower": [0.929, 0.9305, 0.931],
            "upper": [0.931, 0.9315, 0.933],
            "retained_now": [0.9304] * 3,
            "difference": [-0.0004, 0.0006, 0.0016],
            "customers": [-4, 7, 18],
            "customers_low": [-9, 3, 8],
            "customers_high": [1, 11, 28],
        }
    )
    what_if.what_if(rows, "kept")
    what_if.what_if(rows, "another")


def test_the_reader_moves_the_indicator_inside_its_range():
    at = AppTest.from_function(drawn)
    at.session_state[current.HOME] = Path("000001-20260921T000000")
    at.run()
    (slider,) = at.select_slider
    assert slider.options == ["70.0%", "75.0%", "80.0%"]
    assert at.metric[0].value == "+0.16 points"  # the better end, at first
    assert "An association" in at.caption[0].value
    slider.set_value(0).run()
    assert at.metric[0].value == "−0.04 points"
    assert "holds no change" in at.caption[1].value

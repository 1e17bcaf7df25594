"""Words from figures, row by row."""

import polars as pl
import pytest

from bellwether.foresight.evidence_protocol import Protocol
from bellwether.foresight.evidence_verdict import with_verdicts

LEADS = {"lower": 0.01, "upper": 0.03, "p": 1e-6, "share_positive": 1.0}
NOTHING = {"lower": -0.001, "upper": 0.001, "p": 0.5, "share_positive": 0.5}
SORTS = {"between_lower": 0.01, "between_p": 1e-6, "between_share_positive": 1.0}
PLAIN = {"between_lower": -0.001, "between_p": 0.5, "between_share_positive": 0.5, "origins": 10, "events": 900}
PLAIN |= {"share_agreeing": None}


def verdicts(*gaps: dict, indicator: str = "it") -> pl.DataFrame:
    rows = [
        {"indicator": indicator, "gap": gap, **PLAIN, **row} for gap, row in zip((0, 4, 8, 13, 26), gaps, strict=False)
    ]
    return with_verdicts(pl.DataFrame(rows, infer_schema_length=None), Protocol())


@pytest.mark.parametrize(
    ("gaps", "verdict"),
    [
        ([LEADS], "leads by 0 weeks"),
        ([LEADS, LEADS, LEADS, NOTHING, NOTHING], "leads by 8 weeks"),
        ([LEADS, NOTHING, LEADS], "leads by 0 weeks"),  # every gap up to it
        ([NOTHING, LEADS, LEADS], "looks back"),
        ([LEADS | SORTS, NOTHING], "leads by 0 weeks"),
        ([NOTHING | SORTS, NOTHING], "sorts, does not warn"),
        ([NOTHING, NOTHING | SORTS], "sorts, does not warn"),
        ([NOTHING, NOTHING], "looks back"),
        ([LEADS | {"share_positive": 0.8}], "leads by 0 weeks"),
        ([LEADS | {"share_positive": 0.79, "upper": 0.0149}], "looks back"),
        ([LEADS | {"share_agreeing": 0.8}], "leads by 0 weeks"),
        ([LEADS | {"share_agreeing": 0.79, "upper": 0.0149}], "looks back"),  # it warns of the good readings
        ([LEADS | {"lower": 0.0, "upper": 0.004}], "looks back"),
        ([LEADS | {"p": 0.06, "upper": 0.0149}], "looks back"),
        ([LEADS | {"origins": 5}], "cannot tell yet"),
        ([LEADS | {"events": 99}], "cannot tell yet"),
        ([LEADS, LEADS | {"origins": 5}], "leads by 0 weeks"),
        ([NOTHING | SORTS | {"upper": 0.006}], "cannot tell yet"),  # it may warn as well
    ],
)
def test_with_verdicts(gaps, verdict):
    assert verdicts(*gaps)["verdict"].unique().to_list() == [verdict]


def test_a_week_is_not_weeks():
    row = {"indicator": "it", **PLAIN, **LEADS}
    told = with_verdicts(pl.DataFrame([row | {"gap": 0}, row | {"gap": 1}]), Protocol(gaps=(0, 1)))
    assert told["verdict"].to_list() == ["leads by 1 week"] * 2
    assert told["lead_weeks"].to_list() == [1, 1]


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (LEADS, None),
        (LEADS | {"origins": 2}, "4 more origins"),
        (LEADS | {"origins": 5, "events": 99}, "1 more origin and 1 more event"),
        # Twice too wide needs four times the events: three times as many more, said with two digits.
        (NOTHING | {"lower": -0.004, "upper": 0.006, "events": 411}, "1,300 more events"),
        ({**dict.fromkeys(LEADS), "events": 0, "origins": 0}, "6 more origins and 100 more events"),
    ],
)
def test_what_is_missing_is_said(row, missing):
    assert verdicts(row)["missing"].to_list() == [missing]


def test_many_candidates_raise_the_bar():
    """p = .004 is enough alone, and not among forty that show nothing."""
    near = LEADS | {"p": 0.004}
    assert verdicts(near)["verdict"][0] == "leads by 0 weeks"
    crowd = [{"indicator": f"other {number}", "gap": 0, **PLAIN, **NOTHING} for number in range(40)]
    told = with_verdicts(pl.DataFrame([{"indicator": "it", "gap": 0, **PLAIN, **near}, *crowd]), Protocol())
    assert told["q"][0] == pytest.approx(0.004 * 41)
    assert told["verdict"][0] != "leads by 0 weeks"


def test_rows_too_thin_to_tell_do_not_raise_the_bar():
    told = verdicts(LEADS | {"p": 0.04}, LEADS | {"p": 0.9, "origins": 3})
    assert told["q"].to_list() == [pytest.approx(0.04), None]

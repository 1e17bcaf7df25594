"""Every question to explore has a test case, and every case comes out as its file says."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from bellwether import cases, sql
from bellwether.settings import ROOT, settings

CASES = ROOT / "tests" / "cases" / "explore"
FOUND = sorted(file.parent for file in CASES.rglob(cases.EXPECTED))
FILES = sql.find(ROOT / "queries", "explore")


def named(case: Path) -> str:
    return str(case.relative_to(CASES))


@pytest.mark.parametrize("file", FILES, ids=sql.shown)
def test_every_question_has_a_case(file):
    name = str(file.relative_to(ROOT / "queries" / "explore")).removesuffix(".sql")
    assert [case for case in FOUND if named(case.parent) == name], f"Write tests/cases/explore/{name}/CASE/expected.csv"


@pytest.mark.parametrize("case", FOUND, ids=named)
def test_a_case_comes_out_as_expected(case):
    file = ROOT / "queries" / "explore" / f"{named(case.parent)}.sql"
    query = sql.parse(file, ROOT / "queries")
    assert cases.differences(cases.answer(settings(), query, case), case / cases.EXPECTED) == []


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        ("channel,share\nchat,0.5\n", []),
        ("channel,share\nchat,0.4\n", ["row 1, share: 0.4 expected, 0.5 found"]),
        ("channel,share\nchat,\n", ["row 1, share: nothing expected, 0.5 found"]),
        ("channel,share\nphone,0.5\n", ["row 1, channel: phone expected, chat found"]),
        ("channel,share\nchat,0.5\nphone,1\n", ["2 rows expected, 1 found"]),
        ("channel\nchat\n", ["columns: channel expected, channel, share found"]),
    ],
)
def test_a_difference_names_row_column_and_both_values(tmp_path, expected, says):
    (tmp_path / "expected.csv").write_text(expected, encoding="utf-8")
    found = pl.DataFrame({"channel": ["chat"], "share": [0.5]})
    assert cases.differences(found, tmp_path / "expected.csv") == says


def test_a_question_over_a_roll_up_says_what_is_not_there(tmp_path):
    file = tmp_path / "queries" / "explore" / "a" / "b.sql"
    file.parent.mkdir(parents=True)
    text = "-- title: T\n-- question: Q?\n-- count: n\n\nselect silo, count(*) as n from silo_weeks group by silo\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(sql.QueryError, match="does not exist"):
        cases.answer(settings(), sql.parse(file, tmp_path / "queries"), tmp_path)

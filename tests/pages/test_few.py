"""Small groups leave nothing behind."""

from __future__ import annotations

import polars as pl

from bellwether.settings import FEWEST_PEOPLE
from bellwether.views.few import TELLING, suppressed


def test_fewer_than_five_people_lose_every_telling_figure():
    rows = pl.DataFrame(
        {
            "silo": ["a", "b", "c", "d"],
            "observations": [0, FEWEST_PEOPLE - 1, FEWEST_PEOPLE, None],
            **{name: [1.0, 2.0, 3.0, None] for name in TELLING if name != "observations"},
        }
    )
    shown = suppressed(rows)
    assert shown["too_few"].to_list() == [False, True, False, False]
    assert shown.select(TELLING).row(1) == (None,) * len(TELLING)  # the count too: it would give the rest away
    assert shown["value"].to_list() == [1.0, None, 3.0, None]


def test_answers_about_no_people_pass_as_they_are():
    rows = pl.DataFrame({"file": ["a.csv"], "rows": [3]})
    assert suppressed(rows) is rows

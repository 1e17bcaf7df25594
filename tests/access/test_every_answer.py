"""Of a group that is too small no answer to any question tells a figure, under whatever name; and no verdict does."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from bellwether import asking, cells, sql
from bellwether.access.suppression import TOO_FEW, fewest, suppressed
from bellwether.settings import settings
from bellwether.verdict_marts import INDICATOR, Case, judged
from bellwether.verdicts import CANNOT_TELL


@pytest.fixture(scope="module")
def engine(sample_warehouse):
    opened = asking.open_current(settings())
    yield opened
    opened.close()


def answers() -> list[sql.Query]:
    return [one for one in sql.load(settings().queries, "answer") if not one.id.split("/")[-1].startswith("_")]


@pytest.mark.parametrize("query", answers(), ids=lambda one: one.id)
def test_a_row_with_too_few_people_holds_no_figure(engine, query):
    """With five hundred for five, so that many groups are too small: the names of the columns are what is tested."""
    told = settings()
    own = cells.listed(query, "own")
    rows = suppressed(asking.ask(engine, told, query.id, {}, few=False), 500, own)
    if TOO_FEW not in rows.columns:
        return
    few = rows.filter(TOO_FEW)
    figures = {name for name, kind in few.schema.items() if kind.is_float()} - set(own)
    shown = [name for name in sorted(figures) if few[name].is_not_null().any()]
    assert not shown, f"{query.id} shows {shown}"


def weeks(people: int, few_from: int = 200) -> pl.DataFrame:
    """A unit that is treated, of so many people (from a week on: of two), beside four others."""
    first = date(2024, 1, 1)
    rows = [
        {
            "unit": unit,
            "treated": unit == "ours",
            "week": first + timedelta(weeks=week),
            "weight": 60.0,
            "total": 30.0 + (week * 7 + len(unit) * 3) % 5,
            "people": (2 if week >= few_from else people) if unit == "ours" else 40,
        }
        for week in range(110)
        for unit in ("ours", "a", "bb", "ccc", "dddd")
    ]
    return pl.DataFrame(rows)


def case(found: pl.DataFrame) -> Case:
    overlaps = pl.DataFrame(schema={"unit": pl.String, "other": pl.String, "start": pl.Date, "share": pl.Float64})
    told = ("promised", INDICATOR, "promise_kept", date(2025, 9, 1), 0.1, "higher", "share")
    return Case(*told, found, overlaps, fewest(None))


def test_a_commitment_to_four_people_has_no_verdict_and_no_points():
    said = judged(case(weeks(people=4)))
    assert said.word == CANNOT_TELL and "5 people or more" in said.why
    assert said.estimate is None and said.points is None
    assert judged(case(weeks(people=5))).points is not None


def test_a_week_of_two_people_is_no_part_of_the_comparison():
    """What it was can't be told from what is shown: any other week there would have given the same."""
    found = weeks(people=9, few_from=95)
    other = found.with_columns(total=pl.when(pl.col("people") == 2).then(0.0).otherwise("total"))
    first, second = judged(case(found)), judged(case(other))
    assert first.points.equals(second.points) and first.estimate == second.estimate
    whole = judged(case(weeks(people=9)))
    assert first.points.height < whole.points.height

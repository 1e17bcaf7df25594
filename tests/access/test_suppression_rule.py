"""Small groups leave nothing behind."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from bellwether.access.suppression import COUNTS, fewest, fewest_comments, suppressed, too_few
from bellwether.settings import FEWEST_PEOPLE, Company


def test_fewer_than_five_people_lose_every_telling_figure():
    rows = pl.DataFrame(
        {
            "silo": ["a", "b", "c", "d"],
            "observations": [0, FEWEST_PEOPLE - 1, FEWEST_PEOPLE, None],
            **{name: [1.0, 2.0, 3.0, None] for name in COUNTS if name not in ("observations", "people")},
        }
    )
    shown = suppressed(rows)
    assert shown["too_few"].to_list() == [False, True, False, False]
    assert set(shown.drop("silo", "too_few").row(1)) == {None}  # the count too: it would give the rest away
    assert shown["value"].to_list() == [1.0, None, 3.0, None]


def test_what_is_the_companys_own_stays_beside_a_small_group():
    rows = pl.DataFrame({"observations": [4], "target": [0.9], "value": [0.5]})
    assert suppressed(rows, own=["target"]).select("target", "value").row(0) == (0.9, None)
    assert suppressed(rows)["target"][0] is None


def test_answers_about_no_people_pass_as_they_are():
    rows = pl.DataFrame({"file": ["a.csv"], "rows": [3]})
    assert suppressed(rows) is rows


def test_people_count_where_they_are_known_not_observations():
    rows = pl.DataFrame({"observations": [50, 50], "people": [4, 5], "value": [0.5, 0.5]})
    assert suppressed(rows)["value"].to_list() == [None, 0.5]
    assert suppressed(rows).select("observations", "people").row(0) == (None, None)


COUNTED = st.one_of(st.none(), st.integers(0, 12))


@given(st.dictionaries(st.sampled_from(["people", "people_at_least", "observations"]), COUNTED), st.integers(1, 8))
def test_one_group_is_judged_as_a_frame_of_it_is(group, least):
    told = {name: [count] for name, count in group.items() if count is not None}
    judged = suppressed(pl.DataFrame(told, schema=dict.fromkeys(told, pl.Int64)), least) if told else None
    assert too_few(group, least) == (judged is not None and judged["too_few"][0])


def test_a_setting_raises_the_rule_and_never_lowers_it():
    rows = pl.DataFrame({"observations": [4, 6, 20], "value": [1.0, 1.0, 1.0]})
    assert suppressed(rows, fewest(Company(fewest_people=10)))["value"].to_list() == [None, None, 1.0]
    assert suppressed(rows, fewest(Company(fewest_people=1)))["value"].to_list() == [None, 1.0, 1.0]
    assert (fewest_comments(), fewest_comments(Company(fewest_people=25))) == (10, 25)

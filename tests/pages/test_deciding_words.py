"""What was written, judged and decided, in words; and the record of a review."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from bellwether.accountability import Change, Conflict
from bellwether.accountability.commitments import Commitment
from bellwether.accountability.events import Event
from bellwether.accountability.reviews import Decision, Review
from bellwether.accountability.standing import standing
from bellwether.views import aims, edits, event_study, exceptions, figures, judgement, minutes

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
SHARE = {"title": "Promises kept", "unit": "share", "better": "higher", "currency": None}
EFFORT = {"title": "Effort", "unit": "count", "better": "lower", "currency": None}


def a_commitment(**other) -> Commitment:
    told = dict.fromkeys(Commitment.__dataclass_fields__)
    told |= {"id": "one", "title": "One", "silo": "Billing", "treats": (), "state": "started", "version": 1}
    return Commitment(**{**told, "due": date(2026, 6, 30), "changed_at": AT, "changed_by": "Ann", **other})


def a_change(field: str, before, after) -> Change:
    return Change(field, before, after, "Nadia", AT)


def test_a_conflict_is_a_question_with_name_field_and_value():
    conflict = Conflict("x", (a_change("due", date(2026, 6, 1), date(2026, 7, 3)),), {"due": date(2026, 8, 1)}, 4)
    assert edits.clash(conflict) == (
        "Nadia changed the due date to 3 Jul 2026 since you opened it. Keep theirs, or write yours over it?"
    )


def test_a_conflict_about_different_fields_offers_both():
    conflict = Conflict("x", (a_change("cost", 1.0, 2.0),), {"title": "New"}, 4)
    assert edits.clash(conflict).endswith("What you changed is something else. Save yours too, or keep theirs alone?")
    assert edits.both(conflict).rows() == [
        ("cost", "1", "2", "not changed"),
        ("title", "", "not changed", "New"),
    ]


def test_a_history_says_sizes_in_their_unit_and_leaves_out_what_follows():
    event = Event(1, "standard", "promise_kept", 1, AT, "data/governance", "seeded", "", ())
    changes = (a_change("target", None, 0.85), a_change("terms", None, 1), a_change("indicator", None, "promise_kept"))
    told = edits.history([Event(**{**vars(event), "changes": changes})], "share")
    assert told.rows() == [("4 May 2026, 12:00", "the governance files", "taken in", "target", "nothing", "85.0%", "")]


@pytest.mark.parametrize(
    ("expected", "about", "sentence", "warned"),
    [
        (0.12, SHARE, "Promises kept rises by 12 points", False),
        (-0.12, SHARE, "Promises kept falls by 12 points", True),
        (-0.1, EFFORT, "Effort falls by 0.1 on average", False),
        (0.1, EFFORT, "Effort rises by 0.1 on average", True),
        (None, SHARE, "Promises kept, no size declared", False),
        (None, None, "No indicator is declared", False),
    ],
)
def test_an_aim_is_said_with_its_direction_and_warned_of_where_it_is_for_the_worse(expected, about, sentence, warned):
    assert aims.sentence(expected, about) == sentence
    assert bool(aims.contradicts(expected, about)) == warned


VERDICT = {
    **{"word": "worked", "title": "Promises kept", "unit": "share", "measure": "indicator"},
    **{"estimate": 0.148, "lower": 0.112, "upper": 0.184, "until": None},
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "Worked: Promises kept moved by +15 points, 95% interval +11 to +18 points."),
        (
            {"word": "cannot tell"},
            "Cannot tell. What was seen: Promises kept moved by +15 points, 95% interval +11 to +18 points.",
        ),
        ({"word": "cannot tell yet", "until": date(2027, 1, 3)}, "Cannot tell yet: it will be told on 3 Jan 2027."),
        ({"word": "cannot tell", "estimate": None}, "Cannot tell."),
        (
            {"word": "no effect seen", "estimate": -0.003, "lower": -0.03, "upper": 0.024},
            "No effect seen: Promises kept moved by 0 points, 95% interval −3 to +2 points.",
        ),
    ],
)
def test_a_verdict_is_a_sentence_with_its_interval(change, sentence):
    assert judgement.sentence({**VERDICT, **change}) == sentence


def test_every_word_of_a_verdict_has_a_shape_of_its_own():
    from bellwether.verdicts import WORDS

    assert set(judgement.STATES) == set(WORDS)
    shapes = [one.shape for one in (*judgement.STATES.values(), judgement.UNJUDGED)]
    assert len(shapes) == len(set(shapes))


def test_standing_counts_each_commitment_once():
    day = date(2026, 7, 2)
    made = [
        a_commitment(state="idea"),
        a_commitment(state="agreed", due=date(2026, 7, 2)),  # due today is not late yet
        a_commitment(state="started"),
        a_commitment(state="done", done_on=date(2026, 6, 30)),
        a_commitment(state="done", done_on=date(2026, 7, 1)),
        a_commitment(state="abandoned"),
    ]
    told = standing(made, day)
    assert (told.ideas, told.open, told.overdue, told.in_time, told.late, told.abandoned) == (1, 2, 1, 1, 1, 1)
    assert told.done == 2


BLOCKS = pl.DataFrame(
    {
        "from_week": [-16, -4, 0],
        "to_week": [-13, -1, 3],
        "side": ["before", "set aside", "after"],
        "estimate": [0.01, -0.02, 0.14],
        "lower": [-0.03, -0.06, 0.09],
        "upper": [0.05, 0.02, 0.19],
    }
)
POINTS = pl.DataFrame({"week": [-20, -16, 0], "side": ["before", "before", "after"], "gap": [0.5, 0.01, 0.14]})


def test_an_event_study_is_in_points_with_whiskers_and_a_line_at_zero():
    figure = event_study.event_study(BLOCKS, POINTS, VERDICT)
    weeks, blocks = figure["data"]
    assert blocks["x"] == [-14.5, -2.5, 1.5]
    assert blocks["y"] == pytest.approx([1, -2, 14])
    assert blocks["error_y"]["array"] == pytest.approx([4, 4, 5])
    assert blocks["error_y"]["arrayminus"] == pytest.approx([4, 4, 5])
    assert weeks["x"] == [-16, 0]  # what lies before the blocks is left out
    assert len(set(blocks["marker"]["symbol"])) == 3  # sides are told apart by shape
    assert {"y0": 0, "y1": 0}.items() <= figure["layout"]["shapes"][0].items()


def test_a_commitments_line_on_the_chart_says_its_verdict_and_when_it_was_done():
    points = pl.DataFrame({"week": [date(2026, 1, 5), date(2026, 3, 2)]})
    mark = {"day": date(2026, 2, 2), "kind": "commitment", "label": "Call back", "due": None, "verdict": "worked"}
    done = {**mark, "kind": "done", "verdict": None}
    said = [note["text"] for note in figures._mark_names(points, [mark, done])]
    assert said == ["Commitment: Call back (▲ worked)", "Done: Call back"]


REVIEW = Review("r", date(2026, 2, 1), date(2026, 5, 4), "Ann", date(2026, 5, 5), "Bea", "000007-2026", 2)


def a_decision(text: str, sentence: str = "Effort at Billing is worsening.") -> Decision:
    return Decision("r", "worse/effort", sentence, text, date(2026, 5, 4), "Ann", 1, AT)


def test_a_record_names_data_people_decisions_and_what_was_left():
    text = minutes.markdown(REVIEW, [a_decision("Hire two"), a_decision(minutes.UNDECIDED, "Late: x.")], "Veldlicht")
    assert "# Review of 5 May 2026" in text
    assert "since 1 Feb 2026. Opened by Ann on 4 May 2026, closed by Bea on 5 May 2026." in text
    assert "Data version: 000007-2026." in text
    assert "2 exceptions, of which 1 decided and 1 left undecided." in text
    assert "**Hire two** (Ann, 4 May 2026)" in text
    assert text.index("Hire two") < text.index("## Left undecided") < text.index("- Late: x.")


def test_what_people_typed_stays_text_in_a_record():
    text = minutes.markdown(REVIEW, [a_decision("Ask\n# All [here](http://x) <b>")], "V")
    assert "\n# All" not in text and "\\[here\\](http://x) \\<b\\>" in text


def test_the_record_as_a_table_says_what_was_decided():
    told = minutes.table(REVIEW, [a_decision("Hire two"), a_decision(minutes.UNDECIDED)])
    assert told["Decided"].to_list() == [True, False]
    assert told["By"].to_list() == ["Ann", "Ann"]
    assert set(told["Closed by"]) == {"Bea"} and set(told["Data version"]) == {"000007-2026"}


def test_exceptions_have_names_that_stay_and_one_for_each_silo_without_owner():
    nothing = pl.DataFrame(schema={"verdict": pl.String})
    told = pl.DataFrame(schema={"told_on": pl.Date, "word": pl.String, "commitment": pl.String, "measure": pl.String})
    pairs = pl.DataFrame({"silo": ["A", "A", "B"], "title": ["x", "y", "x"], "owner": [None, None, "Ann"]})
    found = exceptions.Found(nothing, nothing, nothing, told, pairs, [a_commitment(owner="Ann")], [], {}, {})
    once, again = (exceptions.exceptions(found, None, date(2026, 7, 2)) for _ in range(2))
    assert once == again
    assert [one.name for one in once] == ["overdue/one/2026-06-30", "no owner/A"]
    assert once[1].sentence == "At A nobody owns 2 measured indicators: x, y. Nobody leads the silo either."


def test_verdicts_since_the_last_review_are_exceptions_and_the_worse_come_first():
    row = {**VERDICT, "commitment": "one", "told_on": date(2026, 6, 1)}
    rows = [
        {**row, "measure": "indicator", "word": "worked"},
        {**row, "measure": "loyalty", "word": "made it worse"},
        {**row, "measure": "old", "word": "worked", "told_on": date(2026, 1, 1)},
        {**row, "measure": "waiting", "word": "cannot tell yet"},
    ]
    nothing = pl.DataFrame(schema={"verdict": pl.String})
    pairs = pl.DataFrame(schema={"silo": pl.String, "title": pl.String, "owner": pl.String})
    made = [a_commitment(due=None)]
    found = exceptions.Found(nothing, nothing, nothing, pl.DataFrame(rows), pairs, made, [], {}, {})
    names = [one.name for one in exceptions.exceptions(found, date(2026, 5, 1), date(2026, 7, 2))]
    assert names == ["verdict/one/loyalty/made it worse", "verdict/one/indicator/worked"]

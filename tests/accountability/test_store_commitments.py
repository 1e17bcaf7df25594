"""The life of a commitment: what may follow what, what is locked when it starts, and what every refusal says."""

from __future__ import annotations

from datetime import date

import pytest
from stores import READY, idea, started

from bellwether.accountability import Refused, commitments, events, moves

TITLE = '"Answer in a day"'


def act(store, one, move: str, **told):
    return getattr(moves, move)(store, one.id, seen=one.version, by="Bob", **told)


def test_from_idea_to_done(store, clock):
    one = idea(store)
    assert (one.id, one.state, one.version, one.currency) == ("answer-in-a-day", "idea", 1, None)
    one = act(store, one, "agree")
    one = act(store, one, "start")
    assert (one.state, one.start, one.declared_on, one.declared_due) == (
        *("started", date(2026, 5, 4), date(2026, 5, 4)),
        date(2026, 6, 30),
    )
    clock.turn(days=30)
    one = act(store, one, "finish")
    assert (one.state, one.done_on, one.days_late(date(2027, 1, 1))) == ("done", date(2026, 6, 3), 0)
    assert [event.what for event in events.history(store, "commitment", one.id)] == [
        *("proposed", "agreed", "started", "done"),
    ]


PATHS = {  # state -> the moves that lead there from an idea
    "idea": (),
    "agreed": ("agree",),
    "started": ("agree", "start"),
    "done": ("agree", "start", "finish"),
    "abandoned": ("abandon",),
}
LEGAL = {
    **{("idea", "agree"): "agreed", ("agreed", "start"): "started", ("started", "finish"): "done"},
    **{(state, "abandon"): "abandoned" for state in ("idea", "agreed", "started")},
    **{("done", "reopen"): "started", ("abandoned", "reopen"): "idea"},
}
WHY = {"abandon": {"reason": "no money"}, "reopen": {"reason": "a mistake"}}


@pytest.mark.parametrize("state", PATHS)
def test_every_move_from_every_state(store, state):
    for move in ("agree", "start", "finish", "abandon", "reopen"):
        one = reached(store, state)
        before = store.revision()
        if (state, move) in LEGAL:
            assert act(store, one, move, **WHY.get(move, {})).state == LEGAL[state, move]
            continue
        with pytest.raises(Refused, match=f"{TITLE} stands at {state}, and can be .* only from .*: take the steps"):
            act(store, one, move, **WHY.get(move, {}))
        assert store.revision() == before


def reached(store, state: str) -> commitments.Commitment:
    one = idea(store)
    for step in PATHS[state]:
        one = act(store, one, step, **WHY.get(step, {}))
    assert one.state == state
    return one


DECLARED = [
    ("indicator", "effort", "indicator .* declared as promise_kept .* can't become effort"),
    ("expected", 0.02, "expected size .* declared as 0.1 .* can't become 0.02"),
    ("treats", {"mode": ["human"]}, "what it treats .* silo = Billing .* mode = human"),
    ("silo", "Support", "silo .* declared as Billing .* can't become Support"),
    ("start", "2026-04-01", "start .* declared as 2026-05-04 .* can't become 2026-04-01"),
    ("indicator", None, "can't become nothing"),
]


@pytest.mark.parametrize("then", [None, "finish", "abandon"])
def test_what_was_declared_stays(store, then):
    one = started(store)
    if then:
        one = act(store, one, then, **WHY.get(then, {}))
    for field, value, was in DECLARED:
        with pytest.raises(Refused, match=f"{was}.*: abandon it and propose another."):
            moves.change(store, one.id, {field: value}, seen=one.version, by="Bob")
    assert commitments.commitment(store, one.id) == one


def test_until_it_starts_all_may_change(store):
    one = act(store, idea(store), "agree")
    told = {"indicator": "effort", "expected": -0.2, "treats": "mode = human | digital", "silo": "Support"}
    one = moves.change(store, one.id, told, seen=one.version, by="Bob")
    assert (one.indicator, one.expected, one.silo) == ("effort", -0.2, "Support")
    assert one.treats == (commitments.Treated("mode", ("digital", "human")),)


def test_reopened_it_is_still_locked(store):
    one = act(store, started(store), "abandon", reason="no money")
    one = act(store, one, "reopen", reason="money was found")
    assert (one.state, one.abandoned_from, one.locked) == ("started", None, True)


def test_due_dates_move_and_every_move_is_kept(store, clock):
    one = started(store)
    for day, reason in (("2026-07-31", "holidays"), ("2026-07-15", "")):
        clock.turn(days=1)
        one = moves.change(store, one.id, {"due": day}, seen=one.version, by="Bob", reason=reason)
    told = [(it.before, it.after, it.who, it.reason, it.at.day) for it in commitments.due_moves(store, one.id)]
    assert told == [
        (date(2026, 6, 30), date(2026, 7, 31), "Bob", "holidays", 5),
        (date(2026, 7, 31), date(2026, 7, 15), "Bob", "", 6),
    ]
    assert one.declared_due == date(2026, 6, 30)
    assert commitments.due_moves(store) == commitments.due_moves(store, one.id)
    one = act(store, one, "finish")
    with pytest.raises(Refused, match=r"due date .* stays 2026-07-15, for it is done: reopen it first"):
        moves.change(store, one.id, {"due": "2026-12-31"}, seen=one.version, by="Bob")


@pytest.mark.parametrize(
    ("due", "indicator", "quick"),
    [
        ("2026-08-01", "promise_kept", True),  # 89 days
        ("2026-08-02", "promise_kept", False),  # 90 are not under 90
        ("2026-08-01", None, False),  # nothing declared
    ],
)
def test_a_quick_win_is_under_90_days_with_an_indicator(store, due, indicator, quick):
    assert idea(store, start="2026-05-04", due=due, indicator=indicator).quick_win is quick


def test_a_quick_win_that_slips_stays_in_the_portfolio(store):
    one = started(store)
    one = moves.change(store, one.id, {"due": "2027-05-01"}, seen=one.version, by="Bob")
    assert one.quick_win


LATE = [
    ("idea", date(2026, 7, 31), False),  # nobody has promised it
    ("agreed", date(2026, 6, 30), False),  # the day itself is not over
    ("agreed", date(2026, 7, 1), True),
    ("started", date(2026, 7, 1), True),
    ("done", date(2026, 7, 1), False),
    ("abandoned", date(2026, 7, 1), False),
]


def test_overdue_follows_from_the_date(store):
    for state, today, late in LATE:
        assert reached(store, state).overdue(today) is late, (state, today)


def test_done_after_its_day_is_late(store, clock):
    one = started(store)
    clock.turn(days=60)
    assert act(store, one, "finish", on="2026-07-02").days_late(date(2030, 1, 1)) == 2


def test_a_start_that_is_given_afterwards_is_shown_for_what_it_is(store):
    one = act(store, idea(store), "agree")
    one = act(store, one, "start", on="2026-04-01")
    assert (one.start, one.declared_on, one.declared_afterwards) == (date(2026, 4, 1), date(2026, 5, 4), True)
    assert not started(store).declared_afterwards


@pytest.mark.parametrize("missing", ["owner", "due"])
def test_what_is_agreed_has_an_owner_and_a_date(store, missing):
    one = idea(store, **{missing: None})
    with pytest.raises(Refused, match=f"{TITLE} can't be agreed without .*: fill that in first."):
        act(store, one, "agree")


@pytest.mark.parametrize("missing", ["indicator", "expected", "treats"])
def test_nothing_starts_undeclared(store, missing):
    one = act(store, idea(store, **{missing: None}), "agree")
    with pytest.raises(Refused, match=r"can't be started without (indicator|expected size|what it treats): fill"):
        act(store, one, "start")


def test_a_promise_keeps_its_owner(store):
    one = act(store, idea(store), "agree")
    with pytest.raises(Refused, match="can't be agreed without owner"):
        moves.change(store, one.id, {"owner": None}, seen=one.version, by="Bob")


NONSENSE = [
    ({"title": ""}, "can't be an idea without title"),
    ({"silo": "  "}, "silo is empty: write it down"),
    ({"title": "x" * 201}, "title has 201 characters, and 200 are kept: shorten it"),
    ({"title": "two\nlines"}, r"title holds the character U\+000A"),
    ({"due": "30-06-2026"}, 'due date is "30-06-2026", which is no day: write it as 2026-03-31'),
    ({"due": "2026-02-30"}, "which is no day"),
    ({"start": "2026-07-01"}, "a commitment ends after it starts"),
    ({"indicator": "promises_kept"}, 'not a known indicator: did you mean "promise_kept"'),
    ({"expected": 0}, "expected size is 0, which nothing could prove"),
    ({"expected": float("nan")}, 'expected size is "nan", which is no number'),
    ({"expected": "12"}, "which is no number"),
    ({"expected": True}, "which is no number"),
    ({"expected": 10**400}, "which is no number"),
    ({"cost": -1}, "cost is -1: give what it costs"),
    ({"cost": 5, "currency": "euro"}, 'currency is "euro": write it as three capital letters'),
    ({"currency": "EUR"}, "a currency .EUR. is given without a cost"),
    ({"treats": "Billing"}, "write it as silo = Billing"),
    ({"treats": {"weather": ["wet"]}}, 'treats names "weather", which can\'t be treated'),
    ({"treats": {"silo": []}}, "names silo without saying which"),
    ({"state": "done"}, '"state" is no field of a commitment that can be edited'),
    ({"ownr": "Bob"}, "use owner"),
    ({"id": "Not A Name"}, "use lower-case words joined by hyphens"),
    ({"owner": "a\ud800"}, r"U\+D800"),
]


def test_a_value_that_is_none_is_refused_in_one_sentence(store):
    for told, says in NONSENSE:
        with pytest.raises(Refused, match=says) as no:
            moves.propose(store, by="Ann", **{**READY, **told})
        assert "\n" not in str(no.value)
        assert str(no.value).endswith((".", "?"))
    assert store.revision() == 0


@pytest.mark.parametrize(
    ("move", "told", "says"),
    [
        ("start", {"on": "2026-05-05"}, "start is 2026-05-05, which is still to come: give 2026-05-04"),
        ("abandon", {"reason": " "}, "the reason is empty"),
    ],
)
def test_a_move_needs_what_it_needs(store, move, told, says):
    one = act(store, idea(store), "agree")
    with pytest.raises(Refused, match=says):
        act(store, one, move, **told)


@pytest.mark.parametrize(("day", "says"), [("2026-05-03", "it started on 2026-05-04"), ("2026-05-05", "still to come")])
def test_done_lies_between_start_and_today(store, day, says):
    with pytest.raises(Refused, match=says):
        act(store, started(store), "finish", on=day)


def test_costs_have_a_currency(store):
    assert idea(store, cost=12000).currency == "EUR"
    assert idea(store, cost=12000, currency="SEK").currency == "SEK"


def test_names_are_made_from_titles_and_stay_free(store):
    names = [idea(store, title=title).id for title in ("Só rápido!", "So rapido", "客户", "客户")]
    assert names == ["so-rapido", "so-rapido-2", "commitment", "commitment-2"]
    with pytest.raises(Refused, match="already: choose another name"):
        idea(store, id="so-rapido")
    with pytest.raises(Refused, match='There is no commitment "nothing"'):
        commitments.commitment(store, "nothing")

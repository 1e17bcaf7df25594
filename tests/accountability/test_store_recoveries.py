"""What people do about a failure: what may follow what, what every refusal says, and two who are at it at once."""

from __future__ import annotations

from datetime import date

import pytest
from stores import disagreements, raw

from bellwether.accountability import Conflict, Refused, events, published, recoveries
from bellwether.accountability.recoveries import OUTCOMES

ONE = "complaint/tickets/7"
TODAY = date(2026, 5, 4)


def assigned(store, to: str = "Yara", due: str = "2026-05-08"):
    return recoveries.assign(store, ONE, to=to, due=due, seen=0, by="Ann")


def resolved(store):
    return recoveries.resolve(
        store, ONE, outcome="put right", words="Called, and paid back.", seen=assigned(store).version, by="Yara"
    )


def test_nothing_is_written_of_a_failure_until_somebody_does(store):
    one = recoveries.recovery(store, ONE)
    assert (one.failure, one.state, one.version, one.assigned_to) == (ONE, "open", 0, None)
    assert recoveries.recoveries(store) == ()


def test_from_seen_to_resolved_with_its_history(store, clock):
    one = recoveries.acknowledge(store, ONE, seen=0, by="Ann")
    assert (one.state, one.acknowledged_by, one.acknowledged_on) == ("acknowledged", "Ann", TODAY)
    clock.turn(days=1)
    one = recoveries.assign(store, ONE, to="Yara", due="2026-05-08", seen=one.version, by="Bob", reason="knows them")
    assert (one.state, one.assigned_to, one.due) == ("assigned", "Yara", date(2026, 5, 8))
    assert (one.acknowledged_by, one.acknowledged_on) == ("Ann", TODAY)
    clock.turn(days=1)
    one = recoveries.resolve(store, ONE, outcome="made good", words="A month free.", seen=one.version, by="Yara")
    assert (one.state, one.outcome, one.words) == ("resolved", "made good", "A month free.")
    assert (one.resolved_by, one.resolved_on) == ("Yara", date(2026, 5, 6))
    one = recoveries.reopen(store, ONE, seen=one.version, by="Ann", reason="it broke again")
    assert (one.state, one.assigned_to, one.outcome, one.resolved_on) == ("assigned", "Yara", None, None)
    told = [(event.what, event.who, event.reason) for event in events.history(store, "recovery", ONE)]
    assert told == [
        ("acknowledged", "Ann", ""),
        ("assigned", "Bob", "knows them"),
        ("resolved", "Yara", ""),
        ("reopened", "Ann", "it broke again"),
    ]
    assert recoveries.recoveries(store) == (one,)


def test_who_assigns_or_resolves_has_seen_it(store):
    assert assigned(store).acknowledged_by == "Ann"
    told = {"outcome": "explained", "words": "A storm.", "seen": 0, "by": "Bob"}
    assert recoveries.resolve(store, "other", **told).acknowledged_by == "Bob"


def test_it_may_be_given_to_somebody_else(store):
    one = recoveries.assign(store, ONE, to="Hugo", due="2026-05-20", seen=assigned(store).version, by="Yara")
    assert (one.assigned_to, one.due, one.acknowledged_by, one.version) == ("Hugo", date(2026, 5, 20), "Ann", 2)


LATE = [("2026-05-07", False), ("2026-05-08", False), ("2026-05-09", True)]


@pytest.mark.parametrize(("today", "late"), LATE)
def test_overdue_follows_from_the_date(store, today, late):
    assert assigned(store).overdue(date.fromisoformat(today)) is late


def test_what_is_resolved_is_not_overdue(store):
    assert not resolved(store).overdue(date(2027, 1, 1))


REFUSED = [
    (lambda s: recoveries.acknowledge(s, " ", seen=0, by="Ann"), "failure is empty: write it down"),
    (lambda s: recoveries.acknowledge(s, ONE, seen=0, by=""), "your name is empty: write it down"),
    (
        lambda s: recoveries.assign(s, ONE, to="", due="2026-05-08", seen=0, by="Ann"),
        "who it is assigned to is empty: write it down",
    ),
    (
        lambda s: recoveries.assign(s, ONE, to="Yara", due=None, seen=0, by="Ann"),
        'due date is "None", which is no day: write it as 2026-03-31',
    ),
    (
        lambda s: recoveries.assign(s, ONE, to="Yara", due="2026-05-03", seen=0, by="Ann"),
        "due date is 2026-05-03, which is over: give 2026-05-04 or a later day",
    ),
    (
        lambda s: recoveries.resolve(s, ONE, outcome="fine", words="x", seen=0, by="Ann"),
        'outcome is "fine": choose one of put right, made good',
    ),
    (
        lambda s: recoveries.resolve(s, ONE, outcome="put right", words=" ", seen=0, by="Ann"),
        "what was done is empty: write it down",
    ),
    (
        lambda s: recoveries.resolve(s, ONE, outcome="put right", words="x", seen=0, by="Ann", on="2026-05-05"),
        "resolved is 2026-05-05, which is still to come: give 2026-05-04 or an earlier day",
    ),
    (lambda s: recoveries.reopen(s, ONE, seen=0, by="Ann", reason="x"), "is open, and only what is resolved can be"),
    (lambda s: recoveries.reopen(s, ONE, seen=0, by="Ann", reason=""), "the reason is empty: write it down"),
    (lambda s: recoveries.acknowledge(s, ONE, seen=3, by="Ann"), "has no version 3 .the last is 0.: open it again"),
]


@pytest.mark.parametrize("place", range(len(REFUSED)))
def test_a_refusal_says_why_and_writes_nothing(store, url, place):
    act, said = REFUSED[place]
    with pytest.raises(Refused, match=said):
        act(store)
    assert raw(url, "events") == []


def test_what_is_acknowledged_is_not_acknowledged_again(store):
    recoveries.acknowledge(store, ONE, seen=0, by="Ann")
    with pytest.raises(Refused, match="acknowledged by Ann on 2026-05-04: assign it, or resolve it"):
        recoveries.acknowledge(store, ONE, seen=1, by="Bob")


def test_what_is_resolved_stays_so_until_it_is_reopened(store):
    one = resolved(store)
    with pytest.raises(Refused, match="was resolved by Yara on 2026-05-04: reopen it first"):
        recoveries.assign(store, ONE, to="Hugo", due="2026-05-20", seen=one.version, by="Ann")
    with pytest.raises(Refused, match="reopen it first"):
        recoveries.resolve(store, ONE, outcome="explained", words="A storm.", seen=one.version, by="Ann")
    assert recoveries.recovery(store, ONE) == one


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_is_kept(store, outcome):
    assert recoveries.resolve(store, ONE, outcome=outcome, words="So.", seen=0, by="Ann").outcome == outcome


def test_two_at_once_are_asked(store):
    assigned(store)
    with pytest.raises(Conflict) as asked:
        recoveries.assign(store, ONE, to="Hugo", due="2026-05-08", seen=0, by="Bob")
    assert asked.value.overlap == ("assigned_to",)
    assert "assigned to: nothing > Yara" in str(asked.value)
    again = recoveries.assign(store, ONE, to="Hugo", due="2026-05-08", seen=asked.value.version, by="Bob")
    assert (again.assigned_to, again.version) == ("Hugo", 2)


def test_seeing_it_at_the_same_time_as_somebody_else_is_asked_about(store):
    recoveries.acknowledge(store, ONE, seen=0, by="Ann")
    with pytest.raises(Conflict, match="acknowledged by: nothing > Ann"):
        recoveries.acknowledge(store, ONE, seen=0, by="Bob")


def test_the_same_wish_twice_is_one_change(store):
    first = assigned(store)
    assert recoveries.assign(store, ONE, to="Yara", due="2026-05-08", seen=0, by="Bob") == first


def test_the_present_is_what_the_events_say(store, url):
    one = resolved(store)
    recoveries.reopen(store, ONE, seen=one.version, by="Ann", reason="it broke again")
    recoveries.acknowledge(store, "other", seen=0, by="Bob")
    assert disagreements(url) == []
    before = recoveries.recoveries(store)
    events.rebuild(store, by="Ann")
    assert recoveries.recoveries(store) == before and events.differences(store) == ()


def test_questions_see_it_as_it_stands(store):
    resolved(store)
    recoveries.acknowledge(store, "other", seen=0, by="Bob")
    rows = published.tables(store)["recoveries"]
    assert [(row[0], row[1], row[4]) for row in rows] == [(ONE, "resolved", "Yara"), ("other", "acknowledged", None)]

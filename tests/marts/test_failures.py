"""The mart of failures: what counts as one, when it was known, what puts it right, and what follows from it."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from plain import at, contacts, named, rows, write

from bellwether import asking, sql
from bellwether.refresh import refresh
from bellwether.settings import settings

# The newest contact says when the export was taken: 1 June at 01:00.
NEWEST = {"interaction_id": "last", "customer_id": "last", "reason": "", "started_at": "2026-06-01 00:00:00"}
NEWEST |= {"resolved_at": "2026-06-01 01:00:00"}
PLAIN = {"promised_at": "", "failed": "", "reopened": "", "promise_kept": "", "silo": "Support", "mode": "human"}
PLAIN |= {"started_at": "2026-01-05 10:00:00"}


def told_of(customer: str, *told: dict[str, str]) -> list[dict[str, str]]:
    """Contacts of one customer: each case is somebody else's, so that all of them stand in one version."""
    return [
        {**PLAIN, "interaction_id": f"{customer}-{place}", "customer_id": customer, **one}
        for place, one in enumerate(told)
    ]


def alone(folder):
    """Refresh into a warehouse of one's own, for a company that has decided nothing."""
    nobody = {"governance": folder / "governance", "store": f"sqlite:///{folder / 'store.db'}"}
    return refresh(dataclasses.replace(at(folder), **nobody))


def on(day: int, hour: int = 10, month: int = 1) -> datetime:
    return datetime(2026, month, day, hour)


PROMISE = {"started_at": "2026-01-05 10:00:00", "promised_at": "2026-01-08 10:00:00"}
LATE = "done after the promised moment"
CASES = [
    # what the export says, and the failure that it is (none: not one)
    ({**PROMISE, "resolved_at": "2026-01-08 10:00:00"}, None),  # in the very second
    ({**PROMISE, "resolved_at": "2026-01-08 10:00:01"}, ("broken promise", on(8), on(8) + timedelta(seconds=1), LATE)),
    ({**PROMISE, "resolved_at": ""}, ("broken promise", on(8), None, None)),
    ({**PROMISE, "promised_at": "2026-06-01 09:00:00", "resolved_at": ""}, None),  # still ahead of the export
    ({**PROMISE, "resolved_at": "2026-01-09 10:00:00", "promise_kept": "true"}, None),  # the tool says so itself
    ({"promised_at": "", "resolved_at": "2026-01-09 10:00:00", "promise_kept": "false"}, None),  # without a date
    (
        {"reopened": "true", "resolved_at": "2026-01-07 10:00:00"},
        ("reopened case", on(5), on(7), "settled"),
    ),
    ({"reopened": "true", "resolved_at": ""}, ("reopened case", on(5), None, None)),
    ({"reopened": "false", "resolved_at": ""}, None),  # merely open
    (  # one failure, not two
        {**PROMISE, "reopened": "true", "resolved_at": "2026-01-10 10:00:00"},
        ("broken promise", on(8), on(10), LATE),
    ),
    ({"failed": "true", "mode": "digital", "resolved_at": ""}, ("failed attempt", on(5), None, None)),
    ({"reason": "complaint", "resolved_at": "2026-01-20 10:00:00"}, ("complaint", on(5), on(20), "settled")),
    ({"reason": "Complaints ", "resolved_at": ""}, ("complaint", on(5), None, None)),
    ({"silo": "Complaints", "reason": "bill", "resolved_at": ""}, ("complaint", on(5), None, None)),
    ({"reason": "complaint about noise", "resolved_at": ""}, None),  # what the contact is about, not a complaint of us
    ({"silo": "Complaints", "initiated_by": "third_party", "resolved_at": ""}, None),  # a review site
]


SEVERAL = {
    "two": [{**PROMISE, "reason": "complaint", "resolved_at": "2026-01-20 10:00:00"}],
    "one": [
        {"reason": "complaint", "resolved_at": "2026-01-06 10:00:00"},
        {"reason": "complaint", "started_at": "2026-01-12 10:00:00", "resolved_at": "2026-01-13 10:00:00"},
        {"reason": "complaint", "started_at": "2026-03-01 10:00:00", "resolved_at": ""},
    ],
    "attempt": [
        {"failed": "true", "mode": "digital", "resolved_at": ""},
        {"started_at": "2026-01-06 10:00:00", "resolved_at": "2026-01-06 11:00:00"},
    ],
    "known": [
        {"reopened": "true", "resolved_at": "2026-01-07 10:00:00"},
        {"reopened": "true", "resolved_at": ""},
        {**PROMISE, "resolved_at": ""},
    ],
}


# Detractors


def answer(score: int, day: int, **other: str) -> dict[str, str]:
    told = {"response_id": f"r{day}", "item": "nps", "silo": "", "score": str(score)}
    moment = f"2026-02-{day:02} 10:00:00"
    return {**told, "asked_at": moment, "answered_at": moment, **other}


BEFORE = {"silo": "Billing"}
AFTER = {"started_at": "2026-02-20 10:00:00", "resolved_at": "2026-02-21 10:00:00"}
ANSWERS = [
    ([answer(6, 10)], [BEFORE], [("Billing", None, None)]),
    ([answer(7, 10)], [BEFORE], []),  # no detractor
    ([answer(6, 10, silo="Sales")], [BEFORE], [("Sales", None, None)]),
    ([answer(1, 10, item="csat")], [BEFORE], []),  # another question
    ([answer(6, 10, customer_id="")], [BEFORE], []),  # nobody to put it right with
    ([answer(6, 10)], [AFTER], [(None, on(21, month=2), "a later contact was settled")]),
    ([answer(6, 10)], [{**AFTER, "resolved_at": ""}], [(None, None, None)]),
    ([answer(6, 10)], [{**AFTER, "mode": "digital"}], [(None, None, None)]),
    ([answer(6, 10)], [{**AFTER, "customer_id": "somebody else"}], [(None, None, None)]),
    (
        [answer(6, 10), answer(9, 15)],
        [BEFORE, AFTER],
        [("Billing", on(15, month=2), "a later answer was better")],
    ),
    ([answer(6, 10), answer(5, 15)], [BEFORE], [("Billing", None, None)] * 2),
]


# Open failures


def event(customer: str, kind: str, day: str) -> dict[str, str]:
    return {
        "event_id": f"{customer} {kind} {day}",
        "customer_id": customer,
        "occurred_at": f"{day} 10:00:00",
        "kind": kind,
    }


AGES = [  # the export was taken on 1 June at 01:00
    ("2026-05-31 01:00:00", 1, False, 1),
    ("2026-05-31 02:00:00", 0, False, 1),
    ("2026-05-25 01:00:00", 7, False, 1),  # the standard's last moment
    ("2026-05-25 00:59:00", 7, True, 2),
    ("2026-05-04 01:00:00", 28, True, 3),
    ("2026-03-02 01:00:00", 91, True, 4),
]


LEFT = [
    (lambda who: [event(who, "lapse", "2026-02-01")], True),
    (lambda who: [event(who, "lapse", "2026-01-02")], False),  # had left before, and was failed all the same
    (lambda who: [event(who, "lapse", "2026-02-01"), event(who, "return", "2026-03-01")], False),
    (lambda who: [event(who, "renewal", "2026-02-01")], False),
    (lambda who: [event("somebody else", "lapse", "2026-02-01")], False),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One version in which every case above is a customer of its own."""
    here = tmp_path_factory.mktemp("failures")
    told = [one for place, (case, _) in enumerate(CASES) for one in told_of(f"case {place}", case)]
    told += [one for name, some in SEVERAL.items() for one in told_of(name, *some)]
    told += [one for place, (_, some, _) in enumerate(ANSWERS) for one in told_of(f"answer {place}", *some)]
    for place, (promised, *_) in enumerate(AGES):
        told += told_of(f"age {place}", {"promised_at": promised, "resolved_at": ""})
    for place in range(len(LEFT)):
        told += told_of(f"left {place}", {**PROMISE, "resolved_at": ""})
    write(here / "exports", "a.csv", contacts(*told, {**PLAIN, **NEWEST}))
    said = [
        {"customer_id": f"answer {place}", **one, "response_id": f"{place} {one['response_id']}"}
        for place, (some, *_) in enumerate(ANSWERS)
        for one in some
    ]
    write(here / "exports", "b.csv", said)
    events = [one for place, (some, _) in enumerate(LEFT) for one in some(f"left {place}")]
    write(here / "exports", "c.csv", events)
    assert alone(here).published
    return here


def asked(folder, customer: str, what: str, table: str = "failures") -> list[tuple]:
    theirs = f"where customer_id = '{named(customer)}' order by failed_at, failure"
    return rows(folder, f"select {what} from {table} {theirs}")


@pytest.mark.parametrize("place", range(len(CASES)))
def test_what_is_a_failure(folder, place):
    found = asked(folder, f"case {place}", "kind, failed_at, recovered_at, how")
    assert found == ([CASES[place][1]] if CASES[place][1] else [])


def test_a_complaint_with_a_broken_promise_is_two(folder):
    assert asked(folder, "two", "kind, failed_at, recovered_at") == [
        ("complaint", on(5), on(20)),
        ("broken promise", on(8), on(20)),
    ]


def test_contacts_about_one_complaint_are_one_and_the_last_of_them_settles_it(folder):
    assert asked(folder, "one", "row_id, recovered_at") == [("one-0", on(13)), ("one-2", None)]


def test_a_person_takes_up_a_failed_attempt(folder):
    found = asked(folder, "attempt", "kind, failed_at, recovered_at, how")
    assert found == [("failed attempt", on(5), on(6), "a person took it up")]


def test_when_it_could_be_known(folder):
    """No export says when a case was reopened: at the latest when it was settled, or else exported."""
    found = dict(asked(folder, "known", "row_id, known_at"))
    assert found == {"known-0": on(7), "known-1": on(1, 1, month=6), "known-2": on(8)}


@pytest.mark.parametrize("place", range(len(ANSWERS)))
def test_a_detractor_s_answer(folder, place):
    found = asked(folder, f"answer {place}", "silo, recovered_at, how")
    assert found == ANSWERS[place][2]


def test_an_answer_that_names_nobody_is_left_out(folder):
    assert rows(folder, "select count(*) from failures where customer_id is null") == [(0,)]


@pytest.mark.parametrize("place", range(len(AGES)))
def test_its_age_against_the_standard(folder, place):
    found = asked(folder, f"age {place}", "age_days, beyond_standard, band", "open_failures")
    assert found == [AGES[place][1:]]


def test_failed_attempts_and_what_is_put_right_are_not_open(folder):
    assert rows(folder, "select count(*) from open_failures where kind = 'failed attempt'") == [(0,)]
    assert asked(folder, "two", "failure", "open_failures") == []
    assert asked(folder, "known", "row_id", "open_failures") == [("known-1",), ("known-2",)]


@pytest.mark.parametrize("place", range(len(LEFT)))
def test_who_has_left_since(folder, place):
    assert asked(folder, f"left {place}", "left_at is not null", "open_failures") == [(LEFT[place][1],)]


# What follows from it


def test_prompt_recovery_is_what_it_was_before_the_mart(sample_warehouse):
    """The referee: the indicator as it was written straight over the contacts."""
    referee = """
        with broken as (
            select *, promised_at <= coalesce(due_until, promised_at)
                and coalesce(resolved_at > promised_at, promised_at <= exported_at) as late
            from contacts
        ),
        failures as (
            select *, case when coalesce(late, false) then promised_at else started_at end as failed_at
            from broken where failed or reopened or late
        )
        select customer_id, failed_at as observed_at, failed_at + interval 7 days as known_at,
            interaction_id as row_id, silo, stage, touchpoint, channel, mode,
            case when coalesce(case when failed then human_after_at end, resolved_at)
                <= failed_at + interval 7 days then 1 else 0 end as value,
            1 as weight,
        from failures where failed_at + interval 7 days <= exported_at
    """
    ours = next(one.sql for one in sql.load(settings().queries, "indicator") if one.id == "recovery_prompt")
    engine = asking.open_current(settings())
    before, now = (engine.ask(f"select * from ({one}) order by all") for one in (referee, ours))
    engine.close()
    assert now.height > 1000 and now.select(before.columns).equals(before)


def test_every_failure_has_an_id_of_its_own(sample_warehouse):
    engine = asking.open_current(settings())
    told = engine.ask("select count(*), count(distinct failure), count(distinct kind) from failures").row(0)
    engine.close()
    assert told[0] == told[1] and told[2] == 5


def test_what_the_exports_can_t_tell_is_said(tmp_path):
    write(tmp_path / "exports", "a.csv", contacts({**PLAIN, **PROMISE, "resolved_at": ""}, {**PLAIN, **NEWEST}))
    assert alone(tmp_path).published
    told = dict(rows(tmp_path, "select kind, is_told from failure_kinds"))
    assert told == {"broken promise": True, "reopened case": False, "complaint": False, "detractor's answer": False}
    assert rows(tmp_path, "select count(*) from recovery_curves") == [(0,)]

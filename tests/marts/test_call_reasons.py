"""What a caller can speak about: each occasion, when it counts no longer, and what comes first."""

from __future__ import annotations

from datetime import datetime

import pytest
from plain import contacts, named, rows, write
from test_failures import NEWEST, alone

MARK = {"silo": "Support", "touchpoint": "help desk", "reason": "bill", "promised_at": "", "mode": "human"}


def met(customer: str, **told: str) -> dict[str, str]:
    at = told.get("started_at", "2026-05-01 10:00:00")
    blank = {"switching": "", "failed": "", "reopened": "", "promise_kept": "", "resolved_at": at}
    who = {"interaction_id": f"{customer} {at}", "customer_id": customer, "started_at": at}
    return {**MARK, **blank, **who, **told}


def said(customer: str, score: int, day: str) -> dict[str, str]:
    moment = f"{day} 10:00:00"
    told = {"response_id": f"{customer} {day}", "item": "csat", "customer_id": customer, "silo": "Billing"}
    return {**told, "touchpoint": "", "score": str(score), "asked_at": moment, "answered_at": moment}


def event(customer: str, kind: str, day: str, due: str = "") -> dict[str, str]:
    told = {"event_id": f"{customer} {kind} {day}", "customer_id": customer, "kind": kind}
    return {**told, "occurred_at": f"{day} 10:00:00", "due_at": f"{due} 00:00:00" if due else ""}


LATE = {"promised_at": "2026-05-02 10:00:00", "resolved_at": "2026-05-03 10:00:00"}
CONTACTS = [  # the export was taken on 1 June at 01:00
    met("leaving", switching="true"),
    met("leaving", switching="true", started_at="2026-04-01 10:00:00", silo="Sales"),
    met("long over", switching="true", started_at="2026-02-01 10:00:00"),
    met("let down", **LATE),
    met("still open", **{**LATE, "resolved_at": ""}),  # stands in open_failures instead
    met("complains", reason="complaint"),
    met("stuck", failed="true", mode="digital", resolved_at="", started_at="2026-05-20 10:00:00"),
    met("helped", failed="true", mode="digital", resolved_at="", started_at="2026-05-20 10:00:00"),
    met("helped", started_at="2026-05-20 11:00:00"),
    met("stuck long ago", failed="true", mode="digital", resolved_at="", started_at="2026-03-20 10:00:00"),
    met("both", switching="true"),
    met("both", started_at="2026-05-01 09:00:00", **LATE),
]
ANSWERS = [
    said("sour", 2, "2026-05-10"),
    said("better", 1, "2026-05-10"),
    said("better", 5, "2026-05-20"),
    said("sour once", 1, "2026-02-10"),
]
EVENTS = [
    event("yearly", "renewal", "2024-07-01", "2024-07-01"),
    event("yearly", "renewal", "2025-07-01", "2025-07-01"),
    event("monthly", "renewal", "2026-04-15", "2026-04-15"),
    event("monthly", "renewal", "2026-05-15", "2026-05-15"),
    event("renewed", "renewal", "2025-05-01", "2025-05-01"),
    event("renewed", "renewal", "2026-05-01", "2026-05-01"),
    event("once", "renewal", "2025-07-01", "2025-07-01"),
    event("less", "downgrade", "2026-03-01"),
    event("less long ago", "downgrade", "2025-10-01"),
]
TOLD = {
    "leaving": [("talked of leaving", "Support", datetime(2026, 5, 1, 10))],  # the newest occasion
    "long over": [],
    "let down": [("broken promise", "Support", datetime(2026, 5, 2, 10))],
    "still open": [],
    "complains": [("complaint", "Support", datetime(2026, 5, 1, 10))],
    "stuck": [("got stuck online", "help desk", datetime(2026, 5, 20, 10))],
    "helped": [],
    "stuck long ago": [],
    "both": [
        ("talked of leaving", "Support", datetime(2026, 5, 1, 10)),
        ("broken promise", "Support", datetime(2026, 5, 2, 10)),
    ],
    "sour": [("low answer", "Billing", datetime(2026, 5, 10, 10))],
    "better": [],  # the newest answer is what they think
    "sour once": [],
    "yearly": [("contract falls due", None, datetime(2026, 7, 1))],
    "monthly": [],  # always about to fall due
    "renewed": [],
    "once": [],  # one renewal tells no term
    "less": [("took less of us", None, datetime(2026, 3, 1, 10))],
    "less long ago": [],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reasons")
    write(folder / "exports", "contacts.csv", contacts(met("last", **NEWEST), *CONTACTS))
    write(folder / "exports", "answers.csv", ANSWERS)
    write(folder / "exports", "events.csv", EVENTS)
    assert alone(folder).published
    return folder


@pytest.fixture(scope="module")
def told(folder):
    found: dict[str, list] = {}
    sql = "select customer_id, what, about, happened_at from call_reasons order by customer_id, rank"
    for customer, *reason in rows(folder, sql):
        found.setdefault(customer, []).append(tuple(reason))
    return found


@pytest.mark.parametrize("customer", TOLD)
def test_each_occasion_and_when_it_counts_no_longer(told, customer):
    assert told.get(named(customer), []) == TOLD[customer]


def test_the_score_of_a_low_answer_is_on_the_scale_to_a_hundred(folder):
    assert rows(folder, "select distinct said from call_reasons where what = 'low answer'") == [(25.0,)]

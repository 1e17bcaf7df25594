"""Who was a customer when, what was known of them then, and what became of them: spot rows by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from plain import at, contacts, named, refreshed, write

from bellwether import asking, sql
from bellwether.outlook.ground import Ground, Subjects
from bellwether.settings import settings

ORIGIN = datetime(2026, 3, 2)
# Which part of a company is studied hangs on its pseudonyms: a key of the tests' own makes it the same in every run.
KEY = "the ground that we stand on"


def event(customer: str, kind: str, day: str, **more: str) -> dict[str, str]:
    told = {"due_at": "", "amount": "", "currency": "EUR", **more}
    return {"event_id": f"{customer} {kind} {day}", "customer_id": customer, "occurred_at": day, "kind": kind, **told}


LOYALTY = [
    event("stays", "join", "2024-03-01 00:00:00"),
    event("stays", "renewal", "2025-08-28 00:00:00", due_at="2025-08-28 00:00:00", amount="120"),
    event("stays", "renewal", "2025-11-28 00:00:00", due_at="2025-11-28 00:00:00", amount="120"),
    event("leaves", "join", "2025-01-01 00:00:00"),
    event("leaves", "downgrade", "2026-03-09 00:00:00"),  # the first end in the window, a week in
    event("leaves", "lapse", "2026-04-01 00:00:00"),
    event("gone before", "join", "2025-01-01 00:00:00"),
    event("gone before", "lapse", "2026-03-01 23:59:59"),  # a second before the origin
    event("comes later", "join", "2026-03-02 00:00:00"),  # at the origin, which is not before it
    event("came back", "join", "2024-01-01 00:00:00"),
    event("came back", "lapse", "2025-01-01 00:00:00"),
    event("came back", "return", "2025-06-01 00:00:00"),
]
CONTACTS = contacts(
    {"interaction_id": "old", "customer_id": "stays", "started_at": "2025-03-03 00:00:00"},
    {"interaction_id": "older", "customer_id": "stays", "started_at": "2025-03-02 23:59:59"},  # a second too old
    {"interaction_id": "new", "customer_id": "stays", "silo": "Billing", "started_at": "2026-02-28 00:00:00"}
    | {"promised_at": "2026-03-01 00:00:00", "resolved_at": "2026-03-05 00:00:00"},
    {"interaction_id": "future", "customer_id": "stays", "started_at": "2026-03-02 00:00:00"}
    | {"promised_at": "", "resolved_at": "2026-03-06 00:00:00"},
)


@pytest.fixture(scope="module")
def con(tmp_path_factory) -> Iterator:
    folder = tmp_path_factory.mktemp("ground")
    write(folder / "exports", "loyalty.csv", LOYALTY)
    write(folder / "exports", "contacts.csv", CONTACTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BELLWETHER_KEY", KEY)
        assert refreshed(folder).published
        engine = asking.open_current(at(folder))
        yield engine.con
        engine.close()


@pytest.fixture(scope="module")
def queries():
    return {one.id: one for one in sql.load(settings().queries, "foresight")}


@pytest.fixture(scope="module")
def subjects(con, queries) -> Subjects:
    stands = Ground("contracts", "EUR", 5, (ORIGIN,), datetime(2026, 6, 8))
    return Subjects.gather(con, queries, stands, [ORIGIN], 13)


@pytest.fixture(scope="module")
def customers(subjects) -> dict[str, dict]:
    return {row["customer_id"]: row for row in subjects.customers.iter_rows(named=True)}


def pseudonyms(*customers: str) -> set[str]:
    return {named(one) for one in customers}


def test_the_population_is_fixed_at_the_origin_by_what_was_known_then(customers):
    assert set(customers) == pseudonyms("stays", "leaves", "came back")


def test_features_know_nothing_from_the_origin_on(customers):
    import math

    stays = customers[named("stays")]
    # One of 364 days ago and one of two days ago; older and later ones don't count.
    assert stays["frequency"] == pytest.approx(math.log(1 + 2))
    assert stays["frequency_lately"] == pytest.approx(math.log(1 + 1))
    assert stays["recency"] == pytest.approx(math.log(1 + 2))
    assert stays["paid"] == 240
    assert stays["renewals"] == pytest.approx(math.log(1 + 2))
    assert customers[named("came back")]["lapses_before"] == 1


def test_the_next_due_date_is_a_term_after_the_last(customers):
    # Due on 28 August and 28 November: 92 days apart, so next on 28 February, which is past: nothing is told.
    assert customers[named("stays")]["due_week"] is None
    assert customers[named("stays")]["long_term"] == 0
    assert customers[named("leaves")]["due_week"] is None  # no renewal yet, so no term


def test_windows_tell_the_first_end(subjects):
    assert subjects.rows("windows").rows() == [(ORIGIN, named("leaves"), "downgrade", 2)]


@pytest.mark.parametrize(("gap", "stayed"), [(0, 0), (4, 0), (8, 1)])
def test_outcomes_count_lapses_inside_the_window_alone(subjects, gap, stayed):
    """The lapse of 1 April is 30 days after the origin: in the windows after 0 and 4 weeks, before that after 8."""
    wide = Ground("contracts", "EUR", 5, (ORIGIN,), ORIGIN + timedelta(weeks=40))
    told = Subjects(subjects.con, subjects.queries, wide).outcomes((gap,), 13)
    became = {named("stays"): 1, named("leaves"): stayed, named("came back"): 1}
    assert dict(told.select("customer_id", "y").iter_rows()) == became


def test_readings_are_those_known_before_the_origin(subjects):
    kept = next(one for one in sql.load(settings().queries, "indicator") if one.id == "promise_kept")
    ((_, found),) = subjects.readings([kept])
    told = {row["customer_id"]: row for row in found.iter_rows(named=True)}
    # The promise of 1 March was broken by then, whatever came on 5 March.
    assert told[named("stays")]["newest"] == 0
    assert named("leaves") not in told


def test_who_touched_and_who_failed(subjects):
    assert subjects.rows("touched").rows() == [(ORIGIN, named("stays"), "Billing", "Billing")]


def test_a_large_company_is_studied_in_part_and_always_the_same_part(con, queries):
    stands = Ground("contracts", "EUR", 5_000, (ORIGIN,), datetime(2026, 6, 8))
    parts = [set(Subjects.gather(con, queries, stands, [ORIGIN], 13, 2_500).customers["customer_id"]) for _ in range(2)]
    assert parts[0] == parts[1]
    assert parts[0] < pseudonyms("stays", "leaves", "came back")

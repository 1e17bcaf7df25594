"""Events are appended, dated in UTC, never changed; the present is nothing but what they say."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from stores import disagreements, idea, opened, raw, started

from bellwether.accountability import (
    StoreError,
    commitments,
    events,
    moves,
    open_store,
    owners,
    reviews,
    standards,
    talk,
)
from bellwether.accountability.refusals import Refused
from bellwether.accountability.store import writing

PLAIN = (str, int, float, bool, date, datetime, type(None))


@pytest.mark.parametrize("act", ["update events set who = 'nobody'", "delete from events", "truncate table events"])
def test_an_event_can_be_neither_changed_nor_removed(store, url, act, kind):
    idea(store)
    before = raw(url, "events")
    with pytest.raises(StoreError, match=r"appended, never changed|near \"truncate\""), writing(store, "Eve") as tx:
        tx.connection.execute(sa.text(act))
    assert raw(url, "events") == before


def test_an_event_says_who_when_what_and_what_was_there_before(store, clock):
    one = idea(store)
    clock.turn(hours=11)
    clock.now = clock.now.astimezone(ZoneInfo("Asia/Tokyo"))
    moves.change(store, one.id, {"due": date(2026, 7, 15)}, seen=1, by="Bob", reason="the supplier is late")
    _, second = events.history(store, "commitment", one.id)
    assert (second.who, second.what, second.reason, second.version) == ("Bob", "changed", "the supplier is late", 2)
    assert second.at == datetime(2026, 5, 4, 23, tzinfo=UTC)
    assert second.at.utcoffset() == timedelta(0)
    assert [(it.field, it.before, it.after) for it in second.changes] == [("due", date(2026, 6, 30), date(2026, 7, 15))]


def test_a_day_is_the_company_s_day(store, clock):
    clock.turn(hours=11)  # 23:00 in UTC, an hour into the next day in Amsterdam
    assert started(store).start == date(2026, 5, 5)


def test_what_changes_nothing_is_no_event(store):
    one = idea(store)
    assert moves.change(store, one.id, {"title": one.title, "due": "2026-06-30"}, seen=1, by="Bob") == one
    assert store.revision() == 1


def test_the_present_is_made_again_from_the_events_and_differences_are_told(store, url):
    one = started(store)
    talk.comment(store, one.id, "So be it.", by="Bob")
    assert events.differences(store) == ()
    before = raw(url, "commitments")
    with writing(store, "Eve") as tx:
        tx.connection.execute(sa.text("update commitments set title = 'Something else'"))
        tx.connection.execute(sa.text("delete from comments"))
    assert len(events.differences(store)) == 2
    assert disagreements(url)
    events.rebuild(store, by="Ann")
    assert events.differences(store) == ()
    assert disagreements(url) == []
    assert raw(url, "commitments") == before


def test_nothing_that_pages_get_is_the_database_s(store):
    one = started(store)
    talk.attach(store, one.id, "https://example.org/plan", by="Ann")
    standards.set_standard(store, "effort", target=0.5, monthly={"2026-06": 0.6}, seen=0, by="Ann")
    owners.own(store, "effort", "Billing", owner="Yara", seen=0, by="Ann")
    review = reviews.open_review(store, by="Ann")
    reviews.decide(store, review.id, "overdue", sentence="Late.", decision="Wait.", by="Ann")
    read = [commitments.commitments, commitments.due_moves, owners.owners, standards.standards, talk.links]
    read += [reviews.reviews, reviews.decisions, lambda it: events.history(it, "commitment")]
    for what in (found for function in read for found in function(store)):
        assert dataclasses.is_dataclass(what)
        assert what.__dataclass_params__.frozen
        _all_plain(dataclasses.astuple(what))


def _all_plain(value) -> None:
    if isinstance(value, tuple | list):
        for one in value:
            _all_plain(one)
    elif isinstance(value, dict):
        _all_plain([*value, *value.values()])
    else:
        assert type(value) in PLAIN


@pytest.mark.parametrize("name", ["", "  ", "data/governance", "a\x00b", "x" * 201])
def test_nobody_writes_without_a_name_or_under_the_files_name(store, name):
    with pytest.raises(Refused):
        moves.propose(store, title="Try", silo="Billing", by=name)
    assert store.revision() == 0


def test_the_store_is_found_again_after_it_was_closed(url):
    first = opened(url)
    one = started(first)
    first.close()
    again = opened(url)
    assert commitments.commitment(again, one.id) == one
    again.close()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://someone:secret@127.0.0.1:1/none", "can't be used"),
        ("nonsense", "is no URL"),
        ("mysql://host/name", "use sqlite"),
        ("sqlite://", "use sqlite"),
        ("sqlite:////proc/none/store.db", "can't be"),
    ],
)
def test_a_store_that_can_t_be_had_is_one_sentence_without_the_password(address, says):
    with pytest.raises(StoreError, match=says) as no:
        open_store(address)
    assert "secret" not in str(no.value)
    assert "\n" not in str(no.value)

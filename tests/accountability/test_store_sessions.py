"""A sign-in holds until it is ended, here or elsewhere, and a copied cookie never outlives it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bellwether.access import sessions
from bellwether.access.roles import Rules
from bellwether.access.sessions import ENDED, EXPIRED, HOLDS, STALE, UNKNOWN

RULES = Rules(hours=8)


@pytest.fixture
def claims(store):
    """The claims of a sign-in that happens now."""

    def of(**other):
        now = store.clock().timestamp()
        told = {"iss": "https://id", "sub": "kim", "nonce": "n1", "iat": int(now), "exp": int(now) + 86_400}
        return {**told, **other}

    return of


def test_it_opens_once_and_holds(store, claims):
    mine = claims()
    assert sessions.standing(store, mine, RULES) == HOLDS == sessions.standing(store, mine, RULES)
    (one,) = sessions.open_now(store)
    assert one.subject == "kim" and one.until - one.opened_at == timedelta(hours=8) and one.ended_at is None


def test_signing_out_ends_every_tab_and_every_copy_of_the_cookie(store, claims, clock):
    mine = claims()
    sessions.standing(store, mine, RULES)
    sessions.end(store, mine)
    clock.turn(minutes=1)
    assert sessions.standing(store, dict(mine), RULES) == ENDED
    assert sessions.open_now(store) == ()


def test_signing_out_before_any_page_was_seen_counts_too(store, claims):
    mine = claims()
    sessions.end(store, mine)
    assert sessions.standing(store, mine, RULES) == ENDED


def test_another_sign_in_of_the_same_person_is_another_session(store, claims):
    first, second = claims(), claims(nonce="n2")
    sessions.standing(store, first, RULES)
    sessions.standing(store, second, RULES)
    sessions.end(store, first)
    assert sessions.standing(store, second, RULES) == HOLDS


def test_a_person_can_be_put_out_everywhere_at_once(store, claims, clock):
    theirs, others = [claims(), claims(nonce="n2")], claims(sub="lee", nonce="n3")
    for one in (*theirs, others):
        sessions.standing(store, one, RULES)
    assert sessions.end_all(store, "kim", by="Ann") == 2
    assert [sessions.standing(store, one, RULES) for one in (*theirs, others)] == [ENDED, ENDED, HOLDS]
    clock.turn(minutes=1)
    assert sessions.standing(store, claims(nonce="n4"), RULES) == HOLDS  # they may sign in again


@pytest.mark.parametrize(
    ("rules", "exp", "after", "said"),
    [
        (Rules(hours=8), 86_400, {"hours": 7.9}, HOLDS),
        (Rules(hours=8), 86_400, {"hours": 8}, EXPIRED),
        (Rules(hours=8), 3_600, {"minutes": 59}, HOLDS),
        (Rules(hours=8), 3_600, {"minutes": 60}, EXPIRED),  # the provider's token has run out
        (Rules(hours=8, beyond_token=True), 3_600, {"hours": 7}, HOLDS),
        (Rules(hours=8, beyond_token=True), 3_600, {"hours": 8}, EXPIRED),
    ],
)
def test_time_ends_it(store, claims, clock, rules, exp, after, said):
    mine = claims(exp=int(clock.now.timestamp()) + exp)
    sessions.standing(store, mine, rules)
    clock.turn(**after)
    assert sessions.standing(store, mine, rules) == said


def test_tightened_rules_count_at_once_and_loosened_ones_do_not_reopen(store, claims, clock):
    mine = claims()
    sessions.standing(store, mine, Rules(hours=8))
    clock.turn(hours=2)
    assert sessions.standing(store, mine, Rules(hours=1)) == EXPIRED
    clock.turn(hours=7)
    assert sessions.standing(store, mine, Rules(hours=100)) == EXPIRED


@pytest.mark.parametrize(("late", "said"), [(599, HOLDS), (601, STALE), (-100, HOLDS), (-130, STALE)])
def test_a_cookie_nobody_saw_opens_only_soon_after_its_sign_in(store, claims, late, said):
    assert sessions.standing(store, claims(iat=store.clock().timestamp() - late), RULES) == said


def test_a_cookie_whose_row_was_pruned_stays_shut(store, claims, clock):
    mine = claims(exp=clock.now.timestamp() + 10**9)
    sessions.standing(store, mine, RULES)
    clock.turn(days=40)
    sessions.standing(store, claims(nonce="n2"), RULES)  # opening one prunes those that ended long ago
    assert [one.subject for one in sessions.open_now(store)] == ["kim"]
    assert sessions.standing(store, mine, Rules(hours=24 * 7, beyond_token=True)) == STALE


@pytest.mark.parametrize(
    "missing",
    [{"nonce": None}, {"nonce": ""}, {"iat": None}, {"iat": "now"}, {"iat": True}, {"sub": ""}, {"iss": None}],
)
def test_what_cannot_be_told_apart_is_nobody(store, claims, missing):
    assert sessions.standing(store, claims(**missing), RULES) == UNKNOWN
    sessions.end(store, claims(**missing))
    assert sessions.open_now(store) == ()


@pytest.mark.parametrize("odd", [10**30, float("inf"), float("nan"), -(10**18)])
def test_times_beyond_all_calendars_let_nobody_in(store, claims, odd):
    assert sessions.standing(store, claims(iat=odd), RULES) in (UNKNOWN, STALE)


def test_the_row_gives_nothing_away(store, claims):
    mine = claims(nonce="a-secret-nonce")
    sessions.standing(store, mine, RULES)
    (one,) = sessions.open_now(store)
    assert one.key == sessions.key(mine) and len(one.key) == 64 and "a-secret-nonce" not in repr(one)


def test_twenty_tabs_at_once_open_one_session(store, claims):
    mine = claims()
    with ThreadPoolExecutor(20) as tabs:
        said = set(tabs.map(lambda _: sessions.standing(store, mine, RULES), range(20)))
    assert said == {HOLDS} and len(sessions.open_now(store)) == 1


@pytest.mark.parametrize("hostile", ["x'; drop table sessions; --", "x' or '1'='1", "{{7*7}}", "%s", ":subject"])
def test_a_claim_is_bound_and_never_part_of_a_statement(store, claims, hostile):
    others, theirs = claims(), claims(sub=hostile, nonce=hostile, name=hostile, iss=hostile)
    assert sessions.standing(store, others, RULES) == sessions.standing(store, theirs, RULES) == HOLDS
    assert {one.subject for one in sessions.open_now(store)} == {"kim", hostile}
    assert sessions.end_all(store, hostile, by=hostile) == 1
    assert sessions.standing(store, theirs, RULES) == ENDED
    assert sessions.standing(store, others, RULES) == HOLDS

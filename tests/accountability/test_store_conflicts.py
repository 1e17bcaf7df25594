"""Two people with the same thing open: the second sees what the first did, and is asked."""

from __future__ import annotations

from datetime import date

import pytest
from stores import READY, idea

from bellwether.accountability import Conflict, Refused, commitments, moves, owners, standards


def test_the_second_sees_the_first_s_change_field_by_field(store):
    one = idea(store)
    moves.change(store, one.id, {"due": "2026-07-31", "owner": "Hugo"}, seen=1, by="Ann")
    with pytest.raises(Conflict) as asked:
        moves.change(store, one.id, {"due": "2026-08-31", "title": "Answer sooner"}, seen=1, by="Bob")
    told = asked.value
    assert {(it.field, it.before, it.after, it.who) for it in told.theirs} == {
        ("due", date(2026, 6, 30), date(2026, 7, 31), "Ann"),
        ("owner", "Yara", "Hugo", "Ann"),
    }
    assert told.mine == {"due": date(2026, 8, 31), "title": "Answer sooner"}
    assert (told.overlap, told.mergeable, told.version) == (("due",), False, 2)
    assert "Ann" in str(told)
    assert "due: 2026-06-30 > 2026-07-31" in str(told)
    assert commitments.commitment(store, one.id).due == date(2026, 7, 31)


def test_other_fields_are_asked_about_too_and_saving_again_keeps_both(store):
    one = idea(store)
    moves.change(store, one.id, {"owner": "Hugo"}, seen=1, by="Ann")
    with pytest.raises(Conflict) as asked:
        moves.change(store, one.id, {"title": "Answer sooner"}, seen=1, by="Bob")
    assert asked.value.mergeable
    both = moves.change(store, one.id, asked.value.mine, seen=asked.value.version, by="Bob")
    assert (both.owner, both.title) == ("Hugo", "Answer sooner")


def test_a_whole_form_puts_nothing_back(store):
    """Forms give every field; what the editor left as it was is no wish to have it so."""
    one = idea(store)
    moves.change(store, one.id, {"owner": "Hugo"}, seen=1, by="Ann")
    with pytest.raises(Conflict) as asked:
        moves.change(store, one.id, {**READY, "title": "Answer sooner"}, seen=1, by="Bob")
    assert asked.value.mine == {"title": "Answer sooner"}
    unchanged = moves.change(store, one.id, READY, seen=1, by="Bob")
    assert (unchanged.owner, unchanged.version) == ("Hugo", 2)


def test_the_same_wish_twice_is_one_change(store):
    one = idea(store)
    first = moves.change(store, one.id, {"owner": "Hugo"}, seen=1, by="Ann")
    assert moves.change(store, one.id, {"owner": "Hugo"}, seen=1, by="Bob") == first


def test_changed_and_changed_back_is_no_conflict(store):
    one = idea(store)
    moves.change(store, one.id, {"owner": "Hugo"}, seen=1, by="Ann")
    moves.change(store, one.id, {"owner": "Yara"}, seen=2, by="Ann")
    assert moves.change(store, one.id, {"title": "Answer sooner"}, seen=1, by="Bob").version == 4


@pytest.mark.parametrize("move", ["agree", "start", "finish", "abandon", "reopen"])
def test_a_move_on_what_somebody_has_changed_is_asked_about(store, move):
    one = idea(store)
    moves.change(store, one.id, {"expected": 0.01}, seen=1, by="Ann")
    why = {"reason": "so"} if move in ("abandon", "reopen") else {}
    with pytest.raises(Conflict) as asked:
        getattr(moves, move)(store, one.id, seen=1, by="Bob", **why)
    assert [it.field for it in asked.value.theirs] == ["expected"]
    assert commitments.commitment(store, one.id).state == "idea"


@pytest.mark.parametrize("seen", [-1, 2])
def test_a_version_that_never_was(store, seen):
    one = idea(store)
    with pytest.raises(Refused, match=f"has no version {seen} .the last is 1.: open it again"):
        moves.change(store, one.id, {"owner": "Hugo"}, seen=seen, by="Bob")


def test_owners_and_standards_ask_as_well(store):
    owners.own(store, "effort", "Billing", owner="Yara", seen=0, by="Ann")
    with pytest.raises(Conflict, match="owner: nothing > Yara"):
        owners.own(store, "effort", "Billing", owner="Hugo", seen=0, by="Bob")
    standards.set_standard(store, "effort", target=0.5, seen=0, by="Ann")
    with pytest.raises(Conflict, match=r"target: nothing > 0\.5"):
        standards.set_standard(store, "effort", target=0.6, seen=0, by="Bob")


def test_what_was_taken_back_may_be_set_anew_unseen(store):
    owners.own(store, "effort", "Billing", owner="Yara", seen=0, by="Ann")
    owners.release(store, "effort", "Billing", seen=1, by="Ann")
    assert owners.own(store, "effort", "Billing", owner="Hugo", seen=0, by="Bob").version == 3

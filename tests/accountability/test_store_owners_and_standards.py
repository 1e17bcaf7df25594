"""Who answers, what was agreed by whom, and to which terms."""

from __future__ import annotations

from datetime import date

import pytest
from stores import started

from bellwether.accountability import Refused, events, owners, reviews, standards, talk

PAIRS = [("effort", "Billing"), ("effort", "Support"), ("promise_kept", "Billing")]


def test_leaders_owners_and_deputies(store):
    owners.lead(store, "Billing", leader="Yara", deputy="Pim", seen=0, by="Ann")
    owners.lead(store, "Support", leader=None, seen=0, by="Ann")
    one = owners.own(store, "effort", "Billing", owner="Pim", deputy="Yara", seen=0, by="Ann")
    assert [(it.silo, it.leader, it.deputy) for it in owners.silos(store)] == [
        *[("Billing", "Yara", "Pim"), ("Support", None, None)],
    ]
    assert owners.owners(store) == (one,)
    assert owners.without_owner(store, PAIRS) == (("effort", "Support"), ("promise_kept", "Billing"))
    owners.release(store, "effort", "Billing", seen=1, by="Bob", reason="left the company")
    assert owners.owners(store) == ()
    assert owners.owner_of(store, "effort", "Billing").owner is None
    assert owners.without_owner(store, PAIRS) == tuple(PAIRS)
    assert [it.what for it in events.history(store, "owner", "effort/Billing")] == ["owned", "withdrawn"]
    owners.close_silo(store, "Support", seen=1, by="Ann")
    assert [it.silo for it in owners.silos(store)] == ["Billing"]


NO = [
    (lambda it: owners.own(it, "efort", "Billing", owner="A", seen=0, by="B"), 'did you mean "effort"'),
    (lambda it: owners.own(it, "effort", "Billing", owner="", seen=0, by="B"), "owner is empty"),
    (lambda it: owners.own(it, "effort", "x", owner="A", deputy="A", seen=0, by="B"), "A can't be both"),
    (lambda it: owners.lead(it, "x", leader="A", deputy="A", seen=0, by="B"), "A can't be both"),
    (lambda it: owners.release(it, "effort", "Billing", seen=0, by="B"), "Nobody answers for effort in Billing"),
    (lambda it: owners.close_silo(it, "x", seen=0, by="B"), 'There is no silo "x"'),
    (lambda it: standards.set_standard(it, "effort", target=None, seen=0, by="B"), 'target is "None"'),
    (
        lambda it: standards.set_standard(it, "effort", target=1, monthly={"2026-13": 1}, seen=0, by="B"),
        '"2026-13", which is no month',
    ),
    (lambda it: standards.withdraw_standard(it, "effort", seen=0, by="B"), "There is no standard for effort"),
    (lambda it: standards.agree(it, "effort", "x", agreed_by="A", terms=1, by="B"), "no standard for effort to"),
    (lambda it: standards.take_back(it, "effort", "x", seen=0, by="B", reason="r"), "x has not agreed to effort"),
]


def test_refusals_write_nothing(store):
    for act, says in NO:
        with pytest.raises(Refused, match=says):
            act(store)
    assert store.revision() == 0


def test_a_standard_has_months_of_its_own_and_a_review_date(store):
    told = {"monthly": {"2026-12": 0.7}, "promise": "One thing,\none step.", "review_date": "2026-12-14"}
    one = standards.set_standard(store, "effort", target=0.5, seen=0, by="Ann", **told)
    assert one.target_in(date(2026, 11, 30)) == 0.5
    assert one.target_in(date(2026, 12, 1)) == 0.7
    assert not one.review_due(date(2026, 12, 13))
    assert one.review_due(date(2026, 12, 14))
    assert standards.standards(store) == (one,)


def words(store) -> dict[tuple[str, str], str]:
    return {(it.indicator, it.silo): it.word for it in standards.matrix(store, PAIRS)}


def test_the_matrix_knows_to_which_terms_each_silo_agreed(store):
    one = standards.set_standard(store, "effort", target=0.5, review_date="2026-12-14", seen=0, by="Ann")
    standards.agree(store, "effort", "Billing", agreed_by="Yara", agreed_on="2026-05-01", terms=1, by="Ann")
    cell = standards.agree(store, "effort", "Sales", agreed_by="Marit", terms=1, by="Ann")
    assert (cell.agreed_by, cell.agreed_on, cell.word) == ("Marit", date(2026, 5, 4), "agreed")
    assert words(store) == {
        ("effort", "Billing"): "agreed",
        ("effort", "Sales"): "agreed",  # not measured there, and agreed all the same
        ("effort", "Support"): "not agreed",
    }  # promise_kept has no standard
    assert standards.not_agreed(store, PAIRS) == {"effort": ("Support",)}
    same = standards.set_standard(store, "effort", target=0.5, review_date="2027-06-14", seen=1, by="Ann")
    assert (same.terms, words(store)["effort", "Billing"]) == (one.terms, "agreed")  # only the review moved
    harder = standards.set_standard(store, "effort", target=0.9, review_date="2027-06-14", seen=2, by="Ann")
    assert words(store)["effort", "Billing"] == "agreed to earlier terms"
    with pytest.raises(Refused, match=r"changed by Ann since you read them \(you read number 1, it is 2 now\)"):
        standards.agree(store, "effort", "Billing", agreed_by="Yara", terms=1, seen=1, by="Yara")
    standards.agree(store, "effort", "Billing", agreed_by="Yara", terms=harder.terms, seen=1, by="Yara")
    assert words(store)["effort", "Billing"] == "agreed"
    standards.take_back(store, "effort", "Billing", seen=2, by="Yara", reason="no people for it")
    assert words(store)["effort", "Billing"] == "not agreed"
    standards.withdraw_standard(store, "effort", seen=3, by="Ann")
    assert words(store) == {}


def test_nobody_agrees_tomorrow(store):
    standards.set_standard(store, "effort", target=0.5, seen=0, by="Ann")
    with pytest.raises(Refused, match="agreed on is 2026-05-05, which is still to come"):
        standards.agree(store, "effort", "Billing", agreed_by="Yara", agreed_on="2026-05-05", terms=1, by="Ann")


def test_comments_and_links(store, clock):
    one = started(store)
    talk.comment(store, one.id, "First.\r\n\tSecond line.", by="Ann")
    clock.turn(minutes=1)
    talk.comment(store, one.id, "Then.", by="Bob")
    assert [(it.text, it.who) for it in talk.comments(store, one.id)] == [
        *[("First.\n\tSecond line.", "Ann"), ("Then.", "Bob")],
    ]
    link = talk.attach(store, one.id, "https://example.org/plan?a=1#b", by="Ann")
    assert link.title == link.address
    assert talk.links(store) == (link,)
    talk.detach(store, link.id, by="Bob")
    assert talk.links(store) == ()
    assert len(events.history(store, "link", link.id)) == 2
    with pytest.raises(Refused, match='There is no commitment "none"'):
        talk.comment(store, "none", "Hm.", by="Ann")


ELSEWHERE = (
    *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,hi", "ftp://example.org", "//example.org"),
    *("http://", "https:example.org", "https://exa mple.org", 'https://example.org/"onclick=', "https://[::1"),
    *("https://ann:secret@example.org/", "https://example.org:99999/", "file:///etc/passwd", "", "mailto:a@b.c"),
)


def test_only_the_web_is_attached(store):
    one = started(store)
    for address in ELSEWHERE:
        with pytest.raises(Refused):
            talk.attach(store, one.id, address, by="Ann")
    assert talk.links(store) == ()


def test_a_review_ends_in_a_record(store, clock):
    one = reviews.open_review(store, since="2026-02-01", data_version="17", by="Ann")
    late = {"sentence": "Answer in a day is 3 days late.", "by": "Ann"}
    first = reviews.decide(store, one.id, "overdue answer-in-a-day", decision="Two more weeks.", **late)
    second = reviews.decide(
        store, one.id, "overdue answer-in-a-day", decision="Stop it.", decided_by="Yara", seen=first.version, **late
    )
    assert reviews.decisions(store, one.id) == (second,)
    assert (second.decided_on, second.decided_by) == (date(2026, 5, 4), "Yara")
    said = [it.after for event in events.history(store, "decision") for it in event.changes if it.field == "decision"]
    assert said == ["Two more weeks.", "Stop it."]
    assert reviews.last_closed(store) is None
    clock.turn(days=1)
    closed = reviews.close_review(store, one.id, seen=one.version, by="Bob")
    assert (closed.opened_by, closed.closed_by, closed.closed_on) == ("Ann", "Bob", date(2026, 5, 5))
    assert reviews.last_closed(store) == closed
    with pytest.raises(Refused, match="closed on 2026-05-05 by Bob: open another one"):
        reviews.decide(store, one.id, "unowned", decision="Ask Sales.", **late)
    with pytest.raises(Refused, match='There is no review "x"'):
        reviews.decide(store, "x", "unowned", decision="Ask Sales.", **late)

"""Any sequence of legal and illegal moves: a slow model agrees, and the present is what the events say."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from stores import Clock, disagreements, opened

from bellwether.accountability import Refused, commitments, events, moves, owners, recoveries, standards, talk

NEXT = {"agree": ("idea", "agreed"), "start": ("agreed", "started"), "finish": ("started", "done")}
DAYS = st.integers(-40, 200).map(lambda ahead: date(2026, 5, 4) + timedelta(days=ahead))
FIELDS = {
    "title": st.sampled_from(["Answer in a day", "Answer", "Zoë — 客户", "", None, "two\nlines"]),
    "owner": st.sampled_from(["Yara", "Hugo", None]),
    "silo": st.sampled_from(["Billing", "Support", None]),
    "treats": st.sampled_from([None, {"silo": ["Billing"]}, "mode = human | digital", {"weather": ["wet"]}]),
    "indicator": st.sampled_from(["effort", "promise_kept", None, "no_such"]),
    "start": st.none() | DAYS,
    "due": st.none() | DAYS,
    "expected": st.none() | st.floats(allow_infinity=True, allow_nan=True),
    "cost": st.none() | st.floats(-5, 1e9) | st.integers(0, 10**6),
    "currency": st.sampled_from([None, "EUR", "SEK", "eur"]),
}
FULL = {"title": "Answer", "silo": "Billing", "owner": "Yara", "treats": {"silo": ["Billing"]}, "indicator": "effort"}
FULL |= {"due": date(2026, 9, 1), "expected": -0.1}
RECOVERS = {"acknowledge": {}, "assign": {"to": "Yara"}, "reopen": {"reason": "so"}}
RECOVERS |= {"resolve": {"outcome": "explained", "words": "A storm."}}
LOCKED = ("silo", "treats", "indicator", "expected", "start")


class Anything(RuleBasedStateMachine):
    """The model: the state of each commitment, what was locked, and what the store held last."""

    ids = Bundle("ids")

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.clock = url, Clock()
        self.store = opened(url, self.clock)
        self.states: dict[str, str] = {}
        self.came_from: dict[str, str] = {}
        self.locked: dict[str, tuple] = {}
        self.events = 0
        self.held: dict[str, commitments.Commitment] = {}

    def teardown(self) -> None:
        try:
            assert events.differences(self.store) == ()
            assert disagreements(self.url) == []
        finally:
            self.store.close()

    def attempt(self, act) -> object | None:
        """Do it; a refusal writes nothing."""
        before = self.events
        try:
            return act()
        except Refused as no:
            assert "\n" not in str(no)
            assert self.store.revision() == before
            return None
        finally:
            self.events = self.store.revision()

    def version(self, id: str, stale: bool) -> int:
        return max(1, self.held[id].version - stale)

    @initialize(target=ids)
    def begin(self):
        return self.propose(FULL)

    @rule(target=ids, fields=st.fixed_dictionaries({}, optional=FIELDS))
    def propose(self, fields):
        one = self.attempt(lambda: moves.propose(self.store, by="Ann", **fields))
        if one is None:
            return multiple()
        self.states[one.id] = "idea"
        return one.id

    @rule(target=ids)
    def propose_whole(self):
        return self.propose(FULL)

    @rule(id=ids, fields=st.fixed_dictionaries({}, optional=FIELDS), stale=st.booleans())
    def change(self, id, fields, stale):
        self.attempt(lambda: moves.change(self.store, id, fields, seen=self.version(id, stale), by="Bob"))

    @rule(id=ids, move=st.sampled_from(sorted(NEXT)), on=st.none() | DAYS, stale=st.sampled_from([False, False, True]))
    def step(self, id, move, on, stale):
        told = {} if move == "agree" else {"on": on}
        act = lambda: getattr(moves, move)(self.store, id, seen=self.version(id, stale), by="Bob", **told)  # noqa: E731
        if self.attempt(act) is not None:
            before, after = NEXT[move]
            assert self.states[id] == before
            self.states[id] = after
            if move == "start":
                self.locked[id] = declared(commitments.commitment(self.store, id))

    @rule(id=ids, stale=st.booleans())
    def abandon(self, id, stale):
        told = {"seen": self.version(id, stale), "by": "Bob", "reason": "no money"}
        if self.attempt(lambda: moves.abandon(self.store, id, **told)) is not None:
            assert self.states[id] in ("idea", "agreed", "started")
            self.came_from[id], self.states[id] = self.states[id], "abandoned"

    @rule(id=ids)
    def reopen(self, id):
        told = {"seen": self.version(id, False), "by": "Bob", "reason": "a mistake"}
        if self.attempt(lambda: moves.reopen(self.store, id, **told)) is not None:
            assert self.states[id] in ("done", "abandoned")
            self.states[id] = "started" if self.states[id] == "done" else self.came_from[id]

    @rule(id=ids, text=st.text("aé客\n\r\x00 ", max_size=8))
    def say(self, id, text):
        self.attempt(lambda: talk.comment(self.store, id, text, by="Bob"))

    @rule(
        silo=st.sampled_from(["Billing", "Sales/Web"]), owner=st.sampled_from(["Yara", "Hugo", ""]), out=st.booleans()
    )
    def own(self, silo, owner, out):
        seen = owners.owner_of(self.store, "effort", silo).version
        act = owners.release if out else owners.own
        told = {} if out else {"owner": owner}
        self.attempt(lambda: act(self.store, "effort", silo, seen=seen, by="Ann", **told))

    @rule(target_=st.sampled_from([0.5, 0.9, float("nan")]), terms=st.integers(0, 3))
    def agree_on_a_standard(self, target_, terms):
        known = {one.indicator: one.version for one in standards.standards(self.store)}
        told = {"seen": known.get("effort", 0), "by": "Ann"}
        self.attempt(lambda: standards.set_standard(self.store, "effort", target=target_, **told))
        self.attempt(lambda: standards.agree(self.store, "effort", "Billing", agreed_by="Yara", terms=terms, by="Ann"))

    @rule(act=st.sampled_from(sorted(RECOVERS)), due=DAYS, stale=st.booleans())
    def recover(self, act, due, stale):
        was = recoveries.recovery(self.store, "complaint/tickets/7")
        told = {
            "seen": max(0, was.version - stale),
            "by": "Ann",
            **RECOVERS[act],
            **({"due": due} if act == "assign" else {}),
        }
        done = self.attempt(lambda: getattr(recoveries, act)(self.store, was.failure, **told))
        if done is not None and done != was:
            assert (was.state == "resolved") == (act == "reopen")
            assert (done.state == "resolved") == (act == "resolve")

    @rule(days=st.integers(0, 60))
    def wait(self, days):
        self.clock.turn(days=days)

    @invariant()
    def the_model_agrees(self):
        self.held = {one.id: one for one in commitments.commitments(self.store)}
        assert {id: one.state for id, one in self.held.items()} == self.states
        for id, was in self.locked.items():
            if self.states[id] in ("started", "done"):
                assert declared(self.held[id]) == was


def declared(one: commitments.Commitment) -> tuple:
    return tuple(getattr(one, field) for field in LOCKED)


def test_any_sequence_of_moves_leaves_what_its_events_say(fresh):
    run_state_machine_as_test(
        lambda: Anything(fresh()),
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

"""From exports and a governance file to the verdict on each commitment, on a company whose truth is known."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from plain import CONTACT, at, write

from bellwether import asking
from bellwether.refresh import refresh

FIRST, WEEKS, A_WEEK = datetime(2024, 1, 1, 9), 116, 60
SILOS = ("Billing", "Complaints", "Delivery", "Repairs", "Sales", "Support")
START = date(2025, 9, 1)
KEPT = 0.6
# What each commitment treats, from when on, and what it truly does to the promises kept.
PLANTED = {
    "helps": ("silo = Repairs", START, 0.2),
    "harms": ("silo = Sales", START, -0.2),
    "does-nothing": ("silo = Support", START, 0.0),
    "one-desk": ("touchpoint = Delivery desk 2", START, 0.2),
    "some-people": ("customer = c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7", START, 0.15),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A company of six silos with two desks each, and five commitments, refreshed once."""
    folder = tmp_path_factory.mktemp("judged")
    write(folder / "exports", "contacts.csv", _contacts(np.random.default_rng(7)))
    (folder / "governance").mkdir()
    (folder / "governance" / "company.toml").write_text('name = "Plain"\nzone = "UTC"\n')
    header = "id,title,owner,silo,indicator,start,due,state,treats,expected,cost"
    lines = [
        f"{name},{name},Ada,Repairs,promise_kept,{start},{start + timedelta(days=80)},started,{treats},0.15,100"
        for name, (treats, start, _) in PLANTED.items()
    ]
    lines.append("an-idea,An idea,Ada,Sales,promise_kept,2025-09-01,2025-12-01,idea,silo = Sales,0.1,5")
    (folder / "governance" / "commitments.csv").write_text("\n".join([header, *lines]) + "\n")
    assert refresh(_settings(folder)).published
    return folder


def _contacts(rng: np.random.Generator) -> list[dict[str, str]]:
    """Each silo and week so many promises; what a commitment treats keeps more of them, or fewer, from its start on."""
    rows = []
    for week in range(WEEKS):
        for silo in SILOS:
            for _ in range(A_WEEK):
                asked = FIRST + timedelta(weeks=week, days=int(rng.integers(0, 5)), hours=int(rng.integers(0, 8)))
                desk, customer = f"{silo} desk {rng.integers(1, 3)}", f"c{rng.integers(0, 40)}"
                treated = {"silo": silo, "touchpoint": desk, "customer": customer}
                chance = KEPT + sum(effect for name, effect in _effects(treated, asked.date()))
                late = timedelta(days=1 if rng.random() < chance else 3)
                told = {"silo": silo, "touchpoint": desk, "customer_id": customer, "interaction_id": f"i{len(rows)}"}
                moments = {"started_at": asked, "promised_at": asked + timedelta(days=2), "resolved_at": asked + late}
                rows.append({**CONTACT, **told, **{name: str(moment) for name, moment in moments.items()}})
    return rows


def _effects(row: dict[str, str], day: date):
    for name, (treats, start, effect) in PLANTED.items():
        dimension, _, values = treats.partition(" = ")
        if day >= start and row[dimension] in values.split(" | "):
            yield name, effect


def _settings(folder):
    store = f"sqlite:///{folder / 'store.db'}"
    return dataclasses.replace(at(folder), governance=folder / "governance", store=store)


@pytest.fixture(scope="module")
def told(folder):
    engine = asking.open_current(_settings(folder))
    yield {
        row["commitment"]: row for row in engine.ask("select * from verdicts where measure = 'indicator'").to_dicts()
    }
    engine.close()


@pytest.mark.parametrize(
    ("commitment", "word"),
    [
        ("helps", "worked"),
        ("harms", "made it worse"),
        ("does-nothing", "no effect seen"),
        ("one-desk", "worked"),
        ("some-people", "worked"),
    ],
)
def test_each_planted_commitment_gets_its_word(told, commitment, word):
    found = told[commitment]
    assert found["word"] == word, found["why"]
    assert found["lower"] <= PLANTED[commitment][2] <= found["upper"]


def test_an_idea_is_not_judged(told):
    assert set(told) == set(PLANTED)


def test_a_silo_that_another_commitment_treats_is_no_comparison(told):
    assert "Sales" not in told["helps"]["comparison"]
    assert "Billing" in told["helps"]["comparison"]


def test_chosen_customers_are_held_against_the_others_in_groups(told):
    assert "other customers, group" in told["some-people"]["comparison"]


def test_a_verdict_is_dated_by_the_weeks_that_it_needed_not_by_the_day_of_the_refresh(told):
    found = told["helps"]
    assert found["told_on"] == START + timedelta(weeks=found["weeks_after"])
    assert found["weeks_after"] == found["weeks_needed"]


def test_without_loyalty_only_the_indicator_is_judged(folder):
    engine = asking.open_current(_settings(folder))
    assert engine.ask("select distinct measure from verdicts")["measure"].to_list() == ["indicator"]
    engine.close()


def test_a_changed_commitment_is_judged_anew_and_nothing_else_is_rebuilt(folder):
    """A fifth field of the reviewed file changes: a new version, whose other marts are those of the last."""
    file = folder / "governance" / "commitments.csv"
    was = file.read_text()
    file.write_text(was.replace("started,silo = Support,0.15", "abandoned,silo = Support,0.15"))
    outcome = refresh(_settings(folder))
    engine = asking.open_current(_settings(folder))
    left = set(engine.ask("select commitment from verdicts")["commitment"])
    engine.close()
    assert outcome.published
    assert left == set(PLANTED) - {"does-nothing"}
    assert not refresh(_settings(folder)).published

"""What was planted can be found in the written rows by simple counting."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from statistics import fmean

import pytest
from written import episodes, lapse_share, whole

from bellwether import sample
from bellwether.sample import world

END = datetime(2026, 9, 27, 22, tzinfo=UTC)
TWO_WEEKS = timedelta(days=14)


def readings_of(company) -> dict[str, dict[bool, list]]:
    """By lead: the bad (True) and the good readings as (customer, the moment it became known)."""
    found = defaultdict(lambda: {True: [], False: []})
    for row in company.met:
        if row["promised"] and row["promised"] < END:
            kept = row["resolved"] is not None and row["resolved"] <= row["promised"]
            found["promise_kept"][not kept].append((row["customer"], row["promised"]))
        if row["by"] == "customer" and row["customer"]:
            found["switching_signal"][row["switching"]].append((row["customer"], row["at"]))
    for episode in episodes(company.met):
        steps = len(episode) - 1 + sum(row["extra"] for row in episode)
        known = episode[-1]["at"] + TWO_WEEKS
        found["effort"][steps > 1].append((episode[0]["customer"], known))
        for before, row in itertools.pairwise(episode):
            if before["failed"] and row["mode"] == "human" and row["resolved"]:
                wrong = row is not episode[-1] or row["extra"] > 0
                found["right_after_digital_failure"][wrong].append((row["customer"], row["resolved"] + TWO_WEEKS))
    return found


@pytest.fixture(scope="module")
def readings(company):
    return readings_of(company)


LEADS = ["switching_signal", "right_after_digital_failure", "effort", "promise_kept"]


@pytest.mark.parametrize("lead", LEADS)
def test_a_bad_reading_raises_the_lapses_in_its_window(company, readings, lead):
    planted = company.planted["leads"][lead]
    bad, good = (
        lapse_share(readings[lead][side], company.lapsed, planted["from_week"], planted["to_week"], END)
        for side in (True, False)
    )
    assert bad > 1.5 * good


@pytest.mark.parametrize("lead", LEADS)
def test_outside_its_window_a_bad_reading_says_little(company, readings, lead):
    after = company.planted["leads"][lead]["to_week"] + 1  # a reading may be known at any hour of its week
    bad, good = (lapse_share(readings[lead][side], company.lapsed, after, after + 13, END) for side in (True, False))
    assert bad < 1.35 * good


def test_a_broken_promise_is_quiet_before_it_bites(company, readings):
    planted = company.planted["leads"]["promise_kept"]
    bad = readings["promise_kept"][True]
    early = lapse_share(bad, company.lapsed, 0, planted["from_week"] - 1, END) / (planted["from_week"] - 1)
    late = lapse_share(bad, company.lapsed, planted["from_week"], planted["to_week"], END) / 15
    assert late > 1.3 * early


def test_each_window_reaches_the_lead_that_it_claims(company):
    gaps = (0, 4, 8, 13, 26)
    for name, planted in company.planted["leads"].items():
        # The latest reading known before the origin lies in the week before it.
        reached = [gap for gap in gaps if planted["to_week"] - 1 > gap]
        assert planted["lead_weeks"] == max(reached), name


def test_an_impostor_goes_along_with_loyalty(company):
    """The surveys' share of it needs a larger company: a few hundred customers of 1,500 ever answer twice."""
    assert company.truth["impostors"]["recognised"]["correlation"] > 0.05


def test_recognition_warns_of_nothing(company):
    """Of customers who were both recognised and not, as many lapse after the one as after the other."""
    seen = defaultdict(lambda: {True: [], False: []})
    for file in company.folder.glob("zendesk_tickets_20*.csv"):
        for row in whole(file):
            flag, at = row["Customer recognised [flag]"], row["Created at"]
            if flag and len(at) == 16 and at[:2] == "20":
                when = datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
                seen[row["Requester external id"]][flag == "1"].append((row["Requester external id"], when))
    both = [customer for customer in seen.values() if customer[True] and customer[False]]
    yes, no = (
        fmean(lapse_share(customer[side], company.lapsed, 0, 13, END + timedelta(weeks=52)) for customer in both)
        for side in (True, False)
    )
    assert abs(yes - no) < 0.02


def test_the_step_is_where_it_was_planted(larger):
    planted = larger.planted["step"]
    day = datetime(planted["date"].year, planted["date"].month, planted["date"].day, tzinfo=UTC)
    mine = [row for row in larger.met if row["silo"] == planted["silo"] and row["promised"] and row["promised"] < END]

    def kept(since: datetime, until: datetime) -> float:
        inside = [row for row in mine if since <= row["promised"] < until]
        return fmean(row["resolved"] is not None and row["resolved"] <= row["promised"] for row in inside)

    year = timedelta(days=365)
    assert kept(day - 2 * year, day - year) == pytest.approx(planted["before"], abs=0.06)
    assert kept(day - year, day) == pytest.approx(planted["before"], abs=0.06)
    assert kept(day, END) == pytest.approx(planted["after"], abs=0.06)


def test_the_harm_is_where_it_was_planted(company):
    planted, standards = company.planted["harm"], company.planted["channels"]
    day = datetime(planted["date"].year, planted["date"].month, planted["date"].day, tzinfo=UTC)

    def prompt(mine: bool, since: datetime, until: datetime) -> float:
        inside = [row for row in company.met if row["wait"] is not None and since <= row["at"] < until]
        return fmean(
            row["wait"] <= standards[row["channel"]] for row in inside if (row["silo"] == planted["silo"]) == mine
        )

    spring = timedelta(days=200)  # the same season a year before, so that the winter falls on both sides
    year = timedelta(days=364)
    fallen, others = (
        prompt(mine, day, day + spring) - prompt(mine, day - year, day + spring - year) for mine in (True, False)
    )
    assert fallen < others - 0.05


def test_winter_brings_more_contacts_and_longer_waits(company):
    winter = [row for row in company.met if row["at"].month in (12, 1, 2)]
    summer = [row for row in company.met if row["at"].month in (6, 7, 8)]
    assert len(winter) / len(summer) == pytest.approx(1.33, abs=0.12)
    standards = company.planted["channels"]

    def prompt(rows) -> float:
        return fmean(row["wait"] <= standards[row["channel"]] for row in rows if row["wait"] is not None)

    assert prompt(winter) < prompt(summer) - 0.1


def test_the_unhappy_answer_less(company):
    shares = company.truth["response"]["share_by_third"]
    assert shares["unhappy"] < shares["middling"] < shares["happy"]
    response = company.truth["response"]
    assert response["mean_satisfaction_of_those_who_answer"] > response["mean_satisfaction_of_all"] + 0.2


def test_one_hand_off_is_broken(company):
    pairs = company.truth["hand_offs"]
    stalls = {pair: [] for pair in pairs}
    for episode in episodes(company.met):
        human = [row for row in episode if row["mode"] == "human"]
        for before, row in itertools.pairwise(human):
            if (pair := f"{before['silo']}>{row['silo']}") in stalls:
                stalls[pair].append(row["at"] - before["at"] > timedelta(days=7))
    counted = {pair: fmean(each) for pair, each in stalls.items()}
    assert max(counted, key=counted.get) == "Onboarding>Field service"
    assert counted["Onboarding>Field service"] > 3 * counted["Sales>Onboarding"]
    assert pairs["Onboarding>Field service"]["held"] < 0.7 < 0.85 < pairs["Sales>Onboarding"]["held"]


def test_some_silos_promise_nothing_and_some_contacts_come_from_outside(company):
    promising = {row["silo"] for row in company.met if row["promised"]}
    for silo in company.truth["not_measured"]["promise_kept"]:
        assert silo not in promising
    assert {row["channel"] for row in company.met if row["by"] == "third_party"} >= {"review_site", "comparison_site"}
    assert {row["Event (metadata)"] for row in whole(company.folder / "billing_events.csv")} >= {
        *("join", "renewal", "upgrade", "downgrade", "lapse", "return", "referral"),
    }


def test_the_code_reads_its_numbers_from_the_truth(tmp_path):
    text = (
        world.TRUTH.read_text()
        .replace("after = 0.84", "after = 0.999")
        .replace("falls_back = 0.20", "falls_back = 0.9")
    )
    (tmp_path / "truth.toml").write_text(text)
    made = world.make(400, 1, 3, truth=tmp_path / "truth.toml")
    _, met, _ = sample.simulate(made)
    assert sample.realised.step(made, met)["share_after"] > 0.97
    assert sample.realised.hand_off(met, "Onboarding>Field service")["falls_back"] > 0.7

"""The simulated company's exports: every row that was spoilt on purpose is quarantined, and no other."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from desk import bring

from bellwether import sample

TOOLS = {
    "veldlicht_tickets": "zendesk",
    "veldlicht_calls": "connect",
    "bellwether_interactions": "sessions",
    "veldlicht_billing": "billing",
    "veldlicht_customers": "customers",
}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    rows = sample.write(folder / "exports", customers=1000, years=1, truth=folder / "truth.json")
    brought = {name: bring(folder, folder / "exports" / name) for name in rows}
    return json.loads((folder / "truth.json").read_text(encoding="utf-8")), brought


def quarantined(brought) -> dict[str, Counter]:
    found: dict[str, Counter] = {}
    for one in brought.values():
        found.setdefault(one.done.source, Counter()).update(one.reasons().values())
    return found


def test_every_row_that_was_written_is_read(company):
    truth, brought = company
    assert {name: one.done.read for name, one in brought.items()} == truth["rows"]


@pytest.mark.parametrize("source", TOOLS)
def test_every_spoilt_row_is_quarantined_and_no_other(company, source):
    truth, brought = company
    assert quarantined(brought)[source].total() == sum(truth["dirty"][TOOLS[source]]["dirty"].values())


def test_answers_are_quarantined_for_what_was_spoilt(company):
    truth, brought = company
    planted, found = truth["dirty"]["qualtrics"]["responses"], quarantined(brought)["veldlicht_survey"]
    assert found.total() == sum(planted.values())
    assert found["left out: it is a preview"] == planted["preview"]
    assert found["left out: the tool marked it as spam"] == planted["spam"]
    assert found["Q4_1 is not one of 1, 2, 3, 4, 5, 6, 7"] == planted["out_of_range"]


def test_invitations_and_answers_add_up_to_those_who_were_asked(company):
    truth, brought = company
    unanswered = brought["qualtrics_distribution_history.csv"].rows("surveys")
    answers = {row["response_id"] for row in brought["qualtrics_responses.csv"].rows("surveys")}
    spoilt = truth["dirty"]["qualtrics"]
    most = sum(spoilt["responses"].values()) + sum(spoilt["invitations"].values())
    assert 0 <= truth["response"]["invitations"] - len(unanswered) - len(answers) <= most
    assert all(row["score"] is None and row["answered_at"] is None for row in unanswered)
    assert max(len(str(row["asked_at"])) for row in unanswered) == 19


def test_customers_are_known_by_their_account_alone(company):
    _, brought = company
    for name in brought:
        for feed in brought[name].done.rows:
            text = json.dumps(brought[name].rows(feed), default=str)
            assert "example.net" not in text

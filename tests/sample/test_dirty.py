"""As many dirty rows of each kind as the truth says, found by looking at the text."""

from __future__ import annotations

import csv
from collections import Counter

from written import calls, moment, records, whole

SILOS = {"Sales", "Onboarding", "Billing", "Support", "Field service", "Digital", "Retention", "Complaints"}


def repeated(rows) -> int:
    return sum(count - 1 for count in Counter(map(tuple, rows)).values())


def torn(files) -> list[list[str]]:
    found = []
    for file in files:
        width = len(next(csv.reader(file.open(encoding="utf-8"))))
        found += [row for row in records(file) if len(row) != width]
    return found


def test_tickets(company):
    truth, files = company.truth["dirty"]["zendesk"]["dirty"], sorted(company.folder.glob("zendesk_tickets_20*.csv"))
    rows = [row for file in files for row in whole(file)]
    assert len(torn(files)) == truth["wrong_cells"]
    assert repeated(row.values() for row in rows) == truth["duplicate"]
    assert sum(moment(row["Created at"]) is None for row in rows) == truth["bad_date"]
    assert sum(row["Silo [list]"] not in SILOS for row in rows) == truth["unknown_code"]
    assert sum(row["Id"] == "" for row in rows) == truth["missing_id"]
    assert sum(row["First reply time in minutes"].startswith("-") for row in rows) == truth["negative_duration"]
    closed = [row for row in rows if row["Solved at"] and moment(row["Created at"])]
    assert sum(moment(row["Solved at"]) < moment(row["Created at"]) for row in closed) == truth["closed_before_opened"]


def test_the_later_ticket_export_repeats_weeks_and_corrects_them(company):
    truth, before = company.truth["dirty"]["zendesk"]["overlap"], {}
    for file in sorted(company.folder.glob("zendesk_tickets_20*.csv")):
        before |= {row["Id"]: row for row in whole(file)}
    later = list(whole(company.folder / "zendesk_tickets_later.csv"))
    again = [row for row in later if row["Id"] in before]
    changed = [row for row in again if row != before[row["Id"]]]
    spoiled = sum(company.truth["dirty"]["zendesk"]["dirty"].values())
    assert truth["rows_repeated"] - spoiled <= len(again) <= truth["rows_repeated"]
    assert truth["rows_changed"] - spoiled <= len(changed) <= truth["rows_changed"] + spoiled
    solved = [row for row in changed if row["Solved at"] and not before[row["Id"]]["Solved at"]]
    assert len(solved) > len(changed) / 2, "most of them closed in between"


def test_calls(company):
    truth = company.truth["dirty"]["connect"]["dirty"]
    found = [record for file in company.folder.glob("amazon_connect_*.jsonl") for record in calls(file)]
    rows = [record for record in found if record]
    assert len(found) - len(rows) == truth["bad_json"]
    assert repeated((str(record),) for record in rows) == truth["duplicate"]
    assert sum(moment(record["InitiationTimestamp"]) is None for record in rows) == truth["bad_date"]
    unknown = [record for record in rows if record["Queue"]["Name"].split(" - ")[0] not in SILOS]
    assert len(unknown) == truth["unknown_code"]
    assert sum(record["ContactId"] is None for record in rows) == truth["missing_id"]
    assert sum(record["Agent"]["AgentInteractionDuration"] < 0 for record in rows) == truth["negative_duration"]
    timed = [record for record in rows if moment(record["InitiationTimestamp"])]
    early = [record for record in timed if record["DisconnectTimestamp"] < record["InitiationTimestamp"]]
    assert len(early) == truth["closed_before_opened"]


def test_sessions(company):
    truth = company.truth["dirty"]["sessions"]["dirty"]
    files = sorted(company.folder.glob("bellwether_interactions_*.csv"))
    rows = [row for file in files for row in whole(file)]
    assert len(torn(files)) == truth["wrong_cells"]
    assert repeated(row.values() for row in rows) == truth["duplicate"]
    assert sum(moment(row["started_at"]) is None for row in rows) == truth["bad_date"]
    assert sum(row["failed"] not in ("true", "false") for row in rows) == truth["unknown_code"]
    assert sum(row["interaction_id"] == "" for row in rows) == truth["missing_id"]
    assert sum(row["handle_seconds"].startswith("-") for row in rows) == truth["negative_duration"]
    closed = [row for row in rows if row["resolved_at"] and moment(row["started_at"])]
    assert sum(row["resolved_at"] < row["started_at"] for row in closed) == truth["closed_before_opened"]


def test_answers(company):
    truth, file = company.truth["dirty"]["qualtrics"]["responses"], company.folder / "qualtrics_responses.csv"
    rows = list(whole(file, header_rows=3))
    assert len(torn([file])) == truth["wrong_cells"]
    assert repeated(row.values() for row in rows) == truth["duplicate"]
    assert sum(moment(row["RecordedDate"]) is None for row in rows) == truth["bad_date"]
    assert sum(not 1 <= int(row["Q4_1"]) <= 7 for row in rows) == truth["out_of_range"]
    assert sum(row["ResponseId"] == "" for row in rows) == truth["missing_id"]
    assert sum(row["EndDate"] < row["StartDate"] for row in rows) == truth["closed_before_opened"]
    assert Counter(row["Status"] for row in rows)["Survey Preview"] == truth["preview"]
    assert Counter(row["Status"] for row in rows)["Spam"] == truth["spam"]


def test_invitations(company):
    truth, file = (
        company.truth["dirty"]["qualtrics"]["invitations"],
        company.folder / "qualtrics_distribution_history.csv",
    )
    rows = list(whole(file))
    assert len(torn([file])) == truth["wrong_cells"]
    assert repeated(row.values() for row in rows) == truth["duplicate"]
    assert sum(moment(row["sentAt"]) is None for row in rows) == truth["bad_date"]
    assert sum(row["contactId"] == "" for row in rows) == truth["missing_id"]


def test_billing(company):
    truth, file = company.truth["dirty"]["billing"]["dirty"], company.folder / "billing_events.csv"
    rows, kinds = list(whole(file)), set(company.truth["loyalty"])
    assert len(torn([file])) == truth["wrong_cells"]
    assert repeated(row.values() for row in rows) == truth["duplicate"]
    assert sum(moment(row["Created (UTC)"]) is None for row in rows) == truth["bad_date"]
    assert sum(row["Event (metadata)"] not in kinds for row in rows) == truth["unknown_code"]
    assert sum(row["id"] == "" for row in rows) == truth["missing_id"]


def test_customers(company):
    truth, file = company.truth["dirty"]["customers"]["dirty"], company.folder / "crm_customers.csv"
    rows = list(whole(file))

    def day(text: str) -> tuple[str, ...]:
        return tuple(reversed(text.split("-")))

    dated = [row for row in rows if len(row["Customer since"]) == 10]
    left = [row for row in dated if row["Customer until"]]
    assert len(torn([file])) == truth["wrong_cells"]
    assert repeated(row.values() for row in rows) == truth["duplicate"]
    assert len(rows) - len(dated) == truth["bad_date"]
    assert sum(row["Type"] not in ("consumer", "business") for row in rows) == truth["unknown_code"]
    assert sum(row["Account ID"] == "" for row in rows) == truth["missing_id"]
    assert sum(day(row["Customer until"]) < day(row["Customer since"]) for row in left) == truth["closed_before_opened"]


def test_about_three_rows_in_a_thousand_are_dirty():
    from bellwether.sample import dirt, world

    made = world.make(20_000, 3, 1)
    wanted = sum(sum(dirt.wanted(made, file).values()) for file in made.truth["dirty"])
    assert 0.002 < wanted / 540_000 < 0.004

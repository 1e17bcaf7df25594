"""The exports look as the tools write them, are complete, and are the same each time."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime

import pytest
from written import AMSTERDAM, calls, moment, records, whole

from bellwether import sample

END = datetime(2026, 9, 27, 22, tzinfo=UTC)  # midnight in Amsterdam


def test_the_same_arguments_write_the_same_bytes(tmp_path):
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        sample.write(tmp_path / name, customers=400, years=1, seed=seed, truth=tmp_path / f"{name}.json")
    one, again, other = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
                         for name in ("one", "again", "other"))  # fmt: skip
    assert one == again
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "again.json").read_bytes()
    assert not [name for name, content in one.items() if content == other[name]]


def test_it_says_how_many_rows_it_wrote(company):
    assert {file.name for file in company.folder.iterdir()} == set(company.rows)
    for name, rows in company.rows.items():
        if name.endswith(".jsonl"):
            found = sum(1 for _ in calls(company.folder / name))
        else:
            found = sum(1 for _ in records(company.folder / name)) - 2 * (name == "qualtrics_responses.csv")
        assert found == rows, name


def test_the_company_has_the_size_it_should(company):
    assert 18_000 < len(company.met) < 26_000  # 300,000 at 20,000 customers
    assert 800 < company.truth["response"]["answers"] < 1_500  # 15,000
    assert 4 < company.truth["response"]["invitations"] / company.truth["response"]["answers"] < 5
    assert {row["silo"] for row in company.met} >= {
        *("Sales", "Onboarding", "Billing", "Support"),
        *("Field service", "Digital", "Retention", "Complaints"),
    }
    weekly = [count / 13 for count in company.truth["lapses_by_13_weeks"]]
    assert min(weekly) > 2, "lapse events in every week"


def test_nothing_is_later_than_the_last_moment(company):
    moments = [row["at"] for row in company.met] + [row["resolved"] for row in company.met if row["resolved"]]
    moments += [at for times in company.lapsed.values() for at in times]
    moments += [
        moment(row["sentAt"]) for row in whole(company.folder / "qualtrics_distribution_history.csv") if row["sentAt"]
    ]
    assert max(at for at in moments if at) < END
    ahead = [row for row in company.met if row["promised"] and row["promised"] >= END]
    assert ahead, "promises that are still ahead"


def test_tickets_have_the_real_columns_and_then_our_own(company, real_data):
    real = (real_data / "exports/zendesk/admin_csv_export_header.csv").read_text().strip().split(",")
    for file in company.folder.glob("zendesk_tickets_*.csv"):
        header = next(csv.reader(file.open(encoding="utf-8")))
        assert header[:43] == real
        assert all(name.endswith(("[list]", "[txt]", "[flag]", "[int]")) for name in header[43:])


def test_call_records_have_the_real_shape(company, real_data):
    real = json.loads((real_data / "exports/amazon_connect/ctr_one_record_redacted.json").read_text())
    record = next(calls(company.folder / "amazon_connect_contacts_2025.jsonl"))
    assert set(record) <= set(real)
    for part in ("Agent", "Queue"):
        assert set(record[part]) <= set(real[part])
    assert record["NextContactId"] is None
    assert record["Queue"]["Name"] and record["Agent"]["Username"]
    assert moment(record["InitiationTimestamp"])


def test_answers_stand_under_three_header_rows(company, real_data):
    real = next(csv.reader((real_data / "exports/qualtrics/sample.csv").open(encoding="utf-8")))
    with (company.folder / "qualtrics_responses.csv").open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        names, questions, keys = next(rows), next(rows), [json.loads(cell) for cell in next(rows)]
    assert names[:17] == real[:17]
    assert len(names) == len(questions) == len(keys)
    assert {key["timeZone"] for key in keys if "timeZone" in key} == {"Europe/Amsterdam"}
    assert all(key["ImportId"] for key in keys)


def test_answers_stay_on_their_scales_and_find_their_invitation(company):
    scales = {"Q1_NPS": (0, 10), "Q2_CSAT": (1, 5), "Q3_CES": (1, 7), "Q4_2": (1, 7), "Q4_5": (1, 7)}
    answers = list(whole(company.folder / "qualtrics_responses.csv", header_rows=3))
    for column, (low, high) in scales.items():
        given = [int(row[column]) for row in answers if row[column]]
        assert low <= min(given) < max(given) == high, column
    invited = {row["responseId"]: row for row in whole(company.folder / "qualtrics_distribution_history.csv")}
    matched = [(row, invited[row["ResponseId"]]) for row in answers if row["ResponseId"] in invited]
    assert len(matched) > 0.98 * len(answers)
    for answer, invitation in matched[:200]:
        assert invitation["externalDataReference"] == answer["customer_id"]
        if moment(answer["EndDate"], AMSTERDAM) and moment(invitation["sentAt"]):
            assert moment(answer["EndDate"], AMSTERDAM) > moment(invitation["sentAt"])


def test_every_contract_has_a_beginning_and_its_events_lie_after_it(company):
    joined, events = {}, list(whole(company.folder / "billing_events.csv"))
    for row in events:
        if row["Event (metadata)"] == "join" and (at := moment(row["Created (UTC)"])):
            joined[row["Customer ID"]] = at
    assert len(joined) > 0.97 * 1500
    later = [row for row in events if row["Customer ID"] in joined and moment(row["Created (UTC)"])]
    assert all(moment(row["Created (UTC)"]) >= joined[row["Customer ID"]] for row in later)


def test_a_company_too_small_to_mean_anything_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least 100 customers"):
        sample.write(tmp_path, customers=99)

"""`bellwether new source`: what it proposes for real exports, what it tells instead of guessing, what it refuses."""

from __future__ import annotations

import dataclasses
import gzip
import shutil

import pytest
from typer.testing import CliRunner

from bellwether import checks
from bellwether.cli import app
from bellwether.proposing import looking, matching, preview, typing, writing
from bellwether.readers import Refused
from bellwether.settings import ROOT, settings


def proposed(file, order: str = ""):
    """The plan for a file, its columns by name, and the text of the source."""
    with looking.look(file) as looked:
        columns = typing.types(looked, order)
        plan = matching.plans(columns)[0]
        return plan, {one.name: one for one in columns}, writing.source("tried", looked, columns, plan)


def taken(plan) -> dict[str, str]:
    return {one.target: one.column.name for one in plan.taken}


@pytest.fixture(scope="module")
def boston(real_data, tmp_path_factory):
    """The first 3,000 lines of the real export."""
    file = tmp_path_factory.mktemp("boston") / "requests.csv"
    with gzip.open(next((real_data / "boston_311").glob("*.gz")), "rt", encoding="utf-8") as lines:
        file.write_text("".join(next(lines) for _ in range(3000)), encoding="utf-8")
    return file


def test_boston_is_mapped_as_the_source_that_was_written_by_hand(boston):
    plan, columns, text = proposed(boston)
    assert plan.feed == "interactions" and not plan.lacks
    told = taken(plan)
    assert told["interaction_id"] == "CASE_ENQUIRY_ID" and told["started_at"] == "OPEN_DT"
    assert told["promised_at"] == "TARGET_DT" and told["resolved_at"] == "CLOSED_DT"
    assert columns["OPEN_DT"].form == "%m/%d/%Y %I:%M:%S %p" and columns["OPEN_DT"].order == typing.MONTH_FIRST
    assert columns["CASE_ENQUIRY_ID"].kind == "text"  # a number that nobody adds up
    found = preview.preview(settings(), "tried", text, boston)
    assert found.read == found.accepted + found.quarantined == 2999 and not found.said


KNOWN = [
    (
        "zendesk/admin_csv_export_header.csv",
        "interactions",
        {"interaction_id": "Id", "silo": "Group", "resolved_at": "Solved at"},
    ),
    (
        "jira/jsm_export_header_spanish.csv",
        "interactions",
        {"interaction_id": "Clave de incidencia", "started_at": "Creada"},
    ),
    (
        "amazon_connect/ctr_one_record_redacted.json",
        "interactions",
        {"channel": "Channel", "wait_seconds": "Queue.Duration"},
    ),
    ("stripe/payments_semicolon_header.csv", "loyalty", {"customer_id": "Customer ID", "amount": "Amount"}),
    (
        "warehouse_landed/zendesk_ticket_data.csv",
        "interactions",
        {"started_at": "created_at", "customer_id": "requester_id"},
    ),
]


@pytest.mark.parametrize(("name", "feed", "told"), KNOWN, ids=[one[0] for one in KNOWN])
def test_real_exports_find_their_feed(real_data, name, feed, told):
    plan, _, text = proposed(real_data / "exports" / name)
    assert plan.feed == feed and told.items() <= taken(plan).items()
    assert preview.preview(settings(), "tried", text, real_data / "exports" / name).said == ""


def test_minutes_become_seconds(tmp_path):
    file = tmp_path / "calls.csv"
    file.write_text("call id,created at,wait time (minutes)\nc1,2026-01-05 10:00:00,2.5\nc2,2026-01-05 11:00:00,1\n")
    assert '60 * "wait time (minutes)" as wait_seconds' in proposed(file)[2]


BOTH = "ticket id,created,group\nt1,03/04/2026 10:00,A\nt2,05/06/2026 11:00,B\nt3,11/12/2026 09:30,A\n"


def test_dates_that_can_be_read_both_ways_are_told_and_not_guessed(tmp_path):
    file = tmp_path / "both.csv"
    file.write_text(BOTH)
    with pytest.raises(typing.Undecided) as told:
        proposed(file)
    assert 'Every date in "created" can be read both ways: ' in str(told.value)
    assert "--day-first or --month-first" in str(told.value)


@pytest.mark.parametrize(
    ("order", "form"), [(typing.DAY_FIRST, "%d/%m/%Y %H:%M"), (typing.MONTH_FIRST, "%m/%d/%Y %H:%M")]
)
def test_they_are_read_as_a_person_says_and_the_file_keeps_saying_so(tmp_path, order, form):
    file = tmp_path / "both.csv"
    file.write_text(BOTH)
    _, columns, text = proposed(file, order)
    assert columns["created"].form == form and f"created as {form}" in text
    assert f"{order}, as you said; the cells can be read both ways" in text


def test_another_column_of_the_file_can_prove_it(tmp_path):
    file = tmp_path / "proven.csv"
    file.write_text("ticket id,created,closed\nt1,03/04/2026,28/04/2026\nt2,05/06/2026,06/07/2026\n")
    _, columns, text = proposed(file)
    assert columns["created"].order == columns["closed"].order == typing.DAY_FIRST
    assert columns["closed"].sure and not columns["created"].sure
    assert 'because "closed" of the same file can be read no other way' in text


@pytest.mark.parametrize(
    ("cells", "kind", "form"),
    [
        (("1.234,56", "7,5"), "number", "1.234,56"),
        (("1,234.56", "7.5"), "number", "1,234.56"),
        (("12", "7.5"), "number", ""),
        (("yes", "no"), "flag", "yes / no"),
        (("1767607200", "1767693600"), "time", "unix"),
        (("1767607200000", "1767693600000"), "time", "unix ms"),
        (("2026-01-05T10:00:00Z", "2026-01-06T10:00:00Z"), "time", ""),
        (("18/jul/26 9:10 AM", "19/jul/26 11:30 PM"), "time", "%d/%b/%y %I:%M %p"),
        (("31.12.2025 23:59", "01.01.2026 00:00"), "time", "%d.%m.%Y %H:%M"),
        (("2025-12-06 10:36:17 -0500", "2025-12-07 10:36:17 -0500"), "time", ""),
        (("02135", "02136"), "number", ""),
        (("n/a", "soon"), "text", ""),
    ],
)
def test_forms(tmp_path, cells, kind, form):
    file = tmp_path / "forms.csv"
    file.write_text("a;b\n" + "".join(f'{one};"{cell}"\n' for one, cell in enumerate(cells)))
    with looking.look(file) as looked:
        found = {one.name: one for one in typing.types(looked)}["b"]
    assert (found.kind, found.form) == (kind, form)


def test_names_of_things_are_no_numbers(tmp_path):
    file = tmp_path / "zips.csv"
    file.write_text("ZIP,ticket number\n02135,1\n02136,2\n")
    assert {one.kind for one in proposed_columns(file)} == {"text"}


def proposed_columns(file):
    with looking.look(file) as looked:
        return typing.types(looked)


def test_a_decimal_point_that_may_be_thousands_is_told(tmp_path):
    file = tmp_path / "thousands.csv"
    file.write_text("order id;customer;order date;total\no1;c1;2026-01-05;1.234\no2;c2;2026-01-06;2.500\n")
    assert "it may be thousands instead" in proposed(file)[2]


def test_what_cannot_be_read_is_said(real_data, tmp_path):
    cut = real_data / "exports" / "truncated" / "cfpb_complaints_cut_mid_field.csv"
    with pytest.raises(Refused, match="ends inside a quoted field"):
        proposed(cut)
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    with pytest.raises(Refused, match="no kind of file"):
        proposed(tmp_path / "photo.png")


def test_hostile_files_are_proposed_for_or_refused_with_a_sentence(corpora):
    files = [
        file for name in ("csv-spectrum", "duckdb_csv", "frictionless") for file in (corpora / name).rglob("*.csv")
    ]
    assert len(files) > 20
    for file in files[:120]:
        try:
            proposed(file)
        except (Refused, typing.Undecided) as said:
            assert str(said).strip()


@pytest.fixture
def house(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    monkeypatch.setenv("BELLWETHER_QUERIES", str(tmp_path / "queries"))
    settings.cache_clear()
    yield dataclasses.replace(settings(), queries=tmp_path / "queries")
    monkeypatch.undo()
    settings.cache_clear()


def test_the_command_writes_a_source_that_passes_the_check(house, boston):
    done = CliRunner().invoke(app, ["new", "source", "city_cases", "--from", str(boston), "--zone", "America/New_York"])
    assert done.exit_code == 0, done.stderr
    file = house.queries / "sources" / "city_cases.sql"
    assert done.stdout.strip() == str(file) and "-- zone: America/New_York" in file.read_text(encoding="utf-8")
    assert "A refresh would accept" in done.stderr and "Nothing was published" in done.stderr
    assert checks.check(house, file).complaints == ()
    again = CliRunner().invoke(app, ["new", "source", "city_cases", "--from", str(boston)])
    assert again.exit_code == 2 and "there already; nothing was written" in again.stderr


def test_rows_that_would_be_quarantined_are_shown_before_anything_is_written(house, tmp_path):
    file = tmp_path / "late.csv"
    rows = "".join(f"t{one},2026-01-{one % 27 + 1:02d} 10:00:00,A\n" for one in range(60))
    file.write_text(f"ticket id,created at,group\n{rows}t99,soon,A\n")
    done = CliRunner().invoke(app, ["new", "source", "late", "--from", str(file)])
    assert "accept 60 of 61 rows and quarantine 1" in done.stderr.replace("\n", " ")
    assert "line 62" in done.stderr and '"soon"' in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["My Tool", "--from", "x.csv"], "is no name for a source"),
        (["mine"], "--from FILE"),
        (["mine", "--from", "nowhere.csv"], "is no file"),
        (["mine", "--from", "x.csv", "--feed", "survey"], 'Did you mean "surveys"?'),
        (["mine", "--from", "x.csv", "--zone", "Amsterdam"], "is not a time zone"),
        (["mine", "--from", "x.csv", "--day-first", "--month-first"], "Say one of the two"),
    ],
)
def test_a_wrong_call_is_told(house, words, says):
    done = CliRunner().invoke(app, ["new", "source", *words])
    assert done.exit_code in (1, 2) and says in done.stderr.replace("\n", " ")

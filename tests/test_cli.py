"""The command line as people and machines call it: answers, sentences, exit status."""

from __future__ import annotations

import json

import pytest
from plain import contacts, refreshed, write
from typer.testing import CliRunner

from bellwether.cli import app


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    late = {"interaction_id": "i2", "silo": "Billing", "resolved_at": "2026-01-09 10:00:00"}
    # A later contact: else the late one would set the day up to which its own promise is judged.
    later = {"interaction_id": "i3", "promised_at": "", "resolved_at": "2026-01-10 10:00:00"}
    write(folder / "exports", "a.csv", contacts({}, late, later))
    done = call("refresh", "--exports", folder / "exports", "--warehouse", folder / "warehouse", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert [(one["read"], one["accepted"], one["quarantined"]) for one in told["files"]] == [(3, 3, 0)]
    return folder / "warehouse"


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_an_indicator_of_too_few_people_is_hidden_on_the_command_line_too(folder):
    done = call("indicator", "promise_kept", "--by", "silo", "--format", "csv", "--warehouse", folder)
    header, *rows = done.stdout.splitlines()
    assert header == "silo,value,weight,observations,too_few"
    assert [row.split(",")[1:] for row in rows] == [["", "", "", "true"]] * len(rows)  # neither value nor count


def test_an_indicator_by_silo_leaves_out_what_is_not_measured(tmp_path):
    kept = [{"interaction_id": f"k{n}", "customer_id": f"c{n}"} for n in range(6)]
    late = [{"interaction_id": f"l{n}", "customer_id": f"d{n}", "silo": "Billing"} for n in range(6)]
    late = [{**one, "resolved_at": "2026-01-09 10:00:00"} for one in late]
    none = [{"interaction_id": f"n{n}", "customer_id": f"e{n}", "silo": "Sales", "promised_at": ""} for n in range(6)]
    write(tmp_path / "exports", "one.csv", contacts(*kept, *late, *none))
    refreshed(tmp_path)
    done = call("indicator", "promise_kept", "--by", "silo", "--format", "csv", "--warehouse", tmp_path / "warehouse")
    assert done.stdout.splitlines()[1:] == ["Billing,0.0,6.0,6,false", "Support,1.0,6.0,6,false"]


def test_sql_answers_in_json(folder):
    done = call(
        "sql",
        "select silo, count(*) as n from interactions group by 1 order by 1",
        "--format",
        "json",
        "--warehouse",
        folder,
    )
    assert json.loads(done.stdout) == [{"silo": "Billing", "n": 1}, {"silo": "Support", "n": 2}]


def test_trend_gives_points_with_limits_and_the_verdict_beside(folder):
    done = call("trend", "promise_kept", "--format", "json", "--warehouse", folder)
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert set(told) == {"verdict", "points"}
    table = call("trend", "promise_kept", "--silo", "Billing", "--warehouse", folder)
    assert table.exit_code == 0
    assert "promise_kept, Billing:" in table.stderr


@pytest.mark.parametrize("command", ["evidence", "outlook"])
def test_what_lies_ahead_says_why_it_cannot_tell(folder, command):
    done = call(command, "--format", "json", "--warehouse", folder)
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])
    assert "No loyalty export holds" in done.stderr


def test_ask_answers_an_indicator_too(folder):
    done = call("ask", "promise_kept", "--format", "json", "--warehouse", folder)
    assert [row["value"] for row in json.loads(done.stdout)] == [1, 0]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["indicator", "promise_keep"], 2, 'There is no indicator "promise_keep". Did you mean "promise_kept"?'),
        (["indicator", "promise_kept", "--by", "silos"], 2, '"silos" is no grain. Did you mean "silo"?'),
        (["indicator", "promise_kept", "--from", "soon"], 2, 'since: "soon" is not a day as 2026-03-31.'),
        (["ask", "silos/trendd"], 2, 'There is no question "silos/trendd".'),
        (["sql", "drop view interactions"], 2, "Only one SELECT"),
        (["sql", "select * from nowhere"], 2, "nowhere"),
        (["sql", "select 1", "--format", "xml"], 2, '"xml" is no format. Known: table, csv, json.'),
        (["refresh", "--only", "zendesk"], 2, 'There is no source "zendesk".'),
        (["refresh", "--exports", "/nowhere/at/all"], 2, "There is no folder"),
        (["check", "/nowhere"], 0, "0 files checked"),
    ],
)
def test_a_wrong_call_gets_a_sentence_and_a_status(folder, words, status, says):
    done = call(*words, *([] if words[0] == "check" else ["--warehouse", folder]))
    assert done.exit_code == status
    assert says in done.stderr.replace("\n", " ")


def test_before_the_first_refresh_it_says_what_to_do(tmp_path):
    done = call("sql", "select 1", "--warehouse", tmp_path)
    assert done.exit_code == 1
    assert "Run: bellwether refresh" in done.stderr

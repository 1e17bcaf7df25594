"""A question of the lab becomes a page, with a case that holds; what a check would refuse is never written."""

from __future__ import annotations

import dataclasses
import shutil

import pytest

from bellwether import cases, checks, drafts, sql
from bellwether.lab import saving
from bellwether.settings import ROOT, settings

HEADER = {
    "title": "Settled by channel",
    "question": "How many contacts\nare settled the first time?",
    "owner": "Customer experience",
    "chart": "bar",
    "x": "channel",
    "y": "settled",
    "unit": "share",
    "better": "higher",
    "count": "contacts",
}
QUESTION = """
SELECT channel, avg(one_if(right_first_time)) AS settled, count(*) AS contacts
FROM contacts
WHERE within(local_time(started_at), $since, $until)
GROUP BY channel
ORDER BY channel;
"""


@pytest.fixture
def house(tmp_path):
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    return dataclasses.replace(settings(), queries=tmp_path / "queries")


def saved(house, tmp_path, name="waits/settled", question=QUESTION, **header):
    return saving.save(house, tmp_path / "cases", name, HEADER | header, question)


def test_what_is_saved_passes_the_check_and_its_own_case(house, tmp_path):
    file, *rest = saved(house, tmp_path)
    assert file == house.queries / "explore" / "waits" / "settled.sql"
    assert checks.check(house, file) == checks.Checked(1, ())
    query = sql.parse(file, house.queries)
    assert query.get("question") == "How many contacts are settled the first time?"
    assert query.parameters == {"since", "until"} and saving.UNCHECKED in query.header["note"]
    case = rest[0].parent
    assert cases.differences(cases.answer(house, query, case), case / "expected.csv") == []
    assert (case / "expected.csv").read_text().splitlines()[0] == "channel,settled,contacts"
    assert len((case / "expected.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "waits"}, "TOPIC/NAME"),
        ({"name": "../waits/x"}, "TOPIC/NAME"),
        ({"name": "contacts/repeat_contacts"}, "there already"),
        ({"colour": "colr"}, '"colr" is no column'),
        ({"chart": "pie"}, '"pie" is not a value'),
        ({"colr": "silo"}, '"colr" is not a header key'),
        ({"question": "select * from read_csv('/etc/passwd')"}, "would refuse it"),
        (
            {"question": "select silo, repeat('a', 9) as settled, count(*) as contacts from contacts group by all"},
            "refuse",
        ),
        ({"question": "select channel, customer_id, 1 as settled, 2 as contacts from contacts"}, "tells who it was"),
        ({"question": "select 1; select 2"}, "one SELECT is wanted"),
    ],
)
def test_what_a_check_would_refuse_is_not_written(house, tmp_path, change, says):
    before = {file: file.read_bytes() for file in house.queries.rglob("*.*")}
    name, question = change.pop("name", "waits/settled"), change.pop("question", QUESTION)
    with pytest.raises(drafts.Refused, match=says.replace("(", "\\(")):
        saved(house, tmp_path, name, question, **change)
    assert {file: file.read_bytes() for file in house.queries.rglob("*.*")} == before
    assert not (tmp_path / "cases").exists()


def test_a_title_cannot_smuggle_another_header_line_or_sql(house, tmp_path):
    file, *_ = saved(house, tmp_path, title="Waits\n-- opens: contacts/other\nselect 1")
    assert sql.parse(file, house.queries).title == "Waits -- opens: contacts/other select 1"


def test_a_folder_that_cannot_be_written_is_a_sentence(house, tmp_path, monkeypatch):
    def shut(*_):
        raise PermissionError(13, "Permission denied", str(house.queries))

    made = drafts.new
    monkeypatch.setattr(
        drafts,
        "new",
        lambda kind, name, queries, folder: made(kind, name, queries, folder) if queries != house.queries else shut(),
    )
    with pytest.raises(drafts.Refused, match="can't be written"):
        saved(house, tmp_path)

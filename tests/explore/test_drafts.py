"""`bellwether new explore`: what it writes works as it is, and it never touches what is there."""

from __future__ import annotations

import dataclasses
import shutil

import pytest
from typer.testing import CliRunner

from bellwether import cases, checks, drafts, sql
from bellwether.cli import app
from bellwether.settings import ROOT, settings


@pytest.fixture
def house(tmp_path):
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    return dataclasses.replace(settings(), queries=tmp_path / "queries")


def test_what_it_writes_passes_the_check_and_its_own_case(house, tmp_path):
    file, *_ = drafts.new("explore", "waits/by_region", house.queries, tmp_path / "cases")
    assert file == house.queries / "explore" / "waits" / "by_region.sql"
    assert checks.check(house, file) == checks.Checked(1, ())
    query = sql.parse(file, house.queries)
    assert query.title == "Waits by region" and {"silos", "since", "until"} <= query.parameters
    case = tmp_path / "cases" / "explore" / "waits" / "by_region" / "first"
    assert cases.differences(cases.answer(house, query, case), case / "expected.csv") == []


@pytest.mark.parametrize("name", ["waits", "Waits/x", "waits/by region", "../waits/x", "a/b/c", "waits/by-region"])
def test_a_name_that_is_none_is_refused(house, tmp_path, name):
    with pytest.raises(drafts.Refused, match="TOPIC/NAME"):
        drafts.new("explore", name, house.queries, tmp_path / "cases")


@pytest.mark.parametrize("name", ["contacts/repeat_contacts", "silos/trend"])
def test_what_is_there_is_not_touched(house, tmp_path, name):
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.*") if file.is_file()}
    with pytest.raises(drafts.Refused, match="there already; nothing was written"):
        drafts.new("explore", name, house.queries, tmp_path / "cases")
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.*") if file.is_file()} == before


def test_a_case_that_is_there_is_not_touched(house, tmp_path):
    (tmp_path / "cases" / "explore" / "waits" / "x" / "first").mkdir(parents=True)
    with pytest.raises(drafts.Refused, match="there already"):
        drafts.new("explore", "waits/x", house.queries, tmp_path / "cases")
    assert not (house.queries / "explore" / "waits").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["explore", "contacts/repeat_contacts"], "there already"),
        (["page", "a/b"], '"page" is no kind of file to begin'),
    ],
)
def test_the_command_says_why_and_fails(words, says):
    done = CliRunner().invoke(app, ["new", *words])
    assert done.exit_code == 2 and says in done.stderr.replace("\n", " ")

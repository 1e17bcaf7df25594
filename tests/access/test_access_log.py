"""The access log: every line is kept, whoever writes at the same time, and only a person's own can be taken out."""

from __future__ import annotations

import json
import stat
import subprocess
import sys

import pytest

from bellwether.access import log
from bellwether.access.viewer import LOCAL, Viewer
from bellwether.settings import settings


@pytest.fixture(autouse=True)
def own_log(tmp_path, monkeypatch):
    monkeypatch.setenv("BELLWETHER_PRIVATE", str(tmp_path / "private"))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_who_what_and_about_whom_are_kept_newest_first():
    log.note("Ada", log.CUSTOMER, "c0ffee")
    log.note(LOCAL, log.EXPORT, "rows behind Promises kept")
    newest, first = log.entries()
    assert (first["who"], first["what"], first["about"]) == ("Ada", "customer", "c0ffee")
    assert newest["who"] == "local" and first["at"] <= newest["at"]


def test_only_its_owner_reads_the_file():
    log.note("Ada", log.SIGN_IN)
    assert stat.S_IMODE(log.file().stat().st_mode) == 0o600


def test_a_word_nobody_can_count_is_refused():
    with pytest.raises(ValueError, match="sniffed"):
        log.note("Ada", "sniffed", "x")
    assert log.entries() == []


def test_a_line_break_does_not_make_a_second_line():
    log.note("Ada\nEve", log.QUERY, 'select 1\n{"who": "Eve"}')
    assert len(log.file().read_text().splitlines()) == len(log.entries()) == 1


def test_processes_that_write_at_once_lose_nothing():
    text = "from bellwether.access import log\nfor n in range(40): log.note('p', log.QUERY, str(n) * 300)"
    writers = [subprocess.Popen([sys.executable, "-c", text]) for _ in range(3)]
    assert [one.wait() for one in writers] == [0, 0, 0]
    assert len([json.loads(line) for line in log.file().read_text().splitlines()]) == 120


def test_one_persons_lines_go_and_the_others_stay():
    for about in ("a1", "b2", "a1"):
        log.note("Ada", log.CUSTOMER, about)
    log.file().open("a").write("half a li")
    assert log.without(lambda told: told["about"] == "a1") == 3  # with the line that nobody can read
    assert [told["about"] for told in log.entries()] == ["b2"]
    log.note("Ada", log.CUSTOMER, "c3")
    assert [told["about"] for told in log.entries()] == ["c3", "b2"]


def test_two_people_of_one_name_are_told_apart():
    for subject in ("sub-1", "sub-2"):
        log.note(Viewer(subject, "Kim", frozenset()), log.EXPORT, "x")
    assert [told["who"] for told in log.entries()] == ["Kim (sub-2)", "Kim (sub-1)"]

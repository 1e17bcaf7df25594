"""Broken questions (broken.toml): each is told by file and line what is wrong and how to mend it."""

from __future__ import annotations

import dataclasses
import shutil
import tomllib

import pytest

from bellwether import checks, drafts
from bellwether.settings import ROOT, settings

HEADER = """\
-- title: Broken
-- question: Of the contacts in each channel, how many were settled the first time?
-- grain: channel and mode
-- chart: bar
-- x: channel
-- y: settled
-- colour: mode
-- unit: share
-- better: higher
-- count: contacts
"""
BODY = """\

select
    channel,
    mode,
    avg(one_if(right_first_time)) as settled,
    count(*) as contacts,
from contacts
where
    right_first_time is not null
    and chosen($silos, silo)
    and within(local_time(started_at), $since, $until)
group by
    channel,
    mode
order by
    channel,
    mode
"""
INTERACTIONS = drafts.INTERACTIONS + drafts.INTERACTIONS.splitlines()[1].replace("i1", "i4").replace("human", "digital")
EXPECTED = "channel,mode,settled,contacts\nchat,human,1,1\nphone,digital,1,1\nphone,human,0,2\n"
BROKEN = tomllib.loads((ROOT / "tests" / "explore" / "broken.toml").read_text(encoding="utf-8"))


def text_of(told: dict) -> str:
    """A broken file."""
    header = HEADER + (f"-- budget: {told['budget']}\n" if "budget" in told else "")
    if "sql" in told:
        return f"{header}\n{told['sql'].strip()}\n"
    whole = header + BODY
    if "change" not in told:
        return whole
    assert told["change"][0] in whole
    return whole.replace(*told["change"], 1)


@pytest.fixture(scope="module")
def said(tmp_path_factory, sample_warehouse) -> dict[str, list[str]]:
    """name -> what is said of it: all broken files in one house, checked in one go."""
    home = tmp_path_factory.mktemp("broken")
    shutil.copytree(ROOT / "queries", home / "queries")
    house = dataclasses.replace(settings(), queries=home / "queries")
    folder, cases = home / "queries" / "explore" / "broken", home / "tests" / "cases" / "explore" / "broken"
    folder.mkdir()
    for name, told in {**BROKEN, "good": {}}.items():
        (folder / f"{name}.sql").write_text(text_of(told), encoding="utf-8")
        if told.get("on") not in ("no case", "version"):
            (cases / name / "first").mkdir(parents=True)
            (cases / name / "first" / "interactions.csv").write_text(INTERACTIONS, encoding="utf-8")
            (cases / name / "first" / "expected.csv").write_text(EXPECTED, encoding="utf-8")
    found = checks.check(house, folder, data=True)
    told = {name: [] for name in [*BROKEN, "good"]}
    for one in found.complaints:
        told[one.file.rpartition("/")[2].removesuffix(".sql")].append(one.sentence)
    return told


def test_the_good_file_has_nothing_to_mend(said):
    assert said["good"] == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_how_to_mend_it(said, name):
    told = BROKEN[name]
    place = f"queries/explore/broken/{name}.sql, line {told['line']}: "
    mine = [one for one in said[name] if one.startswith(place)]
    assert any(all(word in one for word in told["says"]) for one in mine), said[name]


def test_there_are_enough_of_them():
    assert len(BROKEN) >= 40

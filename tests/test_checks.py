"""`bellwether check`: ours pass; a broken file gets a sentence that says how to mend it."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import subprocess
import sys

import pytest

from bellwether import checks, sql, style
from bellwether.passed import Passed
from bellwether.settings import ROOT, settings


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of queries/ to break."""
    folder = tmp_path_factory.mktemp("house") / "queries"
    shutil.copytree(ROOT / "queries", folder)
    return dataclasses.replace(settings(), queries=folder)


def test_every_file_of_ours_passes():
    found = checks.check(settings())
    assert found.files > 30
    assert found.complaints == ()


KEPT = "indicators/promise_kept.sql"
BROKEN = [
    (KEPT, ("    silo,\n", ""), 'lacks the column "silo"'),
    (KEPT, ("1 as weight", "1 as weight, 2 as extra"), '"extra" is no column of an observation'),
    (
        KEPT,
        ("coalesce(promised_at, resolved_at) as known_at", "'soon' as known_at"),
        "known_at is varchar; it has to be",
    ),
    (KEPT, ("from contacts", "from nowhere"), "nowhere"),
    (KEPT, ("resolved_at <= promised_at", "solved_at <= promised_at"), "solved_at"),
    (KEPT, ("-- unit: share", "-- unit: percent"), '"percent" is not a value of "unit"'),
    ("sources/boston_311.sql", ("SUBJECT as silo", "SUBJECT as silos"), "silos"),
    ("sources/boston_311.sql", ("    source_line,\n", ""), "source_line"),
    ("sources/boston_311.sql", ("-- feed: interactions", "-- feed: interaction"), '"interaction" is not a feed'),
    ("sources/boston_311.sql", ("as Open / Closed", "as "), "names no codes"),
    ("feeds/interactions.sql", ("mode in digital, human", "mode: digital"), "is not a values rule. Write: mode in"),
    ("marts/contacts.sql", ("lag(started_at)", "lagg(started_at)"), "lagg"),
    ("answers/silos/verdict.sql", ("-- own: target", "-- own: targets"), 'Did you mean "target"?'),
    ("answers/silos/verdict.sql", ("-- own: target", "-- own: now"), '"now" tells of people'),
]


@pytest.mark.parametrize(("place", "change", "says"), BROKEN, ids=[f"{one[0]}: {one[2]}" for one in BROKEN])
def test_a_broken_file_is_named_with_what_is_wrong(house, place, change, says):
    file = house.queries / place
    whole = file.read_text(encoding="utf-8")
    assert change[0] in whole
    try:
        file.write_text(whole.replace(*change, 1), encoding="utf-8")
        sentences = [one.sentence for one in checks.check(house).complaints]
    finally:
        file.write_text(whole, encoding="utf-8")
    assert any(f"queries/{place}, line" in one and says in one for one in sentences), sentences


def test_a_path_narrows_the_complaints(house):
    broken = house.queries / "indicators" / "broken.sql"
    broken.write_text("-- titel: x\n\nselect 1\n", encoding="utf-8")
    try:
        assert checks.check(house, house.queries / "marts").complaints == ()
        assert len(checks.check(house, broken).complaints) == 1
    finally:
        broken.unlink()


def test_style_is_judged_where_it_is_asked_for_and_names_the_line(house, tmp_path):
    file = house.queries / "explore" / "contacts" / "repeat_contacts.sql"
    whole = file.read_text(encoding="utf-8")
    at = whole.splitlines().index("from contacts") + 1
    try:
        file.write_text(whole.replace("from contacts", "FROM contacts"), encoding="utf-8")
        query = sql.parse(file, house.queries)
        for _ in range(2):  # the second time from memory
            found = style.complaints([query], tmp_path / "judged.json")
            assert [(one.line, "lower case" in one.said) for one in found] == [(at, True)]
        assert checks.check(house, file).complaints == ()
    finally:
        file.write_text(whole, encoding="utf-8")


def test_the_check_loads_no_models():
    """It answers in a second or two thus. `import scipy` loads `scipy.stats` when it is used."""
    slow = ("scipy.stats", "scipy.optimize", "scipy.special", "sklearn", "lightgbm", "sqlfluff", "sqlglot", "pandas")
    code = f"import sys, bellwether.checks; print([one for one in {slow} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_has_passed_is_not_judged_again_until_something_that_it_rests_on_changes(house, tmp_path, monkeypatch):
    looked, look = [], checks._look
    monkeypatch.setattr(
        checks, "_look", lambda house, query, found: (looked.append(query.id), look(house, query, found))
    )
    memory = tmp_path / "passed.json"
    topic = house.queries / "explore" / "contacts"

    def judged() -> list[str]:
        looked.clear()
        assert checks.check(house, topic, memory=memory).complaints == ()
        return sorted(looked)

    every = sorted(f"contacts/{file.stem}" for file in topic.glob("*.sql"))
    assert judged() == every and judged() == []
    assert checks.check(house, house.queries / "feeds", memory=memory).files and looked  # others are judged still
    with changed(topic / "repeat_contacts.sql", "-- unit: share", "-- unit: share\n-- budget: 900"):
        assert judged() == ["contacts/repeat_contacts"]
    with changed(house.queries / "macros.sql", "", "-- A word more.\n"):
        assert judged() == every
    case = house.queries.parent / "tests" / "cases" / "explore" / "contacts" / "repeat_contacts" / "more"
    case.mkdir(parents=True)
    (case / "expected.csv").write_text("channel\n", encoding="utf-8")
    monkeypatch.setattr(checks.rehearsal, "on_their_cases", lambda *_: None)
    try:
        assert judged() == ["contacts/repeat_contacts"]
    finally:
        shutil.rmtree(house.queries.parent / "tests")


def test_a_remembered_empty_warehouse_is_the_one_that_would_be_built(house, tmp_path):
    passed = Passed(house, tmp_path / "passed.json")
    told = []
    for _ in range(2):  # built, then drawn from what was remembered
        with checks._house(house, passed, [], questions=True) as found:
            told.append((found.schema, found.leave))
    assert told[0] == told[1] and len(told[0][0]) > 50
    assert Passed(house, tmp_path / "passed.json").tables == told[0][0]
    with changed(house.queries / "macros.sql", "", "-- A word more.\n"):
        assert Passed(house, tmp_path / "passed.json").tables is None


def test_what_has_not_passed_is_judged_again(house, tmp_path):
    file = house.queries / "explore" / "contacts" / "repeat_contacts.sql"
    with changed(file, "-- unit: share", "-- unit: percent"):
        told = [checks.check(house, file, memory=tmp_path / "passed.json").complaints for _ in range(2)]
    assert told[0] and told[0] == told[1]
    (tmp_path / "passed.json").write_text("{", encoding="utf-8")  # a memory that broke is none
    assert checks.check(house, file, memory=tmp_path / "passed.json").complaints == ()


@contextlib.contextmanager
def changed(file, old, new):
    whole = file.read_text(encoding="utf-8")
    assert old in whole
    file.write_text(whole.replace(old, new, 1), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(whole, encoding="utf-8")

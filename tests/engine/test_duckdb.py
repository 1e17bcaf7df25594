"""A version is opened for reading only: one SELECT, no file outside, no way to write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest
from plain import at, contacts, refreshed, write

from bellwether import asking


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("version")
    write(folder / "exports", "a.csv", contacts({}, {"interaction_id": "i2"}))
    refreshed(folder)
    opened = asking.open_current(at(folder))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "statement",
    [
        "copy (select 1) to 'out.csv'",
        "create table t as select 1",
        "drop view interactions",
        "set enable_external_access = true",
        "attach 'other.duckdb'",
        "insert into marts.silos values ('a', 'b', 'c')",
        "select 1; select 2",
        "pragma database_list",
        "install httpfs",
        "export database 'out'",
    ],
)
def test_anything_but_one_select_is_refused(engine, statement):
    with pytest.raises(ValueError, match="Only one SELECT"):
        engine.ask(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/hostname')",
        "select * from glob('/etc/*')",
        "select * from '/etc/passwd'",
        "select getenv('HOME')",
    ],
)
def test_nothing_outside_the_version_can_be_read(engine, statement):
    with pytest.raises(duckdb.Error):
        engine.ask(statement)


def test_python_variables_are_not_tables(engine):
    somebody = [1, 2, 3]
    with pytest.raises(duckdb.Error):
        engine.ask("select * from somebody")
    assert somebody


def test_many_threads_get_their_own_answers(engine):
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda n: engine.ask(f"select {n} as n, count(*) as c from interactions").rows(), range(50))
    assert list(answers) == [[(n, 2)] for n in range(50)]


def test_weeks_are_cut_in_the_companys_zone_on_every_cursor(engine):
    """23:30 on Sunday in UTC is Monday in Amsterdam."""
    zone = engine.ask("select company_zone() as zone")["zone"][0]
    [(week,)] = engine.ask("select week_of(timestamp '2026-03-01 23:30')::varchar").rows()
    assert week == {"Europe/Amsterdam": "2026-03-02", "UTC": "2026-02-23"}[zone]

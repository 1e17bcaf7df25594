"""A version is opened for reading only: one SELECT, no file outside, no way to write."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest
from plain import at, contacts, refreshed, write

from bellwether import asking, warehouse
from bellwether.engine import duckdb as opening


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


@pytest.mark.parametrize(
    "lock", ["enable_external_access = false", "lock_configuration = true", "python_enable_replacements = false"]
)
def test_a_version_that_could_not_be_locked_is_not_opened(engine, lock):
    """Each flag is read back after it was set."""

    class Deaf:
        """A connection on which one of the locks does not hold."""

        def __init__(self, con):
            self.con = con

        def execute(self, statement):
            return self.con if lock in statement else self.con.execute(statement)

    with duckdb.connect() as con, pytest.raises(RuntimeError, match="could not be locked"):
        opening._lock(Deaf(con), engine.home)


@pytest.mark.parametrize(
    "statement",
    [
        "create temp table interactions as select 1",
        "create or replace temp view interactions as select 1",
        "create temp macro rate(a, b) as 1",
        "set search_path = 'temp'",
        "use temp",
        "set temp_directory = '/tmp'",
        "reset lock_configuration",
        "set lock_configuration = false",
        "load httpfs",
        "checkpoint",
        "begin",
        "vacuum",
        "call enable_logging()",
        "prepare p as select 1",
        "execute p",
    ],
)
def test_nothing_is_put_before_a_mart_and_no_lock_is_taken_off(engine, statement):
    before = engine.ask("select count(*) as n from interactions").rows()
    with pytest.raises((ValueError, duckdb.Error)):
        engine.ask(statement)
    assert engine.ask("select count(*) as n from interactions").rows() == before


def test_a_reader_goes_on_while_a_newer_version_is_published_and_its_own_is_removed(tmp_path):
    write(tmp_path / "exports", "a.csv", contacts({}))
    refreshed(tmp_path)
    opened = asking.open_current(at(tmp_path))
    write(tmp_path / "exports", "b.csv", contacts({"interaction_id": "i2"}))
    assert refreshed(tmp_path).published
    warehouse.prune(tmp_path / "warehouse", 1)
    assert opened.ask("select count(*) as n from silo_totals").height == 1  # one file, held open
    opened.close()
    newest = asking.open_current(at(tmp_path))
    assert newest.ask("select count(*) as n from interactions")["n"][0] == 2
    newest.close()


def test_what_a_newer_release_wrote_of_the_company_is_left_alone(tmp_path):
    write(tmp_path / "exports", "a.csv", contacts({}))
    refreshed(tmp_path)
    file = next((tmp_path / "warehouse" / "versions").glob("[0-9]*/manifest.json"))
    told = json.loads(file.read_text(encoding="utf-8"))
    told["company"]["a_fact_of_tomorrow"] = 7
    file.write_text(json.dumps(told), encoding="utf-8")
    opened = asking.open_current(at(tmp_path))
    assert opened.ask("select count(*) as n from interactions")["n"][0] == 1
    opened.close()

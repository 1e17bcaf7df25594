"""Real cases of the city of Boston: its failures are its broken promises, as the file itself says."""

from __future__ import annotations

import duckdb
import pytest
from desk import QUERIES, bring

from bellwether import sql
from bellwether.engine.duckdb import prepare
from bellwether.settings import Company

# The last event in the file, 14:53 in Boston, is when the export was taken.
STRAIGHT = """
    with cases as (
        select
            strptime(nullif(TARGET_DT, ''), '%m/%d/%Y %I:%M:%S %p') as due,
            strptime(nullif(CLOSED_DT, ''), '%m/%d/%Y %I:%M:%S %p') as closed,
        from read_csv(?, all_varchar = true, header = true)
    )
    select
        count(*) filter (closed > due or (closed is null and due <= timestamp '2016-01-12 14:53:29')),
        count(*) filter (closed > due),
        count(*) filter (closed > due and closed <= due + interval 7 days),
    from cases
"""


@pytest.fixture(scope="module")
def boston(real_data, tmp_path_factory):
    """A connection with the marts of the file, as a refresh would make them, and the file."""
    file = real_data / "boston_311" / "311_service_requests_2015_01_to_09.csv.gz"
    brought = bring(tmp_path_factory.mktemp("boston"), file)
    with duckdb.connect() as con:
        prepare(con, QUERIES / "macros.sql", Company(zone="America/New_York"))
        feeds = {feed.id: feed.sql for feed in sql.load(QUERIES, "feed")}
        for name, empty in feeds.items():
            con.execute(f"create table {name} as {empty}")
        parts = brought.home / "interactions"
        read = f"read_parquet('{parts}/*/*.parquet', hive_partitioning = false)"
        con.execute(f"insert into interactions by name select * from {read}")
        marts = {mart.id: mart.sql for mart in sql.load(QUERIES, "mart")}
        for name in ("contacts", "failures"):
            con.execute(f"create table {name} as {marts[name]}")
        yield con, str(file)


def test_its_failures_are_its_broken_promises(boston):
    con, file = boston
    told = con.sql("select kind, count(*), count(recovered_at) from failures group by all").fetchall()
    broken, done, prompt = con.execute(STRAIGHT, [file]).fetchall()[0]
    assert broken > 20_000
    # Weeks in which the clocks change make a few cases late, or prompt, by the hour that local times lose or gain.
    assert told == [("broken promise", pytest.approx(broken, abs=2), pytest.approx(done, abs=2))]
    in_time = con.sql("select count(*) from failures where recovered_at <= failed_at + recovery_standard()").fetchall()[
        0
    ][0]
    assert in_time == pytest.approx(prompt, abs=20)


def test_nobody_is_named_so_nobody_can_be_followed(boston):
    con, _ = boston
    assert con.sql("select count(*) from failures where customer_id is not null").fetchall() == [(0,)]

"""What is older than it may be kept is in no feed, import, quarantine or version; the rest is as it was."""

from __future__ import annotations

import json
from datetime import date

import duckdb
import pytest
from test_forget import contact, counted, place, write  # noqa: F401

from bellwether import asking, retention, warehouse
from bellwether.access import log
from bellwether.readers import Refused
from bellwether.refresh import refresh


@pytest.fixture
def dated(place, monkeypatch):  # noqa: F811
    """A company with contacts of January to June 2026, and a bad row in the export of January; it is 30 June."""
    monkeypatch.setenv("BELLWETHER_TODAY", "2026-06-30")
    for file in place.exports.iterdir():
        file.unlink()
    for month in range(1, 7):
        day = {"started_at": f"2026-{month:02}-10 09:00:00", "resolved_at": f"2026-{month:02}-10 10:00:00"}
        rows = [contact(10 * month + n, f"c{n}", **day) for n in range(4)]
        bad = [contact(999, "c9", started_at="soon", resolved_at="", note="Jo Doe")] * (month == 1)
        write(place.exports, f"{month}.csv", rows + bad)
    return place


def kept(place, text: str) -> None:  # noqa: F811
    (place.governance / "retention.csv").write_text("feed,months\n" + text)


def months(place) -> list[str]:  # noqa: F811
    engine = asking.open_current(place)
    found = engine.ask("select distinct strftime(started_at, '%m') as month from interactions order by 1")
    engine.close()
    return found["month"].to_list()


def on_disk(place) -> set[str]:  # noqa: F811
    files = place.warehouse.glob("**/interactions/month=*/*.parquet")
    cut = "select strftime(started_at, '%m') from '{}'"
    return {month for file in files for (month,) in duckdb.sql(cut.format(file)).fetchall()}


def test_older_months_go_from_feeds_imports_and_versions(dated):
    assert refresh(dated).published and months(dated) == ["01", "02", "03", "04", "05", "06"]
    before = {row["customer_id"]: row["n"] for row in counted(dated)}
    kept(dated, "interactions,3\n")
    assert refresh(dated).published
    assert months(dated) == ["04", "05", "06"] and on_disk(dated) == {"04", "05", "06"}
    assert len(warehouse.versions(dated.warehouse)) == 1
    assert {row["customer_id"]: row["n"] for row in counted(dated)} == {who: n // 2 for who, n in before.items()}
    assert not refresh(dated).published  # the exports still hold it, and it is not read again


def test_a_month_later_one_more_goes(dated, monkeypatch):
    kept(dated, "interactions,3\n")
    assert refresh(dated).published
    monkeypatch.setenv("BELLWETHER_TODAY", "2026-07-01")
    assert refresh(dated).published
    assert on_disk(dated) == {"05", "06"}


def test_quarantined_records_go_and_their_number_stays(dated):
    assert refresh(dated).published
    raw = list(dated.warehouse.glob("imports/*/private/quarantine.parquet"))
    assert any("Jo Doe" in str(duckdb.sql(f"select * from '{file}'").fetchall()) for file in raw)
    kept(dated, "quarantine,2\n")
    assert refresh(dated).published
    raw = list(dated.warehouse.glob("imports/*/private/quarantine.parquet"))
    assert not any("Jo Doe" in str(duckdb.sql(f"select * from '{file}'").fetchall()) for file in raw)
    told = [json.loads(file.read_text()) for file in dated.warehouse.glob("imports/*/import.json")]
    assert sum(one["quarantined"] for one in told) == 1 and months(dated)[0] == "01"


def test_the_access_log_has_its_own_limit(dated):
    log.note("Ada", log.SIGN_IN)
    line = log.file().read_text()
    log.file().write_text(line.replace(line[8:15], "2020-01") + line)
    kept(dated, "access_log,12\n")
    refresh(dated)
    assert len(log.entries()) == 1


@pytest.mark.parametrize("text", ["customers,3\n", "interactions,soon\n", "interactions,0\n"])
def test_what_can_not_be_meant_is_refused_with_its_line(dated, text):
    kept(dated, text)
    with pytest.raises(Refused, match=r"retention\.csv, line 2"):
        refresh(dated)


def test_months_are_counted_with_the_one_that_runs():
    limits = retention.Limits.of({"surveys": 1, "loyalty": 13}, date(2026, 1, 31))
    assert limits.first == {"surveys": "2026-01", "loyalty": "2025-01"}
    assert limits.old("loyalty", "2024-12") and not limits.old("loyalty", "2025-01")
    assert not limits.old("loyalty", "none") and not limits.old("interactions", "1999-01")

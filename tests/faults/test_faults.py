"""Faults put into refreshes: a reader sees a whole version, nothing is lost, the next refresh comes through.

A usual run tries three, each of another kind; a whole one all (`BELLWETHER_WHOLE=1`, or `python -m
bellwether.bench.faults`). Each refreshes twice.
"""

from __future__ import annotations

import os

import pytest

from bellwether import warehouse
from bellwether.bench.faults import NOT_REACHED, Bench, Broken, faults, table

KNOWN = {fault.name: fault for fault in faults()}
FLIPPED = "marts.duckdb of the newest version flip"
SOME = ("disk full above 131,072 bytes", "killed above 524,288 bytes", FLIPPED)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("faults"))


def test_there_are_two_hundred_of_them_each_with_a_name():
    assert len(KNOWN) == len(list(faults())) >= 200


@pytest.mark.parametrize("name", KNOWN if os.environ.get("BELLWETHER_WHOLE") else SOME)
def test_a_fault_breaks_no_promise(bench, name):
    assert bench.run(KNOWN[name]) != NOT_REACHED


def test_a_promise_that_is_broken_is_seen(bench, monkeypatch):
    """A refresh that shows a reader less than was acknowledged, or that says nothing of what went wrong."""
    fault = KNOWN["two refreshes at once"]
    monkeypatch.setattr("bellwether.bench.faults.count", lambda folder: 47)
    with pytest.raises(Broken, match="a reader sees 47"):
        bench.run(fault)
    monkeypatch.setattr(bench, "refresh", lambda *_: ("crash", "KeyError: 'rows'", []))
    monkeypatch.setattr("bellwether.bench.faults.count", lambda folder: 48)
    with pytest.raises(Broken, match="KeyError"):
        bench.run(fault)


def test_the_table_counts_what_was_reached_alone():
    known = {"killed at step 3": "killed", "killed at step 4": "killed", "killed at step 99": NOT_REACHED}
    told = table({**known, "clock -1 days": "published", "disk full above 512 bytes": "broken: a reader sees 3"})
    assert "| killed at step | killed | 2 |" in told and f"| killed at step | {NOT_REACHED} | 1 |" in told
    assert "3 runs held, 1 broke a promise." in told and "broken: a reader sees 3" in told


def test_a_version_that_lacks_something_is_not_shown_and_said_why(tmp_path):
    def published():
        building = warehouse.begin(tmp_path)
        (building / "marts.duckdb").write_bytes(b"x" * 4000)
        return warehouse.publish(building, {"imports": {}})

    older, newer = published(), published()
    assert warehouse.current(tmp_path) == newer and warehouse.damaged(tmp_path) == {}
    warehouse._damage.cache_clear()
    (newer / "marts.duckdb").write_bytes(b"x" * 1999)
    assert warehouse.current(tmp_path) == older
    assert warehouse.damaged(tmp_path) == {newer.name: "holds 1,999 of 4,000 bytes of marts.duckdb"}
    (older / warehouse.MANIFEST).write_text('{"imports": {')
    assert warehouse.current(tmp_path) is None
    assert warehouse.damaged(tmp_path)[older.name] == "has a manifest that is cut off or spoilt"
    third = published()
    assert third.name > newer.name and warehouse.current(tmp_path) == third
    assert warehouse.prune(tmp_path, 5) == [older.name, newer.name] and warehouse.damaged(tmp_path) == {}

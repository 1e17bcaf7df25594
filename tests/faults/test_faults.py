"""Faults put into refreshes: a reader sees a whole version, nothing is lost, the next refresh comes through.

A whole run tries them all (`BELLWETHER_WHOLE=1`, or `python -m bellwether.bench.faults`); each refreshes twice.
"""

from __future__ import annotations

import os

import pytest

from bellwether import warehouse
from bellwether.bench.faults import Bench, faults

KNOWN = {fault.name: fault for fault in faults()}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("faults"))


def test_there_are_two_hundred_of_them_each_with_a_name():
    assert len(KNOWN) == len(list(faults())) >= 200


@pytest.mark.parametrize("name", KNOWN if os.environ.get("BELLWETHER_WHOLE") else ())
def test_a_fault_breaks_no_promise(bench, name):
    bench.run(KNOWN[name])


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

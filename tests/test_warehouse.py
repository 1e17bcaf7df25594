"""Versions: seen whole or not at all, carried by links, pruned without harm, one refresh at a time."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from bellwether import warehouse


def publish(folder, **told):
    building = warehouse.begin(folder)
    (building / "rows").mkdir()
    (building / "rows" / "one.parquet").write_text("rows")
    return warehouse.publish(building, {"imports": {}, **told})


def test_a_version_is_seen_only_when_it_is_published(tmp_path):
    building = warehouse.begin(tmp_path)
    (building / "manifest.json").write_text("{}")
    assert warehouse.current(tmp_path) is None
    home = warehouse.publish(building, {"imports": {}})
    assert warehouse.current(tmp_path) == home
    assert warehouse.read_manifest(home) == {"imports": {}, "parts": {}}


def test_a_version_that_is_removed_while_one_looks_is_passed_over(tmp_path, monkeypatch):
    older, newer = publish(tmp_path), publish(tmp_path)
    monkeypatch.setattr(warehouse, "versions", lambda folder: [older, newer])
    shutil.rmtree(newer)
    assert warehouse.current(tmp_path) == older


def test_versions_are_in_order_of_publication_whatever_the_clock_says(tmp_path, monkeypatch):
    first = publish(tmp_path)

    class Yesterday(warehouse.datetime):
        @classmethod
        def now(cls, zone=None):
            return cls(2001, 1, 1, tzinfo=zone)

    monkeypatch.setattr(warehouse, "datetime", Yesterday)
    second = publish(tmp_path)
    assert warehouse.versions(tmp_path) == [first, second]


def test_what_a_dead_build_left_is_cleared_by_the_next(tmp_path):
    left = warehouse.begin(tmp_path)
    (left / "half.parquet").write_text("half")
    warehouse.begin(tmp_path)
    assert not left.exists() or not list(left.iterdir())


def test_a_linked_directory_costs_nothing_and_outlives_the_old_one(tmp_path):
    home = publish(tmp_path)
    warehouse.link(home / "rows", tmp_path / "other")
    file = tmp_path / "other" / "one.parquet"
    assert file.stat().st_ino == (home / "rows" / "one.parquet").stat().st_ino
    (home / "rows" / "one.parquet").unlink()
    assert file.read_text() == "rows"


def test_pruning_keeps_the_newest_versions_and_the_imports_they_use(tmp_path):
    for name in ("old", "new"):
        (tmp_path / "imports" / name).mkdir(parents=True)
    publish(tmp_path, imports={"old": {}})
    kept = [publish(tmp_path, imports={"new": {}}) for _ in range(2)]
    assert len(warehouse.prune(tmp_path, 2)) == 1
    assert warehouse.versions(tmp_path) == kept
    assert [one.name for one in (tmp_path / "imports").iterdir()] == ["new"]


def test_two_refreshes_at_once_are_told_apart(tmp_path):
    code = (
        f"from bellwether import warehouse\nwith warehouse.locked(__import__('pathlib').Path({str(tmp_path)!r})): pass"
    )
    with warehouse.locked(tmp_path):
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Another refresh is at work" in run.stderr
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_lock_is_free_again_after_an_error(tmp_path):
    with pytest.raises(RuntimeError), warehouse.locked(tmp_path):
        raise RuntimeError
    with warehouse.locked(tmp_path):
        pass

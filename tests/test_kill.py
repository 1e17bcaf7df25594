"""kill -9 at 20 random moments of a refresh: the last good version stays readable, the next refresh works."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from pathlib import Path

from plain import contacts, refreshed, rows, write

from bellwether.settings import settings

KILLS = 20


def in_a_child(folder: Path, private: Path) -> None:
    """A refresh under the key of these tests: a child's environment is that of whoever started the first child."""
    os.environ["BELLWETHER_PRIVATE"] = str(private)
    settings.cache_clear()
    refreshed(folder)


def undisturbed(children, folder: Path, more: list[dict[str, str]], name: str) -> float:
    """Seconds of a refresh like those that will be killed: in a child, of one row more."""
    write(folder / "exports", name, contacts(*({**one, "team": name} for one in more)))
    child = children.Process(target=in_a_child, args=(folder, settings().private))
    began = time.monotonic()
    child.start()
    child.join()
    assert child.exitcode == 0
    return time.monotonic() - began


def test_killed_at_any_moment_the_last_version_stands_and_the_next_refresh_works(tmp_path):
    many = [{"interaction_id": f"i{n}", "customer_id": f"c{n % 50}"} for n in range(2000)]
    write(tmp_path / "exports", "first.csv", contacts(*many[:-1]))
    refreshed(tmp_path)
    children = multiprocessing.get_context("forkserver")
    children.set_forkserver_preload(["bellwether.refresh", "great_expectations"])
    took = min(undisturbed(children, tmp_path, many[-1:], name) for name in ("second.csv", "third.csv"))
    dice, died = random.Random(9), 0
    expected = 2000
    for place in range(KILLS):
        write(tmp_path / "exports", f"more{place}.csv", contacts({"interaction_id": f"more{place}"}))
        child = children.Process(target=in_a_child, args=(tmp_path, settings().private))
        child.start()
        child.join(dice.uniform(0, took))
        died += child.is_alive()
        child.kill()
        child.join()
        [(count,)] = rows(tmp_path, "select count(*) from interactions")
        assert expected <= count <= 2000 + place + 1
        expected = count
    assert died >= KILLS // 2, "too few were killed at work for this to say anything"
    refreshed(tmp_path)
    assert rows(tmp_path, "select count(*) from interactions") == [(2000 + KILLS,)]
    assert not [left for left in Path(tmp_path / "warehouse" / "versions").iterdir() if left.name.startswith(".")]

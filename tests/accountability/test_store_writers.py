"""Fifty write at once and some are killed; whatever was acknowledged is there afterwards."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stores import disagreements, idea, opened, raw

from bellwether.accountability import Conflict, commitments, events, moves, talk

HERE = Path(__file__).parent
MANY = 50


def writers(url: str, commitment: str, processes: int, times: int) -> subprocess.Popen:
    command = [sys.executable, str(HERE / "writers.py"), url, commitment, str(processes), str(times)]
    path = os.pathsep.join([str(HERE), str(HERE.parents[1])])
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path})


def assert_all_there(url: str, commitment: str, acknowledged: list[str]) -> None:
    events = raw(url, "events")
    comments = {row["subject"] for row in events if row["kind"] == "comment"}
    versions = {row["version"] for row in events if (row["kind"], row["subject"]) == ("commitment", commitment)}
    said = [line.split() for line in acknowledged]
    assert {what for kind, what in said if kind == "comment"} <= comments
    assert {int(what) for kind, what in said if kind == "commitment"} <= versions
    assert disagreements(url) == []


def test_fifty_processes_write_at_once_and_nothing_is_lost(url):
    store = opened(url)
    one = idea(store)
    store.close()
    told, _ = writers(url, one.id, MANY, 1).communicate(timeout=120)
    acknowledged = [line for line in told.splitlines() if not line.startswith("started")]
    assert len(acknowledged) == MANY + MANY // 5
    assert len(set(acknowledged)) == len(acknowledged), "two were told the same version"
    assert_all_there(url, one.id, acknowledged)
    assert len(raw(url, "events")) == 1 + len(acknowledged)


def test_fifty_threads_write_at_once_and_nothing_is_lost(store, url):
    one = idea(store)

    def write(me: int) -> int | None:
        talk.comment(store, one.id, f"thread {me}", by=f"thread {me}")
        seen = 1
        while me % 5 == 0:
            try:
                return moves.change(store, one.id, {"title": f"title {me}"}, seen=seen, by=f"thread {me}").version
            except Conflict as asked:
                seen = asked.version

    with ThreadPoolExecutor(MANY) as pool:
        versions = list(pool.map(write, range(MANY)))
    assert sorted(filter(None, versions)) == list(range(2, 2 + MANY // 5)), "two were told the same version"
    assert len(talk.comments(store)) == MANY
    assert {it.who for it in events.history(store, "commitment", one.id)} == {"Ann"} | {
        f"thread {me}" for me in range(0, MANY, 5)
    }
    assert disagreements(url) == []


def test_an_acknowledged_write_survives_kill_9(url):
    store = opened(url)
    one = idea(store)
    dice, running = random.Random(4), writers(url, one.id, 6, 0)
    children = [int(child) for child in running.stdout.readline().split()[1:]]
    acknowledged = [running.stdout.readline().strip() for _ in range(20)]
    for child in children:
        time.sleep(dice.uniform(0, 0.15))
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    acknowledged += running.stdout.read().splitlines()
    assert running.wait(30) == 1, "none was killed"
    assert len(acknowledged) > 20, "none was killed at work"
    assert_all_there(url, one.id, acknowledged)
    after = commitments.commitment(store, one.id)
    assert moves.change(store, one.id, {"title": "Life goes on"}, seen=after.version, by="Ann").version > after.version
    store.close()

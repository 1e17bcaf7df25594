"""Ask a free question in a process of its own, with limits that the operating system keeps. The caller stays up.

A process a question: whatever the question does to it, it is killed at the deadline and nothing of it is left.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bellwether.settings import FEWEST_PEOPLE, ROOT

MB = 2**20
AT_ONCE = 2
# Seconds that a process may take to be ready; a machine with much to do is slow to start one.
STARTS = 90


@dataclass(frozen=True)
class Limits:
    """What one question may use. memory: bytes above what the process takes by itself; bytes: of the answer."""

    seconds: int = 20
    memory: int = 1024 * MB
    rows: int = 1_000
    bytes: int = 32 * MB
    waits: int = 20  # seconds, for others' questions


LIMITS = Limits()


@dataclass(frozen=True)
class Asked:
    """A question, and what whoever asks may see. groups: answered for groups of
    people, of at least `least`; customers: single ones, too."""

    sql: str
    home: Path
    queries: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    groups: bool = True
    customers: bool = False
    least: int = FEWEST_PEOPLE
    private: bool = False


@dataclass(frozen=True)
class Answer:
    """The rows, or why there are none.

    kind: "" answered; else statement, table, function, parameter, form, people, error, memory, time, size, busy, lost.
    left_out: groups of fewer than five people that are not among the rows. fenced: the kernel kept files out of
    reach.
    """

    kind: str = ""
    said: str = ""
    what: str = ""
    line: int = 1
    rows: pl.DataFrame | None = None
    plan: tuple[dict[str, Any], ...] = ()
    milliseconds: int = 0
    left_out: int = 0
    cut: bool = False
    people: bool = False
    customers: bool = False
    fenced: bool = False


_turns = threading.BoundedSemaphore(AT_ONCE)


def ask(asked: Asked, limits: Limits = LIMITS) -> Answer:
    """Answer one question. Never raises for what the question does; the answer says what went wrong."""
    if not _turns.acquire(timeout=limits.waits):
        return Answer("busy", f"{AT_ONCE} questions are being worked on. Ask again in a moment.")
    try:
        return _ask(asked, limits)
    finally:
        _turns.release()


def _ask(asked: Asked, limits: Limits) -> Answer:
    request = {
        "sql": asked.sql, "home": str(asked.home), "queries": str(asked.queries), "groups": asked.groups,
        "customers": asked.customers, "private": asked.private, "least": asked.least, "seconds": limits.seconds * 2,
        "memory": limits.memory, "rows": limits.rows, "bytes": limits.bytes,
        "parameters": {name: _plain(value) for name, value in asked.parameters.items()},
    }  # fmt: skip
    child = _taken()
    told, late = b"", threading.Event()
    try:
        with _deadline(child, STARTS):
            ready = child.stdout.readline()
        if not ready:
            return Answer("lost", "The process that answers questions did not start. Ask again.")
        with _deadline(child, limits.seconds, late), contextlib.suppress(BrokenPipeError):
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            told = child.stdout.read(2 * limits.bytes)
    finally:
        _kill(child)
        ended = child.wait()
        child.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
    return _read(told, late.is_set(), limits, ended)


@contextlib.contextmanager
def _deadline(child: subprocess.Popen, seconds: float, late: threading.Event | None = None) -> Iterator[None]:
    """Kill the process when it takes longer, and say so."""

    def end() -> None:
        if late:
            late.set()
        _kill(child)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


_spare: list[subprocess.Popen] = []
_spares = threading.Lock()


def warm() -> None:
    """Have a process ready for the next question: most of what one takes is spent before it can be asked anything."""
    with _spares:
        if not any(one.poll() is None for one in _spare):
            _spare[:] = [_begun()]


def _taken() -> subprocess.Popen:
    with _spares:
        ready = [one for one in _spare if one.poll() is None]
        _spare.clear()
    return ready[0] if ready else _begun()


def _begun() -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "bellwether.lab.child"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=_little(),
        start_new_session=True,
    )  # fmt: skip


def _read(told: bytes, late: bool, limits: Limits, ended: int) -> Answer:
    line, _, rows = told.partition(b"\n")
    try:
        head = json.loads(line)
        frame = pl.read_ipc(io.BytesIO(rows)) if rows else None
    except (ValueError, pl.exceptions.PolarsError):
        if late or ended == -signal.SIGXCPU:
            return Answer("time", _late(limits))
        if ended > 0:
            return Answer("lost", "The question could not be answered; the process that answers it broke off.")
        return Answer("memory", _full(limits))
    if head.get("kind") == "memory":
        head["said"] = _full(limits)
    if frame is not None and head.get("cut") is None:
        return Answer("lost", "The answer was lost on its way. Ask again.")
    known = Answer.__dataclass_fields__
    kept = {key: value for key, value in head.items() if key in known}
    return Answer(**{**kept, "rows": frame, "plan": tuple(head.get("plan", ()))})


def _late(limits: Limits) -> str:
    return (
        f"The question took longer than {limits.seconds} seconds and was stopped. Narrow it: a shorter period, fewer "
        "joins, or a mart in place of a feed."
    )


def _full(limits: Limits) -> str:
    return (
        f"The question needed more than {limits.memory // MB:,} MB of memory and was stopped. Group earlier, or ask of "
        "fewer columns and a shorter period."
    )


def _little() -> dict[str, str]:
    """The environment of the process: nothing of the server's own but where programs are."""
    kept = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "POLARS_MAX_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _kill(child: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value

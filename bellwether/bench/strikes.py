"""What a fault does: it kills, refuses, spoils a file, or turns the clock. Each is used by name in `faults.py`."""

from __future__ import annotations

import datetime as clock
import fcntl
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bellwether import warehouse
from bellwether.settings import settings

# The calls that were struck in this process, for whom it asks; one that dies of it tells by that.
reached: list[str] = []


def die() -> None:
    """As kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(number: int, said: str) -> None:
    """As a disk does that is full, or can't be written."""
    raise OSError(number, said)


def on(call: str, number: int, act: Callable[[], None]) -> Callable[[], None]:
    """Let a call of the operating system through so many times; then act."""

    def strike() -> None:
        real, seen = getattr(os, call), [0]

        def struck(*given, **more):
            seen[0] += 1
            if seen[0] == number + 1:
                reached.append(call)
                act()
            return real(*given, **more)

        setattr(os, call, struck)

    return strike


def held_to(size: int, dies: bool = False) -> None:
    """No file of this process may grow above so many bytes: the write fails, or it dies in the midst of it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if dies else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def turn_clock(days: int) -> None:
    """The clock of every module that has asked for it is off by so many days."""

    class Off(clock.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + clock.timedelta(days=days)

    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("bellwether") and hasattr(module, "datetime"):
            module.datetime = Off


def second() -> None:
    """Another refresh has the warehouse."""
    global _held
    _held = (settings().warehouse / "refresh.lock").open("w")
    fcntl.flock(_held, fcntl.LOCK_EX)


def store(url: str) -> None:
    """The store lies elsewhere."""
    os.environ["BELLWETHER_STORE"] = url
    settings.cache_clear()


def cut(file: Path) -> None:
    """Half of a file."""
    data = file.read_bytes()
    _write(file, data[: len(data) // 2])


def empty(file: Path) -> None:
    """Nothing of a file."""
    _write(file, b"")


def flip(file: Path) -> None:
    """Bits of its middle turned over."""
    data = bytearray(file.read_bytes())
    for at in range(len(data) // 3, 2 * len(data) // 3, 7):
        data[at] ^= 0xFF
    _write(file, bytes(data))


def gone(file: Path) -> None:
    """The file is not there."""
    file.unlink()


def _write(file: Path, data: bytes) -> None:
    """In place of the file: parts are hard links, and other versions keep theirs."""
    file.unlink()
    file.write_bytes(data)


def spoil(part: str, way: Callable[[Path], None]) -> Callable[[Path], None]:
    """Do this to a part of the newest version."""

    def act(folder: Path) -> None:
        home = warehouse.current(folder / "warehouse")
        way(next(iter(sorted(home.rglob("*.parquet")))) if part == "rows" else home / part)

    return act


def no_store(folder: Path) -> None:
    """The store's file is no database."""
    (folder / "store.db").write_bytes(b"nothing" * 99)

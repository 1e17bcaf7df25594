"""What a process may use is decided by the operating system, once and for good: memory, time, files, the network.

Limits that a database keeps by itself are no limits: with `memory_limit` at 200 MB, one call of `repeat` took 1,970.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

# Landlock, the kernel's own fence around files: the numbers of its system calls, and what there is to allow.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_NO_NEW_PRIVILEGES = 38
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_ALL_FILES = (1 << 13) - 1
_ALL_NETWORK = 0b11  # binding and connecting; from the fourth version of Landlock on
_NEEDS_NETWORK = 4


def before(seconds: int) -> None:
    """What holds from the first line on: no file grows, no core is dumped, processor time is counted, and where memory
    runs out the kernel ends this process first. seconds: of processor time from here on."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def ends_with(stream: IO[str]) -> None:
    """End this process when whoever holds the other end of the stream is gone."""

    def watch() -> None:
        while stream.read(1):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def memory(more: int) -> None:
    """From now on this process may take so many bytes more than it has: counted as memory that it may write to.

    Address space is held to four times that, which is what reserving it costs a database that uses all of it.
    """
    if sys.platform != "linux":
        return
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    for limit, taken, times in ((resource.RLIMIT_DATA, pages[5], 1), (resource.RLIMIT_AS, pages[0], 4)):
        top = int(taken) * resource.getpagesize() + times * more
        resource.setrlimit(limit, (top, top))


def files(readable: Iterable[Path]) -> bool:
    """From now on this process can read below these folders and nothing else, write nowhere, and reach no network.

    Returns whether the kernel can do that (Linux 5.13 with Landlock); where it can't, the other locks have to do.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, 0, 1)
    if version < 1:
        return False
    network = _ALL_NETWORK if version >= _NEEDS_NETWORK else 0
    wanted = struct.pack("QQ" if network else "Q", _ALL_FILES, *((network,) if network else ()))
    rules = libc.syscall(_CREATE, wanted, len(wanted), 0)
    if rules < 0:
        return False
    for folder in readable:
        _allow(libc, rules, folder)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    held = libc.syscall(_RESTRICT, rules, 0) == 0
    os.close(rules)
    return held


def _allow(libc: ctypes.CDLL, rules: int, folder: Path) -> None:
    try:
        place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rule = struct.pack("=Qi", _READ_FILE | (_READ_DIR if folder.is_dir() else 0), place)
    libc.syscall(_ADD, rules, 1, rule, 0)
    os.close(place)

"""`bellwether bench --viewers 50`: many at once on one process: how long they wait, whether memory stays flat."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bellwether.bench.viewers import Seen, viewer
from bellwether.settings import ROOT

EMPTY = "import streamlit as st\nst.write('nothing')\n"
EMPTY_WALK = (("", "", 1),)
EMPTY_THINK = 5.0
SAMPLE_SECONDS = 10.0


@dataclass(frozen=True)
class Loaded:
    """What one run found. `memory`: (minute, MB) of the app's process; `busy`: load averages of the machine."""

    viewers: int
    minutes: float
    think: float
    app: Seen
    empty: Seen
    memory: tuple[tuple[float, float], ...]
    busy: tuple[float, ...]
    used: float


def run(viewers: int, minutes: float, think: float, say: Callable[[str], None]) -> Loaded:
    """Serve the current version, let the viewers in, and one more on an empty page beside them for comparison."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY, encoding="utf-8")
        own = [sys.executable, "-m", "bellwether.views.server"]
        with _serving(own) as (app, process), _serving(["streamlit", "run", str(script)]) as (empty, _):
            say(f"{viewers} viewers for {minutes:g} minutes")
            return asyncio.run(_all(app, process, empty, viewers, minutes, think, say))


async def _all(app, process, empty, viewers: int, minutes: float, think: float, say) -> Loaded:
    seen, nothing = Seen(), Seen()
    began, cpu = time.monotonic(), _cpu(process.pid)
    until = began + minutes * 60
    tasks = [asyncio.create_task(viewer(app, until, think, seed, seen)) for seed in range(viewers)]
    tasks.append(asyncio.create_task(viewer(empty, until, EMPTY_THINK, viewers, nothing, EMPTY_WALK)))
    memory, busy = [], []
    while time.monotonic() < until:
        memory.append(((time.monotonic() - began) / 60, _memory(process.pid)))
        busy.append(os.getloadavg()[0])
        say(f"{memory[-1][0]:5.1f} min  {memory[-1][1]:6.0f} MB  load {busy[-1]:.1f}  {len(seen.later)} pages")
        await asyncio.sleep(min(SAMPLE_SECONDS, max(0.1, until - time.monotonic())))
    await asyncio.gather(*tasks)
    used = (_cpu(process.pid) - cpu) / (time.monotonic() - began)
    return Loaded(viewers, minutes, think, seen, nothing, tuple(memory), tuple(busy), used)


def report(found: Loaded) -> list[str]:
    """The run in a few lines, as `docs/bench.md` holds them."""
    later, nothing = found.app.later, found.empty.later
    half = [size for minute, size in found.memory if minute >= found.minutes / 2]
    return [
        f"| {found.viewers} viewers, {found.think:g} s think time, {found.minutes:g} minutes | the app | empty page |",
        "|---|---|---|",
        f"| pages opened | {len(later) + len(found.app.cold)} | {len(nothing)} |",
        f"| median | {_seconds(later, 50)} | {_seconds(nothing, 50)} |",
        f"| 95th percentile | {_seconds(later, 95)} | {_seconds(nothing, 95)} |",
        f"| slowest | {_seconds(later, 100)} | {_seconds(nothing, 100)} |",
        f"| first page of a viewer, median | {_seconds(found.app.cold, 50)} | |",
        f"| errors | {len(found.app.wrong)} | {len(found.empty.wrong)} |",
        f"| cores used by the process | {found.used:.2f} | |",
        f"| memory at the start, half way, at the end | {_memories(found)} MB | |",
        f"| most in the second half over its first figure | {max(half) - half[0]:+.0f} MB | |" if half else "",
        "",
        f"Load of the machine while it ran: {min(found.busy):.1f} to {max(found.busy):.1f} on {os.cpu_count()} cores.",
        *(f"- {one}" for one in sorted(set(found.app.wrong))[:10]),
    ]


def _seconds(took: Sequence[float], percent: int) -> str:
    if len(took) < 2:
        return "–"
    if percent == 100:
        return f"{max(took):.2f} s"
    rank = median(took) if percent == 50 else quantiles(took, n=100, method="inclusive")[percent - 1]
    return f"{rank:.2f} s"


def _memories(found: Loaded) -> str:
    sizes = [size for _, size in found.memory]
    return ", ".join(f"{sizes[at]:,.0f}" for at in (0, len(sizes) // 2, -1))


@contextlib.contextmanager
def _serving(command: Sequence[str]) -> Iterator[tuple[str, subprocess.Popen]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = [*command, f"--server.port={port}", "--server.headless=true", "--server.address=127.0.0.1"]
    if command[0] == "streamlit":
        told = [sys.executable, "-m", *told]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(told, cwd=ROOT, stdout=quiet, stderr=quiet) as process:  # noqa: S603 - our own server
        try:
            address = f"http://127.0.0.1:{port}"
            _answered(f"{address}/_stcore/health")
            yield address, process
        finally:
            process.terminate()


def _answered(url: str) -> None:
    for _ in range(1500):  # a busy machine takes minutes
        try:
            return urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - http to this machine
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The server did not start: {url} does not answer.")


def _memory(pid: int) -> float:
    """Resident memory of a process, in MB; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _cpu(pid: int) -> float:
    """CPU seconds that a process has used."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0

"""Faults, put into refreshes one by one: killed, a full or read-only disk, spoilt files, two at once, clocks that jump.

    python -m bellwether.bench.faults [--every N]     prints what became of each; docs/trust.md holds the figures

Each run begins from a small company's warehouse with two versions, brings one more export while the fault strikes, and
then asks: does a reader see a whole version, old or new, and never less than was acknowledged; does the next refresh,
without the fault, come through; and is what went wrong said in a sentence.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import datetime as clock
import multiprocessing
import os
import resource
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bellwether import warehouse
from bellwether.settings import Settings, settings

ROWS = 24  # contacts before the fault; the export that meets it brings one more
HEAD = ("interaction_id", "customer_id", "silo", "touchpoint", "channel", "mode", "reason", "started_at", "resolved_at")
STEPS = 60  # a refresh tells of fewer; those that are never reached count as runs without a fault
CALLS = {"rename": 4, "replace": 12, "link": 30, "fsync": 40, "mkdir": 20}
SIZES = (0, 1, 512, 4096, 12_288, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 786_432, 1_048_576, 2_097_152)


@dataclass(frozen=True)
class Fault:
    """What strikes: `inside` runs in the process that refreshes, `before` on the folder, in the process that looks."""

    name: str
    inside: Callable[[], Any] = lambda: None
    before: Callable[[Path], Any] = lambda folder: None
    at_step: int = -1
    says: bool = True  # the refresh itself has to say something, unless it comes through or dies


def faults() -> Iterator[Fault]:
    """Every fault by name."""
    for step in range(STEPS):
        yield Fault(f"killed at step {step}", at_step=step, says=False)
    for call, most in CALLS.items():
        for number in range(0, most, 2):
            yield Fault(f"killed at {call} {number}", _on(call, number, _die), says=False)
            yield Fault(
                f"disk full at {call} {number}", _on(call, number, lambda: _refuse(28, "No space left on device"))
            )
    for size in SIZES:
        yield Fault(f"no file above {size:,} bytes", lambda size=size: _held_to(size))
    for call in ("mkdir", "replace", "rename"):
        yield Fault(f"read-only disk at {call}", _on(call, 0, lambda: _refuse(30, "Read-only file system")))
    for part in ("marts.duckdb", warehouse.MANIFEST, "rows"):
        for way in (_cut, _empty, _flip, _gone):
            yield Fault(f"{part} of the newest version {way.__name__.strip('_')}", before=_spoil(part, way))
    for days in (-1, 1, -400, 400):
        yield Fault(f"clock {days:+} days", lambda days=days: _clock(days))
    yield Fault("two refreshes at once", before=lambda folder: None, inside=_second)
    yield Fault("the same export twice", before=lambda folder: shutil.copy(_export(folder, 1), _export(folder, 9)))
    yield Fault("an export that shrank", before=lambda folder: _contacts(_export(folder, 1), ROWS // 2))
    yield Fault("an export that is cut off", before=lambda folder: _cut(_export(folder, 3)))
    yield Fault("the store is gone", inside=lambda: _store("sqlite:////nowhere/at/all.db"))
    yield Fault("the store is no database", before=lambda folder: (folder / "store.db").write_bytes(b"nothing" * 99))
    for place, moments in DST.items():
        yield Fault(
            f"clocks change: {place}", before=lambda folder, m=moments: _contacts(_export(folder, 3), 3, m, "dst")
        )


# Both changes of a year in Amsterdam, told in UTC: the hour that is missing, and the hour that comes twice.
DST = {
    "spring": ("2026-03-29 00:59:59", "2026-03-29 01:00:00", "2026-03-29 01:30:00"),
    "autumn": ("2026-10-25 00:30:00", "2026-10-25 01:00:00", "2026-10-25 01:30:00"),
}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _refuse(number: int, said: str) -> None:
    raise OSError(number, said)


def _on(call: str, number: int, act: Callable[[], None]) -> Callable[[], None]:
    """Let a call of the operating system through so many times; then act."""

    def strike() -> None:
        real, seen = getattr(os, call), [0]

        def struck(*given, **more):
            seen[0] += 1
            if seen[0] == number + 1:
                act()
            return real(*given, **more)

        setattr(os, call, struck)

    return strike


def _held_to(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _clock(days: int) -> None:
    """The clock of every module that has asked for it is off by so many days."""
    import sys

    class Off(clock.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + clock.timedelta(days=days)

    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("bellwether") and hasattr(module, "datetime"):
            module.datetime = Off


def _second() -> None:
    """Another refresh has the warehouse."""
    import fcntl

    global _held
    _held = (settings().warehouse / "refresh.lock").open("w")
    fcntl.flock(_held, fcntl.LOCK_EX)


def _store(url: str) -> None:
    os.environ["BELLWETHER_STORE"] = url
    settings.cache_clear()


def _cut(file: Path) -> None:
    data = file.read_bytes()
    _write(file, data[: len(data) // 2])


def _empty(file: Path) -> None:
    _write(file, b"")


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for at in range(len(data) // 3, 2 * len(data) // 3, 7):
        data[at] ^= 0xFF
    _write(file, bytes(data))


def _gone(file: Path) -> None:
    file.unlink()


def _write(file: Path, data: bytes) -> None:
    """In place of the file: parts are hard links, and other versions keep theirs."""
    file.unlink()
    file.write_bytes(data)


def _spoil(part: str, way: Callable[[Path], None]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        home = warehouse.current(folder / "warehouse")
        way(next(iter(sorted(home.rglob("*.parquet")))) if part == "rows" else home / part)

    return spoil


def _export(folder: Path, number: int) -> Path:
    return folder / "exports" / f"contacts_{number}.csv"


def _contacts(file: Path, many: int, moments: tuple[str, ...] = (), prefix: str = "i") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(HEAD)
        for n in range(many):
            at = moments[n % len(moments)] if moments else f"2026-01-{n % 28 + 1:02} 10:00:00"
            silo = ("Support", "Billing")[n % 2]
            rows.writerow((f"{prefix}{n}", f"c{n % 12}", silo, "desk", "phone", "human", "bill", at, at))


def _at(folder: Path) -> Settings:
    settings.cache_clear()
    return dataclasses.replace(
        settings(),
        exports=folder / "exports",
        warehouse=folder / "warehouse",
        store=os.environ.get("BELLWETHER_STORE", f"sqlite:///{folder / 'store.db'}"),
    )


def refreshed(folder: Path, fault: Fault | str, out) -> None:
    """In a process of its own: refresh while the fault strikes, and tell how it ended."""
    from bellwether.refresh import refresh

    os.environ |= {f"BELLWETHER_{name.upper()}": str(folder / name) for name in ("exports", "warehouse")}
    os.environ["BELLWETHER_STORE"] = f"sqlite:///{folder / 'store.db'}"
    settings.cache_clear()
    struck = next((one for one in faults() if one.name == fault), None) if fault else None
    seen = [0]

    def say(step: str, done: int, of: int) -> None:
        if struck and seen[0] == struck.at_step:
            _die()
        seen[0] += 1

    try:
        if struck:
            struck.inside()
        outcome = refresh(_at(folder), say=say)
        told = [one.said for one in outcome.files if one.said]
        out.send(("published" if outcome.published else "nothing new", " ".join([*outcome.stopped, *told])))
    except Exception as error:
        out.send(("sentence" if type(error).__module__.startswith("bellwether") else "crash", str(error)))


def count(folder: Path) -> int:
    """Contacts that a reader sees; -1 where no version is shown. Raises where what is shown can't be read."""
    from bellwether import asking

    try:
        engine = asking.open_current(_at(folder))
    except asking.NothingYet:
        return -1
    try:
        return engine.ask("select count(distinct interaction_id) as n, count(*) as rows from contacts")["n"][0]
    finally:
        engine.close()


class Bench:
    """The small company, and the processes that refresh copies of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children = multiprocessing.get_context("forkserver")
        self.children.set_forkserver_preload(["bellwether.refresh", "great_expectations"])
        self.base = folder / "base"
        for number, many in ((1, ROWS), (2, ROWS)):
            _contacts(_export(self.base, number), many, prefix="i" if number == 1 else "j")
            assert self.refresh(self.base, "")[0] == "published"

    def refresh(self, folder: Path, fault: str) -> tuple[str, str]:
        """How a refresh ended: published, nothing new, sentence, crash or killed; and what it said."""
        mine, theirs = self.children.Pipe(duplex=False)
        child = self.children.Process(target=refreshed, args=(folder, fault, theirs))
        child.start()
        theirs.close()
        try:
            told = mine.recv()
        except EOFError:
            told = ("killed", "")
        child.join()
        return told

    def run(self, fault: Fault) -> str:
        """What became of one fault, in a word; raises AssertionError that names it where a promise was broken."""
        folder = self.folder / "run"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.base, folder)
        _contacts(_export(folder, 3), 1, prefix="k")
        fault.before(folder)
        ended, said = self.refresh(folder, fault.name)
        seen = count(folder)
        assert ended != "crash", f"{fault.name}: {said}"
        assert ended != "sentence" or said.strip().endswith("."), f"{fault.name}: {said}"
        assert seen >= (ROWS if "newest version" in fault.name else 2 * ROWS), f"{fault.name}: a reader sees {seen}"
        again, why = self.refresh(folder, "")
        assert again in ("published", "nothing new") or "store" in fault.name, (
            f"{fault.name}, the next one: {again} {why}"
        )
        assert count(folder) >= 2 * ROWS, f"{fault.name}: {count(folder)} after the next refresh"
        left = [one.name for one in (folder / "warehouse" / "versions").glob(".building-*")]
        assert not left, f"{fault.name}: {left} was left behind"
        return ended


def chosen(every: int) -> list[Fault]:
    """One fault in so many, by name."""
    return list(faults())[::every]


def main() -> None:
    """Run them, and print a table of what became of them."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--every", type=int, default=1, help="one fault in so many")
    every = given.parse_args().every
    told: Counter[tuple[str, str]] = Counter()
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bellwether-faults-") as place:
        bench = Bench(Path(place))
        for fault in chosen(every):
            kind = fault.name.rsplit(" ", 1)[0] if fault.name[-1].isdigit() else fault.name
            try:
                told[kind, bench.run(fault)] += 1
            except Exception as error:
                broken.append(f"{fault.name}: {error}")
            print(f"{sum(told.values())} held, {len(broken)} broken: {fault.name}", flush=True)
    print("\n| fault | ended | runs |\n|---|---|---|")
    for (kind, ended), many in told.items():
        print(f"| {kind} | {ended} | {many} |")
    print(f"\n{sum(told.values())} runs held, {len(broken)} broke a promise.", *broken, sep="\n")


if __name__ == "__main__":
    main()

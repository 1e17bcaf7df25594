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
import multiprocessing
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bellwether import warehouse
from bellwether.bench import strikes
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
            yield Fault(f"killed at {call} {number}", strikes.on(call, number, strikes.die), says=False)
            yield Fault(f"disk full at {call} {number}", strikes.on(call, number, _full))
    for size in SIZES:
        yield Fault(f"no file above {size:,} bytes", lambda size=size: strikes.held_to(size))
    for call in ("mkdir", "replace", "rename"):
        yield Fault(f"read-only disk at {call}", strikes.on(call, 0, _read_only))
    for part in ("marts.duckdb", warehouse.MANIFEST, "rows"):
        for way in (strikes.cut, strikes.empty, strikes.flip, strikes.gone):
            yield Fault(f"{part} of the newest version {way.__name__}", before=strikes.spoil(part, way))
    for days in (-1, 1, -400, 400):
        yield Fault(f"clock {days:+} days", lambda days=days: strikes.turn_clock(days))
    yield Fault("two refreshes at once", inside=strikes.second)
    yield Fault("the same export twice", before=lambda folder: shutil.copy(_export(folder, 1), _export(folder, 9)))
    yield Fault("an export that shrank", before=lambda folder: _contacts(_export(folder, 1), ROWS // 2))
    yield Fault("an export that is cut off", before=lambda folder: strikes.cut(_export(folder, 3)))
    yield Fault("the store is gone", inside=lambda: strikes.store("sqlite:////nowhere/at/all.db"))
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


def _full() -> None:
    strikes.refuse(28, "No space left on device")


def _read_only() -> None:
    strikes.refuse(30, "Read-only file system")


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
            strikes.die()
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


class Broken(Exception):
    """A promise that a fault broke; the text names the fault."""


def _hold(kept: bool, said: str) -> None:
    if not kept:
        raise Broken(said)


class Bench:
    """The small company, and the processes that refresh copies of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children = multiprocessing.get_context("forkserver")
        self.children.set_forkserver_preload(["bellwether.refresh", "great_expectations"])
        self.base = folder / "base"
        for number, many in ((1, ROWS), (2, ROWS)):
            _contacts(_export(self.base, number), many, prefix="i" if number == 1 else "j")
            _hold(self.refresh(self.base, "")[0] == "published", "the small company could not be built")

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
        """What became of one fault, in a word. Raises Broken where a promise was."""
        folder = self.folder / "run"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.base, folder)
        _contacts(_export(folder, 3), 1, prefix="k")
        fault.before(folder)
        ended, said = self.refresh(folder, fault.name)
        seen = count(folder)
        _hold(ended != "crash", f"{fault.name}: {said}")
        _hold(ended != "sentence" or said.strip().endswith("."), f"{fault.name}: {said}")
        _hold(seen >= (ROWS if "newest version" in fault.name else 2 * ROWS), f"{fault.name}: a reader sees {seen}")
        again, why = self.refresh(folder, "")
        through = again in ("published", "nothing new") or "store" in fault.name
        _hold(through, f"{fault.name}, the next one: {again} {why}")
        _hold(count(folder) >= 2 * ROWS, f"{fault.name}: {count(folder)} after the next refresh")
        left = [one.name for one in (folder / "warehouse" / "versions").glob(".building-*")]
        _hold(not left, f"{fault.name}: {left} was left behind")
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

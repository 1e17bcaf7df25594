"""Faults, put into refreshes one by one: killed, a full or read-only disk, spoilt files, two at once, clocks that jump.

    python -m bellwether.bench.faults [--every N] [--into FILE]     prints what became of each; docs/trust.md has it

What stands in FILE is not run again, so that a long run may be stopped and go on. A fault that was never reached (there
are fewer steps than it waits for) is told as that, and is none of the runs.

Each run begins from a small company's warehouse with two versions, brings one more export while the fault strikes, and
then asks: does a reader see a whole version, old or new, and never less than was acknowledged; does the next refresh,
without the fault, come through; and is what went wrong said in a sentence.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import hashlib
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from bellwether import warehouse
from bellwether.bench import strikes
from bellwether.settings import Settings, settings

NOT_REACHED = "not reached"
ROWS = 24  # contacts before the fault; the export that meets it brings one more
HEAD = ("interaction_id", "customer_id", "silo", "touchpoint", "channel", "mode", "reason", "started_at", "resolved_at")
# What a refresh would load at its first step that needs it; here it is loaded once for all children.
LOADED = ["bellwether.refresh", "great_expectations", "alembic.command", "duckdb_sqlalchemy", "sqlglot.optimizer"]
LOADED += ["bellwether.outlook.satisfaction_made", "bellwether.foresight.peers", "bellwether.bench.faults"]
STEPS = 55  # as many as this refresh tells of
# How often this refresh makes a call, and every which one of them is struck.
CALLS = {"rename": (2, 1), "replace": (1, 1), "link": (7, 1), "fsync": (29, 2), "mkdir": (89, 8), "open": (84, 8)}
CALLS |= {"unlink": (54, 9)}
# Its largest file has 8.4 MB, the next one 0.5 MB.
SIZES = (0, 1, 512, 4096, 12_288, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576, 4_194_304, 8_000_000)


@dataclass(frozen=True)
class Fault:
    """What strikes: `inside` runs in the process that refreshes, `before` on the folder, in the process that looks."""

    name: str
    inside: Callable[[], Any] = lambda: None
    before: Callable[[Path], Any] = lambda folder: None
    at_step: int = -1
    waits: bool = False  # for a moment that may never come
    after: tuple[int, ...] = (2 * ROWS + 1,)  # contacts that the next refresh, without the fault, has to show


def faults() -> Iterator[Fault]:
    """Every fault by name."""
    for step in range(STEPS):
        yield Fault(f"killed at step {step}", at_step=step, waits=True)
    for call, (most, every) in CALLS.items():
        for number in range(0, most, every):
            yield Fault(f"killed at {call} {number}", strikes.on(call, number, strikes.die), waits=True)
            yield Fault(f"disk full at {call} {number}", strikes.on(call, number, _full), waits=True)
    for size in SIZES:
        yield Fault(f"disk full above {size:,} bytes", lambda size=size: strikes.held_to(size))
    for size in SIZES[2:]:
        yield Fault(f"killed above {size:,} bytes", lambda size=size: strikes.held_to(size, dies=True))
    for call in ("mkdir", "replace", "rename"):
        yield Fault(f"read-only disk at {call}", strikes.on(call, 0, _read_only), waits=True)
    for part in ("marts.duckdb", warehouse.MANIFEST, "rows"):
        for way in (strikes.cut, strikes.empty, strikes.flip, strikes.gone):
            yield Fault(f"{part} of the newest version {way.__name__}", before=strikes.spoil(part, way))
    for days in (-1, 1, -400, 400):
        yield Fault(f"clock {days:+} days", lambda days=days: strikes.turn_clock(days))
    yield Fault("two refreshes at once", inside=strikes.second)
    yield Fault("the same export twice", before=lambda folder: shutil.copy(_export(folder, 1), _export(folder, 9)))
    yield Fault("an export that shrank", before=lambda folder: _contacts(_export(folder, 1), ROWS // 2))
    yield Fault("an export that is cut off", before=lambda folder: strikes.cut(_export(folder, 3)), after=(2 * ROWS,))
    yield Fault("the store is gone", inside=lambda: strikes.store("sqlite:////proc/nowhere/at/all.db"))
    spoilt = (2 * ROWS, 2 * ROWS + 1)  # it stays so: whether anything is published is up to what needs the store
    yield Fault("the store is no database", before=strikes.no_store, after=spoilt)
    for place, moments in DST.items():
        yield Fault(
            f"clocks change: {place}",
            before=lambda folder, m=moments: _contacts(_export(folder, 3), 3, m, "dst"),
            after=(2 * ROWS + 3,),
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
    """In a process of its own: refresh while the fault strikes; tell how it ended, what was said, what was struck."""
    from bellwether.refresh import refresh

    os.environ |= {f"BELLWETHER_{name.upper()}": str(folder / name) for name in ("exports", "warehouse", "private")}
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
        out.send(
            ("published" if outcome.published else "nothing new", " ".join([*outcome.stopped, *told]), strikes.reached)
        )
    except Exception as error:
        ended = "sentence" if type(error).__module__.startswith("bellwether") else "crash"
        out.send((ended, str(error), strikes.reached))


def count(folder: Path) -> int:
    """Contacts that a reader sees; -1 where no version is shown. Raises where what is shown is not whole."""
    from bellwether import asking

    try:
        engine = asking.open_current(_at(folder))
    except asking.NothingYet:
        return -1
    try:
        told = engine.ask(
            "select (select count(distinct interaction_id) from contacts) as n, "
            "(select count(*) from contacts) as rows, (select count(*) from interactions) as fed, "
            "(select count(*) from indicator_weeks) as rolled_up"
        ).row(0, named=True)
    finally:
        engine.close()
    _hold(told["n"] == told["rows"] == told["fed"] and told["rolled_up"] > 0, f"a reader sees half a version: {told}")
    return told["n"]


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
        self.children.set_forkserver_preload(LOADED)
        self.base = folder / "base"
        for number, many in ((1, ROWS), (2, ROWS)):
            _contacts(_export(self.base, number), many, prefix="i" if number == 1 else "j")
            _hold(self.refresh(self.base, "")[0] == "published", "the small company could not be built")

    def refresh(self, folder: Path, fault: str) -> tuple[str, str, list[str]]:
        """How a refresh ended (published, nothing new, sentence, crash or killed), what it said, what was struck."""
        mine, theirs = self.children.Pipe(duplex=False)
        child = self.children.Process(target=refreshed, args=(folder, fault, theirs))
        child.start()
        theirs.close()
        try:
            told = mine.recv()
        except EOFError:
            told = ("killed", "", ["its process"])
        child.join()
        return told

    def run(self, fault: Fault) -> str:
        """What became of one fault, in a word. Raises Broken where a promise was."""
        folder = self.folder / "run"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.base, folder)
        _contacts(_export(folder, 3), 1, prefix="k")
        fault.before(folder)
        ended, said, reached = self.refresh(folder, fault.name)
        if fault.waits and not reached:
            return NOT_REACHED
        seen = count(folder)
        _hold(ended != "crash", f"{fault.name}: {said}")
        _hold(ended != "sentence" or said.strip().endswith("."), f"{fault.name}: {said}")
        _hold(seen >= (ROWS if "newest version" in fault.name else 2 * ROWS), f"{fault.name}: a reader sees {seen}")
        again, why, _ = self.refresh(folder, "")
        through = again in ("published", "nothing new") or "store is no" in fault.name
        _hold(through, f"{fault.name}, the next one: {again} {why}")
        _hold(count(folder) in fault.after, f"{fault.name}: {count(folder)} after the next refresh")
        left = [one.name for one in (folder / "warehouse" / "versions").glob(".building-*")]
        _hold(not left, f"{fault.name}: {left} was left behind")
        return ended


def chosen(every: int = 1) -> list[Fault]:
    """One fault in so many, all kinds mixed: what breaks is seen soon."""
    return sorted(faults(), key=lambda fault: hashlib.sha256(fault.name.encode()).hexdigest())[::every]


def main() -> None:
    """Run them, and print a table of what became of them."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--every", type=int, default=1, help="one fault in so many")
    given.add_argument("--into", type=Path, help="a file of what became of each, one a line")
    told = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="bellwether-faults-") as place, _file(told.into, place) as into:
        into.seek(0)
        known = dict(json.loads(line) for line in into)
        missing = [fault for fault in chosen(told.every) if fault.name not in known]
        bench = Bench(Path(place)) if missing else None
        for fault in missing:
            try:
                known[fault.name] = bench.run(fault)
            except Exception as error:
                known[fault.name] = f"broken: {error}"
            print(f"{len(known)}: {fault.name}: {known[fault.name]}", file=sys.stderr, flush=True)
            into.write(json.dumps([fault.name, known[fault.name]]) + "\n")
            into.flush()
    print(table(known))


def _file(into: Path | None, place: str) -> TextIO:
    return (into or Path(place) / "became").open("a+", encoding="utf-8")


def table(known: dict[str, str]) -> str:
    """What became of each kind of fault, and every promise that was broken."""
    kinds = Counter((re.sub(r" [+-]?[0-9,]+( days| bytes)?$", "", name), ended) for name, ended in known.items())
    lines = ["| fault | ended | runs |", "|---|---|---|"]
    lines += [
        f"| {kind} | {ended} | {many} |" for (kind, ended), many in kinds.items() if not ended.startswith("broken")
    ]
    broken = [ended for ended in known.values() if ended.startswith("broken")]
    held = sum(ended != NOT_REACHED for ended in known.values()) - len(broken)
    return "\n".join([*lines, "", f"{held} runs held, {len(broken)} broke a promise.", *broken])


if __name__ == "__main__":
    main()

"""Versions: built beside the others, shown by one rename, never changed afterwards.

    warehouse/
      imports/<key>/            one export each, typed and mapped (sources.py); shared by all versions
      versions/000012-.../      one published build, whole in itself
        manifest.json           what went in, what came out, checksums of every part
        feeds/<feed>/month=2026-03/*.parquet
        marts/<mart>/month=.../*.parquet    marts kept row by row
        marts.duckdb            roll-ups, verdicts, governance, contract results, quarantine

A month that did not change is a hard link into the version before, so it costs nothing to carry. The newest directory
in `versions/` is the current version; a build that dies leaves a hidden directory behind that the next one clears.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


class Busy(Exception):
    """Another refresh is at work on this warehouse."""


def versions(warehouse: Path) -> list[Path]:
    """Published versions that are whole, oldest first."""
    homes = (warehouse / "versions").glob("[0-9]*")
    return sorted(home for home in homes if not damage(home))


def damaged(warehouse: Path) -> dict[str, str]:
    """Versions that can't be shown, each with what is wrong with it: all that lack something, and the spoilt ones that
    are younger than the current one."""
    shown, found = current(warehouse), {}
    for home in sorted((warehouse / "versions").glob("[0-9]*")):
        if said := damage(home):
            found[home.name] = said
        elif shown is None or home > shown:
            found[home.name] = f"holds something else than was written into {spoilt(home)}"
    return found


def damage(home: Path) -> str:
    """What a version lacks of what it was published with; "" where it is whole. Looked at once a process.

    The size of each part is held; whether it still holds what was written, `spoilt` says.
    """
    try:
        return _damage(home, (home / MANIFEST).stat().st_mtime_ns)
    except OSError:
        return "has no manifest"


@cache
def _damage(home: Path, _changed: int) -> str:
    try:
        parts = _parts(home)
    except ValueError:
        return "has a manifest that is cut off or spoilt"
    for name, (size, _) in parts.items():
        file = home / name
        there = file.stat().st_size if file.exists() else None
        if there != size:
            return f"lacks {name}" if there is None else f"holds {there:,} of {size:,} bytes of {name}"
    return ""


def spoilt(home: Path) -> str:
    """The first part of a version that no longer holds what was written into it; "" where all do.

    A disk may turn a bit of what nobody has touched. Every part is read, some 3 GB a second where they are in memory.
    """
    return next((name for name, (_, told) in _parts(home).items() if told and _sum(home / name) != told), "")


@cache
def _spoilt(home: Path, _changed: int) -> str:
    return spoilt(home)


def readable(warehouse: Path) -> tuple[Path | None, list[str]]:
    """The newest version that is not spoilt (None: none is), and a sentence on each younger one. Reads them anew."""
    said = []
    for home in reversed(versions(warehouse)):
        if not (part := spoilt(home)):
            return home, said
        said.append(f"{home.name} can't be read ({part} is spoilt): what it was made from was put together again.")
    return None, said


def _parts(home: Path) -> dict[str, tuple[int, str]]:
    """Each part's size and sum, as it was published; of earlier releases' versions the sum is not known."""
    parts = read_manifest(home).get("parts", {})
    return {name: (told, "") if isinstance(told, int) else (told["bytes"], told["sum"]) for name, told in parts.items()}


def newest(warehouse: Path) -> Path | None:
    """The newest version that is whole: its manifest tells what stands, also where a part of it is spoilt."""
    return next(reversed(versions(warehouse)), None)


def current(warehouse: Path) -> Path | None:
    """The version that readers should open: the newest that is whole and not spoilt, each read once a process for that.

    None before the first refresh.
    """
    for home in reversed(versions(warehouse)):
        with contextlib.suppress(OSError):  # removed since it was listed
            if not _spoilt(home, (home / MANIFEST).stat().st_mtime_ns):
                return home
    return None


def read_manifest(home: Path | None) -> dict[str, Any]:
    """What a version says of itself; an empty one when there is none."""
    return json.loads((home / MANIFEST).read_text(encoding="utf-8")) if home else {}


def begin(warehouse: Path) -> Path:
    """A hidden, empty directory to build the next version in; leftovers of builds that died are removed."""
    folder = warehouse / "versions"
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".building-*"):
        shutil.rmtree(left)
    # Above damaged versions too: what is built now has to come after them.
    number = max((int(home.name.split("-")[0]) for home in folder.glob("[0-9]*")), default=0) + 1
    building = folder / f".building-{number:06d}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    building.mkdir()
    return building


def publish(building: Path, manifest: dict[str, Any]) -> Path:
    """Write the manifest, force everything to disk, and show the version by renaming its directory."""
    home = building.with_name(building.name.removeprefix(".building-"))
    files = (file for file in sorted(building.rglob("*")) if file.is_file() and file.name != MANIFEST)
    parts = {file.relative_to(building).as_posix(): {"bytes": file.stat().st_size, "sum": _sum(file)} for file in files}
    manifest = {**manifest, "parts": parts}
    (building / MANIFEST).write_text(json.dumps(manifest, indent=1, default=str), encoding="utf-8")
    for folder, _, files in os.walk(building):
        for name in files:
            _to_disk(Path(folder) / name)
        _to_disk(Path(folder))
    building.rename(home)
    _to_disk(home.parent)
    return home


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sum(file: Path) -> str:
    """The CRC-32 of a file's content: against decay of a disk, not against people."""
    total = 0
    with file.open("rb") as handle:
        while piece := handle.read(1 << 20):
            total = zlib.crc32(piece, total)
    return f"{total:08x}"


def link(old: Path, new: Path) -> None:
    """Carry a directory of immutable files into another version without copying them."""
    new.mkdir(parents=True)
    for file in old.iterdir():
        os.link(file, new / file.name)


def link_files(files: Iterable[Path], new: Path) -> None:
    """Bring immutable files of any directories into one, numbered, without copying them."""
    new.mkdir(parents=True)
    for place, file in enumerate(files):
        os.link(file, new / f"rows-{place:03}.parquet")


def prune(warehouse: Path, keep: int, outdated: Callable[[dict[str, Any]], bool] = lambda manifest: False) -> list[str]:
    """Remove all but the newest `keep` versions, and imports that no kept version uses. Returns the names removed.

    outdated: of older versions those that may not stay, as their manifests tell. A damaged one goes once a whole one is
    younger.
    """
    whole = versions(warehouse)
    gone = whole[:-keep]
    gone += [one for one in whole[len(gone) : -1] if outdated(read_manifest(one))]
    every = sorted((warehouse / "versions").glob("[0-9]*"))
    gone += [home for home in every if whole and home < whole[-1] and damage(home)]
    for home in gone:
        # Out of sight first: a reader never finds half a version under its name.
        hidden = home.rename(home.with_name(f".building-gone-{home.name}"))
        shutil.rmtree(hidden)
    used = {key for home in versions(warehouse) for key in read_manifest(home).get("imports", {})}
    for home in (warehouse / "imports").glob("*"):
        if home.name not in used:
            shutil.rmtree(home)
    return [home.name for home in gone]


@contextlib.contextmanager
def locked(warehouse: Path) -> Iterator[None]:
    """Hold the warehouse for one refresh; the lock ends with the process, however it ends. Raises Busy."""
    warehouse.mkdir(parents=True, exist_ok=True)
    with (warehouse / "refresh.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another refresh is at work on {warehouse}. Wait for it, or look for its process.") from None
        yield

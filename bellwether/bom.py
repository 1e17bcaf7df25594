"""The bill of materials: every package that the app is made of, as CycloneDX 1.6, out of requirements.txt.

requirements.txt is what is installed, to the byte (its hashes are required), so it is also what is listed. Licences are
those that the installed packages declare. The same requirements give the same bill.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

OURS = "bellwether"
DIRECT, FOR_DEVELOPERS = "bellwether (pyproject.toml)", "bellwether (pyproject.toml:dev)"
LINE = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>\S+)")

VIA = re.compile(r"bellwether \(pyproject\.toml(?::dev)?\)|[A-Za-z0-9._-]+")


class BomError(Exception):
    """requirements.txt holds what can't be listed; the sentence says which line."""


@dataclass(frozen=True)
class Package:
    """One line of requirements.txt. `hashes`: of the files that may be installed; `via`: who asked for it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    via: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def packages(requirements: Path) -> tuple[Package, ...]:
    """What requirements.txt pins. Raises BomError for a line that pins nothing, or that no hash goes with."""
    found = tuple(_package(number, lines) for number, lines in _blocks(requirements))
    for one in found:
        if not one.hashes:
            raise BomError(f"{requirements}: {one.name} has no hash. Write the file with `make lock`.")
    return found


def bill(requirements: Path, version: str) -> dict[str, Any]:
    """The bill of materials, ready for JSON."""
    found = packages(requirements)
    needed = _needed(found)
    told = {
        "components": [_component(one, one.name in needed) for one in found],
        "dependencies": _dependencies(found, version),
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, repr((version, found)))}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": OURS, "name": OURS, "version": version},
            "tools": {"components": [{"type": "application", "name": f"{OURS} bom", "version": version}]},
        },
        **told,
    }


def _blocks(requirements: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines of each package: its own, and those indented below it."""
    block: tuple[int, list[str]] | None = None
    for number, line in enumerate(requirements.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            if block is None:
                raise BomError(f"{requirements}, line {number}: this belongs to no package.")
            block[1].append(line.strip())
            continue
        if block:
            yield block
        block = (number, [line])
    if block:
        yield block


def _package(number: int, lines: list[str]) -> Package:
    pinned = LINE.match(lines[0])
    if not pinned:
        raise BomError(f"requirements.txt, line {number}: {lines[0]!r} pins no version with ==.")
    hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", " ".join(lines)))
    said = " ".join(line.removeprefix("#").strip() for line in lines[1:] if line.startswith("#"))
    via = tuple(
        re.findall(r"bellwether \(pyproject\.toml(?::dev)?\)|[A-Za-z0-9._-]+", said.removeprefix("via").strip())
    )
    return Package(pinned["name"], pinned["version"], hashes, via)


def _needed(found: tuple[Package, ...]) -> set[str]:
    """The packages that the app itself runs with; the others serve those who work on it."""
    needed = {one.name for one in found if DIRECT in one.via}
    while more := {one.name for one in found if not needed.isdisjoint(one.via)} - needed:
        needed |= more
    return needed


def _component(one: Package, needed: bool) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "scope": "required" if needed else "excluded",
        **_licence(one.name),
        "properties": [{"name": "bellwether:accepted-sha256", "value": some} for some in one.hashes],
    }


def _licence(name: str) -> Mapping[str, Any]:
    """What the installed package says of its licence: an SPDX expression, or the name that it uses; {} if nothing."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    if expression := told.get("License-Expression"):
        return {"licenses": [{"expression": expression}]}
    listed = [line.rsplit(" :: ", 1)[1] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    plain = (told.get("License") or "").strip().splitlines()
    names = listed or plain[:1]
    return {"licenses": [{"license": {"name": one[:200]}} for one in names]} if names else {}


def _dependencies(found: tuple[Package, ...], version: str) -> list[dict[str, Any]]:
    """Who needs whom, ours first."""
    refs = {one.name: one.purl for one in found}
    needs: dict[str, list[str]] = {OURS: [], **{ref: [] for ref in refs.values()}}
    for one in found:
        for who in one.via:
            needs[OURS if who in (DIRECT, FOR_DEVELOPERS) else refs[who]].append(one.purl)
    return [{"ref": ref, "dependsOn": sorted(set(some))} for ref, some in needs.items()]

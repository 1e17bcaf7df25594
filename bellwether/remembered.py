"""What was found out about texts, kept by what they say: an unchanged text is not taken apart a second time.

A memory is a file of JSON. One that can't be read or written only makes things slower.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from bellwether.settings import ROOT

FOLDER = ROOT / ".remembered"


def key(*parts: str | bytes) -> str:
    """What stands for these texts."""
    found = hashlib.sha256()
    for part in parts:
        held = part if isinstance(part, bytes) else part.encode()
        found.update(len(held).to_bytes(8, "big") + held)
    return found.hexdigest()


def known(file: Path) -> dict[str, Any]:
    """Everything that is remembered there, by key; nothing where it can't be read."""
    try:
        held = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def keep(file: Path, held: dict[str, Any]) -> None:
    """Remember this from now on, and nothing else; whoever reads meanwhile reads the old or the new, never a half."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        fresh = file.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(held), encoding="utf-8")
        fresh.replace(file)

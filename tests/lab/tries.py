"""The tries of `escapes.txt`: what each is called, what must become of it, and its SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HEAD = re.compile(r"^-- (refused|held): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Try:
    """One way out that was tried."""

    name: str
    fate: str
    sql: str


def tries(fate: str) -> list[Try]:
    """All tries that must come to this end."""
    text = (Path(__file__).parent / "escapes.txt").read_text(encoding="utf-8")
    text = re.sub(r"^(== .*|#.*)$", "", text, flags=re.MULTILINE)
    parts = _HEAD.split(text)[1:]
    found = [Try(name, kind, sql.strip()) for kind, name, sql in zip(*[iter(parts)] * 3, strict=True)]
    return [one for one in found if one.fate == fate]

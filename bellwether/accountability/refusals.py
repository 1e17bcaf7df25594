"""What the store says no to: always one plain sentence with what, the value, and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Change:
    """One field of one thing: what was there, what is there now, by whom and when (UTC)."""

    field: str
    before: Any
    after: Any
    who: str
    at: datetime


class StoreError(Exception):
    """The store can't be used as it is: it does not answer, is locked, or is of another schema."""


class Refused(Exception):
    """A move that is not allowed, or a value that is none; nothing was written."""


class Conflict(Refused):
    """Somebody else was faster; nothing was written.

    `theirs`: what changed since the version the editor saw, one entry a field; `mine`: what the editor wanted to
    change; `overlap`: the fields that both want differently; `version`: the one to give as `seen` when the editor has
    looked and saves again (with `mine`, so that nothing of theirs is put back).
    """

    def __init__(self, name: str, theirs: tuple[Change, ...], mine: Mapping[str, Any], version: int) -> None:
        self.theirs, self.mine, self.version = theirs, dict(mine), version
        after = {one.field: one.after for one in theirs}
        self.overlap = tuple(field for field in mine if field in after and after[field] != mine[field])
        last = max(theirs, key=lambda one: one.at)
        told = "; ".join(f"{one.field.replace('_', ' ')}: {_said(one.before)} > {_said(one.after)}" for one in theirs)
        super().__init__(
            f"{name} was changed by {last.who} at {last.at:%Y-%m-%d %H:%M} UTC while you had it open ({told}): "
            "look at that, then save again or let it stand."
        )

    @property
    def mergeable(self) -> bool:
        """No field was changed by both: saving again overwrites nothing of theirs."""
        return not self.overlap


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_said(one)}" for name, one in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return " | ".join(map(_said, value)) or "nothing"
    return str(value)

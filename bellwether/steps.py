"""What every step of a refresh has in hand: whom to tell how far it is, how long each took, what it may use."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Say = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Steps:
    """`say(sentence, done, of)` tells whoever waits; `seconds` holds what each step took so far."""

    say: Say = lambda step, done, of: None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def timed(self, step: str, sentence: str = "") -> Iterator[None]:
        """Count what happens here to a step, and say at its beginning what it does."""
        if sentence:
            self.say(sentence, 0, 1)
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[step] = round(self.seconds.get(step, 0) + time.monotonic() - began, 2)


def limits(warehouse: Path) -> dict:
    """What a refresh may use of the machine; what doesn't fit in memory goes to a folder in the warehouse.

    `BELLWETHER_MEMORY` allows the database more than 3 GB, or less, as in 6GB.
    """
    scratch = warehouse / ".scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    memory = os.environ.get("BELLWETHER_MEMORY", "3GB")
    return {"memory_limit": memory, "temp_directory": str(scratch), "threads": os.cpu_count() or 2}

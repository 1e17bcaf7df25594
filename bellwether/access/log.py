"""Who opened what of people, and when: one line an event, only ever added to, in a file outside the warehouse.

Told of are customers by their pseudonym alone. `bellwether forget` takes a person's lines out again, `bellwether
refresh` those that are older than the log is to be kept.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bellwether.settings import settings

FILE = "access.jsonl"
LONGEST = 2000
# What is noted; another word is refused, so that the log can be counted.
CUSTOMER, COMMENTS, EXPORT, QUERY, REFUSED = "customer", "comments", "export", "query", "refused"
VIEW_AS, SIGN_IN, SIGN_OUT, FORGET = "view as", "sign in", "sign out", "forget"
WORDS = {
    CUSTOMER: "opened a customer's page",
    COMMENTS: "opened comments",
    EXPORT: "downloaded",
    QUERY: "asked a query of their own",
    REFUSED: "was refused",
    VIEW_AS: "looked through another role's eyes",
    SIGN_IN: "signed in",
    SIGN_OUT: "signed out",
    FORGET: "had a customer forgotten",
}


def file() -> Path:
    """Where the log lies; only its owner can read it."""
    return settings().private / FILE


def note(viewer: Any, what: str, about: str = "") -> None:
    """Add one line: who (a `Viewer`, or a name), what (one of `WORDS`), about what. Raises ValueError, OSError.

    about: a pseudonym, the title of an export, a query; never a name or an id as a tool writes it.
    """
    if what not in WORDS:
        raise ValueError(f'"{what}" is nothing that the access log knows. Known: {", ".join(WORDS)}.')
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "who": _who(viewer), "what": what}
    text = json.dumps({**line, "about": str(about)[:LONGEST]}, ensure_ascii=False) + "\n"
    with _held():
        _write(os.open(file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), text.encode("utf-8", "replace"))


def _who(viewer: Any) -> str:
    """The name, and the provider's word for the person, which they can't choose."""
    if isinstance(viewer, str):
        return viewer
    name, subject = getattr(viewer, "name", ""), getattr(viewer, "subject", "")
    return f"{name} ({subject})" if name and subject and name != subject else name or subject or "somebody"


def entries(most: int = 500) -> list[dict[str, str]]:
    """The newest lines, newest first: at, who, what, about. A line that can't be read is left out."""
    if not file().exists():
        return []
    lines = file().read_bytes().splitlines()
    return [told for told in map(_read, reversed(lines)) if told][:most]


def _read(line: bytes) -> dict[str, str] | None:
    try:
        told = json.loads(line)
        return {key: str(told[key]) for key in ("at", "who", "what", "about")}
    except (ValueError, KeyError, TypeError):
        return None


def without(gone: Callable[[dict[str, str]], bool]) -> int:
    """Take out the lines that `gone` says of; a line that can't be read goes as well. Returns how many went."""
    if not file().exists():
        return 0
    with _held():
        lines = file().read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if (told := _read(line)) and not gone(told)]
        if len(kept) < len(lines):
            _replace(b"".join(kept))
        return len(lines) - len(kept)


def _replace(content: bytes) -> None:
    fresh = file().with_name(f".{FILE}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    _write(handle, content)
    fresh.replace(file())


def _write(handle: int, content: bytes) -> None:
    with os.fdopen(handle, "wb") as log:
        log.write(content)
        log.flush()
        os.fsync(log.fileno())


@contextmanager
def _held() -> Iterator[None]:
    """The log for one writer at a time, in whichever process."""
    file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file().with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

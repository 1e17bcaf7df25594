"""The life of a commitment: idea > agreed > started > done (> verdict), or abandoned.

Every function gives the commitment as it then stands, and raises Refused or Conflict without having written anything.
`seen` is the `version` of the commitment that the editor had open; `by` the person who does it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bellwether.accountability import values
from bellwether.accountability.commitments import ABANDONED, AGREED, DONE, IDEA, STARTED, Commitment, commitment_of
from bellwether.accountability.events import Now, expect, present, record
from bellwether.accountability.refusals import Refused
from bellwether.accountability.rules import allowed, checked
from bellwether.accountability.store import Store, Writing, writing

BEFORE = {
    AGREED: (IDEA,),
    STARTED: (AGREED,),
    DONE: (STARTED,),
    ABANDONED: (IDEA, AGREED, STARTED),
    "reopened": (DONE, ABANDONED),
}


def propose(store: Store, *, by: str, id: str | None = None, **fields: Any) -> Commitment:
    """A new idea. `fields`: title and silo; also owner, treats, indicator, start, due, expected, cost, currency.

    `id`: lower-case words joined by hyphens; made from the title if not given.
    """
    new = {**checked(store, fields), "state": IDEA}
    with writing(store, by) as tx:
        now = present(tx.connection, "commitment", _name(id) if id else _free_name(tx, new.get("title") or ""))
        if now.version:
            raise Refused(f'There is a commitment "{now.subject}" already: choose another name for this one.')
        return commitment_of(record(tx, now, "proposed", allowed(store, now, new)))


def change(store: Store, id: str, fields: Mapping[str, Any], *, seen: int, by: str, reason: str = "") -> Commitment:
    """Change fields; those given as they were seen are left alone. A due date may move: every move is kept."""
    wanted = checked(store, fields)
    reason = values.text_or_none("the reason", reason, values.LONG) or ""
    with writing(store, by) as tx:
        now, new = _opened(tx, id, seen, wanted)
        return commitment_of(record(tx, now, "changed", allowed(store, now, new), reason))


def agree(store: Store, id: str, *, seen: int, by: str) -> Commitment:
    """An owner promises it by a date."""
    return _moved(store, id, AGREED, lambda tx, now: {"state": AGREED}, seen=seen, by=by)


def start(store: Store, id: str, *, seen: int, by: str, on: date | str | None = None) -> Commitment:
    """It starts (`on`: today if not said); from here its scope, indicator, expected size and start are locked.

    The day on which that was declared is kept: a start given afterwards is allowed, and shown for what it is.
    """
    on = values.day_or_none("start", on)

    def declared(tx: Writing, now: Now) -> dict[str, Any]:
        began = _not_to_come("start", on or tx.today, tx)
        return {"state": STARTED, "start": began, "declared_on": tx.today, "declared_due": now["due"]}

    return _moved(store, id, STARTED, declared, seen=seen, by=by)


def finish(store: Store, id: str, *, seen: int, by: str, on: date | str | None = None) -> Commitment:
    """It is done (`on`: today if not said)."""
    on = values.day_or_none("done", on)

    def ended(tx: Writing, now: Now) -> dict[str, Any]:
        done = _not_to_come("done", on or tx.today, tx)
        if done < now["start"]:
            raise Refused(f"done is {done}, and it started on {now['start']}: give that day or a later one.")
        return {"state": DONE, "done_on": done}

    return _moved(store, id, DONE, ended, seen=seen, by=by)


def abandon(store: Store, id: str, *, seen: int, by: str, reason: str) -> Commitment:
    """It will not be done, and why. It stays on the record."""
    return _moved(
        store,
        id,
        ABANDONED,
        lambda tx, now: {"state": ABANDONED, "abandoned_from": now["state"]},
        reason=values.text("the reason", reason, values.LONG),
        seen=seen,
        by=by,
    )


def reopen(store: Store, id: str, *, seen: int, by: str, reason: str) -> Commitment:
    """Take back that it is done or abandoned; what was locked stays so."""

    def back(tx: Writing, now: Now) -> dict[str, Any]:
        return {"state": now["abandoned_from"] or STARTED, "abandoned_from": None, "done_on": None}

    return _moved(store, id, "reopened", back, reason=values.text("the reason", reason, values.LONG), seen=seen, by=by)


def _moved(
    store: Store,
    id: str,
    what: str,
    becomes: Callable[[Writing, Now], dict[str, Any]],
    *,
    seen: int,
    by: str,
    reason: str = "",
) -> Commitment:
    with writing(store, by) as tx:
        now, _ = _opened(tx, id, seen, {"state": STARTED if what == "reopened" else what})
        if now["state"] not in BEFORE[what]:
            raise Refused(
                f'"{now["title"]}" stands at {now["state"]}, and can be {what} only from {" or ".join(BEFORE[what])}: '
                "take the steps in their order."
            )
        return commitment_of(record(tx, now, what, allowed(store, now, becomes(tx, now)), reason))


def _opened(tx: Writing, id: str, seen: int, mine: Mapping[str, Any]) -> tuple[Now, dict[str, Any]]:
    title = present(tx.connection, "commitment", id)["title"]
    if title is None:
        raise Refused(f'There is no commitment "{id}": choose one that is on the board.')
    return expect(tx, "commitment", id, seen, mine, f'"{title}"')


def _not_to_come(name: str, day: date, tx: Writing) -> date:
    if day > tx.today:
        raise Refused(f"{name} is {day}, which is still to come: give {tx.today} or an earlier day.")
    return day


def _name(id: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id) or len(id) > 80:
        raise Refused(f'"{id[:90]}" can\'t name a commitment: use lower-case words joined by hyphens, up to 80 signs.')
    return id


def _free_name(tx: Writing, title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "commitment"
    taken, name = 1, stem
    while present(tx.connection, "commitment", name).version:
        taken += 1
        name = f"{stem}-{taken}"
    return name

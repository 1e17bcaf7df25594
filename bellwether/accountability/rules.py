"""What a commitment may hold in which state: one place for people's edits and for the governance files."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from bellwether.accountability import values
from bellwether.accountability.commitments import ABANDONED, AGREED, DONE, IDEA, STARTED, is_locked
from bellwether.accountability.events import Now
from bellwether.accountability.refusals import Refused
from bellwether.accountability.store import Store

# What must be known before a commitment is called this.
NEEDS = {
    IDEA: ("title", "silo"),
    AGREED: ("title", "silo", "owner", "due"),
    STARTED: ("title", "silo", "owner", "due", "indicator", "expected", "treats", "start"),
}
NEEDS |= {DONE: NEEDS[STARTED], ABANDONED: NEEDS[IDEA]}
LOCKED = ("silo", "treats", "indicator", "expected", "start")
WORDS = {"expected": "expected size", "treats": "what it treats", "due": "due date"}

CHECKS = {
    "title": lambda given: values.text_or_none("title", given),
    "owner": lambda given: values.text_or_none("owner", given),
    "silo": lambda given: values.text_or_none("silo", given),
    "treats": values.treated,
    "indicator": lambda given: values.text_or_none("indicator", given),
    "start": lambda given: values.day_or_none("start", given),
    "due": lambda given: values.day_or_none("due date", given),
    "expected": values.expected,
    "cost": values.cost,
    "currency": values.currency,
}


def checked(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    """What an editor gave, as it will be kept. Raises Refused."""
    for field in given:
        if field not in CHECKS:
            near = difflib.get_close_matches(field, CHECKS, 1) or [", ".join(CHECKS)]
            raise Refused(f'"{field}" is no field of a commitment that can be edited: use {near[0]}.')
    kept = {field: CHECKS[field](value) for field, value in given.items()}
    if kept.get("indicator"):
        values.one_of("indicator", kept["indicator"], store.indicators)
    return kept


def allowed(store: Store, now: Now, new: Mapping[str, Any]) -> dict[str, Any]:
    """`new` with what follows from it, where the commitment may become so. Raises Refused."""
    after = {**now.fields, **new}
    _stays_locked(now, new)
    _due_may_move(now, new)
    _nothing_missing(after)
    if after["start"] and after["due"] and after["due"] <= after["start"]:
        raise Refused(f"due date is {after['due']} and start is {after['start']}: a commitment ends after it starts.")
    if after["currency"] and after["cost"] is None:
        raise Refused(f"a currency ({after['currency']}) is given without a cost: give the cost, or leave both empty.")
    return {**new, "currency": after["currency"] or (None if after["cost"] is None else store.currency)}


def _stays_locked(now: Now, new: Mapping[str, Any]) -> None:
    if not is_locked(now["state"], now["abandoned_from"]):
        return
    for field in LOCKED:
        if field in new and new[field] != now[field]:
            raise Refused(
                f'{WORDS.get(field, field)} of "{now["title"]}" was declared as {_shown(now[field])} when it started '
                f"and can't become {_shown(new[field])}: abandon it and propose another."
            )


def _due_may_move(now: Now, new: Mapping[str, Any]) -> None:
    if now["state"] in (DONE, ABANDONED) and "due" in new and new["due"] != now["due"]:
        raise Refused(f'due date of "{now["title"]}" stays {now["due"]}, for it is {now["state"]}: reopen it first.')


def _nothing_missing(after: Mapping[str, Any]) -> None:
    missing = [WORDS.get(field, field) for field in NEEDS[after["state"]] if after[field] is None]
    if missing:
        what = f'"{after["title"]}"' if after["title"] else "This commitment"
        last = missing.pop()
        listed = f"{', '.join(missing)} and {last}" if missing else last
        raise Refused(f"{what} can't be {_article(after['state'])} without {listed}: fill that in first.")


def _article(state: str) -> str:
    return {IDEA: "an idea"}.get(state, state)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {' | '.join(some)}" for name, some in value.items())
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

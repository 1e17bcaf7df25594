"""The store's beginning: what data/governance/ says, taken in as events of its own.

The rule, thing by thing (a silo, an owner of a pair, a standard, an agreement, a commitment):

- what nobody has ever edited in the app follows its file: a new line comes in, a changed line changes it, a line
  that is gone takes it back;
- from the first edit in the app on, the app has the last word, and the file's line is read no more.

So reading the same files again changes nothing, and no file undoes what a person did. What was declared when a
commitment started stays locked for files as well.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bellwether import governance
from bellwether.accountability import values
from bellwether.accountability.commitments import ABANDONED, DONE, IDEA, STATES, is_locked
from bellwether.accountability.events import Now, all_present, present, record, withdraw
from bellwether.accountability.refusals import Refused
from bellwether.accountability.rules import CHECKS, allowed, checked
from bellwether.accountability.standards import with_terms
from bellwether.accountability.store import FILES, Store, Writing, writing
from bellwether.accountability.tables import blank


@dataclass(frozen=True)
class Seeded:
    """What came of it: things that were new, changed or taken back; lines that the app's word overrules (`kept`);
    and one sentence for each line that was refused."""

    new: int = 0
    changed: int = 0
    taken_back: int = 0
    kept: int = 0
    refused: tuple[str, ...] = ()

    @staticmethod
    def of(parts: Iterable[Seeded]) -> Seeded:
        """The sum of all parts."""
        some = list(parts)
        counts = (sum(getattr(one, name) for one in some) for name in ("new", "changed", "taken_back", "kept"))
        return Seeded(*counts, tuple(sentence for one in some for sentence in one.refused))


def seed(store: Store, folder: Path) -> Seeded:
    """Take in the governance files of a folder. A file that is not there holds no lines.

    Raises GovernanceError where a file can't be read, Refused where the folder is not there; then nothing is taken in.
    """
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}: set BELLWETHER_GOVERNANCE to the one with the governance files.")
    tables = _read(folder)
    with writing(store, FILES, from_files=True) as tx:
        return Seeded.of(_take_in(store, tx, kind, tables[table], f"{table}.csv") for kind, table in ORDER.items())


def _read(folder: Path) -> dict[str, list[dict[str, Any]]]:
    with duckdb.connect() as con:
        con.execute("create schema marts")
        files = {table: governance.TABLES[table] for table in ORDER.values()}
        governance.create(con, files)
        governance.load(con, folder, files)
        rows = {table: con.table(f"marts.{table}").fetchall() for table in ORDER.values()}
    return {table: [dict(zip(governance.TABLES[table], row, strict=True)) for row in rows[table]] for table in rows}


def _take_in(store: Store, tx: Writing, kind: str, lines: list[dict[str, Any]], file: str) -> Seeded:
    held = {now.subject: now for now in all_present(tx.connection, kind, taken_back=True)}
    named: set[str] = set()
    done: Counter[str] = Counter()
    refused = []
    for line in lines:
        subject = "/".join(unicodedata.normalize("NFC", line[column] or "") for column in SUBJECT[kind])
        try:
            if subject in named:
                raise Refused("it stands there twice, and its first line was taken: leave one.")
            done[_one(store, tx, held.get(subject) or Now(kind, subject, 0, blank(kind)), line)] += 1
        except Refused as no:
            refused.append(f'{file}, "{subject}": {no}')
        named.add(subject)
    for now in held.values():
        if now.exists and now.changed_by == FILES and now.subject not in named:
            withdraw(tx, now, f"no longer in {file}")
            done["taken back"] += 1
    return Seeded(done["new"], done["changed"], done["taken back"], done["kept"], tuple(refused))


def _one(store: Store, tx: Writing, now: Now, line: Mapping[str, Any]) -> str:
    """Take in one line; whether that was new, changed, the same, or overruled (kept)."""
    new = {**LINE[now.kind](store, tx, now, line), "withdrawn": False}
    if all(now[field] == value for field, value in new.items()):
        return "same"
    if now.version and now.changed_by != FILES:
        return "kept"
    if now.kind == "commitment":
        new = allowed(store, now, new)
    record(tx, now, "seeded", new)
    return "changed" if now.version else "new"


def _silo(store: Store, tx: Writing, now: Now, line: Mapping[str, Any]) -> dict[str, Any]:
    people = {role: values.text_or_none(role, line[role]) for role in ("leader", "deputy")}
    return {"silo": values.text("silo", line["silo"]), **people}


def _owner(store: Store, tx: Writing, now: Now, line: Mapping[str, Any]) -> dict[str, Any]:
    return {**_pair(store, line), "owner": values.text("owner", line["owner"])}


def _standard(store: Store, tx: Writing, now: Now, line: Mapping[str, Any]) -> dict[str, Any]:
    told = {
        "indicator": values.one_of("indicator", line["indicator"], store.indicators),
        "target": values.number("target", line["target"]),
        "promise": values.text_or_none("promise", line["promise"], values.LONG),
        "review_date": line["review_date"],
    }
    changed = {field: value for field, value in told.items() if value != now[field]}
    return {**told, **with_terms(now, changed)}


def _agreement(store: Store, tx: Writing, now: Now, line: Mapping[str, Any]) -> dict[str, Any]:
    told = {**_pair(store, line), "agreed_by": values.text("agreed_by", line["agreed_by"])}
    told |= {"agreed_on": values.day("agreed_on", line["agreed_on"])}
    standard = present(tx.connection, "standard", line["indicator"])
    if not standard.exists:
        raise Refused(f"there is no standard for {line['indicator']} to agree to: add it to standards.csv.")
    same = all(now[field] == value for field, value in told.items())
    return {**told, "terms": now["terms"] if same else standard["terms"]}


def _commitment(store: Store, tx: Writing, now: Now, line: Mapping[str, Any]) -> dict[str, Any]:
    values.text("id", line["id"])
    told = checked(store, {field: line[field] for field in CHECKS if field in line})
    state = _state(now, line["state"])
    if state != now["state"] and state == ABANDONED:
        told["abandoned_from"] = now["state"] or IDEA
    elif is_locked(state, None) and not is_locked(now["state"], now["abandoned_from"]):
        told["declared_due"] = told["due"]  # when it was declared, the files don't say
    return {**told, "state": state}


def _state(now: Now, given: str | None) -> str:
    state = WORDS.get(given, given)
    if state not in STATES:
        raise Refused(f'its state is "{given}": use one of {", ".join(STATES)}.')
    if now["state"] and now["state"] != state:
        forward = STATES.index(state) > STATES.index(now["state"])
        if not forward or now["state"] == DONE:
            raise Refused(
                f"it is {now['state']} and can't become {state} again: correct its line, or reopen it in the app."
            )
    return state


def _pair(store: Store, line: Mapping[str, Any]) -> dict[str, Any]:
    indicator = values.one_of("indicator", line["indicator"], store.indicators)
    return {"indicator": indicator, "silo": values.text("silo", line["silo"])}


# What is taken in, in an order in which each finds what it leans on; what names a line; what a line becomes.
ORDER = {
    "silo": "silos",
    "standard": "standards",
    "owner": "owners",
    "agreement": "agreements",
    "commitment": "commitments",
}
PAIR = ("indicator", "silo")
SUBJECT = {"silo": ("silo",), "standard": ("indicator",), "owner": PAIR, "agreement": PAIR, "commitment": ("id",)}
LINE = {"silo": _silo, "standard": _standard, "owner": _owner, "agreement": _agreement, "commitment": _commitment}
WORDS = {"dropped": ABANDONED, "withdrawn": ABANDONED}

"""What people have decided, as it stands, in tables that SQL can ask: of a version when it is built, live in the app.

A value that changes a row changes `fingerprint`, and nothing else does; so a refresh after a comment builds nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bellwether.access import pseudonyms
from bellwether.accountability.commitments import PROMISED, commitments
from bellwether.accountability.events import all_present
from bellwether.accountability.owners import owners, silos
from bellwether.accountability.recoveries import recoveries
from bellwether.accountability.seed import Seeded, seed
from bellwether.accountability.standards import standards
from bellwether.accountability.store import Store, open_store, reading
from bellwether.governance import DECIDED
from bellwether.settings import Settings, settings


@dataclass(frozen=True)
class Published:
    """`tables`: name -> rows, columns as in `governance.DECIDED`; `refused`: lines of governance files left out."""

    tables: Mapping[str, list[tuple[Any, ...]]]
    refused: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        return hashlib.sha256(repr(sorted(self.tables.items())).encode()).hexdigest()


def taken_in(settings: Settings) -> Published:
    """The store of these settings with its governance files taken in first. Raises StoreError, GovernanceError."""
    store = open_store(settings.store, zone=settings.company.zone, currency=settings.company.currency)
    try:
        refused = begin(store, settings.governance).refused
        return Published(tables(store), refused)
    finally:
        store.close()


def begin(store: Store, folder: Path) -> Seeded:
    """Take the governance files in; a company that has no folder of them has decided nothing in files."""
    return seed(store, folder) if folder.is_dir() else Seeded()


def tables(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the store, table by table."""
    current = {one.indicator: one.terms for one in standards(store)}
    with reading(store) as connection:
        agreed = all_present(connection, "agreement")
    agreements = [{**now.fields, "holds": now["terms"] == current.get(now["indicator"])} for now in agreed]
    made = commitments(store)
    scopes = [
        {"commitment": one.id, "dimension": treated.dimension, "value": value}
        for one in made
        for treated in one.treats or ()
        for value in _named(treated)
    ]
    rows = {
        "silos": [vars(one) for one in silos(store)],
        "owners": [vars(one) for one in owners(store)],
        "standards": [vars(one) for one in standards(store)],
        "agreements": agreements,
        "commitments": [_commitment(one) for one in made],
        "commitment_scopes": scopes,
        "recoveries": [{**vars(one), "state": one.state} for one in recoveries(store)],
    }
    return {name: [tuple(row[column] for column in DECIDED[name]) for row in rows[name]] for name in DECIDED}


def _named(treated) -> list[str]:
    """The values of what is treated; customers as the version knows them, by their pseudonyms."""
    if treated.dimension != "customer":
        return list(treated.values)
    return [pseudonyms.of(settings(), value) for value in treated.values]


def _commitment(one) -> dict[str, Any]:
    treats = "; ".join(f"{treated.dimension} = {' | '.join(_named(treated))}" for treated in one.treats or ())
    told = {"treats": treats or None, "promised": one.state in PROMISED, "quick_win": one.quick_win}
    return {**vars(one), **told, "declared_afterwards": one.declared_afterwards}

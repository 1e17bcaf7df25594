"""Who answers for what, what was agreed, what was promised, and what came of it.

    store = open_store()              the store of settings(); store.close() at the end
    seed.seed(store, folder)          its beginning, from data/governance/
    owners, standards, commitments, moves, talk, reviews, events     what pages call

Results are frozen dataclasses; whatever is refused says so in one sentence (`Refused`, `Conflict`, `StoreError`).
"""

from bellwether.accountability.refusals import Change, Conflict, Refused, StoreError
from bellwether.accountability.store import Store, open_store

__all__ = ["Change", "Conflict", "Refused", "Store", "StoreError", "open_store"]

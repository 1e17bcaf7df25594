"""A small version that the lab's own processes open, and what a whole run of the tries adds."""

from __future__ import annotations

import os

import pytest
from plain import at, contacts, refreshed, write

# Everything is tried where this says so; in a usual run of the tests, one of each kind.
WHOLE = bool(os.environ.get("BELLWETHER_WHOLE"))


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Settings of a warehouse with 60 contacts of 30 customers at two silos."""
    folder = tmp_path_factory.mktemp("lab")
    many = (
        {"interaction_id": f"i{n}", "customer_id": f"c{n % 30}", "silo": ("Support", "Billing")[n % 2]}
        for n in range(60)
    )
    write(folder / "exports", "contacts.csv", contacts(*many))
    assert refreshed(folder).published
    return at(folder)

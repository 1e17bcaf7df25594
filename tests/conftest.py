"""What every test may lean on: the outside data, the built warehouses, and a guard on the real ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = ROOT.parent / "shared"


def outside(variable: str, default: str) -> Path:
    """A folder of data that is not ours to commit; without it a test says so (and in CI, fails)."""
    folder = Path(os.environ.get(variable, OUTSIDE / default))
    if folder.is_dir():
        return folder
    message = f"{variable}: no folder at {folder}; these tests need data that the project may not ship"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def cases() -> Path:
    """Published results to reproduce, one folder a case."""
    return outside("BELLWETHER_CASES", "cases")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Real exports nobody here wrote, with known answers."""
    return outside("BELLWETHER_REAL_DATA", "data")


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Hostile input."""
    return outside("BELLWETHER_CORPORA", "corpora")

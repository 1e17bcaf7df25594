"""One small company for all tests of this folder, and what was planted in it."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from written import interactions, lapses

from bellwether import sample
from bellwether.sample.world import TRUTH


@dataclass(frozen=True)
class Company:
    folder: Path
    rows: dict[str, int]
    truth: dict
    planted: dict
    met: list[dict]
    lapsed: dict


@pytest.fixture(scope="session")
def company(tmp_path_factory) -> Company:
    return written_company(tmp_path_factory.mktemp("veldlicht"), 1500)


@pytest.fixture(scope="session")
def larger(tmp_path_factory) -> Company:
    """Four times as many customers, where a quarter has to hold enough."""
    return written_company(tmp_path_factory.mktemp("veldlicht"), 6000)


def written_company(folder: Path, customers: int) -> Company:
    rows = sample.write(folder / "exports", customers=customers, truth=folder / "truth.json")
    folder, truth = folder / "exports", json.loads((folder / "truth.json").read_text())
    planted = tomllib.loads(TRUTH.read_text())
    return Company(folder, rows, truth, planted, interactions(folder), lapses(folder))

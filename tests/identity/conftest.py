"""The app with a real identity provider beside it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browsing import CHROMIUM
from browsing import HOW as NO_BROWSER
from signing_in import HOW, ROLES, free_port, installed, provider, secrets, serving

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without npm or a browser these tests are left out, and said to be; in CI that is a failure."""
    lacks = [how for how, there in ((HOW, shutil.which("npm")), (NO_BROWSER, CHROMIUM)) if not there]
    wanted = [item for item in items if "with_provider" in getattr(item, "fixturenames", ())]
    if not lacks or not wanted:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("; ".join(lacks))
    print("\n" + "\n".join(lacks), file=sys.stderr)
    config.hook.pytest_deselected(items=wanted)
    items[:] = [item for item in items if item not in wanted]


@dataclass(frozen=True)
class Signing:
    """An app with sign-in: its address, its rules (a file that may be edited), its store, its log."""

    address: str
    roles: Path
    store: str
    log: Path


@pytest.fixture(scope="session")
def with_provider(sample_warehouse: Path, tmp_path_factory) -> Iterator[Signing]:
    """A server of its own, where people sign in with a real provider."""
    installed()
    folder = tmp_path_factory.mktemp("signing_in")
    governance = folder / "governance"
    shutil.copytree(ROOT / "data" / "governance", governance)
    (governance / "roles.toml").write_text(ROLES)
    port = free_port()
    store = f"sqlite:///{folder / 'store.sqlite'}"
    told = {"BELLWETHER_GOVERNANCE": str(governance), "BELLWETHER_STORE": store, "BELLWETHER_LOGS": "json"}
    with provider(f"http://localhost:{port}/oauth2callback", folder / "provider.log") as at:
        file = secrets(folder, at, f"http://localhost:{port}")
        with serving(folder, port, BELLWETHER_SECRETS=str(file), **told) as address:
            yield Signing(address, governance / "roles.toml", store, folder / "log")

"""What every test may lean on: the outside data, the built warehouses, and a guard on the real ones."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before numpy is loaded: many small fits are quicker on one thread each, and tests are nothing but small fits.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

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


# Files that take a minute and more. They come first, then all others that drive a browser: what is begun last is short,
# so that no process is still at it when the others have nothing left. The second needs no company, while the first
# builds it.
LONG = ("test_browser", "test_refresh", "test_signing_in", "test_kill", "test_addresses", "test_rows", "test_forget")
LONG += ("test_increments", "test_look_ahead", "test_accountability", "test_pages", "test_quick_wins")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole files in an order that keeps all processes at work (with `--no-loadscope-reorder`)."""

    def place(item: pytest.Item) -> int:
        if item.path.stem in LONG:
            return LONG.index(item.path.stem)
        return len(LONG) if item.get_closest_marker("browser") else len(LONG) + 1

    items.sort(key=place)


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


@pytest.fixture(scope="session")
def naughty() -> list[str]:
    """515 strings that break things; none where the hostile input is not there."""
    file = Path(os.environ.get("BELLWETHER_CORPORA", OUTSIDE / "corpora")) / "blns" / "blns.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []


@pytest.fixture(scope="session")
def sample_warehouse(tmp_path_factory, pytestconfig) -> Iterator[Path]:
    """A warehouse built once from a small simulated company; this process's settings point at it.

    What was built from the same code is taken again (`pytest --cache-clear` forgets it); each process has its own copy,
    and of several only the first builds.
    """
    folder = tmp_path_factory.mktemp("company")
    with pointed_at(folder / "exports", folder / "warehouse"):
        kept = pytestconfig.cache.mkdir("company") / _made_from()
        with kept.parent.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.is_dir():
                shutil.rmtree(kept.parent)
                _build(folder)
                shutil.copytree(folder, kept)
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield folder / "warehouse"


def _build(folder: Path) -> None:
    from bellwether import sample
    from bellwether.refresh import refresh
    from bellwether.settings import settings

    sample.write(folder / "exports", customers=1500, seed=3)
    assert refresh(settings()).published


def _made_from() -> str:
    """Changes with everything that shapes a version: the package without what only shows it, queries, governance."""
    shown = ("bellwether/views", "bellwether/bench", "bellwether/access/viewer", "bellwether/access/roles")
    shown += ("bellwether/access/sessions", "bellwether/access/rows", "bellwether/serving", "bellwether/bom")
    shown += ("bellwether/cli", "bellwether/commands", "bellwether/lab", "bellwether/lineage", "bellwether/proposing")
    shown += ("bellwether/checks", "bellwether/cases", "bellwether/rehearsal", "bellwether/style", "bellwether/drafts")
    shown += ("bellwether/questions", "bellwether/asking", "bellwether/remembered", "bellwether/passed")
    shown += ("bellwether/access/log", "bellwether/access/opened", "bellwether/access/supp", "bellwether/forgetting")
    shown += ("queries/answers", "queries/explore")
    files = [
        file for name in ("bellwether", "queries", "data/governance", "data/sample") for file in _texts(ROOT / name)
    ]
    made = [file for file in files if not file.relative_to(ROOT).as_posix().startswith(shown)]
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in made)).hexdigest()[:16]


def _texts(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix in (".py", ".sql", ".csv", ".toml") and "exports" not in file.relative_to(ROOT).parts
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """One headless Chromium for all who need a browser: a process can drive no second one while the first runs."""
    from browsing import CHROMIUM, FLAGS
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def quick(monkeypatch):
    """Refreshes that end with the row-level marts and their roll-ups: what stands on them has tests of its own."""
    from bellwether import building, contracts, marts, verdict_marts

    monkeypatch.setattr(contracts, "judge", lambda *_: [])
    monkeypatch.setattr(marts, "small", lambda *_: None)
    monkeypatch.setattr(building.Building, "depth", lambda *_: None)
    monkeypatch.setattr(building, "look_ahead", lambda *_: {})
    monkeypatch.setattr(verdict_marts, "build", lambda *_: {})


@contextlib.contextmanager
def pointed_at(exports: Path, warehouse: Path) -> Iterator[None]:
    """The environment and the settings of this process, pointed at folders of a test's own."""
    from bellwether.settings import settings

    patch = pytest.MonkeyPatch()
    patch.setenv("BELLWETHER_EXPORTS", str(exports))
    patch.setenv("BELLWETHER_WAREHOUSE", str(warehouse))
    patch.setenv("BELLWETHER_PRIVATE", str(warehouse.parent / "private"))
    patch.setenv("BELLWETHER_STORE", f"sqlite:///{warehouse.parent / 'store.sqlite'}")
    settings.cache_clear()
    try:
        yield
    finally:
        patch.undo()
        settings.cache_clear()


@pytest.fixture(autouse=True, scope="session")
def no_real_warehouse(tmp_path_factory) -> Iterator[None]:
    """Tests never reach the warehouse of this checkout: unless a test points elsewhere, there is none."""
    nowhere = tmp_path_factory.mktemp("nowhere")
    with pointed_at(nowhere / "exports", nowhere / "warehouse"):
        yield


MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def main_stays() -> Iterator[None]:
    """What AppTest ran stays behind as the process's main module, and every child process would run it again."""
    yield
    sys.modules["__main__"] = MAIN


_ended: dict[str, int] = {}


def pytest_sessionfinish(exitstatus: int) -> None:
    _ended["status"] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Leave at once when all is said: DuckDB's bindings print a page about leaks when Python takes itself apart."""
    if "status" in _ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_ended["status"])

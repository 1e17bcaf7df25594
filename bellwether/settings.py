"""Where things are, and the few numbers that everything leans on. Read once: environment, `company.toml`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

# A share of the rows of one file: above it the export itself is suspect, and the file is refused whole.
MOST_QUARANTINED = 0.5
# Below this many people a score is not shown (it may be raised by a deployment, never lowered).
FEWEST_PEOPLE = 5
# The same for a list of comments, and for what anybody may see.
FEWEST_COMMENTS = 10
# A published version is kept until this many younger ones stand.
VERSIONS_KEPT = 5


@dataclass(frozen=True)
class Company:
    """What `data/governance/company.toml` says of the company."""

    name: str = "Your company"
    zone: str = "UTC"
    currency: str = "EUR"
    horizon_weeks: int = 13
    # The last day of a company that was made up; its exports do not grow old. Empty for a real one.
    simulated_until: str = ""
    # More people than the product asks for before a score, or a list of comments, is shown; fewer are not heard.
    fewest_people: int = 0
    fewest_comments: int = 0
    # How many customers the team can call before the list is made again; 0 where nobody has said.
    calls: int = 0


@dataclass(frozen=True)
class Settings:
    """Folders, all absolute, and the URL of the store. Each can be moved by a `BELLWETHER_*` variable."""

    exports: Path
    warehouse: Path
    governance: Path
    queries: Path
    store: str
    # The key of the pseudonyms and the access log: never inside the warehouse, whose copies travel.
    private: Path = ROOT / "data" / "private"

    @property
    def company(self) -> Company:
        return read_company(self.governance / "company.toml")


@cache
def settings() -> Settings:
    """The settings of this process; `settings.cache_clear()` reads the environment again."""
    return Settings(
        exports=_folder("EXPORTS", "data/exports"),
        warehouse=_folder("WAREHOUSE", "data/warehouse"),
        governance=_folder("GOVERNANCE", "data/governance"),
        queries=_folder("QUERIES", "queries"),
        store=os.environ.get("BELLWETHER_STORE") or f"sqlite:///{ROOT / 'data' / 'accountability' / 'store.db'}",
        private=_folder("PRIVATE", "data/private"),
    )


def read_company(file: Path) -> Company:
    """The company's own facts, read again once their file changed; a company that has not said anything is in UTC."""
    try:
        changed = file.stat()
    except FileNotFoundError:
        return Company()
    return _company(file, changed.st_mtime_ns, changed.st_size)


@lru_cache(maxsize=8)
def _company(file: Path, _changed: int, _size: int) -> Company:
    return company_of(tomllib.loads(file.read_text(encoding="utf-8")))


def company_of(told: Mapping[str, Any]) -> Company:
    """The facts that are known; others (a newer release wrote them down) are left alone."""
    known = Company.__dataclass_fields__
    return Company(**{key: value for key, value in told.items() if key in known})


def _folder(name: str, default: str) -> Path:
    return Path(os.environ.get(f"BELLWETHER_{name}", ROOT / default)).resolve()

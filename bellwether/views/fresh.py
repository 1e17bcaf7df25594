"""How fresh the exports are, held against today; and whose company the figures and the governance speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from bellwether import clock
from bellwether.views import current, words

# How many days lie between two exports, by how often a source promises one.
EVERY = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
# A source that promises nothing is called late after so many days.
UNPROMISED_DAYS = 14
ENDS_HERE = "the simulated company ends here"


@dataclass(frozen=True)
class Now:
    """The day that freshness is held against, the zone in which days are cut, and whether the company is made up."""

    day: date
    zone: str = "UTC"
    simulated: bool = False

    def age(self, moment: datetime | None) -> int | None:
        """Whole days since a moment in UTC, never below nought; None where the export does not say."""
        return None if moment is None else max(0, (self.day - clock.day_of(moment, self.zone)).days)


def now() -> Now:
    """Today; for the exports of a simulated company the last day that it has."""
    company = current.manifest()["company"]
    today = clock.today(company["zone"])
    last = company.get("simulated_until")
    if not last or not _own_exports(company["name"]):
        return Now(today, company["zone"])
    return Now(min(today, date.fromisoformat(last)), company["zone"], simulated=True)


def most_days(every: str) -> int:
    """How old a source may be: two exports of those that it promises may be missing, no more."""
    return 2 * EVERY[every] if every else UNPROMISED_DAYS


def is_late(age: int | None, every: str) -> bool:
    """Whether a source is older than it may be, whatever the others are."""
    return age is not None and age > most_days(every)


def told(age: int | None, every: str, of: Now) -> str:
    """A source's freshness with its shape: `▼ 40 days old, promised every day`."""
    if age is None:
        return "○ the export does not say"
    promise = f", promised every {every}" if every else ""
    old = f"{words.count(age, 'day')} old" if age else "today's"
    if of.simulated:
        old = ENDS_HERE if not age else f"{words.count(age, 'day')} before the simulated company ends"
    return f"{'▼' if is_late(age, every) else '●'} {old}{promise}"


def newest(moment: datetime | None, of: Now) -> str:
    """The footer's words: when the newest export was taken, and how long ago that is."""
    if moment is None:
        return "no export says when it was taken"
    said = f"newest export taken {words.moment(moment)} UTC"
    return f"{said}: {ENDS_HERE}" if of.simulated else f"{said}, {words.ago(of.age(moment))}"


def late(sources: pl.DataFrame, of: Now) -> list[str]:
    """The sources that are late. sources: answer of `data/sources`."""
    every = current.promised()
    rows = sources.select("source", "exported_at").iter_rows()
    return [name for name, moment in rows if is_late(of.age(moment), every.get(name, ""))]


def borrowed(company: Mapping[str, Any], companies: Iterable[str], own: Iterable[str]) -> str:
    """The company that governance speaks of though none of its exports came in; "" where the two go together.

    companies: those that a source names as its only one. own: those of them whose exports came in.
    """
    name = company["name"]
    return name if name in set(companies) and name not in set(own) else ""


def governance_of() -> str:
    """The name of the company whose governance is shown beside somebody else's exports; "" as it should be."""
    return borrowed(current.manifest()["company"], current.companies().values(), _companies_in())


def _own_exports(name: str) -> bool:
    return name in _companies_in()


def _companies_in() -> set[str]:
    """The companies whose own exports came in."""
    of = current.companies()
    sources = {one["source"] for one in current.manifest().get("imports", {}).values()}
    return {of[source] for source in sources if source in of}

"""What the reader has chosen, as the questions take it and as the page says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bellwether.views import words

ALL_SILOS = "All silos"
PICK_DATES = "Choose dates"
PERIODS = {"Last 4 weeks": 4, "Last 13 weeks": 13, "Last 26 weeks": 26, "Last 52 weeks": 52, PICK_DATES: 0}
COMPARISONS = {"the weeks before": 0, "a year before": 52, PICK_DATES: -1}
# The order in which a figure is taken apart.
DIMENSIONS = {
    "stages": "Stage",
    "touchpoints": "Touchpoint",
    "channels": "Channel",
    "modes": "Digital or human",
    "segments": "Segment",
    "regions": "Region",
}
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Span:
    """Whole weeks: from a Monday up to, and without, another Monday."""

    since: date
    until: date

    @property
    def text(self) -> str:
        return words.span(self.since, self.until - timedelta(days=1))

    @property
    def weeks(self) -> int:
        return (self.until - self.since) // WEEK


@dataclass(frozen=True)
class Chosen:
    """Everything that the filter bar knows. `given` is for `ask`; `about` is the row of the chosen indicator."""

    given: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)
    silo: str = ALL_SILOS
    now: Span | None = None
    earlier: Span | None = None

    @property
    def narrowed(self) -> tuple[str, ...]:
        """The filters beside silo and period that are set, in words."""
        set_ = [(label, self.given.get(name)) for name, label in DIMENSIONS.items()]
        return tuple(f"{label.lower()} {' or '.join(members)}" for label, members in set_ if members)

    @property
    def place(self) -> str:
        """Where the figure is taken, in words."""
        return ", ".join((self.silo, *self.narrowed))


def monday(day: date) -> date:
    """The Monday that begins a day's week."""
    return day - timedelta(days=day.weekday())


def period(label: str, until: date, dates: tuple[date, ...] = ()) -> Span:
    """The whole weeks that a period's label means, up to the Monday `until`; chosen days are widened to it."""
    if label == PICK_DATES and len(dates) == 2:
        return Span(monday(dates[0]), monday(dates[1]) + WEEK)
    return Span(until - (PERIODS.get(label) or 13) * WEEK, until)


def comparison(label: str, now: Span, dates: tuple[date, ...] = ()) -> Span:
    """The weeks to compare with."""
    if label == PICK_DATES and len(dates) == 2:
        return Span(monday(dates[0]), monday(dates[1]) + WEEK)
    back = COMPARISONS.get(label, 0) * WEEK if COMPARISONS.get(label, 0) > 0 else now.until - now.since
    return Span(now.since - back, now.until - back)

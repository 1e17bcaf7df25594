"""Today's date, from one place: the company's own day, or the day that `BELLWETHER_TODAY` names."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TODAY = "BELLWETHER_TODAY"


def today(zone: str) -> date:
    """Which day it is on the clocks of a zone. Raises ValueError where `BELLWETHER_TODAY` is no day as 2026-03-31."""
    told = os.environ.get(TODAY)
    if not told:
        return datetime.now(ZoneInfo(zone)).date()
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise ValueError(f'{TODAY} is "{told}", which is no day. Write it as 2026-03-31.') from None


def day_of(moment: datetime, zone: str) -> date:
    """The day on the clocks of a zone of a moment that is kept in UTC."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()

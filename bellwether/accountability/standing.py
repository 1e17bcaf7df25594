"""How somebody stands with what was promised: open, overdue, kept in time, kept late. Counts only, of what was made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bellwether.accountability.commitments import ABANDONED, DONE, IDEA, PROMISED, Commitment


@dataclass(frozen=True)
class Standing:
    """`open`: promised and not done, `overdue` of them past their day; `in_time` and `late`: done; `ideas` are none."""

    ideas: int = 0
    open: int = 0
    overdue: int = 0
    in_time: int = 0
    late: int = 0
    abandoned: int = 0

    @property
    def done(self) -> int:
        return self.in_time + self.late


def standing(commitments: Iterable[Commitment], today: date) -> Standing:
    """What came of these commitments until today. One that is done without a day is taken as done in time: a file
    that says "done" says no day."""
    some = list(commitments)
    done = [one for one in some if one.state == DONE]
    late = sum(bool(one.days_late(today)) for one in done)
    return Standing(
        ideas=sum(one.state == IDEA for one in some),
        open=sum(one.state in PROMISED for one in some),
        overdue=sum(one.overdue(today) for one in some),
        in_time=len(done) - late,
        late=late,
        abandoned=sum(one.state == ABANDONED for one in some),
    )

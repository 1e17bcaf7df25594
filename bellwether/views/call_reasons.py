"""What a caller can speak about, in words: what is open first, then what has happened; never a reason of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bellwether.views import customer_next, words

MOST = 2
OPEN = {"detractor's answer": "bad score not taken up"}
WORDS = {
    "talked of leaving": "talked of leaving on {on}",
    "low answer": "said {said:.0f} of 100 about {about} on {on}",
    "broken promise": "{who} broke a promise of {on}, settled since",
    "reopened case": "had a case reopened by {about} on {on}, settled since",
    "complaint": "complained on {on}, settled since",
    "got stuck online": "got stuck in {about} on {on}",
    "took less of us": "took less of us on {on}",
    "contract falls due": "contract falls due on {on}",
    "no sign of life": "no sign of life since {on}",
}


def stands_out(row: Mapping[str, Any]) -> tuple[str, str]:
    """The first thing to speak about, and what comes after it.

    row: of `customers/work`. An open failure comes first: it has to be put right before anybody sells anything. With
    nothing on record it says so, and what the forecast goes by, which no caller can change.
    """
    told = [_reason(one) for one in row["reasons"] or ()]
    if row["failures"]:
        kind = OPEN.get(row["oldest_kind"], f"{row['oldest_kind']} open")
        open_ = f"{kind} for {words.count(row['oldest_days'], 'day')}"
        told = [f"{open_}: put it right first", *told]
    first, *rest = (
        (f"{text[:1].upper()}{text[1:]}" for text in told[:MOST]) if told else ("Nothing on record to put right",)
    )
    if told:
        return first, "".join(rest)
    return first, f"the forecast goes by {customer_next.feature(row['strongest'])}" if row["strongest"] else ""


def _reason(told: Mapping[str, Any]) -> str:
    pattern = WORDS.get(told["what"], told["what"])
    about = told["about"]
    on = words.day(told["happened_on"])
    return pattern.format(about=about or "us", who=about or "we", said=told["said"] or 0, on=on)

"""The filters that a query may name as parameters, what they mean and how their text becomes a value.

A parameter is found in the SQL (`$silos`), never declared; it has to be one of these. Adding a filter here is all it
takes for the filter bar, the command line and the address of a page to know it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

Value = str | int | date | list[str] | None


@dataclass(frozen=True)
class Filter:
    """One known filter: `kind` is `list`, `text`, `date` or `whole`."""

    name: str
    kind: str
    meaning: str
    default: Any = None


_LISTS = {
    "silos": "Silos to look at; none chosen means all",
    "stages": "Stages of the journey; none chosen means all",
    "touchpoints": "Touchpoints; none chosen means all",
    "channels": "Channels; none chosen means all",
    "modes": "digital or human; none chosen means both",
    "segments": "Segments; none chosen means all",
    "regions": "Regions; none chosen means all",
    "indicators": "Indicators; none chosen means all",
    "kinds": "Kinds of failures; none chosen means all",
}
_OTHERS = [
    Filter("since", "date", "First day of the period"),
    Filter("until", "date", "Day after the last day of the period"),
    Filter("earlier_since", "date", "First day of the period to compare with"),
    Filter("earlier_until", "date", "Day after the last day of the period to compare with"),
    Filter("indicator", "text", "The indicator to look at", "promise_kept"),
    Filter("silo", "text", "The silo to look at"),
    Filter("customer", "text", "The customer to look at"),
    Filter("part", "text", "A part of a customer's id behind the import"),
    Filter("failure", "text", "The failure to look at"),
    Filter("rows", "whole", "How many rows at most", 50),
]
KNOWN: dict[str, Filter] = {name: Filter(name, "list", meaning, []) for name, meaning in _LISTS.items()}
KNOWN |= {one.name: one for one in _OTHERS}


def parse(name: str, text: str) -> Value:
    """The value that a typed text stands for, e.g. `silos` and `Sales,Billing` -> two names.

    Raises ValueError with a sentence that names the filter, the text and the form expected.
    """
    if name not in KNOWN:
        raise ValueError(f'"{name}" is not a filter. Known: {", ".join(sorted(KNOWN))}.')
    kind = KNOWN[name].kind
    try:
        return _READERS[kind](text)
    except ValueError:
        forms = {"date": "a day as 2026-03-31", "whole": "a whole number"}
        raise ValueError(f'{name}: "{text}" is not {forms[kind]}.') from None


_READERS = {
    "list": lambda text: [part.strip() for part in text.split(",") if part.strip()],
    "text": lambda text: text.strip(),
    "date": lambda text: date.fromisoformat(text.strip()),
    "whole": lambda text: int(text),
}


def values(names: frozenset[str], given: dict[str, Any]) -> dict[str, Any]:
    """What to bind for the parameters `names`: what was given, else each filter's default."""
    return {name: given.get(name, KNOWN[name].default) for name in sorted(names)}

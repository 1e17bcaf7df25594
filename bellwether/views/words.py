"""Numbers, days and states as people read them: one place for units, decimals and the words of a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

CURRENCIES = {"EUR": "€", "USD": "$", "GBP": "£", "BRL": "R$", "JPY": "¥", "CHF": "CHF "}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOTHING = "–"
MINUS = "\N{MINUS SIGN}"
TOO_FEW_PEOPLE = "too few"


@dataclass(frozen=True)
class State:
    """A state of a chart: its word, the shape that stands for it without colour, and what it means."""

    word: str
    shape: str
    tone: str
    meaning: str


STATES: dict[str, State] = {
    "improving": State("improving", "▲", "good", "a real change for the better"),
    "worsening": State("worsening", "▼", "bad", "a real change for the worse"),
    "no real change": State("no real change", "●", "calm", "nothing beyond the usual variation"),
    "too few points": State("too few points", "○", "faint", "fewer than 12 weeks: a line, but no verdict"),
    "not measured": State("not measured", "–", "faint", "no observation at all: neither 0 nor 100%"),
}


def state(word: str | None) -> State:
    """The state that a verdict's word names; without a word, nothing was measured."""
    return STATES.get(word or "not measured", STATES["not measured"])


def value(number: float | None, unit: str, currency: str | None = None, short: bool = False) -> str:
    """A value in its unit: `84.2%`, `+31`, `2 h 10 min`, `€ 412`; `short` leaves out decimals for crowded places."""
    if number is None or number != number:
        return NOTHING
    if unit == "share":
        return f"{100 * number:.0f}%" if short or number in (0, 1) else f"{100 * number:.1f}%"
    if unit == "money":
        return money(number, currency)
    if unit == "seconds":
        return duration(number)
    if unit == "score":
        return _signed(f"{number:.0f}" if short else f"{number:.1f}")
    return _signed(f"{number:,.1f}" if abs(number) >= 10 else f"{number:,.2f}")


def _signed(text: str) -> str:
    """A real minus, and no minus before a nought."""
    return text.replace("-", "" if not text.strip("-0.") else MINUS)


def money(number: float, currency: str | None) -> str:
    """An amount with its currency; decimals only where they matter."""
    sign = CURRENCIES.get(currency or "", f"{currency} " if currency else "")
    text = f"{abs(number):,.0f}" if abs(number) >= 100 else f"{abs(number):,.2f}"
    return f"{MINUS if number < 0 else ''}{sign}{text}"


def about(number: float | None, currency: str | None) -> str:
    """A large amount as one says it, three digits at most: `€375k`, `€6.61m`."""
    if number is None or number != number:
        return NOTHING
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(number) >= 0.9995 * size:
            digits = f"{abs(number) / size:.3g}"
            sign = CURRENCIES.get(currency or "", f"{currency} " if currency else "")
            return f"{MINUS if number < 0 else ''}{sign}{digits}{letter}"
    return money(round(number), currency) if abs(number) >= 100 else money(number, currency)


def whole(number: float | None, currency: str | None) -> str:
    """The same without cents: `€9`, `€412`, `€1.24k`."""
    if number is None or number != number:
        return NOTHING
    if abs(number) >= 99.5:
        return about(number, currency)
    return money(round(number), currency).removesuffix(".00")


def duration(seconds: float) -> str:
    """Seconds as the two largest units that matter: `45 s`, `3 min 20 s`, `2 h 10 min`, `3.4 days`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"
    if seconds < 2 * 86400:
        return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:02.0f} min"
    return f"{seconds / 86400:.1f} days"


def changes(low: float, high: float, unit: str, currency: str | None = None) -> str:
    """`−3.3 to +1.5 points`: the limits of a difference's interval."""
    return f"{change(low, unit, currency).removesuffix(' points')} to {change(high, unit, currency)}"


def interval(low: float | None, high: float | None, unit: str, currency: str | None = None) -> str:
    """`82.1 to 86.3%`: the limits of a 95% interval, the unit said once where that reads well."""
    if low is None or high is None:
        return "no interval"
    first, second = value(low, unit, currency), value(high, unit, currency)
    return f"{first.removesuffix('%')} to {second}" if unit == "share" else f"{first} to {second}"


def estimate(
    number: float | None,
    low: float | None,
    high: float | None,
    unit: str,
    currency: str | None = None,
    most: int = 1,
    digits: int | None = None,
) -> tuple[str, str]:
    """A value and its 95% interval with as few decimals as the interval warrants: `78%`, `74 to 82%`.

    digits: as many decimals as `alike` finds for the column that it stands in.
    """
    if unit not in ("share", "score") or None in (number, low, high):
        return value(number, unit, currency), interval(low, high, unit, currency)
    scale, sign = (100, "%") if unit == "share" else (1, "")
    digits = min(decimals(scale * low, scale * high), most) if digits is None else digits
    if unit == "share" and 0 < number < 1 and round(100 * number, digits) in (0, 100):
        digits = most  # few are not none, and nearly all are not all
    at, first, last = (_signed(f"{scale * one:.{digits}f}") for one in (number, low, high))
    return f"{at}{sign}", f"{first} to {last}{sign}"


def alike(lows: Iterable[float | None], highs: Iterable[float | None], unit: str, most: int = 1) -> int:
    """The decimals that most intervals of a column warrant, so that all of its figures are written alike."""
    scale = 100 if unit == "share" else 1
    pairs = [(low, high) for low, high in zip(lows, highs, strict=True) if None not in (low, high)]
    found = Counter(min(decimals(scale * low, scale * high), most) for low, high in pairs)
    return max(found, key=lambda digits: (found[digits], digits), default=most)


def decimals(low: float, high: float) -> int:
    """How many decimals an interval warrants: those that are not smaller than its half width; never more than 3."""
    half = abs(high - low) / 2
    return next((digits for digits in range(3) if half >= 10.0**-digits), 3)


def change(difference: float | None, unit: str, currency: str | None = None) -> str:
    """A difference with its sign: shares in percentage points, scores in points."""
    if difference is None or difference != difference:
        return NOTHING
    sign = "+" if difference >= 0 else MINUS
    if unit == "share":
        return f"{sign}{abs(100 * difference):.1f} points"
    if unit == "score":
        return f"{sign}{abs(difference):.1f} points"
    return sign + value(abs(difference), unit, currency)


def day(when: date | datetime | None) -> str:
    """`3 Aug 2026`; a dash for no day."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}" if when else NOTHING


def moment(when: datetime | None) -> str:
    """`3 Aug 2026, 14:05`."""
    return f"{day(when)}, {when:%H:%M}" if when else NOTHING


def span(since: date, last: date) -> str:
    """`29 Jun to 27 Sep 2026`: the first and the last day, the year said once when it is the same."""
    first = day(since).removesuffix(f" {since.year}") if since.year == last.year else day(since)
    return f"{first} to {day(last)}"


def count(number: int | None, thing: str = "", things: str | None = None) -> str:
    """`1,204 contacts`, `1 contact`, `no contacts`; without a thing the bare number."""
    if number is None:
        return NOTHING
    if not thing:
        return f"{number:,}"
    name = thing if number == 1 else things or f"{thing}s"
    return f"{number:,} {name}" if number else f"no {name}"


def ago(days: int) -> str:
    """How long ago in days, as one says it."""
    if days < 1:
        return "today"
    if days < 120:
        return f"{count(days, 'day')} ago"
    return f"{count(round(days / 30.44), 'month')} ago" if days < 730 else f"{count(days // 365, 'year')} ago"

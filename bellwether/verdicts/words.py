"""Verdicts as sentences. Pure text: numbers come in, nothing is decided here."""

from __future__ import annotations

from datetime import date

from bellwether.verdicts.comparison import INTERRUPTED, MIXTURE, YEARLY, Comparison
from bellwether.verdicts.panel import Panel

NAMED = 4
MINUS = "\N{MINUS SIGN}"


def size(value: float, unit: str) -> str:
    """A change in the words of its unit: a share in percentage points, anything else as it is."""
    if unit == "share":
        return f"{_short(100 * value)} points"
    return f"{_short(value)} {unit}" if unit in ("seconds", "points") else _short(value)


def interval(estimate: float, lower: float, upper: float, unit: str) -> str:
    """`+18.2 [+15.4, +21.0] points`, with as many decimals as the interval warrants."""
    scale = 100 if unit == "share" else 1
    half = scale * (upper - lower) / 2
    digits = next((digits for digits in range(3) if half >= 10.0 ** (1 - digits)), 3)
    at, low, high = (_signed(scale * one, digits) for one in (estimate, lower, upper))
    return f"{at} [{low}, {high}]{_tail(unit)}"


def compared_with(panel: Panel, chosen: Comparison) -> str:
    """The comparison in plain words."""
    others = [unit for unit, treated in zip(panel.units, panel.treated, strict=True) if not treated]
    dropped = f"; left out for missing weeks: {_listed(list(panel.dropped))}" if panel.dropped else ""
    if chosen.design == INTERRUPTED:
        season = "" if YEARLY in chosen.adjusted else " A season can't be told from an effect in so short a series."
        return (
            f"Nothing was comparable, so it is held against its own past, adjusted for {', '.join(chosen.adjusted)}: "
            f"whatever else happened at the same time is in the figure.{season}"
        )
    if chosen.design == MIXTURE:
        parts = [f"{unit} {share:.0%}" for unit, share in chosen.mixture if share >= 0.005]
        return f"A mixture of units that ran alongside before the start: {', '.join(parts)}{dropped}"
    return f"{_count(len(others), 'unit')} where nothing was done: {_listed(others)}{dropped}"


def too_short(weeks: int, needed: int) -> str:
    return f"The base has {_count(weeks, 'week')} (8 before the start are set aside); at least {needed} are needed."


def failed(checks: list[str]) -> str:
    return f"The comparison does not hold: {'; '.join(checks)}."


def not_yet(expected: str, weeks: int, until: date) -> str:
    return f"An effect of {expected} can be told from noise after {_count(weeks, 'week')}, on {until}."


def never(expected: str, detectable: str) -> str:
    return f"Even a year would only show an effect of {detectable}; {expected} is smaller than the noise."


def cut_short(weeks: int, detectable: str, expected: str) -> str:
    return (
        f"It ended after {_count(weeks, 'week')}, in which only an effect of {detectable} would have shown; "
        f"{expected} was expected."
    )


def seen(told: str, weeks: int) -> str:
    return f"{told} over {_count(weeks, 'week')}, 95% interval without zero."


def unseen(told: str, ruled_out: float, expected: float, unit: str) -> str:
    """No effect seen, and what size can be ruled out."""
    if ruled_out <= 0:
        return f"{told}: any improvement can be ruled out."
    expectation = "so the expected" if ruled_out <= expected else "but not the expected"
    return (
        f"{told}: an improvement above {size(ruled_out, unit)} can be ruled out, {expectation} {size(expected, unit)}."
    )


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _tail(unit: str) -> str:
    if unit == "share":
        return " points"
    return f" {unit}" if unit in ("seconds", "points") else ""


def _short(value: float) -> str:
    """Two digits that count."""
    return f"{float(f'{value:.2g}'):g}" if abs(value) < 1000 else f"{value:,.0f}"


def _signed(value: float, digits: int) -> str:
    told = f"{abs(value):,.{digits}f}"
    if not told.strip("0.,"):
        return told
    return f"{'+' if value > 0 else MINUS}{told}"

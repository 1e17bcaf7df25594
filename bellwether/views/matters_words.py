"""Drivers, models and contexts as people call them."""

from __future__ import annotations

import polars as pl

DRIVERS = {
    "ces": "Easy",
    "csat": "Satisfied",
    "nps": "Would recommend",
    "understood": "Understood",
    "respected": "Respected",
    "valued": "Valued",
    "empathy": "Met with empathy",
    "surprised": "Pleasantly surprised",
    "late_answer": "Answered late",
    "late_answers": "Answered late",
    "not_recognised": "Not recognised",
    "broken_promise": "Promise broken",
    "broken_promises": "Promises broken",
    "transferred": "Transferred",
    "reopened": "Reopened",
    "transferred_or_reopened": "Transferred or reopened",
    "asked_again": "Had to ask again",
    "handed_over": "Handed over by another silo",
    "broken_hand_offs": "Hand-offs that broke",
    "digital_had_failed": "Digital had failed before",
    "not_right_after_digital_failure": "Not put right after a digital failure",
    "switching_signals": "Switching signals",
    "third_party": "Contacts through third parties",
    "contacts": "Contacts of any kind",
    "wifi": "Wi-Fi",
    "airtrain": "AirTrain",
    "clean_airtrain": "Clean AirTrain",
    "easy_precheck": "Easy PreCheck",
}
ABOUT = {"satisfaction": "Satisfaction", "loyalty": "Loyalty"}
KINDS = {"items": "What customers say", "operations": "What happened to them"}
RATED = {"csat": "overall satisfaction", "nps": "willingness to recommend", "stays": "still a customer half a year on"}
DIMENSIONS = {
    "segment": "Segment",
    "tenure": "Customer for",
    "value": "What they pay",
    "silo": "Silo",
    "channel": "Channel",
    "urgency": "Urgency",
    "turn": "First contact or again",
    "after_failure": "After a failure",
    "hours": "Time of day",
}
INDIVIDUAL = ("segment", "tenure", "value")
# quadrant: shape, tone, what to do.
QUADRANTS = {
    "fix first": ("▼", "bad", "matters more than most, and we do less well there than elsewhere"),
    "keep it up": ("▲", "good", "matters more than most, and we do well there"),
    "watch": ("○", "calm", "we do less well there, but little goes with it"),
    "leave as it is": ("●", "faint", "little goes with it, and we do well there"),
}


def driver(name: str) -> str:
    """A driver as people call it; a survey's own item by its own name."""
    said = DRIVERS.get(name) or name.replace("_", " ")
    return said[:1].upper() + said[1:]


def named(column: str = "driver") -> pl.Expr:
    """The same of a column."""
    return pl.col(column).map_elements(driver, return_dtype=pl.String)


def in_charge(people: list[str] | None) -> str:
    """Who answers for it: up to two by name."""
    if not people:
        return "nobody yet"
    return ", ".join(people) if len(people) <= 2 else f"{people[0]} and {len(people) - 1} others"

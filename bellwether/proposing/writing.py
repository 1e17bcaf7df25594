"""The file of a proposed source: header and SELECT, each line with how sure it is and why."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bellwether.cells import literal, quoted
from bellwether.proposing.looking import Looked
from bellwether.proposing.matching import Match, Plan
from bellwether.proposing.typing import Column, named

# Enough to tell an export from every other, few enough that a tool's next release still fits.
MOST_TELLING = 8
WIDEST = 118


def source(name: str, looked: Looked, columns: Sequence[Column], plan: Plan, zone: str = "") -> str:
    """The text for `queries/sources/NAME.sql`."""
    taken = [one.column for one in plan.taken]
    header = [
        f"-- title: {name.replace('_', ' ').capitalize()}",
        f"-- tool: {name.replace('_', ' ').capitalize()}; write here which tool, and which of its exports",
        f"-- format: {looked.format}",
        *([f"-- records: {looked.records}"] if looked.records else []),
        *_many("recognise", _telling(looked, columns, taken)),
        *_many("required", [one.column for one in plan.taken if one.target in _keys(plan)]),
        *([f"-- zone: {zone}"] if zone else []),
        *_typed("time", taken),
        *_typed("number", taken),
        *_typed("flag", taken),
        *_many("exported_at", [one.column for one in plan.taken if _tells_the_end(one)]),
        *(f"-- note: {note}" for note in _notes(columns, plan, zone)),
    ]
    body = [
        f"-- feed: {plan.feed}",
        "select",
        *(_select(one) for one in plan.matches),
        "    source_line,",
        "from export",
    ]
    return "\n".join([*header, "", *body, ""])


# Moments that can't lie ahead: the latest of them says when the export was taken.
_PAST = ("started_at", "answered_at", "resolved_at", "asked_at", "occurred_at", "joined_at", "left_at")


def _tells_the_end(match: Match) -> bool:
    """A moment that can't lie ahead; a dot in its name would be taken for that of another source."""
    return match.target in _PAST and match.column.kind == "time" and "." not in match.column.name


def _keys(plan: Plan) -> set[str]:
    known = ("interaction_id", "response_id", "event_id", "started_at", "occurred_at")
    return {one.target for one in plan.taken if one.target in known}


def _telling(looked: Looked, columns: Sequence[Column], taken: Sequence[Column]) -> list[Column]:
    """The columns that are read, and others until there are enough."""
    wanted = list(dict.fromkeys([*taken, *columns]))[: max(MOST_TELLING, len(taken))]
    order = {name: place for place, name in enumerate(looked.columns)}
    return sorted(wanted, key=lambda one: order[one.name])


def _many(key: str, columns: Sequence[Column]) -> list[str]:
    """One header line a key, or several where it would be too long."""
    lines: list[str] = []
    for column in columns:
        word = named(column.name)
        if lines and len(lines[-1]) + len(word) + 2 <= WIDEST:
            lines[-1] += f", {word}"
        else:
            lines.append(f"-- {key}: {word}")
    return lines


def _typed(kind: str, columns: Sequence[Column]) -> list[str]:
    """The lines that type columns of a kind, one a form."""
    forms = dict.fromkeys(one.form for one in columns if one.kind == kind)
    return [
        f"{line} as {form}" if form else line
        for form in forms
        for line in _many(kind, [one for one in columns if one.kind == kind and one.form == form])
    ]


def _notes(columns: Sequence[Column], plan: Plan, zone: str) -> list[str]:
    told = [f"proposed from one export; it tells {plan.confidence:.0%} of what the feed {plan.feed} can hold"]
    if not zone and any(one.column.kind == "time" and "%z" not in one.column.form for one in plan.taken):
        told.append('the export names no time zone: say the tool\'s own as "-- zone: Europe/Amsterdam", else it is UTC')
    for one in plan.taken:
        if one.column.kind == "time" and not one.column.filled:
            told.append(f"{one.column.name} had no cell to see how times are written; ISO 8601 is only assumed")
        elif not one.column.sure:
            told.append(f"{one.column.name}: {one.column.why}")
    left = [one.name for one in columns if one.name not in {match.column.name for match in plan.taken}]
    if left:
        shown = re.sub(r"\s+", " ", ", ".join(left[:6]))
        told.append(f"not taken: {shown}" + (f" and {len(left) - 6} more" if left[6:] else ""))
    return told


def _select(match: Match) -> str:
    """One line of the SELECT, with its confidence; what doesn't fit on a line is cut."""
    if match.column is None:
        text, said = f"    {match.constant} as {match.target},", match.why
    else:
        text, said = f"    {_cell(match)} as {match.target},", f"{match.confidence:.0%}: {match.why}"
    line = f"{text:<44} -- {said}"
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 3]}..."


def _cell(match: Match) -> str:
    column = match.column
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", column.name) and column.name.lower() not in _WORDS
    name = column.name if plain else quoted(column.name)
    if match.target.endswith("_seconds") and match.column.kind == "number":
        unit = next((unit for word, unit in _UNITS.items() if word in column.name.lower()), "")
        return f"{unit} * {name}" if unit else name
    if match.target in ("silo", "touchpoint", "channel"):
        word = {"silo": "No group", "touchpoint": "Case", "channel": "unknown"}[match.target]
        return f"coalesce({name}, {literal(word)})"
    if match.target in ("item", "kind"):
        return f"lower({name})"
    return name


# Seconds of the unit that a column's name tells of.
_UNITS = {"minute": "60", "(min": "60", "hour": "3600", "millisecond": "0.001", "(ms": "0.001"}
_WORDS = frozenset(("group", "order", "from", "to", "select", "where", "by", "as", "on", "desc", "asc", "all", "case",
                    "end", "when", "then", "else", "table", "user", "number", "date", "time", "timestamp"))  # fmt: skip

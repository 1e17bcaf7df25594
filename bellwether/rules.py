"""What a feed promises, read from its header: each contract line becomes a Rule with the SQL that finds its breaches.

    -- not_null: interaction_id, silo
    -- values: mode in digital, human
    -- range: handle_seconds from 0 to 604800
    -- order: started_at <= resolved_at in 95%
    -- link: customer_id to customers.customer_id in 90%
    -- known: silo among silos.silo
    -- volume: from 0.5 to 3

Breaches of `not_null`, `values` and `range` are quarantined row by row. `order`, `link`, `key` and `volume` speak of
the feed as a whole: a breach stops the publication. `known` is mentioned, never more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bellwether.cells import literal, names, quoted
from bellwether.sql import Query

ROW, FEED, MENTION = "row", "feed", "mention"


@dataclass(frozen=True)
class Rule:
    """One promise. `breach`: a condition on the feed's rows that is true where the promise is broken (may be empty)."""

    feed: str
    kind: str
    columns: tuple[str, ...]
    reach: str
    breach: str
    says: str
    share: float = 1.0
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    target: str = ""


def rules_of(feed: Query) -> list[Rule]:
    """All promises of one feed, in the order of its header. Raises QueryError where a line can't be read."""
    found = [Rule(feed.id, "key", key_of(feed), FEED, "", f"{' + '.join(key_of(feed))} is there once")]
    for kind, build in _BUILDERS.items():
        for value in feed.header.get(kind, ()):
            rule = build(feed, value)
            if rule is None:
                raise feed.complain(kind, f'"{value}" is not a {kind} rule. {_FORMS[kind]}')
            found += rule if isinstance(rule, list) else [rule]
    return found


def key_of(feed: Query) -> tuple[str, ...]:
    """The natural key: the source and the columns that the header names."""
    return ("source", *names(feed.get("key")))


def _not_null(feed: Query, value: str) -> list[Rule]:
    return [
        Rule(feed.id, "not_null", (name,), ROW, f"{quoted(name)} is null", f"{name} is filled") for name in names(value)
    ]


def _values(feed: Query, value: str) -> Rule | None:
    match = re.fullmatch(r"(\w+) in (.+)", value)
    if not match:
        return None
    column, allowed = match[1], tuple(names(match[2]))
    breach = f"{quoted(column)} not in ({', '.join(map(literal, allowed))})"
    return Rule(feed.id, "values", (column,), ROW, breach, f"{column} is one of {', '.join(allowed)}", values=allowed)


def _range(feed: Query, value: str) -> Rule | None:
    match = re.fullmatch(r"(\w+) from (-?[\d.]+) to (-?[\d.]+)", value)
    if not match:
        return None
    column, low, high = match[1], float(match[2]), float(match[3])
    breach = f"{quoted(column)} not between {match[2]} and {match[3]}"
    says = f"{column} lies between {match[2]} and {match[3]}"
    return Rule(feed.id, "range", (column,), ROW, breach, says, low=low, high=high)


def _order(feed: Query, value: str) -> Rule | None:
    match = re.fullmatch(r"(\w+) <= (\w+)(?: in ([\d.]+)%)?", value)
    if not match:
        return None
    first, second, share = match[1], match[2], float(match[3] or 100) / 100
    says = f"{first} is not after {second}" + (f" in at least {100 * share:g}% of the rows" if share < 1 else "")
    return Rule(feed.id, "order", (first, second), FEED, f"{quoted(first)} > {quoted(second)}", says, share)


def _link(feed: Query, value: str) -> Rule | None:
    match = re.fullmatch(r"(\w+) to (\w+)\.(\w+)(?: in ([\d.]+)%)?", value)
    if not match:
        return None
    column, table, other, share = match[1], match[2], match[3], float(match[4] or 100) / 100
    breach = (
        f"{quoted(column)} is not null and {quoted(column)} not in "
        f"(select {quoted(other)} from {table} where {quoted(other)} is not null)"
    )
    says = f"{column} is found in {table}" + (f" for at least {100 * share:g}% of the rows" if share < 1 else "")
    return Rule(feed.id, "link", (column,), FEED, breach, says, share, target=f"{table}.{other}")


def _known(feed: Query, value: str) -> Rule | None:
    match = re.fullmatch(r"(\w+) among (\w+)\.(\w+)", value)
    if not match:
        return None
    column, table, other = match.groups()
    names_there = f"select {quoted(other)} from {table} where {quoted(other)} is not null"
    breach = f"{quoted(column)} is not null and {quoted(column)} not in ({names_there})"
    says = f"{column} stands in data/governance/{table}.csv"
    return Rule(feed.id, "known", (column,), MENTION, breach, says, target=f"{table}.{other}")


def _volume(feed: Query, value: str) -> Rule | None:
    match = re.fullmatch(r"from ([\d.]+) to ([\d.]+)", value)
    if not match:
        return None
    low, high = float(match[1]), float(match[2])
    says = f"the feed has {match[1]} to {match[2]} times the rows of the last version"
    return Rule(feed.id, "volume", (), FEED, "", says, low=low, high=high)


_BUILDERS = {
    "not_null": _not_null,
    "values": _values,
    "range": _range,
    "order": _order,
    "link": _link,
    "known": _known,
    "volume": _volume,
}
_FORMS = {
    "not_null": "Write column names, separated by commas.",
    "values": "Write: mode in digital, human.",
    "range": "Write: handle_seconds from 0 to 604800.",
    "order": "Write: started_at <= resolved_at in 95%.",
    "link": "Write: customer_id to customers.customer_id in 90%.",
    "known": "Write: silo among silos.silo.",
    "volume": "Write: from 0.5 to 3.",
}

"""The present, made again from the events alone: after each migration, and whenever somebody doubts it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bellwether.accountability.tables import EVENTS, KINDS, META, blank, decode


def replayed(connection: sa.Connection) -> dict[str, list[dict[str, Any]]]:
    """Kind -> the rows its table should hold, by subject. Kinds that this version doesn't know are left alone."""
    things: dict[tuple[str, str], dict[str, Any]] = {}
    for event in connection.execute(sa.select(EVENTS).order_by(EVENTS.c.id)).mappings():
        if event["kind"] in KINDS:
            thing = things.setdefault((event["kind"], event["subject"]), blank(event["kind"]))
            _apply(thing, event)
    rows = defaultdict(list)
    for kind, subject in sorted(things):
        rows[kind].append(things[kind, subject])
    return rows


def _apply(thing: dict[str, Any], event: Mapping[str, Any]) -> None:
    thing |= {name: decode(event["kind"], name, after) for name, (_, after) in event["changes"].items()}
    thing |= zip(META, (event["subject"], event["version"], event["at"], event["who"]), strict=True)


def rebuild_in(connection: sa.Connection) -> None:
    """Empty the tables of the present and fill them from the events, inside the caller's transaction."""
    rows = replayed(connection)
    for kind, table in KINDS.items():
        connection.execute(sa.delete(table))
        if rows[kind]:
            connection.execute(sa.insert(table), rows[kind])


def kept(connection: sa.Connection) -> dict[str, list[dict[str, Any]]]:
    """Kind -> the rows its table does hold, by subject."""
    return {kind: [dict(row) for row in _rows(connection, table)] for kind, table in KINDS.items()}


def _rows(connection: sa.Connection, table: sa.Table):
    found = connection.execute(sa.select(table)).mappings()
    return sorted(found, key=lambda row: row["subject"])  # as Python sorts: databases have collations


def differences_in(connection: sa.Connection) -> tuple[str, ...]:
    """One sentence for each row in which the present is not what the events say; none is as it should be."""
    told, held = replayed(connection), kept(connection)
    found = []
    for kind in KINDS:
        should = {row["subject"]: row for row in told[kind]}
        does = {row["subject"]: row for row in held[kind]}
        wrong = sorted(subject for subject in should.keys() | does if should.get(subject) != does.get(subject))
        found += [f'{kind} "{subject}" is not what its events say: rebuild the store.' for subject in wrong]
    return tuple(found)

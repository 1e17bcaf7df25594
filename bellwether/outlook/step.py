"""The refresh's last step: which indicators run ahead, what lies ahead, and what of it can be carried over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from threadpoolctl import threadpool_limits

from bellwether.outlook import ground as grounds
from bellwether.outlook import marts, people, proof, shapes
from bellwether.outlook.before import Before
from bellwether.sql import Query

Say = Callable[[str, int, int], None]


def look_ahead(
    con: duckdb.DuckDBPyConnection,
    asked: marts.Asked,
    home: Path | None,
    manifest: Mapping[str, Any],
    months: Mapping[str, dict],
    say: Say,
) -> dict[str, str]:
    """Make or carry the evidence and the outlook. Returns what each was made from, for the next refresh.

    home, manifest: of the version before; months: feed -> its months. Raises QueryError, Leak.
    """
    # Thousands of small fits: algebra that splits each of them over all cores takes three times as long.
    with threadpool_limits(1):
        return _look_ahead(con, asked, Before(con, home), manifest.get("prints", {}), months, say)


def _look_ahead(
    con: duckdb.DuckDBPyConnection,
    asked: marts.Asked,
    before: Before,
    known: Mapping[str, str],
    months: Mapping[str, dict],
    say: Say,
) -> dict[str, str]:
    ground = grounds.ground(con, asked.queries)
    prints = {"evidence": proof.fingerprint(ground, asked.horizon, asked.queries, asked.indicators, months)}
    say("Trying which indicators run ahead", 0, 2)
    if known.get("evidence") == prints["evidence"] and before.has(*proof.MADE):
        before.carry(*proof.MADE)
    else:
        proof.build(con, ground, asked.queries, asked.indicators, asked.horizon, before)
    prints["outlook"] = _fingerprint(prints["evidence"], asked.indicators, months)
    say("Looking ahead", 1, 2)
    if known.get("outlook") == prints["outlook"] and before.has(*shapes.MARTS):
        before.carry(*shapes.MARTS)
    else:
        marts.build(con, ground, asked, before)
    return prints | people.build(con, asked.queries, asked.horizon, before, known, prints["outlook"])


def _fingerprint(evidence: str, indicators: Sequence[Query], months: Mapping[str, dict]) -> str:
    """The outlook stands on the evidence, on every row, and on this room's code."""
    return grounds.digest(evidence, sorted(months.items()), *(one.file.read_text("utf-8") for one in indicators))

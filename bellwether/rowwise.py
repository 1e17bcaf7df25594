"""Which SELECT takes one row of one kept table at a time, so that a month of its rows can be looked at alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import cache

import sqlglot
from sqlglot import exp

# What looks at more than one row, or comes out differently each time.
_MORE_THAN_A_ROW = (
    exp.AggFunc,
    exp.Distinct,
    exp.Explode,
    exp.Limit,
    exp.Pivot,
    exp.Rand,
    exp.SetOperation,
    exp.Unnest,
    exp.Window,
)


def source_of(select: str, kept: Collection[str]) -> str | None:
    """The one table of `kept` that a SELECT reads row by row; None where that isn't plain to see.

    Plain: that table stands in one FROM and nowhere else, other tables are only joined to its rows, no row is
    aggregated, ordered against others or sought in a subquery. What is joined is taken to be the same at each time.
    """
    return _source_of(select, frozenset(kept))


@cache
def _source_of(select: str, kept: frozenset[str]) -> str | None:
    tree = sqlglot.parse_one(select, dialect="duckdb")
    steps = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    if tree.find(*_MORE_THAN_A_ROW) or len(list(tree.find_all(exp.Select))) != 1 + len(steps):
        return None
    tables = list(tree.find_all(exp.Table))
    often = Counter(table.name for table in tables)
    read = [table for table in tables if table.name in kept]
    apart = any(join.side in ("RIGHT", "FULL") for join in tree.find_all(exp.Join))
    if len(read) != 1 or apart or any(often[step] != 1 for step in steps):
        return None
    followed = [table for table in tables if table.name in (read[0].name, *steps)]
    return read[0].name if all(isinstance(table.parent, exp.From) for table in followed) else None

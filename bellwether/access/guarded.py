"""Free SQL without its small groups: a group of fewer than five people is left out of what an analyst asks.

Where a SELECT groups or counts rows that name customers, it keeps only groups of five customers or more; where it does
not see the customers any more, of five rows. That hides single answers. It is no protection against somebody who asks
twice and subtracts: a person who may ask freely may read rows anyway, so each query is in the access log.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlglot
from sqlglot import exp

from bellwether.settings import FEWEST_PEOPLE

CUSTOMER = "customer_id"


def guarded(statement: str, naming: Collection[str], least: int = FEWEST_PEOPLE) -> str:
    """The statement with every group of too few people left out; as it is where it counts no people.

    naming: tables whose rows name customers. Raises ValueError for what can't be parsed.
    """
    try:
        tree = sqlglot.parse_one(statement, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        first = str(error).splitlines()[0]
        raise ValueError(f"This can't be checked for small groups: {first}") from None
    named = {name.lower() for name in naming}
    steps = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    changed = False
    for select in list(tree.find_all(exp.Select)):
        if _counts(select) and (rows := _of_people(select, named, steps)):
            _insist(select, rows, least)
            changed = True
    return tree.sql(dialect="duckdb") if changed else statement


def _counts(select: exp.Select) -> bool:
    """Whether a SELECT makes one row of several: it groups, or has an aggregate that is no window's."""
    if select.args.get("group") or select.args.get("distinct"):
        return bool(select.args.get("group")) or not select.args.get("distinct")
    own = (cell for cell in select.expressions)
    return any(
        found.find_ancestor(exp.Window, exp.Subquery) is None or found.find_ancestor(exp.Select) is not select
        for cell in own
        for found in cell.find_all(exp.AggFunc)
        if found.find_ancestor(exp.Select) is select and not isinstance(found.parent, exp.Window)
    )


def _of_people(select: exp.Select, named: set[str], steps: set[str]) -> str:
    """How to count the people in the rows of a SELECT: by customer, by row, or "" where they are no people."""
    from_ = select.args.get("from_") or select.args.get("from")
    places = [from_.this] if from_ else []
    places += [join.this for join in select.args.get("joins") or ()]
    tables = [place for place in places if isinstance(place, exp.Table)]
    for table in tables:
        if table.name.lower() in named and table.name.lower() not in steps:
            return f"count(distinct {exp.column(CUSTOMER, table=table.alias_or_name, quoted=True).sql('duckdb')})"
    inner = [place for place in places if not isinstance(place, exp.Table)]
    deep = [
        table for place in (*inner, *(t for t in tables if t.name.lower() in steps)) for table in _below(place, select)
    ]
    return "count(*)" if any(table.name.lower() in named for table in deep) else ""


def _below(place: exp.Expression, select: exp.Select) -> list[exp.Table]:
    """Tables that a subquery or a step reads, at whatever depth."""
    if not isinstance(place, exp.Table):
        return list(place.find_all(exp.Table))
    root = select.root()
    step = next((cte for cte in root.find_all(exp.CTE) if cte.alias_or_name.lower() == place.name.lower()), None)
    if step is None:
        return []
    return [table for table in step.find_all(exp.Table) if table.name.lower() != place.name.lower()]


def _insist(select: exp.Select, count: str, least: int) -> None:
    """Whoever counts nobody at all may say so: an empty group tells of no one."""
    few = sqlglot.condition(f"{count} >= {int(least)}", dialect="duckdb")
    select.having(few, copy=False)

"""Great-expectations at work on the refresh's own DuckDB connection: promises in, counts out.

Everything of great-expectations stands in this module and is imported when first needed: that takes 5 to 10 s.
"""

from __future__ import annotations

import atexit
import logging
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb

from bellwether.cells import quoted
from bellwether.rules import Rule

# Great-expectations is to keep no value of a row that breaks a promise.
_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0, "exclude_unexpected_values": True}


@dataclass(frozen=True)
class Count:
    """What was found for one promise. `rows`: those with something to judge; `trouble`: why it could not be judged."""

    kept: bool
    rows: int
    breaches: int
    trouble: str = ""


@cache
def load() -> Any:
    """Import great-expectations: silent, without telemetry."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import duckdb_sqlalchemy
    import great_expectations

    # Something compiled in great-expectations outlives the interpreter and holds the dialect, and through it DuckDB,
    # which then prints a page about leaks on stderr. Let go of it at exit.
    atexit.register(vars(duckdb_sqlalchemy).clear)
    return great_expectations


def source_on(con: duckdb.DuckDBPyConnection) -> Any:
    """A data source whose one connection is `con`, in a context that lives in memory and sends and shows nothing."""
    context = load().get_context(mode="ephemeral")
    from sqlalchemy.pool import StaticPool

    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    connecting = {"creator": lambda: lent(con), "poolclass": StaticPool}
    return context.data_sources.add_sql("refresh", connection_string="duckdb:///:memory:", kwargs=connecting)


def lent(con: duckdb.DuckDBPyConnection) -> Any:
    """The connection as it is lent out: it reads, but begins, ends and closes nothing.

    Great-expectations gives its connection back before it fetches. The rollback on return would drop the answer, and
    with it whatever the refresh has under way.
    """
    from duckdb_sqlalchemy import ConnectionWrapper

    wrapped = ConnectionWrapper(con)
    wrapped.begin = wrapped.commit = wrapped.rollback = wrapped.close = lambda: None
    return wrapped


def count(source: Any, table: str, rows: Mapping[str, int], rules: list[Rule], before: int) -> list[Count]:
    """Judge `rules` on one table as one suite; a Count each, in order.

    Links come in a suite of their own, or DuckDB would join for every other promise too. `rows`: the tables that are
    there, and their rows (a table that isn't is judged as an empty one). `before`: the rows of the last version.
    """
    gx = load()
    query = _query(table, rows, rules)
    asset = source.add_query_asset(f"{table} {len(source.assets)}", query=query)
    batch = asset.add_batch_definition_whole_table("whole").get_batch()
    suite = gx.ExpectationSuite(table)
    for place, rule in enumerate(rules):
        suite.expectations.append(_expectation(gx.expectations, rule, place, before, rows))
    found = batch.validate(suite, result_format=_COUNTS_ONLY).results
    by_place = {one.expectation_config.meta["place"]: one for one in found}
    return [_count(rule, by_place[place], rows.get(table, 0), before) for place, rule in enumerate(rules)]


def _query(table: str, rows: Mapping[str, int], rules: list[Rule]) -> str:
    """The rows to judge; for links, whether each of them holds (null where there is nothing to link)."""
    if table not in rows:
        return "select null as nothing where false"
    links = [
        f"case when {quoted(rule.columns[0])} is not null then not ({unmet(rule, rows)}) end as {_linked(place)}"
        for place, rule in enumerate(rules)
        if rule.kind == "link"
    ]
    return f"select {', '.join(links) or '*'} from {quoted(table)}"


def unmet(rule: Rule, rows: Mapping[str, int]) -> str:
    """The condition that a link or a `known` finds nothing; it holds for every value where the target isn't there."""
    column, (table, other) = quoted(rule.columns[0]), rule.target.split(".")
    if not rows.get(table):
        return f"{column} is not null"
    there = f"select {quoted(other)} from {quoted(table)} where {quoted(other)} is not null"
    return f"{column} is not null and {column} not in ({there})"


def _linked(place: int) -> str:
    return f"link_{place}_holds"


def _expectation(gx: Any, rule: Rule, place: int, before: int, rows: Mapping[str, int]) -> Any:
    meta, columns = {"place": place}, rule.columns
    match rule.kind:
        case "not_null":
            return gx.ExpectColumnValuesToNotBeNull(column=columns[0], meta=meta)
        case "values":
            return gx.ExpectColumnValuesToBeInSet(column=columns[0], value_set=list(rule.values), meta=meta)
        case "range":
            return gx.ExpectColumnValuesToBeBetween(
                column=columns[0], min_value=rule.low, max_value=rule.high, meta=meta
            )
        case "order":
            return gx.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=columns[1],
                column_B=columns[0],
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                mostly=_mostly(rule),
                meta=meta,
            )
        case "link":
            return gx.ExpectColumnValuesToBeInSet(
                column=_linked(place), value_set=[True], mostly=_mostly(rule), meta=meta
            )
        case "key":
            # Not ExpectCompoundColumnsToBeUnique: it joins on the key, and so never sees one that holds a null.
            key = ", ".join(map(quoted, columns))
            repeats = f"select unnest(range(count(*) - 1)) as breach from {{batch}} group by {key} having count(*) > 1"
            return gx.UnexpectedRowsExpectation(unexpected_rows_query=repeats, meta=meta)
        case "known":
            names = f"select 1 as breach from {{batch}} where {unmet(rule, rows)} group by {quoted(columns[0])}"
            return gx.UnexpectedRowsExpectation(unexpected_rows_query=names, meta=meta)
        case "volume":
            low, high = bounds(rule, before)
            return gx.ExpectTableRowCountToBeBetween(min_value=low, max_value=high, meta=meta)
    raise ValueError(f"{rule.feed}: great-expectations was told no way to judge a {rule.kind} rule.")


def bounds(rule: Rule, before: int) -> tuple[int, int]:
    """The fewest and most rows that a volume rule allows after a version with `before` rows."""
    return math.ceil(Decimal(str(rule.low)) * before), math.floor(Decimal(str(rule.high)) * before)


def _mostly(rule: Rule) -> float:
    """The share without the last digits of a division: 99.9% of 1,000 rows is 999 rows."""
    return round(rule.share, 9)


def _count(rule: Rule, result: Any, rows: int, before: int) -> Count:
    found = result.result
    if "observed_value" in found:
        seen, breaches = rows, found["observed_value"]
        if rule.kind == "volume":
            low, high = bounds(rule, before)
            seen, breaches = breaches, max(low - breaches, breaches - high, 0)
        return Count(result.success, seen, breaches)
    if "element_count" in found:
        return Count(result.success, found["element_count"] - found.get("missing_count", 0), found["unexpected_count"])
    return Count(False, rows, 0, _trouble(result.exception_info))


def _trouble(info: Mapping[str, Any]) -> str:
    told = [info] if "raised_exception" in info else list(info.values())
    return next(
        (one["exception_message"].splitlines()[0] for one in told if one["raised_exception"]), "no reason given"
    )

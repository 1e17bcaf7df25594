"""Feeds made by hand for the tests: every promise of queries/feeds/*.sql kept, and each one broken in turn."""

from __future__ import annotations

import duckdb

from bellwether.cells import literal, quoted
from bellwether.rules import Rule, rules_of
from bellwether.settings import ROOT
from bellwether.sql import Query, load

FEEDS: dict[str, Query] = {feed.id: feed for feed in load(ROOT / "queries", "feed")}
RULES: dict[str, list[Rule]] = {name: rules_of(feed) for name, feed in FEEDS.items()}
ROWS = 200

_BY_TYPE = {
    "VARCHAR": "'word'",
    "TIMESTAMP": "timestamp '2026-01-01' + interval (line) day",
    "MAP(VARCHAR, VARCHAR)": "map {'plan': 'basic'}",
    "BOOLEAN": "true",
}


def kept(con: duckdb.DuckDBPyConnection, name: str, rows: int = ROWS) -> None:
    """Fill a table with rows that keep every promise of a feed, and the tables that they point to."""
    con.execute(f"create or replace table {name} as {FEEDS[name].sql}")
    columns = con.execute(f"describe {name}").fetchall()
    values = ", ".join(f"{_value(name, column, kind)} as {quoted(column)}" for column, kind, *_ in columns)
    con.execute(f"insert into {name} by name select {values} from range(1, {rows + 1}) lines(line)")
    for rule in RULES[name]:
        if rule.target:
            table, column = rule.target.split(".")
            con.execute(f"create or replace table {table} as select distinct {rule.columns[0]} as {column} from {name}")


def _value(name: str, column: str, kind: str) -> str:
    if column == "source_line":
        return "line"
    if column == "source_file":
        return f"'{name}.csv'"
    if column in FEEDS[name].get("key").split(", ") and kind == "VARCHAR" and column not in ("purpose", "silo"):
        return f"'{column}-' || line"
    chosen = [rule.values[0] for rule in RULES[name] if rule.values and rule.columns == (column,)]
    return literal(chosen[0]) if chosen else _BY_TYPE.get(kind, "1")


def broken(con: duckdb.DuckDBPyConnection, rule: Rule) -> int:
    """Break exactly one promise of a table made by `kept`; the number of breaches there are then."""
    if rule.kind == "volume":
        con.execute(f"delete from {rule.feed} where source_line > {ROWS} * 0.4")
        return int(ROWS * 0.1)
    if rule.kind == "key":
        con.execute(f"insert into {rule.feed} select * from {rule.feed} where source_line in (3, 5, 7, 9)")
        return 4
    lines = 4 if rule.share == 1 else round(ROWS * (1 - rule.share)) + 1
    con.execute(f"update {rule.feed} set {_BREAKS[rule.kind](rule)} where source_line <= {lines}")
    return lines


_BREAKS = {
    "not_null": lambda rule: f"{rule.columns[0]} = null",
    "values": lambda rule: f"{rule.columns[0]} = 'unheard of ' || source_line",
    "range": lambda rule: f"{rule.columns[0]} = {rule.high} + source_line",
    "order": lambda rule: f"{rule.columns[1]} = {_less(rule)}",
    "link": lambda rule: f"{rule.columns[0]} = 'nobody ' || source_line",
    "known": lambda rule: f"{rule.columns[0]} = 'nowhere ' || source_line",
}


def _less(rule: Rule) -> str:
    is_moment = f"null::timestamp as {rule.columns[0]}" in FEEDS[rule.feed].sql
    return f"{rule.columns[0]} - {'interval 1 hour' if is_moment else '1'}"

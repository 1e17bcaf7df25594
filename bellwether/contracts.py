"""What the feeds promise, judged before a version is published, and every broken promise in plain words.

Great-expectations suites run on the DuckDB tables themselves. They decide what is kept and count the breaches; our
own SQL (`Rule.breach`) only fetches three of them to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Thread
from typing import Any

import duckdb

from bellwether import expectations
from bellwether.cells import quoted
from bellwether.expectations import Count
from bellwether.rules import MENTION, Rule

# Judged on the feed as a whole; everything else on the months that changed.
_ON_THE_WHOLE = {"link", "known", "volume"}
_SHOWN = 3
_LONGEST = 60
_UNPUBLISHED = "Nothing was published; the version before stays up."
_FIXES = {
    "order": "Mend the export, or promise less in queries/feeds/{feed}.sql.",
    "link": "Bring the export that holds the missing {target}, or promise less in queries/feeds/{feed}.sql.",
    "key": "Mend the export so that each stands once, or name more columns as the key in queries/feeds/{feed}.sql.",
    "volume": "Bring the exports that are missing, or take out those that came twice; "
    "if the change is real, allow it in queries/feeds/{feed}.sql.",
}
_FIX_OF_A_ROW = "Mend the export, or the file in queries/sources/ that fills {columns}."


@dataclass(frozen=True)
class Result:
    """One promise of one feed, judged.

    `rows` are those with something to judge (both moments of an order, a customer to link). `breaches` are rows of
    them; for a key the rows too many, for `known` the distinct names, for volume the rows short or over.
    `examples` and `sentence` are filled where the promise is broken.
    """

    feed: str
    rule: str
    columns: str
    reach: str
    says: str
    kept: bool
    rows: int
    breaches: int
    examples: tuple[str, ...]
    sentence: str


@cache
def warm() -> Thread:
    """Begin the slow import that `judge` needs in the background, beside other work."""
    thread = Thread(target=expectations.load, name="import great-expectations", daemon=True)
    thread.start()
    return thread


def judge(
    con: duckdb.DuckDBPyConnection, rules: Mapping[str, list[Rule]], rows_before: Mapping[str, int]
) -> list[Result]:
    """Judge every feed's promises on `con`, in the order of `rules`; `con` is only read, an open transaction is kept.

    `con` shows each feed under its name, the months that changed as `changed_<feed>` (else the whole feed is judged),
    and the governance tables. `rows_before`: rows a feed in the last version; a feed that isn't named there is new.
    A feed without rows yields nothing but its volume. A promise that can't be judged is not kept.
    """
    warm().join()
    rows = _rows(con, rules)
    source = expectations.source_on(con)
    return [
        result
        for feed, promised in rules.items()
        for result in _judge_feed(con, source, rows, feed, promised, rows_before.get(feed, 0))
    ]


def stops(results: Iterable[Result]) -> list[Result]:
    """The broken promises that stop the publication: all but those that are only mentioned."""
    return [result for result in results if not result.kept and result.reach != MENTION]


def _rows(con: duckdb.DuckDBPyConnection, rules: Mapping[str, list[Rule]]) -> dict[str, int]:
    """The tables and views that the rules speak of, as far as they are there, and their rows.

    Asked of the catalog, since to try and fail would abort the refresh's transaction.
    """
    named = [rule.target.split(".")[0] for promised in rules.values() for rule in promised if rule.target]
    named += [name for feed in rules for name in (feed, f"changed_{feed}")]
    found = con.execute(
        "select distinct table_name from information_schema.tables "
        "where table_catalog in (current_database(), 'temp') and list_contains(?, table_name)",
        [named],
    ).fetchall()
    return {name: con.execute(f"select count(*) from {quoted(name)}").fetchone()[0] for (name,) in found}


def _judge_feed(
    con: duckdb.DuckDBPyConnection, source: Any, rows: Mapping[str, int], feed: str, promised: list[Rule], before: int
) -> list[Result]:
    changed = f"changed_{feed}" if f"changed_{feed}" in rows else feed
    table = {rule: feed if rule.kind in _ON_THE_WHOLE else changed for rule in promised}
    due = [rule for rule in promised if (before if rule.kind == "volume" else rows.get(table[rule]))]
    counts: dict[Rule, Count] = {}
    for name, linked in {(table[rule], rule.kind == "link") for rule in due}:
        suite = [rule for rule in due if (table[rule], rule.kind == "link") == (name, linked)]
        counts |= zip(suite, expectations.count(source, name, rows, suite, before), strict=True)
    return [_result(con, table[rule], rule, counts[rule], rows, before) for rule in due]


def _result(
    con: duckdb.DuckDBPyConnection, table: str, rule: Rule, count: Count, rows: Mapping[str, int], before: int
) -> Result:
    examples, sentence = (), ""
    if not count.kept:
        examples = () if count.trouble else _examples(con, table, rule, rows)
        sentence = _sentence(rule, count, examples, before)
    promised = (rule.feed, rule.kind, ", ".join(rule.columns), rule.reach, rule.says)
    return Result(*promised, count.kept, count.rows, count.breaches, examples, sentence)


def _examples(con: duckdb.DuckDBPyConnection, table: str, rule: Rule, rows: Mapping[str, int]) -> tuple[str, ...]:
    """Up to three breaches, each with its place in an export and the values that break the promise."""
    if rule.kind == "volume":
        return ()
    columns = ", ".join(map(quoted, rule.columns))
    texts = ", ".join(f"{quoted(name)}::varchar" for name in rule.columns)
    found = con.execute(
        f"select source_file, source_line, {texts} from {quoted(table)} {_breaking(rule, columns, rows)} limit {_SHOWN}"
    ).fetchall()
    return tuple(_example(rule, *row) for row in found)


def _breaking(rule: Rule, columns: str, rows: Mapping[str, int]) -> str:
    """Which rows of the table break the promise, in the order in which they are shown."""
    if rule.kind == "key":
        return f"qualify count(*) over (partition by {columns}) > 1 order by {columns}, source_file, source_line"
    condition = expectations.unmet(rule, rows) if rule.target else rule.breach
    once = f"qualify row_number() over (partition by {columns} order by source_file, source_line) = 1 "
    return f"where {condition} {once if rule.kind == 'known' else ''}order by all"


def _example(rule: Rule, file: str | None, line: int | None, *values: str | None) -> str:
    where = f"{file}, line {line}" if file else "a row of no export"
    said = [
        f"{name} is empty" if value is None else f'{name} "{_cut(value)}"'
        for name, value in zip(rule.columns, values, strict=True)
    ]
    return f"{where} ({', '.join(said)})"


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"


def _sentence(rule: Rule, count: Count, examples: tuple[str, ...], before: int) -> str:
    """What was promised, how far it is from true, three places to look at, and what to do."""
    if count.trouble:
        said = f"{rule.feed}: nobody can tell whether {rule.says}: {count.trouble.rstrip('.')}."
        return f"{said} {_UNPUBLISHED} Give the feed what the promise speaks of." if rule.reach != MENTION else said
    if rule.kind == "known":
        return _mention(rule, count, examples)
    fix = _FIXES.get(rule.kind, _FIX_OF_A_ROW)
    fix = fix.format(feed=rule.feed, columns=", ".join(rule.columns), target=rule.target.split(".")[0])
    return f"{_breach(rule, count, examples, before)}. {_UNPUBLISHED} {fix}"


def _breach(rule: Rule, count: Count, examples: tuple[str, ...], before: int) -> str:
    if rule.kind == "volume":
        low, high = expectations.bounds(rule, before)
        side = "short of" if count.rows < low else "over"
        return (
            f"{rule.feed}: it is promised that {rule.says}, which was {before:,}; {count.rows:,} rows are "
            f"{count.breaches:,} {side} the {low:,} to {high:,} that are allowed"
        )
    return (
        f"{rule.feed}: it is promised that {rule.says}, but {count.breaches:,} of {count.rows:,} rows break that: "
        f"{_listed(examples, count.breaches)}"
    )


def _mention(rule: Rule, count: Count, examples: tuple[str, ...]) -> str:
    table = rule.target.split(".")[0]
    who = f"1 {rule.columns[0]} has" if count.breaches == 1 else f"{count.breaches:,} {table} have"
    add = "add it" if count.breaches == 1 else "add them"
    with_whom = " with a leader" if table == "silos" else ""
    return (
        f"{rule.feed}: {who} no line in data/governance/{table}.csv: {_listed(examples, count.breaches)}; "
        f"{add}{with_whom}."
    )


def _listed(examples: tuple[str, ...], breaches: int) -> str:
    more = breaches - len(examples)
    return "; ".join(examples) + (f"; and {more:,} more" if more > 0 else "")

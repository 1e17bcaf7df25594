"""Every contract line of every feed is seen red once, and great-expectations' counts are those of plain SQL."""

from __future__ import annotations

import duckdb
import pytest
from contracts.feeds import ROWS, RULES, broken, kept

from bellwether.contracts import Result, judge, stops
from bellwether.rules import FEED, MENTION, ROW, Rule


def judged(con: duckdb.DuckDBPyConnection, feed: str) -> list[Result]:
    return judge(con, {feed: RULES[feed]}, {feed: ROWS})


@pytest.mark.parametrize("feed", RULES)
def test_rows_that_keep_every_promise(feed: str) -> None:
    con = duckdb.connect()
    kept(con, feed)
    results = judged(con, feed)
    assert [(result.rule, result.says) for result in results] == [(rule.kind, rule.says) for rule in RULES[feed]]
    assert [result for result in results if not result.kept or result.breaches or result.sentence] == []
    assert {result.rows for result in results} == {ROWS}


@pytest.mark.parametrize(
    "rule", [rule for rules in RULES.values() for rule in rules], ids=lambda rule: f"{rule.feed}: {rule.says}"
)
def test_one_promise_broken(rule: Rule) -> None:
    con = duckdb.connect()
    kept(con, rule.feed)
    breaches = broken(con, rule)
    result, *others = sorted(
        (one for one in judged(con, rule.feed) if not one.kept), key=lambda one: one.says != rule.says
    )
    # Rows without a part of their key may repeat each other as well.
    assert {one.rule for one in others} <= ({"key"} if set(rule.columns) & set(RULES[rule.feed][0].columns) else set())
    assert (result.feed, result.rule, result.columns, result.reach) == (
        rule.feed,
        rule.kind,
        ", ".join(rule.columns),
        rule.reach,
    )
    assert (result.breaches, result.rows) == (breaches, con.sql(f"select count(*) from {rule.feed}").fetchall()[0][0])
    assert stops([result]) == ([] if rule.reach == MENTION else [result])
    _read(rule, result)


def _read(rule: Rule, result: Result) -> None:
    """The sentence says what, how often, where, and what to do."""
    assert result.sentence.startswith(f"{rule.feed}: ")
    assert f"{result.breaches:,}" in result.sentence
    if rule.kind != "volume":
        assert len(result.examples) == 3
        assert all(example.startswith(f"{rule.feed}.csv, line ") for example in result.examples)
        assert all(name in example for name in rule.columns for example in result.examples)
        assert all(example in result.sentence for example in result.examples)
        assert ("more" in result.sentence.split(result.examples[2])[1].split(".")[0]) == (result.breaches > 3)
    if rule.reach in (ROW, FEED):
        assert f"of {result.rows:,} rows" in result.sentence or rule.kind == "volume"
        assert "Nothing was published; the version before stays up. " in result.sentence
        assert any(word in result.sentence for word in ("Mend the export", "Bring the export"))
    else:
        assert "add them with a leader" in result.sentence

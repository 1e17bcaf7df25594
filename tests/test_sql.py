"""The parser of files under `queries/`: what it finds, and that each complaint says how to mend the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bellwether import sql
from bellwether.settings import ROOT
from bellwether.sql import QueryError

INDICATOR = """-- title: Waits
-- question: How long?
-- unit: share
-- better: lower
-- lens: inside-out
-- kind: candidate
-- feed: interactions

select 1 as value from interactions where list_contains($silos, silo)
"""


def written(folder: Path, place: str, text: str) -> Path:
    file = folder / "queries" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def parsed(folder: Path, place: str, text: str) -> sql.Query:
    return sql.parse(written(folder, place, text), folder / "queries")


def test_a_file_has_its_header_its_statement_and_the_parameters_it_uses(tmp_path):
    query = parsed(tmp_path, "indicators/waits.sql", INDICATOR)
    assert (query.id, query.kind, query.title) == ("waits", "indicator", "Waits")
    assert query.get("better") == "lower"
    assert query.parameters == {"silos"}
    assert query.sql.startswith("select 1")


def test_only_the_first_colon_splits(tmp_path):
    query = parsed(tmp_path, "indicators/waits.sql", INDICATOR.replace("How long?", "How long: in hours?"))
    assert query.get("question") == "How long: in hours?"


def test_a_source_has_a_statement_for_each_feed(tmp_path):
    text = (
        "-- title: T\n-- tool: T\n-- format: csv\n-- recognise: a, b\n\n"
        "-- feed: interactions\nselect a from export\n\n-- feed: loyalty\nselect b from export;\n"
    )
    query = parsed(tmp_path, "sources/two.sql", text)
    assert [(one.feed, one.sql, one.line) for one in query.statements] == [
        ("interactions", "select a from export", 7),
        ("loyalty", "select b from export", 10),
    ]


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (
            ("-- title: Waits", "-- titel: Waits"),
            1,
            '"titel" is not a header key of an indicator. Did you mean "title"?',
        ),
        (("-- better: lower", "-- better: low"), 4, '"low" is not a value of "better". Did you mean "lower"?'),
        (("-- better: lower\n", ""), 1, 'an indicator needs a header line "-- better: ..."'),
        (("-- unit: share", "-- unit: share\n-- unit: score"), 4, '"unit" is said twice (first in line 3). Keep one.'),
        (("-- unit: share", "-- unit:"), 3, '"unit" has no value. Say it, or take the line out.'),
        (("-- unit: share", "-- unit share"), 3, "is not a header line"),
        (("$silos", "$silo_list"), 9, '"$silo_list" is not a filter. Did you mean "silos"?'),
        (("select 1", "selec 1"), 9, "this is not SQL that DuckDB reads"),
        (("select 1 as value", "select 1; select 1 as value"), 9, "one SELECT is wanted here, found select, select"),
        (("select 1 as value from interactions where list_contains($silos, silo)", "drop table t"), 9, "found drop"),
    ],
)
def test_a_complaint_names_file_line_value_and_fix(tmp_path, change, line, says):
    with pytest.raises(QueryError) as error:
        parsed(tmp_path, "indicators/waits.sql", INDICATOR.replace(*change))
    assert str(error.value).startswith(f"queries/indicators/waits.sql, line {line}: ")
    assert says in str(error.value)


def test_a_source_without_feed_lines_is_told_to_write_one(tmp_path):
    with pytest.raises(QueryError, match='write "-- feed: interactions" above it'):
        parsed(tmp_path, "sources/s.sql", "-- title: T\n-- tool: T\n-- format: csv\n-- recognise: a\n\nselect 1\n")


def test_names_are_plain(tmp_path):
    with pytest.raises(QueryError, match="lowercase letters"):
        parsed(tmp_path, "indicators/Waits-2.sql", INDICATOR)


def test_a_changed_file_is_read_again(tmp_path):
    file = written(tmp_path, "indicators/waits.sql", INDICATOR)
    sql.parse(file, tmp_path / "queries")
    import os

    file.write_text(INDICATOR.replace("Waits", "Delays"), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert sql.parse(file, tmp_path / "queries").title == "Delays"


def test_reads_names_tables_and_leaves_ctes_out():
    text = "with a as (select * from feeds_table) select * from a join other using (x) where y in (select y from third)"
    assert sql.reads(text) == {"feeds_table", "other", "third"}


@pytest.mark.parametrize("file", sql.find(ROOT / "queries"), ids=sql.shown)
def test_every_file_of_ours_parses(file):
    assert sql.parse(file, ROOT / "queries").title

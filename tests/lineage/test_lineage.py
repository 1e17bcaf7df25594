"""Lineage: held against a second parser and DuckDB's binder, and against what is known of our own pages."""

from __future__ import annotations

import duckdb
import pytest
from sqlglot import exp
from typer.testing import CliRunner

from bellwether import checks, filters, sql
from bellwether.cli import app
from bellwether.lineage import code, columns, knowing, short, telling
from bellwether.settings import ROOT, settings
from bellwether.views import listing

ASKED = [query for kind in ("answer", "explore", "indicator", "mart") for query in sql.load(ROOT / "queries", kind)]
STARRED = ("bought_again", "intimacy_done", "referred")
BOUND = [query for query in ASKED if query.kind == "explore" or query.id in STARRED]


@pytest.fixture(scope="module")
def house():
    found = []
    with checks.empty(settings(), found) as house:
        assert found == []
        yield house


@pytest.fixture(scope="module")
def graph():
    return telling.read(settings(), {one.title: (one.file, one.asks) for one in listing.PAGES})


def named_by_sqlglot(text: str) -> set[str]:
    """The tables of the other parser, steps (CTEs) aside."""
    tree = sql.tree(text)
    own = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - own


@pytest.mark.parametrize("query", ASKED, ids=lambda query: f"{query.kind} {query.id}")
def test_two_parsers_name_the_same_tables(query):
    """The product asks DuckDB's; the referee is another."""
    assert sql.reads(query.sql) == named_by_sqlglot(query.sql)


def test_every_question_could_be_taken_apart(house):
    assert [one.id for one in ASKED if not columns.made_from(one.sql, house.schema).exact] == []


@pytest.mark.parametrize("query", BOUND, ids=lambda query: query.id)
def test_a_column_is_used_exactly_if_the_question_fails_without_it(house, query):
    """The slow, sure way to know: take each column away in turn, and see whether DuckDB can still bind the text."""
    made = columns.made_from(query.sql, house.schema)
    cursor = house.con.cursor()
    for table in made.tables & set(house.schema):
        for column in house.schema[table]:
            cursor.execute(
                f'create or replace temp view "{table}" as select * exclude ("{column}") from memory."{table}"'
            )
            try:
                cursor.execute(f"describe {query.sql}", filters.values(query.parameters, {}))
                needed = False
            except duckdb.Error:
                needed = True
            assert needed == ((table, column) in made.used), f"{table}.{column}"
        cursor.execute(f'drop view temp."{table}"')


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("select a + b as c from t", {"c": {("t", "a"), ("t", "b")}}),
        ("select a as c from t where b > 0", {"c": {("t", "a")}}),
        ("with x as (select a as y from t) select max(y) as c from x", {"c": {("t", "a")}}),
        ("select t.a as c, u.a as d from t join u using (k)", {"c": {("t", "a")}, "d": {("u", "a")}}),
        ("select a as c from t union all select b from u", {"c": {("t", "a"), ("u", "b")}}),
        (
            "select a as c, k as d from t union all select b as d, k as c from u",  # the place counts, not the name
            {"c": {("t", "a"), ("u", "b")}, "d": {("t", "k"), ("u", "k")}},
        ),
        (
            "select a as c from t union all by name select b as d, k as c from u",
            {"c": {("t", "a"), ("u", "k")}, "d": {("u", "b")}},
        ),
        ("select (select max(b) from u where u.k = t.k) as c from t", {"c": {("u", "b"), ("t", "k"), ("u", "k")}}),
        ("select * from (select a, b from t)", {"a": {("t", "a")}, "b": {("t", "b")}}),
        ("from t select a as c", {"c": {("t", "a")}}),
        ("select count(*) as c from t", {"c": set()}),
        ("select one_if(within(a,$since,$until)) as c from t", {"c": {("t", "a")}}),
    ],
)
def test_columns_by_hand(text, behind):
    schema = {"t": {"a": "INT", "b": "INT", "k": "INT"}, "u": {"a": "INT", "b": "INT", "k": "INT"}}
    found = columns.made_from(text, schema)
    assert {name: set(one) for name, one in found.columns.items()} == behind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("select customer_id as who from t", ["who"]),
        ("select count(distinct customer_id) as n from t", []),
        ("select customer_id is null as unknown, count(*) as n from t group by all", []),
        ("select max(customer_id) over (partition by k) as last from t", ["last"]),
        ("select row_number() over (partition by customer_id order by k) as place from t", []),
        ("with x as (select md5(customer_id) as code from t) select min(code) as c from x", ["c"]),
        ("with x as (select customer_id, count(*) as n from t group by all) select avg(n) as c from x", []),
        ("select k, count(*) as n from t group by k, customer_id", [None]),
        ("select k from t union all select customer_id from t", ["k"]),
        ("select k as a, k as b from t union all select customer_id as b, k as a from t", ["a"]),
        ("select k as a from t union all by name select customer_id as b, k as a from t", ["b"]),
    ],
)
def test_a_column_that_tells_who_it_was_is_found_under_any_name(text, told):
    schema = {"t": {"customer_id": "VARCHAR", "k": "INT"}}
    assert [one.column for one in columns.naming(text, schema)] == told


def test_pages_ask_what_their_code_names():
    known = [query.id for query in ASKED if query.kind in ("answer", "explore")]
    asked = {one.title: code.asked_by(one.file, known) for one in listing.PAGES}
    assert {"silos/weeks", "silos/rows", "silos/groups"} <= asked["Silos"]
    assert {"data/sources", "data/files", "data/quarantine"} <= asked["Data"]
    assert {f"outlook/{name}" for name in ("model", "families", "calibration", "drift")} <= asked["Outlook"]
    assert "explore/*" in asked["Explore"] and "explore/*" not in asked["Silos"]
    assert not {name for name in asked["Data"] if name.startswith(("outlook/", "recovery/"))}


def test_a_figure_is_followed_down_to_the_exports(graph):
    behind = graph.columns_behind(("indicator promise_kept", "value"))
    assert ("feed interactions", "promised_at") in behind and ("source boston_311", "target_dt") in behind
    assert ("feed surveys", "score") not in behind


def test_a_column_is_followed_up_to_the_pages(graph):
    pages = [one.name for one in graph.users(("feed surveys", "score")) if one.kind == "page"]
    assert "Silos" in pages and "Data" not in pages
    assert [one.key for one in graph.below("governance recoveries") if one.kind == "page"] == [
        one.key for one in graph.below("mart open_failures") if one.kind == "page"
    ]


def test_models_have_what_they_read_behind_them(graph):
    above = {one.key for one in graph.above("model recovery_waits")}
    assert "mart failures" in above and "feed surveys" in above
    assert "feed loyalty" in {one.key for one in graph.above("model outlook_groups")}


def test_the_short_way_agrees_with_the_long_one(graph):
    for query in sql.load(ROOT / "queries", "explore"):
        found = short.behind(ROOT / "queries", query)
        above = graph.above(f"explore {query.id}")
        for kind, names in (("feed", found.feeds), ("source", found.sources)):
            assert sorted(one.name for one in above if one.kind == kind) == list(names)


def test_the_search_looks_at_names_titles_questions_and_columns(graph):
    assert "indicator promise_kept" in {one.key for one in graph.search("promises KEPT")}
    assert {one.key for one in graph.search("before at from silo")} == {"mart contacts"}
    assert graph.search("no such thing") == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("interactions.promised_at", ["column promised_at of feed interactions", "indicators (", "pages ("]),
        ("contacts/repeat_contacts", ["explore contacts/repeat_contacts: Repeat contacts by channel", "sources ("]),
        ("Silos", ["page Silos", "silos/weeks"]),
    ],
)
def test_the_command_tells_it(name, says):
    done = CliRunner().invoke(app, ["lineage", name])
    assert done.exit_code == 0 and all(one in done.stdout for one in says), done.stdout


def test_the_command_says_what_was_meant():
    done = CliRunner().invoke(app, ["lineage", "promise_kep"])
    assert done.exit_code == 2 and 'Did you mean "promise_kept"?' in done.stderr


def test_a_text_is_taken_apart_once_and_again_when_it_or_its_tables_have_changed(tmp_path, monkeypatch):
    taken, take = [], columns.made_from
    monkeypatch.setattr(columns, "made_from", lambda text, schema: (taken.append(text), take(text, schema))[1])
    memory = tmp_path / "lineage.json"
    schema = {"t": {"a": "INT"}, "u": {"b": "INT"}}
    whole = "select a + b as c from t, u where a > 0"

    def asked(text=whole, schema=schema):
        with knowing.remembering(memory) as known:
            return known.made_from(text, schema)

    first = asked()
    assert first == take(whole, schema) and first.columns["c"] == {("t", "a"), ("u", "b")}
    assert asked() == first and taken == [whole]
    assert asked("select * from t").columns == {"a": {("t", "a")}}
    assert "k" in asked("select * from t", {**schema, "t": {"a": "INT", "k": "INT"}}).columns
    asked("select * from t", {**schema, "t": {"a": "INT", "k": "INT"}, "v": {}})  # a table that it does not read
    assert taken == [whole, "select * from t", "select * from t"]
    memory.write_text("[1]", encoding="utf-8")
    assert asked() == first


def test_a_page_is_followed_once_and_again_when_any_code_has_changed(tmp_path, monkeypatch):
    followed, follow = [], code.asked_by
    monkeypatch.setattr(code, "asked_by", lambda page, known: (followed.append(page), follow(page, known))[1])
    memory, page = tmp_path / "lineage.json", ROOT / "pages" / "data" / "data.py"
    questions = [query.id for query in sql.load(ROOT / "queries", "answer")]

    def asked():
        with knowing.remembering(memory) as known:
            return known.asked_by(page, questions)

    assert asked() == follow(page, questions) == asked() and followed == [page]
    monkeypatch.setattr(knowing.Knowing, "code", "of another release")
    assert asked() and followed == [page, page]

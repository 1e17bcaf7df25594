"""A person who was forgotten is in no byte of anything, stays away, and nobody else misses a record."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from bellwether import asking, contracts, warehouse
from bellwether.access import log, pseudonyms
from bellwether.forgetting.forget import forget
from bellwether.refresh import refresh
from bellwether.settings import Settings, settings

WHO, OTHER = "VLX-4711-77", "VLX-4711-78"
NAME, MAIL, WORDS = "Wilhelmina Ogterop", "w.ogterop@example.org", "the fitter never came back"


def write(folder: Path, name: str, rows: list[dict]) -> Path:
    """A CSV, gzipped where its name says so."""
    text = io.StringIO()
    told = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    told.writeheader()
    told.writerows(rows)
    folder.mkdir(parents=True, exist_ok=True)
    content = text.getvalue().encode()
    (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return folder / name


def contact(number: int, who: str, **more: str) -> dict:
    day = 1 + number % 27
    times = {"started_at": f"2026-03-{day:02} 09:00:00", "resolved_at": f"2026-03-{day:02} 10:00:00"}
    told = {"silo": "Support", "touchpoint": "desk", "channel": "phone", "reason": "delay", "note": ""}
    return {
        "interaction_id": f"case-{zlib.crc32(who.encode()):08x}-{number}",
        "customer_id": who,
        **told,
        **times,
        **more,
    }


def company(folder: Path) -> Settings:
    """Exports with a record of several lines, one gzipped, one with a row that can't be read, and the CRM's."""
    exports = folder / "exports"
    crowd = [f"VLX-5{number:03}-00" for number in range(30)]
    rows = [contact(number, who) for number, who in enumerate([*crowd, WHO, OTHER, WHO])]
    rows[5]["note"] = "two\nlines, and a comma"
    write(exports, "a.csv", rows)
    write(exports, "b.csv.gz", [contact(number + 100, who) for number, who in enumerate([WHO, *crowd[:9], OTHER])])
    # A date that can't be read: the record is quarantined, with all that it holds.
    bad = contact(300, WHO, started_at="31 June", note=f"{NAME} {MAIL}")
    write(exports, "c.csv", [bad, *(contact(number, who) for number, who in enumerate(crowd, 400))])
    people = [
        {
            "customer_id": who,
            "kind": "consumer",
            "segment": "Home",
            "region": "North",
            "joined_at": "2020-01-01",
            "name": NAME if who == WHO else "x",
            "email": MAIL if who == WHO else "y",
        }
        for who in [*crowd, WHO, OTHER]
    ]
    write(exports, "people.csv", people)
    return replace(
        settings(),
        exports=exports,
        warehouse=folder / "warehouse",
        governance=folder / "governance",
        private=folder / "private",
        store=f"sqlite:///{folder / 'store.db'}",
    )


@pytest.fixture
def place(tmp_path, monkeypatch) -> Settings:
    for name in ("exports", "warehouse", "governance", "private"):
        monkeypatch.setenv(f"BELLWETHER_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("BELLWETHER_STORE", f"sqlite:///{tmp_path / 'store.db'}")
    settings.cache_clear()
    # What feeds promise is judged elsewhere, and takes seconds.
    monkeypatch.setattr(contracts, "judge", lambda *_: [])
    monkeypatch.setattr(contracts, "warm", lambda: None)
    (tmp_path / "governance").mkdir()
    yield company(tmp_path)
    monkeypatch.undo()
    settings.cache_clear()


def everything(folder: Path):
    """(file, bytes) of all files below a folder: as they are, unpacked, and every cell of every table as text."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield file, file.read_bytes()
        if file.suffix == ".gz":
            yield file, gzip.decompress(file.read_bytes())
        elif file.suffix == ".parquet":
            yield file, str(duckdb.sql(f"select * from '{file}'").fetchall()).encode()
        elif file.suffix == ".duckdb":
            with duckdb.connect(str(file), read_only=True) as con:
                names = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
                yield file, str([con.execute(f'select * from "{name}"').fetchall() for name in names]).encode()


def traces(where: Settings, *words: str) -> list[tuple[str, str]]:
    """Where any of the words stands, in exports, warehouse, key folder and store."""
    folder = where.exports.parent
    return [
        (str(file.relative_to(folder)), word)
        for file, content in everything(folder)
        for word in words
        if word.encode() in content
    ]


def identifiers(where: Settings, who: str) -> list[str]:
    return [who, pseudonyms.of(where, who)]


def test_before_anybody_is_forgotten_the_warehouse_knows_pseudonyms_alone(place):
    assert refresh(place).published
    found = {file for file, word in traces(place, WHO, NAME, MAIL)}
    outside = {file for file in found if not file.startswith("exports/") and "/private/" not in file}
    assert not outside, outside  # ids behind the pseudonyms and quarantined records lie under private/
    engine = asking.open_current(place)
    assert (
        engine.ask(
            "select count(*) from interactions where customer_id = $who", {"who": pseudonyms.of(place, WHO)}
        ).item()
        == 3
    )
    engine.close()


def test_the_person_is_in_no_byte_of_anything_and_the_others_are_whole(place):
    assert refresh(place).published
    log.note("Ada", log.CUSTOMER, pseudonyms.of(place, WHO))
    log.note("Ada", log.CUSTOMER, pseudonyms.of(place, OTHER))
    words = [*identifiers(place, WHO), NAME, MAIL]
    assert {word for _, word in traces(place, *words)} == set(words)  # the search finds what is there
    before = {row["customer_id"]: row["n"] for row in counted(place)}
    done = forget(place, WHO, "Ada")
    assert done.records == 5 and set(done.files) == {"a.csv", "b.csv.gz", "c.csv", "people.csv"} and not done.left
    assert traces(place, *words) == []
    assert len(warehouse.versions(place.warehouse)) == 1
    gone = pseudonyms.of(place, WHO)
    assert {row["customer_id"]: row["n"] for row in counted(place)} == {
        who: n for who, n in before.items() if who != gone
    }
    assert [told["about"] for told in log.entries() if told["what"] == "customer"] == [pseudonyms.of(place, OTHER)]
    assert (place.exports / "a.csv").read_bytes().count(b"two\nlines, and a comma") == 1
    assert refresh(place).published is False  # nothing has changed since


def counted(where: Settings) -> list[dict]:
    engine = asking.open_current(where)
    rows = engine.ask("select customer_id, count(*) as n from interactions group by all").to_dicts()
    engine.close()
    return rows


def test_a_later_export_does_not_bring_them_back(place):
    assert refresh(place).published
    forget(place, WHO, "Ada")
    write(place.exports, "later.csv", [contact(900, WHO, note=NAME), contact(901, OTHER)])
    assert refresh(place).published
    assert traces(place, *identifiers(place, WHO), NAME) == []
    assert {row["n"] for row in counted(place) if row["customer_id"] == pseudonyms.of(place, OTHER)} == {3}


def test_what_came_from_an_export_that_is_gone_is_taken_out_too(place):
    assert refresh(place).published
    (place.exports / "b.csv.gz").unlink()
    forget(place, WHO, "Ada")
    assert traces(place, *identifiers(place, WHO)) == []
    assert {row["n"] for row in counted(place) if row["customer_id"] == pseudonyms.of(place, OTHER)} == {2}


def test_two_files_of_one_content_are_both_rewritten(place):
    shutil.copy(place.exports / "a.csv", place.exports / "again.csv")
    assert refresh(place).published
    forget(place, WHO, "Ada")
    assert traces(place, *identifiers(place, WHO)) == []


def test_what_people_wrote_about_their_failures_goes_from_the_store(place):
    from bellwether.accountability import recoveries
    from bellwether.accountability.store import open_store

    assert refresh(place).published
    store = open_store(place.store)
    numbers = {WHO: 30, OTHER: 31}
    cases = (contact(number, who)["interaction_id"] for who, number in numbers.items())
    mine, other = (f"complaint/bellwether_interactions/{case}" for case in cases)
    for failure in (mine, other):
        recoveries.acknowledge(store, failure, by="Ada", seen=0)
    store.close()
    forget(place, WHO, "Ada")
    assert traces(place, contact(30, WHO)["interaction_id"]) == []
    store = open_store(place.store)
    assert [one.failure for one in recoveries.recoveries(store)] == [other]
    with pytest.raises(sa.exc.IntegrityError), store._engine.begin() as con:
        con.exec_driver_sql("delete from events")  # everybody else's stay, as before
    store.close()


def test_a_commitment_that_names_them_keeps_its_promise_and_loses_the_name(place):
    from bellwether.accountability import commitments, events, moves, talk
    from bellwether.accountability.store import open_store

    assert refresh(place).published
    store = open_store(place.store, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    told = {"silo": "Support", "owner": "Ann", "treats": {"customer": [WHO, OTHER]}}
    made = moves.propose(store, by="Ada", title=f"Call {WHO} back", **told)
    other = moves.propose(store, by="Ada", title=f"Call {OTHER} back", **told)
    talk.comment(store, made.id, f"{NAME.upper()} ({WHO}) waits since Monday", by="Ada")
    moves.change(store, made.id, {"title": f"Call {NAME} back"}, seen=made.version, by="Ada")
    moves.abandon(store, other.id, seen=other.version, by="Ada", reason=f"{pseudonyms.of(place, WHO)} has left")
    assert "vlx-4711-77" in made.id
    store.close()
    done = forget(place, WHO, "Ada", also=[NAME])
    assert traces(place, *identifiers(place, WHO), WHO.lower(), NAME.upper()) == [] and not done.left
    store = open_store(place.store)
    kept = {one.id: one for one in commitments.commitments(store)}
    assert set(kept) > {other.id} and len(kept) == 2 and kept[other.id].title == f"Call {OTHER} back"
    [renamed] = [one for one in kept.values() if one.id != other.id]
    assert renamed.title.startswith("Call forgotten-") and renamed.treats[0].values[1] == OTHER
    [comment] = talk.comments(store, renamed.id)
    assert comment.text.endswith("waits since Monday") and events.differences(store) == ()
    with pytest.raises(sa.exc.IntegrityError), store._engine.begin() as con:
        con.exec_driver_sql("update events set reason = 'x'")
    store.close()


def test_a_governance_file_that_names_them_is_told_of(place):
    (place.governance / "notes.csv").write_text(f"note\n{WHO} asked twice\n")
    assert refresh(place).published
    assert forget(place, WHO, "Ada").left == ("notes.csv",)


@pytest.mark.parametrize(
    "text, told",
    [
        ("Call VLX-4711-77 back", "Call * back"),
        ("call-vlx-4711-77-back", "call-*-back"),
        ("vlx 4711_77", "*"),
        ("VLX-4711-778 and AVLX-4711-77", "VLX-4711-778 and AVLX-4711-77"),  # somebody else's
        ({"treats": [None, [["customer", ["VLX-4711-77", "9"]]]]}, {"treats": [None, [["customer", ["*", "*"]]]]}),
        ("9 calls on the 9th", "9 calls on the 9th"),  # an id so short stands everywhere
        ("ada lovelace, ADA  LOVELACE", "*, *"),
    ],
)
def test_what_people_wrote_names_them_no_more(text, told):
    from bellwether.forgetting.person import Person
    from bellwether.forgetting.traces import another_word

    without = another_word(Person("0" * 20, frozenset({WHO, "9"}), words=frozenset({"Ada Lovelace"})))
    assert re.sub(r"forgotten-[0-9a-f]{6}", "*", json.dumps(without(text))) == json.dumps(told)


@pytest.mark.parametrize("after", [1, 3])
def test_killed_in_the_middle_it_goes_on_when_it_is_called_again(place, after):
    assert refresh(place).published
    text = (
        "import os, signal; from bellwether import contracts\n"
        "contracts.warm = lambda: None; contracts.judge = lambda *_: []\n"
        "from bellwether.forgetting import exports, forget; from bellwether.settings import settings\n"
        "done = exports.os.replace; count = [0]\n"
        "def once(*given):\n"
        f"    if count[0] == {after}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    count[0] += str(given[0]).endswith(('.csv', '.gz')); return done(*given)\n"
        "exports.os.replace = once\n"
        f"forget.forget(settings(), {WHO!r}, 'Ada')\n"
    )
    ended = subprocess.run([sys.executable, "-c", text], env={**os.environ})
    assert ended.returncode == -signal.SIGKILL
    assert len(counted(place)) == 32  # the version before is up, and whole
    forget(place, WHO, "Ada")
    assert traces(place, *identifiers(place, WHO), NAME, MAIL) == []
    assert len(counted(place)) == 31


def test_json_and_parquet_lose_the_record_and_nothing_else(tmp_path):
    from bellwether.forgetting.exports import Wanted, rewrite
    from bellwether.sql import parse

    folder = tmp_path / "queries" / "sources"
    folder.mkdir(parents=True)
    body = "-- feed: comments\nselect id as comment_id, who as text, source_line from export\n"
    wanted = Wanted(ids=frozenset({"p1"}), columns=("who",))
    rows = [{"id": 1.10, "who": "p0"}, {"id": 2, "who": "p1"}, {"id": 3, "who": "p11"}, {"id": 4, "who": "p1"}]
    for name, format, text in (
        ("lines.jsonl", "json", "\n".join(map(json.dumps, rows)) + "\n"),
        ("array.json", "json", json.dumps(rows, indent=1)),
    ):
        (folder / "one.sql").write_text(f"-- title: t\n-- tool: t\n-- format: {format}\n-- recognise: id, who\n{body}")
        (tmp_path / name).write_text(text)
        assert rewrite(tmp_path / name, parse(folder / "one.sql", tmp_path / "queries"), wanted) == 2
        left = (tmp_path / name).read_text()
        assert [
            one["who"] for one in (json.loads(left) if name == "array.json" else map(json.loads, left.splitlines()))
        ] == ["p0", "p11"]
        assert "1.1" in left and 'p1"' not in left
    duckdb.sql("select 'p' || i % 2 as who, i as id from range(6) as t(i)").write_parquet(str(tmp_path / "p.parquet"))
    (folder / "two.sql").write_text(f"-- title: t\n-- tool: t\n-- format: parquet\n-- recognise: id, who\n{body}")
    assert rewrite(tmp_path / "p.parquet", parse(folder / "two.sql", tmp_path / "queries"), wanted) == 3
    assert duckdb.sql(f"select distinct who from '{tmp_path / 'p.parquet'}'").fetchall() == [("p0",)]

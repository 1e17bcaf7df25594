"""From exports to a version: nothing twice, nothing lost, later exports win, and what is small stays small."""

from __future__ import annotations

import errno
import os
import random

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from plain import contacts as rows_of
from plain import named, refreshed, rows, write

from bellwether import inbox, judging, marts, sources, warehouse
from bellwether.readers import Refused
from bellwether.steps import limits

FEED = "select * exclude (source_file, source_line) from interactions order by interaction_id"


def test_a_file_comes_in_and_is_published(tmp_path):
    write(tmp_path / "exports", "one.csv", rows_of({}, {"interaction_id": "i2", "silo": "Billing"}))
    outcome = refreshed(tmp_path)
    assert outcome.published
    assert [(one.read, one.accepted, one.quarantined) for one in outcome.files] == [(2, 2, 0)]
    assert rows(tmp_path, "select silo from interactions order by all") == [("Billing",), ("Support",)]
    assert rows(tmp_path, "select customer_id from customers") == [(named("c1"),)]


def test_what_was_imported_before_the_feed_had_a_column_is_still_read(tmp_path):
    write(tmp_path / "exports", "one.csv", rows_of({}))
    refreshed(tmp_path)
    for file in (tmp_path / "warehouse" / "imports").rglob("interactions/**/*.parquet"):
        pl.read_parquet(file, hive_partitioning=False).drop("due_until", "switching").write_parquet(file)
    (tmp_path / "exports" / "one.csv").unlink()
    write(tmp_path / "exports", "two.csv", rows_of({"interaction_id": "i2", "switching": "true"}))
    assert refreshed(tmp_path).published
    found = rows(tmp_path, "select interaction_id, switching from interactions order by all")
    assert found == [("i1", None), ("i2", True)]


def test_the_same_file_twice_changes_nothing_under_any_name(tmp_path):
    write(tmp_path / "exports", "one.csv", rows_of({}))
    first = refreshed(tmp_path)
    assert not refreshed(tmp_path).published
    write(tmp_path / "exports", "copy.csv", rows_of({}))
    again = refreshed(tmp_path)
    assert not again.published
    assert again.version == first.version


def test_a_later_export_replaces_what_it_repeats_even_in_another_month(tmp_path):
    write(tmp_path / "exports", "a.csv", rows_of({}, {"interaction_id": "i2"}))
    refreshed(tmp_path)
    moved = {"started_at": "2026-03-05 10:00:00", "resolved_at": "2026-03-06 10:00:00", "promised_at": ""}
    write(tmp_path / "exports", "b.csv", rows_of(moved))
    refreshed(tmp_path)
    months = "select interaction_id, month(started_at) from interactions order by all"
    assert rows(tmp_path, months) == [("i1", 3), ("i2", 1)]


def test_a_file_that_is_withdrawn_is_taken_out_and_what_it_replaced_stands_again(tmp_path):
    write(tmp_path / "exports", "a.csv", rows_of({"silo": "Support"}))
    write(tmp_path / "exports", "b.csv", rows_of({"silo": "Billing", "resolved_at": "2026-01-09 10:00:00"}))
    refreshed(tmp_path)
    assert rows(tmp_path, "select silo from interactions") == [("Billing",)]
    refreshed(tmp_path, withdraw=["b.csv"])
    assert rows(tmp_path, "select silo from interactions") == [("Support",)]
    assert not refreshed(tmp_path).published


def test_withdrawing_an_unknown_file_names_the_known_ones(tmp_path):
    write(tmp_path / "exports", "a.csv", rows_of({}))
    refreshed(tmp_path)
    with pytest.raises(Refused, match=r"b\.csv: no file of that name is in the warehouse\. Known: a\.csv"):
        refreshed(tmp_path, withdraw=["b.csv"])


def test_a_file_that_is_gone_from_the_folder_stays_in_the_warehouse(tmp_path):
    write(tmp_path / "exports", "a.csv", rows_of({}))
    refreshed(tmp_path)
    (tmp_path / "exports" / "a.csv").unlink()
    write(tmp_path / "exports", "b.csv", rows_of({"interaction_id": "i2"}))
    refreshed(tmp_path)
    assert rows(tmp_path, "select count(*) from interactions") == [(2,)]


def test_a_refused_file_is_told_of_and_disturbs_nothing(tmp_path):
    write(tmp_path / "exports", "good.csv", rows_of({}))
    (tmp_path / "exports" / "strange.csv").write_text("a,b\n1,2\n")
    outcome = refreshed(tmp_path)
    refused = [one for one in outcome.files if one.state == "refused"]
    assert outcome.published
    assert [one.file for one in refused] == ["strange.csv"]
    assert "is of no known source" in refused[0].said
    assert rows(tmp_path, "select said from imports where state = 'refused'") == [(refused[0].said,)]


def test_a_bad_row_is_quarantined_with_its_place_and_reason(tmp_path):
    write(tmp_path / "exports", "a.csv", rows_of({}, {"interaction_id": "i2", "started_at": "yesterday"}))
    outcome = refreshed(tmp_path)
    assert [(one.read, one.accepted, one.quarantined) for one in outcome.files] == [(2, 1, 1)]
    [(line, field, value, reason)] = rows(tmp_path, "select line, field, value, reason from quarantine")
    assert (line, field, value) == (3, "started_at", "yesterday")
    assert "is not a moment" in reason


def test_a_broken_contract_stops_the_publication_and_the_old_version_stays(tmp_path):
    good = [{"interaction_id": f"i{n}"} for n in range(40)]
    write(tmp_path / "exports", "a.csv", rows_of(*good))
    first = refreshed(tmp_path)
    backwards = [{"interaction_id": f"j{n}", "answered_at": "2025-12-01 10:00:00"} for n in range(40)]
    write(tmp_path / "exports", "b.csv", rows_of(*backwards))
    outcome = refreshed(tmp_path)
    assert not outcome.published
    assert "started_at is not after answered_at" in " ".join(outcome.stopped)
    assert outcome.version == first.version
    assert rows(tmp_path, "select count(*) from interactions") == [(40,)]


def test_months_that_did_not_change_are_the_same_files(tmp_path):
    january, march = {"interaction_id": "i1"}, {"interaction_id": "i2", "started_at": "2026-03-05 10:00:00"}
    late = {"promised_at": "", "resolved_at": "2026-03-06 10:00:00"}
    write(tmp_path / "exports", "a.csv", rows_of(january, {**march, **late}))
    refreshed(tmp_path)
    write(tmp_path / "exports", "b.csv", rows_of({**march, **late, "interaction_id": "i3"}))
    refreshed(tmp_path)
    old, new = warehouse.versions(tmp_path / "warehouse")

    def inode(home, month):
        return next((home / "feeds" / "interactions" / f"month={month}").iterdir()).stat().st_ino

    assert inode(old, "2026-01") == inode(new, "2026-01")
    assert inode(old, "2026-03") != inode(new, "2026-03")


EXPORTS = st.lists(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4), st.integers(1, 28)), min_size=1, max_size=5),
    min_size=2,
    max_size=4,
)


@how(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(EXPORTS, st.randoms(use_true_random=False))
def test_step_by_step_gives_what_one_refresh_of_everything_gives(quick, tmp_path_factory, exports, dice: random.Random):
    """Any exports, with ids that repeat and move between months: file by file or all at once, the feeds are equal."""
    steps, whole = tmp_path_factory.mktemp("steps"), tmp_path_factory.mktemp("whole")
    for place, export in enumerate(exports):
        changes = [
            {
                "interaction_id": f"i{number}",
                "started_at": f"2026-{month:02}-{day:02} 10:00:00",
                "promised_at": "",
                "resolved_at": f"2026-{month:02}-{day:02} 12:00:00",
                "touchpoint": f"desk {place}",
            }
            for number, month, day in {row[0]: row for row in export}.values()
        ]
        for folder in (steps, whole):
            write(folder / "exports", f"{place}.csv", rows_of(*changes))
        refreshed(steps)
    refreshed(whole)
    assert rows(steps, FEED) == rows(whole, FEED)
    weeks = "select * from indicator_weeks order by all"
    assert rows(steps, weeks) == rows(whole, weeks)


def test_roll_ups_are_exact_at_every_level(sample_warehouse):
    """Plain Python over the observations against the weekly sums, for whole company, silo, stage and segment."""
    from bellwether import asking, sql
    from bellwether.settings import settings

    engine = asking.open_current(settings())
    sums = duckdb.connect(str(warehouse.current(sample_warehouse) / marts.SUMS), read_only=True)
    sums.execute(f"attach '{warehouse.current(sample_warehouse) / 'marts.duckdb'}' as shown (read_only)")
    for indicator in sql.load(settings().queries, "indicator"):
        seen = engine.ask(f"select o.*, segment from ({indicator.sql}) o left join customers using (customer_id)")
        for level in (None, "silo", "stage", "segment"):
            slow: dict = {}
            for row in seen.iter_rows(named=True):
                group = slow.setdefault(row[level] if level else None, [0, 0.0])
                group[0] += 1
                group[1] += row["value"] * row["weight"]
            by = f"select {level or 'null'} as g, sum(observations)::bigint, sum(total) from"
            of = f"where indicator = '{indicator.id}' group by all having count(*) > 0"
            fast = sums.execute(f"{by} indicator_sums {of}").fetchall()
            assert {g: n for g, n, _ in fast} == {g: n for g, (n, _) in slow.items()}, (indicator.id, level)
            for g, _, total in fast:
                assert total == pytest.approx(slow[g][1]), (indicator.id, level, g)
            # What readers get adds up to the same; what is too rare in all of history stands with its neighbour.
            told = sums.execute(f"{by} shown.indicator_weeks {of}").fetchall()
            assert sum(n for _, n, _ in told) in (sum(n for _, n, _ in fast), 0), (indicator.id, level)
            # Who is in no segment that is known is no group to be compared: too few in any one silo and stage.
            for g, n, _ in (one for one in told if one[0] is not None or level != "segment"):
                assert abs(n - slow[g][0]) <= max(12, 0.05 * slow[g][0]), (indicator.id, level, g)
    sums.close()
    engine.close()
    assert isinstance(seen, pl.DataFrame)


def test_what_does_not_fit_into_memory_is_rolled_up_half_a_year_at_a_time(quick, monkeypatch, tmp_path):
    days = [f"{year}-{month:02}-05" for year in (2024, 2025) for month in range(1, 13)]
    told = [
        {
            "interaction_id": f"i{n}",
            "started_at": f"{day} 10:00:00",
            "promised_at": "",
            "resolved_at": f"{day} 11:00:00",
        }
        for n, day in enumerate(days)
    ]
    for name in ("whole", "parts"):
        write(tmp_path / name / "exports", "a.csv", rows_of(*told))
    assert refreshed(tmp_path / "whole").published
    fill, parts = marts._fill, []

    def full(con, indicator, mart, text, judged=""):
        if " where month in (" not in text:
            raise marts.TooLarge(mart.file, 1, "Out of Memory Error: failed to pin block")
        parts.append(text)
        fill(con, indicator, mart, text, judged)

    monkeypatch.setattr(marts, "_fill", full)
    assert refreshed(tmp_path / "parts").published and len(parts) > 20
    all_of_it = "select * from silo_totals order by all"
    assert rows(tmp_path / "parts", all_of_it) == rows(tmp_path / "whole", all_of_it) != []


def test_how_much_memory_a_refresh_may_have_can_be_said(monkeypatch, tmp_path):
    for said, held in ((None, "2.7 GiB"), ("6GB", "5.5 GiB")):
        monkeypatch.setenv("BELLWETHER_MEMORY", said) if said else monkeypatch.delenv(
            "BELLWETHER_MEMORY", raising=False
        )
        with duckdb.connect(config=limits(tmp_path)) as con:
            assert con.execute("select current_setting('memory_limit')").fetchone() == (held,)
        monkeypatch.setenv("BELLWETHER_MEMORY", "6GB")


def test_a_file_whose_name_is_no_text_is_refused_alone(tmp_path):
    write(tmp_path / "exports", "good.csv", rows_of({}))
    write(tmp_path / "exports", os.fsdecode(b"bad\xff.csv"), rows_of({"interaction_id": "i2"}))
    outcome = refreshed(tmp_path)
    assert outcome.published
    assert [(one.file, one.said) for one in outcome.files if one.state == "refused"] == [
        ("bad\\udcff.csv", "bad\\udcff.csv has a name that is not UTF-8 text. Rename it.")
    ]


@pytest.mark.parametrize(("room", "step"), [(inbox, "recognise"), (sources, "bring_in")])
@pytest.mark.parametrize("fault", [RuntimeError("broken"), MemoryError(), PermissionError(13, "Permission denied")])
def test_whatever_goes_wrong_with_a_file_the_others_come_in(quick, monkeypatch, tmp_path, room, step, fault):
    write(tmp_path / "exports", "bad.csv", rows_of({}))
    write(tmp_path / "exports", "good.csv", rows_of({"interaction_id": "i2"}))
    sound = getattr(room, step)

    def spoilt(*told):
        if "bad.csv" in str([getattr(one, "file", one) for one in told]):
            raise fault
        return sound(*told)

    monkeypatch.setattr(room, step, spoilt)
    outcome = refreshed(tmp_path)
    assert rows(tmp_path, "select interaction_id from interactions") == [("i2",)]
    [said] = [one.said for one in outcome.files if one.state == "refused"]
    assert said.startswith("bad.csv can't be ")
    assert said.endswith(".")


def test_a_file_that_grows_while_it_is_read_waits_for_the_next_refresh(quick, monkeypatch, tmp_path):
    write(tmp_path / "exports", "good.csv", rows_of({"interaction_id": "i2"}))
    file = write(tmp_path / "exports", "growing.csv", rows_of({}))
    sound = judging.judge

    def judged(con, path, *told):
        reading = sound(con, path, *told)
        if path == file and not reading.broken and file.stat().st_size < 400:
            with file.open("a") as more:
                more.write("i3,c1,Support")
        return reading

    monkeypatch.setattr(judging, "judge", judged)
    outcome = refreshed(tmp_path)
    assert [one.file for one in outcome.files if one.state == "refused"] == ["growing.csv"]
    assert "changed while it was being read" in outcome.files[-1].said
    assert rows(tmp_path, "select interaction_id from interactions") == [("i2",)]
    write(tmp_path / "exports", "growing.csv", rows_of({}, {"interaction_id": "i3"}, {"interaction_id": "i4"}))
    refreshed(tmp_path)
    assert rows(tmp_path, "select count(*) from interactions") == [(4,)]


def test_the_record_of_an_import_that_was_torn_is_made_again(quick, tmp_path):
    write(tmp_path / "exports", "a.csv", rows_of({}))
    refreshed(tmp_path)
    [record] = (tmp_path / "warehouse" / "imports").glob("*/import.json")
    record.write_text("")
    write(tmp_path / "exports", "b.csv", rows_of({"interaction_id": "i2"}))
    assert refreshed(tmp_path).published
    assert rows(tmp_path, "select count(*) from interactions") == [(2,)]


@pytest.mark.parametrize("above", ["silo=Path", "env=prod/month=2020-01"])
def test_the_folders_above_a_warehouse_say_nothing_of_its_rows(quick, tmp_path, above):
    late = {"resolved_at": "2026-02-09 10:00:00"}
    folder = tmp_path / above
    february = {"interaction_id": "i2", "started_at": "2026-02-05 10:00:00", "resolved_at": "", "promised_at": ""}
    write(folder / "exports", "a.csv", rows_of({}, {**february}))
    write(folder / "exports", "b.csv", rows_of(late))
    refreshed(folder)
    write(folder / "exports", "c.csv", rows_of({**february, "resolved_at": "2026-03-01 10:00:00"}))
    refreshed(folder)
    columns = [name for (name,) in rows(folder, "select column_name from (describe interactions)")]
    assert "env" not in columns
    assert rows(folder, "select interaction_id, silo, source_file from interactions order by all") == [
        ("i1", "Support", "b.csv"),
        ("i2", "Support", "c.csv"),
    ]


def test_a_disk_that_is_full_is_a_sentence_and_the_last_version_stays(quick, monkeypatch, tmp_path):
    write(tmp_path / "exports", "a.csv", rows_of({}))
    refreshed(tmp_path)
    write(tmp_path / "exports", "b.csv", rows_of({"interaction_id": "i2"}))
    for module, name in ((warehouse, "publish"), (marts, "small"), (warehouse, "prune")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, full)
            with pytest.raises(Refused, match=r"broke off: No space left on device\. The last version stays"):
                refreshed(tmp_path)
        assert not [one for one in (tmp_path / "warehouse" / "versions").iterdir() if one.name.startswith(".")]
    assert not refreshed(tmp_path).published, "all was done but for the clearing up"
    assert rows(tmp_path, "select count(*) from interactions") == [(2,)]


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_warehouse_that_is_a_file_is_a_sentence(tmp_path):
    write(tmp_path / "exports", "a.csv", rows_of({}))
    (tmp_path / "warehouse").write_text("")
    with pytest.raises(Refused, match="broke off: File exists"):
        refreshed(tmp_path)

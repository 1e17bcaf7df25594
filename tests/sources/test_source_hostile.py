"""Files that were made to do harm, or came to it: a sentence, little memory, and nothing read but the file itself."""

from __future__ import annotations

import gzip
import tracemalloc

import polars as pl
import pytest
from desk import bring, plain

from bellwether.readers import Refused, delimited, objects, reading

HEADER = "recognise: id, moment\nrequired: id\ntime: moment"
SPOILT = {"table.xls": {}, "merged-cells.xls": {1120: 195, 3547: 54, 3594: 97, 5184: 92, 5218: 46}}
CUT = {"table.xls": 4985, "merged-cells.xls": 5632}


@pytest.fixture
def short(monkeypatch):
    """Records may be 1 MB long."""
    for module in (reading, delimited, objects):
        monkeypatch.setattr(module, "LONGEST_RECORD", 2**20)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_the_name_of_a_folder_is_no_cell(tmp_path, format):
    folder = tmp_path / "id=folder" / "moment=2020-01-01"
    folder.mkdir(parents=True)
    file = folder / f"one.{format}"
    frame = pl.DataFrame({"id": ["a", "b"], "moment": ["2026-01-05", "2026-01-06"]})
    frame.write_csv(file) if format == "csv" else frame.write_parquet(file)
    cells = bring(tmp_path, file, plain(tmp_path, HEADER, format=format)).cells().values()
    assert [(row["id"], row["moment"]) for row in cells] == [("a", "2026-01-05 00:00:00"), ("b", "2026-01-06 00:00:00")]


def test_columns_may_bear_any_name(tmp_path):
    text = "id,moment,=moment,problem,source_line,,id\na,2026-01-05,x,y,7,z,b\n"
    (tmp_path / "one.csv").write_text(text)
    row = bring(tmp_path, tmp_path / "one.csv", plain(tmp_path, HEADER)).cells()[2]
    assert (row["id"], row["=moment"], row["problem_2"], row["column_6"], row["id_2"]) == ("a", "x", "y", "z", "b")


def test_parquet_may_have_a_column_of_the_name_of_its_line(tmp_path):
    file = tmp_path / "one.parquet"
    frame = pl.DataFrame({"id": ["a", None, "c"], "moment": ["2026-01-05"] * 3, "File_Row_Number": [7, 7, 7]})
    frame.write_parquet(file)
    brought = bring(tmp_path, file, plain(tmp_path, HEADER, format="parquet"))
    assert sorted(brought.cells()) == [1, 3]
    assert brought.reasons() == {2: "id is empty"}


@pytest.mark.parametrize("offset", ["+99:99", "+15:00", "-10:60", "+1400"])
def test_an_offset_is_one_that_clocks_have(tmp_path, offset):
    rows = "".join(f"{name},2026-01-05T10:00:00Z\n" for name in "abc")
    (tmp_path / "one.csv").write_text(f"id,moment\n{rows}d,2026-01-05T10:00:00{offset}\n")
    reasons = bring(tmp_path, tmp_path / "one.csv", plain(tmp_path, HEADER)).reasons()
    assert reasons == ({} if offset == "+1400" else {5: "moment is not a moment written as iso"})


@pytest.mark.parametrize("name", SPOILT)
def test_a_workbook_that_breaks_its_reader_down_is_refused(corpora, tmp_path, name):
    """One makes the library panic, one asks for 343 GB and would end the process."""
    whole = bytearray(next(corpora.rglob(name)).read_bytes())
    for place, byte in SPOILT[name].items():
        whole[place] = byte
    (tmp_path / name).write_bytes(whole[: CUT[name]])
    with pytest.raises(Refused, match=r"is not a workbook that can be read: its reader broke down on it\. Save it"):
        bring(tmp_path, tmp_path / name, plain(tmp_path, "recognise: id", format="excel"))


def test_nan_in_an_array_is_told_with_its_place(tmp_path):
    (tmp_path / "one.json").write_text('[{"id": "a"},\n {"id": "b", "n": NaN}]')
    with pytest.raises(Refused, match="NaN is no JSON value at line 2, column 19"):
        bring(tmp_path, tmp_path / "one.json", plain(tmp_path, "recognise: id", format="json"))


def test_a_line_of_json_that_is_too_long_is_one_record(short, tmp_path):
    long = '{"id": "' + "x" * 3 * 2**20 + '"}'
    (tmp_path / "one.jsonl").write_text("\n".join(['{"id": "a"}', long, '{"id": "b"}', '{"id": "c"}']))
    brought = bring(tmp_path, tmp_path / "one.jsonl", plain(tmp_path, "recognise: id", format="json"))
    assert (sorted(brought.cells()), brought.done.read) == ([1, 3, 4], 4)
    assert brought.reasons() == {2: reading.TOO_LONG}


def test_a_line_of_csv_that_is_too_long_is_one_record(short, tmp_path):
    long = "b," + "x" * 3 * 2**20
    (tmp_path / "one.csv").write_text(f'id,moment\n{long}\n"a",\n"c\nc",\n{long},"\n"d",\n"e",')
    brought = bring(tmp_path, tmp_path / "one.csv", plain(tmp_path, HEADER))
    assert (sorted(brought.cells()), sorted(brought.reasons()), brought.done.read) == ([3, 4, 7, 8], [2, 6], 6)


@pytest.mark.parametrize(
    ("name", "before"),
    [("one.csv.gz", b""), ("one.csv.gz", b"id,moment\na,\nb,\n"), ("one.json.gz", b""), ("one.json.gz", b"[")],
)
def test_what_is_small_while_packed_stays_small(short, monkeypatch, tmp_path, name, before):
    monkeypatch.setattr(objects, "MOST_WHOLE", 2**21)
    filler = b" " if before == b"[" else b"\0"
    (tmp_path / name).write_bytes(gzip.compress(before + filler * 2**26, 1))
    source = plain(tmp_path, HEADER if "csv" in name else "recognise: id", format=name.split(".")[1])
    tracemalloc.start()
    try:
        bring(tmp_path, tmp_path / name, source)
    except Refused as refusal:
        assert str(refusal).endswith(".")
    else:
        assert before.startswith(b"id")
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2**25


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_file_of_too_many_columns_is_refused(tmp_path, format):
    file = tmp_path / f"one.{format}"
    frame = pl.DataFrame({"id": ["a"], "moment": ["2026-01-05"], **{f"more {n}": [""] for n in range(5000)}})
    frame.write_csv(file) if format == "csv" else frame.write_parquet(file)
    with pytest.raises(Refused, match=r"has 5,002 columns, and more than 5,000 can't be read\. Export it again"):
        bring(tmp_path, file, plain(tmp_path, HEADER, format=format))

"""JSON, Parquet and Excel: the same cells, the same quarantine, and lines that can be found again."""

from __future__ import annotations

import gzip
import json

import polars as pl
import pytest
import xlsxwriter
from desk import bring, plain

from bellwether.readers import Refused

HEADER = """
recognise: id
required: id
number: n, queue.wait
text: queue.name
"""
RECORDS = [
    {"id": "a", "n": 1, "queue": {"name": "one", "wait": 1.50}},
    {"id": "b", "n": "bad", "queue": None},
    {"id": "c", "n": None, "queue": {"name": "two\nlines"}, "tags": ["x", "y"]},
]


@pytest.fixture
def read(tmp_path):
    def of(text: str, header: str = HEADER, name: str = "one.json"):
        file = tmp_path / name
        file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return bring(tmp_path, file, plain(tmp_path, header, format="json"))

    return of


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("\n".join(json.dumps(record) for record in RECORDS), [1, 2, 3]),
        ("\n\n".join(json.dumps(record) for record in RECORDS) + "\n", [1, 3, 5]),
        ("".join(json.dumps(record) for record in RECORDS), [1, 1, 1]),
        (json.dumps(RECORDS), [1, 1, 1]),
        (json.dumps(RECORDS, indent=1), [2, 10, 15]),
        ("\ufeff\r\n" + json.dumps(RECORDS, indent=1), [3, 11, 16]),
    ],
    ids=["a line", "blank lines", "one after another", "array", "printed prettily", "with a mark and a blank line"],
)
def test_json_however_it_is_laid_out(read, text, lines):
    if lines[0] == lines[1]:  # several records on one line share it: then all of them would be quarantined
        text = text.replace('"bad"', "2")
        assert [row["n"] for row in read(text).cells().values()] == [None]
        return
    brought = read(text)
    assert list(brought.reasons().items()) == [(lines[1], "n is not a number written as 1234.56")]
    first, last = brought.cells()[lines[0]], brought.cells()[lines[2]]
    assert (first["n"], first["queue.wait"], first["queue.name"]) == (1.0, 1.5, "one")
    assert (last["n"], last["queue.wait"], last["queue.name"]) == (None, None, "two\nlines")
    assert brought.done.read == 3


def test_json_below_a_path(read):
    text = json.dumps({"page": {"next": None}, "data": {"count": 3, "items": RECORDS}}, indent=1)
    assert sorted(read(text, HEADER + "records: data.items").reasons()) == [16]
    with pytest.raises(Refused, match=r'holds no records under "data\.rows"'):
        read(text, HEADER + "records: data.rows")


def test_numbers_of_json_keep_every_digit(read):
    text = '{"id": 12345678901234567890123, "n": 1e2}\n{"id": "0012", "n": 1.10}\n'
    assert [row["id"] for row in read(text).cells().values()] == ["12345678901234567890123", "0012"]


def test_a_torn_line_of_json_is_quarantined_alone(read):
    text = '{"id": "a"}\n{"id": "b", "queu\n[1]\n{"id": NaN}\n{"id": "c"}\n{"id": "d"}\n{"id": "e"}\n'
    brought = read(text, name="one.jsonl.gz")
    assert sorted(brought.cells()) == [1, 5, 6, 7]
    assert set(brought.reasons()) == {2, 3, 4}
    assert set(brought.reasons().values()) == {"is not a JSON object"}
    assert brought.quarantine()[0]["record"] == '{"id": "b", "queu'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"id": 1}, {"id": 2}', "ends inside an array: it was cut short"),
        ('[{"id": 1}, {"id"', "is not JSON: .* at line 1, column"),
        ("[" * 100_000, "is nested too deeply"),
        ("id,n\na,1\n", "is not JSON"),
    ],
)
def test_json_that_is_none_is_refused(read, text, said):
    with pytest.raises(Refused, match=said):
        read(text)


def test_half_a_surrogate_pair_is_a_question_mark(read):
    assert next(iter(read('{"id": "a\\ud800b"}').cells().values()))["id"] == "a?b"


def test_parquet_is_read_as_text_and_typed_by_the_header(tmp_path):
    file = tmp_path / "one.parquet"
    pl.DataFrame({"id": ["a", "b", "c"], "n": ["1", "bad", "3"], "many": [[1], [2], []]}).write_parquet(file)
    brought = bring(tmp_path, file, plain(tmp_path, "recognise: id\nnumber: n", format="parquet"))
    assert brought.reasons() == {2: "n is not a number written as 1234.56"}
    assert brought.cells()[3]["many"] == "[]"


def test_parquet_that_was_cut_or_spoilt_is_refused(tmp_path):
    file = tmp_path / "one.parquet"
    pl.DataFrame({"id": [str(number) for number in range(5000)]}).write_parquet(file)
    whole = file.read_bytes()
    source = plain(tmp_path, "recognise: id", format="parquet")
    for spoilt in (whole[:-200], whole[: len(whole) // 2], b"PAR1", whole[:50] + b"\xff" * 400 + whole[450:]):
        file.write_bytes(spoilt)
        with pytest.raises(Refused, match=r"is not a Parquet file|can't be read"):
            bring(tmp_path, file, source)


def test_excel_shows_the_lines_of_the_sheet(tmp_path):
    file = tmp_path / "one.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in {1: ["id", "n", "seen"], 2: ["a", 1, 45000], 4: ["b", "bad", 45001], 5: ["c", 2.5, ""]}.items():
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell, day if column == 2 else None)
    book.close()
    brought = bring(tmp_path, file, plain(tmp_path, "recognise: id, n\nnumber: n\ntime: seen", format="excel"))
    assert brought.reasons() == {5: "n is not a number written as 1234.56"}
    assert {line: (row["n"], row["seen"]) for line, row in brought.cells().items()} == {
        3: (1.0, "2023-03-15 00:00:00"),
        6: (2.5, None),
    }


def test_a_workbook_that_is_none_is_refused(tmp_path):
    file = tmp_path / "one.xlsx"
    file.write_bytes(b"id,n\na,1\n")
    with pytest.raises(Refused, match="is not a workbook that can be read"):
        bring(tmp_path, file, plain(tmp_path, "recognise: id", format="excel"))

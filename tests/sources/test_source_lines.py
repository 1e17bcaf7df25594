"""Line numbers are those that an editor shows, whatever the line ends, and no damaged record takes others with it."""

from __future__ import annotations

import gzip

import pytest
from desk import bring, plain

from bellwether.readers import Refused

HEADER = """
recognise: id, n
required: id
number: n
"""


@pytest.fixture
def read(tmp_path):
    def of(raw: bytes, name: str = "one.csv"):
        file = tmp_path / name
        file.write_bytes(raw)
        return bring(tmp_path, file, plain(tmp_path, HEADER))

    return of


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("last", [b"", b"\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_line_end_counts_as_one(read, end, last, mark):
    rows = [b"id,n,note", b"a,1,x", b"b,bad,x", b"c,3,x", b",4,x"]
    brought = read(mark + end.join(rows) + last.replace(b"\n", end))
    assert {line: row["n"] for line, row in brought.cells().items()} == {2: 1.0, 4: 3.0}
    assert brought.reasons() == {3: "n is not a number written as 1234.56", 5: "id is empty"}


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_breaks_in_quotes_and_blank_lines_are_counted(read, end):
    raw = end.join([b"id,n,note", b'a,1,"one', b'two"', b"", b"b,2,x", b"", b"", b'c,3,"', b'"', b"d,bad,y"])
    brought = read(raw)
    assert sorted(brought.cells()) == [2, 5, 8]
    assert brought.reasons() == {10: "n is not a number written as 1234.56"}
    assert brought.cells()[2]["note"] == (b"one" + end + b"two").decode()
    assert brought.done.read == 4  # blank lines are no rows


def test_names_may_stand_on_several_lines_and_below_blank_ones(read):
    brought = read(b'\n\nid,n,"no\nte"\na,1,x\n')
    assert {line: row["id"] for line, row in brought.cells().items()} == {5: "a"}


@pytest.mark.parametrize("fault", ["short", "long", "trailing separator", "shifted"])
def test_a_record_of_another_width_is_quarantined_alone(read, fault):
    bad = {"short": b"b,2", "long": b"b,2,x,y", "trailing separator": b"b,2,x,", "shifted": b"b,,2,"}[fault]
    brought = read(b"id,n,note\na,1,\n" + bad + b"\nc,3,\n")
    assert sorted(brought.cells()) == [2, 4]
    (row,) = brought.quarantine()
    assert (row["source_line"], row["record"]) == (3, bad.decode())
    assert "cells where the header names 3" in row["reason"]


def test_a_trailing_separator_in_the_names_is_a_column_without_a_name(read):
    assert read(b"id,n,note,\na,1,x,\n").cells()[2]["column_4"] is None


def test_a_quote_too_many_costs_one_row(read):
    brought = read(b'id,n,note\na,1,x\n"b,2,x\nc,3,x\nd,4,"y"\ne,5,"z"\n')
    assert sorted(brought.cells()) == [2, 4, 5, 6]
    assert "is not a CSV record" in brought.reasons()[3]


def test_text_after_a_closing_quote_is_no_record(read):
    brought = read(b'id,n,note\na,1,"x"y\nb,2,"x" \nc,3,x\nd,4,x\n')
    assert sorted(brought.cells()) == [4, 5]
    assert sorted(brought.reasons()) == [2, 3]


def test_a_file_cut_inside_a_quoted_field_is_refused(read):
    with pytest.raises(Refused, match="ends inside a quoted field that begins in the record at line 3: it was"):
        read(b'id,n,note\na,1,x\nb,2,"the rest is gone\nc,3,x\n')


def test_a_packed_file_that_was_cut_is_refused(read):
    packed = gzip.compress(b"id,n,note\n" + b"a,1,x\n" * 5000)
    with pytest.raises(Refused, match="can't be unpacked"):
        read(packed[:-20], "one.csv.gz")
    with pytest.raises(Refused, match="can't be unpacked"):
        read(b"id,n,note\na,1,x\n", "two.csv.gz")


def test_text_of_another_encoding_is_refused_with_what_to_do(read, tmp_path):
    raw = "id,n,note\na,1,Zürich\n".encode("latin-1")
    with pytest.raises(Refused, match=r'is not utf-8 text .*"-- encoding: latin-1"'):
        read(raw)
    file = tmp_path / "latin.csv"
    file.write_bytes(raw)
    told = bring(tmp_path, file, plain(tmp_path, HEADER + "encoding: latin-1", name="latin"))
    assert told.cells()[2]["note"] == "Zürich"


def test_a_byte_order_mark_names_the_encoding(read):
    assert read("id,n,note\na,1,Zürich\n".encode("utf-16")).cells()[2]["note"] == "Zürich"


def test_a_file_without_rows_is_no_fault_and_one_without_names_is(read):
    assert read(b"id,n,note\n").done.read == 0
    for empty in (b"", b"\n\n", b"\xef\xbb\xbf"):
        with pytest.raises(Refused, match="is empty: there is no row of names"):
            read(empty, f"{len(empty)}.csv")


def test_blanks_around_values_are_none_of_theirs(read):
    brought = read("id,n,note\n a\t, 1 ,\u00a0x y\u00a0\n".encode())
    assert brought.cells()[2] == {"source_line": 2, "id": "a", "n": 1.0, "note": "x y"}


def test_a_name_that_looks_like_a_pattern_is_a_name(read):
    read(b"id,n,note\nwrong,1,x\n", "report1.csv")
    assert [row["id"] for row in read(b"id,n,note\nright,1,x\n", "report[1].csv").cells().values()] == ["right"]


def test_the_same_names_twice_are_told_apart(read):
    assert read(b"id,n,note,note,note_2\na,1,x,y,z\n").cells()[2] == {
        "source_line": 2,
        "id": "a",
        "n": 1.0,
        "note": "x",
        "note_2": "y",
        "note_2_2": "z",
    }


def test_a_column_may_bear_the_names_that_the_importer_uses(read):
    row = read(b"id,n,source_line,problem,cell_bytes\na,1,x,y,z\n").cells()[2]
    assert (row["source_line_2"], row["problem_2"], row["cell_bytes_2"]) == ("x", "y", "z")

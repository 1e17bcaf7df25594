"""Odd and hostile files: each is imported, quarantined or refused with a sentence; none is a crash or a silence."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from desk import bring, plain

from bellwether import readers
from bellwether.readers import Refused

FOLDERS = ("csv-spectrum", "duckdb_csv", "frictionless", "parquet_bad", "blns")
# Megabytes in one line, many times over: they are read all the same, but not at each run of the tests.
WHOLE = bool(os.environ.get("BELLWETHER_WHOLE"))
LONG = () if WHOLE else ("line_too_long", "issue_8320", "multiple_line_too_long")
# Of the large folders one file in so many, for time; all of them with `BELLWETHER_WHOLE=1`.
EVERY = {} if WHOLE else {"duckdb_csv": 9, "frictionless": 3}


def outcome(folder: Path, file: Path) -> str:
    """`imported`, or the sentence of the refusal."""
    probe = plain(folder, "recognise: nothing", format=readers.format_of(file), name="probe")
    try:
        names = [name for name in readers.columns_of(file, probe) if name.isprintable()][:1] or ["nothing"]
        telling = io.StringIO()
        csv.writer(telling, lineterminator="").writerow(names)
        source = plain(folder, f"recognise: {telling.getvalue()}", format=readers.format_of(file))
        bring(folder, file, source)
    except Refused as refusal:
        return str(refusal)
    return "imported"


@pytest.mark.parametrize("name", FOLDERS)
def test_no_file_of_the_corpora_is_a_crash(corpora, tmp_path, name):
    files = [f for f in sorted((corpora / name).rglob("*")) if f.is_file() and readers.format_of(f)]
    files = [file for file in files if not file.name.startswith(LONG)]
    told = {file: outcome(tmp_path, file) for file in files[:: EVERY.get(name, 1)]}
    print(name, Counter("imported" if said == "imported" else "refused" for said in told.values()))
    assert told
    for file, said in told.items():
        assert said == "imported" or (said[0].islower() and said.rstrip('"').endswith(".")), f"{file}: {said}"
        assert "defect of the importer" not in said, f"{file}: {said}"


def test_csv_spectrum_is_read_as_its_authors_say(corpora, tmp_path):
    for file in sorted((corpora / "csv-spectrum" / "csvs").glob("*.csv")):
        wanted = json.loads((corpora / "csv-spectrum" / "json" / f"{file.stem}.json").read_text(encoding="utf-8"))
        source = plain(tmp_path, f"recognise: {next(iter(wanted[0]))}", name=file.stem.replace("-", "_"))
        rows = [row for _, row in sorted(bring(tmp_path, file, source).cells().items())]
        for row, expected in zip(rows, wanted, strict=True):
            # An empty cell is null here, and blanks around a value are none of its own.
            assert {k: v for k, v in row.items() if k != "source_line"} == {
                # The files lost the carriage returns that their twins still tell of.
                k: v.strip().replace("\r\n", "\n") or None
                for k, v in expected.items()
            }, file.name


def test_damaged_parquet_is_refused(corpora, tmp_path):
    for file in sorted((corpora / "parquet_bad").glob("*.parquet")):
        said = outcome(tmp_path, file)
        assert said == "imported" or "can't be read" in said or "is not a Parquet file" in said


def test_naughty_strings_come_through_unharmed(corpora, tmp_path):
    strings = json.loads((corpora / "blns" / "blns.json").read_text(encoding="utf-8"))
    file = tmp_path / "naughty.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerows([["id", "text"], *([str(number), string] for number, string in enumerate(strings))])
    brought = bring(tmp_path, file, plain(tmp_path, "recognise: id, text\nrequired: id"))
    assert [row["text"] or "" for _, row in sorted(brought.cells().items())] == [
        string.strip(" \t\n\r\u00a0") for string in strings
    ]


@pytest.mark.parametrize("tool", ["truncated/cfpb_complaints_cut_mid_field.csv"])
def test_a_file_cut_in_a_quoted_field_is_no_file_of_one_column(real_data, tmp_path, tool):
    file = real_data / "exports" / tool
    with pytest.raises(Refused, match=r"the file ends inside a quoted field that begins in the record at line 501"):
        bring(tmp_path, file)
    source = plain(tmp_path, "recognise: Date received, Product, Issue, Complaint ID")
    with pytest.raises(Refused, match=r"^ends inside a quoted field .*Export it again\.$"):
        bring(tmp_path, file, source)

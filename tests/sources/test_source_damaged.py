"""Damaged exports by the hundred: each is taken in with every record accounted for, or refused with a sentence.

A usual run tries one in thirty-three; `BELLWETHER_WHOLE=1` tries all 10,000. A number names one damaged file for ever.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
from collections import Counter

import polars as pl
import pytest
from desk import bring, plain

from bellwether.readers import Refused

ALL = 10_000
SOME = 300
SLOWEST_SECONDS = 20
ROWS = [[f"k{n}", str(n * 1.5), f"2026-01-{n % 28 + 1:02} 10:00:00", f'a note, {n} "quoted"\nand é'] for n in range(25)]
HEAD = ["id", "n", "moment", "note"]
HEADER = "recognise: id, n, moment, note\nrequired: id\nnumber: n\ntime: moment"


def _csv(separator=",", encoding="utf-8", end="\r\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows([HEAD, *ROWS])
    return out.getvalue().encode(encoding)


def _parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame(ROWS, schema=HEAD, orient="row").write_parquet(out)
    return out.getvalue()


def _excel() -> bytes:
    out = io.BytesIO()
    pl.DataFrame(ROWS, schema=HEAD, orient="row").write_excel(out)
    return out.getvalue()


RECORDS = [dict(zip(HEAD, row, strict=True)) for row in ROWS]
WHOLE_FILES = {
    "comma.csv": _csv(),
    "comma_again.csv": _csv(end="\n"),
    "semicolon.csv": _csv(";"),
    "tab.tsv": _csv("\t"),
    "wide.csv": _csv(encoding="utf-16"),
    "lines.jsonl": b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in RECORDS),
    "list.json": json.dumps(RECORDS, indent=1).encode(),
    "table.parquet": _parquet(),
    "book.xlsx": _excel(),
}
FORMATS = {"csv": "csv", "tsv": "csv", "jsonl": "json", "json": "json", "parquet": "parquet", "xlsx": "excel"}
# How often each is damaged: text in more ways than binary files, which mostly say at once that they are spoilt.
WEIGHTS = (5, 4, 3, 2, 1, 4, 3, 2, 0.2)
SIGNS = [
    b'"',
    b"\n",
    b"\r",
    b",",
    b";",
    b"\t",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"{",
    b"]",
    b"\\",
    b"'",
    b"1e999",
]


def cut(dice, data):
    return data[: dice.randrange(len(data))]


def flip(dice, data):
    spoilt = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 8, 64])):
        spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
    return bytes(spoilt)


def insert(dice, data):
    at = dice.randrange(len(data))
    return data[:at] + dice.choice(SIGNS) * dice.choice([1, 1, 1, 2, 500]) + data[at:]


def drop(dice, data):
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.choice([1, 2, 10, 200]) :]


def double(dice, data):
    at, size = dice.randrange(len(data)), dice.choice([1, 7, 60, 400])
    return data[: at + size] + data[at:]


def swap(dice, data):
    one, other = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
    return data[other:] + data[one:other] + data[:one]


def lines(dice, data):
    parts = data.split(b"\n")
    dice.shuffle(parts)
    return b"\n".join(parts)


def blank(dice, data):
    at = dice.randrange(len(data))
    return data[:at] + b"\0" * dice.choice([1, 16, 512]) + data[at + 16 :]


def recode(dice, data):
    return data.decode("utf-8", "replace").encode(dice.choice(["utf-16", "utf-16-be", "cp1252", "latin-1"]), "replace")


WAYS = (cut, flip, insert, drop, double, swap, lines, blank, recode)


def damaged(number: int) -> tuple[str, str, bytes]:
    """The name, the way, and the bytes of a damaged file."""
    dice = random.Random(number)
    name = dice.choices(list(WHOLE_FILES), WEIGHTS)[0]
    data, ways = WHOLE_FILES[name], []
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        way = dice.choice(WAYS)
        ways.append(way.__name__)
        data = way(dice, data) if data else data
    return name, "+".join(ways), data


def outcome(folder, number: int) -> str:
    """`taken in` (the desk holds that no record was lost) or `refused`; anything else is a failure of the test."""
    name, way, data = damaged(number)
    file = folder / name
    file.write_bytes(data)
    format = FORMATS[name.rsplit(".", 1)[-1]]
    source = plain(folder, HEADER, format=format, name=f"damaged_{format}")
    began = _spent()
    try:
        brought = bring(folder, file, source)
    except Refused as refusal:
        said = str(refusal)
        assert said[0].islower() and said.rstrip('"').endswith("."), (number, way, said)
        return "refused"
    except Exception as error:
        raise AssertionError(f"damaged file {number} ({name}, {way}) broke the importer") from error
    finally:
        assert _spent() - began < SLOWEST_SECONDS, (number, way)
    assert all(row["reason"] and row["source_line"] >= 1 for row in brought.quarantine()), (number, way)
    return "taken in, some quarantined" if brought.done.quarantined else "taken in"


def _spent() -> float:
    """Processor seconds of this process and of those that it waited for."""
    return sum(os.times()[:4])


def test_no_damaged_file_is_a_crash_or_a_loss(tmp_path):
    step = 1 if os.environ.get("BELLWETHER_WHOLE") else ALL // SOME
    told = Counter(outcome(tmp_path, number) for number in range(0, ALL, step))
    print(dict(told))
    assert set(told) == {"taken in", "taken in, some quarantined", "refused"}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_the_files_that_are_damaged_are_whole_before(tmp_path, name):
    (tmp_path / name).write_bytes(WHOLE_FILES[name])
    format = FORMATS[name.rsplit(".", 1)[-1]]
    brought = bring(tmp_path, tmp_path / name, plain(tmp_path, HEADER, format=format, name="whole"))
    assert (brought.done.read, brought.done.accepted) == (25, 25)

"""Whatever a CSV looks like: rows read = accepted + quarantined, each on its true line, typed as a slow reader would.

The slow reader is the generator itself: it knows the cells it wrote and where, and never parses a CSV.
"""

from __future__ import annotations

import re
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from desk import bring, named, plain
from hypothesis import given, settings
from hypothesis import strategies as st

from bellwether.readers import Refused, delimited

HEADER = """
recognise: id, n, moment, note
required: id
number: n
time: moment
refuse: n = 7 because seven is left out
"""
BODY = """
-- feed: surveys
select
    source_line::varchar as response_id, note as item, id as customer_id, n as score, moment as asked_at,
    source_line,
from export
"""
NUMBERS = {"1": 1.0, "-2.5": -2.5, " 3 ": 3.0, "1e3": 1000.0, "": None, "7": 7.0}
NO_NUMBERS = ["x", "1,5", "0x10", "nan", "1_000", "--1"]
MOMENTS = {
    "2024-03-01": (2024, 3, 1),
    "2024-03-01 10:30": (2024, 3, 1, 10, 30),
    "2024-03-01T10:30:00+02:00": (2024, 3, 1, 8, 30),
    "": None,
}
NO_MOMENTS = ["soon", "2024-02-30", "01-03-2024", "infinity", "9999-12-31"]
BREAK = re.compile("\r\n|\r|\n")
BLANKS = " \t\n\r\u00a0"

text = st.lists(st.sampled_from([*"ab,;\t\"'\n\r é\u00a0\0#\\", "\r\n", "日"]), max_size=6).map("".join)
row = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["k", " k\u00a0", "", "  "]),
        "n": st.sampled_from([*NUMBERS, *NUMBERS, *NO_NUMBERS]),
        "at": st.sampled_from([*MOMENTS, *MOMENTS, *NO_MOMENTS]),
        "note": text,
        "width": st.sampled_from([4, 4, 4, 4, 4, 2, 3, 5]),
        "quoted": st.booleans(),
        "end": st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]),
        "blank lines": st.sampled_from([0, 0, 0, 1, 2]),
    }
)
file = st.fixed_dictionaries(
    {
        "rows": st.lists(row, max_size=8),
        "separator": st.sampled_from([",", ";", "\t"]),
        "one end": st.sampled_from(["", "", "\n", "\r\n", "\r"]),
        "mark": st.booleans(),
        "ends": st.booleans(),
    }
)


def written(told: dict) -> tuple[str, list[tuple[int, list[str]]]]:
    """The text of the file, and each record's first line with its cells."""
    separator, one = told["separator"], told["one end"] or "\n"
    whole, records = separator.join(["id", "n", "moment", "note"]) + one, []
    for made in told["rows"]:
        end = told["one end"] or made["end"]
        whole += end * made["blank lines"]
        cells = [made["id"], made["n"], made["at"], made["note"], ""][: made["width"]]
        if not made["quoted"] and not any(re.search(f'["\r\n{separator}]', cell) for cell in cells):
            shown = cells
        else:
            shown = ['"' + cell.replace('"', '""') + '"' for cell in cells]
        records.append((1 + len(BREAK.findall(whole)), cells))
        whole += separator.join(shown) + end
    return (whole if told["ends"] else whole.rstrip("\r\n")), records


def judged(cells: list[str]) -> str:
    """Why a record is quarantined, the first reason where there are several; empty when it stands."""
    if len(cells) != 4:
        return "cells where the header names 4"
    name, number, moment, _ = cells
    if not name.strip(BLANKS):
        return "id is empty"
    if moment == "9999-12-31":
        return "moment lies outside the years 1900 to 2199"
    if moment in NO_MOMENTS:
        return "moment is not a moment"
    if number in NO_NUMBERS:
        return "n is not a number"
    if number == "7":
        return "seven is left out"
    return "" if cells[3].strip(BLANKS) else "item is filled"


def kept(cells: list[str]) -> dict:
    moment = MOMENTS[cells[2]]
    return {
        "customer_id": named(cells[0].strip(BLANKS)),
        "score": NUMBERS[cells[1]],
        "asked_at": datetime(*moment) if moment else None,
        "item": cells[3].strip(BLANKS),
    }


def outcome(told: dict, folder: Path, name: str):
    source = plain(folder, HEADER, BODY)
    whole, _ = written(told)
    path = folder / "one.csv"
    path.write_bytes((b"\xef\xbb\xbf" if told["mark"] else b"") + whole.encode())
    try:
        brought = bring(folder / name, path, source)
    except Refused as refusal:
        return str(refusal)
    return brought.rows("surveys"), brought.quarantine(), brought.done.read


@given(file)
@settings(max_examples=30, deadline=None)
def test_every_record_is_accepted_or_quarantined_on_its_own_line(told):
    _, records = written(told)
    reasons = {line: judged(cells) for line, cells in records}
    with tempfile.TemporaryDirectory() as folder:
        found = outcome(told, Path(folder), "fast")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delimited, "_must", lambda *_: None)
            carefully = outcome(told, Path(folder), "careful")
    assert found == carefully
    bad = [reason for reason in reasons.values() if reason and "left out" not in reason]
    if len(bad) > len(records) / 2:
        assert isinstance(found, str)
        assert f"has {len(bad)} rows of {len(records)} that can't be used" in found
        return
    accepted, quarantined, read = found
    assert read == len(records)
    assert {row["source_line"]: {name: row[name] for name in kept_names(row)} for row in accepted} == {
        line: kept(cells) for line, cells in records if not reasons[line]
    }
    assert {row["source_line"] for row in quarantined} == {line for line, reason in reasons.items() if reason}
    for row in quarantined:
        assert reasons[row["source_line"]] in f"{row['field'] or ''} {row['reason']}"


def kept_names(row: dict) -> list[str]:
    return [name for name in ("customer_id", "score", "asked_at", "item") if name in row]

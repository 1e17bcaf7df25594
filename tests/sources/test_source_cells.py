"""What one cell becomes: known values, and texts that casts would take and people would not."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest
from desk import bring, plain

from bellwether.cells import declared
from bellwether.sql import QueryError


def typed(folder, line: str, text: str, zone: str = "UTC"):
    source = plain(folder, f"recognise: other\nzone: {zone}\n{line}")
    cell = declared(source)["x"]
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'Asia/Tokyo'")  # no cell may lean on the connection's zone
        return con.execute(f'select {cell.sql} from (select ?::varchar as "x")', [text]).fetchone()[0]


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("", "12", 12.0),
        ("", "-0.5", -0.5),
        ("", "1e3", 1000.0),
        ("", "1,234", None),  # no thousands were declared
        ("", "0x1f", None),
        ("", "1_000", None),
        ("", "nan", None),
        ("", "Infinity", None),
        ("", "1e999", None),
        ("", "٣", None),
        (" as 1,234.56", "1,234,567.89", 1234567.89),
        (" as 1,234.56", "1234.5", 1234.5),
        (" as 1,234.56", "12,34", None),  # thousands stand in threes
        (" as 1.234,56", "1.234,5", 1234.5),
        (" as 1.234,56", "12.5", None),  # not 125
        (" as 1234,56", "12,5", 12.5),
        (" as 1 234,56", "1 234,5", 1234.5),
        (" as 1'234.56", "1'234.5", 1234.5),
    ],
)
def test_numbers(tmp_path, form, text, value):
    assert typed(tmp_path, f"number: x{form}", text) == value


@pytest.mark.parametrize(
    ("form", "zone", "text", "value"),
    [
        ("", "UTC", "2026-03-01", "2026-03-01 00:00"),
        ("", "UTC", "2026-03-01T10:30:00Z", "2026-03-01 10:30"),
        ("", "Europe/Berlin", "2026-03-01T10:30:00Z", "2026-03-01 10:30"),  # an offset beats the zone
        ("", "Europe/Berlin", "2026-03-01 10:30", "2026-03-01 09:30"),
        ("", "Europe/Berlin", "2026-07-01 10:30", "2026-07-01 08:30"),
        ("", "UTC", "2025-12-06 10:36:17 -0500", "2025-12-06 15:36:17"),  # Shopify
        ("", "UTC", "2026-03-01 10:30:00+05:30", "2026-03-01 05:00"),
        ("", "UTC", "2026-03-01 10:30:00.25", "2026-03-01 10:30:00.250"),
        ("", "UTC", "2026-3-1", None),
        ("", "UTC", "2026-02-30", None),
        ("", "UTC", "01/02/2026", None),
        ("", "UTC", "infinity", None),
        ("", "UTC", "epoch", None),
        ("", "UTC", "2026-03-01 (BC)", None),
        (" as %d/%m/%Y %H:%M", "UTC", "1/3/2026 9:05", "2026-03-01 09:05"),
        (" as %m/%d/%Y %I:%M:%S %p in America/New_York", "UTC", "01/12/2016 07:53:29 PM", "2016-01-13 00:53:29"),
        (" as %d-%m-%Y | %Y-%m-%d", "UTC", "31-01-2026", "2026-01-31 00:00"),
        (" as %d-%m-%Y | %Y-%m-%d", "UTC", "2026-01-31", "2026-01-31 00:00"),
        (" as unix", "UTC", "1700000000", "2023-11-14 22:13:20"),
        (" as unix ms", "UTC", "1700000000500", "2023-11-14 22:13:20.500"),
        (" as unix", "UTC", "1e300", None),
        (" as %Y-%m-%d %H:%M:%S %z", "UTC", "2026-03-01 10:30:00 +0100", "2026-03-01 09:30"),
    ],
)
def test_moments(tmp_path, form, zone, text, value):
    expected = datetime.fromisoformat(value) if value else None
    assert typed(tmp_path, f"time: x{form}", text, zone) == expected


@pytest.mark.parametrize(
    ("zone", "text", "value"),
    [
        ("UTC", "2026-03-01 00:00:00", "2026-03-01 23:59:59"),
        ("America/Sao_Paulo", "2018-08-20 00:00:00", "2018-08-21 02:59:59"),
        ("America/Sao_Paulo", "2018-11-03 00:00:00", "2018-11-04 02:59:59"),  # the clocks go forward at that midnight
        ("Europe/Amsterdam", "2026-10-25 00:00:00", "2026-10-25 22:59:59"),  # a day of 25 hours
        ("Europe/Amsterdam", "2026-03-29 13:00:00", "2026-03-29 21:59:59"),  # a day of 23
    ],
)
def test_what_is_due_on_a_day_is_due_by_its_end_where_it_was_promised(tmp_path, zone, text, value):
    assert typed(tmp_path, "due: x as %Y-%m-%d %H:%M:%S", text, zone) == datetime.fromisoformat(value)


@pytest.mark.parametrize(("text", "value"), [("TRUE", True), ("y", True), ("no", False), ("maybe", None)])
def test_flags(tmp_path, text, value):
    assert typed(tmp_path, "flag: x as true | y / false | no", text) is value


def test_a_moment_that_can_not_lie_ahead_is_quarantined(tmp_path):
    file = tmp_path / "one.csv"
    file.write_text("id,seen\na,2024-01-01\nb,2124-01-01\nc,1724-01-01\nd,2024-01-02\ne,\nf,2024-01-02\n")
    brought = bring(tmp_path, file, plain(tmp_path, "recognise: id\ntime: seen\nexported_at: seen"))
    assert brought.reasons() == {3: "seen lies ahead of today", 4: "seen lies outside the years 1900 to 2199"}
    assert brought.done.exported_at == "2024-01-02T00:00:00"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("number: x as 12", r'line 5: "12" does not show how numbers are written'),
        ("zone: Europe/Amsterdan\ntime: x", r'line 5: "Europe/Amsterdan" is not a time zone'),
        ("number: x\ntext: x", r'"x" is typed twice'),
        ("code: x", r'"x" names no codes'),
    ],
)
def test_a_header_that_can_not_be_read_names_file_line_and_value(tmp_path, line, said):
    with pytest.raises(QueryError, match=r"queries/sources/plain\.sql, ") as raised:
        declared(plain(tmp_path, f"recognise: id\n{line}"))
    assert raised.match(said)

"""What is taken along opens safely anywhere."""

from __future__ import annotations

import csv
import io
from datetime import date

import polars as pl
import pytest

from bellwether.views import downloads


@pytest.mark.parametrize("cell", ["=1+1", "+31 20", "-2", "@sum(A1)", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(cell):
    text = downloads.csv(pl.DataFrame({"Silo": [cell, "Billing"], cell: ["a", "b"]})).decode("utf-8-sig")
    head, first, second = list(csv.reader(io.StringIO(text, newline="")))
    assert first[0] == f"'{cell}" and head[1] == f"'{cell}"
    assert second == ["Billing", "b"]


def test_numbers_and_days_stay_what_they_are():
    text = downloads.csv(pl.DataFrame({"Value": [-0.5], "Week from": [date(2026, 8, 3)], "Names": [["a", "b"]]}))
    assert text.decode("utf-8-sig").splitlines()[1] == '-0.5,2026-08-03,"a, b"'

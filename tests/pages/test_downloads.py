"""What is taken along opens safely anywhere."""

from __future__ import annotations

import csv
import io
import re
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


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["=1+1", "b"]), pl.List(pl.String)])
def test_a_formula_is_quoted_whatever_the_column_is_made_of(kind):
    cells = [["=1+1", "b"], ["b"]] if kind == pl.List(pl.String) else ["=1+1", "b"]
    rows = pl.DataFrame({"Named": pl.Series(cells, dtype=kind)})
    _, first, second = list(csv.reader(io.StringIO(downloads.csv(rows).decode("utf-8-sig"), newline="")))
    assert first[0].startswith("'=1+1") and second == ["b"]


def test_nobody_can_guess_by_which_name_a_file_is_handed_out(monkeypatch):
    """The server names it by its content and its name: two that are equal have to differ in one of them."""
    monkeypatch.setattr(downloads.current, "number", lambda: 1)
    names = {downloads.file_name("Rows behind Promises kept") for _ in range(100)}
    assert len(names) == 100 and all(re.search(r"-[0-9a-f]{12}\.csv$", name) for name in names)


def test_numbers_and_days_stay_what_they_are():
    text = downloads.csv(pl.DataFrame({"Value": [-0.5], "Week from": [date(2026, 8, 3)], "Names": [["a", "b"]]}))
    assert text.decode("utf-8-sig").splitlines()[1] == '-0.5,2026-08-03,"a, b"'

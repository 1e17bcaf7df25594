"""515 naughty strings through every door by which text leaves: CSV, Markdown, tables, charts, our scripts."""

from __future__ import annotations

import csv
import io
import re

import polars as pl
import pytest

from bellwether.exploring import Drawing
from bellwether.settings import ROOT
from bellwether.views import downloads, explore_charts, explore_rows, plain

VIEWS = ROOT / "bellwether" / "views"
FORMULA = re.compile(r"^[=+\-@\t\r]")


pytestmark = pytest.mark.usefixtures("corpora")


def test_there_are_five_hundred_of_them(naughty):
    assert len(naughty) >= 500


def test_no_cell_or_heading_of_a_csv_is_a_formula_and_none_is_changed_otherwise(naughty):
    frame = pl.DataFrame({"text": naughty, "number": range(len(naughty))})
    [head, *rows] = csv.reader(io.StringIO(downloads.csv(frame).decode("utf-8-sig"), newline=""))
    assert head == ["text", "number"] and len(rows) == len(naughty)
    for (cell, _), string in zip(rows, naughty, strict=True):
        assert not FORMULA.match(cell)
        assert cell.removeprefix("'") == string.removeprefix("'")
    titles = {string if FORMULA.match(string) else f"{n} {string}": ["x"] for n, string in enumerate(naughty) if string}
    headings = next(csv.reader(io.StringIO(downloads.csv(pl.DataFrame(titles)).decode("utf-8-sig"), newline="")))
    assert len(headings) == len(titles) and not [one for one in headings if FORMULA.match(one)]


def test_the_name_of_a_file_holds_letters_digits_and_dashes_alone(naughty, monkeypatch):
    monkeypatch.setattr(downloads.current, "number", lambda: 1)
    assert all(re.fullmatch(r"[a-z0-9-]+\.csv", downloads.file_name(string)) for string in naughty)


def test_markdown_takes_every_sign_as_itself(naughty):
    """What stays when each backslash with its sign is taken out holds no sign that could begin anything."""
    for string in naughty:
        left = re.sub(r"\\[!-/:-@\[-`{-~]", "", plain.literal(string))
        assert not re.search(r"[\\`*_{}\[\]()<>#!|$~:&\x00-\x1f]", left), string


def test_charts_hold_text_as_text(naughty):
    """Plotly reads a little HTML of its own; links and images it drops, and what a mark says is no template."""
    rows = pl.DataFrame({"name": naughty, "value": [1.0] * len(naughty), "n": [9] * len(naughty), "too_few": False})
    drawn = explore_charts.figure(rows, Drawing("bar", x="name", y="value", count="n"))
    [trace] = drawn["data"]
    assert trace["hovertemplate"] == "%{customdata}<extra></extra>"
    assert set(naughty) - {""} <= set(trace["y"])


def test_tables_hand_text_to_the_browser_as_data(naughty):
    rows = pl.DataFrame({"name": naughty, "value": range(len(naughty))})
    told = explore_rows.in_words(rows)
    assert told["Name"].to_list() == naughty


def test_our_scripts_never_make_html_of_text():
    scripts = sorted(VIEWS.glob("*.js"))
    assert scripts
    for script in scripts:
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc", text)


def test_no_page_turns_html_on():
    for file in [*VIEWS.glob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]:
        text = file.read_text(encoding="utf-8")
        assert "unsafe_allow_html=True" not in text and "st.html(" not in text, file.name

"""What an analyst does, in a real browser: save a file, watch the open page; ask in the lab, save it as a page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import DESK, drawn

from bellwether.settings import ROOT

pytestmark = pytest.mark.browser
ASKED = """select silo, avg(one_if()) as settled, count(*) as contacts
from contacts
where right_first_time is not null and chosen($silos, silo)
group by silo
order by silo"""
LOOKS = 5000  # milliseconds: an open page looks for saved files every other second
WITHIN = ASKED.index("one_if(") + len("one_if(")


@pytest.fixture(scope="module")
def home(sample_warehouse, tmp_path_factory) -> Path:
    """A copy of `queries/` and of its test cases, to write in."""
    folder = tmp_path_factory.mktemp("analyst")
    shutil.copytree(ROOT / "queries", folder / "queries")
    shutil.copytree(ROOT / "tests" / "cases", folder / "tests" / "cases")
    return folder


@pytest.fixture(scope="module")
def open_page(home, browser, serving) -> Iterator:
    """A page of a server that reads that copy; one server for all of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BELLWETHER_QUERIES", str(home / "queries"))
        with serving(home) as address:

            def open_(path: str):
                page = browser.new_page()
                page.set_viewport_size(DESK)
                page.goto(address + path)
                drawn(page)
                return page

            yield open_


def test_what_is_saved_shows_on_the_open_page_by_itself(home, open_page):
    file = home / "queries" / "explore" / "contacts" / "repeat_contacts.sql"
    whole = file.read_text(encoding="utf-8")
    page = open_page("explore?question=contacts/repeat_contacts")
    page.evaluate("window.stillHere = true")
    before = page.locator(".board table").inner_text()
    saved = whole.replace("Repeat contacts by channel", "Contacts that come back")
    file.write_text(saved.replace("from_silo, 7)", "from_silo, 1)"), encoding="utf-8")
    page.get_by_role("heading", name="Contacts that come back").wait_for()
    drawn(page)
    assert page.locator(".board table").inner_text() != before
    file.write_text(saved.replace("-- y: repeats", "-- y: repeat"), encoding="utf-8")
    page.get_by_text('"repeat" is no column of the answer').wait_for()
    page.get_by_text("line 9").wait_for()
    file.write_text(whole, encoding="utf-8")
    page.get_by_role("heading", name="Repeat contacts by channel").wait_for()
    drawn(page)
    assert page.locator(".board table").inner_text() == before
    assert page.evaluate("window.stillHere")  # the page was never loaded anew


def test_a_new_file_stands_in_the_open_list(home, open_page):
    page = open_page("explore")
    file = home / "queries" / "explore" / "contacts" / "repeat_contacts.sql"
    other = file.with_name("come_back.sql")
    other.write_text(file.read_text(encoding="utf-8").replace("Repeat contacts by", "Come back, by"), encoding="utf-8")
    page.get_by_role("link", name="Come back, by channel").wait_for()
    other.unlink()
    page.get_by_role("link", name="Come back, by channel").wait_for(state="detached")


def test_a_question_is_typed_completed_run_drawn_and_saved_as_a_page(home, open_page):
    page = open_page("lab")
    text = page.get_by_role("textbox", name=re.compile("^Your question"))
    text.fill(ASKED)
    text.evaluate(f"area => area.setSelectionRange({WITHIN}, {WITHIN})")
    text.press_sequentially("right_f")
    page.get_by_role("option", name=re.compile("^right_first_time")).wait_for()
    page.keyboard.press("Tab")
    assert text.input_value() == ASKED.replace("one_if(", "one_if(right_first_time")
    page.keyboard.press("Control+Enter")
    page.get_by_text(re.compile(r"^\d+ rows · [\d.]+ s · groups of fewer than five people are left out$")).wait_for()
    drawn(page)
    page.get_by_role("radio", name="Chart").or_(page.get_by_role("button", name="Chart", exact=True)).first.click()
    page.locator(".js-plotly-plot .bars path, .js-plotly-plot .points path").first.wait_for()
    page.get_by_role("radio", name="Plan").or_(page.get_by_role("button", name="Plan", exact=True)).first.click()
    page.get_by_test_id("stCode").get_by_text("contacts", exact=False).first.wait_for()

    page.get_by_role("button", name="Save as a page").click()
    dialog = page.get_by_role("dialog")
    for label, said in (
        ("Name", "contacts/settled"),
        ("Title", "Settled at once"),
        ("The question that it", "How many?"),
    ):
        field = dialog.get_by_label(re.compile(f"^{label}"))
        field.fill(said)
        field.press("Tab")
    dialog.get_by_text("-- title: Settled at once").wait_for()
    dialog.get_by_role("button", name="Save", exact=True).click()
    dialog.wait_for(state="detached")
    page.get_by_text("stands under Explore").wait_for()
    written = (home / "queries" / "explore" / "contacts" / "settled.sql").read_text(encoding="utf-8").splitlines()
    assert written[:2] == ["-- title: Settled at once", "-- question: How many?"]
    assert {"-- chart: bar", "-- x: silo", "-- y: settled", "-- count: contacts"} <= set(written)
    assert (home / "tests" / "cases" / "explore" / "contacts" / "settled" / "first" / "expected.csv").exists()
    page.wait_for_timeout(LOOKS)  # what a saved file does to open pages must not take the word away
    page.get_by_text("stands under Explore").wait_for()
    page.goto(page.url.replace("/lab", "/explore?question=contacts/settled"))
    page.get_by_role("heading", name="Settled at once").wait_for()
    drawn(page)
    page.get_by_test_id("stMultiSelect").first.wait_for()
    page.locator(".board table").wait_for()

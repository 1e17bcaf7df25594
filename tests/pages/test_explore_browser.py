"""Explore in a real browser: rows that lead on, the address that follows, and the way back."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest
from browsing import PHONE, drawn, query

pytestmark = pytest.mark.browser
BY_CHANNEL = "explore?question=contacts/repeat_contacts"
ROWS = ".board table"


def heading(page) -> str:
    return page.get_by_role("heading", level=3).first.inner_text()


def test_a_question_is_opened_from_the_list_and_left_again(visit):
    page = visit("explore")
    page.get_by_role("link", name="Repeat contacts by channel").click()
    page.get_by_role("heading", name="Repeat contacts by channel").wait_for()
    drawn(page, "Explore")
    assert query(page) == {"question": ["contacts/repeat_contacts"]}
    page.get_by_role("button", name="All questions").click()
    page.get_by_text("Search").first.wait_for()
    drawn(page, "Explore")
    assert query(page) == {}


def test_a_row_leads_on_with_its_values_and_the_address_follows(visit):
    page = visit(BY_CHANNEL)
    link = page.locator(f"{ROWS} th a", has_text="app").first  # the channel of most contacts: enough for every week
    channel = link.inner_text()
    link.click()
    page.get_by_role("heading", name="Repeat contacts by week").wait_for()
    drawn(page, "Explore")
    told = query(page)
    assert told["question"] == ["contacts/repeat_contacts_by_week"] and told["channels"] == [channel]
    assert told["span"] == ["Choose dates"] and len(told["days"]) == 2
    again = visit(f"explore?{urlparse(page.url).query}")
    assert again.locator(ROWS).inner_text() == page.locator(ROWS).inner_text()


def test_one_step_back_leads_to_the_question_before(visit):
    page = visit(BY_CHANNEL)
    before = page.evaluate("history.length")
    page.locator(f"{ROWS} th a").first.click()
    page.get_by_role("heading", name="Repeat contacts by week").wait_for()
    drawn(page, "Explore")
    assert page.evaluate("history.length") == before + 1
    page.go_back()
    page.get_by_role("heading", name="Repeat contacts by channel").wait_for()
    drawn(page, "Explore")
    assert query(page)["question"] == ["contacts/repeat_contacts"]


def test_the_link_restores_what_is_on_screen(visit):
    page = visit(f"{BY_CHANNEL}&span=Last+13+weeks")
    page.get_by_role("button", name="Link").click()
    link = page.locator("code").filter(has_text="explore?").first
    link.wait_for()
    again = visit(f"explore?{urlparse(link.inner_text()).query}")
    assert query(again)["span"] == ["Choose dates"]
    assert again.locator(ROWS).inner_text() == page.locator(ROWS).inner_text()


def test_a_filter_narrows_and_stands_in_the_address(visit):
    page = visit(BY_CHANNEL)
    before = page.locator(ROWS).inner_text()
    page.get_by_test_id("stMultiSelect").first.locator("input").click()
    page.get_by_role("option").nth(1).click()  # the first one is "Select all"
    page.keyboard.press("Escape")
    drawn(page, "Explore")
    assert query(page)["silos"] and page.locator(ROWS).inner_text() != before


def test_on_a_phone_nothing_has_to_be_pushed_sideways(visit):
    for path in ("explore", BY_CHANNEL, f"{BY_CHANNEL}_by_week", f"{BY_CHANNEL}_by_reason"):
        page = visit(path, PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

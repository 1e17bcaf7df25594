"""Two people at the same commitment, each in a browser of their own."""

from __future__ import annotations

import pytest
from browsing import DESK, drawn, turn_to

pytestmark = pytest.mark.browser
BILL = "A settlement bill that explains itself"


@pytest.fixture
def two(browser, address):
    """Two browsers that know nothing of each other, both on the board."""
    contexts = [browser.browser.new_context(viewport=DESK) for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for page, name in zip(pages, ("Ann", "Bea"), strict=True):
        page.goto(address)
        drawn(page, "Service leadership")
        turn_to(page, "Quick wins")
        introduce(page, name)
    yield pages
    for context in contexts:
        context.close()


def introduce(page, name: str) -> None:
    page.get_by_role("button", name="Say who you are").click()
    page.get_by_role("textbox", name="Your name").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=f"You are {name}").wait_for()
    page.keyboard.press("Escape")
    drawn(page)


def open_by_keyboard(page) -> None:
    """The card is reached and chosen without a mouse."""
    page.get_by_role("link", name=BILL).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=BILL, exact=True).wait_for()
    drawn(page)


def cost(page, amount: str) -> None:
    page.get_by_role("spinbutton", name="Cost, EUR").last.fill(amount)
    page.keyboard.press("Tab")
    drawn(page)
    page.get_by_role("button", name="Save", exact=True).click()


def test_the_second_of_two_editors_is_asked_and_the_first_keeps_what_was_written(two):
    ann, bea = two
    for page in two:
        open_by_keyboard(page)
    cost(ann, "80000")
    ann.get_by_text("Saved", exact=True).wait_for()
    cost(bea, "90000")
    bea.get_by_text("Ann changed the cost to 80,000 since you opened it.").wait_for()
    bea.get_by_role("button", name="Keep theirs").click()
    bea.get_by_text("Ann changed the cost").wait_for(state="detached")
    drawn(bea)
    assert bea.get_by_role("spinbutton", name="Cost, EUR").last.input_value() == "80000"
    cost(bea, "95000")
    bea.get_by_text("Saved", exact=True).wait_for()
    ann.reload()
    drawn(ann)
    ann.get_by_text("Cost €95,000").wait_for()

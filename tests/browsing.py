"""A browser for the journeys: which one, how it is started, and when a page is drawn."""

from __future__ import annotations

import os
import re
import shutil
from urllib.parse import parse_qs, urlparse

from bellwether.views import listing

CHROMIUM = os.environ.get("BELLWETHER_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOW = "No Chromium was found, so the browser tests are left out. Get one: apt-get install chromium"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def drawn(page, title: str = "") -> None:
    """Wait until the page of that title is drawn: every page draws its footer last, and then its run ends."""
    if title:
        page.get_by_role("heading", name=title, exact=True, level=1).wait_for(timeout=30_000)
    page.get_by_text("data version").wait_for(timeout=30_000)
    page.locator('[data-test-script-state="notRunning"]').wait_for(state="attached", timeout=30_000)
    page.wait_for_timeout(300)


def turn_to(page, title: str) -> None:
    """Open a page of the menu, in whichever section it lies, and wait until it is drawn."""
    (section,) = (one.section for one in listing.PAGES if one.title == title)
    if section:
        page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
    page.get_by_test_id(re.compile("^stTopNav(Dropdown)?Link$")).filter(has_text=title).click()
    drawn(page, title)


def query(page) -> dict[str, list[str]]:
    """The filters in the page's address."""
    return parse_qs(urlparse(page.url).query)

"""Journeys in a real browser: what only exists there."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from browsing import PHONE, drawn, query, turn_to

pytestmark = pytest.mark.browser
PAGES = {"": "Service leadership", "outlook": "Outlook", "silos": "Silos", "data": "Data"}
PAGES |= {"recovery": "Recovery", "accountability": "Accountability", "quick_wins": "Quick wins"}
SECTIONS = [f"outlook?section={one}" for one in ("Weeks+ahead", "What+runs+ahead", "Track+record")]
SECTIONS += [f"accountability?view={one}" for one in ("Agreements", "Owners+and+standards", "Review")]
SECTIONS += ["quick_wins?commitment=A+settlement+bill+that+explains+itself"]
GRID = "table:has(caption:text-is('Verdict of each indicator in each silo'))"
OUTCOMES = "table:has(caption:text-is('The outcomes until now'))"


def test_a_cell_of_the_grid_opens_its_silo_and_back_returns(visit):
    page = visit()
    cell = page.locator(f".board {GRID} td a").nth(1)
    where = cell.get_attribute("aria-label")
    cell.click()
    drawn(page, "Silos")
    indicator, silo = re.fullmatch(r"(.+), (.+): .+", where).groups()
    assert query(page).get("indicator", ["Promises kept"]) == [indicator]
    assert query(page).get("silo", ["All silos"]) == [silo]
    assert page.get_by_role("heading", name=silo, exact=True).is_visible()
    page.go_back()
    drawn(page, "Service leadership")


def test_the_first_address_that_is_opened_on_a_new_server_is_found(fresh_address, browser):
    page = browser.new_page()
    page.goto(f"{fresh_address}quick_wins")
    drawn(page, "Quick wins")
    assert page.get_by_role("dialog").count() == 0


def test_the_grid_works_with_the_keyboard(visit):
    page = visit()
    page.locator(f".board {GRID} td a").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    drawn(page, "Silos")


def test_an_outcome_leads_to_its_chart(visit):
    page = visit()
    page.locator(f".board {OUTCOMES} th a").first.click()
    drawn(page, "Silos")
    assert "silo" not in query(page)  # the whole company is the default


def test_a_candidate_leads_to_its_evidence(visit):
    page = visit()
    page.get_by_text("Looks back:").click()
    candidate = page.locator(".board table:has(caption:text-is('Candidates without proof that they run ahead')) th a")
    title = candidate.last.inner_text()
    candidate.last.click()
    drawn(page, "Outlook")
    page.get_by_role("heading", name="Skill by how far ahead").wait_for()
    assert (query(page)["section"], query(page)["proof"]) == (["What runs ahead"], [title])
    page.locator("strong", has_text=title).first.wait_for()


def test_the_first_card_leads_to_the_outlook(visit):
    page = visit()
    page.get_by_test_id("stPageLink-NavLink").first.click()
    drawn(page, "Outlook")


def test_filters_survive_a_change_of_page(visit):
    page = visit()
    page.get_by_test_id("stMultiSelect").first.locator("input").click()
    option = page.get_by_role("option").nth(1)  # the first one is "Select all"
    silo = option.inner_text()
    option.click()
    page.keyboard.press("Escape")
    drawn(page)
    assert query(page)["silos"] == [silo]
    turn_to(page, "Data")
    turn_to(page, "Service leadership")
    assert query(page)["silos"] == [silo]
    page.get_by_test_id("stMultiSelect").get_by_text(silo).wait_for()


def test_drilling_down_to_the_rows_and_up_again(visit):
    page = visit("silos")
    for _ in range(3):
        page.locator(".board th a").first.click()
        page.wait_for_timeout(400)
        drawn(page)
    pinned = query(page)
    assert "silo" in pinned and len(pinned) >= 3
    assert page.get_by_test_id("stDataFrame").is_visible()
    page.get_by_role("button", name="All silos ›").click()
    page.wait_for_timeout(400)
    drawn(page)
    assert not query(page)


def download(page, button) -> tuple[str, list[list[str]]]:
    with page.expect_download() as waiting:
        button.click()
    file = waiting.value
    text = Path(file.path()).read_text(encoding="utf-8-sig")
    return file.suggested_filename, list(csv.reader(text.splitlines()))


def test_what_is_shown_can_be_taken_along_under_a_name_nobody_can_guess(visit):
    page = visit()
    page.locator(f".board {GRID} td a").first.wait_for()
    page.locator(f".board {OUTCOMES} th a").first.wait_for()
    button = page.get_by_role("button", name="CSV").last
    name, rows = download(page, button)
    assert re.fullmatch(r"what-moves-where-version-\d+-[0-9a-f]{12}\.csv", name)
    assert rows[0][:3] == ["Indicator", "Silo", "Verdict"]
    outcomes = page.locator(f".board {OUTCOMES} th a").count()
    # A line without anything lately is one cell that stands for several charts.
    cells = page.locator(f".board {GRID} td:has(a)").evaluate_all("all => all.reduce((n, td) => n + td.colSpan, 0)")
    assert len(rows) - 1 == outcomes + cells
    page.reload()
    drawn(page)
    again, _ = download(page, page.get_by_role("button", name="CSV").last)
    assert again != name


def test_a_chart_offers_its_picture_and_nothing_else(visit):
    page = visit("silos")
    page.locator(".js-plotly-plot").first.hover()
    buttons = page.locator(".js-plotly-plot").first.locator(".modebar-btn")
    assert buttons.count() == 1
    with page.expect_download() as waiting:
        buttons.first.click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")


def test_the_tables_own_download_is_off(visit):
    page = visit("silos")
    page.get_by_test_id("stDataFrame").scroll_into_view_if_needed()
    page.get_by_test_id("stDataFrame").hover()
    toolbar = page.get_by_test_id("stElementToolbar")
    assert toolbar.count() == 0 or "ownload" not in toolbar.last.inner_html()


@pytest.mark.parametrize("path", [*PAGES, *SECTIONS])
def test_on_a_phone_nothing_sticks_out_sideways(visit, path):
    page = visit(path, PHONE)
    page.wait_for_timeout(500)
    wide = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid="stMain"], [data-testid="stMainBlockContainer"]')]
        .filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.dataset.testid)"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    clipped = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid="stMetricValue"], h1, h3')]
        .filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.innerText)"""
    )
    assert clipped == []


def test_on_a_phone_the_first_silo_can_be_seen(visit):
    """The silos that move come first, right after the whole company (test_grid.py)."""
    page = visit("", PHONE)
    first = page.locator(f".board {GRID} td a").nth(1)
    first.wait_for()
    box = first.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    assert page.get_by_text("Push the table sideways").is_visible()


def test_on_a_phone_other_tables_stand_below_each_other_and_cut_nothing(visit):
    page = visit("", PHONE)
    page.locator(f".board {OUTCOMES} th a").first.wait_for()
    cut = page.evaluate(
        """() => { const found = []; const look = root => { for (const node of root.querySelectorAll('*')) {
        if (node.shadowRoot) look(node.shadowRoot);
        if (node.matches('.board') && !node.querySelector('table.scroll') && node.scrollWidth > node.clientWidth + 1)
        found.push(node.querySelector('caption').innerText); } }; look(document); return found; }"""
    )
    assert cut == []
    assert page.locator(f".board {OUTCOMES} td").first.evaluate("td => getComputedStyle(td, '::before').content") == (
        '"Last four weeks"'
    )


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_fetched_from_elsewhere(browser, address, path):
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + path)
    drawn(page, PAGES[path])
    page.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:", "ws://127.0.0.1"))] == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_missing_but_what_streamlit_looks_for_below_a_pages_address(browser, address, path):
    """Opened by its own address, Streamlit looks for the server below that address first, then at the root."""
    page = browser.new_page()
    missing = []
    page.on("response", lambda response: missing.append(response.url) if response.status >= 400 else None)
    page.goto(address + path)
    drawn(page, PAGES[path])
    page.close()
    looked_for = {f"{address}{path}/_stcore/{one}" for one in ("health", "host-config")}
    assert set(missing) <= (looked_for if path else set())

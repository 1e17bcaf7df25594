"""Signing in, in a browser, with a real identity provider: what each role gets, and how a sign-in ends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from browsing import query
from signing_in import ADA, BO, CY, DI, ED, ROLES, door, drawn, sign_in, signed_in

from bellwether.access import sessions
from bellwether.accountability import open_store

pytestmark = pytest.mark.browser
OPEN_TO_ALL = {"Service leadership", "Outlook", "Silos", "Recovery"}
OPEN_TO_ALL |= {"Accountability", "Quick wins", "Reality check", "Explore"}


@pytest.fixture
def app(with_provider) -> str:
    return with_provider.address


@pytest.fixture
def as_(chromium, app) -> Iterator:
    """Sign in as somebody in a browser of their own: `as_(ADA, "silos")` gives the page."""
    contexts = []

    def enter(who: str, path: str = ""):
        context, page = signed_in(chromium, app, who, path)
        contexts.append(context)
        return page

    yield enter
    for context in contexts:
        context.close()


def menu(page) -> set[str]:
    """The titles in the menu, those behind its sections too."""
    found = {link.inner_text() for link in page.get_by_test_id("stTopNavLink").all()}
    for section in page.get_by_test_id("stTopNavSection").all():
        section.click()
        page.get_by_test_id("stTopNavDropdownLink").first.wait_for()
        found |= {link.inner_text() for link in page.get_by_test_id("stTopNavDropdownLink").all()}
        page.keyboard.press("Escape")
    return {text.split("\n")[-1] for text in found}


def test_nobody_sees_anything_before_they_sign_in_and_then_the_page_they_asked_for(chromium, app):
    page = chromium.new_page()
    page.goto(f"{app}/silos?indicator=Effort&silo=Billing")
    door(page, "Sign in")
    assert menu(page) == set() and page.get_by_test_id("stPlotlyChart").count() == 0
    sign_in(page, ADA)
    drawn(page, "Silos")
    assert query(page)["silo"] == ["Billing"] and query(page)["indicator"] == ["Effort"]
    assert [cookie["httpOnly"] for cookie in page.context.cookies() if cookie["name"] == "_streamlit_user"] == [True]
    page.context.close()


def test_an_executive_has_no_data_page_in_the_menu_and_its_address_is_not_theirs(as_, app):
    page = as_(ADA)
    shown = menu(page)
    assert shown >= OPEN_TO_ALL and "Data" not in shown
    page.goto(f"{app}/data")
    page.get_by_text("This page is not yours to open").wait_for()
    assert page.get_by_role("heading", name="Data", exact=True).count() == 0


def test_whoever_has_no_role_is_told_so_and_nothing_else(chromium, app):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(app)
    sign_in(page, ED)
    door(page, "You have no role here yet")
    assert page.get_by_text("<b>Ed</b> *Nobody* (sub-ed)").count() == 1  # as they are called, not as markup
    assert page.get_by_text("data version").count() == 0
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    door(page, "Sign in")
    context.close()


def test_signing_out_ends_open_tabs_and_a_copied_cookie(as_, chromium, app, with_provider):
    page = as_(CY, "reality_check")
    tab = page.context.new_page()
    tab.goto(f"{app}/silos")
    drawn(tab, "Silos")
    stolen = page.context.cookies()
    page.get_by_role("button", name="Cy Insight").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    door(page, "Sign in")
    tab.get_by_text("Worst first").click()  # a fragment runs by itself, without app.py
    door(tab, "You are signed out")
    assert tab.get_by_test_id("stDataFrame").count() == 0
    thief = chromium.new_context()
    thief.add_cookies(stolen)
    theirs = thief.new_page()
    theirs.goto(f"{app}/silos")
    door(theirs, "You are signed out")
    assert thief.request.get(f"{app}/media/0123456789abcdef.csv").status == 403
    thief.close()


def test_a_role_taken_away_counts_for_the_tab_that_is_open(as_, app, with_provider):
    page = as_(ADA, "reality_check")
    try:
        with_provider.roles.write_text(ROLES.replace('"cx-board"', '"another-board"'))
        time.sleep(1.1)  # one look at the rules counts for a second
        page.get_by_test_id("stTopNavLink").filter(has_text="Outlook").click()
        door(page, "You have no role here yet")
        with_provider.roles.write_text("[roles\n")
        page.reload()
        door(page, "Nobody can be let in just now")
    finally:
        with_provider.roles.write_text(ROLES)
    assert "this is no TOML" in with_provider.log.read_text()


def test_whoever_runs_the_server_can_put_a_person_out(as_, with_provider):
    page = as_(BO, "reality_check")
    store = open_store(with_provider.store)
    assert sessions.end_all(store, BO, by="Ann") == 1
    store.close()
    time.sleep(1.1)
    page.get_by_test_id("stTopNavLink").filter(has_text="Outlook").click()
    door(page, "You are signed out")


def test_an_owner_reads_the_rows_of_their_silo_alone(as_, app):
    page = as_(BO, "silos?indicator=Effort&silo=Billing")
    page.get_by_role("button", name="Bo Billing").click()
    page.get_by_text("owner of Billing").wait_for()
    page.keyboard.press("Escape")
    page.get_by_test_id("stDataFrame").first.wait_for()
    assert page.get_by_test_id("stDataFrame").count() == 1
    page.goto(f"{app}/silos?indicator=Effort&silo=Sales")
    drawn(page, "Silos")
    page.get_by_text("not yours to read").wait_for()
    assert page.get_by_test_id("stDataFrame").count() == 0
    assert page.get_by_test_id("stPlotlyChart").count() >= 1  # the figures of every silo are everybody's


def test_what_is_written_stands_under_the_name_that_signed_in(as_, with_provider):
    page = as_(DI, "accountability?view=Review")
    assert page.get_by_role("button", name="Say who you are").count() == 0
    page.get_by_role("button", name="Begin the review").click()
    page.get_by_text("Saved").wait_for()
    store = open_store(with_provider.store)
    from bellwether.accountability.events import history

    assert {event.who for event in history(store, "review")} == {"Di Steward (sub-di)"}
    store.close()


def test_a_steward_looks_as_an_executive_and_can_write_nothing_meanwhile(as_, app):
    page = as_(DI, "accountability?view=Review")
    page.get_by_role("button", name="Di Steward").click()
    page.get_by_role("radio", name="Executive").click()
    page.get_by_text("You see what an executive sees").wait_for()
    page.keyboard.press("Escape")
    drawn(page)
    assert "Data" not in menu(page)
    page.get_by_text("You look through the eyes of another role").first.wait_for()
    page.get_by_role("button", name="Be yourself again").click()
    page.get_by_text("You see what an executive sees").wait_for(state="detached")
    drawn(page)
    assert "Data" in menu(page)


def test_each_line_of_the_log_is_json_and_names_nobody(with_provider, as_):
    as_(CY, "silos?silo=Billing")
    lines = [json.loads(line) for line in with_provider.log.read_text().splitlines() if line.startswith("{")]
    paths = {line.get("path") for line in lines}
    assert "/oauth2callback" in paths
    assert not any("sub-cy" in str(line) or "silo=" in str(line) for line in lines)

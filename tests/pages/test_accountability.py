"""Accountability: who answers, what was agreed, and the review that walks what went wrong."""

from __future__ import annotations

from datetime import date

import pytest
from deciding import as_, drawn_data, press, said

from bellwether import asking
from bellwether.accountability import commitments, events, owners, reviews, standards
from bellwether.settings import settings

PAGE = "accountability/accountability.py"
MATRIX, NAMES, REVIEW = "Agreements", "Owners and standards", "Review"


@pytest.fixture
def engine(own_store):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


def rows(at, caption: str) -> dict[str, list[dict]]:
    return {row["cells"][0]["text"]: row["cells"] for row in drawn_data(at, caption)["rows"]}


def test_a_line_for_everybody_who_leads_or_owns(own_store, app, engine):
    at = app(PAGE)
    assert not at.exception and not at.error
    shown = rows(at, "Who answers for what")
    told = {one.leader for one in owners.silos(own_store)} | {one.owner for one in owners.owners(own_store)}
    assert set(shown) == told | {one.owner for one in commitments.commitments(own_store)}
    measured = engine.ask("select count(*) from owners where owner = 'Hugo Geerts'").item()
    assert shown["Hugo Geerts"][1]["text"] == str(measured)
    assert shown["Hugo Geerts"][0]["sub"] == "leads Support"


def test_overdue_commitments_stand_beside_the_name(own_store, app):
    shown = rows(app(PAGE), "Who answers for what")
    assert shown["Ruben Castelijn"][5]["text"] == "1 open, 1 overdue"
    assert shown["Ruben Castelijn"][5]["shape"] == "▼"


def test_a_person_opens_to_what_they_answer_for(own_store, app):
    at = app(PAGE, person="Esra Kuiper")
    shown = rows(at, "What Esra Kuiper answers for")
    held = {one.indicator for one in owners.owners(own_store) if one.owner == "Esra Kuiper"}
    assert len(shown) == len(held)
    promised = drawn_data(at, "What Esra Kuiper promised")["rows"][0]["cells"][0]
    assert promised["pick"] == "Show the digital attempt to the agent who picks up"


def test_without_owner_and_not_agreed_are_counted(own_store, app, engine):
    text = said(app(PAGE))
    pairs = engine.ask("select count(*) from indicator_silos").item()
    open_ = engine.ask(
        "select count(*) from indicator_silos left join owners using (indicator, silo) where owner is null"
    ).item()
    assert f"{open_} of {pairs} measured pairs of indicator and silo have no owner." in text
    assert "standards are not agreed by all." in text


def test_agreeing_shows_at_once_and_has_a_history(own_store, app):
    at = as_(app(PAGE, view=MATRIX, agreement="Promises kept, Complaints"), "Ann")
    assert rows(at, "Standard by silo")["Promises kept"][0]["sub"] == "at least 85% · 4 of 5 agreed"
    press(at, "Agree")
    assert rows(at, "Standard by silo")["Promises kept"][0]["sub"] == "at least 85% · 5 of 5 agreed"
    agreed = events.history(own_store, "agreement", "promise_kept/Complaints")
    after = {one.field: one.after for one in agreed[-1].changes}
    assert (agreed[-1].who, after["agreed_by"]) == ("Ann", "Ines Noordam")
    assert "Ann" in set(at.dataframe[0].value["Who"])


def test_taking_back_needs_a_reason(own_store, app):
    at = as_(app(PAGE, view=MATRIX, agreement="Promises kept, Billing"), "Ann")
    press(at, "Take it back")
    assert "The reason is empty: write it down." in said(at)
    version = events.history(own_store, "agreement", "promise_kept/Billing")[-1].version
    at.text_input(key=f"why agree promise_kept Billing {version}").set_value("We have no engineers")
    press(at, "Take it back")
    assert "Promises kept, Billing: ○ not agreed" in said(at)


def test_new_terms_ask_every_silo_again(own_store, app):
    at = as_(app(PAGE, view=NAMES), "Ann")
    at.selectbox(key="set").set_value("promise_kept").run()
    one = next(one for one in standards.standards(own_store) if one.indicator == "promise_kept")
    target = at.number_input(key=f"target standard promise_kept {one.version}")
    assert target.value == 85.0
    target.set_value(90.0)
    at.text_area(key=f"monthly standard promise_kept {one.version}").set_value("2026-12 80")
    press_save(at, "do standard promise_kept")
    now = next(one for one in standards.standards(own_store) if one.indicator == "promise_kept")
    assert (now.target, now.monthly, now.changed_by) == (0.9, (("2026-12", 0.8),), "Ann")
    line = rows(app(PAGE, view=MATRIX), "Standard by silo")["Promises kept"]
    assert line[0]["sub"] == "at least 90% · 0 of 5 agreed"
    assert [cell["text"] for cell in line[1:] if cell["text"] == "earlier terms"] == ["earlier terms"] * 4


def test_a_month_that_is_none_is_refused(own_store, app):
    at = as_(app(PAGE, view=NAMES), "Ann")
    at.selectbox(key="set").set_value("effort").run()
    one = next(one for one in standards.standards(own_store) if one.indicator == "effort")
    at.text_area(key=f"monthly standard effort {one.version}").set_value("December 80")
    press_save(at, "do standard effort")
    assert "“December 80” is no target of a month" in said(at).replace('"December 80"', "“December 80”")
    assert one in standards.standards(own_store)


def press_save(at, key: str):
    return at.button(key=key).click().run()


def test_naming_an_owner_shows_at_once(own_store, app):
    at = as_(app(PAGE, view=NAMES), "Ann")
    at.selectbox(key="owned").set_value("effort/Sales").run()
    at.selectbox(key="owner own effort Sales 0").set_value("Marit Aalders")
    press_save(at, "do own effort Sales")
    assert owners.owner_of(own_store, "effort", "Sales").owner == "Marit Aalders"
    line = rows(app(PAGE, person="Marit Aalders"), "What Marit Aalders answers for")
    assert line["Effort"][0]["sub"] == "Sales"


def test_two_who_name_a_leader_are_told_of_each_other(own_store, app):
    at = as_(app(PAGE, view=NAMES), "Ann")
    at.selectbox(key="led").set_value("Sales").run()
    now = next(one for one in owners.silos(own_store) if one.silo == "Sales")
    owners.lead(own_store, "Sales", leader="Bea", deputy=now.deputy, seen=now.version, by="Bea")
    at.selectbox(key=f"leader lead Sales {now.version}").set_value("Koen Oud")
    press_save(at, "do lead Sales")
    assert "Bea changed the leader to Bea since you opened it." in said(at)
    assert next(one for one in owners.silos(own_store) if one.silo == "Sales").leader == "Bea"


def test_a_review_walks_decides_and_ends_in_a_record(own_store, app):
    at = as_(app(PAGE, view=REVIEW), "Ann")
    press(at, "Begin the review")
    first = said(at)
    assert "Exception 1 of " in str([one.proto for one in at.get("progress")]) and "Owner: " in first
    press(at, "Skip")
    press(at, "Back")
    at.text_area[0].set_value("Two more people until Christmas.")
    press(at, "Record and go on")
    press(at, "To the end")
    press(at, "Close the review")
    held = reviews.last_closed(own_store)
    told = reviews.decisions(own_store, held.id)
    assert (held.closed_by, held.data_version[:6]) == ("Ann", "000001")
    assert [one.decision for one in told].count("Left undecided") == len(told) - 1
    text = said(at)
    assert "Two more people until Christmas." in text and "Left undecided" in text and held.data_version in text
    assert any(one.proto.label == "Markdown" for one in at.get("download_button"))


def test_the_next_review_begins_where_the_last_was_closed(own_store, app):
    one = reviews.open_review(own_store, by="Ann")
    reviews.close_review(own_store, one.id, seen=one.version, by="Ann")
    at = as_(app(PAGE, view=REVIEW), "Ann")
    assert "since the review of" in said(at)
    press(at, "Begin the review")
    held = next(one for one in reviews.reviews(own_store) if not one.closed_on)
    assert held.since == reviews.last_closed(own_store).closed_on


@pytest.mark.parametrize("view", [MATRIX, NAMES, REVIEW])
def test_every_section_draws_and_speaks_in_words(own_store, app, view):
    at = app(PAGE, view=view)
    assert not at.exception and not at.error
    assert "_" not in said(at).replace("data/", "")


def test_a_company_that_has_named_nobody_is_told_so_and_where_to_name(undecided, app):
    at = app(PAGE)
    assert not at.exception and not at.error
    text = said(at)
    assert "Nobody is named to answer for anything" in text
    assert "keeps the fewest promises:" in text and "Nobody is named to answer for it." in text
    assert "No promise at all:" in text and "No standard is set yet" in text
    assert {cells[3]["text"] for cells in rows(at, "Promises by silo").values()} == {"nobody is named"}


@pytest.mark.parametrize("view", [MATRIX, NAMES, REVIEW])
def test_every_section_draws_where_nothing_is_decided(undecided, app, view):
    at = app(PAGE, view=view)
    assert not at.exception and not at.error


def test_naming_the_first_leader_ends_the_silence(undecided, app):
    at = app(PAGE)
    owners.lead(undecided, "Billing", leader="Yara", seen=0, by="Ann")
    assert list(rows(at.run(), "Who answers for what")) == ["Yara"]


def test_the_silos_page_says_who_has_not_agreed_and_that_nobody_owns(own_store, app):
    at = app("silos/silos.py", indicator="Effort", silo="Sales")
    assert "no owner" in said(at) and "not agreed by 3 silos" in said(at)


def test_the_strip_counts_what_the_page_lists(undecided, app):
    labels = " ".join(one.proto.popover.label for one in app().get("popover"))
    assert "no standard set yet" in labels and "no commitment made yet" in labels


def test_who_owns_is_live_on_the_grid(own_store, app):
    owners.release(own_store, "promise_kept", "Billing", seen=1, by="Ann")
    line = next(
        row["cells"]
        for row in drawn_data(app(), "Verdict of each indicator in each silo")["rows"]
        if "cells" in row and row["cells"][0]["text"] == "Promises kept"
    )
    cell = next(one for one in line if one.get("pick", {}).get("silo") == "Billing")
    assert cell["sub"].endswith("no owner")


def test_a_promise_runs_on_the_calendar(own_store, app, monkeypatch):
    monkeypatch.setattr("bellwether.views.fresh.now", lambda: type("Now", (), {"day": date(2020, 1, 1)}))
    assert rows(app(PAGE), "Who answers for what")["Ruben Castelijn"][5]["text"] == "1 open"

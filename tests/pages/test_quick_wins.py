"""Quick wins: what is written shows at once, what comes too late is asked about, what is refused says why."""

from __future__ import annotations

from datetime import date

import pytest
from deciding import as_, cards, drawn_data, lane_of, press, said

from bellwether.accountability import StoreError, commitments, moves, talk
from bellwether.views import aims, commitment_form

PAGE = "quick_wins/quick_wins.py"
READ = "Read the last three contacts before answering"
BILL = "A settlement bill that explains itself"


def stored(store, id: str) -> commitments.Commitment:
    return commitments.commitment(store, id)


def test_every_commitment_has_a_card_where_it_stands(own_store, app):
    at = app(PAGE)
    assert not at.exception and not at.error
    held = cards(at)
    made = commitments.commitments(own_store)
    assert sorted(title for lane in held.values() for title in lane) == sorted(one.title for one in made)
    for one in made:
        lane = lane_of(at, one.title).lower()
        assert lane == one.state or (lane == "verdict" and one.state == "done")


def test_a_card_says_owner_silo_aim_and_day(own_store, app):
    lines = [line["text"] for line in cards(app(PAGE))["Idea"][BILL]["lines"]]
    assert lines == ["Yara Eising · Billing", "Effort falls by 0.1 on average", "due 22 Jan 2027"]


def test_what_is_overdue_is_marked_by_shape_and_word(own_store, app):
    late = cards(app(PAGE))["Started"]["Onboarding and Field service plan a visit in one calendar"]["lines"][2]
    assert late["shape"] == "▼" and late["text"].startswith("overdue by 30 days")


def test_a_write_shows_at_once(own_store, app):
    at = as_(app(PAGE, commitment=READ), "Ann")
    assert lane_of(at, READ) == "Agreed"
    press(at, "Start")
    assert lane_of(at, READ) == "Started"
    assert stored(own_store, "know-me-first").changed_by == "Ann"


def test_what_began_or_declared_something_else_after_the_build_is_said_not_to_be_judged(own_store, app):
    """A title or a day that moves changes no verdict; a start does."""
    assert "after the last refresh" not in said(app(PAGE))
    for id, changes in (("winter-rota", {"title": "Rota"}), ("complaint-owner", {"due": "2026-12-24"})):
        one = stored(own_store, id)
        moves.change(own_store, id, changes, seen=one.version, by="Ann")
    one = stored(own_store, "know-me-first")
    moves.start(own_store, one.id, seen=one.version, by="Ann", on=one.start)
    text = said(app(PAGE))
    assert f"not judged as it stands now: “{READ}”." in text


def test_without_a_name_nothing_can_be_written_and_one_sentence_says_why(own_store, app):
    at = app(PAGE, commitment=BILL)
    assert {one.label: one.disabled for one in at.button}["Save"]
    assert {one.label: one.disabled for one in at.button}["Agree to it"]
    assert said(at).count("Say who you are at the top of the page") == 1


def conflict(own_store, app):
    """Ann has the bill open while Bea moves its due day; then Ann saves another one."""
    at = as_(app(PAGE, commitment=BILL), "Ann")
    one = stored(own_store, "plain-bill")
    moves.change(own_store, one.id, {"due": "2027-07-03", "cost": 80000}, seen=one.version, by="Bea")
    at.date_input(key=f"due edit plain-bill {one.version}").set_value(date(2027, 9, 1))
    return press(at, "Save")


def test_a_conflict_is_asked_about_and_nothing_is_overwritten(own_store, app):
    at = conflict(own_store, app)
    assert "Bea changed the due date and the cost since you opened it. Keep theirs, or write yours over it?" in said(at)
    both = at.dataframe[0].value
    rows = {row["Field"]: (row["Before"], row["Theirs"], row["Yours"]) for _, row in both.iterrows()}
    assert rows["due date"] == ("22 Jan 2027", "3 Jul 2027", "1 Sep 2027")
    assert rows["cost"] == ("75,000", "80,000", "not changed")
    assert stored(own_store, "plain-bill").due == date(2027, 7, 3)


def test_a_conflict_can_be_decided_for_ones_own_without_undoing_the_rest(own_store, app):
    at = press(conflict(own_store, app), "Write yours over it")
    one = stored(own_store, "plain-bill")
    assert (one.due, one.cost, one.changed_by) == (date(2027, 9, 1), 80000, "Ann")
    assert "since you opened it" not in said(at)


def test_what_somebody_is_typing_survives_what_others_write(own_store, app):
    """Every widget reruns the page: the form must not jump to the new version under the editor's hands."""
    at = as_(app(PAGE, commitment=BILL), "Ann")
    one = stored(own_store, "plain-bill")
    key = f"cost edit plain-bill {one.version}"
    at.run()
    at.number_input(key=key).set_value(90000.0).run()
    moves.change(own_store, one.id, {"cost": 80000}, seen=one.version, by="Bea")
    assert at.run().number_input(key=key).value == 90000.0
    press(at, "Save")
    assert "Bea changed the cost to 80,000 since you opened it." in said(at)
    assert stored(own_store, "plain-bill").cost == 80000


def test_a_form_that_nobody_touched_moves_on_with_the_store(own_store, app):
    at = as_(app(PAGE, commitment=BILL), "Ann")
    one = stored(own_store, "plain-bill")
    now = moves.change(own_store, one.id, {"cost": 80000}, seen=one.version, by="Bea")
    assert at.run().number_input(key=f"cost edit plain-bill {now.version}").value == 80000.0


def test_a_conflict_can_be_decided_for_theirs(own_store, app):
    at = press(conflict(own_store, app), "Keep theirs")
    assert stored(own_store, "plain-bill").due == date(2027, 7, 3)
    assert "since you opened it" not in said(at)


def test_a_refused_write_says_its_sentence(own_store, app):
    at = as_(app(PAGE, commitment=BILL), "Ann")
    one = stored(own_store, "plain-bill")
    at.date_input(key=f"due edit plain-bill {one.version}").set_value(date(2026, 1, 1))
    press(at, "Save")
    assert "Due date is 2026-01-01 and start is 2026-11-02: a commitment ends after it starts." in said(at)
    assert stored(own_store, "plain-bill") == one


def test_what_was_declared_can_not_be_edited_any_more(own_store, app):
    at = as_(app(PAGE, commitment="One queue for every question"), "Ann")
    keys = {one.key.split(" edit ")[0] for one in [*at.selectbox, *at.number_input, *at.date_input] if one.key}
    assert not keys & {"indicator", "size", "start", "silo"}
    assert {"owner", "due", "cost"} <= keys


def test_a_new_commitment_is_proposed_and_opened(own_store, app):
    at = as_(app(PAGE), "Ann")
    at.session_state["new"] = True
    at.run()
    at.text_input(key="title new 0").set_value("Answer refunds in a day")
    at.selectbox(key="silo new 0").set_value("Billing")
    at.selectbox(key="indicator new 0").set_value("promise_kept")
    at.multiselect(key="treats silo new 0").set_value(["Billing"])
    at.number_input(key="size new 0").set_value(3.0).run()
    assert "Promises kept rises by 3 points. Better is higher." in said(at)
    press(at, "Propose it")
    one = stored(own_store, "answer-refunds-in-a-day")
    assert (one.expected, one.treats) == (0.03, (commitments.Treated("silo", ("Billing",)),))
    assert at.selectbox(key="commitment").value == one.id and cards(at)["Idea"][one.title]["chosen"]


def test_a_size_for_the_worse_is_warned_of(own_store, app):
    at = as_(app(PAGE, commitment=BILL), "Ann")
    one = stored(own_store, "plain-bill")
    at.selectbox(key=f"direction edit plain-bill {one.version} effort").set_value(aims.RISES).run()
    assert "Effort is better when lower: this declares that it gets worse." in said(at)


def test_comments_and_links_show_at_once(own_store, app):
    at = as_(app(PAGE, commitment=BILL), "Ann")
    at.session_state["about plain-bill"] = "Comments and links"
    at.run()
    at.text_area(key="comment plain-bill 0").set_value("The printer needs a month.")
    press(at, "Say it")
    at.text_input(key="address plain-bill 0").set_value("javascript:alert(1)")
    press(at, "Attach")
    assert "The printer needs a month." in [one.value for one in at.text]
    assert "only links that begin with http:// or https://" in said(at)
    assert [one.who for one in talk.comments(own_store, "plain-bill")] == ["Ann"]


def test_a_verdict_has_its_word_interval_comparison_and_checks(own_store, app):
    """Whatever the verdict on this one is on the small company, all that it rests on stands beside it."""
    at = app(PAGE, commitment="Show the refund's payment date in the app")
    text = said(at)
    assert "Compared with" in text and "On loyalty" in text
    checks = drawn_data(at, "Checks, on its indicator")["rows"]
    assert checks[0]["cells"][0]["strong"].startswith("Pre-trend: ")


@pytest.mark.parametrize("page", [PAGE, "accountability/accountability.py"])
def test_where_the_store_does_not_answer_the_page_says_so(own_store, app, page, monkeypatch):
    def broken():
        raise StoreError("The store at x can't be used.")

    app(page)
    monkeypatch.setattr("bellwether.views.desk.store", broken)
    at = app(page)
    assert not at.exception and not at.error
    assert "which does not answer" in said(at) and "The store at x can't be used." in said(at)


def test_a_company_without_commitments_is_met_with_an_empty_board(undecided, app):
    at = app(PAGE)
    assert not at.exception and not at.error
    assert [held for held in cards(at).values() if held] == []
    assert "No verdict has been told yet" in said(at)


@pytest.mark.parametrize(
    ("size", "way", "unit", "kept"),
    [(3.0, aims.RISES, "share", 0.03), (3.0, aims.FALLS, "share", -0.03), (2.0, aims.FALLS, "count", -2.0)],
)
def test_a_size_is_kept_in_the_indicators_unit_with_its_sign(size, way, unit, kept):
    assert commitment_form.expected(size, way, {"unit": unit, "currency": None}) == kept

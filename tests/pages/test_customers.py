"""Customers: search, one line, what is next, people like them, the work list, and whose customers are shown."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime

import polars as pl
import pytest
from test_pages import boards, texts

from bellwether import asking
from bellwether.access import log
from bellwether.access.suppression import suppressed
from bellwether.access.viewer import ANALYST, EXECUTIVE, OWNER, Viewer
from bellwether.settings import settings
from bellwether.views import call_reasons, customer_calls, customer_card, customer_line, customer_next, customers, guard

PAGE = "customers/customers.py"
CALLS = "Customers worth a call"


@pytest.fixture(scope="module")
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


@pytest.fixture
def noted(monkeypatch):
    lines = []
    monkeypatch.setattr(log, "note", lambda viewer, what, about="": lines.append((what, about)))
    return lines


@pytest.fixture
def one(engine) -> str:
    """A customer with an outlook, of whom much is on record."""
    rows = engine.ask(
        "select customer_id from contacts semi join outlook_customers using (customer_id) "
        "group by all order by count(*) desc, customer_id limit 1"
    )
    return rows.item()


def metrics(at) -> dict[str, str]:
    return {one.label: one.value for one in at.metric}


def test_the_work_list_is_in_the_order_of_what_is_at_risk(app, engine):
    lines = [line["cells"] for line in boards(app(PAGE))[CALLS]["rows"]]
    rows = engine.ask(
        "select customer_id from outlook_customers where at_risk > 0 order by at_risk desc, customer_id limit 20"
    )
    assert [line[0]["pick"] for line in lines] == rows["customer_id"].to_list()


def test_the_list_is_as_long_as_the_team_can_call(app):
    at = app(PAGE)
    at.number_input(key="calls_wanted").set_value(3).run()
    assert len(boards(at)[CALLS]["rows"]) == 3


def test_one_customer_is_opened_from_the_address_and_noted_once(app, engine, noted, one):
    at = app(PAGE, customer=one)
    assert not at.error and not at.exception
    count, silos = engine.ask(
        "select count(*), count(distinct silo) from contacts where customer_id = $c", {"c": one}
    ).row(0)
    assert any(f"{count:,} contacts with {silos} silos" in text for text in texts(at))
    retained = engine.ask("select retained from outlook_customers where customer_id = $c", {"c": one}).item()
    assert metrics(at)["Chance to stay"] == f"{100 * retained:.0f}%"
    at.run()
    assert noted == [(log.CUSTOMER, one)]


def test_what_cant_be_noted_is_not_opened(app, one, monkeypatch):
    def full(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr(log, "note", full)
    at = app(PAGE, customer=one)
    assert "can't be written" in at.error[0].value and "Chance to stay" not in metrics(at)


@pytest.mark.parametrize("name", ["nobody-1", "'; drop table customers; --", "%", "😀", "x" * 3000])
def test_a_customer_that_does_not_exist(app, noted, name):
    at = app(PAGE, customer=name)
    assert not at.error and not at.exception and {what for what, *_ in noted} <= {log.REFUSED}
    assert any("Check the id" in one.value for one in at.info)
    assert CALLS in boards(at)


def test_a_part_of_an_id_offers_those_that_hold_it(app, noted, one):
    at = app(PAGE, customer=one[:-1].lower())
    names = [button.label for button in at.button if button.key and button.key.startswith("open ")]
    assert one in names and len(names) <= customers.MOST and noted == []
    at.button(key=f"open {one}").click().run()
    assert noted == [(log.CUSTOMER, one)]


def test_an_owner_sees_only_customers_whom_their_silos_dealt_with(app, engine, noted, monkeypatch, sample_warehouse):
    silo = "Retention"
    monkeypatch.setattr(guard, "viewer", lambda: Viewer("o", "Olga", frozenset({OWNER}), frozenset({silo})))
    theirs = set(
        engine.ask("select distinct customer_id from contacts where silo = $s", {"s": silo})["customer_id"].drop_nulls()
    )
    at = app(PAGE)
    shown = {line["cells"][0]["pick"] for line in boards(at)[CALLS]["rows"]}
    assert shown and shown <= theirs
    mine = sorted(shown)[0]
    other = engine.ask(
        "select customer_id from customers where not list_contains($t, customer_id) order by 1 limit 1",
        {"t": list(theirs)},
    ).item()
    assert "Chance to stay" in metrics(app(PAGE, customer=mine))
    at = app(PAGE, customer=other)
    assert "Chance to stay" not in metrics(at) and any(silo in one.value for one in at.info)
    assert noted == [(log.CUSTOMER, mine)]


@pytest.mark.parametrize(
    "viewer", [Viewer("o", "Olga", frozenset({OWNER})), Viewer("e", "Eva", frozenset({EXECUTIVE}))]
)
def test_who_owns_no_silo_sees_no_customer(app, monkeypatch, sample_warehouse, viewer):
    monkeypatch.setattr(guard, "viewer", lambda: viewer)
    at = app(PAGE)
    assert CALLS not in boards(at) and at.info


def test_an_analyst_sees_all(app, monkeypatch, sample_warehouse):
    monkeypatch.setattr(guard, "viewer", lambda: Viewer("a", "Ann", frozenset({ANALYST})))
    assert len(boards(app(PAGE))[CALLS]["rows"]) == customer_calls.CALLS


def test_the_line_holds_every_event_of_the_customer(engine, one):
    told = asking.ask(engine, settings(), "customers/line", {"customer": one, "rows": 10_000})
    count = {
        "contact": "select count(*) from interactions where customer_id = $c",
        "loyalty": "select count(*) from loyalty where customer_id = $c",
        "promise": "select count(*) from contacts where customer_id = $c and promised_at <= exported_at",
    }
    for what, sql in count.items():
        assert told.filter(what=what).height == engine.ask(sql, {"c": one}).item(), what
    assert told["moment"].is_sorted(descending=True)


# In words and figures


def event(**change) -> dict:
    row = {
        "moment": datetime(2026, 3, 4, 10),
        "what": "contact",
        "lane": "Billing",
        "tone": "calm",
        "told": "Bill line",
    }
    return {
        **row,
        "mode": "human",
        "said": None,
        "predicted": None,
        "amount": None,
        "currency": None,
        "events": 1,
        **change,
    }


KINDS = {"said": pl.Float64, "predicted": pl.Float64, "amount": pl.Float64, "currency": pl.String}


def test_one_event_and_two_thousand_are_drawn():
    single = customer_line.figure(pl.DataFrame([event()], schema_overrides=KINDS))
    assert single["data"][0]["x"] == ["2026-03-04T10:00:00"]
    rows = [event(lane=f"Silo {place % 7}", tone="bad" if place % 3 else "calm") for place in range(2000)]
    many = customer_line.figure(pl.DataFrame(rows, schema_overrides=KINDS))
    assert len(many["data"][0]["x"]) == 2000 and many["layout"]["height"] < 500


def test_lanes_are_silos_then_what_was_said_then_loyalty():
    rows = [event(lane=name) for name in ("Loyalty", "Surveys", "Support")] + [event(lane=None)]
    assert customer_line.lanes(pl.DataFrame(rows, schema_overrides=KINDS)) == [
        "No silo",
        "Support",
        "Surveys",
        "Loyalty",
    ]


def test_bad_events_are_told_apart_by_shape():
    rows = [event(tone="bad"), event(), event(what="promise", tone="bad"), event(what="promise", tone="good")]
    traces = customer_line.figure(pl.DataFrame(rows, schema_overrides=KINDS))["data"]
    assert traces[0]["marker"]["symbol"] == ["x", "circle"]
    assert traces[1]["marker"]["symbol"] == ["triangle-down", "triangle-up"]
    said = customer_line.legend(pl.DataFrame(rows, schema_overrides=KINDS))
    assert "▼ promise broken" in said and "★" not in said


PEERS = {
    **{"observations": 50, "value": 0.9, "low": 0.8, "high": 0.96, "far": False, "usual": 0.94, "refusal": ""},
    **{"origin": datetime(2026, 6, 1), "basis": "contracts"},
}


def test_people_like_them_are_five_at_least():
    said = customer_card.alike(suppressed(pl.DataFrame([PEERS])).row(0, named=True))
    assert said[0] == "90%" and "50 nearest" in said[1] and "80 to 96%" in said[1]
    few = customer_card.alike(suppressed(pl.DataFrame([{**PEERS, "observations": 4}])).row(0, named=True))
    assert few[0] == "too few" and "90" not in few[1]


NEED = {
    **{"judged": 5000, "hit": 0.21, "guess": 0.21, "hit_three": 0.48, "guess_three": 0.49, "gain_low": 0.0},
    **{"saved": 0.016, "better": True},
}


def test_a_guess_no_better_than_the_base_rate_says_so():
    assert "no more often than the base rate" in customer_next.hits(NEED)
    assert customer_next.hits({**NEED, "better": False}).startswith("No better than the base rate")
    better = customer_next.hits({**NEED, "hit": 0.35, "gain_low": 0.1})
    assert (
        better
        == "The likeliest reason was right for 35.0% of 5,000 needs that came; the base rate's one guess for 21.0%."
    )


def test_features_are_named_in_words(sample_warehouse):
    assert customer_next.feature("promise_kept:newest") == "the latest reading of “promises kept”"
    assert customer_next.feature("due_soon") == "that their contract is due soon"
    assert "_" not in customer_next.feature("something_new")


STANDS = {
    **{"failures": None, "oldest_kind": None, "oldest_days": None, "strongest": "frequency_lately"},
    "reasons": [
        {"what": "talked of leaving", "about": "Sales", "said": None, "happened_on": date(2026, 8, 3)},
        {"what": "low answer", "about": "Bill line", "said": 25.0, "happened_on": date(2026, 8, 1)},
        {"what": "broken promise", "about": None, "said": None, "happened_on": date(2026, 7, 1)},
    ],
}


def test_a_caller_hears_what_has_happened_two_things_at_most():
    said = call_reasons.stands_out(STANDS)
    assert said == ("Talked of leaving on 3 Aug 2026", "Said 25 of 100 about Bill line on 1 Aug 2026")
    assert call_reasons.stands_out({**STANDS, "reasons": STANDS["reasons"][2:]})[0].startswith("We broke a promise of")


def test_what_is_open_comes_before_all_else():
    open_ = {**STANDS, "failures": 1, "oldest_kind": "broken promise", "oldest_days": 12}
    assert call_reasons.stands_out(open_) == (
        "Broken promise open for 12 days: put it right first",
        "Talked of leaving on 3 Aug 2026",
    )


def test_with_nothing_on_record_no_reason_is_made_up():
    first, then = call_reasons.stands_out({**STANDS, "reasons": None})
    assert first == "Nothing on record to put right" and "the forecast goes by how often" in then
    assert call_reasons.stands_out({**STANDS, "reasons": None, "strongest": None})[1] == ""


def test_every_reason_of_the_mart_has_words(engine, app):
    known = set(engine.ask("select distinct what from call_reasons")["what"])
    assert len(known) > 4 and known <= set(call_reasons.WORDS)
    lines = [line["cells"][-1] for line in boards(app(PAGE))[CALLS]["rows"]]
    assert sum("Nothing on record" in line["text"] for line in lines) < len(lines) / 2
    assert not any("turned to us lately" in line["text"] for line in lines)


def test_money_on_the_list_is_in_whole_euros(app):
    cells = [cell for line in boards(app(PAGE))[CALLS]["rows"] for cell in line["cells"][1:4]]
    assert not any("." in text and "k" not in text for cell in cells for text in (cell["text"], cell.get("sub", "")))


def test_the_team_s_room_for_calls_is_governance(app, sample_warehouse, tmp_path, monkeypatch):
    assert app(PAGE).number_input(key="calls_wanted").max == settings().company.calls == 20
    told = dataclasses.replace(settings(), governance=tmp_path)
    (tmp_path / "company.toml").write_text('name = "Small"\ncalls = 3\n', encoding="utf-8")
    monkeypatch.setattr(customer_calls, "settings", lambda: told)
    at = app(PAGE)
    assert len(boards(at)[CALLS]["rows"]) == at.number_input(key="calls_wanted").max == 3


CALL = {"risked": 100.0, "worth": 400.0}


def test_a_call_saves_what_is_believed_and_never_more_than_is_at_risk():
    assert customer_calls.NOTHING_KNOWN.saved(CALL) == pytest.approx((10.0, 0.0, 20.0))
    measured = customer_calls.Belief("x", 0.02, -0.01, 0.5, of_risk=False)
    assert measured.saved(CALL) == pytest.approx((8.0, 0.0, 100.0))


def test_who_is_in_hand_already_is_left_out_and_counted(app, engine, monkeypatch):
    given = asking.ask(engine, settings(), "customers/work", {"rows": 500})
    lines = []
    monkeypatch.setattr(customer_calls, "board", lambda columns, rows, *_, **__: lines.extend(rows))
    monkeypatch.setattr(customer_calls, "_settings", lambda known: (2, customer_calls.NOTHING_KNOWN))
    said = []
    monkeypatch.setattr(customer_calls.st, "caption", said.append)
    monkeypatch.setattr(customer_calls, "heading", lambda *_, **__: None)
    first = given["customer_id"][0]
    held = given.with_columns(in_hand=pl.col("customer_id") == first, left_out=pl.lit(1))
    customer_calls.calls(held, pl.DataFrame(), {"refusal": ""})
    assert [line["cells"][0]["pick"] for line in lines] == given["customer_id"][1:3].to_list()
    assert "1 customer is left out" in said[-1]

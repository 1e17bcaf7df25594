"""Explore: each file of `queries/explore/` is a page that draws, filters, leads on and can be linked to."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from streamlit.testing.v1 import AppTest

from bellwether import asking, exploring, sql
from bellwether.access import log
from bellwether.access.viewer import ANALYST, EXECUTIVE, OWNER, Viewer
from bellwether.settings import ROOT, settings
from bellwether.views import current, explore_address, explore_ways, guard

PAGE = "explore/explore.py"
FILES = sql.find(ROOT / "queries", "explore")
IDS = [str(file.relative_to(ROOT / "queries" / "explore")).removesuffix(".sql") for file in FILES]
BY_CHANNEL, BY_WEEK, BY_REASON = (f"contacts/repeat_contacts{end}" for end in ("", "_by_week", "_by_reason"))


@pytest.fixture
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


@pytest.fixture
def house(sample_warehouse, tmp_path, monkeypatch):
    """A copy of queries/ that the app reads instead, to add to and to break."""
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    monkeypatch.setenv("BELLWETHER_QUERIES", str(tmp_path / "queries"))
    settings.cache_clear()
    yield tmp_path / "queries" / "explore"
    monkeypatch.undo()
    settings.cache_clear()
    current._live.clear()


def boards(at: AppTest) -> list[dict]:
    return [json.loads(one.proto.json) for one in at.get("bidi_component")]


def rows(at: AppTest) -> list[list[str]]:
    """The rows on the page, as their cells' texts."""
    return [
        [cell.get("text") or cell.get("strong", "") for cell in row["cells"]]
        for row in boards(at)[0]["rows"]
        if "cells" in row
    ]


def headings(at: AppTest) -> list[str]:
    return [one.value for one in at.subheader]


def follow(app, href: str) -> AppTest:
    """Open the page at an address."""
    told = parse_qs(urlparse(href).query)
    return app(PAGE, **{name: value if len(value) > 1 else value[0] for name, value in told.items()})


def onward_of(at: AppTest) -> str:
    """Where the first row of the page leads."""
    return boards(at)[0]["rows"][0]["cells"][0]["href"]


@pytest.mark.parametrize("name", IDS)
def test_every_question_draws(sample_warehouse, app, name):
    at = app(PAGE, question=name)
    query = asking.question(settings(), name)
    assert not at.exception and not at.error and not at.info
    assert headings(at)[0] == query.title
    assert rows(at)
    assert bool(at.get("plotly_chart")) == (exploring.drawing(query).chart != "table")
    assert [one.proto.label for one in at.get("download_button")] == ["CSV"]
    assert {"How it is defined", "Link"} <= {one.proto.popover.label for one in at.get("popover")}


@pytest.mark.parametrize("name", IDS)
def test_every_question_has_the_filters_of_its_parameters(sample_warehouse, app, name):
    at = app(PAGE, question=name)
    keys = {one.key.removeprefix(explore_address.key("")) for one in (*at.multiselect, *at.selectbox)}
    wanted = asking.question(settings(), name).parameters
    periods = {"since", "until"}
    assert keys == (wanted - periods) | ({"span"} if wanted & periods else set())


def test_the_list_holds_every_question_by_topic(sample_warehouse, app):
    lines = boards(app(PAGE))[0]["rows"]
    assert [line["group"] for line in lines if "group" in line] == sorted(
        {name.partition("/")[0].capitalize() for name in IDS}
    )
    assert [line["cells"][0]["pick"]["question"] for line in lines if "cells" in line] == IDS


def test_the_search_narrows_the_list_and_says_when_nothing_is_left(sample_warehouse, app):
    at = app(PAGE, search="for WHICH reasons")
    assert [cells[0] for cells in rows(at)] == ["Repeat contacts by reason and channel"]
    at = app(PAGE, search="unheard of")
    assert not boards(at) and "No question holds these words" in str(at.info[0].proto)


def test_figures_are_what_the_question_answers(sample_warehouse, app, engine):
    at = app(PAGE, question=BY_CHANNEL)
    told = {channel: int(contacts.replace(",", "")) for channel, _, contacts in rows(at)}
    until = engine.ask("select max(week) + 7 from silo_weeks").item()
    found = engine.ask(
        "select channel, count(*) as n from contacts where customer_id is not null and reason is not null "
        "and coalesce(initiated_by, 'customer') = 'customer' "
        "and within(local_time(started_at), $until::date - 364, $until) group by channel",
        {"until": until},
    )
    assert told == dict(found.iter_rows())


def test_a_row_leads_to_the_question_that_the_header_names_with_its_values(sample_warehouse, app):
    at = app(PAGE, question=BY_CHANNEL, stages="get help")
    cell = boards(at)[0]["rows"][0]["cells"][0]
    onward = follow(app, cell["href"])
    assert headings(onward)[0] == "Repeat contacts by week"
    assert onward.multiselect(key=explore_address.key("channels")).value == [cell["text"]]
    assert onward.multiselect(key=explore_address.key("stages")).value == ["get help"]


def test_a_week_leads_on_as_these_seven_days(sample_warehouse, app, engine):
    at = app(PAGE, question=BY_WEEK)
    newest = engine.ask("select max(week) from silo_weeks").item()
    onward = follow(app, onward_of(at))
    first, last = onward.date_input(key=explore_address.key("days")).value
    assert (first, (last - first).days) == (newest, 6)


def test_a_link_restores_what_is_on_screen(sample_warehouse, app):
    at = app(PAGE, question=BY_REASON, channels=["chat", "phone"], span="Last 26 weeks")
    assert at.session_state[explore_address.key("channels")] == ["chat", "phone"]
    days = [date.fromisoformat(day) for day in parse_qs(urlparse(onward_of(at)).query)["days"]]
    given = {"channels": ["chat", "phone"], "silos": [], "since": days[0], "until": days[1] + timedelta(days=1)}
    again = follow(app, explore_ways.href(explore_ways.address(BY_REASON, given)))
    assert rows(again) == rows(at)
    assert rows(app(PAGE, question=BY_REASON, channels=["chat", "phone"])) != rows(at)


def test_who_comes_with_an_address_gets_what_it_says_and_who_changes_a_filter_what_they_chose(sample_warehouse, app):
    at = app(PAGE, question=BY_CHANNEL, silos="Billing")
    # Here the address stays as it is, as for who chooses again before the browser has taken the last one.
    for chosen in (["Digital"], ["Billing", "Digital"]):
        at.multiselect(key=explore_address.key("silos")).set_value(chosen).run()
        assert at.multiselect(key=explore_address.key("silos")).value == chosen
        assert at.session_state[explore_address.WRITTEN] == {"silos": chosen}
    at.query_params["silos"] = "Sales"
    at.run()
    assert at.multiselect(key=explore_address.key("silos")).value == ["Sales"]


def test_an_address_that_names_nothing_we_have_begins_with_the_defaults(sample_warehouse, app):
    at = app(PAGE, question=BY_CHANNEL, silos=["Nobody", "Billing"], span="For ever", days=["soon", "2026-01-01"])
    assert at.multiselect(key=explore_address.key("silos")).value == ["Billing"]
    assert at.selectbox(key=explore_address.key("span")).value == "Last 52 weeks"
    assert at.session_state[explore_address.WRITTEN] == {"silos": ["Billing"]}
    for days in (["soon", "later"], ["2026-03-01", "2026-02-01"], ["2026-01-01"], ["2026-01-01", "2999-01-01"]):
        at = app(PAGE, question=BY_CHANNEL, span="Choose dates", days=days)
        first, last = at.date_input(key=explore_address.key("days")).value
        assert not at.exception and (last - first).days == 90


def test_small_groups_are_hidden_in_rows_and_file(sample_warehouse, app, engine):
    """A reason with few contacts in some channel: neither its figure nor its number is told."""
    at = app(PAGE, question=BY_REASON)
    few = [cells for cells in rows(at) if "too few" in cells]
    assert few and all(cells[2:] == ["too few", "too few"] for cells in few)
    assert rows(at)[-len(few) :] == few
    assert any("fewer than five" in one.value for one in at.caption)


def test_the_file_says_which_days_and_what_was_chosen(sample_warehouse, app):
    at = app(PAGE, question=BY_CHANNEL, silos="Billing", span="Choose dates", days=["2026-01-05", "2026-03-29"])
    (download,) = at.get("download_button")
    assert "Repeat contacts by channel, 2026-01-05 to 2026-03-29, Billing" in download.proto.help


def test_filters_that_leave_nothing_say_so(sample_warehouse, app):
    at = app(PAGE, question=BY_CHANNEL, span="Choose dates", days=["2018-01-01", "2018-01-07"])
    assert not at.error and not boards(at)
    assert "Nothing was observed for these filters" in str(at.info[0].proto)


def test_a_question_that_is_not_there_is_said_with_the_nearest(sample_warehouse, app):
    at = app(PAGE, question="contacts/repeat_contact")
    assert not at.error and not at.exception
    assert "There is no such question" in str(at.info[0].proto)
    assert "contacts/repeat_contacts" in at.info[0].value


@pytest.mark.parametrize("name", ["../answers/silos/trend", "silos/trend", "/etc/passwd"])
def test_only_questions_to_explore_can_be_asked(sample_warehouse, app, name):
    at = app(PAGE, question=name)
    assert "There is no such question" in str(at.info[0].proto) and not boards(at)


def test_a_file_that_is_saved_stands_there_at_once_and_a_broken_one_says_how_to_mend_it(house, app):
    text = (house / f"{BY_CHANNEL}.sql").read_text(encoding="utf-8")
    (house / "waits").mkdir()
    (house / "waits" / "mine.sql").write_text(text.replace("contacts by channel", "contacts of mine"), encoding="utf-8")
    assert "Repeat contacts of mine" in [cells[0] for cells in rows(app(PAGE))]
    assert headings(app(PAGE, question="waits/mine"))[0] == "Repeat contacts of mine"
    (house / "waits" / "mine.sql").write_text(text.replace("-- chart", "-- chrt"), encoding="utf-8")
    for at in (app(PAGE), app(PAGE, question="waits/mine")):
        assert 'waits/mine.sql, line 7: "chrt" is not a header key' in at.error[0].value
        assert "bellwether check queries/explore" in at.error[0].value


def test_sql_that_the_version_cannot_answer_is_said(house, app):
    file = house / f"{BY_CHANNEL}.sql"
    file.write_text(file.read_text(encoding="utf-8").replace("from contacts", "from contact"), encoding="utf-8")
    at = app(PAGE, question=BY_CHANNEL)
    assert "contact does not exist" in at.error[0].value and not at.exception


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("-- x: channel", "-- x: chanel"), 'Did you mean "channel"?'),
        (("-- count: contacts", "-- count: people"), '"people" is no column of the answer'),
        (("-- target: 0.1", "-- target: ten"), "is no number"),
        (("    channel,\n", "    channel,\n    min(customer_id) as customer_id,\n"), "tells who it was"),
    ],
)
def test_a_header_that_cannot_be_drawn_is_said_and_nothing_is_shown(house, app, change, says):
    file = house / f"{BY_CHANNEL}.sql"
    text = file.read_text(encoding="utf-8").replace("-- unit", "-- target: 0.1\n-- unit")
    assert change[0] in text
    file.write_text(text.replace(*change, 1), encoding="utf-8")
    at = app(PAGE, question=BY_CHANNEL)
    assert says in at.error[0].value and not boards(at) and not at.exception


CUSTOMERS = """\
-- title: Who came back most
-- question: Which customers contacted us most often?
-- grain: customer_id
-- chart: table
-- x: customer_id
-- count: contacts
-- names: customers

select customer_id, count(*) as contacts
from contacts
where customer_id is not null and chosen($silos, silo)
group by customer_id
order by contacts desc, customer_id
limit 20
"""


def test_single_customers_show_to_who_reads_every_row_and_the_log_says_so(house, app, engine, monkeypatch):
    (house / "contacts" / "who.sql").write_text(CUSTOMERS, encoding="utf-8")
    lines = []
    monkeypatch.setattr(log, "note", lambda viewer, what, about="": lines.append((viewer.subject, what, about)))
    wanted = engine.ask(
        "select customer_id, count(*) as contacts from contacts where customer_id is not null "
        "group by customer_id order by contacts desc, customer_id limit 20"
    )
    monkeypatch.setattr(guard, "viewer", lambda: Viewer("a", "Ann", frozenset({ANALYST})))
    at = app(PAGE, question="contacts/who")
    assert not at.error and not at.exception
    assert rows(at) == [[name, f"{contacts:,}"] for name, contacts in wanted.iter_rows()]
    at.run()
    assert lines == [("a", log.CUSTOMER, "the question contacts/who")]


@pytest.mark.parametrize("role", [EXECUTIVE, OWNER])
def test_single_customers_are_not_asked_for_by_who_reads_roll_ups(house, app, monkeypatch, role):
    (house / "contacts" / "who.sql").write_text(CUSTOMERS, encoding="utf-8")
    asked, ask = [], current.ask
    monkeypatch.setattr(current, "ask", lambda name, *given, **more: (asked.append(name), ask(name, *given, **more))[1])
    monkeypatch.setattr(guard, "viewer", lambda: Viewer("o", "Olga", frozenset({role}), frozenset({"Billing"})))
    at = app(PAGE, question="contacts/who")
    assert not at.error and not at.exception
    assert any("not yours to open" in str(one.proto) for one in at.info)
    assert "contacts/who" not in asked and not boards(at)

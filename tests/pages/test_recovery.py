"""The Recovery page: what is open, who has it, what is written of it, and what being quick earns."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from test_pages import boards, texts

from bellwether import asking
from bellwether.access.suppression import suppressed
from bellwether.accountability import open_store, recoveries
from bellwether.settings import settings
from bellwether.views import recovery, recovery_list, recovery_loyalty, recovery_steps, recovery_waits
from bellwether.views.recovery_curves import survival

PAGE = "recovery/recovery.py"
LIST = "Open failures, the oldest first"


@pytest.fixture
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


@pytest.fixture
def store(sample_warehouse, monkeypatch, tmp_path):
    """A store of this test's own, so that nothing that it writes reaches the others."""
    monkeypatch.setenv("BELLWETHER_STORE", f"sqlite:///{tmp_path / 'store.db'}")
    settings.cache_clear()
    opened = open_store()
    yield opened
    opened.close()
    monkeypatch.undo()
    settings.cache_clear()


def metrics(at) -> dict[str, str]:
    return {one.label: one.value for one in at.metric}


def open_now(engine) -> pl.DataFrame:
    return engine.ask("select * from open_failures where left_at is null order by failed_at, failure")


def name_of(row: dict, local: datetime) -> str:
    return recovery_list._name({**row, "failed_at": local})


def local(engine, failure: str) -> datetime:
    return engine.ask("select local_time(failed_at) from open_failures where failure = $f", {"f": failure}).item()


def test_the_headline_is_what_the_mart_says(app, engine, store):
    rows, told = open_now(engine), metrics(app(PAGE))
    assert told["Not put right yet"] == f"{rows.height:,}"
    assert told["Beyond the standard"] == f"{rows['beyond_standard'].sum():,}"
    assert told["Assigned to nobody"] == f"{rows.height:,}"
    assert told["Half are older than"].startswith(str(round(rows["age_days"].median())))


def test_the_list_begins_with_the_oldest(app, engine, store):
    rows = open_now(engine)
    lines = [line["cells"] for line in boards(app(PAGE))[LIST]["rows"]]
    assert [line[0]["pick"] for line in lines] == rows["failure"][: len(lines)].to_list()
    assert len(lines) == min(rows.height, 200)


def test_filters_come_from_the_address(app, engine, store):
    rows = open_now(engine)
    silo, kind = rows.drop_nulls("silo").group_by("silo", "kind").len().sort("len", "silo", "kind").row(-1)[:2]
    at = app(PAGE, kinds=kind)
    assert metrics(at)["Not put right yet"] == f"{rows.filter(kind=kind).height:,}"
    at.multiselect(key="silos").set_value([silo]).run()
    wanted = rows.filter(silo=silo, kind=kind)
    assert metrics(at)["Not put right yet"] == f"{wanted.height:,}"
    assert {line["cells"][0]["sub"].split(" · ")[0] for line in boards(at)[LIST]["rows"]} == {silo}


def test_a_filter_that_leaves_nothing_says_so(app, engine, store):
    silos = set(engine.ask("select silo from indicator_silos")["silo"]) - set(open_now(engine)["silo"])
    at = app(PAGE)
    at.multiselect(key="silos").set_value([sorted(silos)[0]]).run()
    assert not at.error and not at.exception and metrics(at)["Not put right yet"] == "0"
    assert any("Nothing is open" in text for text in texts(at))


def test_ages_add_up_by_kind_and_by_silo(app, engine, store):
    rows = boards(app(PAGE))["Open failures by age"]["rows"]
    total = open_now(engine).height
    groups: list[list[list[int]]] = []
    for line in rows:
        if "group" in line:
            groups.append([])
            continue
        groups[-1].append([int(cell["text"].replace(",", "").replace("–", "0")) for cell in line["cells"][1:6]])
    assert len(groups) == 2
    for group in groups:
        assert sum(line[4] for line in group) == total
        assert all(sum(line[:4]) == line[4] for line in group)


# Writing


def opened(app, engine, failure: dict, name: str = "Ann"):
    at = app(PAGE, failure=name_of(failure, local(engine, failure["failure"])))
    if name:
        at.text_input(key="me").set_value(name).run()
    return at


def press(at, label: str, failure: str):
    at.button(key=f"{label} {failure}").click().run()
    assert not at.exception and not at.error
    return at


def test_a_failure_is_acknowledged_assigned_and_resolved(app, engine, store):
    one = open_now(engine).row(0, named=True)
    failure, before = one["failure"], open_now(engine).height
    at = press(opened(app, engine, one), "Acknowledge", failure)
    assert recoveries.recovery(store, failure).acknowledged_by == "Ann"
    who = at.selectbox(key=f"to {failure} 1").options[-1]
    at.selectbox(key=f"to {failure} 1").set_value(who).run()
    at = press(at, "Assign it", failure)
    now = recoveries.recovery(store, failure)
    assert (now.state, now.assigned_to, (now.due - store.today()).days) == ("assigned", who, recovery_steps.GIVEN)
    assert metrics(at)["Assigned to nobody"] == f"{before - 1:,}"
    at.selectbox(key=f"outcome {failure} 2").set_value("made good").run()
    at.text_area(key=f"words {failure} 2").set_value("A month free.").run()
    at = press(at, "Resolve it", failure)
    assert recoveries.recovery(store, failure).words == "A month free."
    assert metrics(at)["Not put right yet"] == f"{before - 1:,}"
    assert failure not in [line["cells"][0]["pick"] for line in boards(at)[LIST]["rows"]]
    assert any("Resolved by Ann" in text and "made good" in text for text in texts(at))
    at.text_input(key=f"reason {failure} 3").set_value("It broke again.").run()
    at = press(at, "Reopen it", failure)
    assert recoveries.recovery(store, failure).state == "assigned"
    assert metrics(at)["Not put right yet"] == f"{before:,}"


def test_without_a_name_nothing_can_be_written(app, engine, store):
    one = open_now(engine).row(0, named=True)
    at = opened(app, engine, one, name="")
    assert at.button(key=f"Acknowledge {one['failure']}").disabled
    assert any("Say who you are" in text for text in texts(at))


def test_a_refusal_is_said_and_nothing_written(app, engine, store):
    one = open_now(engine).row(0, named=True)
    at = press(opened(app, engine, one), "Resolve it", one["failure"])
    assert "What was done is empty" in at.warning[0].value
    assert recoveries.recoveries(store) == ()


def test_somebody_who_was_faster_is_not_written_over(app, engine, store):
    one = open_now(engine).row(0, named=True)
    at = opened(app, engine, one)
    recoveries.assign(store, one["failure"], to="Hugo", due=store.today(), seen=0, by="Bob")
    at = press(at, "Acknowledge", one["failure"])
    assert any("Bob changed" in text for text in texts(at))
    assert recoveries.recovery(store, one["failure"]).acknowledged_by == "Bob"


def test_the_record_says_where_it_stands(app, engine, store):
    one = open_now(engine).row(0, named=True)
    at = opened(app, engine, one)
    assert [line["cells"][0]["pick"] for line in boards(at)[LIST]["rows"] if line["chosen"]] == [one["failure"]]
    told = at.dataframe[0].value
    facts = dict(zip(told["Field"], told["Value"], strict=True))
    assert facts["Record"] == one["row_id"] and facts["Export"] and int(facts["Line"]) > 0


# In words

ROW = {
    **{"failure": "complaint/tickets/7", "kind": "complaint", "silo": "Support", "touchpoint": None, "age_days": 9},
    **{"failed_at": datetime(2026, 5, 4, 10), "beyond_standard": True, "state": "open", "assigned_to": None},
    **{"belongs_to": "Hugo", "due": None, "customer_id": "c1", "segment": None},
}
TODAY = date(2026, 5, 13)
PROGRESS = [
    ({}, "Hugo", "not acknowledged"),
    ({"belongs_to": None}, "nobody", "not acknowledged"),
    ({"state": "acknowledged"}, "Hugo", "acknowledged, not assigned"),
    ({"state": "assigned", "assigned_to": "Yara", "due": TODAY}, "Yara", "assigned, due 13 May 2026"),
    (
        {"state": "assigned", "assigned_to": "Yara", "due": date(2026, 5, 12)},
        "Yara",
        "assigned, overdue since 12 May 2026",
    ),
]


@pytest.mark.parametrize(("change", "who", "said"), PROGRESS)
def test_who_has_it_and_how_far_it_is(change, who, said):
    cell = recovery_list.cells({**ROW, **change}, TODAY)[2]
    assert (cell["text"], cell["sub"]) == (who, said)


def test_age_has_a_shape_and_a_word_beside_its_colour():
    late, fine = (recovery_list.cells({**ROW, "beyond_standard": one}, TODAY)[1] for one in (True, False))
    assert (late["shape"], late["tip"]) == ("▼", "beyond the standard")
    assert (fine["shape"], fine["tip"]) == ("●", "within the standard")


LOYALTY = [
    {"standing": "put right in time", "observations": 900, "value": 0.91, "low": 0.89, "high": 0.93},
    {"standing": "not put right yet", "observations": 60, "value": 0.84, "low": 0.73, "high": 0.91},
]


def loyalty(word: str, *rows: dict) -> pl.DataFrame:
    own = {"landmark": 7, "kind": "complaint", "word": word, "standard_days": 7}
    return suppressed(pl.DataFrame([{**own, **row} for row in rows or LOYALTY]))


def test_what_being_quick_earns_is_one_plain_sentence():
    assert recovery_loyalty.sentence(loyalty("no difference beyond chance")) == (
        "Still customers a year later: 91% (89 to 93%) of the 900 put right in time; 84% (73 to 91%) of the 60 not put "
        "right yet. **The difference may well be chance.**"
    )


def test_too_few_are_not_spoken_of():
    few = loyalty("too few", LOYALTY[0], {**LOYALTY[1], "observations": 4})
    assert recovery_loyalty.sentence(few) == "**Too few customers, or too few who left, to compare.**"


def test_the_curves_are_told_apart_by_more_than_colour():
    weeks = pl.DataFrame(
        {
            "standing": ["put right in time"] * 3 + ["not put right yet"] * 3,
            "week": [0, 1, 2] * 2,
            "value": [1.0, 0.9, 0.8, 1.0, 0.9, 0.79],
            "low": [1.0, 0.8, 0.7] * 2,
            "high": [1.0, 0.95, 0.9] * 2,
            "followed": [90, 80, 70] * 2,
        }
    )
    lines = [trace for trace in survival(weeks)["data"] if "marker" in trace]
    assert [line["line"]["dash"] for line in lines] == ["solid", "dot"]
    assert [line["marker"]["symbol"] for line in lines] == ["circle", "diamond"]
    assert [line["name"] for line in lines] == ["put right in time", "not put right yet"]


def test_what_can_t_be_told_is_named(monkeypatch):
    said = []
    monkeypatch.setattr(recovery_waits.st, "caption", said.append)
    monkeypatch.setattr(recovery_waits, "board", lambda *_, **__: None)
    row = {"kind": "complaint", "is_told": False, "observations": None, "value": None, "median_days": None}
    recovery_waits.waits(suppressed(pl.DataFrame([row], schema_overrides={"observations": pl.Int64})))
    assert len(said) == 1 and "Can't be told" in said[0] and "complaints" in said[0]


@pytest.mark.parametrize(("told", "said"), [(True, "success"), (False, "info")])
def test_nothing_open_is_not_the_same_as_nothing_seen(monkeypatch, told, said):
    drawn = []
    for name in ("success", "info"):
        monkeypatch.setattr(recovery.st, name, lambda *_, name=name, **__: drawn.append(name))
    recovery.bands(pl.DataFrame(), 7, pl.DataFrame({"is_told": [False, told]}))
    assert drawn == [said]

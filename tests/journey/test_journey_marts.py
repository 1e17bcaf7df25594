"""Later loyalty and coherence: against slow counts, and what is planted in the simulated company."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from bellwether import asking
from bellwether.journey import loyalty
from bellwether.settings import settings

DAY = timedelta(days=1)
NOW = datetime(2026, 1, 5)


@pytest.fixture
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


def followed(*rows: tuple[str, int, int | None]) -> pl.DataFrame:
    """Of (standing, day when it was known, day when they left)."""
    told = [
        {
            **{"standing": standing, "known_at": NOW + known * DAY, "left_at": left and NOW + left * DAY},
            **{"seen_until": NOW + 400 * DAY, "part": "x"},
        }
        for standing, known, left in rows
    ]
    return pl.DataFrame(told, schema_overrides={"left_at": pl.Datetime("us")})


def test_who_is_still_a_customer_half_a_year_on():
    told = loyalty.stays(
        followed(
            ("held", 0, None),  # never left
            ("held", 0, 181),  # left a day before the half year was over
            ("held", 0, 182),  # left on the day on which it was over
            ("held", 219, None),  # its half year ends 401 days on: not over yet
        )
    )
    assert told["stays"].to_list() == [True, False, True, None]


def test_a_gap_is_found_and_small_groups_say_nothing():
    many = followed(*[("held", 0, 400)] * 80, *[("held", 0, 20)] * 20, *[("fell back or stalled", 0, 20)] * 50)
    many = pl.concat([many, followed(*[("fell back or stalled", 0, 400)] * 50)])
    told = loyalty.compared(loyalty.HAND_OFF, "all", many, many["part"])
    assert [row["standing"] for row in told] == ["held", "fell back or stalled"]
    assert told[0]["gap"] == pytest.approx(0.3) and told[0]["word"] == loyalty.STAY
    assert told[0]["gap_low"] < 0.3 < told[0]["gap_high"]
    few = many.head(110)
    assert {row["word"] for row in loyalty.compared(loyalty.HAND_OFF, "all", few, few["part"])} == {loyalty.TOO_FEW}
    assert loyalty.compared(loyalty.HAND_OFF, "all", many.head(0), many.head(0)["part"]) == []


def test_the_planted_moment_is_found(engine):
    """A human touch that does not put a digital failure right raises lapses: planted, times 24 for weeks."""
    told = engine.ask("select * from journey_loyalty where topic = 'digital failure' and part = 'all'")
    right, wrong = (
        told.row(by_predicate=pl.col("standing") == one, named=True) for one in loyalty.SIDES[loyalty.DIGITAL]
    )
    assert right["word"] == loyalty.STAY and right["gap_low"] > 0
    assert right["value"] > wrong["value"]
    other = engine.ask("select distinct word from journey_loyalty where topic = 'begun by' and part = 'third_party'")
    assert set(other["word"]) <= {loyalty.ALIKE, loyalty.TOO_FEW}


def test_those_who_are_followed_are_those_who_were_there(engine):
    """A slow count of the first human contact after a digital failure of every customer."""
    events = engine.ask(
        "select customer_id, occurred_at, kind from loyalty where kind in ('join', 'renewal', 'return', 'lapse') "
        "order by occurred_at, event_id"
    )
    seen = engine.ask("select max(seen_until) from origins").item()
    firsts = engine.ask(
        "select customer_id, right_first_time, resolved_at from contacts left join horizons using (source) "
        "where mode = 'human' and after_digital_failure and right_first_time is not null and resolved_at is not null "
        "and resolved_at + interval 14 days <= known_until order by resolved_at, interaction_id"
    ).unique("customer_id", keep="first", maintain_order=True)
    lives: dict[str, list[tuple]] = {}
    for who, at, kind in events.iter_rows():
        lives.setdefault(who, []).append((at, kind))
    stay = {True: [0, 0], False: [0, 0]}
    for who, right, ended in firsts.iter_rows():
        known = ended + 14 * DAY
        before = [kind for at, kind in lives.get(who, ()) if at <= known]
        if who not in lives or (before and before[-1] == "lapse") or known + 182 * DAY > seen:
            continue
        left = any(kind == "lapse" and known < at < known + 182 * DAY for at, kind in lives[who])
        stay[right][0] += 1
        stay[right][1] += left
    told = engine.ask("select standing, observations, lapses from journey_loyalty where topic = 'digital failure'")
    found = {standing == "right first time": [count, left] for standing, count, left in told.iter_rows()}
    assert found == stay


def test_coherence_speaks_of_customers_who_met_several_silos(engine):
    told = engine.ask("select * from coherence")
    assert {"promise_kept", "effort"} <= set(told["indicator"])
    assert told.filter(~pl.col("value").is_between(0, 1)).is_empty()
    assert (told["several"] <= told["customers"]).all()
    several = engine.ask(
        "select count(*) from (select customer_id from contacts where recognised is not null "
        "and customer_id is not null group by 1 having count(distinct silo) > 1)"
    ).item()
    assert told.filter(indicator="recognised")["several"].item() == several


def test_a_silo_is_held_against_the_same_customers(engine):
    """By hand for one silo: the mean over customers of here less elsewhere."""
    rows = engine.ask(
        "select customer_id, silo, case when resolved_at <= promised_at then 1e0 else 0e0 end as value from contacts "
        "where promised_at is not null and promised_at <= coalesce(due_until, promised_at) and customer_id is not null"
    )
    gaps = []
    for (_,), one in rows.group_by("customer_id"):
        here, elsewhere = (
            one.filter(silo="Field service")["value"],
            one.filter(pl.col("silo") != "Field service")["value"],
        )
        if len(here) and len(elsewhere):
            gaps.append(here.mean() - elsewhere.mean())
    told = engine.ask("select * from coherence_silos where indicator = 'promise_kept' and silo = 'Field service'").row(
        0, named=True
    )
    assert told["customers"] == len(gaps)
    assert told["gap"] == pytest.approx(sum(gaps) / len(gaps))
    assert told["gap_low"] < told["gap"] < told["gap_high"]

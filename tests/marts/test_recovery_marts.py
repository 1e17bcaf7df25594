"""What being quick earns in the simulated company: nothing was planted, so nothing may be found."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from bellwether import asking, recovery_marts
from bellwether.recovery_marts import ALIKE, ALL_KINDS, GO, STAY, TOO_FEW
from bellwether.settings import settings

START = datetime(2025, 1, 6)


@pytest.fixture
def engine(sample_warehouse):
    engine = asking.open_current(settings())
    yield engine
    engine.close()


def test_nothing_is_found_where_nothing_was_planted(engine):
    words = engine.ask("select distinct word from recovery_loyalty")["word"].to_list()
    assert set(words) <= {ALIKE, TOO_FEW}
    told = engine.ask("select word from recovery_loyalty where kind = 'broken promise' and landmark = 7")
    assert set(told["word"]) == {ALIKE} or told.height == 0 or set(told["word"]) == {TOO_FEW}


def test_a_curve_is_what_happened_to_these_customers(engine):
    """A slow count: of those who were seen for a year or left before, at no time too many and none is lost."""
    rows = engine.ask(
        "select kind, standing, week, value, low, high, followed, observations from recovery_curves order by all"
    )
    assert rows.height
    for _, one in rows.group_by("kind", "standing", "observations", maintain_order=True):
        first = one.row(0, named=True)
        assert (first["week"], first["value"], first["followed"]) == (0, 1.0, first["observations"])
        assert one["value"].is_sorted(descending=True) and one["followed"].is_sorted(descending=True)
        assert ((one["low"] <= one["value"]) & (one["value"] <= one["high"])).all()


def test_waits_count_every_failure_of_the_year(engine):
    told = engine.ask("select * from recovery_waits where kind = 'all kinds' and silo = 'All silos'").row(0, named=True)
    by_hand = engine.ask(
        "select count(*), count(recovered_at), count(*) filter (recovered_at <= failed_at + interval 7 days) "
        "from failures, (select max(known_until) as until from horizons) "
        "where kind != 'failed attempt' and failed_at >= until - interval 52 weeks and failed_at < until"
    ).row(0)
    assert (told["observations"], told["put_right"]) == by_hand[:2]
    # Open cases count for as long as they were open, so that the share is no lower than the plain one.
    assert by_hand[2] / by_hand[0] <= told["value"] <= by_hand[2] / by_hand[0] + 0.02


def followed(size: int, earns: float, seed: int = 1) -> pl.DataFrame:
    """Two kinds: one quick whose customers leave soon, one slow whose customers stay; being quick multiplies by `earns`
    how long they stay after day 7."""
    dice = np.random.default_rng(seed)
    slow = dice.random(size) < 0.5
    wait = dice.exponential(np.where(slow, 14, 4))
    stays = 7 + dice.exponential(np.where(slow, 400, 150)) * np.where(wait <= 7, earns, 1)
    days = [
        pl.Series(values).map_elements(lambda day: START + timedelta(days=day), pl.Datetime("us"))
        for values in (wait, stays)
    ]
    return pl.DataFrame(
        {
            "customer_id": [f"c{place}" for place in range(size)],
            "kind": np.where(slow, "complaint", "broken promise"),
            "failed_at": [START] * size,
            "recovered_at": days[0],
            "left_at": days[1],
            "seen_until": [START + timedelta(days=300)] * size,
        }
    )


def words(rows: pl.DataFrame) -> dict[tuple[str, int], str]:
    _, told = recovery_marts._loyalty(rows, 7)
    return {(row["kind"], row["landmark"]): row["word"] for row in told.iter_rows(named=True)}


def test_kinds_that_differ_are_no_reason_to_call_it_quickness():
    """The quick kind's customers leave sooner: in one pot it would look as though being quick did harm."""
    rows = followed(4000, earns=1.0)
    pot = recovery_marts._compared(recovery_marts.survival.landmarked(rows, 7, 7))
    assert pot["word"] == GO
    assert set(words(rows).values()) == {ALIKE}


@pytest.mark.parametrize(("earns", "word"), [(1.6, STAY), (0.6, GO)])
def test_what_is_planted_is_found_with_its_direction(earns, word):
    told = words(followed(4000, earns))
    assert told[ALL_KINDS, 7] == told["complaint", 7] == told["broken promise", 7] == word


def test_few_are_not_compared():
    rows = followed(30, earns=1.0)
    assert set(words(rows).values()) == {TOO_FEW}


def test_nobody_to_follow_makes_no_rows():
    assert recovery_marts._loyalty(followed(3, 1.0).head(0), 7) == (None, None)

"""No small group follows from what is shown: solved as a system of equations, and by the tracker's four large sums."""

from __future__ import annotations

import os
import random

import duckdb
import polars as pl
import pytest
from attack import World, questions, recovered

from bellwether import warehouse

INDICATORS = ("promise_kept", "first_time_right", "answered_promptly", "net_promoter")
WEEKS = 14
# So many small cells have to follow from unprotected answers, or the attacker is no good.
PROVEN = 20
# A whole run asks everything of every silo.
WHOLE = bool(os.environ.get("BELLWETHER_WHOLE"))
SILOS, LARGEST, MOST = (99, 5000, 10**6) if WHOLE else (4, 500, 6000)


@pytest.fixture(scope="module")
def marts(sample_warehouse):
    home = warehouse.current(sample_warehouse)
    con = duckdb.connect()
    con.execute(f"attach '{home / 'marts.duckdb'}' as marts (read_only)")
    con.execute(f"attach '{home / 'sums.duckdb'}' as sums (read_only)")
    yield con
    con.close()


def worlds(con: duckdb.DuckDBPyConnection, indicator: str) -> list[World]:
    """Each silo of an indicator over some weeks in the middle of its history."""
    (since, until), silos = _middle(con, indicator)
    where = "where indicator = ? and silo is not distinct from ? and week >= ? and week < ? order by all"
    return [
        World(
            *(
                con.sql(f"select * from {name} {where}", params=[indicator, silo, since, until]).pl()
                for name in ("sums.indicator_sums", "marts.indicator_weeks", "marts.silo_totals")
            )
        )
        for silo in silos
    ]


def _middle(con, indicator: str):
    weeks = [
        w
        for (w,) in con.execute(
            "select distinct week from sums.indicator_sums where indicator = ? order by 1", [indicator]
        ).fetchall()
    ]
    start = len(weeks) // 2
    silos = [
        s
        for (s,) in con.execute(
            "select distinct silo from sums.indicator_sums where indicator = ? order by 1", [indicator]
        ).fetchall()
    ]
    return (weeks[start], weeks[min(start + WEEKS, len(weeks) - 1)]), silos


def unprotected(world: World) -> World:
    """Answers made of the exact cells, and nothing but groups of fewer than five hidden: how it was."""
    keys = ["indicator", "week", "month", "silo"]
    sums = [pl.col(name).sum() for name in ("observations", "weight", "total")]
    marks = [pl.col(name).bitwise_or() for name in ("mark_a", "mark_b", "mark_c")]
    return World(world.exact, world.exact, world.exact.group_by(keys).agg(*sums, *marks))


@pytest.mark.parametrize("indicator", INDICATORS)
def test_solving_all_answers_together_recovers_no_small_group(marts, indicator):
    dice, before, after = random.Random(5), 0, 0
    for world in worlds(marts, indicator)[:SILOS]:
        if 20 <= len(world.exact) <= LARGEST:
            asked = questions(world, dice, unions=300)
            asked = dice.sample(asked, min(len(asked), MOST))
            if before <= PROVEN:
                before += len(recovered(unprotected(world), asked))
            after += len(recovered(world, asked))
    assert before > PROVEN, "the attacker is no good, so that nothing is proven"
    assert after == 0

"""The planted silence of the simulated company, over companies: how often the intervals cover what was planted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import satisfaction_silence as silence
from bellwether.sample import realised, simulate, surveys, world

PULL = 0.55  # planted: log odds to answer a standard deviation of satisfaction


@pytest.fixture(scope="module")
def companies() -> list[tuple[silence.Silence, float]]:
    """Ten companies of 1,500: what their silence tells, and what all who were asked would have said."""
    found = []
    for seed in range(11, 21):
        made = world.make(1500, 3, seed)
        asked = surveys.make(made, *simulate(made))
        after = pl.col("survey") == "contact"
        invitations = asked.select(
            customer_id=pl.col("customer").cast(pl.String),
            kind=(~after).cast(pl.Int64),
            answered=pl.col("answers").cast(pl.Int64),
            said=pl.when(after).then((pl.col("csat") - 1) * 25.0).otherwise(pl.col("nps") * 10.0),
        )
        found.append((silence.fit(invitations), realised.scores(made, asked)["all_weeks"]["all"]["of_all"]))
    return found


def test_the_pull_is_the_planted_one(companies):
    """8 of 10: fewer happen once in 90 times where each covers in 95 of 100."""
    found = np.array([one.pull for one, _ in companies])
    assert ((found[:, 1] <= PULL) & (found[:, 2] >= PULL)).sum() >= 8
    assert found[:, 0].mean() == pytest.approx(PULL, abs=0.08)


def test_what_all_would_say_is_covered(companies):
    """A bill that shocks lowers satisfaction for some weeks, and answers with it; that is not seen: half a point."""
    found = np.array([(*one.everyone, truth) for one, truth in companies])
    assert ((found[:, 1] <= found[:, 3]) & (found[:, 2] >= found[:, 3])).sum() >= 8
    assert abs((found[:, 0] - found[:, 3]).mean()) < 1.5

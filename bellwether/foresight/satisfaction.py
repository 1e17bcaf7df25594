"""Predicted satisfaction: what every contact would be given as an answer, foretold with what was known when it ended.

Each quarter learns from the answers that were known before it began, and foretells the contacts that end in it: nothing
is shuffled in time, so every figure could have been said on its day. Before enough answers are known there is none.

1. Trees say what those who answer would say of such a contact (`satisfaction_trees`).
2. That is set right by how earlier quarters came out: a line through what was foretold and what came (calibration in
   Van Calster and others 2019, BMC Medicine 17), once there is enough to draw it by.
3. Those who answer are not all (`satisfaction_silence`): the points by which they are rosier, given what is on record
of
   a customer's answers and silences, are taken off.
4. The interval comes from errors of earlier quarters (`satisfaction_reach`).

When not to trust it: for one contact the interval is wide, and that is honest; it is made for means of many. It knows
contacts of the kinds that people have been asked about; for others it says what those most like them were given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from bellwether.foresight import satisfaction_silence as silence
from bellwether.foresight.satisfaction_reach import Reach, reach
from bellwether.foresight.satisfaction_rules import CannotTell, Rules
from bellwether.foresight.satisfaction_trees import Trees, fit_trees

WORDS = ("silo", "stage", "touchpoint", "channel", "mode", "reason", "initiated_by")
NUMBERS = (
    *("wait", "duration", "transfers", "reopened", "recognised", "failed", "switching", "open", "lateness", "again"),
    *("after_digital_failure", "since_contact", "since_third_contact", "tenure"),
    *("silent", "silent_else", "answered", "answered_else", "said_mean", "else_mean"),
)
# All that `Quarter.foretell` reads of a row.
NEEDED = (*WORDS, *(name for name in NUMBERS if not name.endswith("_mean")), *silence.PAST[4:])
JUDGED = (
    "interaction_id",
    "customer_id",
    "silo",
    "said",
    "foretold",
    "naive",
    "predicted",
    "low",
    "high",
    "stands_for",
)


@dataclass(frozen=True)
class Quarter:
    """The model that foretells contacts that ended in [begins, ends), taught by answers known before `begins`."""

    begins: datetime
    ends: datetime
    answers: int
    naive: float
    trees: Trees
    level: float
    slope: float
    silence: silence.Silence | CannotTell
    reach: Reach

    def foretell(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Beside each row: foretold (if answered), predicted (of everyone alike), low and high; all 0 to 100."""
        foretold = np.clip(self.level + self.slope * self.trees.foretell(with_means(rows)), 0, 100)
        predicted = np.clip(foretold - self.rosier(rows), 0, 100)
        low, high = self.reach.around(predicted, rows["silo"])
        columns = {"foretold": foretold, "predicted": predicted, "low": low, "high": high}
        return rows.with_columns(pl.Series(name, values) for name, values in columns.items()).with_columns(
            pl.col("low", "high").fill_nan(None)
        )

    def rosier(self, rows: pl.DataFrame) -> np.ndarray:
        """Points by which those who answer say more than all such customers would; 0 where that can't be told."""
        if isinstance(self.silence, CannotTell):
            return np.zeros(rows.height)
        return silence.tilt(self.silence.theta, rows)


@dataclass(frozen=True)
class Walk:
    """The quarters in order, and every answer that was foretold before it came: `JUDGED`, begins and answer_at."""

    quarters: tuple[Quarter, ...]
    past: pl.DataFrame


def walk(
    answers: pl.DataFrame, invitations: pl.DataFrame, until: datetime, rules: Rules | None = None
) -> Walk | CannotTell:
    """Learn quarter by quarter up to `until`, the first moment that no export holds.

    answers: contacts with what was said of them: interaction_id, customer_id, ended_at, answer_at (when it was known),
    said, `WORDS`, numbers, and the columns of `silence.PAST`. invitations: customer_id, kind, answered, said, known_at.
    Says that it cannot tell with fewer than `rules.least_answers` answers before the last quarter.
    """
    rules = rules or Rules()
    answers = answers.sort("answer_at", "interaction_id")
    quarters: list[Quarter] = []
    past = pl.DataFrame()
    for begins, ends in _quarters(answers, until, rules):
        known = answers.filter(pl.col("answer_at") < begins)
        if known.height < rules.least_answers:
            continue
        quarter = _learn(known, invitations.filter(pl.col("known_at") < begins), past, (begins, ends), rules)
        quarters.append(quarter)
        came = quarter.foretell(answers.filter(pl.col("ended_at") >= begins, pl.col("ended_at") < ends))
        came = came.with_columns(
            naive=pl.lit(quarter.naive), begins=pl.lit(begins), stands_for=pl.Series(_stands_for(quarter.silence, came))
        )
        came = came.select(*JUDGED, "begins", "answer_at")
        past = pl.concat([past, came]) if past.height else came
    if not quarters:
        return CannotTell("too few answers that name the contact they are about", answers.height, rules.least_answers)
    return Walk(tuple(quarters), past)


def with_means(rows: pl.DataFrame) -> pl.DataFrame:
    """What a customer has said on average so far, beside the sums."""
    return rows.with_columns(
        said_mean=pl.when(pl.col("sayings") > 0).then(pl.col("said_before") / pl.col("sayings")),
        else_mean=pl.when(pl.col("sayings_else") > 0).then(pl.col("said_else") / pl.col("sayings_else")),
    )


def _quarters(answers: pl.DataFrame, until: datetime, rules: Rules) -> Iterator[tuple[datetime, datetime]]:
    """From the one in which the first answer came to the last one, counted back from `until`."""
    if answers.is_empty():
        return
    length = timedelta(weeks=rules.every)
    count = -((answers["answer_at"].min() - until) // length)
    for back in range(count, 0, -1):
        yield until - back * length, until - (back - 1) * length


def _learn(known, invitations, past: pl.DataFrame, span: Sequence[datetime], rules: Rules) -> Quarter:
    said = known["said"].to_numpy()
    trees = fit_trees(with_means(known), said, WORDS, NUMBERS, rules)
    came = past.filter(pl.col("answer_at") < span[0]) if past.height else past
    level, slope = _line(came, rules)
    return Quarter(
        *span,
        known.height,
        float(said.mean()),
        trees,
        level,
        slope,
        silence.fit(invitations, rules),
        reach(came, rules),
    )


def _line(came: pl.DataFrame, rules: Rules) -> tuple[float, float]:
    """The line through what earlier quarters foretold and what came; no correction before there is enough of it.

    Drawn towards no correction by as much as its own error leaves open.
    """
    if came.height < rules.least_answers:
        return 0.0, 1.0
    x, y = came["foretold"].to_numpy(), came["said"].to_numpy()
    spread = x.var()
    if spread < 1e-9:
        return float(y.mean() - x.mean()), 1.0
    slope = float(np.cov(x, y, ddof=0)[0, 1] / spread)
    error = float(np.sqrt((y - y.mean() - slope * (x - x.mean())).var() / (len(x) * spread)))
    away = slope - 1
    slope = float(np.clip(1 + away * max(1 - (error / away) ** 2, 0) if away else 1, 0.2, 1.5))
    return float(y.mean() - slope * x.mean()), slope


def _stands_for(found, came: pl.DataFrame) -> np.ndarray:
    if isinstance(found, CannotTell):
        return np.ones(came.height)
    return silence.standing_for(found.theta, came, came["said"].to_numpy())

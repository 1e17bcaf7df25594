"""Somebody who asks everything that can be asked, and solves for what was hidden.

They take every answer that is shown for a true sum over the cells that its filters name, put all of them into one
system of linear equations, and ask which small groups follow from it.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

import numpy as np
import polars as pl

LABELS = ("stage", "touchpoint", "channel", "mode", "segment", "region")
FIVE = 5
# Sums come out of the system to less than this; by chance a cell does not come so near.
EXACTLY = 1e-5


@dataclass(frozen=True)
class World:
    """One silo's cells over some weeks. `exact`: as they are; `cells`, `totals`: what answers are made of.

    All three have the columns of `indicator_sums`, but `totals` has no labels.
    """

    exact: pl.DataFrame
    cells: pl.DataFrame
    totals: pl.DataFrame


@dataclass(frozen=True)
class Question:
    """A filter as pages and the command line offer it: which values each column may have. No columns: everything."""

    mart: str
    values: tuple[tuple[str, frozenset], ...] = ()


def questions(world: World, dice: random.Random, unions: int) -> list[Question]:
    """Over every grain, nested, and any unions."""
    whens = sorted(world.exact.select("week", "month").unique().rows())
    weeks = [week for week, _ in whens]
    members = {name: world.exact[name].drop_nulls().unique().sort().to_list() for name in LABELS}
    spans = [("week", frozenset({week})) for week in weeks]
    spans += [("week", frozenset(weeks[:most])) for most in range(1, len(weeks))]
    spans += [("month", frozenset({month})) for month in sorted({month for _, month in whens})]
    always = ("week", frozenset(weeks))
    spans.append(always)
    asked = [Question("totals", (span,)) for span in spans]
    for size in (1, 2, 3, len(LABELS)):
        for names in itertools.combinations(LABELS, size):
            for row in world.exact.select(names).unique().sort(names).iter_rows():
                one = tuple((name, frozenset({value})) for name, value in zip(names, row, strict=True))
                asked += [Question("cells", (*one, span)) for span in (spans if size != 3 else [always])]
    for _ in range(unions):
        chosen = dice.sample([name for name in LABELS if len(members[name]) > 1], dice.choice((1, 2)))
        some = [(n, frozenset(dice.sample(members[n], dice.randint(1, len(members[n]))))) for n in chosen]
        asked.append(Question("cells", (*some, dice.choice(spans))))
    return asked


def crowds(marks: pl.DataFrame, named: np.ndarray) -> np.ndarray:
    """How many people the marks of each group show; `named`: a row for each group, which rows it names."""
    found = []
    for name in ("mark_a", "mark_b", "mark_c"):
        bits = (marks[name].to_numpy()[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
        found.append((named @ bits.astype(np.float32) > 0).sum(axis=1))
    return np.max(found, axis=0)


def named_by(rows: pl.DataFrame, asked: list[Question]) -> np.ndarray:
    """A row for each question: 1 where it names a row."""
    columns = {name: rows[name].to_list() for name in ("week", "month", *LABELS) if name in rows.columns}
    known: dict[tuple, np.ndarray] = {}
    named = np.ones((len(asked), len(rows)), np.float32)
    for place, question in enumerate(asked):
        for one in question.values:
            if one not in known:
                name, values = one
                known[one] = np.array([value in values for value in columns[name]], np.float32)
            named[place] *= known[one]
    return named


def shown(world: World, asked: list[Question]) -> tuple[np.ndarray, np.ndarray]:
    """(a row for each answer that is shown: which exact cells its filter names; observations and total told)."""
    named, told = [], []
    for mart, rows in (("cells", world.cells), ("totals", world.totals)):
        filters = [one for one in asked if one.mart == mart]
        where = named_by(rows, filters)
        sums = where.astype(float) @ rows.select("observations", "total").to_numpy().astype(float)
        seen = (sums[:, 0] >= FIVE) & (crowds(rows, where) >= FIVE)
        named.append(named_by(world.exact, filters)[seen])
        told.append(sums[seen])
    return np.concatenate(named).astype(float), np.concatenate(told)


def recovered(world: World, asked: list[Question]) -> list[int]:
    """Places of exact cells with fewer than five people that follow from what is shown, number and sum both right."""
    named, told = shown(world, asked)
    size, turned = np.linalg.eigh(named.T @ named)
    basis = turned[:, size > 1e-9 * size[-1]]
    # A cell is determined when its own direction lies in the span of the answers.
    determined = np.isclose((basis**2).sum(axis=1), 1, atol=1e-6)
    solved = basis @ ((basis.T @ (named.T @ told)) / size[size > 1e-9 * size[-1]][:, None])
    truth = world.exact.select("observations", "total").to_numpy().astype(float)
    # Answers over bundles contradict each other, taken as what they are not: what then solves to about one person is no
    # find. Where they don't, a cell comes out exactly.
    right = np.abs(solved - truth).max(axis=1) < EXACTLY
    few = crowds(world.exact, np.eye(len(truth), dtype=np.float32)) < FIVE
    return np.flatnonzero(determined & right & few).tolist()

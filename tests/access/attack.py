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


@dataclass(frozen=True)
class World:
    """One silo's cells over some weeks. `exact`: as they are; `cells`, `totals`: what answers are made of.

    All three have the columns of `indicator_sums`, but `totals` has no labels.
    """

    exact: pl.DataFrame
    cells: pl.DataFrame
    totals: pl.DataFrame


def questions(world: World, dice: random.Random, unions: int) -> list[tuple[str, pl.Expr]]:
    """Filters as pages and the command line offer them: (mart, filter), over every grain, nested, and any unions."""
    whens = sorted(world.exact.select("week", "month").unique().rows())
    members = {name: world.exact[name].drop_nulls().unique().sort().to_list() for name in LABELS}
    spans = [pl.col("week") == week for week, _ in whens]
    spans += [pl.col("week") < week for week, _ in whens[1:]]
    spans += [pl.col("month") == month for month in {month for _, month in whens}]
    spans.append(pl.lit(True))
    asked = [("totals", span) for span in spans]
    for size in (1, 2, 3, len(LABELS)):
        for names in itertools.combinations(LABELS, size):
            for row in world.exact.select(names).unique().iter_rows():
                one = pl.all_horizontal(pl.col(n).eq_missing(v) for n, v in zip(names, row, strict=True))
                asked += [("cells", one & span) for span in (spans if size != 3 else spans[-1:])]
    for _ in range(unions):
        chosen = dice.sample([name for name in LABELS if len(members[name]) > 1], dice.choice((1, 2)))
        some = [pl.col(n).is_in(dice.sample(members[n], dice.randint(1, len(members[n])))) for n in chosen]
        asked.append(("cells", pl.all_horizontal(some) & dice.choice(spans)))
    return asked


def crowds(marks: pl.DataFrame, named: np.ndarray) -> np.ndarray:
    """How many people the marks of each group show; `named`: a row for each group, which rows it names."""
    found = []
    for name in ("mark_a", "mark_b", "mark_c"):
        bits = (marks[name].to_numpy()[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
        found.append((named @ bits.astype(float) > 0).sum(axis=1))
    return np.max(found, axis=0)


def named_by(rows: pl.DataFrame, filters: list[pl.Expr]) -> np.ndarray:
    """A row for each filter: 1 where it names a row."""
    whole = pl.int_range(pl.len()) >= 0
    return rows.select((one & whole).fill_null(False).alias(str(n)) for n, one in enumerate(filters)).to_numpy().T * 1.0


def shown(world: World, asked: list[tuple[str, pl.Expr]]) -> tuple[np.ndarray, np.ndarray]:
    """(a row for each answer that is shown: which exact cells its filter names; observations and total told)."""
    named, told = [], []
    for mart, rows in (("cells", world.cells), ("totals", world.totals)):
        filters = [one for name, one in asked if name == mart]
        where = named_by(rows, filters)
        sums = where @ rows.select("observations", "total").to_numpy().astype(float)
        seen = (sums[:, 0] >= FIVE) & (crowds(rows, where) >= FIVE)
        named.append(named_by(world.exact, filters)[seen])
        told.append(sums[seen])
    return np.concatenate(named), np.concatenate(told)


def recovered(world: World, asked: list[tuple[str, pl.Expr]]) -> list[int]:
    """Places of exact cells with fewer than five people that follow from what is shown, number and sum both right."""
    named, told = shown(world, asked)
    size, turned = np.linalg.eigh(named.T @ named)
    basis = turned[:, size > 1e-9 * size[-1]]
    # A cell is determined when its own direction lies in the span of the answers.
    determined = np.isclose((basis**2).sum(axis=1), 1, atol=1e-6)
    solved = basis @ ((basis.T @ (named.T @ told)) / size[size > 1e-9 * size[-1]][:, None])
    truth = world.exact.select("observations", "total").to_numpy().astype(float)
    right = np.abs(solved - truth).max(axis=1) < 0.02
    few = crowds(world.exact, np.eye(len(truth))) < FIVE
    return np.flatnonzero(determined & right & few).tolist()

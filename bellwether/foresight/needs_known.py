"""Needs as numbers, and what was known of them at an origin. See `needs`, which foretells from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from bellwether.foresight.skill import probability

WEEK = timedelta(weeks=1)
BACK = 104  # weeks of history that count
PRIOR = 50.0
ALL = slice(None)
MOST_REASONS = 40  # rarer ones are "other"
OTHER = "other"


@dataclass(frozen=True)
class Table:
    """Episodes in order of time as arrays: customer and reason as numbers, weeks since 1970; what the numbers mean."""

    customers: np.ndarray
    reasons: np.ndarray
    who: np.ndarray
    which: np.ndarray
    at: np.ndarray

    def part(self, most: int) -> Table:
        """The episodes of so many customers, drawn at random, always the same ones."""
        if len(self.customers) <= most:
            return self
        drawn = np.zeros(len(self.customers), bool)
        drawn[np.random.default_rng(1).choice(len(drawn), most, replace=False)] = True
        rows = drawn[self.who]
        return replace(self, **{name: getattr(self, name)[rows] for name in ("who", "which", "at")})


def _weeks(moment: pl.Series) -> np.ndarray:
    return moment.dt.epoch("s").to_numpy() / WEEK.total_seconds()


def table_of(episodes: pl.DataFrame) -> Table:
    rows = episodes.drop_nulls(["customer_id", "reason", "at"])
    customers, who = _numbered(rows["customer_id"])
    named, which = _numbered(rows["reason"])
    numbers = pl.DataFrame({"at": _weeks(rows["at"]), "who": who, "which": which}).sort("at", "who", "which")
    common = np.argsort(-np.bincount(which, minlength=len(named)), kind="stable")[:MOST_REASONS]
    named[np.setdiff1d(np.arange(len(named)), common)] = OTHER
    reasons, told = np.unique(named, return_inverse=True)
    return Table(
        customers, reasons, numbers["who"].to_numpy(), told[numbers["which"].to_numpy()], numbers["at"].to_numpy()
    )


def _numbered(names: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """The different names in their order, and the place of each one among them."""
    different = names.unique().sort()
    return different.to_numpy().copy(), names.cast(pl.Enum(different)).to_physical().to_numpy()


class Origin:
    """What was known at an origin of everybody with a need in the two years before, and what came next."""

    def __init__(self, table: Table, origin: datetime, horizon: int, closed: bool = True) -> None:
        at = pl.Series([origin]).dt.epoch("s").item() / WEEK.total_seconds()
        past = (table.at < at) & (table.at >= at - BACK)
        size = len(table.reasons)
        self.reasons, self.names = table.reasons, table.customers
        self.people, row = np.unique(table.who[past], return_inverse=True)
        self.counts = np.zeros((len(self.people), size))
        np.add.at(self.counts, (row, table.which[past]), 1)
        # Rows are in order of time, so the last write is the newest.
        self.last = np.zeros(len(self.people), int)
        self.last[row] = table.which[past]
        first = np.full(len(self.people), np.inf)
        np.minimum.at(first, row, table.at[past])
        newest = np.zeros(len(self.people))
        newest[row] = table.at[past]
        self.weeks, self.idle = np.clip(at - first, 1.0, BACK), np.log1p(at - newest)
        self.base = (self.counts.sum(axis=0) + 0.5) / (self.counts.sum() + 0.5 * size)
        self.follows = self._transitions(table, past)
        self.horizon = horizon
        self.a, self.b = _gamma(self.counts.sum(axis=1) - 1, self.weeks)
        if closed:
            self._next(table, at, horizon)

    def _transitions(self, table: Table, past: np.ndarray) -> np.ndarray:
        """How often each reason follows each, drawn towards the base rate."""
        order = np.lexsort((table.at[past], table.who[past]))
        who, which = table.who[past][order], table.which[past][order]
        same = who[1:] == who[:-1]
        found = PRIOR * np.tile(self.base, (len(self.base), 1))
        np.add.at(found, (which[:-1][same], which[1:][same]), 1)
        return found / found.sum(axis=1, keepdims=True)

    def _next(self, table: Table, at: float, horizon: int) -> None:
        """The reason of the first need after the origin; -1 where none came within the horizon."""
        after = np.flatnonzero((table.at >= at) & (table.at < at + horizon))[::-1]
        found = np.full(len(self.names), -1)
        found[table.who[after]] = table.which[after]
        self.next = found[self.people]

    def rate_odds(self) -> np.ndarray:
        """Log odds that any need comes within the horizon, by the rate alone."""
        needs = self.counts.sum(axis=1) - 1  # the first one began the record
        none = ((self.b + self.weeks) / (self.b + self.weeks + self.horizon)) ** (self.a + needs)
        none = np.clip(none, 1e-6, 1 - 1e-6)
        return np.log((1 - none) / none)

    def any_need(self, line: np.ndarray) -> np.ndarray:
        """The chance of any need within the horizon; `line` as `_line` gives it."""
        return probability(self.rate_odds() + line[0] + line[1] * self.idle)

    def which(self, strength: float, mix: float, rows: slice = ALL) -> np.ndarray:
        """The chances of the reasons of the next need of these customers, whenever it comes."""
        drawn = (1 - mix) * self.base + mix * self.follows[self.last[rows]]
        if np.isinf(strength):
            return drawn
        counts = self.counts[rows]
        return (counts + strength * drawn) / (counts.sum(axis=1, keepdims=True) + strength)


def _gamma(needs: np.ndarray, weeks: np.ndarray) -> tuple[float, float]:
    """Shape and rate by moments: the mean of the rates, and their variance beyond what a Poisson process gives."""
    needs = np.minimum(needs, np.quantile(needs, 0.999))  # one who calls every day says nothing of the others
    mean = max(needs.sum() / weeks.sum(), 1e-4)
    beyond = ((needs - mean * weeks) ** 2 - mean * weeks).sum() / (weeks**2).sum()
    spread = max(beyond, 0.02 * mean**2)
    return float(mean**2 / spread), float(mean / spread)

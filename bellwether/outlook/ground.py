"""What foresight studies, as frames: who was a customer when, what was known of them, and what became of them.

The SQL stands in `queries/foresight/` and reads two tables that are made here: `people`, the customers that are
studied, and `moments`, when.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from bellwether import marts
from bellwether.engine.duckdb import frame
from bellwether.foresight import purchases
from bellwether.foresight.origins import bought_again, not_lapsed
from bellwether.sql import Query

# Above this many customers a random part of them is studied: more would make the answer later, not other.
MOST_CUSTOMERS = 200_000
CONTRACTS, PURCHASES = "contracts", "purchases"
# Columns of a customer at a moment that no model is taught.
ASIDE = ("paid", "due_week", "segment")
_TABLES = (
    "create or replace temp table people (customer_id varchar)",
    "create or replace temp table moments (origin timestamp, closes timestamp)",
)


@dataclass(frozen=True)
class Ground:
    """What there is to stand on. `basis`: contracts or purchases, or why neither will do (`lacks`)."""

    basis: str | None
    currency: str | None
    customers: int
    origins: tuple[datetime, ...]
    seen_until: datetime | None
    lacks: str = ""


def digest(*parts: object) -> str:
    """What something is made from, as one word; the code of foresight is always a part of it.

    A mended defect must not live on in what is carried over from version to version.
    """
    here = Path(__file__).parent
    files = sorted([*here.glob("*.py"), *(here.parent / "foresight").glob("*.py")])
    found = hashlib.sha256(b"".join(file.read_bytes() for file in files))
    found.update("\n".join(map(str, parts)).encode())
    return found.hexdigest()


def make_tables(con: duckdb.DuckDBPyConnection) -> None:
    """`people` and `moments`, empty: what the files under `queries/foresight/` read beside feeds and marts."""
    for table in _TABLES:
        con.execute(table)


def ground(con: duckdb.DuckDBPyConnection, queries: Mapping[str, Query]) -> Ground:
    """Contracts or purchases, and the origins that the history allows."""
    basis = marts.rows(con, queries["loyalty_basis"]).row(0, named=True)
    moments = frame(con, "select origin, seen_until from origins where not is_now order by origin")
    until = frame(con, "select max(seen_until) as seen_until from origins")["seen_until"][0]
    lacks = ""
    if basis["basis"] is None:
        lacks = "No loyalty export holds renewals, lapses or purchases, so nothing can be foretold or proven."
    elif moments.is_empty():
        lacks = "Too little is on record to try a forecast on it: it takes half a year of contacts and renewals, or "
        lacks += "a quarter of purchases, and the windows after them."
    return Ground(
        basis["basis"], basis["currency"], basis["customers"], tuple(moments["origin"].to_list()), until, lacks
    )


@dataclass(frozen=True)
class Subjects:
    """The customers that are studied, until others are: the tables `people` and `moments` speak of the last ones."""

    con: duckdb.DuckDBPyConnection
    queries: Mapping[str, Query]
    ground: Ground

    @classmethod
    def gather(
        cls, con, queries, ground: Ground, moments: Sequence[datetime], horizon: int, most: int = MOST_CUSTOMERS
    ) -> Subjects:
        """Those on record at `moments`, with windows of `horizon` weeks after them.

        Of more than `most` customers a random part is taken, always the same.
        """
        make_tables(con)
        one_in = max(-(-ground.customers // most), 1)
        con.execute(
            "insert into people select distinct customer_id from loyalty where hash(customer_id) % ? = 0", [one_in]
        )
        closing = timedelta(weeks=horizon)
        con.executemany("insert into moments values (?, ?)", [[moment, moment + closing] for moment in moments])
        return cls(con, queries, ground)

    def rows(self, name: str) -> pl.DataFrame:
        """The rows of one file under `queries/foresight/`."""
        return marts.rows(self.con, self.queries[name])

    @cached_property
    def customers(self) -> pl.DataFrame:
        """One row a moment and a customer active then: origin, customer_id, numbers, and the columns of `ASIDE`."""
        if self.ground.basis == CONTRACTS:
            return self.rows("contract_customers")
        return self._with_purchase_model(self.rows("purchase_customers"))

    @cached_property
    def bought(self) -> pl.DataFrame:
        """Every purchase day of `people`: customer_id, occurred_at, amount."""
        return self.rows("purchases")

    @cached_property
    def ends(self) -> pl.DataFrame:
        """Every lapse and step down of `people`: customer_id, occurred_at, kind."""
        return self.rows("ends")

    def _with_purchase_model(self, customers: pl.DataFrame) -> pl.DataFrame:
        """Beside each customer what a purchase model of the past says of the next quarter, as log-odds."""
        parts = [
            part.join(_chance_to_buy(self.bought, part["origin"][0]), on="customer_id", how="left")
            for part in customers.partition_by("origin", maintain_order=True)
        ]
        return pl.concat(parts) if parts else customers.with_columns(likely_to_buy=pl.lit(None, pl.Float64))

    def outcomes(self, gaps: tuple[int, ...], horizon: int) -> pl.DataFrame:
        """What became of them: origin, gap, customer_id, y (1 is retained), closed_at."""
        population = self.customers.select("origin", "customer_id")
        if self.ground.basis == PURCHASES:
            return bought_again(population, self.bought, gaps, horizon, self.ground.seen_until)
        lapses = self.ends.filter(pl.col("kind") == "lapse")
        return not_lapsed(population, lapses, gaps, horizon, self.ground.seen_until)

    def readings(self, indicators: Sequence[Query]) -> Iterator[tuple[str, pl.DataFrame]]:
        """What each indicator had told of each customer at each moment: origin, customer_id, newest, usual, since."""
        for indicator in indicators:
            marts.run(self.con, indicator, f"create or replace temp view observations as {indicator.sql}")
            yield indicator.id, self.rows("readings")

    def observations(self, indicators: Sequence[Query]) -> Iterator[tuple[str, pl.DataFrame]]:
        """Each indicator's observations of `people`, one indicator at a time; one without any is left out."""
        for indicator in indicators:
            text = (
                "select customer_id, observed_at, known_at, value::double as value, weight::double as weight "
                f"from ({indicator.sql}) semi join people using (customer_id) where value is not null"
            )
            found = marts.rows(self.con, indicator, text)
            if found.height:
                yield indicator.id, found


def features(customers: pl.DataFrame) -> pl.DataFrame:
    """What a model may be taught of customers at their moments: origin, customer_id and numbers."""
    return customers.drop([name for name in ASIDE if name in customers.columns])


def _chance_to_buy(bought: pl.DataFrame, origin: datetime, weeks: int = 13) -> pl.DataFrame:
    """customer_id and the log-odds of a purchase within `weeks`, by Pareto/NBD on what was known at the origin."""
    schema = {"customer_id": bought.schema["customer_id"], "likely_to_buy": pl.Float64}
    try:
        history = purchases.summarise(bought, until=origin)
        chance = purchases.probability_of_purchase(purchases.fit(history, "pareto_nbd"), history, weeks)
    except ValueError:  # nobody bought twice yet: there is nothing to learn from
        return pl.DataFrame(schema=schema)
    odds = np.clip(chance.to_numpy(), 1e-6, 1 - 1e-6)
    return pl.DataFrame({"customer_id": history["customer_id"], "likely_to_buy": np.log(odds / (1 - odds))})

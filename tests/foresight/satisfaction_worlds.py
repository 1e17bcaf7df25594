"""Worlds whose every customer's mind is known: what they would say of each contact, and why they answer or don't."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from bellwether.foresight.satisfaction import NUMBERS, WORDS

BEGINS = datetime(2024, 1, 1)
UNTIL = datetime(2026, 1, 1)
DAYS = 731
SILOS = ("Billing", "Sales", "Support")


@dataclass(frozen=True)
class World:
    """rows: contacts with features, said (null: not answered), would_say; invitations: as `silence.fit` takes them."""

    rows: pl.DataFrame
    invitations: pl.DataFrame

    @property
    def answers(self) -> pl.DataFrame:
        return self.rows.filter(pl.col("said").is_not_null())

    @property
    def truth(self) -> float:
        return self.rows["would_say"].mean()


def make(seed: int, customers: int = 1500, pull: float = 0.6, contacts: int = 10, asked: float = 0.5) -> World:
    """Contacts spread evenly; half of them are asked about; whoever is happier answers more readily by `pull`."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(customers), contacts)
    at = rng.integers(0, DAYS * 24, len(who))
    order = np.lexsort((at, who))
    who, at = who[order], at[order]
    u = rng.standard_normal(customers)[who]
    silo, wait = rng.integers(0, 3, len(who)), rng.integers(0, 4, len(who)).astype(float)
    felt = 3.8 + 0.8 * u - 0.35 * (wait - 1.5) + 0.3 * (silo - 1) + 0.6 * rng.standard_normal(len(who))
    would = 25 * (np.clip(np.rint(felt), 1, 5) - 1)
    is_asked = rng.random(len(who)) < asked
    answered = is_asked & (rng.random(len(who)) < 1 / (1 + np.exp(1.0 - pull * u)))
    ended = pl.Series([BEGINS + timedelta(hours=int(hour)) for hour in at])
    columns = {
        "interaction_id": [f"i{place}" for place in range(len(who))],
        "customer_id": [f"c{one}" for one in who],
        "silo": np.array(SILOS)[silo],
        "touchpoint": "desk",
        "channel": "phone",
        "ended_at": ended,
        "would_say": would,
        "wait": wait,
        "is_asked": is_asked,
        "answered_now": answered,
    }
    rows = pl.DataFrame(columns).with_columns(
        said=pl.when("answered_now").then("would_say"), answer_at=pl.col("ended_at") + pl.duration(days=1)
    )
    invitations = rows.filter("is_asked").select(
        "customer_id",
        kind=pl.lit(0),
        answered=pl.col("answered_now").cast(pl.Int64),
        said="said",
        known_at=pl.when("answered_now").then("answer_at").otherwise(pl.col("ended_at") + pl.duration(days=14)),
    )
    return World(with_past(rows), invitations)


def with_past(rows: pl.DataFrame) -> pl.DataFrame:
    """What was known of each customer before each contact: the slow way, contact by contact."""
    past: dict[str, list[tuple]] = {}
    found = []
    for row in rows.sort("customer_id", "ended_at").iter_rows(named=True):
        seen = [one for one in past.setdefault(row["customer_id"], []) if one[0] < row["ended_at"]]
        said = [score for _, score in seen if score is not None]
        found.append(
            {
                "interaction_id": row["interaction_id"],
                "silent": float(len(seen) - len(said)),
                "answered": float(len(said)),
                "sayings": float(len(said)),
                "said_before": float(sum(said)),
            }
        )
        if row["is_asked"]:
            after = 1 if row["said"] is not None else 14
            past[row["customer_id"]].append((row["ended_at"] + timedelta(days=after), row["said"]))
    told = rows.join(pl.DataFrame(found), on="interaction_id", how="left", maintain_order="left")
    blank = {name: pl.lit(0.0) for name in ("silent_else", "answered_else", "sayings_else", "said_else")}
    told = told.with_columns(**blank)
    lacking = {name: pl.lit(None, pl.Float64) for name in NUMBERS if name not in told.columns}
    wordless = {name: pl.lit("one") for name in WORDS if name not in told.columns}
    return told.with_columns(**wordless, **{name: one for name, one in lacking.items() if not name.endswith("_mean")})

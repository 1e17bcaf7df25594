"""What billing records of the relationship: joins, renewals, tier changes, lapses, returns, referrals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from bellwether.sample import company, dirt
from bellwether.sample.loyalty import Lives, active
from bellwether.sample.world import DAY, WEEK, World, stream

TIERS = list(company.PRICES)
PRICE = np.array(list(company.PRICES.values()))
ROLLING_WEEKS, YEARLY_WEEKS = 13, 52
RECIPES = {
    "bad_date": dirt.replaced("Created (UTC)", dirt.BAD_DATES),
    "unknown_code": dirt.replaced("Event (metadata)", ("renwal", "chargeback", "???")),
    "missing_id": dirt.emptied("id"),
}


def events(world: World, people: pl.DataFrame, lives: Lives) -> pl.DataFrame:
    """One row an event: customer, kind, at and due (UTC seconds, -1 for none), amount, tier, reason; sorted by time."""
    tiers = TierPath(world, people)
    joined = people["joined"].to_numpy()
    parts = [row("join", np.arange(world.customers), joined)]
    parts += [renewals(world, people, lives), tiers.changes(people, lives), referrals(world, people, lives)]
    for kind, times, cause in (
        ("lapse", lives.lapsed, lives.cause[0]),
        ("return", lives.returned, None),
        ("lapse", lives.lapsed_again, lives.cause[1]),
    ):
        who = np.flatnonzero(times >= 0)
        parts.append(row(kind, who, times[who], None if cause is None else reasons(world, cause[who])))
    found = pl.concat(parts).sort("at", "customer", "kind", maintain_order=True)
    who, at, kind = (found[name].to_numpy() for name in ("customer", "at", "kind"))
    tier = tiers.at(who, at)
    every = np.where(people["yearly"].to_numpy()[who], YEARLY_WEEKS, ROLLING_WEEKS) * WEEK
    due = np.where(kind == "renewal", found["due"].to_numpy(), joined[who] + ((at - joined[who]) // every + 1) * every)
    months = np.where(kind == "renewal", every // (ROLLING_WEEKS * WEEK) * 3, 1)
    amount = np.where(np.isin(kind, ["lapse", "referral"]), 0.0, PRICE[tier] * months)
    return found.with_columns(
        due=pl.Series(np.where(np.isin(kind, ["renewal", "lapse"]), due, -1)),
        amount=pl.Series(np.round(amount, 2)),
        tier=pl.Series(np.array(TIERS)[tier]),
    )


def row(
    kind: str, customer: np.ndarray, at: np.ndarray, reason: np.ndarray | None = None, due: np.ndarray | None = None
) -> pl.DataFrame:
    n = len(customer)
    return pl.DataFrame(
        {
            "customer": customer,
            "kind": [kind] * n,
            "at": at,
            "reason": pl.Series([None] * n if reason is None else reason, dtype=pl.String),
            "due": np.full(n, -1) if due is None else due,
        }
    )


def renewals(world: World, people: pl.DataFrame, lives: Lives) -> pl.DataFrame:
    """Invoices that were paid, up to four days after they fell due; only those inside the sample's years."""
    parts = []
    for yearly, every in ((False, ROLLING_WEEKS), (True, YEARLY_WEEKS)):
        who = np.flatnonzero(people["yearly"].to_numpy() == yearly)
        joined = people["joined"].to_numpy()[who]
        first = np.maximum(1, -((joined - world.start) // (every * WEEK)))
        number = first[:, None] + np.arange(world.weeks // every + 1)[None, :]
        due = joined[:, None] + number * every * WEEK
        customer = np.broadcast_to(who[:, None], due.shape)
        parts.append(pl.DataFrame({"customer": customer.ravel(), "due": due.ravel()}))
    found = pl.concat(parts).sort("due", "customer")
    paid = found["due"].to_numpy() + stream(world, "payments").integers(0, 4 * DAY, len(found))
    here = active(people, lives, found["customer"].to_numpy(), paid) & (paid >= world.start) & (paid < world.end)
    return row("renewal", found["customer"].to_numpy()[here], paid[here], due=found["due"].to_numpy()[here])


def reasons(world: World, cause: np.ndarray) -> np.ndarray:
    """What the customer gave as a reason: 'service' is said more often when service was behind it, not always."""
    rng, shares = stream(world, f"reasons {len(cause)}"), company.LAPSE_REASONS
    said = rng.choice(list(shares), len(cause), p=list(shares.values())).astype(object)
    served_badly = (cause != "") & (cause != "bill_shock") & (rng.random(len(cause)) < 0.35)
    shocked = (cause == "bill_shock") & (rng.random(len(cause)) < 0.5)
    return np.where(served_badly, "service", np.where(shocked, "price", said))


def referrals(world: World, people: pl.DataFrame, lives: Lives) -> pl.DataFrame:
    """The satisfied bring friends: about 4 in 100 customers a year."""
    rng = stream(world, "referrals")
    rate = 0.0008 * world.weeks * np.exp(0.5 * people["satisfied"].to_numpy())
    count = rng.poisson(rate)
    who = np.repeat(np.arange(world.customers), count)
    day, hour = rng.integers(0, world.weeks * 7 - 1, len(who)), rng.integers(8, 20, len(who))
    at = world.start + day * DAY + hour * 3600
    here = active(people, lives, who, at)
    return row("referral", who[here], at[here])


class TierPath:
    """Each customer's tier over time: at most two moves inside the sample, three up for every two down."""

    def __init__(self, world: World, people: pl.DataFrame) -> None:
        rng, n = stream(world, "tiers"), world.customers
        self.first = np.array([TIERS.index(tier) for tier in people["tier"]])
        days = np.sort(rng.integers(0, world.weeks * 7 - 1, (2, n)), axis=0)
        moves = (rng.random((2, n)) < 0.0011 * world.weeks) * rng.choice([1, -1], (2, n), p=[0.6, 0.4])
        second = np.clip(self.first + moves[0], 0, len(TIERS) - 1)
        self.moments = world.start + days * DAY + 12 * 3600
        self.tiers = np.stack([self.first, second, np.clip(second + moves[1], 0, len(TIERS) - 1)])

    def at(self, customer: np.ndarray, at: np.ndarray) -> np.ndarray:
        """The index of the tier at those moments; the new one at the moment of the move itself."""
        return self.tiers[(at >= self.moments[0, customer]).astype(int) + (at >= self.moments[1, customer]), customer]

    def changes(self, people: pl.DataFrame, lives: Lives) -> pl.DataFrame:
        parts = []
        for move in (0, 1):
            step = self.tiers[move + 1] - self.tiers[move]
            for kind, moved in (("upgrade", step > 0), ("downgrade", step < 0)):
                who = np.flatnonzero(moved)
                here = active(people, lives, who, self.moments[move, who])
                parts.append(row(kind, who[here], self.moments[move, who[here]]))
        return pl.concat(parts)


def write(world: World, found: pl.DataFrame, people: pl.DataFrame, folder: Path) -> tuple[dict[str, int], dict]:
    """The billing export, in the style of a payment platform. Returns the rows written, and the dirty rows by kind."""
    interval = pl.when("yearly").then(pl.lit("year")).otherwise(pl.lit("quarter"))
    lapses = pl.col("kind") == "lapse"
    known = people.select("customer", "customer_id", "yearly")
    columns = {
        "id": pl.format("evt_{}", pl.int_range(pl.len()).cast(pl.String).str.zfill(8)),
        "Event (metadata)": pl.col("kind"),
        "Created (UTC)": utc(world, "at"),
        "Customer ID": pl.col("customer_id"),
        "Subscription ID": pl.format("sub_{}", pl.col("customer")),
        "Plan": pl.col("tier"),
        "Interval": interval,
        "Amount": pl.col("amount").map_elements(lambda amount: f"{amount:.2f}", return_dtype=pl.String),
        "Currency": pl.lit(world.truth["company"]["currency"].lower()),
        "Status": pl.when(lapses).then(pl.lit("canceled")).otherwise(pl.lit("active")),
        "Current Period End (UTC)": utc(world, "due"),
        "Canceled At (UTC)": pl.when(lapses).then(utc(world, "at")),
        "Cancellation Reason": pl.col("reason"),
        "Tier (metadata)": pl.col("tier"),
    }
    frame = found.join(known, on="customer", how="left", maintain_order="left")
    frame = frame.select(expression.cast(pl.String).alias(name) for name, expression in columns.items())
    counts = dirt.wanted(world, "billing")
    frame = dirt.soil(frame, counts, RECIPES, stream(world, "dirt billing"))
    name = "billing_events.csv"
    return {name: dirt.write_csv(frame, folder / name, counts["wrong_cells"])}, {"dirty": counts}


def utc(world: World, name: str) -> pl.Expr:
    at = pl.when(pl.col(name) >= 0).then(pl.from_epoch(name, time_unit="s"))
    return at.dt.strftime("%Y-%m-%d %H:%M:%S")

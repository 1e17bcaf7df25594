"""Who lapses when, and why: the hazard, planted effect by planted effect; then the events that billing records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from bellwether.sample.customers import tenure_years
from bellwether.sample.world import DAY, NONE, WEEK, World, stream, week_of


@dataclass(frozen=True)
class Lives:
    """UTC seconds a customer; NONE for what did not happen. `cause` is the strongest pressure at the lapse."""

    lapsed: np.ndarray
    returned: np.ndarray
    lapsed_again: np.ndarray
    cause: np.ndarray


def live(world: World, people: pl.DataFrame, contacts: pl.DataFrame) -> Lives:
    """Lapse, return, lapse again. What a customer would have met while away is taken out before the second time."""
    rng, size = stream(world, "lapses"), world.truth["size"]
    weeks, joined = np.arange(world.weeks), week_of(world, people["joined"].to_numpy())
    at_risk = weeks[None, :] >= (joined + world.truth["lapse"]["first_weeks_safe"])[:, None]
    first, cause = draw_lapses(world, people, contacts, at_risk, rng)
    lapsed = lapse_time(world, rng, first)
    back = first + rng.integers(6, 41, len(first))
    comes_back = (lapsed > 0) & (rng.random(len(first)) < size["return_share"]) & (back < world.weeks - 1)
    returned = np.where(comes_back, lapse_time(world, rng, back), NONE)
    so_far = Lives(lapsed, returned, np.full_like(lapsed, NONE), cause)
    at_risk = comes_back[:, None] & (weeks[None, :] >= (back + world.truth["lapse"]["first_weeks_safe"])[:, None])
    again, cause_again = draw_lapses(world, people, present(people, contacts, so_far), at_risk, rng)
    return Lives(lapsed, returned, lapse_time(world, rng, again), np.stack([cause, cause_again]))


def draw_lapses(
    world: World, people: pl.DataFrame, contacts: pl.DataFrame, at_risk: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The first lapse week of each customer (-1: none) and the name of the pressure behind it ('' for none)."""
    pressures = pressures_of(world, people, contacts)
    log_hazard = np.log(world.truth["lapse"]["base"]) + traits(world, people)
    for pressure in pressures.values():
        log_hazard = log_hazard + pressure
    hazard = np.exp(log_hazard)
    due = (np.arange(world.weeks)[None, :] - week_of(world, people["joined"].to_numpy())[:, None]) % 52 == 0
    yearly = people["yearly"].to_numpy()[:, None]
    at_due = np.minimum(0.8, hazard * world.truth["lapse"]["yearly_factor"])
    hazard = np.where(yearly, np.where(due, at_due, 0.0), hazard)
    falls = (rng.random(hazard.shape) < hazard) & at_risk
    week = np.where(falls.any(axis=1), falls.argmax(axis=1), NONE)
    strength = np.stack([pressure[np.arange(len(week)), week] for pressure in pressures.values()])
    names = np.array(list(pressures), object)[strength.argmax(axis=0)]
    return week, np.where((strength.max(axis=0) > 0) & (week >= 0), names, "")


def traits(world: World, people: pl.DataFrame) -> np.ndarray:
    """Customers by weeks: what a customer is, nothing of what happened."""
    lapse = world.truth["lapse"]
    fixed = sum(
        lapse[name] * people[name].to_numpy().astype(float) for name in ("satisfied", "regular", "priority", "activity")
    )
    monday = world.start + WEEK * np.arange(world.weeks)
    years = tenure_years(people["joined"].to_numpy()[:, None], monday[None, :])
    return (fixed[:, None] + lapse["tenure"] * np.log1p(years)).astype(np.float32)


def pressures_of(world: World, people: pl.DataFrame, contacts: pl.DataFrame) -> dict[str, np.ndarray]:
    """Customers by weeks for each planted cause: its log hazard ratio where it presses, else 0."""
    leads = world.truth["leads"]
    found = {name: spread(world, bad, leads[name]) for name, bad in readings(world, contacts).items()}
    return found | {"bill_shock": spread(world, shocks(world, people), world.truth["bill_shock"])}


def readings(world: World, contacts: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The readings of each lead: customer, known (UTC seconds), level (0 is good; else 1, or the extra steps)."""
    leads = world.truth["leads"]
    promised = contacts.filter(pl.col("promised") > 0)
    by_customer = contacts.filter(pl.col("initiated_by") == "customer")
    after, most = leads["effort"]["known_after_days"] * DAY, leads["effort"]["most_steps"]
    return {
        "switching_signal": by_customer.select(
            "customer", known="at", level=pl.col("switching").is_not_null().cast(pl.Int64)
        ),
        "right_after_digital_failure": recoveries(contacts).select(
            "customer", "known", level=1 - pl.col("right").cast(pl.Int64)
        ),
        "effort": efforts(contacts).select(
            "customer", known=pl.col("last") + after, level=pl.col("extra").clip(0, most)
        ),
        "promise_kept": promised.select("customer", known="promised", level=1 - pl.col("kept").cast(pl.Int64)),
    }


def efforts(contacts: pl.DataFrame) -> pl.DataFrame:
    """One row an episode: customer, last (its latest contact), extra (further contacts, transfers, reopenings)."""
    return contacts.group_by("episode", maintain_order=True).agg(
        pl.col("customer").first(),
        pl.col("at").max().alias("last"),
        (pl.len() - 1 + pl.col("transfers").sum() + pl.col("reopened").sum()).cast(pl.Int64).alias("extra"),
    )


def recoveries(contacts: pl.DataFrame) -> pl.DataFrame:
    """One row a human contact in the 7 days after a failed digital attempt, and whether it was right.

    Right: not reopened, not transferred, and no contact for the same reason within 14 days of its end. `known` is
    those 14 days later, in UTC seconds.
    """
    in_time = contacts.sort("customer", "at", maintain_order=True).with_columns(
        failed_at=pl.when("failed").then("at").shift(1).forward_fill().over("customer"),
        again_at=pl.col("at").shift(-1).over("customer", "reason"),
        known=pl.col("resolved") + 14 * DAY,
    )
    right = pl.col("again_at").is_null() | (pl.col("again_at") > pl.col("known"))
    right &= (pl.col("transfers") == 0) & ~pl.col("reopened")
    after = pl.col("failed_at") >= pl.col("at") - 7 * DAY
    return in_time.filter((pl.col("mode") == "human") & after).select("customer", "known", right=right)


def shocks(world: World, people: pl.DataFrame) -> pl.DataFrame:
    """Settlement bills that shock, from the year before the start on: customer, known, level."""
    rng, planted = stream(world, "bill shock"), world.truth["bill_shock"]
    years = np.arange(-1, world.weeks // 52)
    week = people["settlement_week"].to_numpy()[:, None] + 52 * years[None, :]
    customer, year = np.nonzero(rng.random(week.shape) < planted["share"])
    return pl.DataFrame({"customer": customer, "known": world.start + WEEK * week[customer, year], "level": 1})


def spread(world: World, bad: pl.DataFrame, planted: dict) -> np.ndarray:
    """Customers by weeks: the log hazard ratio in [from_week, to_week) after each bad reading, the worst of several."""
    bad = bad.filter(pl.col("level") > 0).sort("level", maintain_order=True)
    customer, week = bad["customer"].to_numpy(), week_of(world, bad["known"].to_numpy())
    level = (bad["level"].to_numpy() * np.log(planted["hazard_ratio"])).astype(np.float32)
    grid = np.zeros((world.customers, world.weeks), np.float32)
    for offset in range(planted["from_week"], planted["to_week"]):
        inside = (week + offset >= 0) & (week + offset < world.weeks)
        where = customer[inside], week[inside] + offset
        grid[where] = np.maximum(grid[where], level[inside])  # sorted by level: of equal places the last, worst, stays
    return grid


def lapse_time(world: World, rng: np.random.Generator, week: np.ndarray) -> np.ndarray:
    """A working moment in each week; NONE where there is no week."""
    n = len(week)
    at = world.start + week * WEEK + DAY * rng.integers(0, 7, n) + rng.integers(8 * 3600, 18 * 3600, n)
    return np.where(week >= 0, at, NONE)


def active(people: pl.DataFrame, lives: Lives, customer: np.ndarray, at: np.ndarray, early_days: int = 0) -> np.ndarray:
    """Whether each customer was one at that moment; `early_days` counts the days before joining in."""
    lapsed, returned, again = (times[customer] for times in (lives.lapsed, lives.returned, lives.lapsed_again))
    since = people["joined"].to_numpy()[customer] - early_days * DAY
    first = (at >= since) & ((lapsed < 0) | (at < lapsed))
    return first | ((returned > 0) & (at >= returned) & ((again < 0) | (at < again)))


def present(people: pl.DataFrame, contacts: pl.DataFrame, lives: Lives) -> pl.DataFrame:
    """Only the contacts of customers who were there to have them."""
    return contacts.filter(
        pl.Series(active(people, lives, contacts["customer"].to_numpy(), contacts["at"].to_numpy(), early_days=21))
    )

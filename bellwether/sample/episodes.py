"""Occasions, and the contacts that each of them takes: digital attempt, hand-offs, repeats."""

from __future__ import annotations

import numpy as np
import polars as pl

from bellwether.sample import company
from bellwether.sample.world import DAY, WEEK, World, chance, log_odds, stream, winter

REASONS = list(company.REASONS)
SHARES = np.array([reason.share for reason in company.REASONS.values()])
DIGITAL_FIRST = np.array([reason.digital_first for reason in company.REASONS.values()])
MOST_SILOS = max(len(reason.path) for reason in company.REASONS.values())
# One row a reason, one column a step: the index of the silo, -1 past the end of the path.
PATHS = np.array(
    [
        [company.SILOS.index(silo) for silo in reason.path] + [-1] * (MOST_SILOS - len(reason.path))
        for reason in company.REASONS.values()
    ]
)
DIGITAL = company.SILOS.index("Digital")
WEEKDAYS = np.array([0.17, 0.16, 0.16, 0.15, 0.15, 0.12, 0.09])


def make(world: World, people: pl.DataFrame) -> pl.DataFrame:
    """One row a contact: episode, customer, reason, silo (index), at (UTC seconds), failed; sorted by episode, time."""
    episodes = occasions(world, people)
    contacts = Contacts(episodes, people)
    human = digital_attempts(world, contacts)
    last = walk_path(world, contacts, human)
    repeat_last(world, contacts, human, last)
    third_parties(world, contacts)
    return contacts.frame()


class Contacts:
    """The contacts found so far, and for each episode the cursor `at` where it has got to."""

    def __init__(self, episodes: pl.DataFrame, people: pl.DataFrame) -> None:
        self.customer = episodes["customer"].to_numpy()
        self.reason = episodes["reason"].to_numpy()
        self.at = episodes["at"].to_numpy().copy()
        self.failed = np.zeros(len(self.at), bool)
        self.failing, self.repeating = (people[name].to_numpy()[self.customer] for name in ("failing", "repeating"))
        self.parts: list[pl.DataFrame] = []

    def add(self, mask: np.ndarray, silo: np.ndarray, failed: np.ndarray | None = None) -> None:
        which = np.flatnonzero(mask)
        self.parts.append(
            pl.DataFrame(
                {
                    "episode": which,
                    "customer": self.customer[which],
                    "reason": self.reason[which],
                    "silo": silo[which],
                    "at": self.at[which],
                    "failed": np.zeros(len(which), bool) if failed is None else failed[which],
                }
            )
        )

    def later(self, rng: np.random.Generator, mask: np.ndarray, days: np.ndarray) -> None:
        """Move the cursor to a working hour some whole days on."""
        moved = self.at // DAY * DAY + days * DAY + working_hour(rng, len(self.at))
        self.at = np.where(mask, moved, self.at)

    def frame(self) -> pl.DataFrame:
        return pl.concat(self.parts).sort("episode", "at", maintain_order=True)


def working_hour(rng: np.random.Generator, n: int) -> np.ndarray:
    """Seconds after midnight UTC, mostly in the middle of 07:00 to 18:00."""
    return (7 * 3600 + 11 * 3600 * rng.beta(2, 2.2, n)).astype(np.int64)


def occasions(world: World, people: pl.DataFrame) -> pl.DataFrame:
    """One row an episode: customer, reason (index), at. Drawn for every week after joining; the lapsed go later.

    It begins some weeks before the start, so that the first weeks too have a past that presses on them.
    """
    rng, size, season = stream(world, "episodes"), world.truth["size"], world.truth["season"]
    monday = world.start + WEEK * np.arange(-size["burn_in_weeks"], world.weeks)
    activity = people["activity"].to_numpy() * size["activity_spread"]
    rate = size["weekly_episodes"] * np.exp(activity - size["activity_spread"] ** 2 / 2)
    wave = 1 + season["volume"] * winter(monday, season["peak_day"])
    count = rng.poisson(rate[:, None] * wave[None, :])
    joined = people["joined"].to_numpy()
    count[monday[None, :] < joined[:, None]] = 0
    customer, week = np.nonzero(count)
    repeated = np.minimum(count[customer, week], 3)
    customer, week = np.repeat(customer, repeated), np.repeat(week, repeated)
    reason = rng.choice(len(REASONS), len(customer), p=SHARES / SHARES.sum())
    at = monday[week] + DAY * rng.choice(7, len(customer), p=WEEKDAYS) + working_hour(rng, len(customer))
    new = np.flatnonzero(joined >= monday[0])
    ordered = joined[new] // DAY * DAY - DAY * rng.integers(8, 12, len(new)) + working_hour(rng, len(new))
    return pl.DataFrame(
        {
            "customer": np.concatenate([new, customer]),
            "reason": np.concatenate([np.full(len(new), REASONS.index("installation")), reason]),
            "at": np.concatenate([ordered, at]),
        }
    ).sort("at", "customer", maintain_order=True)


def digital_attempts(world: World, contacts: Contacts) -> np.ndarray:
    """Try it online first; returns the episodes that (also) need a human, with their cursor moved there."""
    rng, first = stream(world, "digital"), world.truth["first_time"]
    n = len(contacts.at)
    digital = rng.random(n) < DIGITAL_FIRST[contacts.reason]
    fails = chance(log_odds(first["digital_failed"]) + first["failed_spread"] * contacts.failing)
    contacts.failed = digital & (rng.random(n) < fails)
    contacts.add(digital, np.full(n, DIGITAL), contacts.failed)
    follow = rng.random(n) < np.where(contacts.failed, first["follow_up"], first["follow_up_otherwise"])
    days = rng.choice(3, n, p=[0.55, 0.3, 0.15])
    soon = contacts.at + rng.integers(1_200, 7_200, n)  # never past 20:00, so still the same day
    contacts.later(rng, digital, days)
    contacts.at = np.where(digital & (days == 0), soon, contacts.at)
    return (~digital | follow) & (PATHS[contacts.reason, 0] >= 0)


def walk_path(world: World, contacts: Contacts, human: np.ndarray) -> np.ndarray:
    """Silo after silo with its hand-offs; returns each episode's last silo."""
    rng, last = stream(world, "hand-offs"), PATHS[contacts.reason, 0]
    contacts.add(human, last)
    for step in range(1, MOST_SILOS):
        silo = PATHS[contacts.reason, step]
        goes_on = human & (silo >= 0)
        stalls, falls_back = (pair_rates(world, last, silo, key) for key in ("stalls", "falls_back"))
        draw = rng.random((2, len(last)))
        gap = np.where(draw[0] < stalls, rng.integers(8, 13, len(last)), rng.integers(1, 5, len(last)))
        contacts.later(rng, goes_on, gap)
        contacts.add(goes_on, silo)
        back = goes_on & (draw[1] < falls_back)
        for returned_to in (last, silo):
            contacts.later(rng, back, rng.integers(1, 4, len(last)))
            contacts.add(back, returned_to)
        last = np.where(goes_on, silo, last)
    return last


def pair_rates(world: World, origin: np.ndarray, target: np.ndarray, key: str) -> np.ndarray:
    """The rate of `stalls` or `falls_back` for each episode's pair of silos; 0 where no pair is named."""
    rates = np.zeros((len(company.SILOS), len(company.SILOS)))
    for pair, planted in world.truth["hand_offs"].items():
        before, after = (company.SILOS.index(silo) for silo in pair.split(">"))
        rates[before, after] = planted[key]
    return np.where(target >= 0, rates[origin, np.maximum(target, 0)], 0.0)


def repeat_last(world: World, contacts: Contacts, human: np.ndarray, last: np.ndarray) -> None:
    """Not right the first time: up to two more contacts at the last silo, 1 to 6 days apart."""
    rng, first = stream(world, "repeats"), world.truth["first_time"]
    share = np.where(contacts.failed, first["repeat_after_failure"], first["repeat"])
    share = chance(log_odds(share) + first["repeat_spread"] * contacts.repeating)
    again = human
    for _ in range(2):
        again = again & (rng.random(len(share)) < share)
        contacts.later(rng, again, rng.integers(1, 7, len(share)))
        contacts.add(again, last)


def third_parties(world: World, contacts: Contacts) -> None:
    """A review, the press, a comparison site or a friend: the silo that it lands with is settled by the channel."""
    review = contacts.reason == REASONS.index("review")
    contacts.add(review, np.full(len(review), company.SILOS.index("Complaints")))

"""Simulated customers whose truth is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from bellwether.foresight.evidence_panel import panel_inputs
from bellwether.foresight.evidence_protocol import Protocol

START = datetime(2024, 1, 1)


def weekly(gaps=(0,), **changes) -> Protocol:
    """The protocol for panels, where a period is a week and the window is the one period after the gap."""
    return Protocol(**{"gaps": gaps, "horizon": 1, "placebos": 0, **changes})


def panel(bought: np.ndarray, **indicators: np.ndarray) -> pl.DataFrame:
    """Arrays of customers by periods as a long panel."""
    customers, periods = bought.shape
    customer, period = np.indices((customers, periods))
    columns = {name: values.ravel() for name, values in indicators.items()}
    return pl.DataFrame({"customer": customer.ravel(), "period": period.ravel(), "bought": bought.ravel()} | columns)


def coin(rng: np.random.Generator, logit: np.ndarray) -> np.ndarray:
    return (rng.random(logit.shape) < 1 / (1 + np.exp(-logit))).astype(int)


def shocks_that_last(
    seed: int, periods_felt: int, customers: int = 1500, periods: int = 22, strength: float = 0.5
) -> pl.DataFrame:
    """An indicator of pure shocks; each is felt in just the next `periods_felt` periods, so the lead is known."""
    rng = np.random.default_rng(seed)
    shock = rng.normal(size=(customers, periods))
    felt = sum(np.roll(shock, lag, axis=1) for lag in range(1, periods_felt + 1))
    felt[:, :periods_felt] = 0
    return panel(coin(rng, rng.normal(size=(customers, 1)) + strength * felt), shock=shock)


def who_they_are(seed: int, heard: float, customers: int = 2000, periods: int = 24) -> pl.DataFrame:
    """`proxy` is a noisy reading of a fixed trait that drives buying; `trait` is as fixed and drives nothing.

    They are read in a share `heard` of the periods.
    """
    rng = np.random.default_rng(seed)
    loyalty, other = rng.normal(size=(2, customers, 1))
    bought = coin(rng, np.broadcast_to(loyalty, (customers, periods)))
    noise = rng.normal(size=(2, customers, periods))
    answered = (rng.random((customers, periods)) < heard).astype(int)
    return panel(bought, proxy=0.7 * loyalty + noise[0], trait=other + noise[1] / 2, answered=answered)


def rare_events(seed: int, customers: int = 2500, periods: int = 22) -> pl.DataFrame:
    """An event in one period of fifteen; for three periods after it customers buy less. All else is harmless."""
    rng = np.random.default_rng(seed)
    event = rng.random((customers, periods)) < 1 / 15
    pressed = np.zeros_like(event)
    for lag in (1, 2, 3):
        pressed[:, lag:] |= event[:, :-lag]
    return panel(coin(rng, rng.normal(size=(customers, 1)) - 0.8 * pressed), event=event.astype(int))


def shared_winters(seed: int, customers: int = 2500, periods: int = 26) -> pl.DataFrame:
    """`wait` is worse for everybody in every other quarter, and read (`met`) more often of those who are busy then.

    Who is busy in a winter buys less in it; what they were told of their wait says nothing more.
    """
    rng = np.random.default_rng(seed)
    winter = (np.arange(periods) // 6) % 2 == 1
    busy = rng.random((customers, 1)) < 0.5
    met = (rng.random((customers, periods)) < np.where(busy, 0.8, 0.2)).astype(int)
    logit = 0.5 + 0.8 * busy - 0.9 * (busy & winter[None, :])
    return panel(coin(rng, logit), wait=(2.0 * winter + rng.normal(size=(customers, periods))), met=met)


def small_inputs(seed: int = 0, customers: int = 300, periods: int = 14, gaps=(0,)):
    """Observations, baseline and outcomes of a small world with a leading shock."""
    return panel_inputs(shocks_that_last(seed, 2, customers, periods), ["shock"], gaps)


def week(number: float) -> datetime:
    return START + timedelta(weeks=number)

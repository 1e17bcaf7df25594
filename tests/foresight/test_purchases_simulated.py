"""Simulated customers whose truth is known: parameters come back, forecasts are right on average, group by group.

Run as a program it measures a fit: `python tests/foresight/test_purchases_simulated.py 1000000`.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import polars as pl
import pytest

from bellwether.foresight.purchases import (
    FAMILIES,
    Fit,
    expected_purchases,
    fit,
    probability_alive,
    probability_of_purchase,
)
from bellwether.foresight.spend import expected_spend, fit_spend

TRUTHS = [
    ("pareto_nbd", 1, (0.9, 8.0, 0.7, 12.0)),
    ("bg_nbd", 1, (0.6, 5.0, 0.9, 2.5)),
    ("mbg_cnbd", 1, (0.8, 5.0, 0.8, 1.8)),
    ("mbg_cnbd", 2, (1.3, 2.8, 0.5, 1.0)),
    ("mbg_cnbd", 3, (1.2, 2.0, 0.6, 1.5)),
]


def simulate(family: str, k: int, truth: tuple, customers: int, horizon: float, seed: int = 5) -> pl.DataFrame:
    """Live through every customer's purchases; `actual` and `alive` are what the record up to `age` does not show."""
    draw = np.random.default_rng(seed)
    age = draw.integers(10, 79, customers) * 1.0
    rate = draw.gamma(truth[0], 1 / truth[1], customers)
    if family == "pareto_nbd":
        leaves_at, leaving = draw.exponential(1 / draw.gamma(truth[2], 1 / truth[3], customers)), np.zeros(customers)
    else:
        leaves_at, leaving = np.full(customers, np.inf), draw.beta(truth[2], truth[3], customers)
    if family == "mbg_cnbd":
        leaves_at[draw.random(customers) < leaving] = 0.0
    now, seen, last, log_gaps, later = (np.zeros(customers) for _ in range(5))
    on = np.flatnonzero(leaves_at > 0)
    while len(on):
        gap = draw.gamma(k, 1 / rate[on])
        now[on] += gap
        inside = (now[on] < leaves_at[on]) & (now[on] < age[on] + horizon)
        on, gap = on[inside], gap[inside]
        early = now[on] <= age[on]
        seen[on] += early
        later[on] += ~early
        log_gaps[on] += np.where(early, np.log(gap), 0.0)
        last[on] = np.where(early, now[on], last[on])
        gone = draw.random(len(on)) < leaving[on]
        leaves_at[on[gone]] = now[on[gone]]
        on = on[~gone]
    record = {"frequency": seen, "recency": last, "age": age, "log_gaps": log_gaps}
    return pl.DataFrame(record | {"actual": later, "alive": leaves_at > age})


def known(family: str, k: int, truth: tuple) -> Fit:
    return Fit(family, dict(zip(FAMILIES[family].parameters, truth, strict=True)), k, 0.0, 0, 0.0, True)


@pytest.mark.parametrize(("family", "k", "truth"), TRUTHS)
def test_parameters_come_back(family, k, truth):
    """To the day, as real records are; the means of the rates are sharper than each parameter."""
    rows = simulate(family, k, truth, 20_000, 0).with_columns((pl.col("recency") * 7).round() / 7)
    found = fit(rows, family, None if family == "mbg_cnbd" else k)
    assert found.k == k and found.converged
    first, second, third, fourth = found.parameters.values()
    assert first / second == pytest.approx(truth[0] / truth[1], rel=0.05)
    assert np.allclose([first, second, third, fourth], truth, rtol=0.2)


@pytest.mark.parametrize(("family", "k", "truth"), TRUTHS)
def test_forecasts_are_right_on_average_in_every_group(family, k, truth):
    """By past frequency: what happens to the simulated customers is what the exact model says, within chance."""
    rows, model, weeks = simulate(family, k, truth, 60_000, 26), known(family, k, truth), 26
    rows = rows.with_columns(
        probability_alive(model, rows),
        expected_purchases(model, rows, weeks),
        probability_of_purchase(model, rows, weeks),
        bought=pl.col("actual") > 0,
    )
    pairs = [
        ("actual", "expected_purchases"),
        ("bought", "probability_of_purchase"),
        ("alive", "probability_alive"),
    ]
    for happened, said in pairs:
        off = pl.col(happened).cast(float) - pl.col(said)
        error = off.std() / pl.len().sqrt() + 1e-12
        groups = rows.group_by(pl.col("frequency").clip(0, 9)).agg(z=off.mean() / error)
        assert groups["z"].abs().max() < 4, (happened, groups.sort("frequency"))


def test_spend_comes_back():
    p, q, v = 4.0, 6.0, 40.0
    draw = np.random.default_rng(8)
    frequency = draw.integers(0, 9, 20_000)
    rate = draw.gamma(q, 1 / v, 20_000)
    spend = draw.gamma(p * np.maximum(frequency, 1), 1 / rate) / np.maximum(frequency, 1)
    rows = pl.DataFrame({"frequency": frequency, "spend": spend, "next": draw.gamma(p, 1 / rate)})
    found = fit_spend(rows)
    assert np.allclose([found.p, found.q, found.v], [p, q, v], rtol=0.1) and abs(found.correlation) < 0.03
    assert found.customers == (frequency > 0).sum()
    groups = (
        rows.with_columns(expected_spend(found, rows), frequency=pl.col("frequency"))
        .with_columns(high=(pl.col("spend") > 32) & (pl.col("frequency") > 0))
        .group_by("high")
        .agg(pl.col("next", "expected_spend").mean())
    )
    assert np.allclose(groups["next"], groups["expected_spend"], rtol=0.03)


def measure(customers: int) -> None:
    """CPU seconds of a fit and of scoring everybody, on records to the day."""
    for family, k, truth in TRUTHS:
        rows = simulate(family, k, truth, customers, 0).with_columns((pl.col("recency") * 7).round() / 7)
        began = time.process_time()
        found = fit(rows, family, k)
        fitted = time.process_time()
        expected_purchases(found, rows, 13)
        scored = time.process_time() - fitted
        print(f"{family} k={k}: fit {fitted - began:.2f} CPU s, score {scored:.2f} CPU s, {found}")


if __name__ == "__main__":
    measure(int(sys.argv[1]))

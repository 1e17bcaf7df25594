"""The difference within strata: a published trial, what confounding does to the plain one, and coverage."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bellwether.foresight import strata


def rows(*cells: tuple[str, str, int, int]) -> pl.DataFrame:
    """Of (stratum, group, how many stay, of how many)."""
    parts = [
        pl.DataFrame({"stays": [True] * stay + [False] * (of - stay)}).with_columns(
            stratum=pl.lit(stratum), group=pl.lit(group)
        )
        for stratum, group, stay, of in cells
    ]
    return pl.concat(parts)


def test_the_diabetes_trial():
    """Deaths in the UGDP trial by age (Rothman, Greenland & Lash 2008, table 15-1): a pooled difference of .035."""
    trial = rows(
        ("under 55", "tolbutamide", 8, 106),
        ("under 55", "placebo", 5, 120),
        ("55 and over", "tolbutamide", 22, 98),
        ("55 and over", "placebo", 16, 85),
    )
    found = strata.gap(trial, "tolbutamide", "placebo")
    assert found.estimate == pytest.approx(0.035, abs=5e-4)
    # By hand, for the large strata that these are: weights n1 n0 / n, binomial variances of the two differences.
    weights, variances = np.array([106 * 120 / 226, 98 * 85 / 183]), []
    for dead1, of1, dead0, of0 in ((8, 106, 5, 120), (22, 98, 16, 85)):
        p1, p0 = dead1 / of1, dead0 / of0
        variances.append(p1 * (1 - p1) / of1 + p0 * (1 - p0) / of0)
    error = np.sqrt((weights**2 * variances).sum()) / weights.sum()
    assert found.upper - found.lower == pytest.approx(2 * 1.959964 * error, rel=0.01)


def test_what_the_strata_explain_is_no_difference():
    """Loyal people are met more often: within each stratum nothing differs, and together everything seems to."""
    mixed = rows(("loyal", "a", 90, 100), ("loyal", "b", 18, 20), ("fickle", "a", 10, 20), ("fickle", "b", 50, 100))
    assert strata.gap(mixed, "a", "b").estimate == pytest.approx(0)
    assert strata.gap(mixed.with_columns(stratum=pl.lit("all")), "a", "b").estimate > 0.2


def test_intervals_cover():
    rng, inside, told = np.random.default_rng(4), 0, 0
    for _ in range(300):
        cells = []
        for stratum in range(40):
            base, n1, n0 = rng.uniform(0.3, 0.8), rng.integers(1, 12), rng.integers(1, 12)
            cells.append((str(stratum), "a", rng.binomial(n1, base + 0.1), n1))
            cells.append((str(stratum), "b", rng.binomial(n0, base), n0))
        found = strata.gap(rows(*cells), "a", "b")
        inside += found.lower <= 0.1 <= found.upper
        told += 1
    assert 0.92 <= inside / told <= 0.98


@pytest.mark.parametrize(
    "cells",
    [
        [("x", "a", 5, 10), ("y", "b", 5, 10)],  # no stratum holds both
        [("x", "a", 10, 10), ("x", "b", 10, 10)],  # nothing varies
        [("x", "a", 5, 10)],
    ],
)
def test_what_cannot_be_compared_is_none(cells):
    assert strata.gap(rows(*cells), "a", "b") is None


def test_a_half_year_that_is_not_over_is_left_out():
    some = rows(("x", "a", 5, 10), ("x", "b", 8, 10))
    more = pl.concat([some, some.head(7).with_columns(stays=pl.lit(None, pl.Boolean))])
    assert strata.gap(more, "a", "b") == strata.gap(some, "a", "b")

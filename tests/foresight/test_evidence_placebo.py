"""Placebos keep the link with activity, lose the customer, and "lead" no oftener than chance allows."""

import numpy as np
import polars as pl
import pytest
from evidence_worlds import shocks_that_last, weekly, who_they_are

from bellwether.foresight.evidence import evidence
from bellwether.foresight.evidence_panel import panel_inputs
from bellwether.foresight.evidence_study import lay_out
from bellwether.foresight.placebo import ALIKE, rank_alike, shuffle_among_alike


@pytest.fixture(scope="module")
def study():
    _, baseline, outcomes = panel_inputs(who_they_are(1, 1.0, customers=500, periods=10), ["trait"], (0,))
    return lay_out(baseline, outcomes, weekly())


def test_shuffle_among_alike(study):
    activity = study.baseline[:, study.columns.index("frequency")]
    donor = shuffle_among_alike(rank_alike(study, activity), np.random.default_rng(1))
    for rows in study.rows:
        assert sorted(donor[rows]) == list(range(rows.start, rows.stop))  # a shuffle inside the origin
        rank = np.empty(rows.stop - rows.start, int)
        rank[np.argsort(activity[rows], kind="stable")] = np.arange(len(rank))
        moved = np.abs(rank[donor[rows] - rows.start] - rank)
        assert moved.max() < ALIKE
        assert (moved > 0).mean() > 0.9
    assert np.corrcoef(activity, activity[donor])[0, 1] > 0.95


def test_placebos_lead_no_oftener_than_chance_allows():
    """Over seeds, on small panels: 24 worlds of two indicators, ten placebos each, tried at the nearest gap."""
    rates = []
    for seed in range(24):
        inputs = panel_inputs(
            who_they_are(seed, 0.6, customers=250, periods=14), ["proxy", "trait"], (0,), heard="answered"
        )
        rates += evidence(*inputs, weekly(placebos=10, resamples=200))["placebo_rate"].to_list()
    protocol = weekly()
    assert len(rates) == 48
    assert np.mean(rates) <= protocol.nominal_placebo_rate + 2 * np.sqrt(0.025 * 0.975 / 480)


def test_placebos_of_a_leading_indicator_do_not_lead():
    told = evidence(*panel_inputs(shocks_that_last(2, 1, customers=1500), ["shock"], (0,)), weekly(placebos=20))
    assert told["verdict"].to_list() == ["leads by 0 weeks"]
    assert told["placebo_rate"].item() <= 0.1


def test_a_leak_past_the_shuffle_would_show():
    """The check can fail: shuffled among nobody, the placebo is the indicator, and leads every time."""
    from bellwether.foresight import placebo

    patch = pytest.MonkeyPatch()
    patch.setattr(placebo, "ALIKE", 1)
    try:
        told = evidence(*panel_inputs(shocks_that_last(2, 1, customers=1500), ["shock"], (0,)), weekly(placebos=3))
    finally:
        patch.undo()
    assert told["placebo_rate"].item() == 1.0


def test_no_placebos_no_rate():
    told = evidence(*panel_inputs(shocks_that_last(2, 1, customers=400), ["shock"], (0,)), weekly(placebos=0))
    assert told.select("placebo_rate", "placebos").row(0) == (None, 0)
    assert told.schema["placebo_rate"] == pl.Float64

"""The rules of the backtest that decides whether an indicator leads, with the source of every threshold."""

from __future__ import annotations

from dataclasses import dataclass

CANNOT_TELL, LOOKS_BACK, SORTS = "cannot tell yet", "looks back", "sorts, does not warn"


class Leak(ValueError):
    """The future was about to be used to foretell itself."""


@dataclass(frozen=True)
class Protocol:
    """What every candidate is held to. Durations are weeks.

    Change `gaps` and `horizon` to suit the trade; loosen the thresholds and "leading" no longer means what
    the pages say it means.
    """

    gaps: tuple[int, ...] = (0, 4, 8, 13, 26)
    horizon: int = 13
    # The half-life of a reading, as a share of the horizon: what is as old as the window is long counts a sixteenth.
    fades: float = 0.25

    # Fewer than six origins say more about those weeks than about the indicator.
    least_origins: int = 6
    # What is learned from fewer closed windows says more about those weeks, as above; held to where as many origins as
    # are needed remain to be foretold.
    least_taught: int = 6
    # 100 events and 100 non-events to validate a prediction model: Collins, Ogundimu & Altman 2016 (Stat. Med.).
    least_events: int = 100
    # Ten events a parameter to fit one: Peduzzi and others 1996 (J. Clin. Epidemiol.).
    events_per_parameter: int = 10
    least_positive: float = 0.8
    confidence: float = 0.95
    false_discoveries: float = 0.05
    # An interval wider than this that reaches beyond it has refuted nothing: that is "cannot tell yet".
    worth_having: float = 0.005

    # As scikit-learn's LogisticRegression(C=1): half the squared norm of the slopes of standardised columns.
    penalty: float = 1.0
    # A parameter fitted on n rows costs 1 / 2n of log-loss: at 50,000 rows far below anything reported.
    training_rows: int = 50_000
    # Rare outcomes get as many rows as hold this many of them.
    training_events: int = 500
    resamples: int = 1_000
    # Above this many customers, random groups of customers are resampled: 1% error in the interval's width.
    clusters: int = 4_000

    placebos: int = 10
    placebo_customers: int = 4_000
    placebo_training_rows: int = 10_000
    # The baseline column that says who is like whom when a placebo is shuffled.
    activity: str = "frequency"
    seed: int = 20_260_101

    @property
    def half_life(self) -> float:
        """Weeks after which a reading counts half as much for what has changed."""
        return self.fades * self.horizon

    @property
    def nominal_placebo_rate(self) -> float:
        """The share of placebos that chance alone lets through: one tail of the interval."""
        return (1 - self.confidence) / 2

"""The rules of the forecast for contracts, with the source of every threshold, and how it says that it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """What a forecast is held to. Durations are weeks."""

    horizon: int = 13

    # 100 events to validate a prediction model: Collins, Ogundimu & Altman 2016 (Stat. Med.).
    least_events: int = 100
    # Ten events a parameter of a proportional hazards model: Peduzzi and others 1995 (J. Clin. Epidemiol. 48).
    events_per_parameter: int = 10
    # A feature that sorts those who leave from those who stay better than this was written down afterwards.
    perfect: float = 0.999
    # By chance one feature in 2^20 sorts twenty customers that well.
    least_to_accuse: int = 20

    # Half the squared norm of the slopes of standardised columns, as in the backtest of the indicators.
    penalty: float = 1.0
    # Few leaves, a low rate and early stopping: on IBM's Telco data log-loss .413, libraries' defaults .433.
    leaves: int = 7
    rate: float = 0.03
    most_rounds: int = 500
    patience: int = 25
    held_out: float = 0.25

    # Five weeks without an end for each with one keep 5/6 of the information (Ury 1975, Biometrics 31).
    training_weeks: int = 100_000
    walking_weeks: int = 40_000
    # Past forecasts to judge by, spread over the history; and customers of each (a random sample).
    scored_origins: int = 8
    scored_customers: int = 5_000
    confidence: float = 0.95
    seed: int = 20_260_101


@dataclass(frozen=True)
class CannotTell:
    """No forecast, and why: `sentence` is for the page. `missing`: how many more events are needed."""

    sentence: str
    events: int = 0
    needed: int = 0

    @property
    def missing(self) -> int:
        return max(self.needed - self.events, 0)

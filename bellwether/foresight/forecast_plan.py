"""What a forecast is asked for, and the thresholds it keeps, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

WEEK = 7  # days
YEAR = 52  # weeks
DAYS_A_YEAR = 365.25
METHODS = ("mean", "ets", "theta", "naive")


@dataclass(frozen=True)
class Plan:
    """How far ahead, by what method, and how much past it takes.

    `horizon`: weeks ahead; also the length of the quarter. `origins`, `step`: the backtest's origins, one every
    `step` weeks, the last of them `horizon` weeks before the end of the record. `method`: ets, theta, naive, or mean
    (of ets and theta). `season`: look for a yearly season. `window`: weeks of history a model is fitted on.
    `enough`: known weeks below which nothing is told. `silence`: weeks without a value after which a series counts
    as ended. `nominal`: intervals, in percent.
    """

    horizon: int = 13
    origins: int = 16
    step: int = 4
    method: str = "mean"
    season: bool = True
    window: int = 208
    enough: int = 26
    silence: int = 4
    nominal: tuple[int, ...] = (80, 95)

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method {self.method!r} is not known: use one of {', '.join(METHODS)}.")
        for name in ("horizon", "step", "enough", "silence"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}: it is counted in weeks, from 1.")
        if self.origins < 0:
            raise ValueError(f"origins is {self.origins}: it is a count.")
        if self.window < self.enough:
            raise ValueError(f"window ({self.window} weeks) is shorter than enough ({self.enough} weeks).")
        if not self.nominal or not all(0 < one < 100 for one in self.nominal):
            raise ValueError(f"nominal is {self.nominal}: give percentages between 0 and 100.")

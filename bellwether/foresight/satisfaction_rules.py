"""What predicted satisfaction is held to, with the source of every threshold, and how it says that it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """Durations are weeks, scores 0 to 100."""

    every: int = 13  # a new model each quarter
    window: int = 52  # what is compared: survey and everyone

    # Ten answers a feature that may matter, of about twenty (Harrell 2015, Regression Modeling Strategies, 4.4).
    least_answers: int = 200
    # Answers foretold before they came, to judge by.
    least_judged: int = 100
    # 19 errors carry a 95% interval at the least; with 100 an 80% one is off by 4 points (binomial).
    least_errors: int = 100
    nominal: int = 80
    # Customers who were asked again: below, the normal shape decides alone.
    least_repeated: int = 200
    # A wider interval (half of it, in points of 100) says nothing that anyone could act on.
    widest: float = 10.0

    leaves: int = 7
    rate: float = 0.08
    most_rounds: int = 120
    patience: int = 10
    held_out: float = 0.25
    least_in_leaf: int = 25
    # Contacts without an answer that teach who answers; more would make it later, not other.
    most_silent: int = 25_000
    seed: int = 20_260_101


@dataclass(frozen=True)
class CannotTell:
    """No figure, and why: `sentence` is for the page. `missing`: how many more are needed."""

    sentence: str
    there: int = 0
    needed: int = 0

    @property
    def missing(self) -> int:
        return max(self.needed - self.there, 0)
